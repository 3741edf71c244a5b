"""Loading a city folder: what is there afterwards, once, whatever happens on the way."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from django.db import connection
from django.db.models import QuerySet

from weft.city import folder
from weft.city.models import Area, LoadedSet, Person, Profile, Service, Unit
from weft.city.queries import promise
from weft.govern.models import MeasureValue
from weft.kit.models import EventRow
from weft.process.models import Case, Task
from weft.sense.models import Alert, Latest, Observation, Superseded, Thing
from weft.serve.models import Request, Tally

TIDEWATER = Path(__file__).parents[2] / "invented" / "tidewater"
NOW = datetime(2024, 11, 15, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def copy_of_tidewater(tmp_path: Path) -> Path:
    return shutil.copytree(TIDEWATER, tmp_path / "tidewater")


def load(path: Path = TIDEWATER, **options: object) -> folder.LoadReport:
    return folder.load(path, now=NOW, **options)  # type: ignore[arg-type]


def events(**wanted: object) -> QuerySet[EventRow]:
    return EventRow._default_manager.filter(**wanted)


def counts() -> dict[str, int]:
    models = (Area, Case, EventRow, MeasureValue, Observation, Request, Superseded, Task, Tally, Unit, Alert)
    return {model.__name__: model._default_manager.count() for model in models}


def test_a_city_is_there_after_loading():
    load()
    assert Profile.objects.get().name_fr == "Marée-Haute"
    assert Profile.objects.get().area_kind == "quarter"
    assert Unit.objects.get(pk="streets").path == "tidewater/works/streets/"
    assert Service.objects.get(pk="full-bin").keywords == ["litter", "basket"]
    assert list(Service.objects.get(pk="pothole").calendar.week[4]) == [
        ["09:00", "12:00"],
        ["13:00", "15:00"],
    ]
    assert not Person.objects.get(username="ada").has_usable_password()
    assert Thing.objects.get(code="bin-pier").area_id == "harbour"
    assert Thing.objects.get(code="pump").lat == 40.02, "a thing without a place stands where its asset does"


def test_every_row_is_accounted_for():
    report = load()
    lines = {line.name: line for line in report.sets}
    assert lines["observations"].source_rows == 307
    assert lines["observations"].stored_rows == Observation.objects.count() == 306
    assert lines["observations"].superseded_rows == Superseded.objects.count() == 1
    assert lines["requests"].stored_rows == Request.objects.count() == 60
    assert LoadedSet.objects.get(pk="requests").source_rows == 60


def test_the_later_of_two_rows_for_one_moment_stands():
    load()
    superseded = Superseded.objects.get()
    standing = Observation.objects.get(
        datastream=superseded.datastream, phenomenon_time=superseded.phenomenon_time
    )
    assert (superseded.result, standing.result) == (32, 21.5)


def test_the_repeated_hour_is_kept_twice():
    load()
    hours = [datetime(2024, 11, 3, hour, 0, tzinfo=UTC) for hour in (5, 6)]
    flow = Observation.objects.filter(datastream__code="pump-flow", phenomenon_time__in=hours)
    assert [row.result for row in flow.order_by("phenomenon_time")] == [21, 99]


def test_the_newest_value_of_each_datastream_is_at_hand():
    load()
    latest = Latest.objects.get(datastream__code="pump-flow")
    newest = Observation.objects.filter(datastream__code="pump-flow").order_by("-phenomenon_time").first()
    assert newest is not None
    assert (latest.phenomenon_time, latest.result) == (newest.phenomenon_time, newest.result)


def test_alerts_open_and_close_as_the_observations_did():
    load()
    low = Alert.objects.get(limit__code="pressure-low")
    assert (low.opened_at, low.closed_at) == (
        datetime(2024, 11, 2, 20, 0, tzinfo=UTC),
        datetime(2024, 11, 3, 0, 0, tzinfo=UTC),
    )
    full = Alert.objects.get(closed_at=None)
    assert full.datastream.thing.code == "bin-square"
    assert events(type="AlertOpened").count() == Alert.objects.count()
    assert events(type="AlertClosed").count() == Alert.objects.exclude(closed_at=None).count()


def test_an_open_alert_has_a_case_of_the_service_that_answers_it():
    load()
    full = Alert.objects.get(closed_at=None)
    case = Case.objects.get(subject_type="alert", subject_id=str(full.pk))
    assert (case.service_id, case.unit_id, case.subject) == ("full-bin", "waste", "Bin on the square")


def test_open_requests_have_a_case_with_one_task_and_closed_ones_none():
    load()
    still_open = Request.objects.filter(closed_at=None)
    assert still_open.count() == 9
    for request in still_open:
        case = Case.objects.get(pk=request.case_id)
        assert case.subject == request.reference
        assert [task.role_id for task in case.tasks.filter(done_at=None)] == ["dispatcher"]
    assert not Request.objects.exclude(closed_at=None).exclude(case_id=None).exists()


def test_a_request_goes_to_its_own_unit_or_the_services():
    load()
    assert Request.objects.get(reference="T-1013").unit_id == "works"
    assert Request.objects.get(reference="T-1003").unit_id == "waste"


def test_the_area_is_found_by_place_and_else_taken_as_given():
    load()
    assert Request.objects.get(reference="T-1001").area_id == "harbour"
    assert Request.objects.get(reference="T-1015").area_id == "hill"
    assert Request.objects.get(reference="T-1005").area_id is None


def test_history_tells_of_opening_closing_and_broken_promises():
    load()
    late = Request.objects.exclude(missed_at=None).exclude(closed_at=None).first()
    assert late is not None
    told = events(refs__object_type="request", refs__object_id=str(late.pk)).order_by("at")
    assert [event.type for event in told] == ["RequestOpened", "PromiseMissed", "RequestClosed"]
    assert {event.actor for event in told} == {"import"}
    assert told[2].data["on_time"] is False


def test_a_request_without_a_promise_is_neither_on_time_nor_late():
    load()
    closed = events(type="RequestClosed", data__service="crew-note").first()
    assert closed is not None
    assert "on_time" not in closed.data


def test_a_request_closed_before_it_opened_is_kept_and_told():
    report = load()
    request = Request.objects.get(reference="T-1016")
    assert request.closed_at is not None
    assert request.closed_at < request.opened_at
    assert "requests.csv: requests that close before they open, with their times kept as given: 1" in map(
        str, report.notices
    )


def test_the_daily_counts_add_up():
    load()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(opened), sum(closed), sum(missed), sum(on_time) FROM serve_tally WHERE span = 'day'"
        )
        opened, closed, missed, on_time = cursor.fetchone()
    assert (opened, closed) == (60, 51)
    assert missed == Request.objects.exclude(missed_at=None).count()
    assert (
        on_time == Request.objects.filter(missed_at=None).exclude(due_at=None).exclude(closed_at=None).count()
    )


def test_the_measure_is_computed():
    load()
    numerator = sum(MeasureValue.objects.values_list("numerator", flat=True))
    denominator = sum(MeasureValue.objects.values_list("denominator", flat=True))
    assert 0 < numerator < denominator


def test_loading_twice_changes_nothing():
    load()
    before = counts()
    report = load()
    assert not report.changed
    assert counts() == before


def test_a_new_row_is_added_to_those_that_are_there(copy_of_tidewater):
    load(copy_of_tidewater)
    with (copy_of_tidewater / "requests.csv").open("a") as file:
        file.write("T-2000,pothole,,web,2024-11-14T10:00,2024-11-15T10:00,,,40.02,-70.02,\n")
    with (copy_of_tidewater / "observations.csv").open("a") as file:
        file.write("bin-square-fill,2024-11-14T10:00,5,\n")
    report = load(copy_of_tidewater)
    assert {line.name: line.stored_rows for line in report.sets if not line.unchanged} == {
        "requests": 1,
        "observations": 1,
    }
    assert Request.objects.count() == 61
    assert events(type="RequestOpened").count() == 61
    assert not Alert.objects.filter(closed_at=None).exists(), "the bin was emptied"
    assert events(type="AlertClosed").count() == Alert.objects.count()


def test_a_changed_name_is_brought_up_to_date_and_passwords_stay(copy_of_tidewater):
    load(copy_of_tidewater)
    ada = Person.objects.get(username="ada")
    ada.set_password("a long enough password")
    ada.save()
    path = copy_of_tidewater / "people.csv"
    path.write_text(path.read_text().replace("Ada Ferry", "Ada Ferryman"))
    load(copy_of_tidewater)
    ada.refresh_from_db()
    assert ada.name == "Ada Ferryman"
    assert ada.check_password("a long enough password")


def test_units_may_be_turned_round(copy_of_tidewater):
    load(copy_of_tidewater)
    path = copy_of_tidewater / "units.csv"
    path.write_text(path.read_text().replace("division,works", "division,water"))
    load(copy_of_tidewater)
    assert Unit.objects.get(pk="waste").path == "tidewater/water/waste/"


def test_nothing_is_loaded_of_a_folder_with_a_mistake(copy_of_tidewater):
    with (copy_of_tidewater / "requests.csv").open("a") as file:
        file.write("T-2000,pothole,,web,yesterday,,,,40.02,-70.02,\n")
    with pytest.raises(folder.Mistakes):
        load(copy_of_tidewater)
    assert not LoadedSet.objects.exists()
    assert not Unit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_interrupted_load_goes_on_where_it_stopped():
    def interrupted(name: str, done: int, total: int) -> None:
        if name == "requests" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(progress=interrupted)
    assert LoadedSet.objects.filter(pk="observations").exists()
    assert not LoadedSet.objects.filter(pk="requests").exists()
    assert not Request.objects.exists()
    assert not events(type="RequestOpened").exists()
    report = load()
    assert {line.name for line in report.sets if not line.unchanged} == {"requests"}
    assert Request.objects.count() == 60


def test_a_demonstration_ends_about_now():
    now = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
    report = folder.load(TIDEWATER, shift_to_now=True, now=now)
    newest = Request.objects.order_by("-opened_at").first()
    assert newest is not None
    assert 0 <= (now - newest.opened_at).days < 7
    assert newest.opened_at.time() == datetime(2024, 11, 11, 9, 0, tzinfo=UTC).time()
    weeks = {line.name: line.shifted_weeks for line in report.sets if line.shifted_weeks}
    assert weeks == {"observations": 106, "requests": 106}
    assert not Request.objects.filter(closed_at__gt=now).exists(), "what closes later has not happened yet"
    assert not folder.load(TIDEWATER, shift_to_now=True, now=now).changed


def test_a_moved_set_keeps_its_weeks_when_rows_are_added(copy_of_tidewater):
    folder.load(copy_of_tidewater, shift_to_now=True, now=datetime(2025, 11, 15, tzinfo=UTC))
    with (copy_of_tidewater / "requests.csv").open("a") as file:
        file.write("T-2000,pothole,,web,2024-11-10T10:00,2024-11-15T10:00,,,40.02,-70.02,\n")
    report = folder.load(copy_of_tidewater, shift_to_now=True, now=datetime(2026, 11, 15, tzinfo=UTC))
    assert [line.stored_rows for line in report.sets if line.name == "requests"] == [1]


def test_a_capital_in_a_log_in_name_makes_no_second_person():
    Person.objects.create(username="Ada", name="Ada")
    load()
    assert Person.objects.get(username__iexact="ada").name == "Ada Ferry"


def test_a_case_of_an_alert_is_due_when_its_service_promises():
    load()
    case = Case.objects.get(subject_type="alert")
    eight_working_hours_later = promise(Service.objects.get(pk="full-bin"), opened_at=case.opened_at)
    assert eight_working_hours_later is not None
    assert case.due_at == case.tasks.get().due_at == eight_working_hours_later


def test_files_of_the_same_datastreams_are_moved_alike(copy_of_tidewater):
    rows = pl.read_csv(copy_of_tidewater / "observations.csv", infer_schema=False)
    (copy_of_tidewater / "observations.csv").unlink()
    several = copy_of_tidewater / "observations"
    several.mkdir()
    years = rows.filter(pl.col("datastream") == "pump-flow")
    years.with_columns(pl.col("at").str.replace("2024", "2023")).write_csv(several / "2023.csv")
    years.write_csv(several / "2024.csv")
    bins = rows.filter(pl.col("datastream") == "bin-pier-fill")
    bins.with_columns(pl.col("at").str.replace("2024", "2022")).write_csv(several / "bins.csv")
    report = folder.load(copy_of_tidewater, shift_to_now=True, now=datetime(2026, 11, 23, tzinfo=UTC))
    weeks = {line.name: line.shifted_weeks for line in report.sets if line.name.startswith("observations/")}
    assert weeks == {"observations/2023": 106, "observations/2024": 106, "observations/bins": 211}


def test_a_city_may_begin_with_next_to_nothing(copy_of_tidewater):
    for file in copy_of_tidewater.glob("*.csv"):
        if file.stem in ("sectors", "units", "roles", "calendars", "services"):
            continue
        if file.stem in ("requests", "people", "appointments", "sensors"):
            file.unlink()
        else:
            file.write_text(file.read_text().splitlines()[0] + "\n")
    shutil.rmtree(copy_of_tidewater / "areas")
    toml = copy_of_tidewater / "city.toml"
    toml.write_text(toml.read_text().partition("[[areas]]")[0])
    (copy_of_tidewater / "datastreams.csv").write_text("code,thing,name,observed_property\n")
    load(copy_of_tidewater)
    assert Service.objects.count() == 5
    assert not load(copy_of_tidewater).changed


def test_large_sets_may_come_in_several_files(copy_of_tidewater):
    rows = pl.read_csv(copy_of_tidewater / "observations.csv", infer_schema=False)
    (copy_of_tidewater / "observations.csv").unlink()
    several = copy_of_tidewater / "observations"
    several.mkdir()
    pumps = pl.col("datastream").str.starts_with("pump")
    rows.filter(pumps).with_columns(pl.col("at").str.to_datetime()).write_parquet(several / "pumps.parquet")
    rows.filter(~pumps).write_csv(several / "bins.csv")
    load(copy_of_tidewater)
    assert set(LoadedSet.objects.filter(name__startswith="observations").values_list("name", flat=True)) == {
        "observations/bins",
        "observations/pumps",
    }
    assert Observation.objects.count() == 306


def test_progress_is_told_to_the_end():
    told: list[tuple[str, int, int]] = []
    load(progress=lambda name, done, total: told.append((name, done, total)))
    assert ("requests", 0, 60) in told
    assert told[-1] == ("requests", 60, 60)
