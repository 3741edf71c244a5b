"""The pages as people meet them: who sees what, how bad input is told, and what a page costs."""

import json

import pytest
from django.test import Client

from tests import make
from tests.worker import drain
from weft.city.models import Person
from weft.city.services import create_token
from weft.kit.access import SYSTEM
from weft.process.models import Task
from weft.sense.models import Alert
from weft.serve.models import Request

pytestmark = pytest.mark.django_db
API = "/api/sensorthings/v1.1"


@pytest.fixture(autouse=True)
def _city() -> None:
    make.city()


def sign_in(client: Client, username: str, *, role: str, unit: str = "tide") -> Person:
    make.person(username, role=role, unit=unit)
    person = Person.objects.get(username=username)
    client.force_login(person)
    return person


def test_a_resident_asks_and_gets_an_address_to_follow(client):
    answer = client.post("/ask/lamp/", {"words": "The lamp is dark", "lat": "50.5", "lon": "4.5"})
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    assert "Thank you" in page.content.decode()
    assert Request.objects.get().area_id == "harbour"


def test_an_incomplete_request_keeps_what_was_typed_and_names_the_field(client):
    answer = client.post("/ask/lamp/", {"words": "The lamp is dark by the old mill"})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "The lamp is dark by the old mill" in body
    assert "Please show the place on the map or write its address." in body


def test_a_wrong_secret_opens_nothing(client):
    receipt = make.request()
    assert client.get(f"/track/{receipt.reference}-{receipt.secret}/").status_code == 200
    assert client.get(f"/track/{receipt.reference}-{'2' * 16}/").status_code == 404
    assert client.get(f"/track/{receipt.reference}-/").status_code == 404


def test_words_of_a_resident_are_never_run_as_script(client):
    receipt = make.request("<script>alert(1)</script> & more")
    body = client.get(f"/track/{receipt.reference}-{receipt.secret}/").content.decode()
    assert "<script>alert(1)" not in body
    assert "&lt;script&gt;alert(1)" in body


def test_pages_carry_a_policy_without_inline_script(client):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_page_speaks_french_to_who_asks_for_it(client):
    body = client.get("/", headers={"accept-language": "fr"}).content.decode()
    assert '<html lang="fr">' in body
    assert "De quoi avez-vous besoin" in body


def test_the_search_forgives_accents_and_slips(client):
    assert "Street lamp out" in client.get("/?q=stret lmap").content.decode()
    assert (
        "Lampadaire en panne"
        in client.get("/?q=lampadère", headers={"accept-language": "fr"}).content.decode()
    )


def test_a_worker_does_a_step_and_the_case_moves_on(client):
    make.request()
    sign_in(client, "ana", role="agent", unit="311")
    task = Task.objects.get()
    assert "Street lamp out" in client.get("/tasks/").content.decode()
    page = client.get(f"/tasks/{task.pk}/").content.decode()
    assert "<svg" in page
    assert client.post(f"/tasks/{task.pk}/", {}).status_code == 302
    assert Task.objects.filter(done_at=None).get().unit_id == "lamps"


def test_from_a_request_one_reaches_the_step_that_is_ones_own(client):
    receipt = make.request()
    sign_in(client, "ana", role="agent")
    step = f"/tasks/{Task.objects.get().pk}/"
    assert step in client.get(f"/requests/{receipt.id}/").content.decode()
    assert step in client.get(f"/cases/{Request.objects.get().case_id}/").content.decode()
    sign_in(client, "dan", role="dispatcher")
    assert step not in client.get(f"/requests/{receipt.id}/").content.decode()


def test_a_task_of_another_unit_is_not_even_there(client):
    make.request()
    sign_in(client, "gus", role="agent", unit="parks")
    assert client.get(f"/tasks/{Task.objects.get().pk}/").status_code == 404


def test_a_dispatcher_sees_the_requests_of_their_units_only(client):
    mine, other = make.request(), make.request("A tree fell", service="tree")
    sign_in(client, "dan", role="dispatcher", unit="works")
    page = client.get("/requests/").content.decode()
    assert mine.reference in page
    assert other.reference not in page
    assert client.get(f"/requests/{other.id}/").status_code == 404


@pytest.mark.parametrize("after", ["x", "2026-01-01~1", "2026-01-01T00:00:00Z~", "~", "9" * 400])
def test_a_broken_key_of_a_list_is_told_in_plain_words(client, after):
    sign_in(client, "dan", role="dispatcher")
    assert client.get("/requests/", {"after": after}).status_code == 422


@pytest.mark.parametrize(
    "address",
    ["/city/?at=yesterday", "/city/map.json?bbox=1,2,3", "/requests/?month=2026-13", "/govern/?month=x",
     "/requests/?unit=%00", "/search?q=%00", "/?q=%00", "/tasks/?unit=%00", "/history/request/%00/"],
)  # fmt: skip
def test_nonsense_in_an_address_never_breaks_a_page(client, address):
    sign_in(client, "eve", role="executive")
    assert client.get(address).status_code in (200, 400, 404, 422)


def test_observations_need_a_token_with_the_right(client):
    stream = make.datastream(limit=90, service="lamp")
    body = json.dumps(
        {"result": 95, "phenomenonTime": "2026-03-02T12:00:00Z", "Datastream": {"@iot.id": stream.pk}}
    )
    refused = client.post(f"{API}/Observations", body, content_type="application/json")
    assert refused.status_code == 401
    token = create_token("bins", role="officer", by=SYSTEM)
    kept = client.post(
        f"{API}/Observations",
        body,
        content_type="application/json",
        headers={"authorization": f"Bearer {token}"},
    )
    assert kept.status_code == 201
    assert kept.json()["result"] == 95
    drain()
    assert Alert.objects.count() == 1
    again = client.get(kept.headers["Location"], headers={"authorization": f"Bearer {token}"})
    assert again.json() == kept.json()


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"result": "much"}', '{"result": 1}', '{"result": 1, "Datastream": {"@iot.id": 999999}}',
     '{"result": 1e999, "Datastream": {"@iot.id": 1}}',
     '{"result": 1, "phenomenonTime": "noon", "Datastream": {"@iot.id": 1}}',
     '{"result": 1, "phenomenonTime": "2026-01-01T00:00:00", "Datastream": {"@iot.id": 1}}',
     '{"result": 1, "phenomenonTime": "0001-01-01T00:00:00Z", "Datastream": {"@iot.id": 1}}',
     '{"result": 1, "Datastream": {"@iot.id": 99999999999999999999}}'],
)  # fmt: skip
def test_a_bad_observation_is_refused_in_plain_words(client, body):
    token = create_token("bins", role="officer", by=SYSTEM)
    answer = client.post(
        f"{API}/Observations",
        body,
        content_type="application/json",
        headers={"authorization": f"Bearer {token}"},
    )
    assert answer.status_code in (400, 404, 422)
    assert answer.json()["message"]


@pytest.mark.parametrize(
    ("address", "most"),
    [("/requests/", 12), ("/tasks/", 13), ("/city/", 11), ("/city/map.json", 12), ("/govern/", 9)],
)
def test_a_page_costs_the_same_queries_with_ten_times_the_rows(
    client, address, most, django_assert_max_num_queries
):
    sign_in(client, "ana", role="agent")
    make.request()
    client.get(address)
    with django_assert_max_num_queries(most) as few:
        assert client.get(address).status_code == 200
    for _ in range(10):
        make.request()
        make.datastream(limit=5)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert client.get(address).status_code == 200


def test_a_history_is_for_those_who_may_see_the_thing(client):
    mine, other = make.request(), make.request("A tree fell", service="tree")
    worker = sign_in(client, "dan", role="dispatcher", unit="works")
    assert client.get(f"/history/request/{mine.id}/").status_code == 200
    assert client.get(f"/history/request/{other.id}/").status_code == 404
    assert client.get("/history/unit/lamps/").status_code == 200
    assert client.get("/history/unit/parks/").status_code == 404
    assert client.get(f"/history/person/{worker.pk}/").status_code == 200
    assert client.get(f"/history/person/{worker.pk + 1}/").status_code == 404
    assert client.get("/history/process/report-and-resolve/").status_code == 404


def test_asking_very_often_is_told_to_wait(client):
    for _ in range(20):
        assert client.post("/ask/lamp/", {"words": ""}).status_code == 422
    answer = client.post("/ask/lamp/", {"words": ""})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_codes_cannot_be_tried_out(client):
    receipt = make.request()
    for number in range(60):
        assert client.get(f"/track/{receipt.reference}-{number:016d}/").status_code == 404
    assert client.get(f"/track/{receipt.reference}-{1:016d}/").status_code == 429
    assert client.get(f"/track/{receipt.reference}-{receipt.secret}/").status_code == 200


def test_another_host_is_refused_in_plain_words(client):
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "names another host" in answer.content.decode()


def test_the_map_shows_places_of_requests_to_those_who_may_see_them(client):
    make.request()
    make.request("A tree fell", service="tree")
    sign_in(client, "dan", role="dispatcher", unit="works")
    told = client.get("/city/map.json").json()
    assert [point["properties"]["name"] for point in told["requests"]["features"]] == ["Street lamp out"]
    assert told["of"] == 2
