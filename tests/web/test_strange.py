"""Strange addresses and bodies: whatever is asked, the answer is a refusal in words and never a fault."""

import json
from typing import Any

import pytest
from django.test import Client

from tests import make
from weft.city.models import Person
from weft.city.services import create_token
from weft.kit.access import SYSTEM

pytestmark = pytest.mark.django_db
OBSERVATIONS = "/api/sensorthings/v1.1/Observations"
FAR, HUGE = "9" * 30, "9" * 5000
ADDRESSES = [
    "/?q=%00",
    "/?%00=1",
    "/?q=%ff%fe",
    "/%ff",
    "/ask/%ff/",
    "/track/%ff/",
    "/track/W-1-%C3%A9/",
    "/requests/?month=9999-12",
    "/requests/?day=9999-12-31",
    "/requests/?day=0001-01-01",
    "/requests/?after=0001-01-01T00:00:00%2B14:00~1",
    f"/requests/?after=2026-01-01T00:00:00Z~{FAR}",
    f"/requests/?after=2026-01-01T00:00:00Z~{HUGE}",
    f"/requests/{FAR}/",
    f"/requests/{HUGE}/",
    f"/tasks/?after=2026-01-01T00:00:00Z~{FAR}",
    f"/tasks/{FAR}/",
    f"/cases/{FAR}/",
    f"/cases/{FAR}/subject/",
    "/govern/?month=0001-01",
    "/govern/on-time/%ff/",
    "/city/?at=0001-01-01",
    "/city/?at=9999-12-31",
    "/city/map.json?at=0001-01-01",
    "/city/map.json?bbox=nan,inf,-inf,1e999",
    f"/city/series/{FAR}.json",
    f"/things/{FAR}/",
    f"/alerts/{FAR}/",
    f"/history/request/{FAR}/",
    "/history/request/%C2%B2/",
    "/history/person/%C2%B2/",
    "/history/alert/%C2%B2/",
    "/history/case/%D9%A1/",
    "/search?q=%25((%5C",
    f"/api/sensorthings/v1.1/Datastreams?$after={FAR}",
    f"/api/sensorthings/v1.1/Datastreams?$after={HUGE}",
]


@pytest.fixture(autouse=True)
def _city() -> None:
    make.city()


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address[:60])
def test_no_address_breaks_a_page(client: Client, address: str) -> None:
    make.person("eve", role="executive")
    client.force_login(Person.objects.get(username="eve"))
    assert client.get(address).status_code < 500


def observe(client: Client, body: str, *, content_type: str = "application/json") -> Any:
    token = create_token("gateway", role="officer", by=SYSTEM)
    return client.post(
        OBSERVATIONS, body, content_type=content_type, headers={"authorization": f"Bearer {token}"}
    )


def spoken(**fields: Any) -> str:
    return json.dumps({"result": 1, "Datastream": {"@iot.id": make.datastream().pk}, **fields})


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"])
@pytest.mark.parametrize("field", ["phenomenonTime", "resultTime"])
def test_a_time_beyond_all_calendars_is_refused_and_named(client: Client, field: str, time: str) -> None:
    answer = observe(client, spoken(**{field: time}))
    assert answer.status_code == 422
    assert field in answer.json()["message"]


def test_parameters_that_cannot_be_kept_are_refused(client: Client) -> None:
    answer = observe(client, spoken(parameters={"a": "\x00"}))
    assert answer.status_code == 422
    assert "parameters" in answer.json()["message"]


@pytest.mark.parametrize("body", ['{"a":' * 20_000, "[" * 20_000, "", "null", "\x00"])
def test_a_body_that_is_no_observation_is_refused(client: Client, body: str) -> None:
    assert observe(client, body).status_code == 422


def test_a_form_is_no_observation(client: Client) -> None:
    form = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'
    assert observe(client, form, content_type="multipart/form-data; boundary=x").status_code == 422


def test_a_program_that_asks_for_nothing_there_is_told_so_in_json(client: Client) -> None:
    answer = client.get("/api/sensorthings/v1.1/Nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, 404)
