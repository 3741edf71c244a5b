"""Loading the demonstration city: rows a second by set, beside a bare COPY of the same requests."""

from pathlib import Path

import polars as pl
from django.db import connection, transaction

from benchmarks.ground import timed, title
from weft.city.folder import load
from weft.city.folder.copying import copy, temporary_table

LISTED = 100
"""Sets with fewer rows than this are added up in one line."""


def run(folder: Path, *, tell: bool) -> None:
    """Load the city into an empty database and print what it took."""
    reports = []
    seconds = timed(lambda: reports.append(load(folder, shift_to_now=True)))
    if not tell:
        return
    sets = reports[0].sets
    rows = sum(line.source_rows for line in sets)
    title("Loading Boston: events, tallies, cases and tasks included")
    print(f"{'set':<28}{'rows':>10}{'seconds':>10}{'rows/s':>12}")
    for line in sorted(sets, key=lambda line: -line.source_rows):
        if line.source_rows >= LISTED:
            speed = line.source_rows / max(line.seconds, 0.001)
            print(f"{line.name:<28}{line.source_rows:>10,}{line.seconds:>10.2f}{speed:>12,.0f}")
    print(f"{'all, with checking':<28}{rows:>10,}{seconds:>10.2f}{rows / seconds:>12,.0f}")
    again = timed(lambda: load(folder, shift_to_now=True))
    print(f"{'the same again':<28}{'':>10}{again:>10.2f}")
    bare = bare_copy(folder)
    share = next(line for line in sets if line.name.startswith("requests"))
    ours, theirs = share.source_rows / share.seconds, share.source_rows / bare
    print(f"baseline: bare COPY of the same requests into a table without keys: {theirs:,.0f} rows/s")
    print(
        f"ratio: ours is {ours / theirs:.3f} of it, with an event, a tally, a case and a task for what each needs"
    )


def bare_copy(folder: Path) -> float:
    """Seconds for the same rows by COPY alone."""
    frame = pl.read_parquet(sorted(folder.glob("requests*/*.parquet")) or folder / "requests.parquet")
    with transaction.atomic(), connection.cursor() as cursor:
        temporary_table(cursor, "bench_bare", like=frame)
        seconds = timed(lambda: copy(cursor, "bench_bare", frame))
    return seconds
