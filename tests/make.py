"""Plain builders: one small invented city, Tidewater, and what happens in it."""

from datetime import UTC, date, datetime
from typing import Any

from weft.city.models import (
    Appointment,
    Area,
    Calendar,
    Holiday,
    LoadedSet,
    Person,
    Profile,
    Role,
    Sector,
    Service,
    Unit,
)
from weft.city.queries import actor_of_person
from weft.kit.access import SYSTEM, Actor
from weft.process.services import deploy_library
from weft.sense.models import Datastream, Limit, ObservedProperty, Thing
from weft.serve.services import Asked, Receipt, open_request

ALL = [
    "city.see",
    "history.see",
    "sensors.see",
    "sensors.write",
    "tasks.work",
    "cases.see",
    "requests.see",
    "requests.take",
    "contacts.see",
    "govern.see",
]
HARBOUR = {"lat": 50.5, "lon": 4.5}
PASSWORD = "correct horse battery staple"


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A square as a GeoJSON polygon."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def city() -> None:
    """Tidewater: two areas, public works with two crews and a contact centre, two services, working hours."""
    Profile.objects.create(
        code="tide",
        name="Tidewater",
        timezone="Europe/Brussels",
        languages=["en", "fr"],
        lat=50.5,
        lon=4.5,
        area_kind="quarter",
    )
    Area.objects.create(code="harbour", kind="quarter", name="Harbour", geometry=square(4, 50, 5, 51))
    Area.objects.create(code="hill", kind="quarter", name="Hill", geometry=square(5, 50, 6, 51))
    LoadedSet.objects.create(
        name="areas", digest="areas", source_rows=2, stored_rows=2, loaded_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    sector = Sector.objects.create(code="roads", name="Roads", name_fr="Voirie")
    root = Unit.objects.create(code="tide", name="Tidewater", kind="city", path="tide/")
    works = Unit.objects.create(
        code="works", name="Public Works", name_fr="Travaux publics", parent=root, path="tide/works/"
    )
    Unit.objects.create(
        code="lamps", name="Street Lamps", kind="division", parent=works, path="tide/works/lamps/"
    )
    Unit.objects.create(code="parks", name="Parks", parent=root, path="tide/parks/")
    Unit.objects.create(
        code="311", name="Contact Centre", kind="contact-centre", parent=root, path="tide/311/"
    )
    for code in ("agent", "dispatcher", "crew", "officer", "executive"):
        Role.objects.create(code=code, name=code.capitalize(), permissions=ALL)
    calendar = Calendar.objects.create(
        code="office",
        name="Office hours",
        timezone="Europe/Brussels",
        week=[[["09:00", "17:00"]]] * 5 + [[], []],
    )
    Holiday.objects.create(calendar=calendar, date=date(2026, 5, 1), name="Labour Day")
    common = {"sector": sector, "calendar": calendar, "process": "report-and-resolve"}
    Service.objects.create(
        code="lamp",
        name="Street lamp out",
        name_fr="Lampadaire en panne",
        unit_id="lamps",
        promise_hours=16,
        promise_clock="working",
        keywords=["light", "dark"],
        **common,
    )
    Service.objects.create(code="tree", name="Tree down", unit_id="parks", promise_hours=24, **common)
    deploy_library(by=SYSTEM)


def person(username: str, *, role: str, unit: str = "tide", password: str = "") -> Actor:
    """Somebody with a role at a unit, as an actor; with a password, also a log-in."""
    row = Person(username=username, name=username.capitalize())
    if password:
        row.set_password(password)
    row.save()
    Appointment.objects.create(person=row, role_id=role, unit_id=unit, start=date(2020, 1, 1))
    return actor_of_person(row.pk)


def request(
    words: str = "The lamp is dark", *, service: str = "lamp", by: Actor = SYSTEM, **more: Any
) -> Receipt:
    """A resident's request in the harbour."""
    return open_request(Asked(service=service, words=words, **{**HARBOUR, **more}), by=by)


def datastream(
    *, limit: float | None = None, clear: float | None = None, service: str | None = None
) -> Datastream:
    """A bin's fullness, with a limit above it if one is given."""
    prop = ObservedProperty.objects.get_or_create(code="fullness", name="Fullness")[0]
    number = Thing.objects.count() + 1
    thing = Thing.objects.create(
        code=f"bin-{number}", name=f"Bin {number}", unit_id="works", area_id="harbour", **HARBOUR
    )
    stream = Datastream.objects.create(
        code=f"bin-{number}-fullness",
        name="Fullness",
        name_fr="Remplissage",
        thing=thing,
        observed_property=prop,
        unit_symbol="%",
    )
    if limit is not None:
        Limit.objects.create(
            code=f"full-{number}",
            name="Bin full",
            datastream=stream,
            direction="above",
            value=limit,
            clear_value=limit if clear is None else clear,
            service_id=service,
        )
    return stream
