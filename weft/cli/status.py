"""`weft status`: what there is, what its sources held, and how database, queue and workers fare."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from weft.cli import screen
from weft.kit.again import failures
from weft.kit.state import State, state


def tell(*, as_json: bool) -> None:
    """Tell the state in words, or as JSON."""
    found, sets = state(), _sets()
    if as_json:
        screen.out.print_json(json.dumps({**asdict(found), "sets": sets}))
        return
    _tell_health(found)
    if sets:
        screen.out.print("\n[bold]Loaded sets[/]")
        columns = ["set", "in source", "stored", "superseded", "weeks", "loaded"]
        screen.table(columns, [_set_row(one) for one in sets], numbers=columns[1:5])
        for one in sets:
            for note in one["notes"]:
                screen.out.print(f"  [dim]{one['name']}: {note}[/]")
    screen.out.print("\n[bold]Rows[/]")
    filled = [(table, count) for table, count in found.rows.items() if count]
    screen.table(["table", "rows"], filled, numbers=["rows"])


def _set_row(one: dict[str, Any]) -> list[object]:
    loaded = str(one["loaded_at"])[:16].replace("T", " ")
    return [
        one["name"],
        one["source_rows"],
        one["stored_rows"],
        one["superseded_rows"],
        one["shifted_weeks"],
        loaded,
    ]


def _tell_health(found: State) -> None:
    queue = found.queue
    screen.out.print(f"Weft      {found.version}")
    screen.out.print(f"Database  {found.database}, {found.size_bytes / 1e6:,.0f} MB")
    work = f"{queue.waiting:,} jobs wait, {queue.doing:,} are being done, {queue.failed:,} failed"
    screen.out.print(f"Queue     {work}; {_workers(queue.workers)}")
    for task, count in failures().items():
        screen.hint(f"{task} failed {count:,} times. When what broke it is mended: weft retry")
    if queue.waiting and queue.oldest_seconds > 60:
        screen.hint(f"The oldest job has waited {queue.oldest_seconds // 60:,} minutes.")


def _workers(count: int) -> str:
    return {0: "no worker runs", 1: "one worker runs"}.get(count, f"{count} workers run")


def _sets() -> list[dict[str, Any]]:
    from weft.city.models import LoadedSet

    fields = ["name", "source_rows", "stored_rows", "superseded_rows", "shifted_weeks", "notes", "loaded_at"]
    rows = LoadedSet.objects.order_by("loaded_at", "name").values(*fields)
    return [{**row, "loaded_at": row["loaded_at"].isoformat()} for row in rows]
