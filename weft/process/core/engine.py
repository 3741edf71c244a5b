"""The token game: what happened to a case gives its next state and the effects to carry out.

`step` is a pure function. The state holds where the tokens are and the data, never the history, so a
step costs the same on the first day of a case and on its ten-thousandth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

from weft.process.core import feel
from weft.process.core.errors import BadData, BadState, CaseOver, CoreError, EndlessLoop, UnknownWork
from weft.process.core.model import NOTHING, Element, Flow, Kind, Model, frozen, nothing

Data: TypeAlias = Mapping[str, Any]

STATE_VERSION = 1
MAX_MOVES = 10_000
MAX_TOKENS = 20_000
MAX_DEPTH = 20


# --- what a case is between two steps ---


class Status(StrEnum):
    """How a case stands."""

    RUNNING = "running"
    STUCK = "stuck"
    COMPLETED = "completed"
    TERMINATED = "terminated"
    CANCELLED = "cancelled"


class Wait(StrEnum):
    """What a resting token waits for."""

    TASK = "task"
    CALL = "call"
    JOIN = "join"
    INSIDE = "inside"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A resting token. Its id is the id of the task, call or incident it waits for."""

    id: str
    element: str
    waits: Wait
    scope: str | None = None
    arrived: tuple[tuple[str, int], ...] = ()
    inside: int = 0
    again: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All that is kept of a running case: where it stands and its data. Store it with `to_json`.

    `passed` holds the elements left and the flows taken so far, each once: it cannot outgrow the model.
    """

    process: str
    status: Status
    tokens: Mapping[str, Token]
    data: Data
    counter: int
    passed: frozenset[str] = frozenset()

    @property
    def over(self) -> bool:
        """True when nothing more can happen to the case."""
        return self.status in (Status.COMPLETED, Status.TERMINATED, Status.CANCELLED)


# --- what can happen to it ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The case begins; `at` names the start event when the process has several."""

    data: Data = field(default_factory=nothing)
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCompleted:
    """A person finished a task; `data` is what they filled in."""

    task_id: str
    data: Data = field(default_factory=nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered:
    """A called service answered."""

    call_id: str
    data: Data = field(default_factory=nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFailed:
    """A called service gave up; the case waits with an incident."""

    call_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """Somebody has mended the cause of an incident (perhaps with other data) and lets the case go on."""

    incident_id: str
    data: Data = field(default_factory=nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """Somebody ends the case by hand."""

    reason: str = ""


Happened: TypeAlias = Started | TaskCompleted | CallAnswered | CallFailed | Retried | Cancelled


# --- what follows from it ---


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementEntered:
    """A token came to an element (by this flow)."""

    element: str
    flow: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementLeft:
    """A token went on from an element, or ended there."""

    element: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOpened:
    """Somebody of this role in this unit has something to do. `task_id` is unique within the case."""

    task_id: str
    element: str
    name: str
    name_fr: str
    lane: str | None
    role: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWithdrawn:
    """An open task is no longer to be done: the case, or its part of it, was ended."""

    task_id: str
    element: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCalled:
    """A service is to be called with `data`; answer with `CallAnswered` or `CallFailed`."""

    call_id: str
    element: str
    calls: str
    data: Data


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWithdrawn:
    """Nobody waits for the answer of this call any more."""

    call_id: str
    element: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRaised:
    """The case cannot go on here until somebody helps; answer with `Retried` or `Cancelled`."""

    incident_id: str
    element: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEnded:
    """The case is over: completed, terminated (by a terminate end event) or cancelled."""

    how: Status


Effect: TypeAlias = (
    ElementEntered
    | ElementLeft
    | TaskOpened
    | TaskWithdrawn
    | ServiceCalled
    | CallWithdrawn
    | IncidentRaised
    | CaseEnded
)


class Step(NamedTuple):
    """The next state, and what to carry out in order."""

    state: State
    effects: tuple[Effect, ...]


# --- the front door ---


def step(model: Model, state: State | None, happened: Happened, now: datetime) -> Step:
    """The state after `happened` and the effects it has; `state` is None before `Started`.

    Raises a `CoreError` when this cannot happen to this case; the state given is never changed.
    """
    if isinstance(happened, Started):
        if state is not None:
            raise CaseOver("This case has been started already.")
        state = State(
            process=model.main, status=Status.RUNNING, tokens=frozen({}), data=frozen({}), counter=0
        )
    if state is None:
        raise CaseOver("This case has not been started.")
    if state.over:
        raise CaseOver(f"This case is over ({state.status}).")
    run = _Run(model, state, now)
    match happened:
        case Started():
            run.start(happened)
        case TaskCompleted():
            run.go_on(happened.task_id, Wait.TASK, happened.data)
        case CallAnswered():
            run.go_on(happened.call_id, Wait.CALL, happened.data)
        case CallFailed():
            run.fail(happened)
        case Retried():
            run.retry(happened)
        case Cancelled():
            run.end(None, Status.CANCELLED)
    return run.settle()


def start(model: Model, data: Data = NOTHING, *, now: datetime, at: str | None = None) -> Step:
    """A new case, moved as far as it goes by itself."""
    return step(model, None, Started(data=data, at=at), now)


def complete(model: Model, state: State, task_id: str, data: Data = NOTHING, *, now: datetime) -> Step:
    """The case after a person finished a task."""
    return step(model, state, TaskCompleted(task_id=task_id, data=data), now)


def where(state: State) -> frozenset[str]:
    """The elements where the case stands now: the "you are here" of its picture."""
    return frozenset(token.element for token in state.tokens.values())


def open_tasks(state: State) -> tuple[Token, ...]:
    """The tasks people have to do now; a token's id is its task id."""
    return tuple(token for token in state.tokens.values() if token.waits is Wait.TASK)


# --- the game ---


Move: TypeAlias = tuple[str, str | None, str | None]
"""To which element, by which flow, in which scope; the last one noted is made first."""


class _Run:
    """One step in the making: a working copy of the state, the moves still to make, the effects so far."""

    def __init__(self, model: Model, state: State, now: datetime) -> None:
        self.model = model
        self.now = now
        self.process = state.process
        self.status = Status.RUNNING
        self.tokens = dict(state.tokens)
        self.data = dict(state.data)
        self.counter = state.counter
        self.passed = set(state.passed)
        self.effects: list[Effect] = []
        self.moves: list[Move] = []

    # what happened

    def start(self, happened: Started) -> None:
        self.take_in(happened.data)
        self.begin(self.beginnings(None, at=happened.at), scope=None)

    def go_on(self, work_id: str, waits: Wait, data: Data) -> None:
        token = self.pick(work_id, waits)
        self.take_in(data)
        self.leave(self.model.elements[token.element], token.scope)

    def fail(self, happened: CallFailed) -> None:
        token = self.pick(happened.call_id, Wait.CALL)
        self.incident(self.model.elements[token.element], token.scope, happened.reason, again="act")

    def retry(self, happened: Retried) -> None:
        token = self.pick(happened.incident_id, Wait.INCIDENT)
        self.take_in(happened.data)
        element = self.model.elements[token.element]
        (self.act if token.again == "act" else self.leave)(element, token.scope)

    def pick(self, work_id: str, waits: Wait) -> Token:
        token = self.tokens.get(work_id)
        if token is None or token.waits is not waits:
            raise UnknownWork(f"The {waits} {work_id!r} is not open in this case.")
        if token.element not in self.model.elements:
            raise BadState(f"The case stands at {token.element!r}, which this version does not have.")
        del self.tokens[work_id]
        return token

    def take_in(self, data: Data) -> None:
        if data:
            _require_plain(data)
            self.data.update(data)

    # moving on until everything waits

    def settle(self) -> Step:
        made = 0
        while self.moves:
            made += 1
            element_id, flow, scope = self.moves.pop()
            if made > MAX_MOVES:
                raise EndlessLoop(
                    f"The process does not come to rest: it goes round at {element_id!r}, waiting for nobody."
                )
            self.enter(self.model.elements[element_id], flow, scope)
        if len(self.tokens) > MAX_TOKENS:
            raise EndlessLoop(f"The case is in more than {MAX_TOKENS} places at once.")
        self.look_whether_stuck()
        state = State(
            process=self.process,
            status=self.status,
            tokens=frozen(self.tokens),
            data=frozen(self.data),
            counter=self.counter,
            passed=frozenset(self.passed),
        )
        return Step(state, tuple(self.effects))

    def enter(self, element: Element, flow: str | None, scope: str | None) -> None:
        if element.kind is Kind.PARALLEL and len(element.incoming) > 1:
            self.arrive(element, flow, scope)
            return
        self.effects.append(ElementEntered(element=element.id, flow=flow))
        self.act(element, scope)

    def act(self, element: Element, scope: str | None) -> None:
        reason = cannot_run(element)
        if reason:
            self.incident(element, scope, reason, again="act")
        else:
            _ACTS[element.kind](self, element, scope)

    def leave(self, element: Element, scope: str | None) -> None:
        """Take the outgoing flows: all, or those whose condition holds (BPMN 2.0.2, 13.3.1 and 13.4)."""
        flows = self.chosen(element)
        if flows is None:
            reason = "None of the conditions on the ways out holds, and there is no default flow."
            self.incident(element, scope, reason, again="leave")
            return
        self.left(element)
        if not flows:
            self.consumed(scope)
            return
        self.more(scope, len(flows) - 1)
        self.passed.update(flow.id for flow in flows)
        self.moves.extend((flow.target, flow.id, scope) for flow in reversed(flows))

    def left(self, element: Element) -> None:
        self.passed.add(element.id)
        self.effects.append(ElementLeft(element=element.id))

    def chosen(self, element: Element) -> list[Flow] | None:
        flows = [self.model.flows[flow] for flow in element.outgoing]
        if element.kind is Kind.PARALLEL:
            return flows
        if element.kind is Kind.EXCLUSIVE:
            return self.first_that_holds(element, flows)
        if not any(flow.condition for flow in flows):
            return flows
        taken = [flow for flow in flows if flow.id != element.default and self.holds(flow)]
        if not taken and element.default:
            return [self.model.flows[element.default]]
        return taken or None

    def first_that_holds(self, element: Element, flows: list[Flow]) -> list[Flow] | None:
        for flow in flows:
            if flow.id != element.default and self.holds(flow):
                return [flow]
        if element.default:
            return [self.model.flows[element.default]]
        return [] if not flows else None

    def holds(self, flow: Flow) -> bool:
        return not flow.condition or feel.holds(flow.condition, self.data, now=self.now)

    # scopes: the inside of a sub-process is alive while it has tokens

    def more(self, scope: str | None, number: int) -> None:
        if scope is not None and number:
            home = self.tokens[scope]
            self.tokens[scope] = replace(home, inside=home.inside + number)

    def consumed(self, scope: str | None) -> None:
        """One token ended in this scope; the last one lets its sub-process, or the case, go on."""
        if scope is None:
            if not self.tokens and not self.moves:
                self.close(Status.COMPLETED)
            return
        self.more(scope, -1)
        home = self.tokens[scope]
        if home.inside == 0:
            del self.tokens[scope]
            self.leave(self.model.elements[home.element], home.scope)

    def end(self, scope: str | None, how: Status) -> None:
        """Take away all that is open in the scope and below it."""
        ending = {scope}
        for token in list(self.tokens.values()):  # a sub-process stands before what is inside it
            if token.scope in ending:
                ending.add(token.id)
                del self.tokens[token.id]
                self.withdraw(token)
        self.moves = [move for move in self.moves if move[2] not in ending]
        if scope is None:
            self.close(how)
        else:
            home = self.tokens.pop(scope)
            self.leave(self.model.elements[home.element], home.scope)

    def withdraw(self, token: Token) -> None:
        if token.waits is Wait.TASK:
            self.effects.append(TaskWithdrawn(task_id=token.id, element=token.element))
        elif token.waits is Wait.CALL:
            self.effects.append(CallWithdrawn(call_id=token.id, element=token.element))

    def close(self, how: Status) -> None:
        self.status = how
        self.effects.append(CaseEnded(how=how))

    # what the elements do

    def rest(self, element: Element, scope: str | None, waits: Wait, **more: Any) -> Token:
        self.counter += 1
        token = Token(id=f"{element.id}:{self.counter}", element=element.id, waits=waits, scope=scope, **more)
        self.tokens[token.id] = token
        return token

    def incident(self, element: Element, scope: str | None, reason: str, *, again: str) -> None:
        token = self.rest(element, scope, Wait.INCIDENT, again=again)
        self.effects.append(IncidentRaised(incident_id=token.id, element=element.id, reason=reason))

    def open_task(self, element: Element, scope: str | None) -> None:
        token = self.rest(element, scope, Wait.TASK)
        lane = self.model.lanes[element.lane] if element.lane else None
        self.effects.append(
            TaskOpened(
                task_id=token.id,
                element=element.id,
                name=element.name or element.id,
                name_fr=element.name_fr,
                lane=element.lane,
                role=lane.role if lane else "",
                unit=lane.unit if lane else "",
            )
        )

    def call_service(self, element: Element, scope: str | None) -> None:
        token = self.rest(element, scope, Wait.CALL)
        self.effects.append(
            ServiceCalled(
                call_id=token.id, element=element.id, calls=element.calls, data=frozen(dict(self.data))
            )
        )

    def finish(self, element: Element, scope: str | None) -> None:
        self.left(element)
        if any(event.kind == "terminate" for event in element.events):
            self.end(scope, Status.TERMINATED)
        else:
            self.consumed(scope)

    def go_inside(self, element: Element, scope: str | None) -> None:
        first = self.beginnings(element.id)
        if not first:
            self.leave(element, scope)
            return
        token = self.rest(element, scope, Wait.INSIDE, inside=1)
        self.begin(first, scope=token.id)

    def beginnings(self, parent: str | None, *, at: str | None = None) -> list[Element]:
        """Where a process or sub-process begins: a start event or, without any, all that nothing leads to."""
        nodes = self.model.within(parent, process=self.process)
        starts = [e for e in nodes if e.kind is Kind.START and at in (None, e.id)]
        if starts:
            return [next((e for e in starts if not e.events), starts[0])]
        if at is not None:
            raise UnknownWork(f"The process has no start event {at!r}.")
        return [e for e in nodes if not e.incoming and e.kind is not Kind.BOUNDARY and not e.by_event]

    def begin(self, first: list[Element], *, scope: str | None) -> None:
        if not first:
            raise CoreError("The process has nothing to begin with.")
        self.more(scope, len(first) - 1)
        self.moves.extend((element.id, None, scope) for element in reversed(first))

    def arrive(self, element: Element, flow: str | None, scope: str | None) -> None:
        """Join: go on when a token has come by every way in (BPMN 2.0.2, 13.4.1)."""
        key = f"{element.id}@{scope or ''}"
        token = self.tokens.pop(key, None)
        if token is None:
            self.effects.append(ElementEntered(element=element.id, flow=flow))
        arrived = dict(token.arrived) if token else {}
        arrived[flow or ""] = arrived.get(flow or "", 0) + 1
        ready = all(arrived.get(way) for way in element.incoming)
        if ready:
            arrived = {way: number - 1 for way, number in arrived.items() if number > 1}
        if arrived:
            self.tokens[key] = Token(
                id=key, element=element.id, waits=Wait.JOIN, scope=scope, arrived=tuple(arrived.items())
            )
        if ready:
            self.more(scope, 1 - len(element.incoming))
            self.leave(element, scope)

    def look_whether_stuck(self) -> None:
        """Only joins left: nobody is on the way that they wait for."""
        if self.tokens and all(token.waits in (Wait.JOIN, Wait.INSIDE) for token in self.tokens.values()):
            self.status = Status.STUCK
            for token in self.tokens.values():
                if token.waits is Wait.JOIN:
                    reason = "This join waits for a way that nobody is on any more."
                    self.effects.append(
                        IncidentRaised(incident_id=token.id, element=token.element, reason=reason)
                    )


_ACTS: dict[Kind, Callable[[_Run, Element, str | None], None]] = {
    Kind.START: _Run.leave,
    Kind.THROW: _Run.leave,
    Kind.TASK: _Run.leave,
    Kind.EXCLUSIVE: _Run.leave,
    Kind.PARALLEL: _Run.leave,
    Kind.END: _Run.finish,
    Kind.USER_TASK: _Run.open_task,
    Kind.MANUAL_TASK: _Run.open_task,
    Kind.SERVICE_TASK: _Run.call_service,
    Kind.SUB_PROCESS: _Run.go_inside,
}


def cannot_run(element: Element) -> str:
    """Why this element cannot run yet, in a sentence; "" when it can."""
    if element.kind not in _ACTS:
        return "This kind of element does not run yet."
    if element.loop:
        return "Loops and multiple instances do not run yet."
    if element.by_event or element.compensation:
        return "Event sub-processes and compensation do not run yet."
    kinds = {event.kind for event in element.events}
    runs = {Kind.START: {"message"}, Kind.END: {"terminate"}}.get(element.kind, set())
    if kinds - runs:
        return f"A {' and '.join(sorted(kinds - runs))} event does not run here yet."
    return ""


# --- stored form ---


def to_json(state: State) -> dict[str, Any]:
    """The state as plain JSON values, for a JSON column."""
    return {
        "version": STATE_VERSION,
        "process": state.process,
        "status": str(state.status),
        "tokens": [_token_to_json(token) for token in state.tokens.values()],
        "data": dict(state.data),
        "counter": state.counter,
        "passed": sorted(state.passed),
    }


def from_json(stored: Mapping[str, Any]) -> State:
    """The state that `to_json` wrote, in this or an earlier version."""
    try:
        stored = _climb(stored)
        tokens = [_token_from_json(token) for token in stored["tokens"]]
        return State(
            process=stored["process"],
            status=Status(stored["status"]),
            tokens=frozen({token.id: token for token in tokens}),
            data=frozen(dict(stored["data"])),
            counter=int(stored["counter"]),
            passed=frozenset(stored["passed"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise BadState(f"The stored state of the case cannot be read: {wrong}.") from wrong


STEPS_UP: dict[int, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {}
"""For each earlier version of the stored form, the function that lifts it by one."""


def _climb(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    version = stored["version"]
    while version != STATE_VERSION:
        if version not in STEPS_UP:
            raise BadState(f"The stored state has version {version}; this program reads {STATE_VERSION}.")
        stored = STEPS_UP[version](stored)
        version = stored["version"]
    return stored


def _token_to_json(token: Token) -> dict[str, Any]:
    stored: dict[str, Any] = {"id": token.id, "element": token.element, "waits": str(token.waits)}
    if token.scope is not None:
        stored["scope"] = token.scope
    if token.arrived:
        stored["arrived"] = dict(token.arrived)
    if token.inside:
        stored["inside"] = token.inside
    if token.again:
        stored["again"] = token.again
    return stored


def _token_from_json(stored: Mapping[str, Any]) -> Token:
    return Token(
        id=stored["id"],
        element=stored["element"],
        waits=Wait(stored["waits"]),
        scope=stored.get("scope"),
        arrived=tuple(stored.get("arrived", {}).items()),
        inside=stored.get("inside", 0),
        again=stored.get("again", ""),
    )


def _require_plain(value: Any, *, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise BadData(f"Data is nested more than {MAX_DEPTH} deep.")
    if value is None or isinstance(value, (str, bool, int)):
        return
    if isinstance(value, float) and math.isfinite(value):
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise BadData(f"A name must be text, not {key!r}.")
            _require_plain(item, depth=depth + 1)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _require_plain(item, depth=depth + 1)
    else:
        raise BadData(f"{value!r:.60} is not plain data.")
