"""The moves of a request and whether its promise was kept."""

from datetime import UTC, datetime, timedelta

import pytest

from weft.kit.errors import Conflict
from weft.serve.core import LETTERS, Status, kept, move, new_secret

DUE = datetime(2026, 1, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_an_open_request_can_be_closed():
    assert move(Status.OPEN, Status.CLOSED) is Status.CLOSED


@pytest.mark.parametrize(("now", "to"), [(Status.OPEN, Status.OPEN), (Status.CLOSED, Status.CLOSED)])
def test_nothing_moves_to_where_it_is(now, to):
    with pytest.raises(Conflict):
        move(now, to)


@pytest.mark.parametrize(
    ("closed", "due", "missed", "verdict"),
    [
        (DUE - HOUR, DUE, None, True),
        (DUE, DUE, None, True),
        (DUE + HOUR, DUE, DUE, False),
        (DUE + HOUR, DUE, None, False),
        (DUE, None, None, None),
    ],
)
def test_a_promise_is_judged_once(closed, due, missed, verdict):
    assert kept(closed, due_at=due, missed_at=missed) is verdict


def test_a_secret_is_long_and_easy_to_read_out():
    secrets = {new_secret() for _ in range(1000)}
    assert len(secrets) == 1000
    assert all(len(secret) == 16 and set(secret) <= set(LETTERS) for secret in secrets)
