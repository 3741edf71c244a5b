"""The event log and bus: facts are written in the caller's transaction, reactions are queued in it."""

import typing
from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Annotated, Any, ClassVar, TypeVar, cast

import msgspec
from django.db import connection, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as queue

from weft.kit.access import Actor

REACTION_RETRY = RetryStrategy(max_attempts=8, exponential_wait=4)


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks an event's field as naming an object of this type (OCEL 2.0 event-to-object relationship)."""

    type: str
    qualifier: str = ""


UnitRef = Annotated[str | None, Ref("unit")]


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened; subclasses are facts in the past tense and hold no personal data."""

    says: ClassVar[Any] = ""
    """The fact in a few words, for people (a lazy translation)."""

    at: datetime
    unit: UnitRef = None


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """An object an event speaks of."""

    type: str
    id: str
    qualifier: str = ""


EventType = TypeVar("EventType", bound=Event)
Reaction = Callable[[Any], None]
KINDS: dict[str, type[Event]] = {}
REACTIONS: dict[str, list[tuple[str, Any]]] = {}


def kind(cls: type[EventType]) -> type[EventType]:
    """Make an event class known to the log, so that a row can be read back as it."""
    if KINDS.setdefault(cls.__name__, cls) is not cls:
        raise ValueError(f"two events are called {cls.__name__}")
    return cls


@cache
def _refs(cls: Any) -> tuple[tuple[str, Ref], ...]:
    hints = typing.get_type_hints(cls, include_extras=True)
    found = []
    for spot in fields(cls):
        for mark in getattr(hints[spot.name], "__metadata__", ()):
            if isinstance(mark, Ref):
                found.append((spot.name, mark))
    return tuple(found)


def objects_of(event: Event) -> list[ObjectRef]:
    """The objects an event names, in the order of its fields."""
    found = []
    for name, ref in _refs(cast(Hashable, type(event))):
        value = getattr(event, name)
        if value is not None:
            found.append(ObjectRef(ref.type, str(value), ref.qualifier))
    return found


def data_of(event: Event) -> dict[str, Any]:
    """The event's own fields as plain JSON values; time and unit have columns of their own."""
    plain: dict[str, Any] = msgspec.to_builtins(event)
    return {name: value for name, value in plain.items() if name not in ("at", "unit") and value is not None}


def rebuild(name: str, *, at: datetime, unit: str | None, data: dict[str, Any]) -> Event:
    """The event a row of the log stands for."""
    return msgspec.convert({**data, "at": at, "unit": unit}, type=KINDS[name])


WRITE = """
WITH written AS (
    INSERT INTO kit_event (at, recorded_at, type, actor, case_id, unit, data)
    VALUES (%(at)s, clock_timestamp(), %(type)s, %(actor)s, %(case)s, %(unit)s, %(data)s::jsonb)
    RETURNING id, at
), named AS (
    INSERT INTO kit_event_object (object_type, object_id, at, event_id, qualifier)
    SELECT o.type, o.id, written.at, written.id, o.qualifier
    FROM written, unnest(%(types)s::text[], %(ids)s::text[], %(qualifiers)s::text[]) AS o(type, id, qualifier)
)
SELECT id FROM written
"""


def publish(event: Event, *, by: Actor) -> int:
    """Write the event and queue its reactions in the caller's transaction; returns the event's id.

    Raises `transaction.TransactionManagementError` outside a transaction: an event without the change
    it tells of (or the other way round) must be impossible.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("publish() belongs in the transaction of the change")
    name = type(event).__name__
    objects = objects_of(event)
    case = getattr(event, "case_id", None)
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            {
                "at": event.at,
                "type": name,
                "actor": by.key,
                "case": case,
                "unit": event.unit,
                "data": msgspec.json.encode(data_of(event)).decode(),
                "types": [item.type for item in objects],
                "ids": [item.id for item in objects],
                "qualifiers": [item.qualifier for item in objects],
            },
        )
        (event_id,) = cursor.fetchone()
    for _reaction, task in REACTIONS.get(name, []):
        task.defer(event_id=event_id)
    return int(event_id)


def on(cls: type[EventType]) -> Callable[[Callable[[EventType], None]], Callable[[EventType], None]]:
    """Register a reaction: run by the worker after the event's transaction, at least once.

    The reaction runs in one transaction together with a note that it is done, so that what it changes
    in the database is changed once even when the job runs twice.
    """

    def register(reaction: Callable[[EventType], None]) -> Callable[[EventType], None]:
        name = f"{reaction.__module__}.{reaction.__name__}"

        def run(event_id: int) -> None:
            react(name, reaction, event_id=event_id)

        task = queue.task(name=name, queue="reactions", retry=REACTION_RETRY)(run)
        REACTIONS.setdefault(cls.__name__, []).append((name, task))
        return reaction

    return register


@transaction.atomic
def react(name: str, reaction: Reaction, *, event_id: int) -> None:
    """Run one reaction to one event, unless that has been done already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kit_reaction (event_id, reaction, done_at) VALUES (%s, %s, clock_timestamp()) "
            "ON CONFLICT DO NOTHING",
            [event_id, name],
        )
        if cursor.rowcount == 0:
            return
        cursor.execute("SELECT type, at, unit, data FROM kit_event WHERE id = %s", [event_id])
        kind_name, at, unit, data = cursor.fetchone()
    reaction(rebuild(kind_name, at=at, unit=unit, data=msgspec.json.decode(data)))
