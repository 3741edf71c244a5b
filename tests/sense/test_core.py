"""When a result opens and closes an alert."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weft.sense.core import Bounds, Verdict, judge

ABOVE = Bounds("above", 90, 70)
BELOW = Bounds("below", 0, 5)
SHARP = Bounds("above", 90, 90)


@pytest.mark.parametrize(
    ("result", "bounds", "is_open", "verdict"),
    [
        (89.9, ABOVE, False, Verdict.NOTHING),
        (90, ABOVE, False, Verdict.OPEN),
        (95, ABOVE, True, Verdict.NOTHING),
        (71, ABOVE, True, Verdict.NOTHING),
        (70, ABOVE, True, Verdict.CLOSE),
        (0, BELOW, False, Verdict.OPEN),
        (4, BELOW, True, Verdict.NOTHING),
        (5, BELOW, True, Verdict.CLOSE),
        (90, SHARP, True, Verdict.NOTHING),
        (89.9, SHARP, True, Verdict.CLOSE),
    ],
)
def test_an_alert_opens_at_the_limit_and_closes_when_well_back(result, bounds, is_open, verdict):
    assert judge(result, bounds=bounds, is_open=is_open) is verdict


@given(st.floats(-1e6, 1e6), st.sampled_from([ABOVE, BELOW, SHARP]))
def test_no_result_both_opens_and_closes(result, bounds):
    opens = judge(result, bounds=bounds, is_open=False) is Verdict.OPEN
    closes = judge(result, bounds=bounds, is_open=True) is Verdict.CLOSE
    assert not (opens and closes)
