"""One throw-away PostgreSQL for the whole test run, known before Django reads its settings.

Loaded by `-p tests.cluster`. A database named in DATABASE_URL is used instead when there is one. Workers of
pytest-xdist share the server of the run, each with a database of its own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import quote

import pytest

from weft.kit import postgres

KEPT = {
    "WEFT_POSTGRES",
    "WEFT_POSTGRES_USER",
    "WEFT_REQUIRE_BROWSER",
    "WEFT_KILL_ROUNDS",
    "WEFT_KILL_SEED",
    "WEFT_SHOTS",
}


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
        start()


def start() -> None:
    """Start the server of the run unless it runs already or another was named."""
    if CLUSTER and os.environ.get("WEFT_TEST_CLUSTER") == "ours":
        CLUSTER.start()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    if CLUSTER:
        CLUSTER.stop()
