"""Our clock of promises against the targets that Boston's own system set in 2015."""

import tomllib
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from weft.city.core import WorkingHours, due

BOSTON = Path(__file__).resolve().parents[2] / "demo" / "boston"
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
EVERY = 12
"""Every twelfth request is looked at."""


def calendar() -> WorkingHours:
    row = pl.read_csv(BOSTON / "calendars.csv").filter(pl.col("code") == "city").row(0, named=True)
    week = []
    for day in DAYS:
        spans = [span.split("-") for span in (row[day] or "").split()]
        week.append([(time.fromisoformat(start), time.fromisoformat(end)) for start, end in spans])
    days = pl.read_csv(BOSTON / "holidays.csv").filter(pl.col("calendar") == "city")["date"]
    return WorkingHours(week, ZoneInfo(row["timezone"]), frozenset(date.fromisoformat(day) for day in days))


def test_nineteen_of_twenty_promises_fall_due_at_the_minute_boston_said():
    city = tomllib.loads((BOSTON / "city.toml").read_text(encoding="utf-8"))["city"]
    zone, hours = ZoneInfo(city["timezone"]), calendar()
    services = pl.read_csv(BOSTON / "services.csv").select("code", "promise_hours", "promise_clock")
    rows = (
        pl.read_parquet(BOSTON / "requests.parquet")
        .join(services, left_on="service", right_on="code")
        .filter(pl.col("due_at").is_not_null() & pl.col("promise_hours").is_not_null())
        .gather_every(EVERY)
    )
    right = 0
    for row in rows.iter_rows(named=True):
        opened = row["opened_at"].replace(tzinfo=zone)
        said = due(opened, hours=row["promise_hours"], clock=row["promise_clock"], calendar=hours)
        right += abs((said - row["due_at"].replace(tzinfo=zone)).total_seconds()) < 60
    assert rows.height > 7000
    assert right / rows.height > 0.94
