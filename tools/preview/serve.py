"""Show every component of the page frame on three pages, without a database: for whoever works on the looks.

python tools/preview/serve.py --areas demo/boston/areas/neighborhoods.geojson --port 8799
"""

import argparse
import json
import math
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace as Thing
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, JsonResponse

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
NOW = datetime.now(UTC)
DAYS = 300


def with_policy(respond: Any) -> Any:
    """Send the same policy as the platform does."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        response["Content-Security-Policy"] = CSP
        return response

    return answer


def frame(request: HttpRequest) -> dict[str, Any]:
    """A frame as the platform would fill it."""
    names = ["Portal", "Desk", "Tasks", "City", "Outlook", "Govern", "Know-how"]
    icons = ["portal", "desk", "tasks", "city", "outlook", "govern", "knowhow"]
    places = [
        Thing(url=f"/{icon}/", name=name, icon=icon, current=request.path.startswith(f"/{icon}"))
        for name, icon in zip(names, icons, strict=True)
    ]
    signed_in = "out" not in request.GET
    return {
        "city": Thing(name="City of Boston", sources="Boundaries and requests: City of Boston, PDDL."),
        "places": places if signed_in else places[:1] + places[3:4],
        "person": Thing(name="Maria Okafor", detail="Duty officer, Public Works") if signed_in else None,
        "person_links": [Thing(url="/me/", name="My tasks")],
        "notice": "Demonstration: the data of 2015, moved by 595 weeks so that it ends today.",
        "messages": [Thing(level_tag="success", __str__=lambda self: "")] if "told" in request.GET else [],
        "LANGUAGES": [("en", "English"), ("fr", "French")],
    }


def components(request: HttpRequest) -> HttpResponse:
    """All components on one page."""
    from django import forms
    from django.shortcuts import render

    class Report(forms.Form):
        words = forms.CharField(
            label="What is wrong?", widget=forms.Textarea(attrs={"rows": 3}), help_text="In your own words."
        )
        kind = forms.ChoiceField(label="Kind", choices=[("a", "Pothole"), ("b", "Street light")])
        answer = forms.ChoiceField(
            label="Shall we answer?", choices=[("y", "Yes, by mail"), ("n", "No")], widget=forms.RadioSelect
        )
        mail = forms.EmailField(label="Your e-mail address", required=False)
        agree = forms.BooleanField(label="I have read what happens with my words.")
        lat = forms.FloatField(widget=forms.HiddenInput, required=False)
        lon = forms.FloatField(widget=forms.HiddenInput, required=False)

    steps = [
        Thing(name="Receive", state="done", by="Call centre", at=NOW - timedelta(days=3), href=""),
        Thing(name="Assess", state="done", by="Street lights", at=NOW - timedelta(days=2), href=""),
        Thing(
            name="Do the work",
            state="late" if "late" in request.GET else "now",
            by="Crew 4",
            at=None,
            href="/t/1",
        ),
        Thing(name="Check", state="todo", by="District engineer", at=None, href=""),
        Thing(name="Close", state="todo", by="", at=None, href=""),
    ]
    happened = [
        Thing(
            at=NOW - timedelta(days=3, hours=2),
            text="Request received by telephone",
            by="Call centre",
            href="",
            tone="",
        ),
        Thing(at=NOW - timedelta(days=2), text="Assessed: crew needed", by="A. Silva", href="", tone=""),
        Thing(at=NOW - timedelta(hours=5), text="Promise missed", by="", href="", tone="critical"),
        Thing(at=NOW - timedelta(hours=1), text="Lamp replaced", by="Crew 4", href="", tone="ok"),
    ]
    rows = [
        Thing(
            no=f"101-{5000 + n}",
            what=what,
            state=state,
            opened=NOW - timedelta(hours=7 * n + 2),
            days=n * 3.4,
        )
        for n, (what, state) in enumerate(
            [
                ("Pothole", "late"),
                ("Street light out", "soon"),
                ("Missed collection", "open"),
                ("Graffiti", "working"),
                ("Fallen tree", "waiting"),
                ("Blocked drain", "closed"),
                ("Abandoned bicycle", "cancelled"),
            ]
        )
    ]
    gaps = [("Street lights", 61.2), ("Highway", 74.9), ("Parks", 82.3), ("Sanitation", 93.4)]
    form = Report({"mail": "not an address", "kind": "b"}) if "errors" in request.GET else Report()
    return render(
        request,
        "preview/components.html",
        {
            "steps": steps,
            "happened": happened,
            "rows": rows,
            "gaps": gaps,
            "form": form,
            "pairs": [("Unit", "Public Works"), ("Promise", "3 working days"), ("Telephone", "")],
            "tabs": [
                Thing(name="Open", url="?", current=True, count=2712),
                Thing(name="Late", url="?late", current=False, count=318),
                Thing(name="Closed", url="?closed", current=False, count=None),
            ],
            "line": [math.sin(n / 5) * 10 + n for n in range(20)]
            + [None, None]
            + [float(n) for n in range(20, 40)],
            "past": NOW - timedelta(hours=3, minutes=4),
            "future": NOW + timedelta(days=2),
            "long_ago": NOW - timedelta(days=400),
        },
    )


def city(request: HttpRequest) -> HttpResponse:
    """The live city."""
    from django.shortcuts import render

    start = date(2015, 1, 1)
    worst = [
        ("critical", "Bin at Boylston St is full", "97 % for 3 hours; limit 85 %"),
        ("critical", "City Hall over its power limit", "412 kW; limit 400 kW"),
        ("warning", "Street lights: 41 requests late", "9 more fall due today"),
        ("warning", "Bin at Copley Sq fills fast", "expected full at 18:00"),
    ]
    return render(
        request,
        "preview/city.html",
        {
            "start": start,
            "end": start + timedelta(days=DAYS),
            "at": start + timedelta(days=DAYS),
            "worst": worst,
            "units": [("Street lights", 61.2), ("Highway", 74.9), ("Parks", 82.3), ("Sanitation", 93.4)],
        },
    )


def portal(request: HttpRequest) -> HttpResponse:
    """The portal."""
    from django.shortcuts import render

    return render(request, "preview/portal.html", {})


def page(name: str) -> Any:
    """A page that is one template."""
    from django.shortcuts import render

    def show(request: HttpRequest) -> HttpResponse:
        from django import forms

        class Login(forms.Form):
            login = forms.CharField(
                label="Username", widget=forms.TextInput(attrs={"autocomplete": "username"})
            )
            password = forms.CharField(label="Password", widget=forms.PasswordInput)

        error = Thing(message="There is no page at this address.")
        people = [Thing(username="maria", name="Maria Okafor", detail="Duty officer")]
        return render(
            request, name, {"form": Login(), "error": error, "status": 404, "demonstration_people": people}
        )

    return show


def areas(request: HttpRequest) -> HttpResponse:
    """The areas of the file given on the command line."""
    found = json.loads(Path(settings.PREVIEW_AREAS).read_text())
    for number, feature in enumerate(found["features"]):
        old = feature["properties"]
        name = old.get("name") or old.get("Name") or old.get("NAME") or f"Area {number}"
        feature["properties"] = {"code": str(old.get("code", number)), "name": name}
    return JsonResponse(found)


def map_json(request: HttpRequest) -> HttpResponse:
    """Invented points, more of them on later days."""
    dice = random.Random(request.GET.get("at", "2015-10-28"))
    found = json.loads(areas(request).content)
    codes = [feature["properties"]["code"] for feature in found["features"]]

    def point(number: int, kind: str) -> dict[str, Any]:
        lat, lon = 42.32 + dice.gauss(0, 0.03), -71.085 + dice.gauss(0, 0.035)
        state = dice.choice(["open", "open", "warning", "critical"])
        if kind == "alerts":
            state = dice.choice(["critical", "warning"])
        if kind == "sensors":
            state = "ok"
        return {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {
                "id": number,
                "name": f"{kind.title()[:-1]} {number}",
                "detail": "Opened 2 days ago",
                "url": f"/r/{number}",
                "tone": state,
            },
        }

    def some(count: int, kind: str) -> dict[str, Any]:
        return {"type": "FeatureCollection", "features": [point(number, kind) for number in range(count)]}

    values = {code: {"value": dice.randrange(4, 400)} for code in codes}
    for value in values.values():
        value["label"] = f"{value['value']} open"
    return JsonResponse(
        {
            "at": NOW.isoformat(),
            "measure": {"name": "Open requests", "unit": ""},
            "areas": values,
            "requests": some(900, "requests"),
            "alerts": some(4, "alerts"),
            "sensors": some(12, "sensors"),
            "shown": 900,
            "of": 2712,
        }
    )


def series(request: HttpRequest) -> HttpResponse:
    """Two invented series with a gap, a limit, a mark and a fan."""
    hours = int(request.GET.get("hours", 240))
    first = datetime(2015, 7, 1, tzinfo=UTC)

    def points(level: float) -> list[list[Any]]:
        dice = random.Random(level)
        return [
            [
                (first + timedelta(hours=n)).isoformat(),
                None if 90 < n < 104 else round(level + 120 * math.sin(n / 3.8) + dice.gauss(0, 12), 1),
            ]
            for n in range(hours)
        ]

    lines = [{"name": "City Hall", "points": points(260)}]
    if "two" in request.GET:
        lines.append({"name": "Main library", "points": points(150)})
    fan = (
        [[(first + timedelta(hours=hours + n)).isoformat(), 200 - n, 300 + n] for n in range(48)]
        if "fan" in request.GET
        else []
    )
    return JsonResponse(
        {
            "title": "Power, City Hall",
            "sentence": "It went over its limit on four afternoons, highest on Thursday at 15:00 with 412 kW.",
            "unit": "kW",
            "series": lines,
            "limits": [{"name": "Limit", "value": 370}],
            "marks": [{"at": (first + timedelta(days=6)).isoformat(), "name": "New process"}],
            "fan": fan,
        }
    )


def bars(request: HttpRequest) -> HttpResponse:
    """Bars by name."""
    return JsonResponse(
        {
            "title": "Late requests by unit",
            "sentence": "Street lights has the most: 118.",
            "unit": "",
            "categories": ["Street lights", "Highway", "Parks", "Sanitation", "Inspection"],
            "series": [{"name": "Late", "points": [118, 74, 41, 22, 9]}],
        }
    )


def days(request: HttpRequest) -> HttpResponse:
    """A backlog over the days."""
    first = date(2015, 1, 1)
    values = [
        [(first + timedelta(days=n)).isoformat(), round(900 + n * 4 + 300 * math.sin(n / 20))]
        for n in range(DAYS + 1)
    ]
    return JsonResponse(
        {"title": "Open requests", "unit": "", "series": [{"name": "Open", "points": values}]}
    )


class Quiet(WSGIRequestHandler):
    """No line for each request."""

    def log_message(self, *args: Any) -> None:
        """Stay silent."""


def main() -> None:
    """Configure a small Django and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--areas", required=True)
    parser.add_argument("--port", type=int, default=8799)
    options = parser.parse_args()
    settings.configure(
        DEBUG=True,
        SECRET_KEY="preview",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="serve_urls",
        INSTALLED_APPS=["django.contrib.staticfiles", "weft.kit"],
        MIDDLEWARE=[
            "serve.with_policy",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.middleware.locale.LocaleMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [HERE / "templates"],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": ["django.template.context_processors.request", "serve.frame"]
                },
            }
        ],
        STATIC_URL="/static/",
        WHITENOISE_USE_FINDERS=True,
        WHITENOISE_AUTOREFRESH=True,
        LANGUAGES=[("en", "English"), ("fr", "French")],
        USE_TZ=True,
        TIME_ZONE="America/New_York",
        PREVIEW_AREAS=options.areas,
    )
    import sys

    sys.path[:0] = [str(HERE), str(ROOT)]
    sys.modules["serve"] = sys.modules["__main__"]
    from django.urls import path

    addresses = Thing(
        urlpatterns=[
            path("", components),
            path("city/", city),
            path("portal/", portal),
            path("sign-in/", page("account/login.html")),
            path("refused/", page("weft/refused.html")),
            path("broken/", page("weft/broken.html")),
            path("city/areas.json", areas),
            path("map.json", map_json),
            path("series.json", series),
            path("bars.json", bars),
            path("days.json", days),
        ]
    )
    sys.modules["serve_urls"] = addresses  # type: ignore[assignment]
    django.setup()
    make_server("127.0.0.1", options.port, WSGIHandler(), handler_class=Quiet).serve_forever()


if __name__ == "__main__":
    main()
