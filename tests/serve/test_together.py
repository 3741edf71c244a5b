"""Acts that happen at the same time, and counts that must agree however they happened."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone

from tests import make
from tests.beside import Beside
from tests.worker import drain
from weft.govern.queries import readings
from weft.govern.services import ON_TIME, compute_on_time
from weft.kit.access import SYSTEM
from weft.kit.errors import Conflict
from weft.kit.models import EventRow
from weft.process.models import Task
from weft.process.services import complete_task
from weft.serve import services
from weft.serve.models import Request, Tally

HERE = ZoneInfo("Europe/Brussels")


@pytest.mark.django_db(transaction=True)
def test_asking_while_a_late_request_is_closed_waits_and_is_not_thrown_out() -> None:
    make.city()
    late = make.request()
    Request.objects.filter(pk=late.id).update(due_at=timezone.now() - timedelta(days=1))
    with transaction.atomic():
        services.miss_promises(by=SYSTEM)  # counted on an earlier day of this year
        asking = Beside(make.request)
        asking.until_it_waits()
        services.close_request(late.id, answer="Done.", by=SYSTEM)  # counted on this day
    assert asking.ended() is None
    assert Request.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_do_a_step_at_once_one_is_told_that_it_is_done() -> None:
    make.city()
    make.request()
    task = Task.objects.get()
    with transaction.atomic():
        complete_task(task.pk, data={}, by=SYSTEM)
        second = Beside(lambda: complete_task(task.pk, data={}, by=SYSTEM))
        second.until_it_waits()
    assert isinstance(second.ended(), Conflict)
    assert Task.objects.filter(done_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_promise_that_runs_out_while_its_request_is_closed_is_judged_once() -> None:
    make.city()
    receipt = make.request()
    Request.objects.filter(pk=receipt.id).update(due_at=timezone.now() - timedelta(seconds=1))
    with transaction.atomic():
        services.close_request(receipt.id, answer="Done.", by=SYSTEM)
        watching = Beside(lambda: services.miss_promises(by=SYSTEM))
        assert watching.ended() is None  # it passes over what is being closed
    services.miss_promises(by=SYSTEM)
    assert EventRow._default_manager.filter(type="PromiseMissed").count() == 1
    assert sum(Tally.objects.filter(span="day").values_list("missed", flat=True)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_tallies_events_requests_and_the_measure_agree_after_any_acts(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.city()
    chance, moment = random.Random(seed), datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    for _act in range(60):
        moment += timedelta(
            minutes=chance.choice([5, 90, 700, 3000])
        )  # over a clock change and the ends of months
        waiting = list(Request.objects.filter(closed_at=None).order_by("id"))
        match chance.choice(["open", "open", "close", "watch"]):
            case "open":
                make.request(service=chance.choice(["lamp", "tree"]), lon=chance.choice([4.5, 5.5]))
            case "close" if waiting:
                services.close_request(chance.choice(waiting).pk, answer="Done.", by=SYSTEM)
            case "watch":
                services.miss_promises(by=SYSTEM)
    services.miss_promises(by=SYSTEM)
    drain()
    assert counted_in_requests() == counted_in_tallies() == counted_in_events()
    assert counted_in_measure() == judged_in_requests()
    before = counted_in_measure()
    compute_on_time()
    assert counted_in_measure() == before


Counts = Counter[tuple[str, date, str]]


def day_of(moment: datetime) -> date:
    return moment.astimezone(HERE).date()


def counted_in_requests() -> Counts:
    """What happened, by day and unit, from the requests as they stand."""
    counts: Counts = Counter()
    for row in Request.objects.all():
        counts["opened", day_of(row.opened_at), row.unit_id] += 1
        if row.closed_at:
            counts["closed", day_of(row.closed_at), row.unit_id] += 1
            if row.due_at and row.closed_at <= row.due_at:
                counts["on_time", day_of(row.closed_at), row.unit_id] += 1
        if row.due_at and (row.closed_at or timezone.now()) > row.due_at:
            counts["missed", day_of(row.due_at), row.unit_id] += 1
    return counts


def counted_in_tallies() -> Counts:
    """The same from the daily tallies, which must also add up to the monthly and yearly ones."""
    counts: Counts = Counter()
    sums = {"month": Counts(), "year": Counts()}
    for row in Tally.objects.filter(span="day"):
        for name in ("opened", "closed", "on_time", "missed"):
            number = getattr(row, name)
            counts[name, row.day, row.unit_id] += number
            sums["month"][name, row.day.replace(day=1), row.unit_id] += number
            sums["year"][name, row.day.replace(month=1, day=1), row.unit_id] += number
    for span, expected in sums.items():
        told: Counts = Counter()
        for row in Tally.objects.filter(span=span):
            for name in ("opened", "closed", "on_time", "missed"):
                told[name, row.day, row.unit_id] += getattr(row, name)
        assert +told == +expected
    return +counts


def counted_in_events() -> Counts:
    """The same from the event log."""
    names = {"RequestOpened": "opened", "RequestClosed": "closed", "PromiseMissed": "missed"}
    counts: Counts = Counter()
    for row in EventRow._default_manager.filter(type__in=names):
        counts[names[row.type], day_of(row.at), str(row.unit)] += 1
        if row.type == "RequestClosed" and row.data.get("on_time"):
            counts["on_time", day_of(row.at), str(row.unit)] += 1
    return counts


def counted_in_measure() -> dict[tuple[str, date], tuple[int, int]]:
    """Kept and judged by unit and month, as the measure tells."""
    span = {"first": date(2026, 1, 1), "last": date(2027, 1, 1)}
    return {
        (unit, one.month): (one.numerator, one.denominator)
        for unit in ("lamps", "parks")
        for one in readings(ON_TIME, unit=unit, **span)
    }


def judged_in_requests() -> dict[tuple[str, date], tuple[int, int]]:
    """The same, counted in the requests."""
    kept, judged = Counter[tuple[str, date]](), Counter[tuple[str, date]]()
    for (name, day, unit), number in counted_in_requests().items():
        if name in ("on_time", "missed"):
            judged[unit, day.replace(day=1)] += number
            kept[unit, day.replace(day=1)] += number if name == "on_time" else 0
    return {key: (kept[key], number) for key, number in judged.items()}
