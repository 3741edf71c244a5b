"""Computing measures from the event log."""

from datetime import date

from django.db import connection, transaction

from weft.city.queries import zone
from weft.govern.models import Measure
from weft.kit.clock import now

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
