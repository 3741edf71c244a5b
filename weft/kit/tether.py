"""Start a program that cannot outlive the one that started it, under another account when asked.

This file is run by its path (`python tether.py PARENT SIGNAL ACCOUNT -- COMMAND`): it drops to the account,
asks the kernel to signal it when its parent dies, and becomes the command. The order matters: a change of
account forgets the request.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Account:
    """A system account a program may run under."""

    name: str
    uid: int
    gid: int


def start(
    command: Sequence[str],
    *,
    on_orphaned: signal.Signals,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    cwd: str | None = None,
    output: int | IO[bytes] | None = None,
    keep: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start the command in a process group of its own; it is sent `on_orphaned` when this process dies.

    Call it from the main thread: to the kernel, the thread that starts a process is its parent.
    """
    ids = f"{account.uid}:{account.gid}" if account else "-"
    tether = [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(on_orphaned)), ids, "--"]
    return subprocess.Popen(  # noqa: S603
        [*tether, *command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        env=env,
        cwd=cwd,
        process_group=0,
        pass_fds=tuple(keep),
    )


def asker() -> Callable[[int], object]:
    """What asks the kernel; made before the account changes, which may not be able to read Python's files."""
    if sys.platform != "linux":
        return lambda number: None
    import ctypes

    prctl = ctypes.CDLL(None).prctl
    return lambda number: prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


def _become(parent: int, number: int, ids: str, command: list[str]) -> None:
    ask = asker()
    if ids != "-":
        uid, gid = (int(part) for part in ids.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    ask(number)
    if os.getppid() != parent:  # it died while we were on our way
        os._exit(1)
    try:
        os.execvp(command[0], command)  # noqa: S606
    except OSError as error:
        sys.stderr.write(f"{command[0]} cannot be started: {error.strerror}\n")
        os._exit(127)


if __name__ == "__main__":
    _become(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[5:])
