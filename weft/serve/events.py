"""Facts about requests; who asked is never in them."""

from dataclasses import dataclass
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from weft.kit.events import Event, Ref, kind

RequestRef = Annotated[int, Ref("request")]
ServiceRef = Annotated[str, Ref("service")]


@kind
@dataclass(frozen=True, kw_only=True)
class RequestOpened(Event):
    """Somebody asked the city for a service."""

    says = _("Request received")
    request_id: RequestRef
    service: ServiceRef
    channel: str


@kind
@dataclass(frozen=True, kw_only=True)
class RequestClosed(Event):
    """A request was answered; `on_time` is None where the city had promised no time."""

    says = _("Request answered and closed")
    request_id: RequestRef
    service: ServiceRef
    outcome: str
    on_time: bool | None = None


@kind
@dataclass(frozen=True, kw_only=True)
class PromiseMissed(Event):
    """The promised time passed and the request was still open."""

    says = _("Promised time passed")
    request_id: RequestRef
    service: ServiceRef
