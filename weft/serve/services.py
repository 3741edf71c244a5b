"""What changes a request: it is opened, it is answered and closed, its promised time passes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from weft.city.models import Service
from weft.city.queries import area_at, profile, promise, zone
from weft.kit.access import Actor
from weft.kit.clock import now
from weft.kit.errors import Invalid, NotFound
from weft.kit.events import publish
from weft.process.services import start_case
from weft.serve import core
from weft.serve.events import PromiseMissed, RequestClosed, RequestOpened
from weft.serve.models import Contact, Request

MAX_WORDS = 4000
MISS_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asks for, as they said it."""

    service: str
    words: str = ""
    address: str = ""
    lat: float | None = None
    lon: float | None = None
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    channel: str = "web"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the requester gets: a reference, the secret of the tracking page, and the promise."""

    id: int
    reference: str
    secret: str
    due_at: datetime | None


@transaction.atomic
def open_request(asked: Asked, *, by: Actor) -> Receipt:
    """Take a request: find its area, unit and promise, open its case, and tell the log; one transaction.

    Raises `Invalid` naming the field: an unknown service, too little or too much said, a place outside the city.
    """
    service = Service.objects.select_related("unit").filter(pk=asked.service).first()
    if service is None:
        raise Invalid(_("Please choose what you need."), field="service")
    check(asked, service=service)
    at = now()
    area = None if asked.lat is None or asked.lon is None else area_of(asked.lat, asked.lon)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('serve_request', 'id'))")
        (number,) = cursor.fetchone()
    request = Request.objects.create(
        id=number,
        reference=core.new_reference(number),
        secret=core.new_secret(),
        service=service,
        unit=service.unit,
        area_id=area,
        channel=asked.channel,
        words=asked.words.strip(),
        address=asked.address.strip(),
        lat=asked.lat,
        lon=asked.lon,
        contact=keep_contact(asked, at=at),
        opened_at=at,
        due_at=promise(service, opened_at=at),
    )
    opened = RequestOpened(
        at=at, unit=service.unit_id, request_id=request.pk, service=service.code, channel=asked.channel
    )
    publish(opened, by=by)
    tally(request, "opened", at=at)
    request.case_id = start_case(
        service.process,
        service=service.code,
        unit=service.unit_id,
        subject_type="request",
        subject_id=str(request.pk),
        subject=request.reference,
        area=area,
        due_at=request.due_at,
        by=by,
    )
    request.save(update_fields=["case_id"])
    return Receipt(id=request.pk, reference=request.reference, secret=request.secret, due_at=request.due_at)


def check(asked: Asked, *, service: Service) -> None:
    """Refuse what cannot be worked with, naming the field."""
    if len(asked.words.strip()) < 3:
        raise Invalid(_("Please say in a few words what is wrong or what you need."), field="words")
    if len(asked.words) > MAX_WORDS:
        raise Invalid(_("Please say it in %d characters or fewer.") % MAX_WORDS, field="words")
    if max(len(asked.address), len(asked.name), len(asked.email), len(asked.phone)) > 300:
        raise Invalid(_("One of the answers is too long."), field="address")
    if (asked.lat is None) != (asked.lon is None):
        raise Invalid(_("The place on the map is not complete. Please set it again."), field="place")
    if service.asks_place and asked.lat is None and not asked.address.strip():
        raise Invalid(_("Please show the place on the map or write its address."), field="place")
    if asked.lat is not None and asked.lon is not None and area_of(asked.lat, asked.lon) is None:
        raise Invalid(_("This place lies outside the city. Please set it inside."), field="place")
    if asked.email and ("@" not in asked.email or " " in asked.email.strip()):
        raise Invalid(_("This does not look like a mail address."), field="email")


def area_of(lat: float, lon: float) -> str | None:
    """The area the city reports by at this point; `Invalid` for what is no point on Earth."""
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Invalid(_("The place on the map is not complete. Please set it again."), field="place")
    return area_at(lat, lon, kind=profile().area_kind)


def keep_contact(asked: Asked, *, at: datetime) -> Contact | None:
    """Keep who asked, apart from the request; nobody, when they said nothing about themselves."""
    if not (asked.name.strip() or asked.email.strip() or asked.phone.strip()):
        return None
    return Contact.objects.create(
        name=asked.name.strip(),
        email=asked.email.strip(),
        phone=asked.phone.strip(),
        language=asked.language,
        created_at=at,
    )


@transaction.atomic
def close_request(request_id: int, *, answer: str, outcome: str = "resolved", by: Actor) -> None:
    """Answer the requester and close the request; `Conflict` when it is closed already."""
    request = Request.objects.select_for_update().filter(pk=request_id).first()
    if request is None:
        raise NotFound(_("There is no such request."))
    core.move(core.status_of(request.closed_at), core.Status.CLOSED)
    at = now()
    if request.due_at is not None and request.missed_at is None and at > request.due_at:
        miss(request, by=by)
    request.closed_at, request.answer, request.outcome = at, answer, outcome
    request.save(update_fields=["closed_at", "answer", "outcome"])
    on_time = core.kept(at, due_at=request.due_at, missed_at=request.missed_at)
    closed = RequestClosed(
        at=at,
        unit=request.unit_id,
        request_id=request.pk,
        service=request.service_id,
        outcome=outcome,
        on_time=on_time,
    )
    publish(closed, by=by)
    tally(request, "closed", at=at)
    if on_time:
        tally(request, "on_time", at=at)


def miss(request: Request, *, by: Actor) -> None:
    """Put on record that the promised time passed; the request's row is locked by the caller."""
    if request.due_at is None or request.missed_at is not None:
        return
    request.missed_at = request.due_at
    request.save(update_fields=["missed_at"])
    missed = PromiseMissed(
        at=request.due_at, unit=request.unit_id, request_id=request.pk, service=request.service_id
    )
    publish(missed, by=by)
    tally(request, "missed", at=request.due_at)


@transaction.atomic
def miss_promises(*, by: Actor) -> int:
    """Put on record every promise whose time has passed, a batch at a time; returns how many."""
    late = (
        Request.objects.select_for_update(skip_locked=True)
        .filter(closed_at=None, missed_at=None, due_at__lt=now())
        .order_by("due_at")[:MISS_BATCH]
    )
    count = 0
    for request in late:
        miss(request, by=by)
        count += 1
    return count


COUNT_ONE = """
INSERT INTO serve_tally (span, day, unit_id, area_id, opened, closed, on_time, missed)
SELECT span, date_trunc(span, %(day)s::date)::date, %(unit)s, %(area)s,
       %(opened)s, %(closed)s, %(on_time)s, %(missed)s
FROM (VALUES ('year'), ('month'), ('day')) AS each(span)
ON CONFLICT (span, day, unit_id, area_id) DO UPDATE
SET opened = serve_tally.opened + excluded.opened, closed = serve_tally.closed + excluded.closed,
    on_time = serve_tally.on_time + excluded.on_time, missed = serve_tally.missed + excluded.missed
"""
"""The year first: acts that count on several days wait for one another there, and never in a ring."""
Column = Literal["opened", "closed", "on_time", "missed"]


def tally(request: Request, column: Column, *, at: datetime) -> None:
    """Count one act in the rows of its day, month and year, in the caller's transaction."""
    counts = dict.fromkeys(("opened", "closed", "on_time", "missed"), 0) | {column: 1}
    day = at.astimezone(zone()).date()
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT_ONE, {"day": day, "unit": request.unit_id, "area": request.area_id or "", **counts}
        )
