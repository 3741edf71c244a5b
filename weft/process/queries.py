"""What processes tell: models, cases and tasks, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils.translation import get_language

from weft.city.models import Unit
from weft.kit.access import Actor
from weft.kit.language import in_language
from weft.process import core
from weft.process.models import Case, Task, Version


@lru_cache(maxsize=64)
def model_of(version_id: int) -> core.Model:
    """The parsed model of a version; versions never change, so it is kept."""
    return core.parse(Version.objects.values_list("bpmn", flat=True).get(pk=version_id))


def current_version(process: str) -> Version | None:
    """The version new cases run, None when the process was never deployed."""
    return Version.objects.filter(process_id=process).order_by("-number").first()


def case_data(case_id: int) -> dict[str, Any]:
    """What people filled in along the case."""
    state = Case.objects.values_list("state", flat=True).get(pk=case_id)
    return dict(core.from_json(state).data)


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a case stands in its drawing: elements it is at, elements and flows it has passed."""

    here: frozenset[str]
    done: frozenset[str]


def stand_of(case: Case) -> Stand:
    """Where the case stands, for the picture and the strip; read from its state, without a query."""
    state = core.from_json(case.state)
    return Stand(here=frozenset(core.where(state)), done=frozenset(state.passed))


@dataclass(frozen=True, slots=True)
class StepOfCase:
    """One step of a case as people see it; `state` is done, now or todo."""

    name: str
    state: str
    says: str


def works_on(actor: Actor, case_id: int, *, holding: str | None = None) -> bool:
    """Whether a step of the case is, or was, for one of the actor's posts, and they hold a permission there."""
    steps = Task.objects.filter(case_id=case_id).values_list("role_id", "unit__path")
    return any(
        post.role == role
        and path.startswith(post.path)
        and (holding is None or actor.may(holding, unit=path))
        for role, path in steps
        for post in actor.posts
    )


def may_do(actor: Actor, task: Task) -> bool:
    """Whether the task is for one of the actor's posts; its unit is fetched with it."""
    if actor.all_powerful:
        return True
    path = task.unit.path
    held = any(post.role == task.role_id and path.startswith(post.path) for post in actor.posts)
    return held and actor.may("tasks.work", unit=path)


def next_steps(actor: Actor, case_id: int) -> list[Task]:
    """The open steps of a case that the actor may do."""
    waiting = Task.objects.filter(case_id=case_id, done_at=None).select_related("unit").order_by("id")
    return [task for task in waiting if may_do(actor, task)]


def may_see(actor: Actor, case: Case) -> bool:
    """Whether the actor may see a case: by their unit, or because a step of it is theirs."""
    return actor.may("cases.see", unit=case.unit.path) or works_on(actor, case.pk)


STATES = {core.Progress.DONE: "done", core.Progress.HERE: "now", core.Progress.TO_COME: "todo"}


def steps_of(case: Case, *, stand: Stand | None = None) -> list[StepOfCase]:
    """The case's steps in order, in the reader's language; steps it went past without doing are left out."""
    stand = stand or stand_of(case)
    stops = core.strip(
        model_of(case.version_id),
        here=stand.here,
        done=stand.done,
        language=get_language() or "en",
    )
    return [
        StepOfCase(stop.name, STATES[stop.progress], stop.says) for stop in stops if stop.progress in STATES
    ]


@dataclass(frozen=True, slots=True)
class Work:
    """One open task in a list."""

    id: int
    name: str
    subject: str
    service: str
    unit: str
    opened_at: datetime
    due_at: datetime | None
    sort_at: datetime


def places_of(actor: Actor) -> list[tuple[str, str]]:
    """The (unit, role) pairs whose tasks are the actor's: each post reaches down its unit's subtree."""
    pairs: list[tuple[str, str]] = []
    units = list(Unit.objects.values_list("code", "path"))
    for post in actor.posts:
        pairs += [(code, post.role) for code, path in units if path.startswith(post.path)]
    return sorted(set(pairs))


TASKS = """
SELECT found.id, found.name, found.name_fr, c.subject, s.name, s.name_fr, u.name, u.name_fr,
       found.opened_at, found.due_at, found.sort_at
FROM (
    SELECT t.* FROM unnest(%(units)s::text[], %(roles)s::text[]) AS place(unit, role)
    CROSS JOIN LATERAL (
        SELECT * FROM process_task t
        WHERE t.unit_id = place.unit AND t.role_id = place.role AND t.done_at IS NULL
          AND (t.sort_at, t.id) > (%(after)s, %(after_id)s)
        ORDER BY t.sort_at, t.id LIMIT %(limit)s
    ) t
    ORDER BY t.sort_at, t.id LIMIT %(limit)s
) found
JOIN process_case c ON c.id = found.case_id
JOIN city_service s ON s.code = c.service_id
JOIN city_unit u ON u.code = found.unit_id
ORDER BY found.sort_at, found.id
"""


def open_tasks(
    actor: Actor,
    *,
    places: list[tuple[str, str]] | None = None,
    after: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[Work]:
    """The actor's open tasks, what slips first on top; `after` is the last one's (sort_at, id)."""
    places = places_of(actor) if places is None else places
    if not places:
        return []
    moment, task_id = after or ("-infinity", 0)
    with connection.cursor() as cursor:
        cursor.execute(
            TASKS,
            {
                "units": [unit for unit, _ in places],
                "roles": [role for _, role in places],
                "after": moment,
                "after_id": task_id,
                "limit": limit,
            },
        )
        rows = cursor.fetchall()
    return [
        Work(
            id=row[0],
            name=in_language(row[1], row[2]),
            subject=row[3],
            service=in_language(row[4], row[5]),
            unit=in_language(row[6], row[7]),
            opened_at=row[8],
            due_at=row[9],
            sort_at=row[10],
        )
        for row in rows
    ]


COUNT_LIMIT = 1000
COUNT = """
SELECT count(*) FROM (
    SELECT 1 FROM unnest(%(units)s::text[], %(roles)s::text[]) AS place(unit, role)
    CROSS JOIN LATERAL (
        SELECT 1 FROM process_task t
        WHERE t.unit_id = place.unit AND t.role_id = place.role AND t.done_at IS NULL
          AND t.sort_at < coalesce(%(before)s::timestamptz, 'infinity')
        LIMIT %(limit)s
    ) t LIMIT %(limit)s
) counted
"""


def count_open(places: list[tuple[str, str]], *, before: datetime | None = None) -> int:
    """How many tasks wait (due before a moment, if given); counting stops at COUNT_LIMIT."""
    if not places:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT,
            {
                "units": [unit for unit, _ in places],
                "roles": [role for _, role in places],
                "before": before,
                "limit": COUNT_LIMIT,
            },
        )
        return int(cursor.fetchone()[0])


def done_since(person_key: str, moment: datetime) -> int:
    """How many tasks a person did since a moment."""
    kind, _, key = person_key.partition(":")
    if kind != "person":
        return 0
    return Task.objects.filter(done_by_id=int(key), done_at__gte=moment).count()


def next_number(process: str) -> int:
    """The number the next version of a process gets."""
    return (Version.objects.filter(process_id=process).aggregate(top=Max("number"))["top"] or 0) + 1
