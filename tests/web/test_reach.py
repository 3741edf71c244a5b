"""How far a role reaches: who works in one unit neither reads nor changes what belongs to another."""

from datetime import date

import pytest
from django.test import Client

from tests import make
from weft.city.models import Appointment, Person, Role
from weft.process.models import Case, Task
from weft.sense.models import Observation
from weft.serve.models import Request

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    make.city()


def sign_in(client: Client, username: str, **posts: str) -> Person:
    """Somebody signed in who holds each role at the unit given for it."""
    person = Person.objects.create(username=username, name=username.capitalize())
    for role, unit in posts.items():
        Appointment.objects.create(person=person, role_id=role, unit_id=unit, start=date(2020, 1, 1))
    client.force_login(person)
    return person


def test_a_unit_does_not_see_another_units_requests(client: Client) -> None:
    receipt = make.request()
    sign_in(client, "pat", officer="parks")
    assert receipt.reference not in client.get("/requests/").content.decode()
    assert receipt.reference not in client.get("/requests/?unit=lamps").content.decode()
    assert receipt.reference not in client.get("/requests/?service=lamp").content.decode()
    assert f"/requests/{receipt.id}/" not in client.get(f"/search?q={receipt.reference}").content.decode()
    case = Request.objects.get().case_id
    for address in (
        f"/requests/{receipt.id}/",
        f"/cases/{case}/",
        f"/cases/{case}/subject/",
        f"/history/request/{receipt.id}/",
        f"/history/case/{case}/",
        f"/history/task/{Task.objects.get().pk}/",
        "/history/unit/lamps/",
    ):
        assert client.get(address).status_code == 404, address


def test_a_unit_does_not_do_another_units_tasks(client: Client) -> None:
    make.request()
    task = Task.objects.get()
    sign_in(client, "pat", agent="parks", dispatcher="parks", crew="parks")
    assert client.get(f"/tasks/{task.pk}/").status_code == 404
    assert client.post(f"/tasks/{task.pk}/", {"answer": "done"}).status_code == 404
    task.refresh_from_db()
    assert task.done_at is None


def test_a_unit_enters_no_readings_for_another_units_sensor(client: Client) -> None:
    stream = make.datastream()
    sign_in(client, "pat", officer="parks")
    page = f"/things/{stream.thing_id}/"
    assert client.post(page, {"datastream": stream.pk, "result": "5"}).status_code == 403
    assert not Observation.objects.exists()


def test_who_asked_is_told_only_where_one_may_see_contacts(client: Client) -> None:
    Role.objects.filter(pk__in=["agent", "dispatcher"]).update(permissions=["tasks.work", "requests.see"])
    receipt = make.request(name="Rosa Resident")
    case = Case.objects.get()
    sign_in(client, "pat", agent="tide", officer="parks")  # officers see contacts, of parks alone
    assert "Rosa" not in client.get(f"/cases/{case.pk}/subject/").content.decode()
    assert "Rosa" not in client.get(f"/requests/{receipt.id}/").content.decode()


def test_who_works_on_a_request_where_contacts_may_be_seen_is_told_who_asked(client: Client) -> None:
    receipt = make.request(name="Rosa Resident")
    sign_in(client, "ada", agent="311")
    assert "Rosa" in client.get(f"/cases/{Case.objects.get().pk}/subject/").content.decode()
    assert "Rosa" in client.get(f"/requests/{receipt.id}/").content.decode()
