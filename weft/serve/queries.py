"""What requests tell: the catalogue, lists by key, one request, the backlog by day, unit and area."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weft.city.models import Sector, Service
from weft.kit.access import Actor
from weft.kit.errors import NotFound
from weft.process.queries import works_on
from weft.serve.models import Request


def french() -> bool:
    """Whether the reader reads French."""
    return (get_language() or "").startswith("fr")


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
  AND (strict_word_similarity(q.words, t.names) > 0.45
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
    extra: dict[str, Any] = field(default_factory=dict)


def visible(actor: Actor, permission: str = "requests.see") -> list[str]:
    """The unit paths whose requests the actor may see."""
    return actor.scope(permission)


def requests(asked: Filter, *, after: tuple[datetime, int] | None = None, limit: int = 50) -> list[Request]:
    """Requests, newest first, from the key (opened_at, id) on."""
    found = Request.objects.select_related("service", "unit", "area").order_by("-opened_at", "-id")
    if "" not in asked.paths:
        reach = Q(pk__in=[])
        for path in asked.paths:
            reach |= Q(unit__path__startswith=path)
        found = found.filter(reach)
    if asked.unit:
        found = found.filter(unit_id=asked.unit)
    if asked.service:
        found = found.filter(service_id=asked.service)
    if asked.area:
        found = found.filter(area_id=asked.area)
    if asked.status == "open":
        found = found.filter(closed_at=None)
    elif asked.status == "late":
        found = found.filter(closed_at=None, missed_at__isnull=False)
    elif asked.status == "closed":
        found = found.filter(closed_at__isnull=False)
    if asked.judged and asked.since and asked.until:
        found = judged_between(found, asked.judged, since=asked.since, until=asked.until)
    elif asked.since and asked.until:
        found = found.filter(opened_at__gte=asked.since, opened_at__lt=asked.until)
    if after is not None:
        found = found.extra(
            where=["(serve_request.opened_at, serve_request.id) < (%s, %s)"], params=list(after)
        )
    return list(found[:limit])


def judged_between(found: Any, judged: str, *, since: datetime, until: datetime) -> Any:
    """The requests whose promise was kept, or missed, between two moments (see `core.kept`)."""
    if judged == "kept":
        return found.filter(
            closed_at__gte=since, closed_at__lt=until, due_at__isnull=False, missed_at__isnull=True
        )
    return found.filter(missed_at__gte=since, missed_at__lt=until)


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
    if actor.may("requests.see", unit=found.unit.path):
        return True
    return actor.may("requests.see") and found.case_id is not None and works_on(actor, found.case_id)


def tracked(reference: str, secret: str) -> Request:
    """The request a tracking address opens; `NotFound` for anything but the exact secret."""
    found = Request.objects.select_related("service", "unit", "area").filter(reference=reference).first()
    if found is None or not found.secret or found.secret != secret:
        raise NotFound(_("There is no request under this address."))
    return found


BACKLOG_AREAS = """
SELECT area_id, sum(opened) - sum(closed) FROM serve_tally
WHERE day <= %(day)s AND (%(unit)s = '' OR unit_id = %(unit)s)
GROUP BY area_id
"""
BACKLOG_UNITS = """
SELECT t.unit_id, u.name, u.name_fr,
       sum(t.opened) - sum(t.closed),
       coalesce(sum(t.on_time) FILTER (WHERE t.day > %(since)s), 0),
       coalesce(sum(t.missed) FILTER (WHERE t.day > %(since)s), 0),
       coalesce(sum(t.opened) FILTER (WHERE t.day > %(since)s), 0)
FROM serve_tally t JOIN city_unit u ON u.code = t.unit_id
WHERE t.day <= %(day)s
GROUP BY 1, 2, 3 ORDER BY 4 DESC
"""
BACKLOG_DAYS = """
SELECT day, sum(sum(opened) - sum(closed)) OVER (ORDER BY day), sum(opened) FROM serve_tally
WHERE (%(unit)s = '' OR unit_id = %(unit)s)
GROUP BY day ORDER BY day
"""
ON_TIME_DAYS = timedelta(days=30)


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
        UnitLoad(row[0], (french() and row[2]) or row[1], int(row[3]), int(row[4]), int(row[5]), int(row[6]))
        for row in rows
    ]


def backlog_by_day(*, unit: str = "") -> list[tuple[date, int, int]]:
    """Day, requests open at its end, requests opened in it; days on which nothing happened are left out."""
    with connection.cursor() as cursor:
        cursor.execute(BACKLOG_DAYS, {"unit": unit})
        return [(day, int(backlog), int(opened)) for day, backlog, opened in cursor.fetchall()]


def open_at(
    moment: datetime,
    *,
    box: tuple[float, float, float, float] | None = None,
    unit: str = "",
    limit: int = 1500,
) -> list[Request]:
    """The newest requests with a place that were open at a moment, in a box (west, south, east, north)."""
    found = Request.objects.filter(opened_at__lte=moment, lat__isnull=False).exclude(closed_at__lte=moment)
    if unit:
        found = found.filter(unit_id=unit)
    if box is not None:
        west, south, east, north = box
        found = found.filter(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
    return list(found.select_related("service").order_by("-opened_at", "-id")[:limit])
