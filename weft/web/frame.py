"""What every page needs for its frame: where one may go, who one is, what concerns now."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from weft.city.models import Profile
from weft.config.options import current
from weft.kit.access import NOBODY, Actor
from weft.kit.language import in_language


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the rail."""

    url: str
    name: str
    icon: str
    current: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the person's menu."""

    url: str
    name: str


BELONGS = [
    ("/ask/", "/"),
    ("/track/", "/"),
    ("/requests/", "/requests/"),
    ("/tasks/", "/tasks/"),
    ("/cases/", "/tasks/"),
    ("/city/", "/city/"),
    ("/things/", "/city/"),
    ("/alerts/", "/city/"),
    ("/govern/", "/govern/"),
]
"""Which place of the rail an address belongs to."""


def places_for(actor: Actor, path: str) -> list[Place]:
    """The places that exist and that the actor may go to."""
    offered = [
        ("/", _("Portal"), "portal", None),
        ("/requests/", _("Requests"), "requests", "requests.see"),
        ("/tasks/", _("Tasks"), "tasks", "tasks.work"),
        ("/city/", _("City"), "city", "city.see"),
        ("/govern/", _("Govern"), "govern", "govern.see"),
    ]
    allowed = [place for place in offered if place[3] is None or actor.may(place[3])]
    here = next((place for start, place in BELONGS if path.startswith(start)), "/" if path == "/" else "")
    return [Place(url, name, icon, url == here) for url, name, icon, _needed in allowed]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the base template (docs/looks.md): city, places, person, person_links, notice, tiles."""
    actor: Actor = getattr(request, "actor", NOBODY)
    city: Profile | None = getattr(request, "city", None)
    notice, sources = "", ""
    if city is not None:
        said = in_language(city.notice, city.notice_fr)
        notice, _blank, sources = (part.strip() for part in said.strip().partition("\n\n"))
    return {
        "city": {
            "name": "" if city is None else in_language(city.name, city.name_fr),
            "sources": sources,
            "lat": city.lat if city else 0,
            "lon": city.lon if city else 0,
        },
        "places": places_for(actor, request.path),
        "person": {"name": actor.name or _("Signed in"), "detail": ""} if actor.is_known else None,
        "person_links": [Link("/password/", _("Change password"))] if actor.key.startswith("person:") else [],
        "notice": notice,
        "tiles": current().tiles,
    }
