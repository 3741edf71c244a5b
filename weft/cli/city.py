"""Loading a city folder with a progress bar, and the log-ins of a demonstration."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from weft.config.options import kept_secret
from weft.kit.errors import Refusal


@dataclass(frozen=True, kw_only=True)
class Login:
    """Somebody a visitor of the demonstration may be."""

    username: str
    password: str
    name: str
    role: str

    def row(self) -> tuple[str, str, str, str]:
        """As a line of the table."""
        return (self.username, self.password, self.name, self.role)


def load_city(folder: Path, *, shift_to_now: bool) -> None:
    """Load a city folder and tell what was loaded."""
    if not (folder / "city.toml").is_file():
        raise Refusal(f"{folder} is not a city folder: it has no city.toml.")
    raise Refusal("City folders cannot be loaded yet.")


def demonstrate(folder: Path, *, data: Path) -> list[Login]:
    """Load the demonstration once, moved to now; the log-ins that may be tried."""
    marker = data / "demonstration"
    told = _told(folder)
    if not (marker.exists() and marker.read_text(encoding="utf-8") == told):
        load_city(folder, shift_to_now=True)
        marker.write_text(told, encoding="utf-8")
    return _logins(kept_secret(data / "demo-password", characters=16))


def _told(folder: Path) -> str:
    """What a second start needs to know to skip looking through the folder: its files and the database."""
    from django.db import connection

    files = sorted(path for path in folder.rglob("*") if path.is_file())
    known = [(str(path.relative_to(folder)), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier::text, current_database() FROM pg_control_system()")
        database = cursor.fetchone()
    return hashlib.sha256(json.dumps([known, database]).encode()).hexdigest()


def _logins(password: str) -> list[Login]:
    """The demonstration's people; their password is set anew only when it is not theirs."""
    from weft.city.models import Person
    from weft.city.services import set_demonstration_password
    from weft.kit.access import SYSTEM

    people = Person.objects.filter(demonstration=True)
    hashes = set(people.values_list("password", flat=True))
    first = people.first()
    if len(hashes) != 1 or first is None or not first.check_password(password):
        set_demonstration_password(password, by=SYSTEM)
    return [
        Login(username=person.username, password=password, name=person.name, role=_roles(person))
        for person in people.prefetch_related("appointments__role").order_by("username")
    ]


def _roles(person: object) -> str:
    appointments = person.appointments.all()  # type: ignore[attr-defined]
    return ", ".join(sorted({str(appointment.role.label) for appointment in appointments}))
