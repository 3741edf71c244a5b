"""Sensors that speak at the same time."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from tests import make
from tests.beside import Beside
from weft.kit.access import SYSTEM
from weft.kit.models import EventRow
from weft.sense.models import Alert, Datastream, Observation, Superseded
from weft.sense.services import Recorded, record_observation

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2031, 7, 1, tzinfo=UTC)
FIRST_OF_ITS_MONTH = datetime(1987, 5, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _city(monkeypatch: pytest.MonkeyPatch) -> None:
    make.city()
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def say(stream: Datastream, result: float, *, at: datetime = AT) -> Recorded:
    return record_observation(stream.pk, phenomenon_time=at, result=result, by=SYSTEM)


def test_the_same_observation_sent_twice_at_once_is_kept_once() -> None:
    stream = make.datastream(limit=90)
    with transaction.atomic():
        first = say(stream, 95.0)
        again = Beside(lambda: say(stream, 95.0))
        again.until_it_waits()
    assert again.ended() is None
    assert [row.id for row in Observation.objects.all()] == [first.id]
    assert not Superseded.objects.exists()
    assert Alert.objects.count() == 1
    assert EventRow._default_manager.filter(type="AlertOpened").count() == 1


def test_two_sensors_may_be_the_first_of_a_month_at_once() -> None:
    one, other = make.datastream(), make.datastream()
    with transaction.atomic():
        say(one, 1.0, at=FIRST_OF_ITS_MONTH)
        beside = Beside(lambda: say(other, 2.0, at=FIRST_OF_ITS_MONTH))
        beside.until_it_waits()
    assert beside.ended() is None
    assert Observation.objects.count() == 2


def test_two_results_for_one_moment_leave_one_and_keep_the_other_as_superseded() -> None:
    stream = make.datastream()
    with transaction.atomic():
        say(stream, 1.0)
        beside = Beside(lambda: say(stream, 2.0))
        beside.until_it_waits()
    assert beside.ended() is None
    assert Observation.objects.get().result == 2.0
    assert Superseded.objects.get().result == 1.0
