"""Opening a case and completing its tasks: the core says what follows, this carries it out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weft.city.queries import unit_of_kind, unit_paths
from weft.kit.access import Actor
from weft.kit.clock import now
from weft.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from weft.kit.events import publish
from weft.process import core
from weft.process.events import CaseClosed, CaseOpened, TaskDone, TaskOpened
from weft.process.models import Case, Task
from weft.process.queries import current_version, may_do, model_of

PROBLEMS = {
    "required": gettext_lazy("Please fill this in."),
    "choice": gettext_lazy("Please choose one of the answers."),
    "long": gettext_lazy("This is too long."),
}
"""What to say for each way an answer can be wrong."""


def subject_of(case: Case) -> dict[str, str]:
    """The field of a case's events that names what the case is about."""
    return {f"{case.subject_type}_id": case.subject_id}


def unit_for(lane_unit: str, *, owner: str) -> str:
    """The unit a lane stands for: the service's owner, the contact centre, or one named by its code."""
    if lane_unit in ("", "owner"):
        return owner
    if lane_unit == "contact-centre":
        return unit_of_kind(lane_unit) or owner
    return lane_unit if unit_paths([lane_unit]) else owner


@transaction.atomic
def start_case(
    process: str,
    *,
    service: str,
    unit: str,
    subject_type: str,
    subject_id: str,
    subject: str,
    by: Actor,
    area: str | None = None,
    due_at: datetime | None = None,
    data: Mapping[str, Any] | None = None,
) -> int:
    """Open a case of the process's current version; a subject that has a case keeps it. Returns the case's id."""
    existing = Case.objects.filter(subject_type=subject_type, subject_id=subject_id).first()
    if existing is not None:
        return existing.pk
    version = current_version(process)
    if version is None:
        raise NotFound(_("The process “%s” has not been deployed.") % process)
    at = now()
    step = play(model_of(version.pk), None, core.Started(data=dict(data or {})), at=at)
    case = Case.objects.create(
        version=version,
        service_id=service,
        unit_id=unit,
        area_id=area,
        subject_type=subject_type,
        subject_id=subject_id,
        subject=subject,
        state=core.to_json(step.state),
        opened_at=at,
        due_at=due_at,
    )
    opened = CaseOpened(at=at, unit=unit, case_id=case.pk, version_id=version.pk, **subject_of(case))
    publish(opened, by=by)
    carry_out(case, step.effects, by=by, at=at)
    return case.pk


@transaction.atomic
def complete_task(task_id: int, *, data: Mapping[str, Any], by: Actor) -> None:
    """Do one step: the case moves on, in one transaction with its events.

    Raises `Conflict` when somebody did it first, `NotAllowed` when it is not the actor's, `Invalid` for a form
    that is not filled in as the step asks.
    """
    task = Task.objects.select_related("unit").filter(pk=task_id).first()
    if task is None or not may_do(by, task):
        raise NotAllowed(_("This step belongs to another role or unit."))
    case = Case.objects.select_for_update().get(pk=task.case_id)
    task = Task.objects.select_for_update().get(pk=task_id)
    if task.done_at is not None:
        raise Conflict(_("Somebody has done this step already."))
    model = model_of(case.version_id)
    at = max(now(), task.opened_at)
    filled = filled_in(model.elements[task.element], data)
    happened = core.TaskCompleted(task_id=task.token, data=filled)
    step = play(model, core.from_json(case.state), happened, at=at)
    kind, _colon, key = by.key.partition(":")
    task.done_at, task.outcome = at, dict(filled)
    task.done_by_id = int(key) if kind == "person" else None
    task.save(update_fields=["done_at", "outcome", "done_by"])
    case.state = core.to_json(step.state)
    case.save(update_fields=["state"])
    done = TaskDone(
        at=at,
        unit=task.unit_id,
        case_id=case.pk,
        task_id=task.pk,
        element=task.element,
        role=task.role_id,
        **subject_of(case),
    )
    publish(done, by=by)
    carry_out(case, step.effects, by=by, at=at)


def play(model: core.Model, state: core.State | None, happened: core.Happened, *, at: datetime) -> core.Step:
    """One step of the token game; what the core refuses, or a place nobody could help it on from, is a `Conflict`."""
    try:
        step = core.step(model, state, happened, at)
    except core.CoreError as error:
        raise Conflict(_("The case cannot go on from here: %s") % error) from error
    for effect in step.effects:
        if isinstance(effect, core.IncidentRaised):
            raise Conflict(_("The case cannot go on from here: %s") % effect.reason)
    return step


def filled_in(element: core.Element, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of a step's form; `Invalid` names the first field that is not filled in as the step asks."""
    answers = core.read(element, data)
    for name, problem in answers.problems.items():
        raise Invalid(str(PROBLEMS[problem]), field=name)
    return answers.values


def carry_out(case: Case, effects: Sequence[core.Effect], *, by: Actor, at: datetime) -> None:
    """Turn the core's effects into rows and events."""
    for effect in effects:
        match effect:
            case core.TaskOpened():
                open_task(case, effect, by=by, at=at)
            case core.TaskWithdrawn():
                case.tasks.filter(token=effect.task_id, done_at=None).update(
                    done_at=at, outcome={"withdrawn": True}
                )
            case core.CaseEnded():
                case.closed_at = at
                case.save(update_fields=["closed_at"])
                ended = CaseClosed(
                    at=at, unit=case.unit_id, case_id=case.pk, how=str(effect.how), **subject_of(case)
                )
                publish(ended, by=by)
            case _:
                pass


def open_task(case: Case, effect: core.TaskOpened, *, by: Actor, at: datetime) -> None:
    """Put a step before the role and unit its lane names."""
    task = Task.objects.create(
        case=case,
        token=effect.task_id,
        element=effect.element,
        name=effect.name,
        name_fr=effect.name_fr,
        role_id=effect.role,
        unit_id=unit_for(effect.unit, owner=case.unit_id),
        opened_at=at,
        due_at=case.due_at,
    )
    opened = TaskOpened(
        at=at,
        unit=task.unit_id,
        case_id=case.pk,
        task_id=task.pk,
        element=task.element,
        role=task.role_id,
        **subject_of(case),
    )
    publish(opened, by=by)
