"""The 311 requests of 2015: which unit each was with, through which channel it came, what came of it."""

from pathlib import Path

import polars as pl

from making.areas import ward_code
from making.files import slug, written

CHANNELS = {
    "Constituent Call": "call",
    "Citizens Connect App": "app",
    "Self Service": "web",
    "Twitter": "social",
    "Employee Generated": "staff",
    "City Worker App": "crew",
    "Maximo Integration": "system",
}


def read(data: Path) -> pl.DataFrame:
    """The source's rows, each with the unit it was with; null where the source names no department."""
    requests = pl.read_parquet(data / "boston_311_2015" / "requests.parquet")
    return requests.with_columns(unit=unit())


def unit() -> pl.Expr:
    """The recorded department, or the division of Public Works that the recorded queue names."""
    found = pl.lit(None, dtype=pl.String)
    for row in sorted(written("units"), key=lambda row: len(row["queue"])):
        here = (pl.col("department") == row["department"]) & pl.col("queue").str.starts_with(row["queue"])
        found = pl.when(here).then(pl.lit(row["unit"])).otherwise(found)
    return found


def rows(requests: pl.DataFrame) -> pl.DataFrame:
    """The rows of requests.parquet, in the order of the source."""
    types = requests["type"].unique().to_list()
    return requests.select(
        reference=pl.col("case_id").cast(pl.String),
        service=pl.col("type").replace_strict({name: slug(name) for name in types}),
        unit="unit",
        channel=pl.col("source").replace_strict(CHANNELS),
        opened_at="opened_at",
        due_at="target_at",
        closed_at="closed_at",
        outcome=pl.col("closure_code"),
        lat="lat",
        lon="lon",
        area=pl.when(pl.col("lat").is_null()).then(
            pl.col("ward").replace_strict(
                {number: ward_code(number) for number in range(1, 23)}, default=None, return_dtype=pl.String
            )
        ),
    )
