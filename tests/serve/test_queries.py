"""The backlog over time, told by days, months or years as its length asks."""

from datetime import date, timedelta

import pytest

from tests import make
from weft.kit.clock import now
from weft.serve.models import Tally
from weft.serve.queries import backlog_by_area, backlog_series

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("years", "points"), [(1, 2), (10, 2), (50, 2)])
def test_a_history_of_any_length_ends_with_what_is_open_now(years, points):
    make.city()
    today = now().date()
    long_ago = today - timedelta(days=365 * years)
    for day, opened, closed in [(long_ago, 5, 2), (today, 4, 0)]:
        for span, first in [("day", day), ("month", day.replace(day=1)), ("year", date(day.year, 1, 1))]:
            Tally.objects.create(
                span=span, day=first, unit_id="lamps", area_id="harbour", opened=opened, closed=closed
            )
    series = backlog_series()
    assert len(series) == points
    assert [open_then for _day, open_then, _opened in series] == [3, 7]
    assert series[-1][0] == today
    assert sum(backlog_by_area(today).values()) == 7
