"""What is told at deployment, with the element, the line and what to use instead."""

from __future__ import annotations

import pytest

from tests.process.core.build import bpmn, library, model, xml
from weft.process.core import Problem, check, parse


def told(source: str) -> list[Problem]:
    return check(parse(source))


def one(source: str, element: str) -> Problem:
    (problem,) = [problem for problem in told(source) if problem.element == element]
    return problem


def test_the_library_process_has_no_problem():
    assert check(library("report-and-resolve")) == []


def test_what_runs_is_not_complained_about():
    of = model(
        "startEvent start:<messageEventDefinition/>; userTask a; manualTask b; serviceTask c; exclusiveGateway g; "
        "parallelGateway p; intermediateThrowEvent i; endEvent end; endEvent stop:<terminateEventDefinition/>",
        "start > a > b > c > i > g; g > p [x = 1]; g > a [default]; p > end; p > stop",
    )
    assert check(of) == []


@pytest.mark.parametrize(
    ("node", "word", "instead"),
    [
        ("scriptTask x", "does not run", "Scripts never run"),
        ("businessRuleTask x", "does not run", "exclusive gateway"),
        ("sendTask x", "does not run", "service task"),
        ("receiveTask x", "does not run", "user task"),
        ("callActivity x", "does not run", "sub-process"),
        ("transaction x", "does not run", "sub-process"),
        ("adHocSubProcess x", "does not run", "sub-process"),
        ("inclusiveGateway x", "does not run", "parallel gateway"),
        ("eventBasedGateway x", "does not run", "choice"),
        ("complexGateway x", "does not run", "gateways"),
        ("intermediateCatchEvent x:<timerEventDefinition/>", "does not run", "user task"),
        ("intermediateThrowEvent x:<signalEventDefinition/>", "signal", "service task"),
        ("endEvent x:<errorEventDefinition/>", "error", "terminate"),
        ("userTask x:<multiInstanceLoopCharacteristics/>", "multiple instances", "gateway"),
        ("userTask x:<standardLoopCharacteristics/>", "Loops", "gateway"),
    ],
)
def test_what_does_not_run_is_told_with_what_to_use_instead(node, word, instead):
    problem = one(bpmn(f"startEvent start; {node}; endEvent end", "start > x > end"), "x")
    assert problem.stops
    assert problem.line == 7
    assert word in problem.reason
    assert instead in problem.instead
    assert str(problem).startswith('line 7: "x":')


def test_a_timer_at_the_start_is_told():
    source = bpmn("startEvent start:<timerEventDefinition/>; userTask a; endEvent end", "start > a > end")
    assert "timer" in one(source, "start").reason


def test_events_at_the_edge_of_a_task_are_told():
    source = xml(
        '<laneSet id="l"><lane id="la" weft:role="crew" weft:unit="owner"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
        '<startEvent id="start"/><userTask id="a"/><boundaryEvent id="late" attachedToRef="a">'
        '<timerEventDefinition/></boundaryEvent><endEvent id="end"/>'
        '<sequenceFlow id="1" sourceRef="start" targetRef="a"/><sequenceFlow id="2" sourceRef="a" targetRef="end"/>'
        '<sequenceFlow id="3" sourceRef="late" targetRef="end"/>'
    )
    assert [problem.element for problem in told(source)] == ["late"]


def test_a_condition_that_is_not_feel_is_told_with_its_place():
    source = bpmn(
        "startEvent start; exclusiveGateway g; endEvent a; endEvent b",
        "start > g; g > a [${work.needed}]; g > b [default]",
    )
    problem = one(source, "g-a")
    assert problem.stops
    assert "at character 1" in problem.reason


def test_ways_out_without_a_condition_are_told_but_run():
    source = bpmn("startEvent start; exclusiveGateway g; endEvent a; endEvent b", "start > g; g > a; g > b")
    problems = told(source)
    assert [problem.element for problem in problems] == ["g-a", "g-b"]
    assert not any(problem.stops for problem in problems)


def test_a_gateway_without_a_default_is_told_but_runs():
    source = bpmn(
        "startEvent start; exclusiveGateway g; endEvent a; endEvent b",
        "start > g; g > a [x = 1]; g > b [x = 2]",
    )
    assert "incident" in one(source, "g").reason


def test_a_task_that_nobody_is_asked_to_do_is_told():
    source = xml(
        '<startEvent id="start"/><userTask id="a"/><endEvent id="end"/>'
        '<sequenceFlow id="1" sourceRef="start" targetRef="a"/><sequenceFlow id="2" sourceRef="a" targetRef="end"/>'
    )
    problem = one(source, "a")
    assert problem.stops
    assert "weft:role" in problem.instead


def test_a_service_task_without_a_service_is_told():
    source = xml(
        '<startEvent id="start"/><serviceTask id="a"/><endEvent id="end"/>'
        '<sequenceFlow id="1" sourceRef="start" targetRef="a"/><sequenceFlow id="2" sourceRef="a" targetRef="end"/>'
    )
    assert "weft:calls" in one(source, "a").instead


def test_a_round_that_waits_for_nobody_is_told():
    source = bpmn(
        "startEvent start; exclusiveGateway one; task two; exclusiveGateway three; endEvent end",
        "start > one > two > three; three > one [x = 1]; three > end [default]",
    )
    assert [(p.element, p.stops) for p in told(source) if "never end" in p.reason] == [("one", True)]


def test_a_round_with_somebody_on_it_is_fine():
    source = bpmn(
        "startEvent start; userTask a; exclusiveGateway g; endEvent end",
        "start > a > g; g > a [again]; g > end [default]",
    )
    assert told(source) == []


def test_what_nothing_leads_to_is_told():
    source = bpmn("startEvent start; userTask a; userTask b; endEvent end", "start > a > end; b > end")
    assert one(source, "b").reason == "Nothing leads here."


def test_a_choice_without_options_and_a_field_twice_are_told():
    fields = '<extensionElements><weft:field id="f" type="choice"/><weft:field id="f"/></extensionElements>'
    source = bpmn(f"startEvent start; userTask a: {fields}; endEvent end", "start > a > end")
    assert [problem.element for problem in told(source)] == ["a", "a"]


def test_a_process_without_anything_to_begin_with_is_told():
    source = bpmn("userTask a; userTask b", "a > b > a")
    assert one(source, "main").stops


def test_a_flow_across_the_edge_of_a_sub_process_is_told():
    source = xml(
        '<startEvent id="start"/><subProcess id="sub"><task id="a"/></subProcess><endEvent id="end"/>'
        '<sequenceFlow id="1" sourceRef="start" targetRef="sub"/><sequenceFlow id="2" sourceRef="a" targetRef="end"/>'
    )
    assert one(source, "2").stops
