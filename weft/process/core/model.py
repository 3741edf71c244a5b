"""The parsed BPMN model: immutable, flat by id, knowing what runs and what is only drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

_K = TypeVar("_K")
_V = TypeVar("_V")

NOTHING: Mapping[str, Any] = MappingProxyType({})
"""No variables."""


def nothing() -> Mapping[str, Any]:
    """The empty mapping, as a default of a dataclass."""
    return NOTHING


def frozen(items: dict[_K, _V]) -> Mapping[_K, _V]:
    """A mapping that nobody can change."""
    return MappingProxyType(items)


class Kind(StrEnum):
    """What a flow node is, in the word of the BPMN schema."""

    START = "startEvent"
    END = "endEvent"
    THROW = "intermediateThrowEvent"
    CATCH = "intermediateCatchEvent"
    BOUNDARY = "boundaryEvent"
    TASK = "task"
    USER_TASK = "userTask"
    MANUAL_TASK = "manualTask"
    SERVICE_TASK = "serviceTask"
    SEND_TASK = "sendTask"
    RECEIVE_TASK = "receiveTask"
    SCRIPT_TASK = "scriptTask"
    BUSINESS_RULE_TASK = "businessRuleTask"
    SUB_PROCESS = "subProcess"
    TRANSACTION = "transaction"
    AD_HOC = "adHocSubProcess"
    CALL_ACTIVITY = "callActivity"
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"
    INCLUSIVE = "inclusiveGateway"
    EVENT_BASED = "eventBasedGateway"
    COMPLEX = "complexGateway"


EVENTS = frozenset({Kind.START, Kind.END, Kind.THROW, Kind.CATCH, Kind.BOUNDARY})
GATEWAYS = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE, Kind.EVENT_BASED, Kind.COMPLEX})
CONTAINERS = frozenset({Kind.SUB_PROCESS, Kind.TRANSACTION, Kind.AD_HOC})
ACTIVITIES = frozenset(Kind) - EVENTS - GATEWAYS
PEOPLES_TASKS = frozenset({Kind.USER_TASK, Kind.MANUAL_TASK})


class FieldType(StrEnum):
    """How a field of a task's form is filled in."""

    TEXT = "text"
    CHOICE = "choice"
    BOOLEAN = "boolean"


def _pick(english: str, french: str, language: str) -> str:
    return french if french and language.startswith("fr") else english


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer of a choice."""

    value: str
    label: str
    label_fr: str = ""

    def labelled(self, language: str) -> str:
        return _pick(self.label, self.label_fr, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a user task's form; its id is the name of the variable it fills."""

    id: str
    label: str
    label_fr: str = ""
    type: FieldType = FieldType.TEXT
    required: bool = False
    options: tuple[Option, ...] = ()

    def labelled(self, language: str) -> str:
        return _pick(self.label, self.label_fr, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDefinition:
    """What an event waits for or sends: "message", "timer", "terminate", ..."""

    kind: str
    ref: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A flow node: event, activity or gateway."""

    id: str
    kind: Kind
    name: str = ""
    name_fr: str = ""
    documentation: str = ""
    documentation_fr: str = ""
    line: int = 0
    process: str = ""
    parent: str | None = None
    lane: str | None = None
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default: str | None = None
    events: tuple[EventDefinition, ...] = ()
    attached_to: str | None = None
    interrupting: bool = True
    loop: str = ""
    by_event: bool = False
    compensation: bool = False
    calls: str = ""
    script: str = ""
    fields: tuple[Field, ...] = ()
    says: str = ""
    says_fr: str = ""
    extra: Mapping[str, str] = field(default_factory=nothing)

    @property
    def is_peoples_task(self) -> bool:
        return self.kind in PEOPLES_TASKS

    def named(self, language: str) -> str:
        """The name in that language, the id when it has none."""
        return _pick(self.name, self.name_fr, language) or self.id

    def explained(self, language: str) -> str:
        """What to do here, in that language ("" if nothing is said)."""
        return _pick(self.documentation, self.documentation_fr, language)

    def told(self, language: str) -> str:
        """The plain sentence for the requester while the case is here ("" if there is none)."""
        return _pick(self.says, self.says_fr, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A sequence flow."""

    id: str
    source: str
    target: str
    name: str = ""
    name_fr: str = ""
    condition: str = ""
    language: str = ""
    line: int = 0
    process: str = ""
    parent: str | None = None
    extra: Mapping[str, str] = field(default_factory=nothing)

    def named(self, language: str) -> str:
        """The label in that language, "" when it has none."""
        return _pick(self.name, self.name_fr, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Who works: a role in a unit. A nested lane takes over what its parent says."""

    id: str
    name: str = ""
    name_fr: str = ""
    role: str = ""
    unit: str = ""
    process: str = ""
    parent: str | None = None
    nodes: tuple[str, ...] = ()
    line: int = 0
    extra: Mapping[str, str] = field(default_factory=nothing)

    def named(self, language: str) -> str:
        """The name in that language, the id when it has none."""
        return _pick(self.name, self.name_fr, language) or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process of the file."""

    id: str
    name: str = ""
    name_fr: str = ""
    documentation: str = ""
    documentation_fr: str = ""
    executable: bool = False
    line: int = 0
    extra: Mapping[str, str] = field(default_factory=nothing)

    def named(self, language: str) -> str:
        """The name in that language, the id when it has none."""
        return _pick(self.name, self.name_fr, language) or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is drawn beside the flow: pools, message flows, data, annotations, groups, associations."""

    id: str
    kind: str
    name: str = ""
    name_fr: str = ""
    text: str = ""
    source: str = ""
    target: str = ""
    process: str = ""
    line: int = 0
    extra: Mapping[str, str] = field(default_factory=nothing)

    def named(self, language: str) -> str:
        """The name in that language, "" when it has none."""
        return _pick(self.name, self.name_fr, language)


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle of the drawing."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Where an element is drawn."""

    element: str
    bounds: Bounds
    label: Bounds | None = None
    expanded: bool = True
    horizontal: bool = True
    marker: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """How a flow is drawn."""

    element: str
    waypoints: tuple[tuple[float, float], ...]
    label: Bounds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """One drawing of the file; `plane` is the process or collaboration it shows."""

    id: str = ""
    plane: str = ""
    shapes: Mapping[str, Shape] = field(default_factory=nothing)
    edges: Mapping[str, Edge] = field(default_factory=nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A whole BPMN file. Ids are unique in it, so everything is found by id, nested or not."""

    id: str
    name: str
    main: str
    processes: Mapping[str, Process]
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]
    lanes: Mapping[str, Lane]
    beside: Mapping[str, Beside]
    diagrams: tuple[Diagram, ...]
    exporter: str = ""

    @property
    def process(self) -> Process:
        """The process of this file that runs."""
        return self.processes[self.main]

    def lane_of(self, element_id: str) -> Lane | None:
        """The innermost lane the element stands in."""
        lane = self.elements[element_id].lane
        return self.lanes[lane] if lane else None

    def within(self, parent: str | None, *, process: str | None = None) -> tuple[Element, ...]:
        """The flow nodes directly inside a sub-process, or at the top of a process (None)."""
        process = process or self.main
        return tuple(e for e in self.elements.values() if e.parent == parent and e.process == process)

    def tasks(self) -> tuple[Element, ...]:
        """The tasks of people in the process that runs, in the order of the file."""
        return tuple(e for e in self.elements.values() if e.is_peoples_task and e.process == self.main)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing the model asks for that is not done; `stops` says whether it must not be deployed so."""

    element: str
    name: str
    line: int
    reason: str
    instead: str
    stops: bool = True

    def __str__(self) -> str:
        what = f'"{self.name}"' if self.name else self.element
        return f"line {self.line}: {what}: {self.reason} {self.instead}".strip()
