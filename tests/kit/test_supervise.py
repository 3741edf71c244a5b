"""The process tree: passes on what its parts say, starts again what dies, stops all when asked."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable

from weft.kit.supervise import Part, Tree, ending

PYTHON = [sys.executable, "-c"]


def run(part: Part, *, until: Callable[[list[str]], bool]) -> list[str]:
    """Run a tree of one part until it has said enough, then ask it to stop; the lines told."""
    told: list[str] = []

    def tell(name: str, text: str) -> None:
        told.append(f"{name}: {text}")
        if until(told):
            os.kill(os.getpid(), signal.SIGTERM)

    tree = Tree(parts=[part], database=None, tell=tell, ready=lambda: True, on_ready=lambda: None)
    stop = threading.Timer(20, os.kill, [os.getpid(), signal.SIGTERM])
    stop.start()
    tree.run()
    stop.cancel()
    return told


def test_what_a_part_prints_is_passed_on_line_by_line() -> None:
    code = "import time; print('one'); print('two', flush=True); time.sleep(60)"
    part = Part(name="web", command=[*PYTHON, code], env=os.environ)
    assert run(part, until=lambda told: len(told) == 2) == ["web: one", "web: two"]
    assert not part.running()


def test_a_part_that_dies_is_started_again_with_growing_patience() -> None:
    part = Part(name="web", command=[*PYTHON, "raise SystemExit(3)"], env=os.environ)
    told = run(part, until=lambda told: len(told) == 3)
    assert told == [
        "web: stopped with code 3; starting it again",
        "web: stopped with code 3; starting it again in 0.5 s",
        "web: stopped with code 3; starting it again in 1 s",
    ]


def test_a_part_that_ran_well_for_long_is_started_again_at_once() -> None:
    part = Part(name="web", command=[], env={})
    part.delay, part.started = 16.0, time.monotonic() - 3600
    assert part.put_off() == 0
    part.delay, part.started = 16.0, time.monotonic()
    assert (part.put_off(), part.put_off()) == (16.0, 30.0)


def test_a_part_is_asked_to_stop_before_it_is_killed() -> None:
    code = (
        "import os, signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (os.write(1, b'goodbye\\n'), sys.exit(0)))\n"
        "os.write(1, b'hello\\n')\n"
        "time.sleep(60)"
    )
    part = Part(name="worker", command=[*PYTHON, code], env=os.environ)
    assert run(part, until=lambda told: told[-1].endswith("hello")) == ["worker: hello", "worker: goodbye"]


def test_the_end_of_a_process_is_told_in_words() -> None:
    assert (ending(0), ending(2), ending(-9)) == ("stopped", "stopped with code 2", "stopped by signal 9")
