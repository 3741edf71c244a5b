"""`weft up`: the database, the web and the worker as one foreground process tree."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

from weft.cli import screen
from weft.cli.city import Login, demonstrate
from weft.cli.database import set_up, start_embedded, told_when_lost
from weft.config.options import Options, current
from weft.kit import claim, postgres
from weft.kit.apart import apart
from weft.kit.errors import Refusal
from weft.kit.supervise import STOPPING, Keeper, Part, Tree

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
BACKLOG = 2048


class Database:
    """The embedded database of this process tree."""

    def __init__(self, options: Options) -> None:
        """Start it."""
        self.options = options
        self.server = start_embedded(options)

    def running(self) -> bool:
        """Whether it is there."""
        return self.server.running()

    def start(self) -> None:
        """Start it anew after it died."""
        self.server = start_embedded(self.options)

    def stop(self) -> None:
        """Stop it."""
        self.server.stop()


def run(options: Options, *, demo: Path | None) -> None:
    """Start everything, and keep it running until asked to stop."""
    with _stopped_by_signals(), _listener(options) as listener:
        address = web_address(options)
        with claim.claim(options.data, purpose="up", address=address, patience=20):
            database = _database(options)
            try:
                logins = apart(lambda: _prepare(options, demo=demo))
                tree = _tree(current(), listener=listener, database=database, logins=logins)
                database = None  # it is the tree's to stop now
                tree.run()
            finally:
                if database:
                    database.stop()
    screen.done("weft", "stopped")


def _database(options: Options) -> Database | None:
    if options.database_url:
        return None
    begun = time.monotonic()
    with screen.out.status("Starting the database"):
        database = Database(options)
    home = postgres.home_of(options.data, run_as=options.postgres_user)
    screen.done("database", f"embedded PostgreSQL in {home.cluster}, {time.monotonic() - begun:.1f} s")
    if home.folder != options.data.resolve() and home.account:
        screen.hint(
            f"The account {home.account.name}, under which the database runs, cannot enter {options.data}: "
            f"the database is kept in {home.folder}."
        )
    return database


def _prepare(options: Options, *, demo: Path | None) -> list[Login]:
    """Bring the tables up to date and, for a demonstration, load the city."""
    with told_when_lost():
        with screen.out.status("Bringing the tables up to date"):
            changed = set_up()
        screen.done("tables", "brought up to date" if changed else "up to date")
        return demonstrate(demo, data=options.data) if demo else []


def _tree(
    options: Options, *, listener: socket.socket, database: Database | None, logins: list[Login]
) -> Tree:
    try:
        listener.listen(BACKLOG)
    except OSError as error:  # another program came first while the city was loaded
        raise Refusal(_why_not(options, error)) from None
    environment, number = dict(os.environ), listener.fileno()
    web = [sys.executable, "-m", "weft.kit.web", str(number)]
    worker = [sys.executable, "-m", "weft.kit.worker"]
    parts = [
        Part(name=name, command=web, env=environment, keep=[number])
        for name in _names("web", options.web_processes)
    ]
    parts += [Part(name=name, command=worker, env=environment) for name in _names("worker", options.workers)]
    keeper = None
    if database:
        keeper = Keeper(name="database", running=database.running, start=database.start, stop=database.stop)
    return Tree(
        parts=parts,
        database=keeper,
        tell=screen.line,
        ready=lambda: _answers(options),
        on_ready=lambda: _greet(options, logins),
    )


def _names(name: str, count: int) -> list[str]:
    return [name if count == 1 else f"{name} {number}" for number in range(1, count + 1)]


def web_address(options: Options) -> str:
    """Where a browser on this machine finds the city."""
    host = EVERYWHERE.get(options.host, options.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{options.port}"


def _answers(options: Options) -> bool:
    """Whether the web answers; asks with little patience."""
    connection = HTTPConnection(EVERYWHERE.get(options.host, options.host), options.port, timeout=0.5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _greet(options: Options, logins: list[Login]) -> None:
    screen.out.print()
    screen.out.print(f"  Weft is up: [bold]{web_address(options)}[/]")
    if options.host in EVERYWHERE:
        screen.out.print("  It listens on every address of this machine.")
    screen.out.print()
    if logins:
        screen.table(["log in as", "name", "role"], [(one.username, one.name, one.role) for one in logins])
        screen.out.print(f"\n  The password of all of them: [bold]{logins[0].password}[/]\n")
    screen.out.print("  Ctrl-C stops it.")
    screen.out.print()


@contextmanager
def _listener(options: Options) -> Iterator[socket.socket]:
    """The socket all web processes share; that it is this process's makes a taken port known at once."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            _free(options)
            listener.bind((options.host, options.port))
        except OSError as error:
            raise Refusal(_why_not(options, error)) from None
        yield listener


def _free(options: Options) -> None:
    """Raise when another program listens there; a bound socket that does not listen yet would not tell."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((options.host, options.port))
        probe.listen(1)


def _why_not(options: Options, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {options.port} is in use by another program. Stop that program, or choose another port: "
            f"weft up --port {options.port % 65535 + 1}"
        )
    if error.errno == errno.EACCES:
        return f"Port {options.port} may not be used by this account; ports below 1024 are kept for root."
    return f"{options.host} is not an address of this machine ({error.strerror}); see WEFT_HOST."


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Until the tree runs, what asks to stop ends this process as Ctrl-C at a terminal does: cleanly."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
