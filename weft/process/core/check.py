"""What a model asks for that does not run yet, told before it is deployed: where, why, and what to use instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from weft.process.core import feel
from weft.process.core.engine import cannot_run
from weft.process.core.errors import BadExpression
from weft.process.core.model import (
    ACTIVITIES,
    Beside,
    Element,
    FieldType,
    Flow,
    Kind,
    Lane,
    Model,
    Problem,
    Process,
)

WAITS = frozenset({Kind.USER_TASK, Kind.MANUAL_TASK, Kind.SERVICE_TASK, Kind.RECEIVE_TASK, Kind.CATCH})
"""Where a token rests: a way round that has one of these comes to rest."""


def check(model: Model) -> list[Problem]:
    """All that would not run as drawn, in the order of the file; deploy only when none of it `stops`."""
    problems = [
        *_processes(model),
        *_beginning_and_end(model),
        *(problem for element in _main(model) for problem in _element(element, model)),
        *(
            problem
            for flow in model.flows.values()
            if flow.process == model.main
            for problem in _flow(flow, model)
        ),
        *(problem for lane in model.lanes.values() if lane.process == model.main for problem in _lane(lane)),
        *_rounds(model),
        *(problem for thing in model.beside.values() for problem in _beside(thing)),
    ]
    return sorted(problems, key=lambda problem: problem.line)


def _main(model: Model) -> Iterator[Element]:
    return (element for element in model.elements.values() if element.process == model.main)


def _problem(
    thing: Element | Flow | Lane | Process | Beside, reason: str, instead: str, *, stops: bool = True
) -> Problem:
    return Problem(
        element=thing.id, name=thing.name, line=thing.line, reason=reason, instead=instead, stops=stops
    )


# --- the process as a whole ---


def _processes(model: Model) -> Iterator[Problem]:
    main = model.process
    if not main.executable:
        reason = "The process is not marked as executable."
        yield _problem(main, reason, 'Set isExecutable="true" when it is meant to run.', stops=False)
    inhabited = {element.process for element in model.elements.values()}
    for process in model.processes.values():
        if process.id != model.main and process.id in inhabited:
            reason = f"Only one process of a file runs: {main.name or main.id!r}. This one is only drawn."
            yield _problem(process, reason, "Put it into a file of its own.", stops=process.executable)


def _beginning_and_end(model: Model) -> Iterator[Problem]:
    top = model.within(None)
    starts = [element for element in top if element.kind is Kind.START]
    if not starts:
        yield _problem(
            model.process,
            "The process has no start event; it begins at everything that nothing leads to.",
            "Draw a start event.",
            stops=not any(_begins(element) for element in top),
        )
    for start in starts[1:]:
        yield _problem(
            start,
            "The process has several start events; the first without a trigger is the one that is used.",
            "Keep one, or name the start event when the case is started.",
            stops=False,
        )
    reached = _reached(model)
    for element in _main(model):
        if element.id not in reached:
            yield _problem(element, "Nothing leads here.", "Draw a flow to it, or take it away.", stops=False)


def _begins(element: Element) -> bool:
    return not element.incoming and element.kind is not Kind.BOUNDARY and not element.by_event


def _reached(model: Model) -> set[str]:
    """All that a token could come to."""
    inside: dict[str | None, list[Element]] = {}
    attached: dict[str, list[str]] = {}
    for element in _main(model):
        inside.setdefault(element.parent, []).append(element)
        if element.attached_to:
            attached.setdefault(element.attached_to, []).append(element.id)
    ahead = _beginnings(inside.get(None, []))
    reached: set[str] = set()
    while ahead:
        name = ahead.pop()
        if name in reached:
            continue
        reached.add(name)
        ahead.extend(model.flows[flow].target for flow in model.elements[name].outgoing)
        ahead.extend(_beginnings(inside.get(name, [])))
        ahead.extend(attached.get(name, []))
    return reached


def _beginnings(elements: list[Element]) -> list[str]:
    special = [e.id for e in elements if e.by_event or e.compensation]
    starts = [e.id for e in elements if e.kind is Kind.START]
    return special + (starts or [e.id for e in elements if _begins(e)])


# --- elements ---

_INSTEAD: dict[Kind, str] = {
    Kind.SEND_TASK: "Use a service task.",
    Kind.RECEIVE_TASK: "Use a user task for whoever sees the message arrive.",
    Kind.SCRIPT_TASK: "Scripts never run here. Use a service task, or a FEEL condition on a flow.",
    Kind.BUSINESS_RULE_TASK: "Use an exclusive gateway with FEEL conditions.",
    Kind.TRANSACTION: "Use a plain sub-process.",
    Kind.AD_HOC: "Use a sub-process with a parallel gateway.",
    Kind.CALL_ACTIVITY: "Draw the called process as a sub-process.",
    Kind.INCLUSIVE: "Use a parallel gateway, followed by an exclusive gateway on each branch.",
    Kind.EVENT_BASED: "Use a user task with a choice, followed by an exclusive gateway.",
    Kind.COMPLEX: "Use exclusive and parallel gateways.",
    Kind.BOUNDARY: "Use a user task with a choice, followed by an exclusive gateway.",
    Kind.CATCH: "Use a user task for whoever sees it happen.",
    Kind.THROW: "Use an intermediate event without a trigger, or a service task.",
    Kind.START: "Use a start event without a trigger, or with a message.",
    Kind.END: "Use a plain or a terminate end event.",
}


def _element(element: Element, model: Model) -> Iterator[Problem]:
    reason = cannot_run(element)
    if reason:
        yield _problem(element, reason, _instead(element))
    if element.default and element.default not in element.outgoing:
        yield _problem(element, "Its default flow does not leave it.", "Name one of its own ways out.")
    if element.kind is Kind.EXCLUSIVE:
        yield from _decision(element, model)
    if element.kind is Kind.TASK:
        reason = "A task without a type asks nobody; the case passes it at once."
        yield _problem(element, reason, "Make it a user task when somebody is to do it.", stops=False)
    if element.kind is Kind.SERVICE_TASK and not element.calls:
        yield _problem(element, "It does not say which service it calls.", "Give it weft:calls.")
    if element.is_peoples_task:
        yield from _peoples_task(element, model)
    if (
        element.kind in ACTIVITIES
        and not element.outgoing
        and not element.by_event
        and not element.compensation
    ):
        yield _problem(element, "Nothing follows; the path ends here.", "Draw an end event.", stops=False)


def _instead(element: Element) -> str:
    if element.loop:
        return "Draw the way back with an exclusive gateway."
    if element.by_event or element.compensation:
        return "Draw it in the flow, behind an exclusive gateway."
    return _INSTEAD.get(element.kind, "")


def _decision(gateway: Element, model: Model) -> Iterator[Problem]:
    if len(gateway.outgoing) < 2:
        return
    unasked = [
        model.flows[flow]
        for flow in gateway.outgoing
        if flow != gateway.default and not model.flows[flow].condition
    ]
    for flow in unasked:
        reason = f"This way out of {gateway.name or gateway.id!r} has no condition, so it is always taken."
        yield _problem(flow, reason, "Give it a condition, or make it the default flow.", stops=False)
    if not unasked and not gateway.default:
        reason = "It has no default flow; when no condition holds, the case stops with an incident."
        yield _problem(gateway, reason, "Mark one way out as the default.", stops=False)


def _peoples_task(task: Element, model: Model) -> Iterator[Problem]:
    lane = model.lane_of(task.id)
    if lane is None or not lane.role:
        reason = "It stands in no lane that names a role, so nobody is asked to do it."
        yield _problem(task, reason, "Put it into a lane with weft:role and weft:unit.")
    for field in task.fields:
        if field.type is FieldType.CHOICE and not field.options:
            yield _problem(task, f"The choice {field.id!r} has no weft:option.", "Give it at least one.")
    names = [field.id for field in task.fields]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield _problem(task, f"The field {name!r} is there twice.", "Give each field its own id.")


# --- flows, lanes, and what stands beside ---


def _flow(flow: Flow, model: Model) -> Iterator[Problem]:
    source, target = model.elements[flow.source], model.elements[flow.target]
    if (source.process, source.parent) != (target.process, target.parent):
        reason = "It crosses the edge of a pool or sub-process."
        yield _problem(flow, reason, "Lead it to the sub-process itself; between pools use a message flow.")
    if not flow.condition:
        return
    try:
        feel.compiled(flow.condition)
    except BadExpression as wrong:
        yield _problem(
            flow, f"Its condition cannot be read. {wrong}.", 'Write FEEL, such as work_needed = "yes".'
        )


def _lane(lane: Lane) -> Iterator[Problem]:
    if lane.role and not lane.unit:
        reason = "It does not say which unit works in it; the unit that owns the service is taken."
        yield _problem(lane, reason, 'Give it weft:unit, such as weft:unit="owner".', stops=False)


def _beside(thing: Beside) -> Iterator[Problem]:
    if thing.kind == "messageFlow":
        reason = "Message flows are drawn, but nothing is sent along them."
        yield _problem(thing, reason, "Use a service task where something is to be sent.", stops=False)


# --- going round without rest ---


def _rounds(model: Model) -> Iterator[Problem]:
    """Ways round on which nobody is ever waited for: what was true the first time stays true for ever."""
    resting = _resting(model)
    restless = {element.id: True for element in _main(model) if element.id not in resting}
    for name in _on_a_round(model, restless):
        yield _problem(
            model.elements[name],
            "The way round through here waits for nobody, so it would never end.",
            "Put a user or service task on it.",
        )


def _resting(model: Model) -> set[str]:
    """The elements that wait for somebody, or have one inside that does."""
    resting: set[str] = set()
    for element in _main(model):
        home: Element | None = element if element.kind in WAITS else None
        while home is not None and home.id not in resting:
            resting.add(home.id)
            home = model.elements[home.parent] if home.parent else None
    return resting


def _on_a_round(model: Model, restless: Mapping[str, bool]) -> list[str]:
    """One element of each way round among these: what a depth-first walk comes back to while still under way."""
    under_way: set[str] = set()
    done: set[str] = set()
    found: list[str] = []
    for first in restless:
        if first in done:
            continue
        walk = [(first, _ways_on(model, first, restless))]
        under_way.add(first)
        while walk:
            name, ways = walk[-1]
            target = next(ways, None)
            if target is None:
                walk.pop()
                under_way.discard(name)
                done.add(name)
            elif target in under_way:
                found.append(target)
            elif target not in done:
                under_way.add(target)
                walk.append((target, _ways_on(model, target, restless)))
    return sorted(set(found))


def _ways_on(model: Model, name: str, among: Mapping[str, bool]) -> Iterator[str]:
    return (t for t in (model.flows[f].target for f in model.elements[name].outgoing) if t in among)
