"""An observation, from the sensor to the alert and its case."""

from datetime import UTC, datetime, timedelta

import pytest

from tests import make
from tests.worker import drain
from weft.kit.access import SYSTEM
from weft.kit.errors import Invalid, NotFound
from weft.kit.history import history
from weft.process.models import Case, Task
from weft.sense.models import Alert, Datastream, Latest, Observation, Superseded
from weft.sense.services import record_observation

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _city() -> None:
    make.city()


def record(stream: Datastream, result: float, *, at: datetime = NOON) -> None:
    record_observation(stream.pk, phenomenon_time=at, result=result, by=SYSTEM)


def test_crossing_the_limit_opens_one_alert_and_one_case_for_the_right_unit():
    stream = make.datastream(limit=90, service="tree")
    record(stream, 95)
    record(stream, 99, at=NOON + timedelta(hours=1))
    drain()
    alert = Alert.objects.get()
    assert alert.opened_at == NOON
    case = Case.objects.get(subject_type="alert")
    assert (case.subject_id, case.unit_id) == (str(alert.pk), "parks")
    assert Task.objects.get(case=case).role_id == "agent"
    assert [fact.type for fact in history("alert", str(alert.pk))][-1] == "AlertOpened"


def test_an_alert_closes_only_beyond_the_clearing_value():
    stream = make.datastream(limit=90, clear=70)
    for hour, result in enumerate([95, 80, 69]):
        record(stream, result, at=NOON + timedelta(hours=hour))
        assert (Alert.objects.get().closed_at is None) is (result > 70)


def test_the_same_observation_twice_is_one():
    stream = make.datastream()
    record(stream, 5)
    record(stream, 5)
    assert Observation.objects.count() == 1
    assert not Superseded.objects.exists()


def test_a_correction_stands_and_the_earlier_result_is_kept():
    stream = make.datastream()
    record(stream, 5)
    record(stream, 7)
    assert Observation.objects.get().result == 7
    assert Superseded.objects.get().result == 5
    assert Latest.objects.get().result == 7


def test_a_late_observation_is_stored_but_is_not_the_latest_and_raises_no_alarm():
    stream = make.datastream(limit=90)
    record(stream, 10)
    record(stream, 95, at=NOON - timedelta(days=40))
    assert Observation.objects.count() == 2
    assert Latest.objects.get().result == 10
    assert not Alert.objects.exists()


@pytest.mark.parametrize("result", [float("nan"), float("inf")])
def test_a_result_that_is_no_number_is_refused(result):
    with pytest.raises(Invalid):
        record(make.datastream(), result)


def test_a_time_far_in_the_future_is_refused():
    with pytest.raises(Invalid):
        record(make.datastream(), 1, at=datetime(2999, 1, 1, tzinfo=UTC))


def test_an_unknown_datastream_is_not_found():
    with pytest.raises(NotFound):
        record_observation(4711, phenomenon_time=NOON, result=1, by=SYSTEM)
