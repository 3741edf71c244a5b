"""Facts about people and keys."""

from dataclasses import dataclass
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from weft.kit.events import Event, Ref, kind

PersonRef = Annotated[int, Ref("person")]


@kind
@dataclass(frozen=True, kw_only=True)
class PersonAdded(Event):
    """Somebody was given a log-in and a role."""

    says = _("Log-in made")
    person_id: PersonRef
    role: str


@kind
@dataclass(frozen=True, kw_only=True)
class TokenCreated(Event):
    """Another system was given a key."""

    says = _("API token made")
    token_id: Annotated[int, Ref("token")]
    role: str
