"""A request from asking to its answer."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from tests import make
from tests.worker import drain
from weft.city.queries import zone
from weft.govern.queries import readings
from weft.govern.services import ON_TIME
from weft.kit.access import RESIDENT, SYSTEM
from weft.kit.errors import Conflict, Invalid, NotAllowed
from weft.kit.history import history
from weft.process.models import Case, Task
from weft.process.services import complete_task
from weft.serve import queries, services
from weft.serve.models import Contact, Request, Tally

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    make.city()


def open_task(receipt: services.Receipt) -> Task:
    return Task.objects.get(case__subject_id=str(receipt.id), done_at=None)


def test_area_unit_and_promise_are_found_not_asked_for():
    receipt = make.request(by=RESIDENT)
    request = Request.objects.get(pk=receipt.id)
    assert request.area_id == "harbour"
    assert request.unit_id == "lamps"
    assert receipt.due_at is not None
    assert receipt.due_at > request.opened_at


def test_a_new_request_waits_with_the_contact_centre():
    task = open_task(make.request())
    assert (task.unit_id, task.role_id) == ("311", "agent")


def test_a_request_travels_across_units_to_its_answer_and_the_measure_moves():
    agent = make.person("ana", role="agent", unit="311")
    dispatcher = make.person("dan", role="dispatcher", unit="works")
    crew = make.person("cleo", role="crew", unit="lamps")
    receipt = make.request(by=RESIDENT)
    complete_task(open_task(receipt).pk, data={}, by=agent)
    assert open_task(receipt).unit_id == "lamps"
    complete_task(open_task(receipt).pk, data={"work_needed": "yes"}, by=dispatcher)
    complete_task(open_task(receipt).pk, data={"done": "New bulb"}, by=crew)
    complete_task(open_task(receipt).pk, data={"answer": "The lamp shines again."}, by=agent)
    drain()
    request = queries.tracked(receipt.reference, receipt.secret)
    assert request.closed_at is not None
    assert request.answer == "The lamp shines again."
    told = [fact.type for fact in history("request", str(receipt.id))]
    assert told[0] == "RequestClosed"
    assert told[-1] == "RequestOpened" or told[-1] == "CaseOpened"
    month = request.closed_at.astimezone(zone()).date().replace(day=1)
    (reading,) = readings(ON_TIME, first=month, last=month, unit="lamps")
    assert (reading.unit, reading.numerator, reading.denominator) == ("lamps", 1, 1)
    (above,) = readings(ON_TIME, first=month, last=month, unit="works")
    assert (above.numerator, above.denominator) == (1, 1)


def test_no_work_needed_goes_straight_to_the_answer():
    agent = make.person("ana", role="agent", unit="311")
    dispatcher = make.person("dan", role="dispatcher", unit="works")
    receipt = make.request()
    complete_task(open_task(receipt).pk, data={}, by=agent)
    complete_task(open_task(receipt).pk, data={"work_needed": "no"}, by=dispatcher)
    assert open_task(receipt).role_id == "agent"


def test_a_crew_of_another_department_may_not_do_the_step():
    make.request()
    gardener = make.person("gus", role="agent", unit="parks")
    with pytest.raises(NotAllowed):
        complete_task(Task.objects.get().pk, data={}, by=gardener)


def test_the_second_to_do_a_step_is_told_that_it_is_done():
    agent = make.person("ana", role="agent", unit="311")
    task = open_task(make.request())
    complete_task(task.pk, data={}, by=agent)
    with pytest.raises(Conflict):
        complete_task(task.pk, data={}, by=agent)


def test_an_empty_answer_leaves_the_step_open():
    agent = make.person("ana", role="agent", unit="311")
    dispatcher = make.person("dan", role="dispatcher", unit="works")
    receipt = make.request()
    complete_task(open_task(receipt).pk, data={}, by=agent)
    complete_task(open_task(receipt).pk, data={"work_needed": "no"}, by=dispatcher)
    with pytest.raises(Invalid) as refusal:
        complete_task(open_task(receipt).pk, data={"answer": "  "}, by=agent)
    assert refusal.value.field == "answer"
    assert open_task(receipt).done_at is None


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"words": "a"}, "words"),
        ({"words": "x" * 5000}, "words"),
        ({"lat": None, "lon": None}, "place"),
        ({"lat": 12.0, "lon": None}, "place"),
        ({"lat": 10.0, "lon": 10.0}, "place"),
        ({"lat": 1000.0, "lon": 10.0}, "place"),
        ({"service": "no-such"}, "service"),
        ({"email": "not a mail"}, "email"),
    ],
)
def test_what_cannot_be_worked_with_is_refused_by_field_and_leaves_nothing(asked, field):
    with pytest.raises(Invalid) as refusal:
        make.request(**asked)
    assert refusal.value.field == field
    assert not Request.objects.exists()
    assert not Case.objects.exists()


def test_who_asks_is_kept_apart_and_never_in_the_event_log():
    make.request(name="Rose Tyler", email="rose@example.org", phone="555 1234")
    assert Contact.objects.get().name == "Rose Tyler"
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text || actor, ' ') FROM kit_event")
        (log,) = cursor.fetchone()
    for secret in ("Rose", "rose@example.org", "555 1234", "The lamp is dark"):
        assert secret not in log


def test_a_broken_promise_is_put_on_record_once_and_counts_once():
    receipt = make.request()
    Request.objects.filter(pk=receipt.id).update(
        opened_at=datetime(2026, 1, 5, tzinfo=UTC), due_at=datetime(2026, 1, 7, tzinfo=UTC)
    )
    assert services.miss_promises(by=SYSTEM) == 1
    assert services.miss_promises(by=SYSTEM) == 0
    services.close_request(receipt.id, answer="At last.", by=SYSTEM)
    drain()
    (missed,) = readings(ON_TIME, first=date(2026, 1, 1), last=date(2026, 1, 1), unit="lamps")
    assert (missed.numerator, missed.denominator) == (0, 1)
    assert Tally.objects.filter(span="day", missed=1).count() == 1
    assert not Tally.objects.filter(on_time__gt=0).exists()


def test_a_closed_request_cannot_be_closed_again():
    receipt = make.request()
    services.close_request(receipt.id, answer="Done.", by=SYSTEM)
    with pytest.raises(Conflict):
        services.close_request(receipt.id, answer="Again.", by=SYSTEM)


@pytest.mark.parametrize(
    "statement", ["UPDATE kit_event SET type = 'X'", "DELETE FROM kit_event", "TRUNCATE kit_event CASCADE"]
)
def test_the_database_refuses_to_change_the_event_log(statement):
    make.request()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(statement)


def test_reactions_run_twice_change_things_once():
    receipt = make.request()
    services.close_request(receipt.id, answer="Done.", by=SYSTEM)
    drain()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'todo'")
    drain()
    readings_now = readings(ON_TIME, first=date(2020, 1, 1), last=date(2100, 1, 1), unit="lamps")
    assert [(r.numerator, r.denominator) for r in readings_now] == [(1, 1)]
