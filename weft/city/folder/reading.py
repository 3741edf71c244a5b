"""Reading and checking a whole city folder: afterwards it can be loaded, or a report says why not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import shapely

from weft.city.folder import clock, source, values
from weft.city.folder.report import SHOWN, Mistakes, Notice, Report
from weft.city.folder.source import Part, Unreadable
from weft.city.folder.spec import ROW, Checking, Column, SetSpec, all_sets

MARGIN = 0.1
"""Degrees by which a place may lie outside the city's areas before it is taken for wrong."""


@dataclass(frozen=True, slots=True)
class Box:
    """What the city's areas span, in degrees."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, lat: pl.Expr, lon: pl.Expr) -> pl.Expr:
        """Whether a place lies in or near the city."""
        return lat.is_between(self.south, self.north) & lon.is_between(self.west, self.east)


@dataclass(frozen=True, slots=True)
class PartRead:
    """What reading a part found: how many rows, and the last moment in it."""

    part: Part
    rows: int
    end: datetime | None = None
    series: frozenset[str] = frozenset()
    """What the rows that follow one another in time are about: files with the same are moved alike."""


@dataclass
class Folder:
    """A city folder without a mistake."""

    path: Path
    zone: str
    specs: list[SetSpec]
    parts: dict[str, list[PartRead]]
    frames: dict[str, pl.DataFrame]
    """The small sets, with the values they stand for; large ones are read again piece by piece."""
    notices: list[Notice]

    def pieces(self, read: PartRead, *, spec: SetSpec) -> Iterator[pl.DataFrame]:
        """The rows of a part with the values they stand for, in pieces."""
        if spec.form == "toml":
            yield self.frames[spec.name]
            return
        reader = PartReader(read.part, spec=spec, zone=self.zone, report=Report())
        for piece in source.pieces(read.part, spec=spec):
            yield reader.typed(piece)


def read(path: Path | str) -> Folder:
    """The folder, read and checked to the last value; raises `Mistakes` with the report of all that is wrong."""
    specs, report = all_sets(), Report()
    found = source.find(Path(path), specs=specs, report=report)
    checker = Checker(specs, report=report)
    zone = checker.read_city(found.city)
    parts: dict[str, list[PartRead]] = {}
    for spec in specs:
        if spec.name in found.parts and spec.form != "toml":
            parts[spec.name] = [
                checker.read_part(part, spec=spec, zone=zone) for part in found.parts[spec.name]
            ]
            checker.finish(spec, file=found.parts[spec.name][0].file)
        elif spec.form == "toml" and spec.name in found.parts:
            parts[spec.name] = [PartRead(found.parts[spec.name][0], rows=1)]
        elif spec.always:
            checker.frames[spec.name] = without_rows(spec)
            checker.finish(spec, file=spec.name)
    if report.count:
        raise Mistakes(report)
    return Folder(found.path, zone, specs, parts, checker.frames, report.notices)


@dataclass
class PartReader:
    """Turns the pieces of one file into values, in order, and tells what is wrong with them."""

    part: Part
    spec: SetSpec
    zone: str
    report: Report
    clocks: dict[str, clock.Clock] = field(default_factory=dict)
    _knows_columns: bool = False

    def typed(self, piece: pl.DataFrame) -> pl.DataFrame:
        """The piece with every column of the set in its own type; wrong values are told and null."""
        self.check_columns(piece.columns)
        done = piece.select(pl.col(ROW).cast(pl.Int64))
        for column in self.spec.columns:
            if column.name not in piece.columns:
                typed = empty(column, height=piece.height)
            elif column.kind == "moment":
                typed = self.moment(piece, column, done=done)
            else:
                typed = self.value(piece, column)
            if column.unset is not None:
                typed = typed.fill_null(column.unset)
            done = done.with_columns(typed.alias(column.name))
        return done

    def check_columns(self, names: list[str]) -> None:
        """Tell of required columns that are missing and of columns that the set does not have."""
        if self._knows_columns:
            return
        self._knows_columns = True
        known = [column.name for column in self.spec.columns]
        given = [name for name in names if name != ROW]
        unknown = [name for name in given if name not in known]
        for column in self.spec.columns:
            if column.required and column.name not in given:
                self.report.tell(self.part.file, "this column is missing", field=column.name)
        for name in unknown if self.spec.form != "geojson" else []:
            close = get_close_matches(name, known, n=1)
            meant = f"; did you mean “{close[0]}”?" if close else f"; they are {', '.join(known)}"
            self.report.tell(self.part.file, f"{self.spec.name} has no such column{meant}", field=name)

    def value(self, piece: pl.DataFrame, column: Column) -> pl.Series:
        """One column's values, with everything that is wrong by itself told."""
        raw = piece[column.name]
        found = values.read(raw, column)
        self.tell(piece, column, found.wrong, why=found.why, kind=found.kind)
        if column.required:
            self.required(piece, column, raw)
        self.bounds(piece, column, found.values)
        return found.values

    def required(self, piece: pl.DataFrame, column: Column, raw: pl.Series) -> None:
        """Tell of empty values where there must be one."""
        gone = raw.is_null()
        if raw.dtype == pl.String:
            gone |= (raw.str.strip_chars() == "").fill_null(False)
        self.tell(piece, column, gone, why=lambda _: "a value is needed here", kind="required")

    def bounds(self, piece: pl.DataFrame, column: Column, numbers: pl.Series) -> None:
        """Tell of numbers below or above what is possible."""
        if column.low is not None:
            why = f"is less than {column.low:g}"
            self.tell(piece, column, numbers < column.low, why=lambda v: f"{v} {why}", kind="low")
        if column.high is not None:
            why_not = f"is more than {column.high:g}"
            self.tell(piece, column, numbers > column.high, why=lambda v: f"{v} {why_not}", kind="high")

    def moment(self, piece: pl.DataFrame, column: Column, *, done: pl.DataFrame) -> pl.Series:
        """A column of times, in UTC."""
        raw = piece[column.name]
        local, fixed, found = values.moments(raw)
        self.tell(piece, column, found.wrong, why=found.why, kind=found.kind)
        if column.required:
            self.required(piece, column, raw)
        reader = self.clocks.setdefault(column.name, clock.Clock(self.zone))
        series = done.select(column.in_order_of) if column.in_order_of else None
        earliest = done[column.not_before] if column.not_before else None
        moments = reader.utc(local, series=series, not_before=earliest)
        skipped = local.is_not_null() & moments.is_null()
        why = f"this time does not exist: the clock of {self.zone} skipped it"
        self.tell(piece, column, skipped, why=lambda value: f"“{values.shown(value)}”: {why}", kind="skipped")
        return moments.zip_with(fixed.is_null(), fixed)

    def tell(self, piece: pl.DataFrame, column: Column, where: pl.Series, *, why: Any, kind: str) -> None:
        """Tell of every row where something is wrong."""
        count = int(where.fill_null(False).sum())
        if count:
            rows = piece.filter(where.fill_null(False)).select(ROW, pl.col(column.name)).head(SHOWN)
            lines = [(row, why(value)) for row, value in rows.iter_rows()]
            self.report.tell_rows(self.part.file, lines, field=column.name, kind=kind, count=count)


def last_of(moments: pl.Series) -> datetime | None:
    """The last of these moments; None when there is none."""
    last = moments.max()
    return last if isinstance(last, datetime) else None


def later(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later of two moments, of which either may be missing."""
    return max((moment for moment in (one, other) if moment), default=None)


def without_rows(spec: SetSpec) -> pl.DataFrame:
    """The set as if its file had no row."""
    return pl.DataFrame({ROW: [], **{column.name: empty(column, height=0) for column in spec.columns}})


def empty(column: Column, *, height: int) -> pl.Series:
    """A column that the file does not have."""
    return pl.Series([None], dtype=DTYPES.get(column.kind, pl.String)).new_from_index(0, height)


DTYPES: dict[str, Any] = {
    "codes": pl.List(pl.String),
    "number": pl.Float64,
    "whole": pl.Int64,
    "boolean": pl.Boolean,
    "date": pl.Date,
    "moment": clock.UTC,
}


@dataclass
class Checker:
    """Reads sets in their order and holds them against one another."""

    specs: list[SetSpec]
    report: Report
    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    keys: dict[str, pl.Series] = field(default_factory=dict)
    """The first key column of each set that could be read."""
    broken: set[str] = field(default_factory=set)
    box: Box | None = None
    _seen: dict[str, pl.Series] = field(default_factory=dict)

    def read_city(self, content: dict[str, Any]) -> str:
        """Read the table [city]; its time zone, UTC when that is not known."""
        spec = next(spec for spec in self.specs if spec.form == "toml")
        zone = "UTC"
        if not content:
            return zone
        if not isinstance(content.get("city"), dict):
            self.report.tell(source.CITY, "the table [city] is missing")
            return zone
        part = Part(spec.name, spec.name, Path(), source.CITY)
        reader = PartReader(part, spec=spec, zone=zone, report=self.report)
        row = reader.typed(source.city_row(content))
        if row["area_kind"][0] == "" and content.get("areas"):
            kind = content["areas"][0].get("kind") if isinstance(content["areas"], list) else None
            row = row.with_columns(pl.lit(str(kind or "")).alias("area_kind"))
        self.frames[spec.name] = row
        found = row["timezone"][0]
        return found if found and values.is_zone(found) else zone

    def read_part(self, part: Part, *, spec: SetSpec, zone: str) -> PartRead:
        """Read one file of a set and check it, piece by piece."""
        reader = PartReader(part, spec=spec, zone=zone, report=self.report)
        rows = 0
        end: datetime | None = None
        series: set[str] = set()
        try:
            for piece in source.pieces(part, spec=spec):
                typed = reader.typed(piece)
                self.check(typed, part=part, spec=spec)
                rows += typed.height
                if spec.ends:
                    end = later(end, last_of(typed[spec.ends]))
                    for name in spec.column(spec.ends).in_order_of:
                        series |= set(typed[name].drop_nulls().unique())
                if not spec.large:
                    known = self.frames.get(spec.name)
                    self.frames[spec.name] = typed if known is None else pl.concat([known, typed])
        except Unreadable as error:
            self.report.tell(part.file, str(error), row=error.row)
            self.broken.add(spec.name)
            self.frames.pop(spec.name, None)
        for name, reading in reader.clocks.items():
            if reading.summer or reading.winter:
                self.report.notice(part.file, twice(name, reading))
        return PartRead(part, rows=rows, end=end, series=frozenset(series))

    def check(self, typed: pl.DataFrame, *, part: Part, spec: SetSpec) -> None:
        """Hold a piece against the rules, the other sets and the pieces before it."""
        tell = partial(self.tell, part)
        for column in spec.columns:
            if column.refers_to:
                self.references(typed, column, tell=tell, own=column.refers_to == spec.name)
            if column.unique:
                self.unique(typed, [column.name], part=part, spec=spec)
        if spec.key:
            self.unique(typed, list(spec.key), part=part, spec=spec)
            self.remember_keys(typed, spec)
        if {"lat", "lon"} <= {column.name for column in spec.columns}:
            self.places(typed, tell=tell)
        if spec.large:
            self.apply_rules(typed, spec=spec, part=part)
        if spec.form == "geojson":
            self.widen(typed)

    def finish(self, spec: SetSpec, *, file: str) -> None:
        """Apply the rules that need the whole of a small set, and references within it."""
        rows = self.frames.get(spec.name)
        if spec.large or rows is None:
            return
        part = Part(spec.name, spec.name, Path(), file)
        for column in spec.columns:
            if column.refers_to == spec.name:
                self.references(rows, column, tell=partial(self.tell, part), own=False)
        self.apply_rules(rows, spec=spec, part=part)

    def apply_rules(self, rows: pl.DataFrame, *, spec: SetSpec, part: Part) -> None:
        """Run the set's own rules."""
        checking = Checking(
            rows=rows,
            sets=self.frames,
            tell=partial(self.tell, part),
            notice=lambda text, count: self.report.notice(part.file, text, count=count),
        )
        for rule in spec.rules:
            rule(checking)

    def tell(
        self, part: Part, rows: pl.Series | Iterable[int | None], name: str, reason: str, *, kind: str = ""
    ) -> None:
        """Tell one reason for several rows of one field."""
        numbers = list(rows)
        if numbers:
            lines = [(row, reason) for row in numbers[:SHOWN]]
            self.report.tell_rows(part.file, lines, field=name, kind=kind or reason, count=len(numbers))

    def remember_keys(self, typed: pl.DataFrame, spec: SetSpec) -> None:
        """Keep a small set's keys for references to it."""
        if spec.large:
            return
        keys = typed[spec.key[0]].drop_nulls()
        before = self.keys.get(spec.name)
        self.keys[spec.name] = keys if before is None else pl.concat([before, keys])

    def known(self, name: str) -> pl.Series | None:
        """The keys of a set; None where it could not be read, so that not every reference to it is wrong."""
        spec = next(spec for spec in self.specs if spec.name == name)
        if name in self.broken:
            return None
        given = pl.Series(list(spec.known()), dtype=pl.String)
        rows = self.keys.get(name)
        if rows is None:
            return given if len(given) or not spec.required else None
        return pl.concat([rows, given]).unique()

    def references(self, typed: pl.DataFrame, column: Column, *, tell: Any, own: bool) -> None:
        """Tell of values that name nothing."""
        known = None if own else self.known(column.refers_to)
        if known is None:
            return
        wrong = typed.filter(~pl.col(column.name).is_in(known.implode()))
        names = known.to_list()
        for value, rows in grouped(wrong, column.name):
            close = get_close_matches(value, names, n=1)
            meant = f"; did you mean “{close[0]}”?" if close else ""
            reason = f"there is no “{values.shown(value)}” in {column.refers_to}{meant}"
            tell(rows, column.name, reason, kind=f"reference to {column.refers_to}")

    def unique(self, typed: pl.DataFrame, names: list[str], *, part: Part, spec: SetSpec) -> None:
        """Tell of rows whose key was there before, in this piece or an earlier one."""
        if any(typed[name].null_count() for name in names if spec.column(name).required):
            typed = typed.drop_nulls([name for name in names if spec.column(name).required])
        place = f"{spec.name}.{'.'.join(names)}"
        hashes = typed.select(pl.struct(names).hash(seed=7)).to_series()
        seen = self._seen.get(place)
        again = ~hashes.is_first_distinct()
        if seen is not None:
            again |= hashes.is_in(seen.implode())
        self._seen[place] = hashes if seen is None else pl.concat([seen, hashes])
        if again.any():
            rows = typed.filter(again)
            lines = [(row[0], used(row[1:])) for row in rows.select(ROW, *names).head(SHOWN).iter_rows()]
            self.report.tell_rows(part.file, lines, field=names[-1], kind="duplicate", count=rows.height)

    def places(self, typed: pl.DataFrame, *, tell: Any) -> None:
        """Tell of places that are half given, turned round, or far from the city."""
        lat, lon = pl.col("lat"), pl.col("lon")
        half = typed.filter(lat.is_null() != lon.is_null())
        tell(half[ROW], "lat", "latitude and longitude go together; one of them is empty")
        if self.box is None:
            return
        away = typed.filter(lat.is_not_null() & lon.is_not_null() & ~self.box.holds(lat, lon))
        turned = away.filter(self.box.holds(lon, lat))
        tell(turned[ROW], "lat", "latitude and longitude are the wrong way round")
        outside = away.filter(~self.box.holds(lon, lat))
        tell(outside[ROW], "lat", "the place lies far outside the city's areas")

    def widen(self, typed: pl.DataFrame) -> None:
        """Let the city's box hold these areas too."""
        for text in typed["geometry"].drop_nulls():
            if values.why_no_polygon(text) is None:
                west, south, east, north = shapely.geometry.shape(msgspec.json.decode(text)).bounds
                now = self.box or Box(90, 180, -90, -180)
                self.box = Box(
                    south=min(now.south, south - MARGIN),
                    west=min(now.west, west - MARGIN),
                    north=max(now.north, north + MARGIN),
                    east=max(now.east, east + MARGIN),
                )


def grouped(rows: pl.DataFrame, name: str) -> Iterator[tuple[str, list[int | None]]]:
    """The values of a column with the rows they stand in, in order of appearance."""
    for value, numbers in rows.group_by(name, maintain_order=True).agg(ROW).iter_rows():
        yield str(value), numbers


def used(key: tuple[Any, ...]) -> str:
    """Why a key cannot stand here."""
    return f"“{' · '.join(values.shown(part) for part in key)}” is there already; each may be there once"


def twice(name: str, reading: clock.Clock) -> str:
    """What to say about times in an hour that comes twice."""
    count = reading.summer + reading.winter
    return (
        f"{name}: {count:,} {'time lies' if count == 1 else 'times lie'} in the hour that the clock goes through "
        f"twice in autumn; {reading.summer:,} read as summer time, {reading.winter:,} as winter time"
    )
