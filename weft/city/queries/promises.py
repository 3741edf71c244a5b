"""When a service's promise falls due."""

from datetime import datetime

from weft.city import core
from weft.city.models import Calendar, Service


def calendar_of(code: str) -> core.WorkingHours:
    """A calendar with its holidays, ready to count by."""
    calendar = Calendar.objects.get(pk=code)
    days_off = frozenset(calendar.holidays.values_list("date", flat=True))
    return core.working_hours(calendar.week, zone=calendar.timezone, days_off=days_off)


def promise(service: Service, *, opened_at: datetime) -> datetime | None:
    """When a request opened now would be due; None where the city promises no time."""
    if service.promise_hours is None:
        return None
    calendar = calendar_of(service.calendar_id)
    return core.due(opened_at, hours=service.promise_hours, clock=service.promise_clock, calendar=calendar)
