"""Opening many cases at once, for work that another system had begun."""

from typing import Any

import msgspec
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from weft.kit.clock import now
from weft.process import core
from weft.process.queries import current_version, model_of
from weft.process.services.cases import unit_for

CASES = """
INSERT INTO process_case (version_id, service_id, unit_id, area_id, subject_type, subject_id, subject, state,
                          opened_at, due_at)
SELECT %(version)s, service, unit, area, %(subject_type)s, subject_id, subject, %(state)s::jsonb, opened_at, due_at
FROM process_beginning WHERE process = %(process)s
ON CONFLICT (subject_type, subject_id) DO NOTHING
RETURNING id
"""

EVENTS = """
WITH began AS (
    SELECT c.id AS case_id, c.unit_id, c.subject_id, c.opened_at FROM process_case c WHERE c.id = ANY(%(ids)s)
), opened AS (
    INSERT INTO process_task (case_id, token, element, name, name_fr, role_id, unit_id, opened_at, due_at)
    SELECT c.id, %(token)s, %(element)s, %(name)s, %(name_fr)s, %(role)s, coalesce(%(unit)s, c.unit_id),
           c.opened_at, c.due_at
    FROM process_case c WHERE c.id = ANY(%(ids)s)
    RETURNING id, case_id, unit_id
), facts AS (
    SELECT began.case_id, began.unit_id AS unit, 'CaseOpened' AS type, began.opened_at AS at, began.subject_id,
           jsonb_build_object('case_id', began.case_id, %(subject_field)s::text, began.subject_id,
                              'version_id', %(version)s::bigint) AS data,
           NULL::bigint AS task_id
    FROM began
    UNION ALL
    SELECT began.case_id, opened.unit_id, 'TaskOpened', began.opened_at, began.subject_id,
           jsonb_build_object('case_id', began.case_id, %(subject_field)s::text, began.subject_id,
                              'task_id', opened.id, 'element', %(element)s::text, 'role', %(role)s::text),
           opened.id
    FROM began JOIN opened USING (case_id)
), written AS (
    INSERT INTO kit_event (at, recorded_at, type, actor, case_id, unit, data)
    SELECT at, %(now)s, type, 'import', case_id, unit, data FROM facts ORDER BY at, case_id, type
    RETURNING id, at, type, case_id, unit, data
)
INSERT INTO kit_event_object (object_type, object_id, at, event_id, qualifier)
SELECT o.type, o.id, w.at, w.id, o.qualifier
FROM written w
CROSS JOIN LATERAL (VALUES
    ('case', w.case_id::text, ''),
    ('unit', w.unit, ''),
    (%(subject_type)s::text, w.data ->> %(subject_field)s::text, 'subject'),
    ('version', w.data ->> 'version_id', ''),
    ('task', w.data ->> 'task_id', '')
) AS o(type, id, qualifier)
WHERE o.id IS NOT NULL
"""

BEGINNING = """
CREATE TEMPORARY TABLE IF NOT EXISTS process_beginning (
    process text, service text, unit text, area text, subject_id text, subject text,
    opened_at timestamptz, due_at timestamptz
) ON COMMIT DROP
"""


def beginnings_table(cursor: CursorWrapper) -> str:
    """Make the temporary table that `start_in_bulk` reads, and tell its name; it goes with the transaction."""
    cursor.execute(BEGINNING)
    return "process_beginning"


def start_in_bulk(*, subject_type: str) -> list[int]:
    """Open a case for every row of `process_beginning` whose subject has none; returns the cases' ids.

    The first step of each is taken as done elsewhere: the case stands at its second. Events tell of the case and
    of the open step, with the actor `import`, and queue no reactions. Call it within the loader's transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("start_in_bulk() belongs in the transaction of the load")
    ids: list[int] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT process FROM process_beginning ORDER BY process")
        for (process,) in cursor.fetchall():
            ids += _start(cursor, process, subject_type=subject_type)
    return ids


def _start(cursor: CursorWrapper, process: str, *, subject_type: str) -> list[int]:
    version = current_version(process)
    if version is None:
        return []
    model, moment = model_of(version.pk), now()
    first = core.step(model, None, core.Started(), moment)
    received = next(effect for effect in first.effects if isinstance(effect, core.TaskOpened))
    second = core.step(model, first.state, core.TaskCompleted(task_id=received.task_id), moment)
    waiting = next(effect for effect in second.effects if isinstance(effect, core.TaskOpened))
    common: dict[str, Any] = {
        "version": version.pk,
        "process": process,
        "subject_type": subject_type,
        "subject_field": f"{subject_type}_id",
        "state": msgspec.json.encode(core.to_json(second.state)).decode(),
        "now": moment,
        "token": waiting.task_id,
        "element": waiting.element,
        "name": waiting.name,
        "name_fr": waiting.name_fr,
        "role": waiting.role,
        "unit": None if waiting.unit in ("", "owner") else unit_for(waiting.unit, owner=""),
    }
    cursor.execute(CASES, common)
    ids = [case_id for (case_id,) in cursor.fetchall()]
    cursor.execute(EVENTS, {**common, "ids": ids})
    return ids
