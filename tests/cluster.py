"""One throw-away PostgreSQL for the whole test run, known before Django reads its settings.

Loaded by `-p tests.cluster`. A database named in DATABASE_URL is used instead when there is one. Workers of
pytest-xdist share the server of the run, each with a database of its own.
"""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from weft.kit import postgres

KEPT = {"WEFT_POSTGRES", "WEFT_POSTGRES_USER", "WEFT_REQUIRE_BROWSER", "WEFT_KILL_ROUNDS"}
LOOPBACK = ("127.", "::1", "localhost")


class Cluster:
    """The server of this run: started when the first test wants a database, gone with the run."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="weft-test-", dir="/tmp"))
        self.server: postgres.Server | None = None

    @property
    def address(self) -> str:
        return f"postgresql://{postgres.NAME}@/{postgres.NAME}?host={quote(str(self.folder / 'socket'))}"

    def start(self) -> None:
        if self.server is None:
            self.server = postgres.start(
                self.folder,
                programs=os.environ.get("WEFT_POSTGRES", ""),
                run_as=os.environ.get("WEFT_POSTGRES_USER", "nobody"),
                settings={"shared_buffers": "64MB", "max_connections": "60"},
                lasting=False,
            )

    def stop(self) -> None:
        if self.server:
            self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def _prepare() -> Cluster | None:
    """Set the environment the settings are read from; nothing of the operator's own options is left in it."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return None
    for name in [name for name in os.environ if name.startswith("WEFT_") and name not in KEPT]:
        del os.environ[name]
    cluster = Cluster()
    os.environ["WEFT_DATA"] = str(cluster.folder)
    os.environ["WEFT_SECRET_KEY"] = "only-for-tests-" + "0" * 40
    if os.environ.get("DATABASE_URL"):
        return cluster
    os.environ["DATABASE_URL"] = cluster.address
    os.environ["WEFT_TEST_CLUSTER"] = "ours"
    return cluster


CLUSTER = _prepare()


def pytest_configure(config: pytest.Config) -> None:
    """Workers of pytest-xdist find the server running."""
    if getattr(config.option, "numprocesses", None):
        _start()


def _start() -> None:
    if CLUSTER and os.environ.get("WEFT_TEST_CLUSTER") == "ours":
        CLUSTER.start()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start the server just before the first test that wants it."""
    _start()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    if CLUSTER:
        CLUSTER.stop()


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
