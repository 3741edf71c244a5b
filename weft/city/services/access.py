"""Log-ins and tokens."""

import secrets

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from weft.city.events import PersonAdded, TokenCreated
from weft.city.models import ApiToken, Appointment, Person, Role, Unit
from weft.city.queries import token_digest, zone
from weft.kit.access import Actor, require
from weft.kit.clock import now
from weft.kit.errors import Conflict, Invalid, NotFound
from weft.kit.events import publish


def find_post(role: str, unit: str | None) -> tuple[Role, Unit]:
    """The role and the unit (without one, the whole city), or a refusal that lists what there is."""
    found = Role.objects.filter(pk=role).first()
    if found is None:
        known = (
            ", ".join(Role.objects.order_by("pk").values_list("pk", flat=True)) or "none: load a city first"
        )
        raise NotFound(f"There is no role “{role}”. The roles are: {known}.", field="role")
    place = Unit.objects.filter(pk=unit).first() if unit else Unit.objects.filter(parent=None).first()
    if place is None:
        raise NotFound(
            f"There is no unit “{unit or ''}”. Load a city first, or name one of its units.", field="unit"
        )
    return found, place


@transaction.atomic
def add_person(
    username: str, *, password: str, role: str, by: Actor, unit: str | None = None, name: str = ""
) -> int:
    """Give somebody a log-in and a role from today; returns the person's id."""
    require(by, "admin")
    found, place = find_post(role, unit)
    person = Person(username=username.strip(), name=name or username)
    if not person.username:
        raise Invalid("A log-in name is needed.", field="username")
    try:
        validate_password(password, user=person)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="password") from None
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise Conflict(f"There is a log-in “{person.username}” already.", field="username") from None
    at = now()
    Appointment.objects.create(person=person, role=found, unit=place, start=at.astimezone(zone()).date())
    publish(PersonAdded(at=at, unit=place.code, person_id=person.pk, role=found.code), by=by)
    return person.pk


@transaction.atomic
def create_token(name: str, *, role: str, by: Actor, unit: str | None = None) -> str:
    """Make an API token that acts in a role; the token is returned once and never kept."""
    require(by, "admin")
    found, place = find_post(role, unit)
    token = f"weft_{secrets.token_urlsafe(32)}"
    try:
        with transaction.atomic():
            row = ApiToken.objects.create(
                name=name, digest=token_digest(token), role=found, unit=place, created_at=now()
            )
    except IntegrityError:
        raise Conflict(f"There is a token “{name}” already.", field="name") from None
    publish(TokenCreated(at=row.created_at, unit=place.code, token_id=row.pk, role=found.code), by=by)
    return token


@transaction.atomic
def set_demonstration_password(password: str, *, by: Actor) -> list[tuple[str, str, str]]:
    """Give every demonstration person this password; returns (log-in, name, roles) for each."""
    require(by, "admin")
    people = Person.objects.filter(demonstration=True).order_by("username")
    people.update(password=make_password(password))
    return [
        (person.username, person.name, ", ".join(sorted({a.role.label for a in person.appointments.all()})))
        for person in people.prefetch_related("appointments__role")
    ]
