"""The history of any object, read from the event log; and the search over everything."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from weft.city.models import Person, Unit
from weft.kit.access import Actor, public, signed_in
from weft.kit.errors import NotFound
from weft.kit.history import Fact, history
from weft.kit.paging import key_of, read_key
from weft.process.models import Case
from weft.process.queries import may_see
from weft.sense.models import Thing
from weft.serve import queries as serve
from weft.serve.models import Request

PAGE = 50
FOUND = 8
OBJECTS = {
    "case": gettext_lazy("Case %s"),
    "task": gettext_lazy("Task %s"),
    "alert": gettext_lazy("Alert %s"),
    "thing": gettext_lazy("Sensor %s"),
    "datastream": gettext_lazy("Datastream %s"),
    "person": gettext_lazy("Person %s"),
    "token": gettext_lazy("Token %s"),
}
"""An object of the event log and its key, in words."""


@require_GET
@signed_in
def object_history(request: HttpRequest, object_type: str, object_id: str) -> HttpResponse:
    """What happened to one object, newest first, with who did it."""
    if not may_see_history(request.actor, object_type, object_id):  # type: ignore[attr-defined]
        raise NotFound(_("There is no history under this address."))
    facts = history(object_type, object_id, before=read_key(request.GET.get("after", "")), limit=PAGE + 1)
    more = key_of(facts[PAGE - 1].at, facts[PAGE - 1].id) if len(facts) > PAGE else None
    context = {
        "entries": told(facts[:PAGE]),
        "next": more,
        "story": story_of(object_type, object_id),
        "name": name_of(object_type, object_id),
    }
    embedded = request.headers.get("HX-Request")
    return render(request, "web/history_body.html" if embedded else "web/history.html", context)


def may_see_history(actor: Actor, object_type: str, object_id: str) -> bool:
    """Whether the actor may read an object's history: who may see the object may see what happened to it.

    What has no page of its own is for those who may read histories in the whole city, and what somebody did is for
    themselves and for administrators.
    """
    number = int(object_id) if object_id.isdecimal() and len(object_id) < 19 else 0
    match object_type:
        case "request":
            found = Request.objects.select_related("unit").filter(pk=number).first()
            return found is not None and serve.may_see(actor, found)
        case "case":
            case = Case.objects.select_related("unit").filter(pk=number).first()
            return case is not None and may_see(actor, case)
        case "unit":
            unit = Unit.objects.filter(pk=object_id).first()
            return unit is not None and actor.may("history.see", unit=unit.path)
        case "alert" | "thing" | "datastream":
            return actor.may("city.see")
        case "person" | "token":
            return actor.may("admin") or actor.key == f"{object_type}:{object_id}"
    root = Unit.objects.filter(parent=None).first()
    return root is not None and actor.may("history.see", unit=root.path)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a history."""

    at: object
    text: str
    by: str
    href: str


def told(facts: list[Fact]) -> list[Entry]:
    """The facts with names instead of keys: two queries, however many facts."""
    people = [int(fact.actor[7:]) for fact in facts if fact.actor.startswith("person:")]
    names = dict(Person.objects.filter(pk__in=people).values_list("pk", "name"))
    units = {
        unit.pk: unit.label for unit in Unit.objects.filter(pk__in={fact.unit for fact in facts if fact.unit})
    }
    lines = []
    for fact in facts:
        who = actor_words(fact.actor, names)
        where = units.get(fact.unit or "", "")
        href = page_of(fact)
        lines.append(Entry(fact.at, fact.says, " · ".join(part for part in (who, where) if part), href))
    return lines


def page_of(fact: Fact) -> str:
    """The page of what an event is about: its case, else its request or alert."""
    if fact.case_id:
        return reverse("case", args=[fact.case_id])
    for kind in ("request", "alert"):
        if number := fact.data.get(f"{kind}_id"):
            return reverse(kind, args=[int(number)])
    return ""


def actor_words(actor: str, names: dict[int, str]) -> str:
    """Who acted, in words."""
    kind, _colon, key = actor.partition(":")
    known = {"system": "Weft", "resident": _("a resident"), "import": _("brought in from the city's records")}
    if kind == "person":
        return names.get(int(key), _("somebody who has left"))
    return known.get(kind, _("another system") if kind == "token" else actor)


def name_of(object_type: str, object_id: str) -> str:
    """What a person calls the object."""
    if object_type == "unit":
        return Unit.objects.get(pk=object_id).label
    if object_type == "request":
        return Request.objects.values_list("reference", flat=True).get(pk=int(object_id))
    return OBJECTS[object_type] % object_id if object_type in OBJECTS else f"{object_type} {object_id}"


def story_of(object_type: str, object_id: str) -> str:
    """The address of the object's own page, if it has one."""
    pages = {"request": "request", "case": "case", "task": "task", "alert": "alert", "thing": "thing"}
    if object_type in pages and object_id.isdecimal():
        return reverse(pages[object_type], args=[int(object_id)])
    return reverse("unit-measure", args=[object_id]) if object_type == "unit" else ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found."""

    kind: str
    name: str
    detail: str
    url: str


@require_GET
@public
def search(request: HttpRequest) -> HttpResponse:
    """One field over services for everybody, and over requests, things and units for those who may see them."""
    words = request.GET.get("q", "").strip()[:100]
    actor: Actor = request.actor  # type: ignore[attr-defined]
    context = {"q": words, "hits": find(words, actor=actor) if len(words) > 1 else []}
    return render(request, "web/search.html", context)


def find(words: str, *, actor: Actor) -> list[Hit]:
    """What these words may mean, of what the actor may see."""
    hits: list[Hit] = []
    if actor.may("requests.see"):
        reach = Q(pk__in=[])
        for path in actor.scope("requests.see"):
            reach |= Q(unit__path__startswith=path)
        rows = Request.objects.filter(reach, reference__in=[words, words.upper()]).select_related(
            "service", "unit"
        )[:FOUND]
        hits += [
            Hit(
                _("Request"),
                r.reference,
                f"{r.service.label} · {r.unit.label}",
                reverse("request", args=[r.pk]),
            )
            for r in rows
        ]
    hits += [
        Hit(_("Service"), service.label, service.about, reverse("ask", args=[service.code]))
        for service in serve.find_services(words, limit=FOUND)
    ]
    if actor.may("city.see"):
        things = Thing.objects.filter(name__icontains=words).order_by("name")[:FOUND]
        hits += [
            Hit(_("Sensor"), thing.name, thing.description, reverse("thing", args=[thing.pk]))
            for thing in things
        ]
    if actor.may("govern.see"):
        units = Unit.objects.filter(Q(name__icontains=words) | Q(name_fr__icontains=words))[:FOUND]
        hits += [Hit(_("Unit"), unit.label, "", reverse("unit-measure", args=[unit.pk])) for unit in units]
    return hits
