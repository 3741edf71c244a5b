"""Work done in a child process, so that what it loads into memory is gone when it is done."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable
from typing import TypeVar, cast

from weft.kit.errors import Refusal
from weft.kit.tether import asker

Result = TypeVar("Result")


def apart(work: Callable[[], Result]) -> Result:
    """The result of the work, done in a child process; a refusal there is raised here.

    The child dies with this process. Call it before this process has threads.
    """
    parent, (reader, writer) = os.getpid(), os.pipe()
    if (child := os.fork()) == 0:
        os.close(reader)
        asker()(signal.SIGKILL)
        if os.getppid() == parent:
            _answer(work, writer)
        os._exit(1)
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as pipe:
            told = pipe.read()
    except BaseException:
        os.kill(child, signal.SIGTERM)
        raise
    finally:
        os.waitpid(child, 0)
    result, refusal = pickle.loads(told) if told else (None, None)  # noqa: S301 - our own child wrote it
    if refusal:
        raise Refusal(refusal)
    if not told:
        raise Refusal("This did not end well; what was finished is kept.")
    return cast("Result", result)


def _answer(work: Callable[[], object], writer: int) -> None:
    """Do the work and send its result, or the refusal's words; anything else is shown as it is."""
    try:
        told: tuple[object, str | None] = (work(), None)
    except Refusal as refusal:
        told = (None, str(refusal))
    except KeyboardInterrupt:
        return
    except Exception:
        traceback.print_exc()
        return
    with os.fdopen(writer, "wb") as pipe:
        pickle.dump(told, pipe)
    sys.stdout.flush()
    sys.stderr.flush()
