"""Finding the files of a city folder and reading them, as text where they are text, piece by piece."""

import csv
import hashlib
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import polars as pl

from weft.city.folder.report import Report
from weft.city.folder.spec import ROW, SetSpec

PIECE = 20_000
"""Rows of a large set that are held in memory at a time."""
TABLES = (".csv", ".parquet")
CITY = "city.toml"


class Unreadable(Exception):
    """A file cannot be read as what it says it is; `row` is where, if that is known."""

    def __init__(self, reason: str, *, row: int | None = None) -> None:
        super().__init__(reason)
        self.row = row


@dataclass(frozen=True, slots=True)
class Part:
    """One file of one set; `name` is the set's, with the file's after a slash where a set has several."""

    set: str
    name: str
    path: Path
    file: str
    given: tuple[tuple[str, str], ...] = ()
    """Values that stand in city.toml for every row of the file."""

    def digest(self) -> str:
        """SHA-256 of the file's bytes."""
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True)
class Found:
    """What a folder holds: the parts of each set and the content of city.toml."""

    path: Path
    city: dict[str, Any]
    parts: dict[str, list[Part]]


def find(path: Path, *, specs: list[SetSpec], report: Report) -> Found:
    """Look for the files of every set, and tell of missing ones and of names that belong to no set."""
    if not path.is_dir():
        report.tell(str(path), "there is no such folder")
        return Found(path, {}, {})
    city = read_city(path, report=report)
    parts: dict[str, list[Part]] = {}
    for spec in specs:
        if spec.form == "toml":
            found = [Part(spec.name, spec.name, path / CITY, CITY)] if (path / CITY).is_file() else []
        elif spec.form == "geojson":
            found = area_parts(path, city=city, spec=spec, report=report)
        else:
            found = table_parts(path, spec=spec, report=report)
        if found:
            parts[spec.name] = found
        elif spec.required and spec.form != "toml":
            report.tell(f"{spec.name}.csv", "this file is missing; every city folder needs it")
    strangers(path, specs=specs, report=report)
    return Found(path, city, parts)


def read_city(path: Path, *, report: Report) -> dict[str, Any]:
    """The content of city.toml; empty, and told, when it cannot be read."""
    try:
        return tomllib.loads((path / CITY).read_text(encoding="utf-8"))
    except FileNotFoundError:
        report.tell(CITY, "this file is missing; every city folder needs it")
    except UnicodeDecodeError:
        report.tell(CITY, "the file is not UTF-8 text; save it as UTF-8")
    except tomllib.TOMLDecodeError as error:
        report.tell(CITY, f"the file is not valid TOML: {error}")
    return {}


def area_parts(path: Path, *, city: dict[str, Any], spec: SetSpec, report: Report) -> list[Part]:
    """The GeoJSON files that city.toml lists under [[areas]], each with its kind."""
    found = []
    entries = city.get("areas", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        report.tell(CITY, "areas are listed as [[areas]] with a file and a kind", field="areas")
        return []
    for entry in entries:
        name, kind = str(entry.get("file", "")), str(entry.get("kind", ""))
        if not name or not kind:
            report.tell(CITY, "each of [[areas]] needs a file and a kind", field="areas")
        elif not (path / name).resolve().is_relative_to(path.resolve()):
            report.tell(CITY, f"“{name}” lies outside the folder", field="areas")
        elif not (path / name).is_file():
            report.tell(name, f"{CITY} lists this file and it is missing")
        else:
            part = f"{spec.name}/{Path(name).stem}"
            found.append(Part(spec.name, part, path / name, name, (("kind", kind),)))
    return each_once(found, report=report)


def each_once(parts: list[Part], *, report: Report) -> list[Part]:
    """The parts of a set; two files that differ only in their ending or folder are told."""
    names = [part.name for part in parts]
    for index, part in enumerate(parts):
        if part.name in names[:index]:
            other = parts[names.index(part.name)]
            report.tell(part.file, f"{other.file} has the same name; rename one of the two")
    return parts


def table_parts(path: Path, *, spec: SetSpec, report: Report) -> list[Part]:
    """A set as one file, or as a folder of files."""
    endings = (spec.suffix,) if spec.form == "files" else TABLES
    single = [path / f"{spec.name}{ending}" for ending in endings if spec.form == "table"]
    single = [file for file in single if file.is_file()]
    folder = path / spec.name
    several = sorted(file for file in folder.iterdir() if file.suffix in endings) if folder.is_dir() else []
    if len(single) + bool(several) > 1:
        names = ", ".join(str(file.relative_to(path)) for file in [*single, *several[:1]])
        report.tell(spec.name, f"the set is given more than once ({names}); keep one")
        return []
    if single:
        return [Part(spec.name, spec.name, single[0], single[0].name)]
    parts = [
        Part(spec.name, f"{spec.name}/{file.stem}", file, f"{spec.name}/{file.name}") for file in several
    ]
    return each_once(parts, report=report)


def strangers(path: Path, *, specs: list[SetSpec], report: Report) -> None:
    """Tell of tables whose names belong to no set: most likely misspelled, and else silently left out."""
    names = [spec.name for spec in specs if spec.form in ("table", "files")]
    for file in sorted(path.iterdir()):
        if (file.is_file() and file.suffix in TABLES) and file.stem not in names:
            close = get_close_matches(file.stem, names, n=1)
            meant = f"; did you mean {close[0]}{file.suffix}?" if close else ""
            report.tell(file.name, f"this is no set of a city folder{meant}")


def pieces(part: Part, *, spec: SetSpec) -> Iterator[pl.DataFrame]:
    """The rows of a file with their numbers, in pieces; `Unreadable` when it is not what it says it is."""
    if spec.form == "geojson":
        frames: Iterator[pl.DataFrame] = iter([read_geojson(part)])
    elif spec.form == "files":
        frames = iter([read_file(part)])
    elif part.path.suffix == ".csv":
        frames = read_csv(part)
    else:
        frames = read_parquet(part)
    for frame in frames:
        yield frame.with_columns(pl.lit(value).alias(name) for name, value in part.given)


def read_csv(part: Part) -> Iterator[pl.DataFrame]:
    """A CSV file, every value as text."""
    header = csv_header(part.path)
    again = sorted({name for name in header if header.count(name) > 1})
    if again:
        raise Unreadable(f"the column “{again[0]}” is there more than once", row=1)
    try:
        lines = pl.scan_csv(
            part.path,
            infer_schema=False,
            row_index_name=ROW,
            row_index_offset=2,
        )
        empty = True
        for frame in lines.collect_batches(chunk_size=PIECE, maintain_order=True):
            empty = False
            yield frame.rename(
                {old: new for old, new in zip(frame.columns[1:], header, strict=True) if old != new}
            )
        if empty:
            yield pl.DataFrame(schema={ROW: pl.UInt32, **dict.fromkeys(header, pl.String)})
    except pl.exceptions.PolarsError as error:
        raise why_not_csv(part.path, error) from None


def csv_header(path: Path) -> list[str]:
    """The names in the first line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream), [])
    except UnicodeDecodeError as error:
        raise why_not_csv(path, error) from None
    if not any(header):
        raise Unreadable("the file is empty; its first line names the columns", row=1)
    return [name.strip() for name in header]


def why_not_csv(path: Path, error: Exception) -> Unreadable:
    """The row at which a CSV file cannot be read, found by going through it again."""
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return Unreadable("the text is not UTF-8; save the file as UTF-8", row=number)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        try:
            width = len(next(reader))
            for number, row in enumerate(reader, start=2):
                if len(row) > width:
                    return Unreadable(
                        f"the row has {len(row)} values and the first line names {width} columns", row=number
                    )
        except csv.Error as problem:
            return Unreadable(f"the file is not valid CSV: {problem}", row=reader.line_num)
    return Unreadable(f"the file is not valid CSV: {first_line(error)}")


def read_parquet(part: Part) -> Iterator[pl.DataFrame]:
    """A Parquet file with its own types; the first row is row 1."""
    try:
        rows = pl.scan_parquet(part.path).with_row_index(ROW, offset=1)
        names = rows.collect_schema()
        empty = True
        for frame in rows.collect_batches(chunk_size=PIECE, maintain_order=True):
            empty = False
            yield frame
        if empty:
            yield pl.DataFrame(schema=names)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise Unreadable(f"the file is not valid Parquet: {first_line(error)}") from None


def read_geojson(part: Part) -> pl.DataFrame:
    """The features of a GeoJSON file: their properties and the geometry as JSON text; the first is row 1."""
    try:
        content = json.loads(part.path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise Unreadable("the text is not UTF-8; save the file as UTF-8") from None
    except ValueError as error:
        raise Unreadable(f"the file is not valid JSON: {error}") from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise Unreadable("the file is not a GeoJSON FeatureCollection")
    names = dict.fromkeys(name for feature in features for name in feature.get("properties") or {})
    rows: dict[str, list[Any]] = {ROW: list(range(1, len(features) + 1))}
    for name in names:
        rows[name] = [as_text((feature.get("properties") or {}).get(name)) for feature in features]
    rows["geometry"] = [json.dumps(feature.get("geometry")) for feature in features]
    return pl.DataFrame(rows, schema={ROW: pl.UInt32, **dict.fromkeys([*names, "geometry"], pl.String)})


def read_file(part: Part) -> pl.DataFrame:
    """A file that is one row: its name without the ending as `code`, its text as `text`."""
    try:
        text = part.path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Unreadable("the text is not UTF-8; save the file as UTF-8") from None
    return pl.DataFrame(
        {ROW: [None], "code": [part.path.stem], "text": [text]}, schema_overrides={ROW: pl.UInt32}
    )


def city_row(city: dict[str, Any]) -> pl.DataFrame:
    """The table [city] of city.toml as one row of text."""
    table = city.get("city", {})
    values: dict[str, str | None] = {}
    for name, value in table.items() if isinstance(table, dict) else ():
        if isinstance(value, dict):
            values |= {f"{name}.{inner}": as_text(part) for inner, part in value.items()}
        elif isinstance(value, list):
            values[name] = " ".join(map(str, value))
        else:
            values[name] = as_text(value)
    return pl.DataFrame(
        {ROW: [None], **{name: [value] for name, value in values.items()}},
        schema={ROW: pl.UInt32, **dict.fromkeys(values, pl.String)},
    )


def as_text(value: object) -> str | None:
    """A value of JSON or TOML as it would stand in a CSV file."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        value
        if isinstance(value, str)
        else json.dumps(value)
        if isinstance(value, dict | list)
        else str(value)
    )


def first_line(error: Exception) -> str:
    """The first line of an error's message."""
    return (str(error).strip().splitlines() or ["unknown error"])[0][:200]
