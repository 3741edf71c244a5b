"""The database a command works on: the operator's own, that of a running `weft up`, or the embedded one."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from weft.config.options import Options, choose, current
from weft.kit import claim, postgres
from weft.kit.errors import Refusal

MIGRATING = 0x77656674_0001  # the advisory lock of whoever changes the tables
PATIENCE = 60.0


def start_embedded(options: Options) -> postgres.Server:
    """Start the embedded database and let this process and those it starts use it."""
    server = postgres.start(options.data, programs=options.postgres, run_as=options.postgres_user)
    choose(database_url=server.address())
    return server


@contextmanager
def ready(purpose: str) -> Iterator[None]:
    """Django on the database, its tables up to date, for as long as the block runs."""
    with _running(current(), purpose=purpose), told_when_lost():
        set_up()
        yield


@contextmanager
def told_when_lost() -> Iterator[None]:
    """A database that goes away is told in a sentence."""
    from django.db import InterfaceError, OperationalError

    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise Refusal(
            f"The database went away: {str(error).splitlines()[0]}. What was finished is kept; "
            "run the command again and it goes on."
        ) from None


def set_up() -> bool:
    """Set up Django and bring the tables up to date; whether they had to be changed."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weft.config.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise Refusal(f"The database cannot be reached: {str(error).splitlines()[0]}") from None
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    with psycopg.connect(**connection.get_connection_params()) as alone:
        alone.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        call_command("migrate", interactive=False, verbosity=0)
    return True


@contextmanager
def _running(options: Options, *, purpose: str) -> Iterator[None]:
    """A running database: when it is the embedded one, started here unless another process runs it."""
    if options.database_url:
        yield
        return
    until = time.monotonic() + PATIENCE
    while True:
        with claim.guest(options.data):
            if address := postgres.running_address(options.data):
                choose(database_url=address)
                yield
                return
        try:
            with claim.claim(options.data, purpose=purpose):
                yield from _own(options)
                return
        except claim.Taken:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _own(options: Options) -> Iterator[None]:
    server = start_embedded(options)
    try:
        yield
    finally:
        with claim.after_guests(options.data):
            server.stop()
