"""What reading a city folder found: mistakes with their place, and notices of what was met on the way."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

SHOWN = 5
"""Mistakes of one kind in one field of one file that are listed; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to put right: the file, the row as a spreadsheet numbers it, the field, and why."""

    file: str
    row: int | None
    field: str
    reason: str

    def __str__(self) -> str:
        place = ", ".join(
            part for part in (self.file, f"row {self.row}" if self.row else "", self.field) if part
        )
        return f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth knowing that stops nothing."""

    file: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}: {self.text}"


@dataclass
class Report:
    """All that was found; nothing is loaded while there are mistakes."""

    _noticed: Counter[tuple[str, str]] = field(default_factory=Counter)
    _found: dict[tuple[str, str, str], list[Mistake]] = field(default_factory=dict)
    _more: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def tell(
        self, file: str, reason: str, *, row: int | None = None, field: str = "", kind: str = ""
    ) -> None:
        """Add one mistake; those of the same kind in the same field and file are listed together."""
        self.tell_rows(file, [(row, reason)], field=field, kind=kind or reason, count=1)

    def tell_rows(
        self, file: str, found: Iterable[tuple[int | None, str]], *, field: str, kind: str, count: int
    ) -> None:
        """Add `count` mistakes of one kind, of which only the first few of `found` are listed."""
        place = (file, field, kind)
        listed = self._found.setdefault(place, [])
        new = [Mistake(file, row, field, reason) for row, reason in islice(found, SHOWN - len(listed))]
        listed += new
        self._more[place] += count - len(new)

    def notice(self, file: str, text: str, *, count: int = 1) -> None:
        """Add a notice; `{count}` in it stands for how often that was met in the whole file."""
        self._noticed[file, text] += count

    @property
    def notices(self) -> list[Notice]:
        """What is worth knowing, each thing once for a file."""
        return [
            Notice(file, text.replace("{count}", f"{count:,}"))
            for (file, text), count in self._noticed.items()
        ]

    @property
    def count(self) -> int:
        """How many mistakes there are, listed or not."""
        return sum(map(len, self._found.values())) + self._more.total()

    @property
    def mistakes(self) -> list[Mistake]:
        """The mistakes by file and row; where there were too many of a kind, the last line counts the rest."""
        groups = sorted(self._found.items(), key=lambda item: (item[0][0], item[1][0].row or 0, item[0][1]))
        lines = []
        for place, listed in groups:
            lines += listed
            if self._more[place]:
                lines.append(Mistake(place[0], None, place[1], f"and {self._more[place]:,} more like this"))
        return lines


class Mistakes(Exception):
    """The folder cannot be loaded; `report` says what to put right."""

    def __init__(self, report: Report) -> None:
        super().__init__("\n".join(map(str, report.mistakes)))
        self.report = report
