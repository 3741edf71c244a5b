"""A worker process: does the queued work and takes up what a dead worker left (`python -m weft.kit.worker`).

Each worker holds a database lock for as long as it lives. A job that is being done by a worker whose lock is free
was interrupted, and is queued again at once: by the next worker that starts, or by one that runs, within seconds.
"""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import dataclass, field

import django
import psycopg
from procrastinate import App
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager

from weft.config.options import Options, current

LOCKS = 0x77656674  # the class of the workers' advisory locks: "weft"
MOST_TRIES = 20  # a job that was interrupted this often is what interrupts: it is put aside as failed
LOOK_EVERY = 2.0  # seconds
GRACE = 5  # seconds a running job has when the worker is asked to stop
log = logging.getLogger(__name__)

ABANDONED = """
SELECT id, attempts FROM procrastinate_jobs AS job
WHERE status = 'doing' AND NOT EXISTS (
    SELECT 1 FROM pg_locks
    WHERE locktype = 'advisory' AND classid = %(locks)s AND objid::bigint = job.worker_id AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
ORDER BY id FOR UPDATE SKIP LOCKED
"""
AGAIN = "SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)"
ASIDE = "SELECT procrastinate_finish_job_v1(%s, 'failed', %s)"


@dataclass(frozen=True)
class Presence:
    """A worker's lock, held through a connection of its own."""

    connection: psycopg.AsyncConnection
    held: asyncio.Event = field(default_factory=asyncio.Event)

    async def hold(self, worker_id: int) -> None:
        """Tell every other worker that this one lives."""
        await self.connection.execute("SELECT pg_advisory_lock(%s, %s)", [LOCKS, worker_id])
        self.held.set()

    async def look_after_others(self) -> int:
        """Queue again what dead workers were doing; how many jobs that was."""
        async with self.connection.transaction():
            rows = await self.connection.execute(ABANDONED, {"locks": LOCKS})
            jobs = await rows.fetchall()
            for job, attempts in jobs:
                await self._take_up(job, worn_out=attempts >= MOST_TRIES)
        return len(jobs)

    async def _take_up(self, job: int, *, worn_out: bool) -> None:
        if worn_out:
            log.error("job %s was interrupted %s times and is put aside as failed", job, MOST_TRIES)
            await self.connection.execute(ASIDE, [job, False])
            return
        try:
            async with self.connection.transaction():
                await self.connection.execute(AGAIN, [job])
        except psycopg.errors.UniqueViolation:  # the same work is queued already
            await self.connection.execute(ASIDE, [job, True])

    async def keep(self) -> None:
        """Look after others until the connection, and with it the lock, is lost."""
        await self.held.wait()
        while True:
            async for _ in self.connection.notifies(timeout=LOOK_EVERY):
                pass  # none is sent here: waiting this way tells at once when the connection breaks
            if taken := await self.look_after_others():
                log.warning("%s interrupted jobs are queued again", taken)


class Manager(JobManager):
    """Procrastinate's manager, whose workers hold their lock before they take a job."""

    presence: Presence

    async def register_worker(self) -> int:
        worker_id = await super().register_worker()
        await self.presence.hold(worker_id)
        return worker_id


def own_app() -> App:
    """The queue's app on a connection pool of the worker's.

    The tasks keep pointing at Django's app: what a task defers joins the task's own transaction.
    """
    from procrastinate.contrib.django import app as queue
    from procrastinate.contrib.django.django_connector import DjangoConnector

    assert isinstance(queue.connector, DjangoConnector)
    app = App(connector=queue.connector.get_worker_connector(), worker_defaults=queue.worker_defaults)
    app.tasks, app.periodic_registry = queue.tasks, queue.periodic_registry
    queue.perform_import_paths()  # type: ignore[no-untyped-call]
    return app


async def work(options: Options, *, wait: bool = True) -> bool:
    """Do the queued work until asked to stop; False when the database went away.

    With `wait=False`, until nothing is left to do.
    """
    from procrastinate.contrib.django.utils import connector_params

    app = own_app()
    connection = await psycopg.AsyncConnection.connect(**connector_params(), autocommit=True)
    async with connection, app.open_async():
        manager = Manager(app.connector)
        manager.presence = Presence(connection)
        app.job_manager = manager
        if taken := await manager.presence.look_after_others():
            log.warning("%s interrupted jobs are queued again", taken)
        working = asyncio.create_task(
            app.run_worker_async(
                concurrency=options.worker_concurrency,
                wait=wait,
                delete_jobs="successful",
                shutdown_graceful_timeout=GRACE,
                install_signal_handlers=wait,
            )
        )
        keeping = asyncio.create_task(manager.presence.keep())
        await asyncio.wait({working, keeping}, return_when=asyncio.FIRST_COMPLETED)
        if keeping.done() and not working.done():
            log.warning("the database went away: %s", first_line(keeping.exception()))
            return False
        keeping.cancel()
        await working
        return True


def main() -> None:
    """Work until told to stop; end at once when the database went away, to be started again."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weft.config.settings")
    options = current()
    django.setup()
    if options.log_level != "debug":
        logging.getLogger("procrastinate").setLevel(logging.WARNING)
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        for handler in logging.getLogger().handlers:
            handler.addFilter(not_a_lost_connection)
    asyncio.run(_work_or_leave(options))


async def _work_or_leave(options: Options) -> None:
    try:
        well = await work(options)
    except psycopg.OperationalError as error:
        log.warning("the database went away: %s", first_line(error))
        well = False
    if not well:
        logging.shutdown()
        os._exit(1)  # jobs in threads end with their transactions


def not_a_lost_connection(record: logging.LogRecord) -> bool:
    """Keeps what others log about a lost connection to themselves: this worker says it in one line."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, (ConnectorException, psycopg.OperationalError))


def first_line(error: BaseException | None) -> str:
    """The first line of what an error says."""
    return (str(error).splitlines() or [""])[0]


if __name__ == "__main__":
    from weft.kit import worker  # under its name: procrastinate warns of an app made in __main__

    worker.main()
