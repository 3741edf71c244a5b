"""Loading a city folder: every set in a transaction of its own with its line in the ledger, and never twice."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import polars as pl
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from weft.city.folder.reading import Folder, PartRead, read
from weft.city.folder.report import Mistakes, Notice, Report
from weft.city.folder.source import Found, find
from weft.city.folder.spec import AFTERWARDS, SetSpec, all_sets
from weft.city.models import LoadedSet
from weft.kit import clock

Progress = Callable[[str, int, int], None]
"""Told the name of a set, the rows done and the rows in all."""
WEEK = timedelta(weeks=1)
LOCK = "SELECT pg_advisory_xact_lock(hashtext('weft city folder'))"


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing a set came to: rows that are new or changed, rows a later one took the place of, and what to say."""

    rows: int
    superseded: int = 0
    notes: tuple[str, ...] = ()


@dataclass
class Loading:
    """What a store function works with, within its transaction."""

    cursor: CursorWrapper
    now: datetime
    """The moment of the load: what is due before it and not done is late."""
    zone: str
    total: int
    progress: Callable[[int], None]
    """To be told how many of the `total` rows are done."""


@dataclass(frozen=True, slots=True)
class SetLoaded:
    """One line of the load's report; an unchanged set was loaded before."""

    name: str
    source_rows: int
    stored_rows: int
    superseded_rows: int
    shifted_weeks: int
    seconds: float
    unchanged: bool
    notes: tuple[str, ...] = ()


@dataclass
class LoadReport:
    """What a load did, set by set, and what it met on the way."""

    sets: list[SetLoaded] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether anything was stored."""
        return not all(line.unchanged for line in self.sets)


@dataclass(frozen=True)
class Plan:
    """The parts of a folder with their digests, beside what the ledger knows of them."""

    digests: dict[str, str]
    ledger: dict[str, LoadedSet]

    def done(self, name: str) -> bool:
        """Whether this part stands in the ledger as it is now."""
        return name in self.ledger and self.ledger[name].digest == self.digests[name]


def load(
    path: Path | str,
    *,
    shift_to_now: bool = False,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Load a city folder; raises `Mistakes`, with nothing loaded, when there is anything wrong with it.

    Sets that were loaded before and have not changed are left alone, so that an interrupted load goes on where it
    stopped and a second load changes nothing. With `shift_to_now`, sets with a time are moved by whole weeks so
    that they end about now; a set that was moved before keeps its weeks.
    """
    specs = all_sets()
    moment = now or clock.now()
    plan = make_plan(Path(path), specs=specs)
    if plan.digests and all(map(plan.done, plan.digests)):
        return LoadReport([unchanged(plan.ledger[name]) for name in plan.digests])
    folder = read(path)
    weeks = shifts(folder, plan=plan, now=moment) if shift_to_now else kept_shifts(folder, plan=plan)
    report = LoadReport(notices=folder.notices)
    for spec in folder.specs:
        waiting = [
            name_of(part, spec) for part in parts_of(folder, spec) if not plan.done(name_of(part, spec))
        ]
        for part in parts_of(folder, spec):
            loaded = load_part(
                folder,
                part,
                spec=spec,
                plan=plan,
                weeks=weeks.get(name_of(part, spec), 0),
                is_last=name_of(part, spec) == (waiting or [""])[-1],
                now=moment,
                progress=progress or (lambda name, done, total: None),
            )
            report.sets.append(loaded)
    return report


def make_plan(path: Path, *, specs: list[SetSpec]) -> Plan:
    """Digests of every part, which cover the file, the way it is read and the city's zone."""
    report = Report()
    found = find(path, specs=specs, report=report)
    if report.count:
        return Plan({}, {})
    digests = {}
    for spec in specs:
        for part in found.parts.get(spec.name, []):
            digests[part.name] = digest(spec, part.digest(), found, str(part.given))
        if spec.always and spec.name not in found.parts:
            digests[spec.name] = digest(spec, "", found, "")
    return Plan(digests, {row.name: row for row in LoadedSet.objects.all()})


def digest(spec: SetSpec, content: str, found: Found, given: str) -> str:
    """What tells one state of a part from another."""
    city = found.city.get("city", {})
    zone = city.get("timezone", "") if spec.ends and isinstance(city, dict) else ""
    known = " ".join(sorted(spec.known())) if spec.always else ""
    return hashlib.sha256("\n".join([spec.name, content, given, zone, known]).encode()).hexdigest()


def parts_of(folder: Folder, spec: SetSpec) -> list[PartRead | None]:
    """The parts of a set; None stands for a set without a file that is stored all the same."""
    return [*folder.parts.get(spec.name, [])] or ([None] if spec.always else [])


def name_of(part: PartRead | None, spec: SetSpec) -> str:
    """The part's name in the ledger."""
    return part.part.name if part else spec.name


def shifts(folder: Folder, *, plan: Plan, now: datetime) -> dict[str, int]:
    """By how many weeks each part is moved so that it ends about now; what was loaded before keeps its weeks."""
    weeks = kept_shifts(folder, plan=plan)
    for spec in folder.specs:
        for group in moved_alike(folder.parts.get(spec.name, []) if spec.ends else []):
            last = max((part.end for part in group if part.end), default=None)
            for part in group:
                weeks.setdefault(part.part.name, max(0, (now - last) // WEEK) if last else 0)
    return weeks


def kept_shifts(folder: Folder, *, plan: Plan) -> dict[str, int]:
    """The weeks by which parts were moved when they were first loaded; parts moved alike share them."""
    weeks: dict[str, int] = {}
    for spec in folder.specs:
        for group in moved_alike(folder.parts.get(spec.name, []) if spec.ends else []):
            names = [part.part.name for part in group]
            before = [plan.ledger[name].shifted_weeks for name in names if name in plan.ledger]
            weeks |= dict.fromkeys(names, before[0]) if before else {}
    return weeks


def moved_alike(parts: list[PartRead]) -> list[list[PartRead]]:
    """The files of a set in groups: those that tell of the same series, or of none in particular, stay together."""
    groups: list[tuple[set[str], list[PartRead]]] = []
    for part in parts:
        series = set(part.series)
        touching = [group for group in groups if not series or not group[0] or series & group[0]]
        groups = [group for group in groups if group not in touching]
        members = [member for group in touching for member in group[1]]
        groups.append((series.union(*(group[0] for group in touching)), [*members, part]))
    return [members for _, members in groups]


def load_part(
    folder: Folder,
    part: PartRead | None,
    *,
    spec: SetSpec,
    plan: Plan,
    weeks: int,
    is_last: bool,
    now: datetime,
    progress: Progress,
) -> SetLoaded:
    """Store one part and its line in the ledger, both or neither; with a set's last part, what builds on the set."""
    name, total, began = name_of(part, spec), part.rows if part else 0, monotonic()
    progress(name, 0, total)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK)
        before = LoadedSet.objects.filter(pk=name).first()
        if before is not None and before.digest == plan.digests[name]:
            progress(name, total, total)
            return unchanged(before)
        loading = Loading(cursor, now, folder.zone, total, lambda done: progress(name, done, total))
        stored = spec.store(loading, rows_of(folder, part, spec=spec, weeks=weeks))
        for function in AFTERWARDS.get(spec.name, []) if is_last else ():
            function(loading)
        LoadedSet.objects.update_or_create(
            name=name,
            defaults={
                "digest": plan.digests[name],
                "source_rows": total,
                "stored_rows": stored.rows,
                "superseded_rows": stored.superseded,
                "shifted_weeks": weeks,
                "notes": [*said_of(folder, part), *stored.notes],
                "loaded_at": now.astimezone(UTC),
            },
        )
    progress(name, total, total)
    seconds = monotonic() - began
    return SetLoaded(name, total, stored.rows, stored.superseded, weeks, seconds, False, stored.notes)


def said_of(folder: Folder, part: PartRead | None) -> list[str]:
    """The notices about a part's file."""
    return [notice.text for notice in folder.notices if part and notice.file == part.part.file]


def rows_of(folder: Folder, part: PartRead | None, *, spec: SetSpec, weeks: int) -> Iterator[pl.DataFrame]:
    """The rows of a part with their times moved."""
    moments = [column.name for column in spec.columns if column.kind == "moment"]
    for piece in folder.pieces(part, spec=spec) if part else ():
        yield piece.with_columns(pl.col(moments) + WEEK * weeks) if weeks else piece


def unchanged(row: LoadedSet) -> SetLoaded:
    """The report's line for a set that was loaded before."""
    return SetLoaded(
        row.name,
        row.source_rows,
        row.stored_rows,
        row.superseded_rows,
        row.shifted_weeks,
        0.0,
        True,
        tuple(row.notes),
    )


__all__ = ["LoadReport", "Loading", "Mistakes", "SetLoaded", "Stored", "load"]
