"""What measures tell: value, target and gap by unit and month."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from weft.govern.models import Measure, MeasureValue
from weft.kit.language import in_language


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure of one unit, with all units below it, in one month, beside its target."""

    unit: str
    unit_name: str
    month: date
    numerator: int
    denominator: int
    target: float | None

    @property
    def value(self) -> float | None:
        """The share, from 0 to 1; None without anything to judge."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def percent(self) -> float | None:
        """The share in percent."""
        return None if self.value is None else 100 * self.value

    @property
    def target_percent(self) -> float | None:
        """The target in percent."""
        return None if self.target is None else 100 * self.target

    @property
    def missed(self) -> int:
        """How many promises were not kept."""
        return self.denominator - self.numerator

    @property
    def gap(self) -> float | None:
        """Value less target; None when one of them is missing."""
        return None if self.value is None or self.target is None else self.value - self.target


READINGS = """
SELECT u.code, u.name, u.name_fr, v.month, sum(v.numerator)::bigint, sum(v.denominator)::bigint, t.value
FROM city_unit u
JOIN city_unit below ON starts_with(below.path, u.path)
JOIN govern_measure_value v ON v.unit_id = below.code
LEFT JOIN LATERAL (
    SELECT t.value FROM govern_target t
    WHERE t.measure_id = v.measure_id AND (t.unit_id = u.code OR t.unit_id IS NULL) AND t.start <= v.month
    ORDER BY t.unit_id IS NULL, t.start DESC LIMIT 1
) t ON true
WHERE v.measure_id = %(measure)s AND v.month BETWEEN %(first)s AND %(last)s
  AND (u.code = %(unit)s OR %(unit)s::text IS NULL AND u.parent_id IS NOT NULL)
GROUP BY u.code, v.month, t.value
ORDER BY v.month, u.path
"""
"""A unit's counts are its own and those of all units below it; the whole city is asked for by its code."""


def readings(measure: str, *, first: date, last: date, unit: str | None = None) -> list[Reading]:
    """The measure by unit (each with all below it) and month, both ends included; without a unit, all but the root."""
    with connection.cursor() as cursor:
        cursor.execute(READINGS, {"measure": measure, "first": first, "last": last, "unit": unit})
        rows = cursor.fetchall()
    return [Reading(row[0], in_language(row[1], row[2]), row[3], row[4], row[5], row[6]) for row in rows]


def months(measure: str) -> tuple[date, date] | None:
    """The first and last month the measure has a value for."""
    span = MeasureValue.objects.filter(measure_id=measure).order_by("month").values_list("month", flat=True)
    first = span.first()
    last = span.last()
    return None if first is None or last is None else (first, last)


def measure(code: str) -> Measure | None:
    """A measure's record."""
    return Measure.objects.filter(pk=code).first()
