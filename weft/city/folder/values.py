"""Turning the values of a column into what they stand for, and saying why one cannot be."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from difflib import get_close_matches
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import polars as pl
import shapely

from weft.city.folder import clock
from weft.city.folder.spec import Column, Kind

LENGTH = 200
"""The longest code."""
YEARS = (1900, 2100)


@dataclass(frozen=True)
class Read:
    """A column's values, null where there is none or it is wrong, and the wrong ones with a reason each."""

    values: pl.Series
    wrong: pl.Series
    """Where a value is given and wrong."""
    why: Callable[[Any], str]
    """The reason, for a value as it was given."""
    kind: str
    """What the wrong ones have in common, for counting."""


Reader = Callable[[pl.Series, Column], Read]


def read(raw: pl.Series, column: Column) -> Read:
    """The values of a column; times become those of `clock.parse` and are placed on the clock elsewhere."""
    dtype = raw.dtype
    if column.kind in ("number", "whole") and dtype.is_numeric():
        return number(raw, column)
    if column.kind == "boolean" and dtype == pl.Boolean:
        return Read(raw, nothing(raw), str, "")
    if column.kind == "date" and dtype == pl.Date:
        return dated(raw, raw)
    text = raw if dtype == pl.String else raw.cast(pl.String, strict=False)
    text = text.str.strip_chars()
    text = text.set(text == "", None)
    if text.str.contains("\x00", literal=True).any():
        wrong = text.str.contains("\x00", literal=True).fill_null(False)
        return Read(text.set(wrong, None), wrong, lambda value: "there is a zero byte in the text", "zero")
    return READERS[column.kind](text, column)


def nothing(raw: pl.Series) -> pl.Series:
    """No row."""
    return pl.repeat(False, len(raw), eager=True, dtype=pl.Boolean)


def missing_in(values: pl.Series, raw: pl.Series) -> pl.Series:
    """Where a value was given and nothing came of it."""
    return values.is_null() & raw.is_not_null()


def by_value(raw: pl.Series, check: Callable[[str], bool]) -> pl.Series:
    """Where a check of single values fails; each different value is looked at once."""
    failed = [value for value in raw.unique().drop_nulls().to_list() if not check(value)]
    return raw.is_in(failed).fill_null(False)


def text(raw: pl.Series, column: Column) -> Read:
    """Words, or one of the words to choose from."""
    allowed = column.allowed()
    if not allowed:
        return Read(raw, nothing(raw), str, "")
    wrong = (~raw.is_in(allowed)).fill_null(False)
    return Read(raw.set(wrong, None), wrong, lambda value: not_one_of(value, allowed), "choice")


def not_one_of(value: str, allowed: list[str]) -> str:
    """Why a value that is not on the list is wrong, with the one most likely meant."""
    if len(allowed) <= 8:
        return f"“{shown(value)}” is not one of {', '.join(allowed)}"
    close = get_close_matches(value, allowed, n=1)
    return f"“{shown(value)}” is not known" + (f"; did you mean “{close[0]}”?" if close else "")


def code(raw: pl.Series, column: Column) -> Read:
    """A short name without spaces or slashes."""
    listed = text(raw, column)
    if listed.kind:
        return listed
    wrong = (raw.str.contains(r"[\s/]") | (raw.str.len_chars() > LENGTH)).fill_null(False)
    why = f"a code has no spaces, no slashes and at most {LENGTH} characters"
    return Read(raw, wrong, lambda value: f"“{shown(value)}”: {why}", "code")


def codes(raw: pl.Series, column: Column) -> Read:
    """Codes with spaces between them, as a list."""
    allowed = set(column.allowed())
    wrong = by_value(raw, lambda value: not allowed or set(value.split()) <= allowed)

    def why(value: str) -> str:
        unknown = next(word for word in value.split() if word not in allowed)
        return not_one_of(unknown, sorted(allowed))

    return Read(raw.str.split(" ").list.filter(pl.element() != ""), wrong, why, "choice")


def number(raw: pl.Series, column: Column) -> Read:
    """A finite number, or a whole one."""
    dtype = pl.Int64 if column.kind == "whole" else pl.Float64
    values = raw.cast(dtype, strict=False)
    if column.kind == "number":
        values = values.set(~values.is_finite(), None)
    what = "a whole number" if column.kind == "whole" else "a number (write it with a point: 12.5)"
    return Read(values, missing_in(values, raw), lambda value: f"“{shown(value)}” is not {what}", "number")


TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def boolean(raw: pl.Series, column: Column) -> Read:
    """True or false."""
    values = raw.str.to_lowercase().replace_strict(TRUTH, default=None, return_dtype=pl.Boolean)
    return Read(
        values, missing_in(values, raw), lambda value: f"“{shown(value)}” is not true or false", "boolean"
    )


def date(raw: pl.Series, column: Column) -> Read:
    """A day, written 2015-01-31."""
    exact = raw.set(~raw.str.contains(r"^\d{4}-\d{2}-\d{2}$"), None)
    return dated(exact.str.to_date("%Y-%m-%d", strict=False), raw)


def dated(values: pl.Series, raw: pl.Series) -> Read:
    """Days within the years that are taken for real."""
    values = values.set(~values.dt.year().is_between(*YEARS), None)
    return Read(
        values,
        missing_in(values, raw),
        lambda value: f"“{shown(value)}” is not a date (write it 2015-01-31)",
        "date",
    )


def moments(raw: pl.Series) -> tuple[pl.Series, pl.Series, Read]:
    """Times as (local, UTC where an offset is given, what is wrong)."""
    if isinstance(raw.dtype, pl.Datetime):
        values = raw.cast(pl.Datetime("us", raw.dtype.time_zone))
        none_local = pl.Series([None], dtype=clock.LOCAL).new_from_index(0, len(raw))
        none_utc = pl.Series([None], dtype=clock.UTC).new_from_index(0, len(raw))
        pair = (
            (values, none_utc)
            if raw.dtype.time_zone is None
            else (none_local, values.dt.convert_time_zone("UTC"))
        )
    else:
        raw = raw.cast(pl.String, strict=False).str.strip_chars()
        raw = raw.set(raw == "", None)
        pair = clock.parse(raw)
    local = pair[0].set(~pair[0].dt.year().is_between(*YEARS), None)
    fixed = pair[1].set(~pair[1].dt.year().is_between(*YEARS), None)
    wrong = raw.is_not_null() & local.is_null() & fixed.is_null()
    why = "is not a time (write it 2015-01-31T08:30:00)"
    return local, fixed, Read(local, wrong, lambda value: f"“{shown(value)}” {why}", "time")


HOURS = re.compile(r"^([0-2]\d:[0-5]\d)-([0-2]\d:[0-5]\d)$")


def spans(value: str) -> list[list[str]] | None:
    """The open spans of a day written `08:00-12:00,13:00-17:00`; None when they are not in order."""
    found: list[list[str]] = []
    for piece in value.split(","):
        match = HOURS.match(piece.strip())
        if match is None:
            return None
        found.append([match[1], match[2]])
    try:
        edges = [time.fromisoformat(edge) for span in found for edge in span]
    except ValueError:
        return None
    return found if all(a < b for a, b in pairwise(edges)) else None


def hours(raw: pl.Series, column: Column) -> Read:
    """The open hours of a day, as text."""
    wrong = by_value(raw, lambda value: spans(value) is not None)
    return Read(
        raw, wrong, lambda value: f"“{shown(value)}” is not a span of hours (write it 08:00-17:00)", "hours"
    )


def is_zone(value: str) -> bool:
    """Whether this names a time zone."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        return False
    return True


def zone(raw: pl.Series, column: Column) -> Read:
    """A time zone of the IANA list."""
    return Read(
        raw,
        by_value(raw, is_zone),
        lambda value: f"“{shown(value)}” is not a time zone (write it as in Europe/Paris)",
        "zone",
    )


def is_object(value: str) -> bool:
    """Whether this is a JSON object."""
    try:
        return isinstance(msgspec.json.decode(value), dict)
    except (msgspec.DecodeError, RecursionError):
        return False


def json(raw: pl.Series, column: Column) -> Read:
    """A JSON object, as text."""
    wrong = by_value(raw, is_object)
    return Read(raw, wrong, lambda value: f"“{shown(value)}” is not a JSON object", "json")


def geometry(raw: pl.Series, column: Column) -> Read:
    """A polygon in longitude and latitude, as GeoJSON text."""
    return Read(
        raw, by_value(raw, lambda value: why_no_polygon(value) is None), lambda v: why_no_polygon(v) or "", ""
    )


def why_no_polygon(value: str) -> str | None:
    """What is wrong with a geometry; None when it is a sound polygon on Earth."""
    found = msgspec.json.decode(value)
    kind = found.get("type") if isinstance(found, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        return f"the geometry is {'missing' if kind is None else f'a {kind}'} and must be a Polygon or MultiPolygon"
    try:
        shape = shapely.geometry.shape(found)
        if shape.is_empty:
            return "the polygon is empty"
        west, south, east, north = shape.bounds
        if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
            return "the coordinates are not longitude and latitude in degrees (WGS 84)"
        return None if shape.is_valid else f"the outline is not sound: {shapely.is_valid_reason(shape)}"
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, shapely.errors.ShapelyError):
        return "the coordinates of the polygon cannot be read"


def shown(value: object) -> str:
    """A value as a reason shows it, not longer than a line."""
    words = str(value)
    return words if len(words) <= 60 else words[:59] + "…"


READERS: dict[Kind, Reader] = {
    "text": text,
    "code": code,
    "codes": codes,
    "number": number,
    "whole": number,
    "boolean": boolean,
    "date": date,
    "hours": hours,
    "zone": zone,
    "json": json,
    "geometry": geometry,
}
