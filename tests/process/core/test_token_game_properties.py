"""What holds for every structured model and every run of it, whoever does what in which order."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.process.core.build import NOW, xml
from weft.process.core import (
    ElementEntered,
    ElementLeft,
    Happened,
    Model,
    Started,
    State,
    Status,
    TaskCompleted,
    check,
    draw,
    from_json,
    open_tasks,
    parse,
    step,
    strip,
    to_json,
    where,
)


@dataclass(frozen=True)
class Block:
    """A piece of a model with one way in and one way out."""

    kind: str
    parts: tuple[Block, ...] = ()


def _blocks(smaller: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    several = st.lists(smaller, min_size=2, max_size=3).map(tuple)
    kinds = st.sampled_from(["seq", "xor", "and", "sub"])
    return st.builds(Block, kinds, several)


BLOCKS = st.recursive(st.sampled_from([Block("task"), Block("pass")]), _blocks, max_leaves=14)


@dataclass
class Drawing:
    """The XML of a block in the making."""

    lines: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    count: int = 0

    def node(self, kind: str, inside: str = "", **attributes: str) -> str:
        self.count += 1
        name = f"n{self.count}"
        said = "".join(f' {key}="{value}"' for key, value in attributes.items())
        self.lines.append(f'<{kind} id="{name}"{said}>{inside}</{kind}>')
        self.names.append(name)
        return name

    def flow(self, source: str, target: str, condition: str = "", name: str = "") -> None:
        self.count += 1
        inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        name = name or f"f{self.count}"
        self.lines.append(
            f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
        )

    def block(self, block: Block) -> tuple[str, str]:
        """Draw it; the nodes at its way in and its way out."""
        match block.kind:
            case "task":
                name = self.node("userTask")
                return name, name
            case "pass":
                name = self.node("task")
                return name, name
            case "sub":
                return self.sub(block)
            case "seq":
                ends = [self.block(part) for part in block.parts]
                for (_, before), (after, _) in itertools.pairwise(ends):
                    self.flow(before, after)
                return ends[0][0], ends[-1][1]
            case _:
                return self.split(block)

    def split(self, block: Block) -> tuple[str, str]:
        kind = "exclusiveGateway" if block.kind == "xor" else "parallelGateway"
        usual = f"d{self.count}"
        opening = self.node(kind, **({"default": usual} if block.kind == "xor" else {}))
        closing = self.node(kind)
        for number, part in enumerate(block.parts):
            first, last = self.block(part)
            if block.kind == "and":
                self.flow(opening, first)
            elif number == 0:
                self.flow(opening, first, name=usual)
            else:
                self.flow(opening, first, condition=f"pick = {number}")
            self.flow(last, closing)
        return opening, closing

    def sub(self, block: Block) -> tuple[str, str]:
        inner = Drawing(count=self.count)
        begin = inner.node("startEvent")
        first, last = inner.block(Block("seq", block.parts))
        end = inner.node("endEvent")
        inner.flow(begin, first)
        inner.flow(last, end)
        self.count = inner.count
        name = self.node("subProcess", "".join(inner.lines))
        return name, name


def model_of(block: Block) -> Model:
    drawing = Drawing()
    begin = drawing.node("startEvent")
    first, last = drawing.block(block)
    end = drawing.node("endEvent")
    drawing.flow(begin, first)
    drawing.flow(last, end)
    refs = "".join(f"<flowNodeRef>{name}</flowNodeRef>" for name in drawing.names)
    lane = f'<laneSet id="ls"><lane id="lane" weft:role="crew" weft:unit="owner">{refs}</lane></laneSet>'
    return parse(xml(lane + "".join(drawing.lines)))


def check_tokens(state: State, entered: Counter[str], left: Counter[str]) -> None:
    """What was entered and not left is where the tokens are, no more and no less."""
    assert entered - left == Counter(token.element for token in state.tokens.values())
    assert not left - entered


@settings(max_examples=150, deadline=None)
@given(
    block=BLOCKS, choices=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=20, max_size=20)
)
def test_every_run_ends_keeps_its_tokens_and_can_be_stored_and_replayed(block, choices):
    model = model_of(block)
    assert not [problem for problem in check(model) if problem.stops]
    happened: list[Happened] = [Started(data={"pick": 0})]
    seen = []
    entered: Counter[str] = Counter()
    left: Counter[str] = Counter()
    state = None
    for turn in range(200):
        state, effects = step(model, state, happened[-1], NOW)
        seen.append((state, effects))
        entered.update(effect.element for effect in effects if isinstance(effect, ElementEntered))
        left.update(effect.element for effect in effects if isinstance(effect, ElementLeft))
        check_tokens(state, entered, left)
        assert from_json(json.loads(json.dumps(to_json(state)))) == state
        if state.over:
            break
        place, pick = choices[turn % len(choices)]
        tasks = open_tasks(state)
        happened.append(TaskCompleted(task_id=tasks[place % len(tasks)].id, data={"pick": pick}))
    assert state.status is Status.COMPLETED
    assert entered == left
    assert state.passed & set(model.elements) == set(left)

    again = None
    for what, (expected, effects) in zip(happened, seen, strict=True):
        again, repeated = step(model, from_json(to_json(again)) if again else None, what, NOW)
        assert (again, repeated) == (expected, effects)


@settings(max_examples=60, deadline=None)
@given(block=BLOCKS, done=st.integers(0, 6))
def test_the_strip_and_the_drawing_show_where_a_case_is(block, done):
    model = model_of(block)
    state, _ = step(model, None, Started(), NOW)
    for _ in range(done):
        if state.over:
            break
        state, _ = step(model, state, TaskCompleted(task_id=open_tasks(state)[0].id), NOW)
    stops = strip(model, here=where(state), done=state.passed)
    shown = {stop.element for stop in stops}
    assert {token.element for token in open_tasks(state)} <= shown
    assert {task.id for task in model.tasks() if task.id in state.passed} <= shown
    if state.over:
        assert all(stop.progress == "done" for stop in stops)
    assert draw(model, here=where(state), done=state.passed).startswith("<svg ")
