"""`weft up` and the commands beside it, run for real: one process tree, plain refusals, a clean end."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator

import httpx
import psutil
import pytest

from tests.live import TIDEWATER, City, city


@pytest.fixture(scope="module")
def tidewater() -> Iterator[City]:
    with city() as made:
        made.up("--demo", str(TIDEWATER))
        yield made


def test_it_says_where_it_is_and_who_may_log_in(tidewater: City) -> None:
    said = tidewater.said()
    assert f"Weft is up: {tidewater.address}" in said
    password = (tidewater.data / "demo-password").read_text().strip()
    assert re.search(r"ada\s+Ada Ferry\s+Contact-centre agent", said)
    assert f"The password of all of them: {password}" in said
    assert (tidewater.data / "demo-password").stat().st_mode & 0o777 == 0o600


def test_the_portal_and_the_health_check_answer(tidewater: City) -> None:
    assert httpx.get(f"{tidewater.address}/").status_code == 200
    assert httpx.get(f"{tidewater.address}/healthz").json()["status"] == "ok"


def test_a_second_one_on_the_same_folder_is_refused(tidewater: City) -> None:
    second = tidewater.run("up", "--port", str(tidewater.port + 1))
    assert second.returncode == 1
    assert f"`weft up` (process {tidewater.process.pid}) runs on it at {tidewater.address}" in second.stderr  # type: ignore[union-attr]


def test_a_taken_port_is_told_with_what_to_do(tidewater: City) -> None:
    with city() as other:
        other.port = tidewater.port
        told = other.run("up", "--port", str(tidewater.port))
    assert told.returncode == 1
    assert f"Port {tidewater.port} is in use by another program" in told.stderr
    assert "weft up --port" in told.stderr


def test_status_tells_what_was_loaded_while_it_runs(tidewater: City) -> None:
    tidewater.wait_for(
        lambda: tidewater.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2")
    )
    told = json.loads(tidewater.run("status", "--json").stdout)
    sets = {one["name"]: one for one in told["sets"]}
    assert sets["requests"]["source_rows"] == 60
    assert (sets["observations"]["source_rows"], sets["observations"]["superseded_rows"]) == (307, 1)
    assert told["rows"]["serve_request"] == 60
    assert told["queue"]["workers"] == 1
    assert "requests" in tidewater.run("status").stdout


def test_a_person_is_added_with_a_password_from_standard_input(tidewater: City) -> None:
    added = tidewater.run("user", "add", "hal", "--role", "agent", said="a long enough password\n")
    assert (added.returncode, added.stderr) == (0, "")
    assert tidewater.query("SELECT 1 FROM city_person WHERE username = 'hal'") == [(1,)]


@pytest.mark.parametrize(
    ("arguments", "said", "why"),
    [
        (["user", "add", "fay", "--role", "king"], "a long enough password\n", "There is no role"),
        (["user", "add", "gus", "--role", "agent"], "short\n", "short"),
        (["user", "add", "ada", "--role", "agent"], "a long enough password\n", "already"),
        (["token", "create", "pump", "--role", "agent", "--unit", "moon"], "", "There is no unit"),
        (["load", "/nowhere"], "", "nothing was loaded"),
    ],
)
def test_a_refusal_is_one_sentence_and_code_1(
    tidewater: City, arguments: list[str], said: str, why: str
) -> None:
    told = tidewater.run(*arguments, said=said)
    assert told.returncode == 1
    assert why in told.stderr
    assert "Traceback" not in told.stderr


def test_wrong_usage_is_code_2(tidewater: City) -> None:
    assert tidewater.run("load").returncode == 2


def test_a_token_is_printed_once_and_opens_the_api(tidewater: City) -> None:
    made = tidewater.run("token", "create", "meter", "--role", "officer")
    token = made.stdout.strip()
    answer = httpx.get(
        f"{tidewater.address}/api/sensorthings/v1.1/Datastreams", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 200
    assert tidewater.query("SELECT count(*) FROM city_apitoken WHERE digest LIKE '%weft_%'") == [(0,)]


def test_loading_the_same_city_again_changes_nothing(tidewater: City) -> None:
    before = tidewater.query("SELECT count(*) FROM kit_event")
    again = tidewater.run("load", str(TIDEWATER))
    assert "nothing has changed" in again.stdout
    assert tidewater.query("SELECT count(*) FROM kit_event") == before


def test_check_tells_every_option_and_what_is_unsafe(tidewater: City) -> None:
    told = tidewater.run("check")
    assert told.returncode == 0
    assert "WEFT_DATA" in told.stdout
    unsafe = City(data=tidewater.data)
    unsafe.environment = lambda: {
        **City.environment(unsafe),
        "WEFT_HOST": "0.0.0.0",
        "WEFT_SECRET_KEY": "short",
    }  # type: ignore[method-assign]
    told = unsafe.run("check")
    assert told.returncode == 1
    assert "WEFT_SECRET_KEY is shorter" in told.stderr
    assert "WEFT_HOSTS names this machine only" in told.stderr
    assert "short" not in told.stdout


@pytest.mark.parametrize("part", ["web", "worker", "database"])
def test_a_part_that_is_killed_comes_back(tidewater: City, part: str) -> None:
    before = tidewater.parts()
    tidewater.kill(part)
    tidewater.wait_for(lambda: tidewater.parts()[part] != before[part])
    tidewater.wait_for(tidewater.well)
    assert httpx.get(f"{tidewater.address}/", timeout=10).status_code == 200


def test_asked_to_stop_it_ends_within_seconds_and_leaves_nothing_running() -> None:
    with city() as made:
        made.up()
        parts = made.parts()
        asked = time.monotonic()
        made.process.send_signal(signal.SIGTERM)  # type: ignore[union-attr]
        assert made.process.wait(20) == 0  # type: ignore[union-attr]
        assert time.monotonic() - asked < 10
        assert not any(psutil.pid_exists(number) for number in parts.values())
        assert not list((made.data / "socket").iterdir())


def test_killed_outright_it_takes_all_its_parts_along_and_the_next_start_takes_over() -> None:
    with city() as made:
        made.up()
        parts = made.parts()
        made.kill("weft")
        made.wait_for(lambda: not any(psutil.pid_exists(number) for number in parts.values()), seconds=15)
        made.up()
        assert made.well()
        assert made.stop() == 0


def test_a_wrong_option_is_told_before_anything_starts() -> None:
    with city() as made:
        told = made.run("up", "--port", "0")
    assert told.returncode == 1
    assert "WEFT_PORT must be a whole number from 1 to 65535" in told.stderr
