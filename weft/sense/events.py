"""Facts about limits; observations themselves are too many to be events."""

from dataclasses import dataclass
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from weft.kit.events import Event, Ref, kind

AlertRef = Annotated[int, Ref("alert")]
ThingRef = Annotated[int, Ref("thing")]
DatastreamRef = Annotated[int, Ref("datastream")]


@kind
@dataclass(frozen=True, kw_only=True)
class AlertOpened(Event):
    """A result crossed a limit."""

    says = _("Limit crossed: alert opened")
    alert_id: AlertRef
    thing_id: ThingRef
    datastream_id: DatastreamRef
    result: float
    value: float


@kind
@dataclass(frozen=True, kw_only=True)
class AlertClosed(Event):
    """The results came back within the limit."""

    says = _("Back within the limit: alert closed")
    alert_id: AlertRef
    thing_id: ThingRef
    datastream_id: DatastreamRef
    result: float
