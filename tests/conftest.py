"""What every test stands on: a database when it wants one, and a network that ends at this machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Generator, Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests import cluster

APPEND_ONLY = ("kit_event", "kit_event_object")
LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start the server just before the first test that wants it."""
    cluster.start()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database; tests that commit may empty it afterwards, the event log too."""
    from django.db import connection, transaction

    def empty(statements: list[str]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for table in APPEND_ONLY:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")
            for statement in [*statements, "TRUNCATE sense_observation"]:  # which Django does not manage
                cursor.execute(statement)
            for table in APPEND_ONLY:
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection.ops, "execute_sql_flush", empty)
        yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # threads of servers hold some still
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def _closed_network() -> Iterator[None]:
    """No test reaches beyond this machine."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def allowed(family: int, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else address
        if family != socket.AF_UNIX and not str(host).startswith(LOOPBACK):
            raise OSError(f"The tests may not reach {host}: the network is closed.")

    def guarded(self: socket.socket, address: object) -> None:
        allowed(self.family, address)
        connect(self, address)  # type: ignore[arg-type]

    def guarded_ex(self: socket.socket, address: object) -> int:
        allowed(self.family, address)
        return connect_ex(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        patch.setattr(socket.socket, "connect_ex", guarded_ex)
        yield


SKIPPED_IN_BROWSER: list[str] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note the browser tests that are skipped."""
    report = yield
    if report.skipped and item.get_closest_marker("browser"):
        SKIPPED_IN_BROWSER.append(item.nodeid)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where a browser is required, a browser test that was skipped fails the run."""
    if (
        os.environ.get("WEFT_REQUIRE_BROWSER")
        and SKIPPED_IN_BROWSER
        and session.exitstatus == pytest.ExitCode.OK
    ):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say so."""
    if os.environ.get("WEFT_REQUIRE_BROWSER") and SKIPPED_IN_BROWSER:
        terminalreporter.write_line(
            f"{len(SKIPPED_IN_BROWSER)} browser tests were skipped, and a browser is required."
        )
