"""`kill -9` at random moments, in use and during a load: what was acknowledged is there, once."""

from __future__ import annotations

import os
import random
import re
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.live import TIDEWATER, City, city
from weft.kit import postgres

ROUNDS = int(os.environ.get("WEFT_KILL_ROUNDS", "4"))
SEED = int(os.environ.get("WEFT_KILL_SEED", "20"))
READINGS = 120_000
MOST_ASKED = 18  # an address without a log-in may ask 20 times an hour
LAST = datetime(2024, 10, 31)  # noqa: DTZ001 - wall-clock time, as the folder writes it
COUNTS = """
SELECT (SELECT count(*) FROM sense_observation), (SELECT count(*) FROM sense_superseded),
       (SELECT count(*) FROM sense_alert), (SELECT count(*) FROM serve_request), (SELECT count(*) FROM process_case),
       (SELECT count(*) FROM kit_event), (SELECT count(*) FROM serve_tally), (SELECT count(*) FROM city_loadedset)
"""
HALVES = """
SELECT name FROM (VALUES ('observations', (SELECT count(*) FROM sense_observation)),
                         ('requests', (SELECT count(*) FROM serve_request))) AS stored (name, rows)
LEFT JOIN city_loadedset USING (name) WHERE stored.rows <> coalesce(stored_rows, 0)
"""


@dataclass
class Use:
    """Sensors and residents that go on through every outage, and what they were told."""

    city: City
    token: str
    stream: int
    stopping: threading.Event = field(default_factory=threading.Event)
    readings: list[tuple[datetime, float]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    promised: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    sensor: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=10))
    browser: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=10))

    def sense(self) -> None:
        """A bin that fills and is emptied; a reading is sent again until it is acknowledged, as sensors do."""
        at = datetime.now(UTC) - timedelta(hours=12)
        for number in range(1_000_000):
            at, result = at + timedelta(seconds=1), 95.0 if number % 2 else 5.0
            while not self.sent(at, result):
                if self.stopping.wait(0.05):
                    return
            self.readings.append((at, result))
            if self.stopping.wait(0.01):
                return

    def sent(self, at: datetime, result: float) -> bool:
        body = {"phenomenonTime": at.isoformat(), "result": result, "Datastream": {"@iot.id": self.stream}}
        headers = {"Authorization": f"Bearer {self.token}"}
        address = f"{self.city.address}/api/sensorthings/v1.1/Observations"
        try:
            answer = self.sensor.post(address, json=body, headers=headers)
        except httpx.HTTPError:
            return False
        if answer.status_code not in {201, 503}:
            self.refused.append(f"{answer.status_code}: {answer.text[:200]}")
        return answer.status_code == 201

    def ask(self) -> None:
        """Residents who ask once each; who is not told a tracking code does not ask again."""
        for number in range(1_000_000):
            words = f"The lamp {number} is dark"
            self.asked.append(words)
            if code := self.told(words):
                self.promised[words] = code
            if len(self.asked) == MOST_ASKED or self.stopping.wait(0.3):
                return

    def told(self, words: str) -> str | None:
        address = f"{self.city.address}/ask/street-light/"
        try:
            page = self.browser.get(address)
            found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
            if not found:
                return None
            form = {"csrfmiddlewaretoken": found[1], "words": words, "address": "Harbour Street 1"}
            answer = self.browser.post(address, data=form, headers={"Referer": address})
        except httpx.HTTPError:
            return None
        code = re.search(r"/track/(.+)-[^-/]+/", answer.headers.get("location", ""))
        if answer.status_code not in {302, 503}:
            self.refused.append(f"{answer.status_code}: {words}")
        return code[1] if code else None


@pytest.fixture
def tidewater() -> Iterator[City]:
    with city() as made:
        yield made


@pytest.mark.slow
def test_in_use_nothing_acknowledged_is_lost_and_nothing_is_done_twice(tidewater: City) -> None:
    dice = random.Random(SEED)
    tidewater.up("--demo", str(TIDEWATER))
    token = tidewater.run("token", "create", "bin", "--role", "administrator").stdout.strip()
    ((stream,),) = tidewater.query("SELECT id FROM sense_datastream WHERE code = 'bin-pier-fill'")
    ((last_event,),) = tidewater.query("SELECT max(id) FROM kit_event")
    use = Use(city=tidewater, token=token, stream=int(str(stream)))
    threads = [threading.Thread(target=use.sense), threading.Thread(target=use.ask)]
    for thread in threads:
        thread.start()
    try:
        kill_about(use, dice=dice)
    finally:
        use.stopping.set()
        for thread in threads:
            thread.join(30)
        use.sensor.close()
        use.browser.close()
    settle(tidewater)
    assert use.refused == []
    assert len(use.readings) > 20
    assert len(use.promised) > 3
    every_reading_is_there(use)
    every_promise_is_kept_once(use)
    every_fact_was_answered_once(tidewater, after=int(str(last_event)))


def kill_about(use: Use, *, dice: random.Random) -> None:
    """Kill each part, and everything, in an order and at moments of chance, always amid work."""
    victims = dice.sample(["web", "worker", "database", "weft"], 4) + dice.choices(
        ["web", "database", "weft"], k=ROUNDS
    )
    for victim in victims[:ROUNDS]:
        wanted = len(use.readings) + 5
        use.city.wait_for(lambda wanted=wanted: len(use.readings) >= wanted)  # type: ignore[misc]
        time.sleep(dice.uniform(0.0, 0.6))
        use.city.kill(victim)
        if victim == "weft":
            use.city.up()
        use.city.wait_for(use.city.well)


def settle(tidewater: City) -> None:
    """Until the queue is empty and nobody works."""
    waiting = (
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' "
        "OR (status = 'todo' AND (scheduled_at IS NULL OR scheduled_at < now() + interval '5 minutes'))"
    )
    tidewater.wait_for(tidewater.well)
    tidewater.wait_for(lambda: tidewater.query(waiting) == [(0,)], seconds=90)
    assert tidewater.query("SELECT id, task_name FROM procrastinate_jobs WHERE status = 'failed'") == []


def every_reading_is_there(use: Use) -> None:
    rows = use.city.query(
        f"SELECT phenomenon_time, result FROM sense_observation WHERE datastream_id = {use.stream}"
    )
    stored = {(row[0], row[1]) for row in rows}
    assert [reading for reading in use.readings if reading not in stored] == []
    assert len(rows) == len(stored)


def every_promise_is_kept_once(use: Use) -> None:
    rows = use.city.query("SELECT words, reference, case_id FROM serve_request WHERE NOT imported")
    by_words = {str(words): str(reference) for words, reference, _ in rows}
    assert len(by_words) == len(rows), "a request was stored twice"
    assert {words: by_words.get(words) for words in use.promised} == use.promised
    assert set(by_words) <= set(use.asked)
    assert [reference for _, reference, case in rows if case is None] == []


def every_fact_was_answered_once(tidewater: City, *, after: int) -> None:
    """Each alert and request since the start has one case, and each case its one opening event."""
    for kind, what in (("alert", "AlertOpened"), ("request", "RequestOpened")):
        facts = tidewater.query(
            f"SELECT object_id FROM kit_event_object JOIN kit_event ON id = event_id "
            f"WHERE event_id > {after} AND kit_event.type = '{what}' AND object_type = '{kind}' ORDER BY 1"
        )
        cases = tidewater.query(
            f"SELECT subject_id FROM process_case WHERE subject_type = '{kind}' "
            f"AND id IN (SELECT case_id FROM kit_event WHERE id > {after} AND type = 'CaseOpened') ORDER BY 1"
        )
        assert len(facts) > 3, what
        assert len(set(facts)) == len(facts)
        assert cases == facts
    unanswered = tidewater.query(
        f"SELECT id FROM kit_event WHERE id > {after} AND type = 'AlertOpened' "
        "AND NOT EXISTS (SELECT 1 FROM kit_reaction WHERE event_id = kit_event.id)"
    )
    assert unanswered == []


@pytest.mark.slow
def test_a_killed_load_rolls_back_whole_sets_and_goes_on(tidewater: City, tmp_path: Path) -> None:
    dice, folder = random.Random(SEED), tmp_path / "tidewater"
    shutil.copytree(TIDEWATER, folder)
    with (folder / "observations.csv").open("a") as file:
        for number in range(READINGS):
            file.write(
                f"pump-flow,{LAST - timedelta(minutes=READINGS - number):%Y-%m-%dT%H:%M},{number % 97},\n"
            )
    for _ in range(ROUNDS):
        tidewater.begin("--demo", str(folder))
        tidewater.wait_for(lambda: "tables" in tidewater.said())
        time.sleep(dice.uniform(0.2, 2.4))
        kill_loading(tidewater, victim=dice.choice(["weft", "database"]))
        assert asleep(tidewater, HALVES) == []
    tidewater.up("--demo", str(folder))
    assert tidewater.query(COUNTS) == loaded_undisturbed(folder)


def kill_loading(tidewater: City, *, victim: str) -> None:
    """Kill the load, or the database under it; then the load ends in a sentence and takes the database along."""
    database = tidewater.parts(wait=False).get("database")
    if victim == "database" and database:
        os.kill(database, 9)
    else:
        tidewater.kill("weft")
    tidewater.wait_for(lambda: tidewater.process.poll() is not None or "Weft is up" in tidewater.said())  # type: ignore[union-attr]
    tidewater.stop()


def asleep(tidewater: City, statement: str) -> list[tuple[object, ...]]:
    """Rows from the database of a city that does not run."""
    server = postgres.start(tidewater.data)
    try:
        return tidewater.query(statement)
    finally:
        server.stop()


def loaded_undisturbed(folder: Path) -> list[tuple[object, ...]]:
    """What a load that nobody disturbs comes to."""
    with city() as other:
        assert other.run("load", str(folder), "--shift-to-now").returncode == 0
        return asleep(other, COUNTS)
