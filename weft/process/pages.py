"""The inbox of tasks, one task at work, and a case's whole story."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from weft.city.models import Unit
from weft.city.queries import zone
from weft.kit.access import Actor, guarded
from weft.kit.clock import now
from weft.kit.errors import Conflict, Invalid, NotFound
from weft.kit.paging import key_of, read_key
from weft.process import core, queries
from weft.process.models import Case, Task
from weft.process.services import complete_task

PAGE = 30


@require_GET
@guarded("tasks.work")
def inbox(request: HttpRequest) -> HttpResponse:
    """The tasks of the reader's roles, what slips first on top."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    places = queries.places_of(actor)
    unit = request.GET.get("unit", "")
    narrowed = [place for place in places if not unit or place[0] == unit]
    rows = queries.open_tasks(
        actor, places=narrowed, after=read_key(request.GET.get("after", "")), limit=PAGE + 1
    )
    moment = now()
    today = moment.astimezone(zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    context = {
        "rows": rows[:PAGE],
        "next": key_of(rows[PAGE - 1].sort_at, rows[PAGE - 1].id) if len(rows) > PAGE else None,
        "waiting": queries.count_open(narrowed),
        "late": queries.count_open(narrowed, before=moment),
        "done_today": queries.done_since(actor.key, today),
        "count_limit": queries.COUNT_LIMIT,
        "units": Unit.objects.filter(pk__in={code for code, _role in places}),
        "unit": unit,
        "now": moment,
    }
    return render(request, "process/inbox.html", context)


@require_http_methods(["GET", "POST"])
@guarded("tasks.work")
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    """One task: what to do, where it stands in the process, and the form that completes it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = (
        Task.objects.select_related(
            "case__service", "case__version__process", "case__area", "unit", "role", "done_by"
        )
        .filter(pk=task_id)
        .first()
    )
    if found is None or not queries.may_do(actor, found):
        raise NotFound(_("There is no such task among yours."))
    problem: Invalid | None = None
    if request.method == "POST":
        try:
            complete_task(task_id, data=request.POST.dict(), by=actor)
            messages.success(request, _("Done. The case has moved on."))
            return redirect("tasks")
        except Invalid as error:
            problem = error
        except Conflict as error:
            messages.warning(request, str(error.message))
            return redirect("task", task_id=task_id)
    context = {
        "task": found,
        "problem": problem,
        "fields": fields_of(found, given=request.POST if request.method == "POST" else {}, problem=problem),
        **picture_of(found.case),
        "now": now(),
    }
    return render(request, "process/task.html", context, status=422 if problem else 200)


def fields_of(found: Task, *, given: Any, problem: Invalid | None) -> list[dict[str, Any]]:
    """The form of a task as its template needs it: labels in the reader's language, what was typed, what is wrong."""
    language = get_language() or "en"
    element = queries.model_of(found.case.version_id).elements[found.element]
    return [
        {
            "id": spot.id,
            "label": spot.labelled(language),
            "type": str(spot.type),
            "required": spot.required,
            "options": [
                {"value": option.value, "label": option.labelled(language)} for option in spot.options
            ],
            "value": given.get(spot.id, ""),
            "error": str(problem.message) if problem and problem.field == spot.id else "",
        }
        for spot in element.fields
    ]


def picture_of(case: Case) -> dict[str, Any]:
    """The drawing with "you are here", and the strip of steps."""
    stand = queries.stand_of(case)
    drawing = core.draw(
        queries.model_of(case.version_id), here=stand.here, done=stand.done, language=get_language() or "en"
    )
    return {"drawing": mark_safe(drawing), "steps": queries.steps_of(case, stand=stand)}  # noqa: S308


@require_GET
@guarded("cases.see")
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """A case: its drawing, its steps, who did what when."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = (
        Case.objects.select_related("service", "unit", "area", "version__process").filter(pk=case_id).first()
    )
    if found is None or not queries.may_see(actor, found):
        raise NotFound(_("There is no such case."))
    tasks = found.tasks.select_related("unit", "role", "done_by").order_by("opened_at", "id")
    return render(
        request,
        "process/case.html",
        {
            "case": found,
            "tasks": tasks,
            "mine": queries.next_steps(actor, found.pk),
            **picture_of(found),
            "now": now(),
        },
    )
