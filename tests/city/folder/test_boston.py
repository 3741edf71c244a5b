"""The demonstration city is a sound city folder and holds every row of its sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from weft.city import folder

BOSTON = Path(__file__).parents[3] / "demo" / "boston"


@pytest.fixture(scope="module")
def boston() -> folder.Folder:
    return folder.read(BOSTON)


def test_every_row_of_the_sources_is_there(boston):
    rows = {part.part.name: part.rows for parts in boston.parts.values() for part in parts}
    assert rows["requests"] == 121_145
    assert rows["observations/bins"] == 43_938
    assert rows["observations/power"] == 76_351
    assert rows["observations/weather"] == 8 * 2_921 - 822, "822 values are empty in the source"
    assert (rows["areas/neighbourhoods"], rows["areas/wards"], rows["services"]) == (26, 22, 158)


def test_clock_changes_and_odd_times_are_told(boston):
    told = {str(notice) for notice in boston.notices}
    assert told == {
        "observations/power.parquet: at: 20 times lie in the hour that the clock goes through twice in autumn; "
        "12 read as summer time, 8 as winter time",
        "requests.parquet: opened_at: 1 time lies in the hour that the clock goes through twice in autumn; "
        "1 read as summer time, 0 as winter time",
        "requests.parquet: requests that close before they open, with their times kept as given: 197",
    }


def test_every_service_and_unit_is_named_in_french(boston):
    for name in ("services", "units", "roles", "sectors", "calendars", "holidays", "limits", "datastreams"):
        assert not boston.frames[name].filter(boston.frames[name]["name_fr"] == "").height, name


def test_it_is_small_enough_to_be_cloned():
    assert sum(file.stat().st_size for file in BOSTON.rglob("*") if file.suffix != ".pyc") < 6_000_000
