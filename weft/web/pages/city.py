"""The live city: map, time, backlog, alerts and the series of any datastream."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from weft.city.models import Unit
from weft.city.queries import areas_geojson, profile, zone
from weft.kit.access import SYSTEM, Actor, guarded, public
from weft.kit.clock import now
from weft.kit.errors import Invalid, NotFound
from weft.kit.templatetags.weft import figure
from weft.process.models import Case
from weft.process.queries import may_see
from weft.sense import queries as sense
from weft.sense.models import Datastream, Thing
from weft.sense.services import record_observation
from weft.serve import queries as serve

ALERTS_SHOWN = 12
FIRST_DAY = date(1900, 1, 1)


def day_of(request: HttpRequest, *, today: date) -> date:
    """The day the address asks for (`at=2026-03-01`), today by default; nothing is older than `FIRST_DAY`."""
    text = request.GET.get("at", "")
    try:
        return max(min(date.fromisoformat(text[:10]), today), FIRST_DAY) if text else today
    except ValueError:
        raise Invalid(_("This is not a day: %s") % text, field="at") from None


def moment_of(day: date, *, today: date, here: Any) -> datetime:
    """The moment a day stands for: its end, or now for today."""
    return (
        now()
        if day >= today
        else datetime.combine(day + timedelta(days=1), time.min, tzinfo=here).astimezone(UTC)
    )


def box_of(request: HttpRequest) -> tuple[float, float, float, float] | None:
    """The part of the map that is looked at: `bbox=west,south,east,north` in degrees."""
    text = request.GET.get("bbox", "")
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise Invalid(_("This is not a part of the map: %s") % text[:60], field="bbox") from None
    return west, south, east, north


@require_GET
@guarded("city.see")
def city(request: HttpRequest) -> HttpResponse:
    """Map to the edges, what is wrong at the right, time at the foot."""
    here = zone()
    today = now().astimezone(here).date()
    day = day_of(request, today=today)
    moment = moment_of(day, today=today, here=here)
    unit = request.GET.get("unit", "")
    loads = serve.load_by_unit(day)
    context = {
        "day": day,
        "today": today,
        "is_today": day >= today,
        "moment": moment,
        "first_day": min(serve.history_began() or today, today - timedelta(days=1)),
        "unit": unit,
        "units": Unit.objects.filter(pk__in=[load.unit for load in loads]),
        "loads": loads,
        "backlog": sum(load.open for load in loads if not unit or load.unit == unit),
        "alerts": sense.alerts_at(moment, limit=ALERTS_SHOWN),
        "alert_count": sense.count_alerts_at(moment),
        "query": request.GET.urlencode(),
    }
    page = "web/city_side.html" if request.headers.get("HX-Request") else "web/city.html"
    return render(request, page, context)


@require_GET
@public
def areas(request: HttpRequest) -> JsonResponse:
    """The areas the city reports by, as GeoJSON; public, because the portal's map shows them."""
    response = JsonResponse(areas_geojson(profile().area_kind))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@require_GET
@guarded("city.see")
def map_data(request: HttpRequest) -> JsonResponse:
    """What lies on the map at the end of a day (docs/looks.md: map.json)."""
    here = zone()
    today = now().astimezone(here).date()
    day = day_of(request, today=today)
    moment = moment_of(day, today=today, here=here)
    unit = request.GET.get("unit", "")
    backlog = serve.backlog_by_area(day, unit=unit)
    paths = serve.visible(request.actor)  # type: ignore[attr-defined]
    shown = serve.open_at(moment, paths=paths, box=box_of(request), unit=unit)
    alerts = sense.alerts_at(moment)
    over = {alert.thing_id: alert.severity for alert in alerts}
    sensors = sense.sensors_at(None if day >= today else moment)
    return JsonResponse(
        {
            "at": moment.isoformat(),
            "areas": {code: {"value": n, "label": _("%d open") % n} for code, n in backlog.items() if code},
            "requests": collection(request_points(shown, moment=moment, here=here)),
            "alerts": collection(alert_points(alerts)),
            "sensors": collection(sensor_points(sensors, over=over)),
            "shown": len(shown),
            "of": sum(backlog.values()),
            "complete": len(shown) < serve.POINTS,
        }
    )


def request_points(shown: list[serve.OpenPoint], *, moment: datetime, here: Any) -> Iterator[dict[str, Any]]:
    """The open requests; what they share is said once, because there are many."""
    address, text = reverse("request", args=[0]), _("%(reference)s, since %(day)s")
    days = {row.opened_at.astimezone(here).date() for row in shown}
    written = {day: formats.date_format(day) for day in days}
    for row in shown:
        yield point(
            row.lat,
            row.lon,
            id=row.id,
            name=row.service,
            detail=text % {"reference": row.reference, "day": written[row.opened_at.astimezone(here).date()]},
            url=address.replace("0", str(row.id)),
            tone="critical" if row.missed_at and row.missed_at <= moment else "open",
        )


def alert_points(alerts: list[sense.OpenAlert]) -> Iterator[dict[str, Any]]:
    """The alerts that have a place."""
    for alert in alerts:
        if alert.lat is not None:
            yield point(
                alert.lat,
                alert.lon,
                id=alert.id,
                name=f"{alert.name}: {alert.thing}",
                detail=reading(alert.result, alert.unit_symbol),
                url=reverse("alert", args=[alert.id]),
                tone=alert.severity,
            )


def sensor_points(sensors: list[sense.SensorNow], *, over: dict[int, str]) -> Iterator[dict[str, Any]]:
    """The things with a place, and whether they are in order."""
    address = reverse("thing", args=[0])
    for sensor in sensors:
        yield point(
            sensor.lat,
            sensor.lon,
            id=sensor.thing_id,
            name=sensor.name,
            detail=sensor_detail(sensor),
            url=address.replace("0", str(sensor.thing_id)),
            tone=over.get(sensor.thing_id, "ok" if sensor.result is not None else "off"),
        )


def sensor_detail(sensor: sense.SensorNow) -> str:
    """A sensor's value in words."""
    if sensor.result is None:
        return _("%s: no value") % sensor.datastream
    return f"{sensor.datastream}: {reading(sensor.result, sensor.unit_symbol)}"


def reading(result: float, unit_symbol: str) -> str:
    """A result as people read it, with its unit."""
    return f"{figure(result)} {unit_symbol}".strip()


def point(lat: float | None, lon: float | None, **properties: Any) -> dict[str, Any]:
    """A GeoJSON point."""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": properties,
    }


def collection(features: Any) -> dict[str, Any]:
    """A GeoJSON FeatureCollection."""
    return {"type": "FeatureCollection", "features": list(features)}


@require_GET
@guarded("city.see")
def days(request: HttpRequest) -> JsonResponse:
    """The backlog by day, for the time slider."""
    rows = serve.backlog_series(unit=request.GET.get("unit", ""))
    return JsonResponse(
        {
            "title": _("Open requests"),
            "unit": _("requests"),
            "series": [
                {"name": _("Open"), "points": [[day.isoformat(), backlog] for day, backlog, _n in rows]}
            ],
        }
    )


@require_http_methods(["GET", "POST"])
@guarded("city.see")
def thing(request: HttpRequest, thing_id: int) -> HttpResponse:
    """A thing: what it is, its datastreams now and in time, its alerts; a reading can be entered by hand."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = Thing.objects.select_related("unit", "area", "asset").filter(pk=thing_id).first()
    if found is None:
        raise NotFound(_("There is no such thing."))
    problem = ""
    if request.method == "POST":
        problem = enter_reading(request, found, actor=actor)
        if not problem:
            return redirect("thing", thing_id=thing_id)
    streams = list(
        found.datastreams.select_related("latest", "observed_property")
        .prefetch_related("limits")
        .order_by("id")
    )
    chosen = next(
        (s for s in streams if str(s.pk) == request.GET.get("datastream")), streams[0] if streams else None
    )
    context = {
        "thing": found,
        "streams": streams,
        "chosen": chosen,
        "alerts": sense.alerts_of_thing(thing_id),
        "may_write": actor.may("sensors.write", unit=found.unit.path if found.unit else ""),
        "problem": problem,
        "given": request.POST,
    }
    return render(request, "web/thing.html", context, status=422 if problem else 200)


def enter_reading(request: HttpRequest, found: Thing, *, actor: Actor) -> str:
    """Record a reading typed by a person; returns what is wrong with it, if anything."""
    try:
        datastream = found.datastreams.get(pk=int(request.POST.get("datastream", "0")))
        result = float(request.POST.get("result", "").replace(",", "."))
    except (ValueError, Datastream.DoesNotExist):
        return _("Please give the reading as a number.")
    try:
        record_observation(datastream.pk, phenomenon_time=now(), result=result, by=actor)
    except Invalid as error:
        return str(error.message)
    return ""


SPANS = {"day": 1, "week": 7, "month": 31, "year": 366}


@require_GET
@guarded("city.see")
def series(request: HttpRequest, datastream_id: int) -> JsonResponse:
    """A datastream over a day, week, month or year up to its last value, or over all (docs/looks.md: series.json)."""
    extent = sense.extent_of(datastream_id)
    end = (extent[1] if extent else now()) + timedelta(seconds=1)
    span = request.GET.get("span", "month")
    start = extent[0] if span == "all" and extent else end - timedelta(days=SPANS.get(span, 31))
    found = sense.series(datastream_id, start=start, end=end)
    here = zone()
    name = found.datastream.label
    return JsonResponse(
        {
            "title": name,
            "sentence": series_sentence(found, here=here),
            "unit": found.datastream.unit_symbol,
            "series": [
                {
                    "name": name,
                    "points": [[at.astimezone(here).isoformat(), value] for at, value in found.points],
                }
            ],
            "limits": [{"name": limit.label, "value": limit.value} for limit in found.limits],
            "marks": [],
        }
    )


def series_sentence(found: sense.Series, *, here: Any) -> str:
    """What the chart shows, in a sentence."""
    values = [(value, at) for at, value in found.points if value is not None]
    if not values:
        return _("Nothing was measured in this period.")
    top, top_at = max(values)
    told = _("%(count)s values, highest %(top)s %(unit)s on %(day)s.") % {
        "count": figure(len(values)),
        "top": figure(top),
        "unit": found.datastream.unit_symbol,
        "day": formats.date_format(top_at.astimezone(here)),
    }
    mean = _("Each point is a mean.")
    return f"{told} {mean}" if found.step else told


@require_GET
@guarded("tasks.work")
def subject(request: HttpRequest, case_id: int) -> HttpResponse:
    """What a case is about, as a fragment for the task's page: the requester's words and place, or the alert."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = Case.objects.select_related("unit").filter(pk=case_id).first()
    if case is None or not may_see(actor, case):
        raise NotFound(_("There is no such case."))
    about: dict[str, Any] = {}
    if case.subject_type == "request":
        found = serve.request(int(case.subject_id), actor=SYSTEM)
        about["request_"] = found
        about["may_see"] = serve.may_see(actor, found)
        about["contact"] = serve.contact_of(found, actor=actor)
    elif case.subject_type == "alert":
        about["alert"] = sense.alert(int(case.subject_id))
    return render(request, "web/subject.html", about)


@require_GET
@guarded("city.see")
def alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    """An alert: which limit, since when, what is done about it."""
    found = sense.alert(alert_id)
    case = Case.objects.filter(subject_type="alert", subject_id=str(alert_id)).first()
    return render(request, "web/alert.html", {"alert": found, "case": case})
