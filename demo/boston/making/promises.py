"""What the city promised, read from its own target times: hours, and the clock by which they run."""

from datetime import date

import polars as pl

from making.holidays import days_off

OPENS, DAY = 8.5 * 3600, 8.5 * 3600
"""The city's clock opens at 8:30 and runs for eight and a half hours, to 17:00, in seconds."""
MINUTE, HOUR = 60, 3600
"""The source cuts the seconds off many opening times, so a promise can be a minute out."""
MOST = 0.5
"""A service is promised for when at least half of its requests have a target."""
START = date(2011, 1, 3)


def working(moment: pl.Expr) -> pl.Expr:
    """Seconds of the city's clock since its start."""
    day = moment.dt.date()
    days = pl.business_day_count(START, day, holidays=days_off())
    since_midnight = (moment - moment.dt.truncate("1d")).dt.total_seconds()
    today = day.dt.is_business_day(holidays=days_off()).cast(pl.Float64)
    return days * DAY + today * (since_midnight - OPENS).clip(0, DAY)


def spans(requests: pl.DataFrame) -> pl.DataFrame:
    """How long each promise is by either clock, in seconds."""
    return requests.filter(pl.col("target_at").is_not_null()).select(
        "type",
        "target_at",
        elapsed=(pl.col("target_at") - pl.col("opened_at")).dt.total_seconds().cast(pl.Float64),
        working=working(pl.col("target_at")) - working(pl.col("opened_at")),
        to_opening=pl.col("target_at").dt.time() == pl.time(8, 30),
    )


def promises(requests: pl.DataFrame) -> pl.DataFrame:
    """For each type: hours and clock of its usual promise, and how many of its promises that explains.

    The hours are null where fewer than half of the requests have a target.
    """
    found = spans(requests)
    both = pl.concat([usual(found, clock="elapsed"), usual(found, clock="working")])
    best = both.sort("type", "near", "clock", descending=[False, True, True]).unique(
        "type", keep="first", maintain_order=True
    )
    share = requests.group_by("type").agg(promised=pl.col("target_at").is_not_null().mean())
    joined = share.join(best, on="type", how="left").sort("type")
    rare = pl.col("promised") < MOST
    return joined.with_columns(hours=pl.when(~rare).then("hours"), clock=pl.when(~rare).then("clock"))


def usual(found: pl.DataFrame, *, clock: str) -> pl.DataFrame:
    """The most frequent promise by one clock, to half an hour, and how many rows it explains."""
    halves = (pl.col(clock) / HOUR * 2).round() / 2
    counted = found.with_columns(hours=halves).filter(pl.col("hours") > 0).group_by("type", "hours").len()
    mode = counted.sort("type", "len", "hours", descending=[False, True, False]).unique("type", keep="first")
    off = (pl.col(clock) - pl.col("hours") * HOUR).abs()
    # Weft ends a full day at 17:00; the city writes 8:30 of the next day, the same moment of the clock.
    same_wall = ~pl.col("to_opening") | (pl.col(clock) < pl.col("hours") * HOUR - MINUTE)
    return (
        found.join(mode.drop("len"), on="type")
        .group_by("type", "hours")
        .agg(
            rows=pl.len(),
            near=(off <= MINUTE).sum(),
            within_hour=(off <= HOUR).sum(),
            on_the_wall=((off <= MINUTE) & (pl.lit(clock == "elapsed") | same_wall)).sum(),
        )
        .with_columns(clock=pl.lit(clock))
    )
