"""What requests tell: the catalogue, lists by key, one request, the backlog by day, unit and area."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.utils.crypto import constant_time_compare
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from weft.city.models import Sector, Service
from weft.city.queries import unit_paths, units_within
from weft.kit.access import Actor
from weft.kit.clock import now
from weft.kit.errors import NotFound
from weft.kit.language import in_language
from weft.process.queries import works_on
from weft.serve.models import Contact, Request, Tally


@dataclass(frozen=True, slots=True)
class Group:
    """A sector with its public services."""

    sector: Sector
    services: list[Service]


def catalogue() -> list[Group]:
    """The public services by sector; sectors without any are left out."""
    services: dict[str, list[Service]] = {}
    for service in Service.objects.filter(public=True):
        services.setdefault(service.sector_id, []).append(service)
    sectors = Sector.objects.filter(pk__in=services)
    return [Group(sector, sorted(services[sector.pk], key=lambda s: s.label)) for sector in sectors]


SEARCH = """
SELECT s.code FROM city_service s,
     LATERAL (SELECT lower(unaccent(concat_ws(' ', s.name, s.name_fr, array_to_string(s.keywords, ' ')))) AS names,
                     lower(unaccent(concat_ws(' ', s.description, s.description_fr))) AS about) t,
     (SELECT lower(unaccent(%(words)s)) AS words) q
WHERE s.public
  AND (strict_word_similarity(q.words, t.names) > 0.35
       OR t.names LIKE '%%' || q.words || '%%'
       OR to_tsvector('english', t.names || ' ' || t.about) @@ plainto_tsquery('english', q.words)
       OR to_tsvector('french', t.names || ' ' || t.about) @@ plainto_tsquery('french', q.words))
ORDER BY (t.names LIKE '%%' || q.words || '%%') DESC, strict_word_similarity(q.words, t.names) DESC, s.name
LIMIT %(limit)s
"""


def find_services(words: str, *, limit: int = 12) -> list[Service]:
    """The public services these words may mean, best first; typing mistakes and accents are forgiven."""
    words = words.strip()[:100]
    if len(words) < 2:
        return []
    with connection.cursor() as cursor:
        cursor.execute(SEARCH, {"words": words, "limit": limit})
        codes = [code for (code,) in cursor.fetchall()]
    found = Service.objects.in_bulk(codes)
    return [found[code] for code in codes]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of requests is narrowed to; `paths` is where the reader may look."""

    paths: Sequence[str]
    unit: str = ""
    service: str = ""
    area: str = ""
    status: str = ""
    since: datetime | None = None
    until: datetime | None = None
    judged: str = ""


def visible(actor: Actor, permission: str = "requests.see") -> list[str]:
    """The unit paths whose requests the actor may see."""
    return actor.scope(permission)


NEWEST = """
SELECT found.id FROM unnest(%(drivers)s::text[]) AS driver(code)
CROSS JOIN LATERAL (
    SELECT r.id, r.opened_at FROM serve_request r
    WHERE r.{driver} = driver.code AND {conditions}
    ORDER BY r.opened_at DESC, r.id DESC LIMIT %(limit)s
) found
ORDER BY found.opened_at DESC, found.id DESC LIMIT %(limit)s
"""
"""A short walk along an index for each unit (or the service asked for), merged: it costs a page, not a table."""

CONDITIONS = {
    "open": "r.closed_at IS NULL",
    "late": "r.closed_at IS NULL AND r.missed_at IS NOT NULL",
    "closed": "r.closed_at IS NOT NULL",
    "kept": "r.closed_at >= %(since)s AND r.closed_at < %(until)s AND r.due_at IS NOT NULL AND r.missed_at IS NULL",
    "missed": "r.missed_at >= %(since)s AND r.missed_at < %(until)s",
}


def requests(asked: Filter, *, after: tuple[datetime, int] | None = None, limit: int = 50) -> list[Request]:
    """Requests, newest first, from the key (opened_at, id) on; a unit means all below it too.

    As many queries for a million requests as for ten.
    """
    below = set(units_within(unit_paths([asked.unit]).values())) if asked.unit else None
    units = [unit for unit in units_within(asked.paths) if below is None or unit in below]
    driver, drivers = ("service_id", [asked.service]) if asked.service else ("unit_id", units)
    conditions = ["(r.opened_at, r.id) < (%(moment)s, %(id)s)", *conditions_of(asked)]
    moment, row_id = after or ("infinity", 0)
    values = {
        "drivers": drivers,
        "units": units,
        "area": asked.area,
        "since": asked.since,
        "until": asked.until,
        "moment": moment,
        "id": row_id,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEWEST.format(driver=driver, conditions=" AND ".join(conditions)), values)
        ids = [row_id for (row_id,) in cursor.fetchall()]
    found = Request.objects.select_related("service", "unit", "area").in_bulk(ids)
    return [found[row_id] for row_id in ids]


def conditions_of(asked: Filter) -> list[str]:
    """The filter as conditions of `NEWEST`; none of them holds text from outside."""
    conditions = [CONDITIONS[asked.status]] if asked.status in ("open", "late", "closed") else []
    if asked.service:
        conditions.append("r.unit_id = ANY(%(units)s)")
    if asked.area:
        conditions.append("r.area_id = %(area)s")
    if asked.since is not None:
        between = "r.opened_at >= %(since)s AND r.opened_at < %(until)s"
        conditions.append(CONDITIONS[asked.judged] if asked.judged in ("kept", "missed") else between)
    return conditions


def request(request_id: int, *, actor: Actor) -> Request:
    """One request the actor may see; `NotFound` otherwise, so that its existence is not told.

    Seeing goes by unit; who has a step of the request's case to do may see it too.
    """
    found = Request.objects.select_related("service__sector", "unit", "area").filter(pk=request_id).first()
    if found is None or not may_see(actor, found):
        raise NotFound(_("There is no such request."))
    return found


def may_see(actor: Actor, found: Request) -> bool:
    """Whether the actor may see a request: by its unit, or because a step of its case is theirs."""
    return reaches(actor, found, permission="requests.see")


def contact_of(found: Request, *, actor: Actor) -> Contact | None:
    """Who asked, for those who may see it there; None otherwise."""
    return found.contact if reaches(actor, found, permission="contacts.see") else None


def reaches(actor: Actor, found: Request, *, permission: str) -> bool:
    """Whether the actor holds a permission at the request's unit, or where a step of its case is theirs."""
    if actor.may(permission, unit=found.unit.path):
        return True
    return found.case_id is not None and works_on(actor, found.case_id, holding=permission)


def tracked(reference: str, secret: str) -> Request:
    """The request a tracking address opens; `NotFound` for anything but the exact secret."""
    found = Request.objects.select_related("service", "unit", "area").filter(reference=reference).first()
    if found is None or not found.secret or not constant_time_compare(found.secret, secret):
        raise NotFound(_("There is no request under this address."))
    return found


UNTIL = """(
    t.span = 'year' AND t.day < date_trunc('year', %(day)s::date)::date
    OR t.span = 'month' AND t.day >= date_trunc('year', %(day)s::date)::date
                        AND t.day < date_trunc('month', %(day)s::date)::date
    OR t.span = 'day' AND t.day >= date_trunc('month', %(day)s::date)::date AND t.day <= %(day)s::date
)"""
BACKLOG_AREAS = f"""
SELECT t.area_id, sum(t.opened) - sum(t.closed) FROM serve_tally t
WHERE {UNTIL} AND (%(unit)s = '' OR t.unit_id = %(unit)s)
GROUP BY t.area_id
"""  # noqa: S608 (only constants)
BACKLOG_UNITS = f"""
WITH backlog AS (
    SELECT t.unit_id, sum(t.opened) - sum(t.closed) AS open FROM serve_tally t WHERE {UNTIL} GROUP BY 1
), lately AS (
    SELECT t.unit_id, sum(t.on_time) AS on_time, sum(t.missed) AS missed, sum(t.opened) AS opened
    FROM serve_tally t WHERE t.span = 'day' AND t.day > %(since)s AND t.day <= %(day)s GROUP BY 1
)
SELECT u.code, u.name, u.name_fr, b.open,
       coalesce(l.on_time, 0), coalesce(l.missed, 0), coalesce(l.opened, 0)
FROM backlog b JOIN city_unit u ON u.code = b.unit_id LEFT JOIN lately l ON l.unit_id = b.unit_id
ORDER BY b.open DESC, u.path
"""  # noqa: S608 (only constants)
BACKLOG_SERIES = """
SELECT (t.day + %(width)s::interval)::date - 1,
       sum(sum(t.opened) - sum(t.closed)) OVER (ORDER BY t.day), sum(t.opened)
FROM serve_tally t
WHERE t.span = %(span)s AND (%(unit)s = '' OR t.unit_id = %(unit)s)
GROUP BY t.day ORDER BY t.day
"""
ON_TIME_DAYS = timedelta(days=30)
DRAWN = {"day": timedelta(days=3 * 366), "month": timedelta(days=30 * 366)}
"""How long a history may be to be drawn by days, or by months; a longer one is drawn by years."""


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """What lies with a unit on a day, and how it kept its promises in the thirty days before."""

    unit: str
    name: str
    open: int
    on_time: int
    missed: int
    opened: int

    @property
    def share(self) -> float | None:
        """Promises kept of those decided, as a share; None without any."""
        judged = self.on_time + self.missed
        return self.on_time / judged if judged else None


def backlog_by_area(day: date, *, unit: str = "") -> dict[str, int]:
    """How many requests were open at the end of a day, by area ("" where the place is not known)."""
    with connection.cursor() as cursor:
        cursor.execute(BACKLOG_AREAS, {"day": day, "unit": unit})
        return {area: int(count) for area, count in cursor.fetchall()}


def load_by_unit(day: date) -> list[UnitLoad]:
    """Backlog and promises kept by unit at the end of a day, the largest backlog first."""
    with connection.cursor() as cursor:
        cursor.execute(BACKLOG_UNITS, {"day": day, "since": day - ON_TIME_DAYS})
        rows = cursor.fetchall()
    return [
        UnitLoad(row[0], in_language(row[1], row[2]), int(row[3]), int(row[4]), int(row[5]), int(row[6]))
        for row in rows
    ]


def history_began() -> date | None:
    """The first day anything was counted on."""
    return Tally.objects.filter(span="day").order_by("day").values_list("day", flat=True).first()


def backlog_series(*, unit: str = "") -> list[tuple[date, int, int]]:
    """Day, requests open at its end, requests opened since the day before in the list.

    A long history is told by the last days of months or years, the present one by today.
    """
    today = localdate(now())
    length = today - (history_began() or today)
    span = next((span for span, most in DRAWN.items() if length <= most), "year")
    with connection.cursor() as cursor:
        cursor.execute(BACKLOG_SERIES, {"span": span, "width": f"1 {span}", "unit": unit})
        rows = cursor.fetchall()
    return [(min(day, today), int(backlog), int(opened)) for day, backlog, opened in rows]


POINTS = 1500
"""How many requests a map is sent at most."""
NEAREST = 20_000
"""How many of the newest open requests are searched for those in a box."""


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """An open request as a map shows it."""

    id: int
    reference: str
    service: str
    lat: float
    lon: float
    opened_at: datetime
    missed_at: datetime | None


def open_at(
    moment: datetime,
    *,
    paths: Sequence[str],
    box: tuple[float, float, float, float] | None = None,
    unit: str = "",
    limit: int = POINTS,
) -> list[OpenPoint]:
    """The newest requests with a place that were open at a moment, in a box (west, south, east, north).

    Only those of the units below `paths`, because a place can tell who asked.
    """
    found = Request.objects.filter(opened_at__lte=moment, lat__isnull=False, unit_id__in=units_within(paths))
    found = found.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=moment)).order_by("-opened_at", "-id")
    if unit:
        found = found.filter(unit_id=unit)
    if box is not None:
        west, south, east, north = box
        newest = found.values("id")[:NEAREST]
        found = Request.objects.filter(
            id__in=newest, lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north
        ).order_by("-opened_at", "-id")
    rows = found.values_list("id", "reference", "service_id", "lat", "lon", "opened_at", "missed_at")[:limit]
    labels = {service.pk: service.label for service in Service.objects.all()}
    return [
        OpenPoint(number, reference, labels[service], lat, lon, opened_at, missed_at)
        for number, reference, service, lat, lon, opened_at, missed_at in rows
        if lat is not None and lon is not None
    ]
