"""The worker: does what is queued, takes up what a dead worker left, and queues in the task's own transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app as queue

from weft.config.options import current
from weft.kit.again import failures, retry_failed
from weft.kit.worker import LOCKS, MOST_TRIES, work

DONE: list[str] = []


@queue.task(name="tests.note")
def note(word: str) -> None:
    DONE.append(word)


@queue.task(name="tests.defer_and_break")
def defer_and_break() -> None:
    with transaction.atomic():
        note.defer(word="must not be queued")
        raise RuntimeError("on purpose")


@queue.task(name="tests.defer")
def defer() -> None:
    with transaction.atomic():
        note.defer(word="queued by a task")


@pytest.fixture(autouse=True)
def _forget(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    DONE.clear()
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # the worker's threads end with the test
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM procrastinate_workers")


def run_worker() -> None:
    """Work until nothing is left."""
    assert asyncio.run(work(current(), wait=False))


def interrupted(word: str, *, attempts: int = 0, lock: str | None = None) -> int:
    """A job that a worker was doing when it died; the worker's id."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        (worker,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts, worker_id, queueing_lock) "
            "VALUES ('default', 'tests.note', jsonb_build_object('word', %s::text), 'doing', %s, %s, %s)",
            [word, attempts, worker, lock],
        )
    return int(worker)


def jobs() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args ->> 'word', status::text FROM procrastinate_jobs WHERE task_name LIKE 'tests.%' ORDER BY id"
        )
        return [tuple(row) for row in cursor.fetchall()]


def test_what_is_queued_is_done_and_leaves_the_queue() -> None:
    note.defer(word="one")
    run_worker()
    assert DONE == ["one"]
    assert jobs() == []


def test_what_a_dead_worker_was_doing_is_done_at_once() -> None:
    interrupted("left over")
    run_worker()
    assert DONE == ["left over"]


def test_what_a_living_worker_does_is_left_to_it() -> None:
    worker = interrupted("being done")
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [LOCKS, worker])
        run_worker()
        assert DONE == []
    run_worker()
    assert DONE == ["being done"]


def test_interrupted_work_that_is_queued_again_already_is_not_done_twice() -> None:
    interrupted("old", lock="same work")
    note.configure(queueing_lock="same work").defer(word="new")
    run_worker()
    assert DONE == ["new"]


def test_a_job_that_kills_every_worker_is_put_aside() -> None:
    interrupted("poison", attempts=MOST_TRIES)
    run_worker()
    assert DONE == []
    assert jobs() == [("poison", "failed")]


def failed(word: str, *, lock: str | None = None) -> None:
    """A job that failed as often as it is tried."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts, queueing_lock) "
            "VALUES ('default', 'tests.note', jsonb_build_object('word', %s::text), 'failed', 8, %s)",
            [word, lock],
        )


def test_work_that_failed_for_good_is_named_and_done_again_when_told() -> None:
    failed("mended")
    assert failures() == {"tests.note": 1}
    run_worker()
    assert DONE == []
    assert retry_failed() == 1
    run_worker()
    assert DONE == ["mended"]
    assert failures() == {}


def test_failed_work_that_is_queued_again_already_is_not_done_twice() -> None:
    failed("old", lock="same work")
    note.configure(queueing_lock="same work").defer(word="new")
    assert retry_failed() == 0
    run_worker()
    assert DONE == ["new"]
    assert failures() == {}


def test_what_a_task_defers_is_queued_only_if_its_transaction_holds() -> None:
    defer_and_break.defer()
    defer.defer()
    run_worker()
    run_worker()  # the first may have ended before the task had queued
    assert DONE == ["queued by a task"]
