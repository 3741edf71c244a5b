"""The tasks of a process in order, as a strip of steps: what a case has done, where it is, what is to come."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from weft.process.core.model import CONTAINERS, Element, Kind, Model


class Progress(StrEnum):
    """How far a task of the strip is."""

    DONE = "done"
    HERE = "here"
    TO_COME = "to-come"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One task of the strip, in the words of the language asked for."""

    element: str
    name: str
    lane: str
    role: str
    says: str
    progress: Progress


def strip(
    model: Model, *, here: Set[str] = frozenset(), done: Set[str] = frozenset(), language: str = "en"
) -> tuple[Stop, ...]:
    """The tasks of people in order along the usual way (the default flows), with what this case did and where it is.

    What the case did off the usual way is there too; what it has passed by is not. With nothing here and something
    done, the case is taken as ended.
    """
    begun = bool(here or done)
    ahead = _ahead(model, here) if begun else {element.id for element in model.tasks()}
    usual = _usual(model)
    return tuple(
        _stop(model, task, _progress(task.id, here=here, done=done), language)
        for task in _in_order(model)
        if task.id in here or task.id in done or (task.id in usual and task.id in ahead)
    )


def _progress(name: str, *, here: Set[str], done: Set[str]) -> Progress:
    if name in here:
        return Progress.HERE
    return Progress.DONE if name in done else Progress.TO_COME


def _stop(model: Model, task: Element, progress: Progress, language: str) -> Stop:
    lane = model.lane_of(task.id)
    return Stop(
        element=task.id,
        name=task.named(language),
        lane=lane.named(language) if lane else "",
        role=lane.role if lane else "",
        says=task.told(language),
        progress=progress,
    )


def _next(model: Model, element: Element) -> list[str]:
    """Where the flow goes from an element: its flows, the usual one first, and into a sub-process."""
    flows = sorted(element.outgoing, key=lambda flow: flow != element.default)
    inside = model.within(element.id, process=element.process) if element.kind in CONTAINERS else ()
    return [e.id for e in inside if not e.incoming] + [model.flows[flow].target for flow in flows]


def _onward(model: Model, element: Element) -> list[str]:
    """The same, and out of a sub-process again."""
    return _next(model, element) + (
        _next(model, model.elements[element.parent]) if element.parent and not element.outgoing else []
    )


def _ahead(model: Model, start: Set[str]) -> set[str]:
    """All that can still come from here."""
    found: set[str] = set()
    waiting = [name for name in start if name in model.elements]
    while waiting:
        for name in _onward(model, model.elements[waiting.pop()]):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def _usual(model: Model) -> set[str]:
    """All that lies on the usual way: at an exclusive gateway only the first flow that leads on, else every flow."""
    found: set[str] = set()
    waiting = [e.id for e in model.within(None) if not e.incoming]
    while waiting:
        element = model.elements[waiting.pop()]
        if element.id in found:
            continue
        found.add(element.id)
        ways = _onward(model, element)
        if element.kind is Kind.EXCLUSIVE:
            ways = [way for way in ways if way not in found][:1]
        waiting.extend(ways)
    return found


def _in_order(model: Model) -> list[Element]:
    """The tasks so that each stands after those that lead to it (depth first, last finished first)."""
    order: list[str] = []
    seen: set[str] = set()
    for first in model.within(None):
        if first.incoming or first.id in seen:
            continue
        seen.add(first.id)
        walk = [(first.id, iter(_next(model, first)[::-1]))]
        while walk:
            name, ways = walk[-1]
            way = next((way for way in ways if way not in seen), None)
            if way is None:
                walk.pop()
                order.append(name)
            else:
                seen.add(way)
                walk.append((way, iter(_next(model, model.elements[way])[::-1])))
    found = [model.elements[name] for name in reversed(order)]
    return [element for element in found if element.is_peoples_task]
