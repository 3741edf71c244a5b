"""Keeps measures up with the event log."""

from contextlib import suppress
from datetime import date, datetime

from django.db import transaction
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import AlreadyEnqueued

from weft.city.queries import zone
from weft.govern import services
from weft.kit.events import REACTION_RETRY, on
from weft.serve.events import PromiseMissed, RequestClosed


@queue.task(name="weft.govern.jobs.recompute", queue="measures", retry=REACTION_RETRY)
def recompute(unit: str, month: str) -> None:
    """Compute one unit's month anew."""
    services.compute_on_time(unit=unit, month=date.fromisoformat(month))


def ask_for(unit: str | None, *, at: datetime) -> None:
    """Have the unit's month computed; a computation that is waiting already will see this event too."""
    if unit is None:
        return
    month = at.astimezone(zone()).date().replace(day=1).isoformat()
    task = recompute.configure(queueing_lock=f"measure:{unit}:{month}", lock=f"measure:{unit}:{month}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(unit=unit, month=month)


@on(RequestClosed)
def measure_closing(event: RequestClosed) -> None:
    """A request closed in time changes its unit's month."""
    if event.on_time:
        ask_for(event.unit, at=event.at)


@on(PromiseMissed)
def measure_missing(event: PromiseMissed) -> None:
    """A broken promise changes its unit's month."""
    ask_for(event.unit, at=event.at)
