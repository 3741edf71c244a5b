"""One foreground process tree: starts its parts, passes on what they say, starts again what dies, stops all."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import IO

from weft.kit import tether
from weft.kit.errors import Refusal

Tell = Callable[[str, str], None]
"""Says one line about a part: `tell("web", "stopped by signal 9")`."""

STEADY = 30.0  # seconds after which a part that ran counts as well again
LONGEST_DELAY = 30.0
GRACE = 8.0  # seconds the parts have to stop before they are killed


@dataclass(kw_only=True)
class Part:
    """A program of the tree; it is killed by the kernel if this process dies."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    keep: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    delay: float = 0.0
    due: float = 0.0
    rest: bytes = b""

    def start(self) -> None:
        """Start it now; what it prints comes through a pipe."""
        self.process = tether.start(
            self.command, on_orphaned=signal.SIGKILL, env=self.env, output=subprocess.PIPE, keep=self.keep
        )
        os.set_blocking(self.output.fileno(), False)
        self.started = time.monotonic()

    @property
    def output(self) -> IO[bytes]:
        """The pipe through which its lines come."""
        assert self.process is not None
        assert self.process.stdout is not None
        return self.process.stdout

    def lines(self) -> Iterator[str]:
        """The whole lines it has printed since the last look."""
        while chunk := self._chunk():
            *whole, self.rest = (self.rest + chunk).split(b"\n")
            yield from (text for line in whole if (text := line.decode(errors="replace").rstrip()))

    def _chunk(self) -> bytes:
        try:
            return os.read(self.output.fileno(), 65536)
        except BlockingIOError:
            return b""

    def running(self) -> bool:
        """Whether it is there."""
        return self.process is not None and self.process.poll() is None

    def put_off(self) -> float:
        """When it is started again: at once the first time, later each time it dies soon after a start."""
        steady = time.monotonic() - self.started > STEADY
        wait = 0.0 if steady else self.delay
        self.delay = 0.5 if steady else min(LONGEST_DELAY, max(0.5, self.delay * 2))
        self.due = time.monotonic() + wait
        return wait


@dataclass(kw_only=True)
class Keeper:
    """A part that is started and stopped in its own way: the embedded database."""

    name: str
    running: Callable[[], bool]
    start: Callable[[], None]
    stop: Callable[[], None]


@dataclass(kw_only=True)
class Tree:
    """The parts, and the database beneath them when it is ours to run."""

    parts: list[Part]
    database: Keeper | None
    tell: Tell
    ready: Callable[[], bool]
    on_ready: Callable[[], None]
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _asked: int = 0
    _was_ready: bool = False

    def run(self) -> None:
        """Keep the tree running until this process is asked to stop by Ctrl-C, SIGTERM or SIGHUP."""
        near, far = socket.socketpair()
        with near, far:
            near.setblocking(False)
            far.setblocking(False)
            before = signal.set_wakeup_fd(near.fileno(), warn_on_full_buffer=False)
            handlers = {number: signal.signal(number, self._stop_asked) for number in STOPPING}
            handlers[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda number, frame: None)
            self._selector.register(far, selectors.EVENT_READ, None)
            try:
                for part in self.parts:
                    self._begin(part)
                while not self._asked:
                    self._look(far)
            finally:
                self._end()
                signal.set_wakeup_fd(before)
                for number, handler in handlers.items():
                    signal.signal(number, handler)

    def _stop_asked(self, number: int, frame: FrameType | None) -> None:
        self._asked += 1

    def _look(self, wakeup: socket.socket) -> None:
        """Wait for something to happen, pass on what is said, start again what died."""
        pause = 0.2 if not self._was_ready or any(not part.running() for part in self.parts) else 2.0
        self._pass_on(pause, wakeup)
        if self.database and not self.database.running():
            self._restore(self.database)
        for part in self.parts:
            if part.process and not part.running():
                self._bury(part)
            if part.process is None and part.due <= time.monotonic():
                self._begin(part)
        if not self._was_ready and self.ready():
            self._was_ready = True
            self.on_ready()

    def _begin(self, part: Part) -> None:
        part.start()
        self._selector.register(part.output, selectors.EVENT_READ, part)

    def _bury(self, part: Part) -> None:
        self._read(part)
        self._selector.unregister(part.output)
        part.output.close()
        how = ending(part.process.returncode) if part.process else ""
        wait = part.put_off()
        part.process = None
        self.tell(part.name, f"{how}; starting it again" + (f" in {wait:g} s" if wait else ""))

    def _restore(self, database: Keeper) -> None:
        self.tell(database.name, "stopped; starting it again")
        while not self._asked:
            try:
                database.start()
            except Refusal as error:
                self.tell(database.name, str(error))
                time.sleep(2)
            else:
                self.tell(database.name, "runs again")
                return

    def _pass_on(self, pause: float, wakeup: socket.socket | None = None) -> None:
        for key, _ in self._selector.select(pause):
            if isinstance(key.data, Part):
                self._read(key.data)
            elif wakeup:
                wakeup.recv(4096)

    def _read(self, part: Part) -> None:
        for line in part.lines():
            self.tell(part.name, line)

    def _end(self) -> None:
        """Ask the parts to stop, kill what does not (or all, when asked twice), then stop the database."""
        asked = self._asked
        running = [part.process for part in self.parts if part.process]
        for process in running:
            process.terminate()
        until = time.monotonic() + GRACE
        while any(process.poll() is None for process in running):
            self._pass_on(0.05)
            if time.monotonic() > until or self._asked > max(asked, 1):
                for process in running:
                    process.kill()
        for part in self.parts:
            if part.process:
                self._read(part)
                part.output.close()
        self._selector.close()
        if self.database:
            self.database.stop()


STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def ending(code: int) -> str:
    """How a process ended, in words."""
    if code < 0:
        return f"stopped by signal {-code}"
    return "stopped" if code == 0 else f"stopped with code {code}"
