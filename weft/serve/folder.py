"""The requests of a city folder, with the history, the counts and the cases that follow from them."""

from typing import Any

import polars as pl
from django.db.backends.utils import CursorWrapper

from weft.city.folder import Checking, Column, Loading, SetSpec, Stored, afterwards, register
from weft.city.folder.copying import copy, temporary_table
from weft.city.folder.history import write_history
from weft.city.folder.sets import LATITUDE, LONGITUDE
from weft.city.folder.spec import Rows
from weft.city.models import Service
from weft.city.queries import area_index, profile, promise
from weft.process.services import start_in_bulk
from weft.process.services.bulk import beginnings_table

STAGE = "serve_folder_request"
CHANNELS = ("call", "web", "app", "mail", "social", "staff", "crew", "system", "api")

STORE = """
INSERT INTO serve_request (reference, secret, service_id, unit_id, area_id, channel, words, address, lat, lon,
                           opened_at, due_at, closed_at, missed_at, outcome, answer, imported)
SELECT r.reference, '', r.service, coalesce(r.unit, s.unit_id), r.area, r.channel, r.words, '', r.lat, r.lon,
       r.opened_at, r.due_at, r.closed_at,
       CASE WHEN r.due_at < coalesce(r.closed_at, %(now)s) THEN r.due_at END,
       CASE WHEN r.closed_at IS NULL THEN '' ELSE r.outcome END, '', true
FROM serve_folder_request r JOIN city_service s ON s.code = r.service
ORDER BY r.opened_at, r.reference
ON CONFLICT (reference) DO NOTHING
RETURNING id
"""
FACTS = """
SELECT opened_at, 'RequestOpened', unit_id,
       jsonb_build_object('request_id', id, 'service', service_id, 'channel', channel)
FROM serve_request WHERE id = ANY(%(ids)s)
UNION ALL
SELECT missed_at, 'PromiseMissed', unit_id, jsonb_build_object('request_id', id, 'service', service_id)
FROM serve_request WHERE id = ANY(%(ids)s) AND missed_at IS NOT NULL
UNION ALL
SELECT closed_at, 'RequestClosed', unit_id,
       jsonb_build_object('request_id', id, 'service', service_id, 'outcome', outcome,
                          'on_time', CASE WHEN due_at IS NOT NULL THEN missed_at IS NULL END)
FROM serve_request WHERE id = ANY(%(ids)s) AND closed_at IS NOT NULL
"""
COUNT = """
INSERT INTO serve_tally (span, day, unit_id, area_id, opened, closed, on_time, missed)
SELECT each.span, date_trunc(each.span, act.at AT TIME ZONE %(zone)s)::date, r.unit_id, coalesce(r.area_id, ''),
       count(*) FILTER (WHERE act.kind = 'opened'),
       count(*) FILTER (WHERE act.kind = 'closed'),
       count(*) FILTER (WHERE act.kind = 'closed' AND r.due_at IS NOT NULL AND r.missed_at IS NULL),
       count(*) FILTER (WHERE act.kind = 'missed')
FROM serve_request r
CROSS JOIN LATERAL (VALUES ('opened', r.opened_at), ('closed', r.closed_at), ('missed', r.missed_at)) AS act(kind, at)
CROSS JOIN (VALUES ('day'), ('month'), ('year')) AS each(span)
WHERE r.id = ANY(%(ids)s) AND act.at IS NOT NULL
GROUP BY 1, 2, 3, 4
ON CONFLICT (span, day, unit_id, area_id) DO UPDATE
SET opened = serve_tally.opened + excluded.opened, closed = serve_tally.closed + excluded.closed,
    on_time = serve_tally.on_time + excluded.on_time, missed = serve_tally.missed + excluded.missed
"""
BEGIN = """
INSERT INTO {table} (process, service, unit, area, subject_id, subject, opened_at, due_at)
SELECT s.process, r.service_id, r.unit_id, r.area_id, r.id::text, r.reference, r.opened_at, r.due_at
FROM serve_request r JOIN city_service s ON s.code = r.service_id
WHERE r.id = ANY(%(ids)s) AND r.closed_at IS NULL
"""
OPEN_ALERTS = """
SELECT l.service_id, a.area_id, a.id::text, t.name, a.opened_at
FROM sense_alert a
JOIN sense_limit l ON l.id = a.limit_id
JOIN sense_datastream d ON d.id = a.datastream_id JOIN sense_thing t ON t.id = d.thing_id
WHERE a.closed_at IS NULL AND l.service_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM process_case c WHERE c.subject_type = 'alert' AND c.subject_id = a.id::text
)
"""
LINK = """
UPDATE serve_request r SET case_id = c.id
FROM process_case c WHERE c.id = ANY(%(cases)s) AND r.id = c.subject_id::bigint
"""


def store(loading: Loading, rows: Rows) -> Stored:
    """Requests that are not known yet, with their events, counts and, where open, their cases."""
    cursor, done, stored, not_yet = loading.cursor, 0, 0, 0
    index = area_index(profile().area_kind)
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for piece in rows:
        staged = with_areas(piece, index)
        later = pl.col("closed_at") > loading.now
        not_yet += staged.filter(later).height
        staged = staged.with_columns(closed_at=pl.when(~later).then(pl.col("closed_at")))
        temporary_table(cursor, STAGE, like=staged)
        copy(cursor, STAGE, staged)
        cursor.execute(STORE, {"now": loading.now})
        ids = [number for (number,) in cursor.fetchall()]
        follow(cursor, ids, zone=loading.zone)
        stored += len(ids)
        done += piece.height
        loading.progress(done)
    cursor.execute(
        "ANALYZE serve_request, serve_tally, kit_event, kit_event_object, process_case, process_task"
    )
    return Stored(stored, notes=said(not_yet))


def said(not_yet: int) -> tuple[str, ...]:
    """What is worth knowing about a load of requests."""
    return (f"requests that close only after this moment, and are open: {not_yet:,}",) if not_yet else ()


def with_areas(piece: pl.DataFrame, index: Any) -> pl.DataFrame:
    """The piece with the area of each place, or the recorded one where there is no place."""
    placed = piece.with_row_index("_at").filter(pl.col("lat").is_not_null())
    found = pl.DataFrame(
        {"_at": placed["_at"], "_area": index.at(placed["lat"].to_numpy(), placed["lon"].to_numpy())},
        schema={"_at": pl.UInt32, "_area": pl.String},
    )
    joined = piece.with_row_index("_at").join(found, on="_at", how="left", maintain_order="left")
    return joined.select(
        "reference",
        "service",
        "unit",
        "channel",
        "words",
        "outcome",
        "lat",
        "lon",
        "opened_at",
        "due_at",
        "closed_at",
        area=pl.when(pl.col("lat").is_not_null()).then(pl.col("_area")).otherwise(pl.col("area")),
    )


def follow(cursor: CursorWrapper, ids: list[int], *, zone: str) -> None:
    """Everything that follows from new requests: events, counts, cases of those still open."""
    objects = {"request": "request_id", "service": "service"}
    write_history(cursor, FACTS, {"ids": ids}, objects=objects)
    cursor.execute(COUNT, {"ids": ids, "zone": zone})
    table = beginnings_table(cursor)
    cursor.execute(f"DELETE FROM {table}")  # noqa: S608
    cursor.execute(BEGIN.format(table=table), {"ids": ids})
    cases = start_in_bulk(subject_type="request")
    cursor.execute(LINK, {"cases": cases})


@afterwards("observations")
def open_cases_for_alerts(loading: Loading) -> None:
    """Alerts that are open after a load of observations, and that a service answers, get their case."""
    table = beginnings_table(loading.cursor)
    loading.cursor.execute(f"DELETE FROM {table}")  # noqa: S608
    loading.cursor.execute(OPEN_ALERTS)
    services = Service.objects.in_bulk()
    beginnings = [
        {
            "process": services[service].process,
            "service": service,
            "unit": services[service].unit_id,
            "area": area,
            "subject_id": alert,
            "subject": thing,
            "opened_at": opened_at,
            "due_at": promise(services[service], opened_at=opened_at),
        }
        for service, area, alert, thing, opened_at in loading.cursor.fetchall()
    ]
    if beginnings:
        copy(loading.cursor, table, pl.DataFrame(beginnings, infer_schema_length=None))
    start_in_bulk(subject_type="alert")


def closes_after_opening(checking: Checking) -> None:
    """Closing before opening is odd, and kept as the source has it."""
    odd = checking.rows.filter(pl.col("closed_at") < pl.col("opened_at")).height
    if odd:
        checking.notice("requests that close before they open, with their times kept as given: {count}", odd)


def falls_due_after_opening(checking: Checking) -> None:
    """A promise cannot fall due before the request."""
    wrong = checking.rows.filter(pl.col("due_at") < pl.col("opened_at"))
    checking.tell(wrong["_row"], "due_at", "the promised time lies before the opening")


REQUESTS = SetSpec(
    name="requests",
    says="What was asked for, and what became of it. Who asked is never in a folder.",
    key=("reference",),
    large=True,
    after=("areas", "processes", "observations"),
    ends="opened_at",
    columns=(
        Column(name="reference", kind="code", required=True, says="The number the requester was given."),
        Column(
            name="service", kind="code", required=True, refers_to="services", says="The service asked for."
        ),
        Column(
            name="unit", kind="code", refers_to="units", says="The unit it went to; empty: the service's own."
        ),
        Column(name="channel", choices=CHANNELS, required=True, says="How it came in."),
        Column(name="words", unset="", says="What was said, without anything personal."),
        Column(name="opened_at", kind="moment", required=True, says="When it came in."),
        Column(
            name="due_at",
            kind="moment",
            not_before="opened_at",
            says="When the city promised to be done; empty: it did not.",
        ),
        Column(
            name="closed_at",
            kind="moment",
            not_before="opened_at",
            says="When it was closed; empty: it is open.",
        ),
        Column(name="outcome", unset="", says="What came of it, in the city's own short word."),
        LATITUDE,
        LONGITUDE,
        Column(
            name="area",
            kind="code",
            refers_to="areas",
            says="The area, for a request without a place; with a place it is found.",
        ),
    ),
    rules=(closes_after_opening, falls_due_after_opening),
    store=store,
)

register(REQUESTS)
