"""Local time turned into UTC, through the hour that is missing and the hour that comes twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from weft.city.folder.clock import Clock, parse

BOSTON = "America/New_York"


def moments(*texts: str) -> pl.Series:
    local, _ = parse(pl.Series(texts))
    return local


def hours(zone: Clock, *texts: str, series: list[str] | None = None) -> list[str | None]:
    """The hour and minute in UTC of each local time."""
    names = pl.DataFrame({"datastream": series or ["a"] * len(texts)})
    found = zone.utc(moments(*texts), series=names)
    return [moment.strftime("%H:%M") if moment else None for moment in found.to_list()]


def test_winter_and_summer_are_told_apart():
    assert hours(Clock(BOSTON), "2018-01-15T12:00", "2018-07-15T12:00") == ["17:00", "16:00"]


def test_the_first_of_two_equal_times_is_summer_time():
    clock = Clock(BOSTON)
    told = hours(clock, "2018-11-04T01:00", "2018-11-04T01:00", "2018-11-04T01:15", "2018-11-04T01:15")
    assert told == ["05:00", "06:00", "05:15", "06:15"]
    assert (clock.summer, clock.winter) == (2, 2)


def test_after_going_back_it_is_winter_time():
    told = hours(
        Clock(BOSTON), "2018-11-04T01:10", "2018-11-04T01:50", "2018-11-04T01:20", "2018-11-04T01:55"
    )
    assert told == ["05:10", "05:50", "06:20", "06:55"]


def test_each_series_has_an_order_of_its_own():
    told = hours(Clock(BOSTON), "2018-11-04T01:50", "2018-11-04T01:20", series=["a", "b"])
    assert told == ["05:50", "05:20"]


def test_the_repeated_hour_is_remembered_from_piece_to_piece():
    clock = Clock(BOSTON)
    assert hours(clock, "2018-11-04T01:30") == ["05:30"]
    assert hours(clock, "2018-11-04T01:15", "2018-11-04T01:45") == ["06:15", "06:45"]


def test_a_third_row_for_the_moment_is_winter_time_again():
    assert hours(Clock(BOSTON), *["2018-11-04T01:30"] * 3) == ["05:30", "06:30", "06:30"]


def test_the_missing_hour_does_not_exist():
    assert hours(Clock(BOSTON), "2018-03-11T01:59", "2018-03-11T02:00", "2018-03-11T03:00") == [
        "06:59",
        None,
        "07:00",
    ]


def test_closing_is_read_so_that_it_does_not_come_before_opening():
    opened = pl.Series([datetime(2018, 11, 4, 5, 50, tzinfo=UTC)] * 2).cast(pl.Datetime("us", "UTC"))
    closed = Clock(BOSTON).utc(moments("2018-11-04T01:20", "2018-11-04T01:55"), not_before=opened)
    assert [moment.hour for moment in closed.to_list()] == [6, 5]


def test_a_time_with_an_offset_is_taken_at_its_word():
    local, fixed = parse(
        pl.Series(["2018-11-04T01:30:00-05:00", "2018-11-04T01:30Z", "2018-11-04T01:30+05:30"])
    )
    assert local.null_count() == 3
    assert [moment.strftime("%d %H:%M") for moment in fixed.to_list()] == ["04 06:30", "04 01:30", "03 20:00"]


def test_what_is_no_time_is_none():
    local, fixed = parse(
        pl.Series(["", "now", "2018", "2018-13-01", "2018-01-01T25:00", "01/02/2018", "2018-1-1", None])
    )
    assert local.null_count() == fixed.null_count() == 8


ZONES = st.sampled_from([BOSTON, "Europe/Paris", "Australia/Melbourne", "Asia/Kolkata", "America/St_Johns"])
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1))  # noqa: DTZ001


@given(ZONES, INSTANTS)
def test_a_moment_comes_back_from_the_wall_clock(name, instant):
    zone, moment = ZoneInfo(name), instant.replace(tzinfo=UTC)
    wall = moment.astimezone(zone)
    told = Clock(name).utc(pl.Series([wall.replace(tzinfo=None)]).cast(pl.Datetime("us"))).to_list()[0]
    assert told in (moment, moment - timedelta(hours=1)), (
        "only the second passage of an hour is read as the first"
    )
    assert told.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None)


@given(ZONES, st.integers(0, 24 * 365 * 20), st.sampled_from([5, 15, 30, 60]))
def test_a_meter_that_never_rests_is_read_as_it_ran(name, hour, minutes):
    begin = datetime(2005, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    run = [begin + timedelta(minutes=minutes * step) for step in range(300)]
    wall = [moment.astimezone(ZoneInfo(name)).replace(tzinfo=None) for moment in run]
    local = pl.Series(wall).cast(pl.Datetime("us"))
    told = Clock(name).utc(local, series=pl.DataFrame({"datastream": ["a"] * len(run)})).to_list()
    first_passage_cut_off = told[0] != run[0]
    assert first_passage_cut_off or told == run
