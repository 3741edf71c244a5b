"""Writing the events of work that another system did, many at once."""

from collections.abc import Mapping
from typing import Any

from django.db.backends.utils import CursorWrapper

WRITE = """
WITH facts(at, type, unit, data) AS ({facts}),
written AS (
    INSERT INTO kit_event (at, recorded_at, type, actor, unit, data)
    SELECT at, clock_timestamp(), type, 'import', unit, jsonb_strip_nulls(data) FROM facts ORDER BY at
    RETURNING id, at, unit, data
)
INSERT INTO kit_event_object (object_type, object_id, at, event_id, qualifier)
SELECT o.type, o.id, w.at, w.id, ''
FROM written w
CROSS JOIN LATERAL (VALUES ('unit', w.unit), {objects}) AS o(type, id)
WHERE o.id IS NOT NULL
"""


def write_history(
    cursor: CursorWrapper, facts: str, params: Mapping[str, Any], *, objects: Mapping[str, str]
) -> None:
    """Write events with the actor `import` and no reactions, in the caller's transaction.

    `facts` is a query of (at, type, unit, data); `objects` gives, for each type of object the events speak of,
    the field of the data that holds its id. The fields are those of the event's class.
    """
    pairs = ", ".join(f"('{kind}', w.data ->> '{field}')" for kind, field in objects.items())
    cursor.execute(WRITE.format(facts=facts, objects=pairs), params)
