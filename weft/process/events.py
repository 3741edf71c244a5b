"""Facts about cases and tasks."""

from dataclasses import dataclass
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from weft.kit.events import Event, Ref, kind

CaseRef = Annotated[int, Ref("case")]
TaskRef = Annotated[int, Ref("task")]
RequestRef = Annotated[str | None, Ref("request", "subject")]
AlertRef = Annotated[str | None, Ref("alert", "subject")]


@kind
@dataclass(frozen=True, kw_only=True)
class ProcessDeployed(Event):
    """A version of a process became the one new cases run."""

    says = _("Process version deployed")
    process: Annotated[str, Ref("process")]
    version_id: Annotated[int, Ref("version")]
    number: int


@dataclass(frozen=True, kw_only=True)
class CaseEvent(Event):
    """Something happened in a case, about its subject."""

    case_id: CaseRef
    request_id: RequestRef = None
    alert_id: AlertRef = None


@kind
@dataclass(frozen=True, kw_only=True)
class CaseOpened(CaseEvent):
    """A case of a process version began."""

    says = _("Case opened")
    version_id: Annotated[int, Ref("version")]


@kind
@dataclass(frozen=True, kw_only=True)
class TaskOpened(CaseEvent):
    """A step waits for a role at a unit."""

    says = _("Step reached")
    task_id: TaskRef
    element: str
    role: str


@kind
@dataclass(frozen=True, kw_only=True)
class TaskDone(CaseEvent):
    """Somebody did a step."""

    says = _("Step done")
    task_id: TaskRef
    element: str
    role: str


@kind
@dataclass(frozen=True, kw_only=True)
class CaseClosed(CaseEvent):
    """The case reached its end; `answer` is not here because it may hold personal data."""

    says = _("Case closed")
    how: str = ""
