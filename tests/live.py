"""A whole running city for tests: `weft up` in a process of its own, to talk to and to kill."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import psycopg

from weft.kit import postgres

ROOT = Path(__file__).resolve().parents[1]
TIDEWATER = ROOT / "tests" / "invented" / "tidewater"
WEFT = [sys.executable, "-c", "from weft.cli import app; app()"]
READY = "Ctrl-C stops it."


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@dataclass
class City:
    """One data folder and the `weft up` that runs on it, when it runs."""

    data: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data / "up.log"

    def environment(self) -> dict[str, str]:
        """No database but its own; time and words fixed."""
        kept = {k: v for k, v in os.environ.items() if k != "DATABASE_URL" and not k.startswith("WEFT_")}
        return {**kept, "WEFT_DATA": str(self.data), "COLUMNS": "120", "PYTHONUNBUFFERED": "1"}

    def run(self, *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
        """One command of the command line, with what it said."""
        return subprocess.run(
            [*WEFT, *arguments],
            env=self.environment(),
            cwd=ROOT,
            input=said,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def begin(self, *arguments: str) -> None:
        """Start `weft up` without waiting for it."""
        self.data.mkdir(exist_ok=True)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*WEFT, "up", "--port", str(self.port), *arguments],
                env=self.environment(),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def up(self, *arguments: str) -> None:
        """Start `weft up` and wait until it says it is up."""
        self.begin(*arguments)
        assert self.process
        self.wait_for(lambda: READY in self.said() or self.process.poll() is not None)  # type: ignore[union-attr]
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def parts(self, *, wait: bool = True) -> dict[str, int]:
        """The process numbers of web, worker and database; waits until all three are there."""
        assert self.process
        found: dict[str, int] = {}

        def complete() -> bool:
            found.clear()
            for child in psutil.Process(self.process.pid).children():  # type: ignore[union-attr]
                words = " ".join(_command(child))
                for name, sign in {
                    "web": "weft.kit.web",
                    "worker": "weft.kit.worker",
                    "database": "postgres -D",
                }.items():
                    if sign in words and "tether.py" not in words:
                        found[name] = child.pid
            return len(found) == 3

        if wait:
            self.wait_for(complete)
        else:
            complete()
        return dict(found)

    def kill(self, name: str) -> None:
        """`kill -9` one part, or everything by the name `weft`."""
        assert self.process
        number = self.process.pid if name == "weft" else self.parts().get(name)
        try:
            os.kill(number or 0, signal.SIGKILL)
        except ProcessLookupError:
            return
        if name == "weft":
            self.process.wait(10)

    def stop(self) -> int:
        """Ask it to stop, as Ctrl-C does; the exit code."""
        if self.process is None or self.process.poll() is not None:
            return 0
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)

    def well(self) -> bool:
        """Whether web and database answer."""
        try:
            return httpx.get(f"{self.address}/healthz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def query(self, statement: str) -> list[tuple[object, ...]]:
        """Rows straight from the city's database."""
        address = postgres.running_address(self.data)
        assert address, self.said()
        with psycopg.connect(address) as connection:
            return connection.execute(statement).fetchall()  # type: ignore[arg-type]

    def wait_for(self, condition: object, *, seconds: float = 60) -> None:
        """Until the condition holds."""
        until = time.monotonic() + seconds
        while not condition():  # type: ignore[operator]
            assert time.monotonic() < until, f"not within {seconds} s; it said:\n{self.said()}"
            time.sleep(0.05)


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@contextmanager
def city() -> Iterator[City]:
    """A city in a folder of its own, stopped and removed in the end."""
    folder = Path(tempfile.mkdtemp(prefix="weft-city-", dir="/tmp"))
    made = City(data=folder)
    try:
        yield made
    finally:
        if made.process and made.process.poll() is None:
            made.stop()
        shutil.rmtree(folder, ignore_errors=True)
