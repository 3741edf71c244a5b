"""Reading the hand-written tables and writing the folder's files, always the same bytes for the same rows."""

import csv
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

FOLDER = Path(__file__).parent.parent
"""The city folder."""

Row = dict[str, Any]


def slug(words: str) -> str:
    """A code made of a name: `Street Light Outages` gives `street-light-outages`."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def written(name: str) -> list[dict[str, str]]:
    """The rows of a table under `sources/`, which is written by hand."""
    with (FOLDER / "sources" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_table(name: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write a CSV table; how many rows it has."""
    found = list(rows)
    with (FOLDER / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(found[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
    return len(found)


def write_parquet(name: str, rows: pl.DataFrame) -> int:
    """Write a Parquet file; how many rows it has."""
    path = FOLDER / f"{name}.parquet"
    path.parent.mkdir(exist_ok=True)
    rows.write_parquet(path, compression="zstd", compression_level=19)
    return rows.height


def write_geojson(name: str, features: list[Row]) -> int:
    """Write a GeoJSON file, one feature a line; how many features it has."""
    path = FOLDER / f"{name}.geojson"
    path.parent.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8")
    return len(features)
