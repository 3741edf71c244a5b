"""Who uses a data folder: one process holds it, others may share the database that process runs."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from weft.kit.errors import Conflict, Refusal


@dataclass(frozen=True, kw_only=True)
class Holder:
    """The process that holds a data folder: its number, the command it is, where it serves."""

    pid: int
    purpose: str
    address: str = ""


class Taken(Conflict):
    """Another process holds the data folder; `holder` says which."""

    def __init__(self, data: Path, holder: Holder) -> None:
        serving = f" at {holder.address}" if holder.address else ""
        super().__init__(
            f"The data folder {data} is in use: `weft {holder.purpose}` (process {holder.pid}) runs on it{serving}. "
            "Stop that one first, or name another folder with --data."
        )
        self.holder = holder


@contextmanager
def claim(data: Path, *, purpose: str, address: str = "", patience: float = 0) -> Iterator[None]:
    """Hold the data folder until the block ends; the kernel lets go of it when the process dies.

    Raises `Taken` when another holds it still after `patience` seconds, at once when that is a `weft up`.
    """
    path, until = data / "lock", time.monotonic() + patience
    with _opened(path) as descriptor:
        while not _locked(descriptor, fcntl.LOCK_EX):
            holder = held_by(data)
            if time.monotonic() >= until or (holder.purpose == "up" and purpose == "up"):
                raise Taken(data, holder)
            time.sleep(0.1)
        note = {"pid": os.getpid(), "purpose": purpose, "address": address}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(note).encode(), 0)
        yield


def held_by(data: Path) -> Holder:
    """Who holds, or last held, the data folder, by the note it left."""
    try:
        told = json.loads((data / "lock").read_text(encoding="utf-8"))
        return Holder(pid=int(told["pid"]), purpose=str(told["purpose"]), address=str(told["address"]))
    except (OSError, ValueError, KeyError):
        return Holder(pid=0, purpose="?")


def is_held(data: Path) -> bool:
    """Whether some process holds the data folder now."""
    if not (data / "lock").exists():
        return False
    with _opened(data / "lock") as descriptor:
        return not _locked(descriptor, fcntl.LOCK_EX)


@contextmanager
def guest(data: Path) -> Iterator[None]:
    """Use the database another process runs; a command that runs it waits for its guests before it stops."""
    with _opened(data / "guests") as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield


@contextmanager
def after_guests(data: Path) -> Iterator[None]:
    """Wait until no other process uses the database, and let none in while the block runs."""
    with _opened(data / "guests") as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Refusal(
            f"The data folder {path.parent} cannot be used: {error.strerror}. Choose another with WEFT_DATA."
        ) from None
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _locked(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
