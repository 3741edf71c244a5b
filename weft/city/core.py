"""Working time and places, as calculations on plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[time, time]


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """A calendar: seven days of open spans (Monday first), days off, and the zone its clock is read in."""

    week: Sequence[Sequence[Span]]
    zone: ZoneInfo
    days_off: frozenset[date] = field(default_factory=frozenset)

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """The open spans of one day, in UTC."""
        if day in self.days_off:
            return []
        return [(self._at(day, start), self._at(day, end)) for start, end in self.week[day.weekday()]]

    def _at(self, day: date, moment: time) -> datetime:
        return datetime.combine(day, moment, tzinfo=self.zone).astimezone(UTC)


NEVER_OPEN_AFTER = 366
"""Days without one open hour after which a calendar counts as closed for good."""


def due(opened: datetime, *, hours: float, clock: str, calendar: WorkingHours) -> datetime:
    """When a promise of `hours` falls due, on the `working` clock of the calendar or on the `elapsed` one.

    Working time that ends with the day is over when the next one opens; elapsed whole days keep the time of day when
    the clocks change. Both are how Boston's own 311 system counts. Raises ValueError for a calendar that does not
    open within a year.
    """
    if clock == "elapsed":
        return _elapsed(opened, hours=hours, zone=calendar.zone)
    left = timedelta(hours=hours)
    day = opened.astimezone(calendar.zone).date()
    closed_days = 0
    while closed_days < NEVER_OPEN_AFTER:
        spans = calendar.spans(day)
        for start, end in spans:
            begin = max(start, opened)
            if begin >= end:
                continue
            if left < end - begin:
                return begin + left
            left -= end - begin
        closed_days = 0 if spans else closed_days + 1
        day += timedelta(days=1)
    raise ValueError("the calendar never opens")


def _elapsed(opened: datetime, *, hours: float, zone: ZoneInfo) -> datetime:
    days, rest = divmod(hours, 24)
    if rest:
        return opened + timedelta(hours=hours)
    wall = opened.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    return wall.replace(tzinfo=zone).astimezone(UTC)


def working_hours(
    week: Sequence[Sequence[Sequence[str]]], *, zone: str, days_off: frozenset[date]
) -> WorkingHours:
    """A calendar from its stored form: `[[["08:00", "17:00"]], ...]`, Monday first."""
    days = [[(time.fromisoformat(start), time.fromisoformat(end)) for start, end in day] for day in week]
    return WorkingHours(week=days, zone=ZoneInfo(zone), days_off=days_off)


def path_below(parent_path: str, code: str) -> str:
    """The path of a unit below another; the root's parent path is empty."""
    return f"{parent_path}{code}/"


def codes_of(path: str) -> list[str]:
    """The units' codes on a path, root first."""
    return [code for code in path.split("/") if code]
