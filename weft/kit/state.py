"""What there is and how it fares: rows of every table, the database, the queue and its workers."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version

from django.apps import apps
from django.db import connection

from weft.kit.worker import LOCKS


@dataclass(frozen=True, kw_only=True)
class Queue:
    """The jobs nobody waits for, and the workers that do them."""

    waiting: int
    doing: int
    failed: int
    oldest_seconds: int
    workers: int


@dataclass(frozen=True, kw_only=True)
class State:
    """What `weft status` tells."""

    version: str
    database: str
    size_bytes: int
    queue: Queue
    rows: dict[str, int]


def state() -> State:
    """The state of this installation now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
        server, size = cursor.fetchone()
    return State(
        version=version("weft"), database=f"PostgreSQL {server}", size_bytes=size, queue=queue(), rows=rows()
    )


def queue() -> Queue:
    """How much work waits, since when, and how many workers are there to do it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FILTER (WHERE job.status = 'todo'), count(*) FILTER (WHERE job.status = 'doing'),
                   count(*) FILTER (WHERE job.status = 'failed'),
                   coalesce(extract(epoch FROM now() - min(event.at) FILTER (WHERE job.status = 'todo')), 0)::int,
                   (SELECT count(DISTINCT objid) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s
                    AND objsubid = 2 AND granted
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
            FROM procrastinate_jobs AS job
            LEFT JOIN procrastinate_events AS event ON event.job_id = job.id AND event.type = 'deferred'
            WHERE job.status IN ('todo', 'doing', 'failed')
            """,
            [LOCKS],
        )
        waiting, doing, failed, oldest, workers = cursor.fetchone()
    return Queue(waiting=waiting, doing=doing, failed=failed, oldest_seconds=oldest, workers=workers)


def rows() -> dict[str, int]:
    """How many rows each of Weft's tables holds, by table."""
    tables = [
        model._meta.db_table
        for config in apps.get_app_configs()
        if config.name.startswith("weft.")
        for model in config.get_models()
    ]
    counted = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            counted[table] = int(cursor.fetchone()[0])
    return counted
