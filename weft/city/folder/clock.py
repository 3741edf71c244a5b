"""The city's clock turned into UTC, whole columns at a time, through the missing and the repeated hour."""

from dataclasses import dataclass, field
from typing import Literal

import polars as pl

SHAPE = r"^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(:\d{2})?(\.\d{1,6})?\d* ?(Z|z|[+-]\d{2}:?\d{2})?)?$"
LOCAL = pl.Datetime("us")
UTC = pl.Datetime("us", "UTC")


def parse(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    """ISO 8601 text as (local time without offset, UTC where the value names its offset); null where it is neither."""
    parts = text.to_frame("t").select(pl.col("t").str.extract_groups(SHAPE).alias("p")).unnest("p")
    parts.columns = ["day", "minute", "second", "fraction", "offset"]
    written = pl.concat_str(
        pl.col("day"),
        pl.lit("T"),
        pl.col("minute").fill_null("00:00"),
        pl.col("second").fill_null(":00"),
        pl.col("fraction").fill_null(".0"),
    )
    parsed = parts.select(
        written.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False).alias("local"),
        pl.col("offset"),
    )
    sign = pl.when(pl.col("offset").str.starts_with("-")).then(-1).otherwise(1)
    hours = pl.col("offset").str.slice(1, 2).cast(pl.Int32, strict=False).fill_null(0)
    minutes = pl.col("offset").str.slice(-2).cast(pl.Int32, strict=False).fill_null(0)
    fixed = parsed.select(
        pl.when(pl.col("offset").is_null()).then(pl.col("local")).alias("local"),
        pl.when(pl.col("offset").is_not_null())
        .then(pl.col("local") - pl.duration(minutes=sign * (hours * 60 + minutes)))
        .dt.replace_time_zone("UTC")
        .alias("utc"),
    )
    return fixed["local"], fixed["utc"]


@dataclass
class Clock:
    """Reads one column of one file from beginning to end; it remembers the repeated hours it has met.

    In the hour that comes twice, the first row of a series for a moment is summer time and the second winter
    time; so is every row after the series went back within that hour. Files are in the order things happened.
    """

    zone: str
    summer: int = 0
    winter: int = 0
    _met: pl.DataFrame | None = field(default=None, repr=False)

    def utc(
        self, local: pl.Series, *, series: pl.DataFrame | None = None, not_before: pl.Series | None = None
    ) -> pl.Series:
        """The moments in UTC; null where the clock skipped that time (or there is none)."""
        early = self._at(local, "earliest")
        twice = early.is_not_null() & self._at(local, "null").is_null()
        if not twice.any():
            return early
        late = self._at(local, "latest")
        if series is not None:
            is_winter = self._second_time(local, twice, series)
        elif not_before is not None:
            is_winter = (twice & (early < not_before)).fill_null(False)
        else:
            is_winter = pl.repeat(False, len(local), eager=True)
        self.winter += int(is_winter.sum())
        self.summer += int(twice.sum()) - int(is_winter.sum())
        return late.zip_with(is_winter, early)

    def _at(self, local: pl.Series, ambiguous: Literal["earliest", "latest", "null"]) -> pl.Series:
        return local.dt.replace_time_zone(
            self.zone, ambiguous=ambiguous, non_existent="null"
        ).dt.convert_time_zone("UTC")

    def _second_time(self, local: pl.Series, twice: pl.Series, series: pl.DataFrame) -> pl.Series:
        """Which rows lie in the second passage; only the rows of repeated hours are looked at and remembered."""
        rows = series.with_columns(
            local.alias("_local"), pl.int_range(pl.len(), dtype=pl.Int64).alias("_index")
        )
        rows = rows.filter(twice)
        met = (
            rows
            if self._met is None
            else pl.concat([self._met.with_columns(_index=pl.lit(-1, dtype=rows.schema["_index"])), rows])
        )
        self._met = met
        hour = [*series.columns, pl.col("_local").dt.date()]
        again = pl.int_range(pl.len()).over([*series.columns, "_local"]) > 0
        back = (pl.col("_local") < pl.col("_local").cum_max().over(hour)).alias("_back")
        went_back = pl.col("_back").cast(pl.Int8).cum_max().over(hour) == 1
        second = met.with_columns(back).filter((again | went_back) & (pl.col("_index") >= 0))["_index"]
        return pl.int_range(len(local), eager=True, dtype=pl.Int64).is_in(second.implode())
