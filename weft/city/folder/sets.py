"""The sets of the shared model: city, areas, sectors, units, roles, people, calendars, assets, services."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
import polars as pl
from django.contrib.auth.hashers import make_password
from django.db.models import Model

from weft.city.core import path_below
from weft.city.folder import values
from weft.city.folder.loading import Loading, Stored
from weft.city.folder.spec import ROW, Checking, Column, Rows, SetSpec, Store, register
from weft.city.models import (
    Appointment,
    Area,
    Asset,
    Calendar,
    Holiday,
    Person,
    Profile,
    Role,
    Sector,
    Service,
    Unit,
)
from weft.city.queries import area_index
from weft.kit.access import PERMISSIONS

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LANGUAGES = ("en", "fr")


def named(what: str, *, code: str = "The code others refer to it by.") -> tuple[Column, ...]:
    """The columns of everything that has a code and a name in two languages."""
    return (
        Column(name="code", kind="code", required=True, says=code),
        Column(name="name", required=True, says=f"The name of the {what}."),
        Column(name="name_fr", unset="", says="The name in French; empty: the same name."),
    )


LATITUDE = Column(name="lat", kind="number", low=-90, high=90, says="Latitude in degrees (WGS 84).")
LONGITUDE = Column(name="lon", kind="number", low=-180, high=180, says="Longitude in degrees (WGS 84).")


def records(rows: Rows) -> Iterator[dict[str, Any]]:
    """The rows as dictionaries, without their numbers."""
    for piece in rows:
        yield from piece.drop(ROW).iter_rows(named=True)


def upsert(
    model: type[Model], rows: Iterable[Model], *, key: tuple[str, ...], fields: tuple[str, ...]
) -> Stored:
    """Store small sets: a row whose key is known is brought up to date, a new one is added."""
    made = model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=key, update_fields=fields, batch_size=1000
    )
    return Stored(len(made))


def storing(
    model: type[Model], *, key: tuple[str, ...], row: Callable[[dict[str, Any]], dict[str, Any]]
) -> Store:
    """A store function that makes each row one object."""

    def store(loading: Loading, rows: Rows) -> Stored:
        found = [row(record) for record in records(rows)]
        fields = tuple(
            name for name in (found[0] if found else {}) if name not in key and name not in PRIMARY
        )
        return upsert(model, [model(**values) for values in found], key=key, fields=fields)

    return store


PRIMARY = ("code", "id")


def plain(record: dict[str, Any]) -> dict[str, Any]:
    """The row as it is."""
    return record


def renamed(**names: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The row with the names of foreign keys."""
    return lambda record: {names.get(name, name): value for name, value in record.items()}


# City and areas


def store_city(loading: Loading, rows: Rows) -> Stored:
    """The one row of the city's profile."""
    record = next(records(rows))
    record["lat"], record["lon"] = record.pop("centre.lat"), record.pop("centre.lon")
    Profile.objects.update_or_create(id=1, defaults=record)
    return Stored(1)


CITY = SetSpec(
    name="city",
    says="The city itself: the table `[city]` of `city.toml`.",
    form="toml",
    required=True,
    columns=(
        *named("city", code="A short name for the city, as in addresses."),
        Column(
            name="timezone",
            kind="zone",
            required=True,
            says="The zone in which all times without an offset are read, as in Europe/Paris.",
        ),
        Column(
            name="languages",
            kind="codes",
            choices=LANGUAGES,
            required=True,
            says="The languages of the city, the first being the usual one.",
        ),
        Column(
            name="centre.lat",
            kind="number",
            low=-90,
            high=90,
            required=True,
            says="Where the map opens.",
        ),
        Column(
            name="centre.lon",
            kind="number",
            low=-180,
            high=180,
            required=True,
            says="Where the map opens.",
        ),
        Column(
            name="area_kind",
            unset="",
            says="The kind of area the city reports by; empty: the first under `[[areas]]`.",
        ),
        Column(name="notice", unset="", says="Where the data come from and under which licences."),
        Column(name="notice_fr", unset="", says="The same in French."),
    ),
    store=store_city,
)


def area_kinds(checking: Checking) -> None:
    """The kind the city reports by is one of those given."""
    city = checking.sets.get("city")
    wanted = city["area_kind"][0] if city is not None and city.height else None
    if wanted and wanted not in checking.rows["kind"].to_list():
        checking.tell([None], "kind", f"city.toml reports by areas of kind “{wanted}” and there are none")


AREAS = SetSpec(
    name="areas",
    says="Polygons the city reports by: GeoJSON files (WGS 84) listed in `city.toml` under `[[areas]]`, "
    "each with its `file` and `kind`. Of other properties of a feature no notice is taken.",
    form="geojson",
    key=("code",),
    after=("city",),
    columns=(
        *named("area"),
        Column(
            name="kind", kind="code", required=True, says="Wards, neighbourhoods, ...: given in `city.toml`."
        ),
        Column(
            name="geometry", kind="geometry", required=True, says="The outline: a Polygon or MultiPolygon."
        ),
    ),
    rules=(area_kinds,),
    store=storing(
        Area,
        key=("code",),
        row=lambda record: {**record, "geometry": msgspec.json.decode(record["geometry"])},
    ),
)

# Organisation


def numbered(loading: Loading, rows: Rows) -> Stored:
    """Sectors, which keep the order of the file."""
    found = [Sector(**record, position=number) for number, record in enumerate(records(rows), start=1)]
    return upsert(Sector, found, key=("code",), fields=("name", "name_fr", "position"))


SECTORS = SetSpec(
    name="sectors",
    says="The kinds of service a city gives, in the order in which pages list them.",
    key=("code",),
    required=True,
    columns=named("sector"),
    store=numbered,
)


def one_tree(checking: Checking) -> None:
    """Units form one tree: a single root and no unit below itself."""
    parents = dict(checking.rows.select("code", "parent").iter_rows())
    rows = dict(checking.rows.select("code", ROW).iter_rows())
    roots = [code for code, parent in parents.items() if parent is None]
    if len(roots) > 1:
        places = [rows[code] for code in roots[1:]]
        checking.tell(places, "parent", f"only one unit has no parent, and “{roots[0]}” is that one")
    for code in circle(parents):
        checking.tell([rows[code]], "parent", f"“{code}” is below itself: its parents lead round in a circle")
    if parents and not roots and not circle(parents):
        checking.tell([None], "parent", "one unit has to be without a parent: the city itself")


def circle(parents: dict[str, str | None]) -> list[str]:
    """The units whose parents lead back to them."""
    found = []
    for code in parents:
        above = parents[code]
        seen = {code}
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above == code:
            found.append(code)
    return found


def store_units(loading: Loading, rows: Rows) -> Stored:
    """Units, parents first, with their paths; a unit that moved takes those below along."""
    found = {record["code"]: record for record in records(rows)}
    paths: dict[str, str] = {}

    def path(code: str) -> str:
        if code not in paths:
            parent = found[code]["parent"]
            paths[code] = path_below(path(parent) if parent else "", code)
        return paths[code]

    units = [
        Unit(
            code=code,
            name=record["name"],
            name_fr=record["name_fr"],
            kind=record["kind"],
            parent_id=record["parent"],
            path=path(code),
        )
        for code, record in found.items()
    ]
    units.sort(key=lambda unit: unit.path)
    loading.cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return upsert(Unit, units, key=("code",), fields=("name", "name_fr", "kind", "parent", "path"))


UNITS = SetSpec(
    name="units",
    says="The organisation as a tree.",
    key=("code",),
    required=True,
    columns=(
        *named("unit"),
        Column(
            name="kind",
            kind="code",
            unset="department",
            says="`city`, `department`, `division`, `crew`, ... A `contact-centre` takes the city's calls.",
        ),
        Column(
            name="parent",
            kind="code",
            refers_to="units",
            says="The unit above; empty for the one unit that is the whole city.",
        ),
    ),
    rules=(one_tree,),
    store=store_units,
)

ROLES = SetSpec(
    name="roles",
    says="What people may do, role by role.",
    key=("code",),
    required=True,
    columns=(
        *named("role"),
        Column(
            name="permissions",
            kind="codes",
            choices=lambda: PERMISSIONS,
            unset=[],
            says="What the role allows, within the unit of the appointment and all below it.",
        ),
    ),
    store=storing(Role, key=("code",), row=plain),
)


def usernames(checking: Checking) -> None:
    """Log-in names differ by more than capitals."""
    lower = checking.rows.with_columns(pl.col("username").str.to_lowercase().alias("_lower")).drop_nulls(
        "_lower"
    )
    again = lower.filter(~pl.col("_lower").is_first_distinct() & pl.col("username").is_first_distinct())
    checking.tell(again[ROW], "username", "another log-in name differs only in capital letters")


def store_people(loading: Loading, rows: Rows) -> Stored:
    """People; the password of those who are known stays, new ones have none until one is set."""
    known = {name.lower(): name for name in Person.objects.values_list("username", flat=True)}
    people = [
        Person(
            username=known.get(record["username"].lower(), record["username"]),
            name=record["name"],
            demonstration=record["demonstration"],
            password=make_password(None),
        )
        for record in records(rows)
    ]
    return upsert(Person, people, key=("username",), fields=("name", "demonstration"))


PEOPLE = SetSpec(
    name="people",
    says="Those who work for the city. No password is in a folder: `weft user` sets one.",
    key=("username",),
    columns=(
        Column(name="username", kind="code", required=True, says="The log-in name."),
        Column(name="name", required=True, says="The person's name."),
        Column(
            name="demonstration",
            kind="boolean",
            unset=False,
            says="True for an invented person whom visitors of a demonstration may be.",
        ),
    ),
    rules=(usernames,),
    store=store_people,
)


def ends_after_start(checking: Checking) -> None:
    """Nobody is appointed until before they begin."""
    wrong = checking.rows.filter(pl.col("end") < pl.col("start"))
    checking.tell(wrong[ROW], "end", "the end lies before the start")


def store_appointments(loading: Loading, rows: Rows) -> Stored:
    """Appointments, by person, role, unit and start."""
    found = list(records(rows))
    people = {name.lower(): pk for name, pk in Person.objects.values_list("username", "pk")}
    made = [
        Appointment(
            person_id=people[record["person"].lower()],
            role_id=record["role"],
            unit_id=record["unit"],
            start=record["start"],
            end=record["end"],
            from_outside=record["from_outside"],
        )
        for record in found
    ]
    return upsert(Appointment, made, key=("person", "role", "unit", "start"), fields=("end", "from_outside"))


APPOINTMENTS = SetSpec(
    name="appointments",
    says="Who holds which role at which unit.",
    key=("person", "role", "unit", "start"),
    columns=(
        Column(
            name="person", kind="code", required=True, refers_to="people", says="The person's log-in name."
        ),
        Column(name="role", kind="code", required=True, refers_to="roles", says="The role."),
        Column(
            name="unit", kind="code", required=True, refers_to="units", says="The unit, with all below it."
        ),
        Column(name="start", kind="date", required=True, says="The first day."),
        Column(name="end", kind="date", says="The last day; empty: until further notice."),
        Column(
            name="from_outside",
            kind="boolean",
            says="Whether the person came from outside the organisation; empty: not known.",
        ),
    ),
    rules=(ends_after_start,),
    store=store_appointments,
)

# Calendars


def opens_at_all(checking: Checking) -> None:
    """A calendar by which nothing would ever fall due."""
    closed = checking.rows.filter(pl.all_horizontal(pl.col(day).is_null() for day in DAYS))
    checking.tell(closed[ROW], "monday", "the calendar is closed on all seven days")


def store_calendars(loading: Loading, rows: Rows) -> Stored:
    """Calendars with their week as lists of spans."""
    made = [
        Calendar(
            code=record["code"],
            name=record["name"],
            name_fr=record["name_fr"],
            timezone=record["timezone"] or loading.zone,
            week=[values.spans(record[day]) or [] if record[day] else [] for day in DAYS],
        )
        for record in records(rows)
    ]
    return upsert(Calendar, made, key=("code",), fields=("name", "name_fr", "timezone", "week"))


CALENDARS = SetSpec(
    name="calendars",
    says="Working hours, by which promises are counted.",
    key=("code",),
    after=("city",),
    columns=(
        *named("calendar"),
        Column(name="timezone", kind="zone", says="The zone of its clock; empty: the city's."),
        *(
            Column(
                name=day,
                kind="hours",
                says="Open from and to, as in 08:00-17:00 or 08:00-12:00,13:00-17:00; empty: closed.",
            )
            for day in DAYS
        ),
    ),
    rules=(opens_at_all,),
    store=store_calendars,
)

HOLIDAYS = SetSpec(
    name="holidays",
    says="Days on which a calendar stands still.",
    key=("calendar", "date"),
    columns=(
        Column(name="calendar", kind="code", required=True, refers_to="calendars", says="The calendar."),
        Column(name="date", kind="date", required=True, says="The day."),
        Column(name="name", required=True, says="What is celebrated."),
        Column(name="name_fr", unset="", says="The same in French."),
    ),
    store=storing(Holiday, key=("calendar", "date"), row=renamed(calendar="calendar_id")),
)

# Assets and services


def store_assets(loading: Loading, rows: Rows) -> Stored:
    """Assets, each in the area its place lies in."""
    found = list(records(rows))
    areas = areas_of(found)
    made = [
        Asset(
            code=record["code"],
            name=record["name"],
            name_fr=record["name_fr"],
            kind=record["kind"],
            unit_id=record["unit"],
            sector_id=record["sector"],
            area_id=area,
            lat=record["lat"],
            lon=record["lon"],
        )
        for record, area in zip(found, areas, strict=True)
    ]
    fields = ("name", "name_fr", "kind", "unit", "sector", "area", "lat", "lon")
    return upsert(Asset, made, key=("code",), fields=fields)


def areas_of(found: list[dict[str, Any]]) -> list[str | None]:
    """The area the city reports by for each row's place; None without a place or outside all."""
    kind = Profile.objects.values_list("area_kind", flat=True).first() or ""
    placed = [index for index, record in enumerate(found) if record["lat"] is not None]
    areas: list[str | None] = [None] * len(found)
    inside = area_index(kind).at([found[i]["lat"] for i in placed], [found[i]["lon"] for i in placed])
    for index, area in zip(placed, inside, strict=True):
        areas[index] = area
    return areas


ASSETS = SetSpec(
    name="assets",
    says="What the city owns and looks after.",
    key=("code",),
    after=("areas", "city"),
    columns=(
        *named("asset"),
        Column(name="kind", kind="code", required=True, says="What it is: `building`, `bin`, `bridge`, ..."),
        Column(
            name="unit", kind="code", required=True, refers_to="units", says="The unit that looks after it."
        ),
        Column(name="sector", kind="code", refers_to="sectors", says="The kind of service it is for."),
        LATITUDE,
        LONGITUDE,
    ),
    store=store_assets,
)


def promise_has_clock(checking: Checking) -> None:
    """Promises are longer than nothing."""
    wrong = checking.rows.filter(pl.col("promise_hours") <= 0)
    checking.tell(
        wrong[ROW], "promise_hours", "a promise is longer than nothing; leave it empty where there is none"
    )


SERVICES = SetSpec(
    name="services",
    says="What one can ask the city for.",
    key=("code",),
    required=True,
    columns=(
        *named("service", code="The code requests refer to it by."),
        Column(name="description", unset="", says="What it is, as a leaflet would say it."),
        Column(name="description_fr", unset="", says="The same in French."),
        Column(name="sector", kind="code", required=True, refers_to="sectors", says="The kind of service."),
        Column(name="unit", kind="code", required=True, refers_to="units", says="The unit that owns it."),
        Column(
            name="calendar",
            kind="code",
            required=True,
            refers_to="calendars",
            says="The working hours it is done in.",
        ),
        Column(
            name="promise_hours",
            kind="number",
            high=100_000,
            says="Hours in which the city promises to be done; empty: no promise.",
        ),
        Column(
            name="promise_clock",
            choices=("elapsed", "working"),
            unset="elapsed",
            says="Whether the hours run day and night or by the calendar.",
        ),
        Column(
            name="process",
            kind="code",
            required=True,
            refers_to="processes",
            says="The process that delivers it.",
        ),
        Column(name="public", kind="boolean", unset=True, says="Whether residents may ask for it."),
        Column(name="asks_place", kind="boolean", unset=True, says="Whether a request needs a place."),
        Column(name="keywords", unset="", says="Other words people use for it, separated by commas."),
    ),
    rules=(promise_has_clock,),
    store=storing(
        Service,
        key=("code",),
        row=lambda record: {
            **renamed(sector="sector_id", unit="unit_id", calendar="calendar_id")(record),
            "keywords": [word.strip() for word in record["keywords"].split(",") if word.strip()],
        },
    ),
)

register(
    CITY,
    AREAS,
    SECTORS,
    UNITS,
    ROLES,
    PEOPLE,
    APPOINTMENTS,
    CALENDARS,
    HOLIDAYS,
    ASSETS,
    SERVICES,
)
