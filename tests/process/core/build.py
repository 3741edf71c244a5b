"""Small BPMN models for tests, from two lines of text."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from weft.process.core import Model, Step, complete, open_tasks, parse, start

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIBRARY = Path(__file__).parents[3] / "weft" / "process" / "library"
MODELS = Path(__file__).parents[1] / "models"

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:weft="https://weft.city/bpmn"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="test" id="file">
"""


def xml(inside: str, *, beside: str = "") -> str:
    """A BPMN file with one process that holds this."""
    return f'{HEAD}<process id="main" name="Test" isExecutable="true">\n{inside}\n</process>\n{beside}</definitions>'


def bpmn(nodes: str, flows: str) -> str:
    """A BPMN file from nodes ("userTask a; endEvent end") and flows ("start > a [x = 1] > end; a > b [default]").

    A node may hold XML after a colon; all of them stand in one lane.
    """
    defaults: dict[str, str] = {}
    lines = []
    for chain in filter(None, (part.strip() for part in flows.split(";"))):
        lines += _flows(chain, defaults)
    drawn = []
    names = []
    for node in filter(None, (part.strip() for part in nodes.split(";"))):
        head, _, inner = node.partition(":")
        kind, name = head.split()
        names.append(name)
        default = f' default="{defaults[name]}"' if name in defaults else ""
        calls = ' weft:calls="test"' if kind == "serviceTask" else ""
        drawn.append(f'<{kind} id="{name}" name="{name}"{default}{calls}>{inner}</{kind}>')
    refs = "".join(f"<flowNodeRef>{name}</flowNodeRef>" for name in names)
    lane = f'<laneSet id="lanes"><lane id="lane" weft:role="crew" weft:unit="owner">{refs}</lane></laneSet>'
    return xml("\n".join([lane, *drawn, *lines]))


def _flows(chain: str, defaults: dict[str, str]) -> list[str]:
    ends = re.split(r"\s>\s(?![^\[]*\])", chain)  # a > within brackets belongs to a condition
    lines = []
    for before, after in pairwise(ends):
        source = before.partition("[")[0].strip()
        target, _, condition = after.partition("[")
        target, condition = target.strip(), condition.strip().rstrip("]")
        name = f"{source}-{target}"
        inner = ""
        if condition == "default":
            defaults[source] = name
        elif condition:
            inner = f'<conditionExpression xsi:type="tFormalExpression"><![CDATA[{condition}]]></conditionExpression>'
        lines.append(
            f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
        )
    return lines


def model(nodes: str, flows: str) -> Model:
    """The parsed model of the same."""
    return parse(bpmn(nodes, flows))


def library(name: str) -> Model:
    """A process of the library."""
    return parse((LIBRARY / f"{name}.bpmn").read_bytes())


def begin(of: Model, **data: object) -> Step:
    """A case begun."""
    return start(of, data, now=NOW)


def do(of: Model, step: Step, element: str, **data: object) -> Step:
    """The case after the open task of this element is completed."""
    task = next(token for token in open_tasks(step.state) if token.element == element)
    return complete(of, step.state, task.id, data, now=NOW)


def open_at(step: Step) -> list[str]:
    """The elements whose tasks are open."""
    return sorted(token.element for token in open_tasks(step.state))
