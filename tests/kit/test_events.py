"""The event log and its reactions: a fact and its change together, a reaction whole and once."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests import make
from weft.city.models import Sector
from weft.kit.access import SYSTEM
from weft.kit.events import publish, react
from weft.kit.models import EventRow
from weft.serve.events import RequestOpened

pytestmark = pytest.mark.django_db


def asked() -> RequestOpened:
    return RequestOpened(at=timezone.now(), unit="lamps", request_id=7, service="lamp", channel="web")


@pytest.mark.django_db(transaction=True)
def test_an_event_without_the_transaction_of_its_change_is_impossible() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        publish(asked(), by=SYSTEM)
    assert not EventRow._default_manager.exists()


def test_a_reaction_that_fails_leaves_nothing_and_may_be_tried_again() -> None:
    event_id = publish(asked(), by=SYSTEM)

    def half_done(event: RequestOpened) -> None:
        Sector.objects.create(code="half", name="Half done")
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError):
        react("tests.half_done", half_done, event_id=event_id)
    assert not Sector.objects.exists()
    told: list[RequestOpened] = []
    react("tests.half_done", told.append, event_id=event_id)
    react("tests.half_done", told.append, event_id=event_id)
    assert [event.request_id for event in told] == [7]


def test_an_act_that_is_undone_leaves_no_event_and_no_queued_reaction() -> None:
    make.city()

    def jobs() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs")
            (count,) = cursor.fetchone()
        return int(count)

    events, queued = EventRow._default_manager.count(), jobs()
    with transaction.atomic():
        make.request()
        transaction.set_rollback(True)
    assert (EventRow._default_manager.count(), jobs()) == (events, queued)
