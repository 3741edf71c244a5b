"""Facts about measures and targets."""

from dataclasses import dataclass
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from weft.kit.events import Event, Ref, kind


@kind
@dataclass(frozen=True, kw_only=True)
class TargetSet(Event):
    """A target was set for a measure, from a month on."""

    says = _("Target set")
    measure: Annotated[str, Ref("measure")]
    value: float
    start: str
