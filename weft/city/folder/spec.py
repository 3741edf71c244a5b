"""What a set of a city folder looks like, and the list of sets that the contexts have made known."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
    from weft.city.folder.loading import Loading, Stored

Kind = Literal[
    "text",
    "code",
    "codes",
    "number",
    "whole",
    "boolean",
    "date",
    "moment",
    "hours",
    "zone",
    "json",
    "geometry",
]

KINDS: dict[Kind, str] = {
    "text": "text",
    "code": "code",
    "codes": "codes separated by spaces",
    "number": "number",
    "whole": "whole number",
    "boolean": "true or false",
    "date": "date",
    "moment": "time",
    "hours": "hours of a day",
    "zone": "time zone",
    "json": "JSON object",
    "geometry": "polygon",
}
"""Each kind of value in the words of the docs."""

ROW = "_row"
"""The column that carries a row's number as a spreadsheet shows it."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its name, what it says, and what a value must be."""

    name: str
    says: str
    kind: Kind = "text"
    required: bool = False
    unset: Any = None
    """What an empty value, or a missing column, stands for."""
    choices: tuple[str, ...] | Callable[[], Iterable[str]] = ()
    low: float | None = None
    high: float | None = None
    refers_to: str = ""
    """The set whose key this names."""
    unique: bool = False
    in_order_of: tuple[str, ...] = ()
    """For a moment: rows with equal values here follow one another in time, which tells summer from winter
    time in the hour that the clock goes through twice."""
    not_before: str = ""
    """For a moment without order: the column it cannot lie before, used only to tell summer from winter time."""

    def allowed(self) -> list[str]:
        """The values to choose from; empty when there is no list."""
        return sorted(self.choices()) if callable(self.choices) else list(self.choices)


Tell = Callable[[pl.Series | Iterable[int | None], str, str], None]
"""Tells mistakes: rows, field, reason."""


@dataclass(frozen=True)
class Checking:
    """What a rule sees: the rows of the set (as far as they could be read), all small sets, and where to tell."""

    rows: pl.DataFrame
    sets: Mapping[str, pl.DataFrame]
    tell: Tell
    notice: Callable[[str, int], None]
    """Tells what stops nothing, and how often; `{count}` in the words is the number of the whole file."""


Rule = Callable[[Checking], None]
Rows = Iterator[pl.DataFrame]
Store = Callable[["Loading", Rows], "Stored"]
Form = Literal["table", "toml", "geojson", "files"]


def _nothing_known() -> Iterable[str]:
    return ()


@dataclass(frozen=True, kw_only=True)
class SetSpec:
    """One set of a city folder: its columns, its rules and how a context stores it."""

    name: str
    says: str
    columns: tuple[Column, ...]
    store: Store
    form: Form = "table"
    suffix: str = ""
    """For a set of files (`form="files"`), how their names end."""
    key: tuple[str, ...] = ()
    required: bool = False
    large: bool = False
    """Read and stored piece by piece, never whole in memory."""
    always: bool = False
    """Stored even when the folder has no file for it."""
    after: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    known: Callable[[], Iterable[str]] = _nothing_known
    """Keys that exist without a row of the folder."""
    ends: str = ""
    """The moment by which a set is moved when it is to end about now; empty: it is never moved."""

    @property
    def needs(self) -> set[str]:
        """The sets that must be stored before this one."""
        named = {column.refers_to for column in self.columns if column.refers_to}
        return (named | set(self.after)) - {self.name}

    def column(self, name: str) -> Column:
        """The column of this name."""
        return next(column for column in self.columns if column.name == name)


SETS: dict[str, SetSpec] = {}
AFTERWARDS: dict[str, list[Callable[["Loading"], None]]] = {}


def register(*specs: SetSpec) -> None:
    """Make sets known, so that city folders may hold them."""
    for spec in specs:
        if SETS.setdefault(spec.name, spec) is not spec:
            raise ValueError(f"two sets are called {spec.name}")


def afterwards(name: str) -> Callable[[Callable[["Loading"], None]], Callable[["Loading"], None]]:
    """Run a function with the last part of each load of this set, in that part's transaction.

    For contexts above that build on its rows. It looks at all of them: an interrupted load may have left some.
    """

    def add(function: Callable[["Loading"], None]) -> Callable[["Loading"], None]:
        AFTERWARDS.setdefault(name, []).append(function)
        return function

    return add


def all_sets() -> list[SetSpec]:
    """Every set of every context, in the order they are stored; each context's `folder` module is read first."""
    autodiscover_modules("folder")
    names = TopologicalSorter({name: sorted(spec.needs & set(SETS)) for name, spec in SETS.items()})
    return [SETS[name] for name in names.static_order()]
