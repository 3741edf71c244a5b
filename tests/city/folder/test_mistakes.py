"""A broken city folder gives a precise line for each mistake: file, row, field, reason."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from weft.city import folder

TIDEWATER = Path(__file__).parents[2] / "invented" / "tidewater"
Break = Callable[[Path], None]


def lines_of(path: Path) -> list[str]:
    try:
        folder.read(path)
    except folder.Mistakes as mistakes:
        return [str(mistake) for mistake in mistakes.report.mistakes]
    return []


def swap(name: str, old: str, new: str) -> Break:
    """Put other words in a file."""

    def break_it(path: Path) -> None:
        text = (path / name).read_text(encoding="utf-8")
        assert old in text
        (path / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return break_it


def add(name: str, line: str) -> Break:
    """Add a line to a file."""

    def break_it(path: Path) -> None:
        with (path / name).open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    return break_it


def remove(name: str) -> Break:
    return lambda path: (path / name).unlink()


def rename(name: str, to: str) -> Break:
    return lambda path: (path / name).rename(path / to) and None


def write(name: str, content: bytes) -> Break:
    def break_it(path: Path) -> None:
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_bytes(content)

    return break_it


def reshape(geometry: object) -> Break:
    """Give the second area another geometry."""

    def break_it(path: Path) -> None:
        file = path / "areas" / "quarters.geojson"
        content = json.loads(file.read_text())
        content["features"][1]["geometry"] = geometry
        file.write_text(json.dumps(content))

    return break_it


def as_parquet(path: Path) -> None:
    """Turn the requests into a Parquet file that is cut off."""
    pl.read_csv(path / "requests.csv").write_parquet(path / "requests.parquet")
    (path / "requests.csv").unlink()
    content = (path / "requests.parquet").read_bytes()
    (path / "requests.parquet").write_bytes(content[: len(content) // 2])


def two_of_one_name(path: Path) -> None:
    """Keep the assets in a folder, twice."""
    assets = pl.read_csv(path / "assets.csv", infer_schema=False)
    (path / "assets.csv").unlink()
    (path / "assets").mkdir()
    assets.write_csv(path / "assets" / "all.csv")
    assets.clear().write_parquet(path / "assets" / "all.parquet")


BOW_TIE = {
    "type": "Polygon",
    "coordinates": [[[-70.1, 40.0], [-70.0, 40.1], [-70.0, 40.0], [-70.1, 40.1], [-70.1, 40.0]]],
}
REQUEST = "T-2000,pothole,,web,2024-11-14T10:00,2024-11-15T10:00,,,40.02,-70.02,"

CASES: dict[str, tuple[Break, str]] = {
    "a file is missing": (
        remove("units.csv"),
        "units.csv: this file is missing; every city folder needs it",
    ),
    "the city's file is missing": (
        remove("city.toml"),
        "city.toml: this file is missing; every city folder needs it",
    ),
    "a listed file is missing": (
        remove("areas/quarters.geojson"),
        "areas/quarters.geojson: city.toml lists this file and it is missing",
    ),
    "a file's name is misspelled": (
        rename("holidays.csv", "holiday.csv"),
        "holiday.csv: this is no set of a city folder; did you mean holidays.csv?",
    ),
    "a set is given twice": (
        write("requests.parquet", b""),
        "requests: the set is given more than once (requests.csv, requests.parquet); keep one",
    ),
    "a column is missing": (
        swap("people.csv", "username,name,", "username,,"),
        "people.csv, name: this column is missing",
    ),
    "a column is unknown": (
        swap("assets.csv", "code,name,name_fr,kind", "code,name,nam_fr,kind"),
        "assets.csv, nam_fr: assets has no such column; did you mean “name_fr”?",
    ),
    "a column is there twice": (
        swap("sensors.csv", "code,name,description", "code,name,name"),
        "sensors.csv, row 1: the column “name” is there more than once",
    ),
    "a value is needed": (
        swap("sectors.csv", "parks,Parks and recreation", "parks,"),
        "sectors.csv, row 5, name: a value is needed here",
    ),
    "not a number": (
        swap("services.csv", "office,48,elapsed", "office,two days,elapsed"),
        "services.csv, row 5, promise_hours: “two days” is not a number (write it with a point: 12.5)",
    ),
    "a comma for a point": (
        swap("limits.csv", "below,3,3.5", 'below,3,"3,5"'),
        "limits.csv, row 4, clear_value: “3,5” is not a number (write it with a point: 12.5)",
    ),
    "not a finite number": (
        add("observations.csv", "pump-flow,2024-11-06T10:00,NaN,"),
        "observations.csv, row 309, result: “NaN” is not a number (write it with a point: 12.5)",
    ),
    "a number out of range": (
        swap("targets.csv", "2024-01-01,0.9", "2024-01-01,90"),
        "targets.csv, row 3, value: 90 is more than 1",
    ),
    "a promise of nothing": (
        swap("services.csv", "office,48,elapsed", "office,0,elapsed"),
        "services.csv, row 5, promise_hours: a promise is longer than nothing; leave it empty where there is none",
    ),
    "a date that is none": (
        swap("holidays.csv", "2024-12-25", "2024-02-30"),
        "holidays.csv, row 3, date: “2024-02-30” is not a date (write it 2015-01-31)",
    ),
    "a date the other way round": (
        swap("holidays.csv", "2024-12-25", "25/12/2024"),
        "holidays.csv, row 3, date: “25/12/2024” is not a date (write it 2015-01-31)",
    ),
    "a time that is none": (
        add("requests.csv", REQUEST.replace("2024-11-14T10:00", "yesterday")),
        "requests.csv, row 62, opened_at: “yesterday” is not a time (write it 2015-01-31T08:30:00)",
    ),
    "a time the clock skipped": (
        add("observations.csv", "pump-flow,2024-03-10T02:30,4,"),
        "observations.csv, row 309, at: “2024-03-10T02:30”: this time does not exist: "
        "the clock of America/New_York skipped it",
    ),
    "a time zone that is none": (
        swap("city.toml", "America/New_York", "America/Tidewater"),
        "city.toml, timezone: “America/Tidewater” is not a time zone (write it as in Europe/Paris)",
    ),
    "a time zone that leads out of the list": (
        swap("city.toml", "America/New_York", "../../etc/passwd"),
        "city.toml, timezone: “../../etc/passwd” is not a time zone (write it as in Europe/Paris)",
    ),
    "opening hours that are none": (
        swap("calendars.csv", "09:00-12:00,13:00-15:00", "9-12"),
        "calendars.csv, row 2, friday: “9-12” is not a span of hours (write it 08:00-17:00)",
    ),
    "opening hours that end before they begin": (
        swap("calendars.csv", "09:00-12:00,13:00-15:00", "17:00-09:00"),
        "calendars.csv, row 2, friday: “17:00-09:00” is not a span of hours (write it 08:00-17:00)",
    ),
    "a calendar that never opens": (
        add("calendars.csv", "never,Never,,,,,,,,"),
        "calendars.csv, row 3, monday: the calendar is closed on all seven days",
    ),
    "a key used twice": (
        add("sectors.csv", "roads,More roads,"),
        "sectors.csv, row 6, code: “roads” is there already; each may be there once",
    ),
    "a reference used twice": (
        add("requests.csv", REQUEST.replace("T-2000", "T-1001")),
        "requests.csv, row 62, reference: “T-1001” is there already; each may be there once",
    ),
    "an appointment given twice": (
        add("appointments.csv", "ada,agent,contact,2020-01-01,,"),
        "appointments.csv, row 9, start: “ada · agent · contact · 2020-01-01” is there already; "
        "each may be there once",
    ),
    "log-in names that differ in capitals": (
        add("people.csv", "ADA,Another Ada,true"),
        "people.csv, row 8, username: another log-in name differs only in capital letters",
    ),
    "a reference to nothing": (
        swap("services.csv", "roads,streets,office,16", "roads,steets,office,16"),
        "services.csv, row 2, unit: there is no “steets” in units; did you mean “streets”?",
    ),
    "a process there is not": (
        swap("services.csv", "48,elapsed,report-and-resolve", "48,elapsed,report-and-resolv"),
        "services.csv, row 5, process: there is no “report-and-resolv” in processes; "
        "did you mean “report-and-resolve”?",
    ),
    "a parent there is not": (
        swap("units.csv", "division,works", "division,work"),
        "units.csv, row 5, parent: there is no “work” in units; did you mean “works”?",
    ),
    "units in a circle": (
        swap("units.csv", "department,tidewater\nstreets", "department,waste\nstreets"),
        "units.csv, row 4, parent: “works” is below itself: its parents lead round in a circle",
    ),
    "two roots": (
        add("units.csv", "county,The county,,department,"),
        "units.csv, row 8, parent: only one unit has no parent, and “tidewater” is that one",
    ),
    "a choice that is none": (
        swap("limits.csv", "below,3,3.5", "under,3,3.5"),
        "limits.csv, row 4, direction: “under” is not one of above, below",
    ),
    "a channel that is none": (
        add("requests.csv", REQUEST.replace("web", "pigeon")),
        "requests.csv, row 62, channel: “pigeon” is not known",
    ),
    "a limit that clears beyond itself": (
        swap("limits.csv", "below,3,3.5", "below,3,2"),
        "limits.csv, row 4, clear_value: the limit would clear only after going further past it",
    ),
    "neither true nor false": (
        swap("people.csv", "Eve Anchor,true", "Eve Anchor,perhaps"),
        "people.csv, row 6, demonstration: “perhaps” is not true or false",
    ),
    "a permission that is none": (
        swap("roles.csv", "tasks.work city.see", "tasks.works city.see"),
        "roles.csv, row 2, permissions: “tasks.works” is not known; did you mean “tasks.work”?",
    ),
    "a role that the process needs": (
        swap("roles.csv", "dispatcher,Dispatcher", "sender,Sender"),
        "processes, roles: the process report-and-resolve needs the role “dispatcher”, which is not in roles",
    ),
    "an end before the start": (
        swap("appointments.csv", "2021-03-31", "2019-03-31"),
        "appointments.csv, row 7, end: the end lies before the start",
    ),
    "a promise before the request": (
        add("requests.csv", REQUEST.replace("2024-11-15", "2024-11-13")),
        "requests.csv, row 62, due_at: the promised time lies before the opening",
    ),
    "a code with a space": (
        swap("sectors.csv", "solid-waste,Solid", "solid waste,Solid"),
        "sectors.csv, row 3, code: “solid waste”: a code has no spaces, no slashes and at most 200 characters",
    ),
    "an outline that crosses itself": (
        reshape(BOW_TIE),
        "areas/quarters.geojson, row 2, geometry: the outline is not sound: Self-intersection[-70.05 40.05]",
    ),
    "a point for a polygon": (
        reshape({"type": "Point", "coordinates": [-70, 40]}),
        "areas/quarters.geojson, row 2, geometry: the geometry is a Point and must be a Polygon or MultiPolygon",
    ),
    "no geometry": (
        reshape(None),
        "areas/quarters.geojson, row 2, geometry: the geometry is missing and must be a Polygon or MultiPolygon",
    ),
    "coordinates of a map sheet": (
        reshape({"type": "Polygon", "coordinates": [[[7e5, 9e5], [7.1e5, 9e5], [7.1e5, 9.1e5], [7e5, 9e5]]]}),
        "areas/quarters.geojson, row 2, geometry: "
        "the coordinates are not longitude and latitude in degrees (WGS 84)",
    ),
    "broken GeoJSON": (
        write("areas/quarters.geojson", b"{"),
        "areas/quarters.geojson: the file is not valid JSON: "
        "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
    ),
    "JSON that is no GeoJSON": (
        write("areas/quarters.geojson", b"[]"),
        "areas/quarters.geojson: the file is not a GeoJSON FeatureCollection",
    ),
    "a kind of area there is not": (
        swap("city.toml", 'timezone = "', 'area_kind = "ward"\ntimezone = "'),
        "areas/quarters.geojson, kind: city.toml reports by areas of kind “ward” and there are none",
    ),
    "latitude and longitude the wrong way round": (
        add("requests.csv", REQUEST.replace("40.02,-70.02", "-70.02,40.02")),
        "requests.csv, row 62, lat: latitude and longitude are the wrong way round",
    ),
    "a place in another city": (
        add("requests.csv", REQUEST.replace("40.02,-70.02", "48.85,2.35")),
        "requests.csv, row 62, lat: the place lies far outside the city's areas",
    ),
    "half a place": (
        add("requests.csv", REQUEST.replace("40.02,-70.02", "40.02,")),
        "requests.csv, row 62, lat: latitude and longitude go together; one of them is empty",
    ),
    "parameters that are no JSON": (
        add("observations.csv", "pump-flow,2024-11-06T10:00,4,{by hand}"),
        "observations.csv, row 309, parameters: “{by hand}” is not a JSON object",
    ),
    "text that is not UTF-8": (
        write("sectors.csv", b"code,name\nroads,Roads\nparks,Parcs \xe0 l'anglaise\n"),
        "sectors.csv, row 3: the text is not UTF-8; save the file as UTF-8",
    ),
    "a row with too many values": (
        add("sectors.csv", "fire,Fire,Feu,and more"),
        "sectors.csv, row 6: the row has 4 values and the first line names 3 columns",
    ),
    "an empty file": (
        write("sectors.csv", b""),
        "sectors.csv, row 1: the file is empty; its first line names the columns",
    ),
    "a Parquet file that is cut off": (
        as_parquet,
        "requests.parquet: the file is not valid Parquet",
    ),
    "TOML that is none": (
        write("city.toml", b'[city\nname = "Tidewater"'),
        "city.toml: the file is not valid TOML: ",
    ),
    "a city without its table": (
        swap("city.toml", "[city]", "[town]"),
        "city.toml: the table [city] is missing",
    ),
    "a centre at no place": (
        swap("city.toml", "lat = 40.05", "lat = 400.5"),
        "city.toml, centre.lat: 400.5 is more than 90",
    ),
    "a language Weft does not speak": (
        swap("city.toml", '["en", "fr"]', '["en", "eo"]'),
        "city.toml, languages: “eo” is not one of en, fr",
    ),
    "a file outside the folder": (
        swap("city.toml", "areas/quarters.geojson", "../../etc/passwd"),
        "city.toml, areas: “../../etc/passwd” lies outside the folder",
    ),
    "two files of one name": (
        two_of_one_name,
        "assets/all.parquet: assets/all.csv has the same name; rename one of the two",
    ),
    "a zero byte": (
        swap("sectors.csv", "Roads and streets", "Roads\0and streets"),
        "sectors.csv, row 2, name: there is a zero byte in the text",
    ),
    "a promise of a thousand years": (
        swap("services.csv", "office,48,elapsed", "office,8766000,elapsed"),
        "services.csv, row 5, promise_hours: 8766000 is more than 100000",
    ),
    "a process that is no drawing": (
        write("processes/greet.bpmn", b"<html/>"),
        "processes/greet.bpmn, text: ",
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_a_mistake_is_told_with_its_place_and_reason(what, tmp_path):
    break_it, expected = CASES[what]
    path = shutil.copytree(TIDEWATER, tmp_path / "tidewater")
    break_it(path)
    lines = lines_of(path)
    assert any(line.startswith(expected) for line in lines), lines
    assert len(lines) <= 4, "one mistake does not bring a crowd of others"


def test_all_mistakes_of_a_folder_come_in_one_report(tmp_path):
    path = shutil.copytree(TIDEWATER, tmp_path / "tidewater")
    twenty = [
        "a file's name is misspelled",
        "not a number",
        "a number out of range",
        "a time that is none",
        "a time the clock skipped",
        "opening hours that are none",
        "a calendar that never opens",
        "a key used twice",
        "a reference used twice",
        "log-in names that differ in capitals",
        "a reference to nothing",
        "two roots",
        "a choice that is none",
        "neither true nor false",
        "a permission that is none",
        "an end before the start",
        "an outline that crosses itself",
        "latitude and longitude the wrong way round",
        "parameters that are no JSON",
        "a value is needed",
        "a language Weft does not speak",
    ]
    for what in twenty:
        CASES[what][0](path)
    reasons = [line.rpartition(": ")[2] for line in lines_of(path)]
    for what in twenty:
        assert CASES[what][1].rpartition(": ")[2] in reasons, what
    assert len(set(lines_of(path))) == len(lines_of(path))


def test_many_mistakes_of_one_kind_are_counted(tmp_path):
    path = shutil.copytree(TIDEWATER, tmp_path / "tidewater")
    lines = (path / "requests.csv").read_text().splitlines()
    bad = [REQUEST.replace("T-2000", f"T-{number}").replace("web", "pigeon") for number in range(2000, 6000)]
    (path / "requests.csv").write_text("\n".join(lines + bad) + "\n")
    told = [line for line in lines_of(path) if "channel" in line]
    assert told[0].startswith("requests.csv, row 62, channel: “pigeon”")
    assert told[-1] == "requests.csv, channel: and 3,995 more like this"
    assert len(told) == 6


def test_a_set_that_cannot_be_read_does_not_make_every_reference_wrong(tmp_path):
    path = shutil.copytree(TIDEWATER, tmp_path / "tidewater")
    (path / "units.csv").write_bytes(b"code\xff")
    assert lines_of(path) == ["units.csv, row 1: the text is not UTF-8; save the file as UTF-8"]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    assert lines_of(tmp_path / "nowhere") == [f"{tmp_path / 'nowhere'}: there is no such folder"]


def test_tidewater_has_no_mistake():
    assert lines_of(TIDEWATER) == []


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path):
    path = shutil.copytree(TIDEWATER, tmp_path / "tidewater")
    content = (path / "sectors.csv").read_bytes()
    (path / "sectors.csv").write_bytes(b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))
    assert lines_of(path) == []
