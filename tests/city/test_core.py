"""Working time, and who reaches what."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weft.city.core import WorkingHours, codes_of, due, path_below, working_hours
from weft.kit.access import Actor, Grant, widest

BOSTON = ZoneInfo("America/New_York")
OFFICE = WorkingHours(
    week=[[(time(8), time(12)), (time(13), time(17))]] * 5 + [[], []],
    zone=BOSTON,
    days_off=frozenset({date(2026, 7, 3)}),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BOSTON)


@pytest.mark.parametrize(
    ("opened", "hours", "expected"),
    [
        ("2026-06-29T08:00", 1, "2026-06-29T09:00"),
        ("2026-06-29T06:00", 1, "2026-06-29T09:00"),
        ("2026-06-29T11:30", 1, "2026-06-29T13:30"),
        ("2026-06-29T16:30", 1, "2026-06-30T08:30"),
        ("2026-06-29T08:00", 8, "2026-06-30T08:00"),
        ("2026-06-27T12:00", 8, "2026-06-30T08:00"),
        ("2026-06-29T17:00", 8, "2026-07-01T08:00"),
        ("2026-07-02T16:00", 2, "2026-07-06T09:00"),
        ("2026-07-04T12:00", 1, "2026-07-06T09:00"),
        ("2026-06-29T08:00", 40, "2026-07-07T08:00"),
    ],
)
def test_a_promise_counts_working_hours_only(opened, hours, expected):
    assert due(at(opened), hours=hours, clock="working", calendar=OFFICE) == at(expected)


def test_elapsed_days_keep_the_time_of_day_when_the_clocks_change():
    assert due(at("2026-03-07T12:00"), hours=48, clock="elapsed", calendar=OFFICE) == at("2026-03-09T12:00")


def test_elapsed_hours_are_hours():
    opened = at("2026-03-07T22:00")
    assert (due(opened, hours=6, clock="elapsed", calendar=OFFICE) - opened).total_seconds() == 6 * 3600


def test_working_hours_keep_to_the_clock_on_the_wall_when_it_changes():
    assert due(at("2026-03-06T16:00"), hours=2, clock="working", calendar=OFFICE) == at("2026-03-09T09:00")


def test_a_calendar_that_never_opens_is_refused():
    closed = working_hours([[]] * 7, zone="UTC", days_off=frozenset())
    with pytest.raises(ValueError, match="never opens"):
        due(datetime(2026, 1, 1, tzinfo=UTC), hours=1, clock="working", calendar=closed)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    st.floats(0.25, 200),
    st.floats(0.25, 200),
)
def test_more_hours_are_never_due_earlier(moment, fewer, more):
    opened = moment.replace(tzinfo=UTC)
    low, high = sorted((fewer, more))
    assert (
        opened
        < due(opened, hours=low, clock="working", calendar=OFFICE)
        <= due(opened, hours=high, clock="working", calendar=OFFICE)
    )


def test_a_grant_reaches_down_its_unit_and_no_further():
    actor = Actor("person:1", grants=frozenset({Grant("requests.see", "city/works/")}))
    assert actor.may("requests.see", unit="city/works/lamps/")
    assert not actor.may("requests.see", unit="city/")
    assert not actor.may("requests.see", unit="city/worksite/")
    assert not actor.may("tasks.work", unit="city/works/")


def test_the_widest_units_say_it_all():
    assert widest(["a/b/", "a/", "c/", "a/b/c/", "c/"]) == ["a/", "c/"]


def test_a_path_holds_the_codes_from_the_root_down():
    assert path_below(path_below("", "city"), "works") == "city/works/"
    assert codes_of("city/works/") == ["city", "works"]
