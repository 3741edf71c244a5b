"""What measurements stand on: a throw-away server with durable commits, and how figures are told."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from weft.kit import postgres


@contextmanager
def cluster() -> Iterator[str]:
    """A PostgreSQL of this run, set up as `weft up` does; or the server that DATABASE_URL names."""
    if os.environ.get("DATABASE_URL"):
        yield os.environ["DATABASE_URL"]
        return
    folder = Path(tempfile.mkdtemp(prefix="weft-bench-", dir="/tmp"))
    os.environ["WEFT_DATA"] = str(folder)
    server = postgres.start(
        folder,
        programs=os.environ.get("WEFT_POSTGRES", ""),
        run_as=os.environ.get("WEFT_POSTGRES_USER", "nobody"),
    )
    try:
        yield server.address()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def timed(act: Callable[[], object]) -> float:
    """Seconds an act takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def spread(seconds: list[float]) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds."""
    return 1000 * median(seconds), 1000 * quantiles(seconds, n=20)[-1]


def title(text: str) -> None:
    """A heading, with the machine's cores."""
    print(f"\n{text} ({os.cpu_count()} cores)", flush=True)
