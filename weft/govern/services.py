"""Computing measures from the event log."""

from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext as _

from weft.city.queries import zone
from weft.govern.events import TargetSet
from weft.govern.models import Measure, Target
from weft.kit.access import Actor, require
from weft.kit.clock import now
from weft.kit.errors import Invalid
from weft.kit.events import publish

ON_TIME = "on-time-share"

DEFINITION = (
    "Of the requests whose promise was decided in the month, the share that was kept. A request is judged once: "
    "when it is closed in time, or when its promised time passes without that, whichever comes first. Requests "
    "without a promise do not count."
)
DEFINITION_FR = (
    "Parmi les demandes dont la promesse s'est décidée dans le mois, la part qui a été tenue. Une demande est jugée "
    "une seule fois : à sa clôture dans les temps, ou quand le délai promis expire, selon ce qui vient d'abord. Les "
    "demandes sans délai promis ne comptent pas."
)

COMPUTE = """
INSERT INTO govern_measure_value (measure_id, unit_id, month, numerator, denominator, computed_at)
SELECT %(measure)s, e.unit, date_trunc('month', e.at AT TIME ZONE %(zone)s)::date,
       count(*) FILTER (WHERE e.type = 'RequestClosed'), count(*), %(now)s
FROM kit_event e
WHERE e.unit IS NOT NULL
  AND (e.type = 'PromiseMissed' OR (e.type = 'RequestClosed' AND e.data @> '{"on_time": true}'))
  AND (%(unit)s::text IS NULL OR e.unit = %(unit)s)
  AND (%(month)s::date IS NULL OR (
        e.at >= (%(month)s::date::timestamp AT TIME ZONE %(zone)s)
    AND e.at < ((%(month)s::date + interval '1 month') AT TIME ZONE %(zone)s)))
GROUP BY 2, 3
ON CONFLICT (measure_id, unit_id, month) DO UPDATE
SET numerator = excluded.numerator, denominator = excluded.denominator, computed_at = excluded.computed_at
"""


@transaction.atomic
def compute_on_time(*, unit: str | None = None, month: date | None = None) -> int:
    """Compute the on-time share from events, for one unit and month or for all; returns how many values changed.

    Doing it again gives the same: the counts are taken anew from the log, never added to.
    """
    define()
    with connection.cursor() as cursor:
        cursor.execute(
            COMPUTE,
            {"measure": ON_TIME, "unit": unit, "month": month, "zone": str(zone()), "now": now()},
        )
        return int(cursor.rowcount)


@transaction.atomic
def set_target(measure: str, *, value: float, start: date, by: Actor, unit: str | None = None) -> bool:
    """Promise a value for a measure from a day on, for one unit or for all; returns whether that is new.

    Raises `Invalid` for a share that is not between 0 and 1.
    """
    require(by, "targets.set")
    if not 0 <= value <= 1:
        raise Invalid(_("A share lies between 0 and 1."), field="value")
    found = Target.objects.select_for_update().filter(measure_id=measure, unit_id=unit, start=start).first()
    if found is not None and found.value == value:
        return False
    target = found or Target(measure_id=measure, unit_id=unit, start=start)
    target.value = value
    target.save()
    publish(TargetSet(at=now(), unit=unit, measure=measure, value=value, start=start.isoformat()), by=by)
    return True


def define() -> None:
    """Make sure that the measure is in the catalogue."""
    Measure.objects.get_or_create(
        code=ON_TIME,
        defaults={
            "name": "Requests answered on time",
            "name_fr": "Demandes traitées dans les temps",
            "definition": DEFINITION,
            "definition_fr": DEFINITION_FR,
            "unit_of_measure": "share",
            "higher_is_better": True,
        },
    )
