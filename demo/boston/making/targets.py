"""Targets of the on-time share: the city's own where its budget book has one, a demonstration's for the rest."""

import gzip
from pathlib import Path

import polars as pl

from making.files import Row, written

BOOK, YEAR = "fy18_adopted", 2018
"""The first adopted budget book in the data, and the first year it sets targets for."""
MEASURE = "on-time-share"
START = "2015-01-01"
DEMONSTRATION = 0.80


def rows(data: Path) -> list[Row]:
    """The rows of targets.csv; the first is for all units without one of their own."""
    path = data / "boston_budget_performance" / "performance_measures.csv.gz"
    published = pl.read_csv(gzip.decompress(path.read_bytes()), infer_schema_length=None)
    own = [target(row["unit"], share_of(row, published)) for row in written("targets")]
    return [target("", DEMONSTRATION), *own]


def share_of(row: dict[str, str], published: pl.DataFrame) -> float:
    """The share that the budget book promises."""
    found = published.filter(
        pl.col("budget_book") == BOOK,
        pl.col("fiscal_year") == YEAR,
        pl.col("value_kind") == "target",
        pl.col("department") == row["department"],
        pl.col("measure") == row["measure"],
    )["value"].unique()
    return float(found.item()) / 100


def target(unit: str, share: float) -> Row:
    """One target."""
    return {"measure": MEASURE, "unit": unit, "start": START, "value": f"{share:.2f}"}
