"""The portal, asking for a service, tracking, and the staff's list of requests."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from weft.city.models import Area, Service, Unit
from weft.city.queries import promise, units_within, zone
from weft.kit import throttle
from weft.kit.access import RESIDENT, guarded, public
from weft.kit.clock import now
from weft.kit.errors import Invalid, NotFound
from weft.kit.paging import key_of, read_key
from weft.process.models import Case
from weft.process.queries import next_steps, steps_of
from weft.serve import queries
from weft.serve.forms import RequestForm
from weft.serve.models import Request
from weft.serve.services import open_request

PAGE = 50
ASKED_AN_HOUR = 20
TRACKED_AN_HOUR = 60


@require_GET
@public
def home(request: HttpRequest) -> HttpResponse:
    """The portal: say what you need, or choose; or track a request."""
    words = request.GET.get("q", "")
    found = queries.find_services(words) if words else []
    context = {"groups": queries.catalogue(), "words": words, "found": found}
    if request.headers.get("HX-Request"):
        return render(request, "serve/found.html", context)
    return render(request, "serve/home.html", context)


def public_service(code: str) -> Service:
    """A service residents may ask for; `NotFound` otherwise."""
    found = Service.objects.select_related("sector", "unit").filter(pk=code, public=True).first()
    if found is None:
        raise NotFound(_("There is no such service."))
    return found


@require_http_methods(["GET", "POST"])
@public
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for one service; after sending, the tracking page."""
    service = public_service(code)
    form = RequestForm(request.POST or None)
    status = 200
    if request.method == "POST":
        actor = request.actor if request.actor.is_known else RESIDENT  # type: ignore[attr-defined]
        channel = "staff" if actor.may("requests.take") else "web"
        if not actor.is_known:
            throttle.limit(request, "ask", most=ASKED_AN_HOUR, per=timedelta(hours=1))
        try:
            if form.is_valid():
                asked = form.asked(service=service.code, channel=channel, language=get_language() or "")
                receipt = open_request(asked, by=actor)
                return redirect(reverse("track", args=[f"{receipt.reference}-{receipt.secret}"]) + "?new=1")
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
            if error.field == "place":
                form.add_error("address", "")
        status = 422
    due = promise(service, opened_at=now())
    return render(request, "serve/ask.html", {"service": service, "form": form, "due": due}, status=status)


@require_GET
@public
def find_track(request: HttpRequest) -> HttpResponse:
    """From the code a person types to the tracking page."""
    code = request.GET.get("code", "").strip()
    if code:
        throttle.limit(request, "track", most=TRACKED_AN_HOUR, per=timedelta(hours=1))
        reference, secret = split_code(code)
        try:
            queries.tracked(reference, secret)
            return redirect("track", code=f"{reference}-{secret}")
        except NotFound:
            pass
    return render(request, "serve/find_track.html", {"code": code}, status=404 if code else 200)


def split_code(code: str) -> tuple[str, str]:
    """Reference and secret of a tracking code, as people copy it: any case, spaces, a whole address."""
    tidy = code.strip().rstrip("/").rpartition("/")[2].replace(" ", "")
    reference, _dash, secret = tidy.rpartition("-")
    return reference.upper(), secret.lower()


def tracked_or_counted(request: HttpRequest, code: str) -> Request:
    """The request of a tracking code; a wrong code counts against the client, so that codes can't be tried out."""
    try:
        return queries.tracked(*split_code(code))
    except NotFound:
        throttle.limit(request, "track", most=TRACKED_AN_HOUR, per=timedelta(hours=1))
        raise


@require_GET
@public
def known(request: HttpRequest) -> JsonResponse:
    """How much is open in each area, for the portal's map: counts only, because a place can tell who asked."""
    backlog = queries.backlog_by_area(now().astimezone(zone()).date())
    areas = {
        code: {"value": count, "label": ngettext("%d open request", "%d open requests", count) % count}
        for code, count in backlog.items()
        if code
    }
    response = JsonResponse({"at": now().isoformat(), "areas": areas})
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


@require_GET
@public
def track(request: HttpRequest, code: str) -> HttpResponse:
    """What became of a request: the promise, the steps, the answer. The code in the address is the key."""
    found = tracked_or_counted(request, code)
    case = case_of(found)
    steps = steps_of(case) if case else []
    context = {
        "request_": found,
        "code": code,
        "is_new": "new" in request.GET,
        "steps": steps,
        "says": " ".join(step.says for step in steps if step.state == "now"),
        "now": now(),
    }
    page = "serve/track_body.html" if request.headers.get("HX-Request") else "serve/track.html"
    response = render(request, page, context)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def case_of(found: Request) -> Case | None:
    """The case that works on a request."""
    return Case.objects.filter(pk=found.case_id).first() if found.case_id else None


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list of requests can be narrowed by."""

    units: list[Unit]
    services: list[Service]
    areas: list[Area]


@require_GET
@guarded("requests.see")
def requests(request: HttpRequest) -> HttpResponse:
    """The requests of the reader's units, newest first, narrowed by what the address says."""
    paths = queries.visible(request.actor)  # type: ignore[attr-defined]
    since, until = span_of(request)
    asked = queries.Filter(
        paths=paths,
        unit=request.GET.get("unit", ""),
        service=request.GET.get("service", ""),
        area=request.GET.get("area", ""),
        status=request.GET.get("status", ""),
        judged=request.GET.get("judged", ""),
        since=since,
        until=until,
    )
    rows = queries.requests(asked, after=read_key(request.GET.get("after", "")), limit=PAGE + 1)
    more = key_of(rows[PAGE - 1].opened_at, rows[PAGE - 1].pk) if len(rows) > PAGE else None
    choices = Choices(
        units=list(Unit.objects.filter(pk__in=units_within(paths))),
        services=list(Service.objects.all()),
        areas=list(Area.objects.all()),
    )
    context = {"rows": rows[:PAGE], "next": more, "asked": asked, "choices": choices, "now": now()}
    return render(request, "serve/requests.html", context)


def span_of(request: HttpRequest) -> tuple[datetime | None, datetime | None]:
    """The month (`month=2026-03`) or day (`day=2026-03-01`) the address asks for, in the city's zone."""
    month, day = request.GET.get("month", ""), request.GET.get("day", "")
    try:
        if month:
            first = date.fromisoformat(f"{month[:7]}-01")
            last = (first + timedelta(days=32)).replace(day=1)
        elif day:
            first = date.fromisoformat(day)
            last = first + timedelta(days=1)
        else:
            return None, None
    except (ValueError, OverflowError):  # the latter for the last month of the calendar
        raise Invalid(_("This is not a month or day: %s") % (month or day), field="month") from None
    here = zone()
    return (
        datetime.combine(first, datetime.min.time(), tzinfo=here),
        datetime.combine(last, datetime.min.time(), tzinfo=here),
    )


@require_GET
@guarded("requests.see")
def story(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request: what it is, now, its history, everything tied to it."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.request(request_id, actor=actor)
    case = case_of(found)
    context = {
        "request_": found,
        "case": case,
        "steps": steps_of(case) if case else [],
        "mine": next_steps(actor, case.pk) if case else [],
        "contact": queries.contact_of(found, actor=actor),
        "now": now(),
    }
    return render(request, "serve/story.html", context)
