"""Reading the event log: the history of any object."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from weft.kit.events import KINDS

HISTORY = """
SELECT e.id, e.at, e.recorded_at, e.type, e.actor, e.case_id, e.unit, e.data
FROM kit_event_object o JOIN kit_event e ON e.id = o.event_id
WHERE o.object_type = %(type)s AND o.object_id = %(id)s
  AND (%(at)s::timestamptz IS NULL OR (o.at, o.event_id) < (%(at)s, %(event)s))
ORDER BY o.at DESC, o.event_id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Fact:
    """One event as a history shows it."""

    id: int
    at: datetime
    recorded_at: datetime
    type: str
    actor: str
    case_id: int | None
    unit: str | None
    data: dict[str, Any]

    @property
    def says(self) -> str:
        """The fact in words, in the reader's language; its type's name when it is of an older release."""
        return str(KINDS[self.type].says) if self.type in KINDS else self.type


def history(
    object_type: str, object_id: str, *, before: tuple[datetime, int] | None = None, limit: int = 50
) -> list[Fact]:
    """What happened to an object, newest first; `before` is the key (at, event id) to go on from."""
    moment, event = before or (None, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            HISTORY, {"type": object_type, "id": object_id, "at": moment, "event": event, "limit": limit}
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return [fact_of(row) for row in rows]


def fact_of(row: tuple[Any, ...]) -> Fact:
    """A row of the log as a fact."""
    event_id, at, recorded_at, name, actor, case_id, unit, data = row
    return Fact(event_id, at, recorded_at, name, actor, case_id, unit, msgspec.json.decode(data))
