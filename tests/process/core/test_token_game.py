"""The token game: who is asked, what is chosen, when a case ends."""

from __future__ import annotations

import json

import pytest

from tests.process.core.build import NOW, begin, bpmn, do, library, model, open_at, xml
from weft.process.core import (
    BadData,
    BadState,
    CallAnswered,
    CallFailed,
    CallWithdrawn,
    Cancelled,
    CaseEnded,
    CaseOver,
    ElementEntered,
    ElementLeft,
    EndlessLoop,
    IncidentRaised,
    Retried,
    ServiceCalled,
    Started,
    Status,
    Step,
    TaskCompleted,
    TaskOpened,
    TaskWithdrawn,
    UnknownWork,
    complete,
    from_json,
    open_tasks,
    parse,
    start,
    step,
    to_json,
    where,
)

LIBRARY_PATH = library("report-and-resolve")


def effects_of(of: Step, kind: type) -> list[object]:
    return [effect for effect in of.effects if isinstance(effect, kind)]


def test_a_report_first_asks_an_agent_of_the_contact_centre():
    (opened,) = effects_of(begin(LIBRARY_PATH), TaskOpened)
    assert opened == TaskOpened(
        task_id="receive:1",
        element="receive",
        name="Receive",
        name_fr="Recevoir",
        lane="lane-contact-centre",
        role="agent",
        unit="contact-centre",
    )


def test_where_work_is_needed_the_crew_is_asked_before_it_is_closed():
    case = do(LIBRARY_PATH, begin(LIBRARY_PATH), "receive")
    case = do(LIBRARY_PATH, case, "assess", work_needed="yes")
    assert open_at(case) == ["do-the-work"]
    case = do(LIBRARY_PATH, case, "do-the-work", done_note="Filled")
    case = do(LIBRARY_PATH, case, "close", answer="The pothole is filled.")
    assert case.effects[-1] == CaseEnded(how=Status.COMPLETED)
    assert case.state.data == {
        "work_needed": "yes",
        "done_note": "Filled",
        "answer": "The pothole is filled.",
    }


def test_where_no_work_is_needed_it_goes_straight_to_closing():
    case = do(LIBRARY_PATH, begin(LIBRARY_PATH), "receive")
    case = do(LIBRARY_PATH, case, "assess", work_needed="no")
    assert open_at(case) == ["close"]
    assert "no-work-needed" in case.state.passed
    assert "work-is-needed" not in case.state.passed


def test_the_trace_tells_each_element_entered_and_left():
    case = do(LIBRARY_PATH, begin(LIBRARY_PATH), "receive")
    case = do(LIBRARY_PATH, case, "assess", work_needed="no")
    assert case.effects[:4] == (
        ElementLeft(element="assess"),
        ElementEntered(element="is-work-needed", flow="to-decide"),
        ElementLeft(element="is-work-needed"),
        ElementEntered(element="close", flow="no-work-needed"),
    )


PARALLEL = model(
    "startEvent start; parallelGateway split; userTask a; userTask b; parallelGateway join; userTask c; endEvent end",
    "start > split; split > a > join; split > b > join; join > c > end",
)


def test_parallel_ways_are_open_together_and_joined_once():
    case = begin(PARALLEL)
    assert open_at(case) == ["a", "b"]
    case = do(PARALLEL, case, "b")
    assert open_at(case) == ["a"]
    case = do(PARALLEL, case, "a")
    assert open_at(case) == ["c"]
    assert do(PARALLEL, case, "c").state.status is Status.COMPLETED


CHOICE = model(
    "startEvent start; exclusiveGateway gate; userTask small; userTask big; userTask other; endEvent end",
    "start > gate; gate > small [cost <= 10]; gate > big [cost > 10]; gate > other [default]; "
    "small > end; big > end; other > end",
)


@pytest.mark.parametrize(
    ("data", "way"),
    [
        ({"cost": 5}, "small"),
        ({"cost": 10.5}, "big"),
        ({}, "other"),
        ({"cost": None}, "other"),
        ({"cost": "much"}, "other"),
    ],
)
def test_a_gateway_takes_the_first_way_that_holds_and_else_the_default(data, way):
    assert open_at(begin(CHOICE, **data)) == [way]


def test_without_a_way_that_holds_the_case_waits_for_help_and_goes_on_when_helped():
    of = model(
        "startEvent start; exclusiveGateway gate; userTask a; endEvent end",
        "start > gate; gate > a [x = 1]; gate > end [x = 2]; a > end",
    )
    case = begin(of)
    (incident,) = effects_of(case, IncidentRaised)
    assert incident.element == "gate"
    assert "no default" in incident.reason
    assert where(case.state) == {"gate"}
    case = step(of, case.state, Retried(incident_id=incident.incident_id, data={"x": 1}), NOW)
    assert open_at(case) == ["a"]


def test_a_task_with_two_ways_out_takes_both():
    of = model(
        "startEvent start; userTask a; userTask b; userTask c; endEvent end",
        "start > a > b > end; a > c > end",
    )
    assert open_at(do(of, begin(of), "a")) == ["b", "c"]


def test_a_task_with_conditions_on_its_ways_takes_those_that_hold():
    of = model(
        "startEvent start; userTask a; userTask b; userTask c; endEvent end",
        "start > a > b [x > 1] > end; a > c [default] > end",
    )
    assert open_at(do(of, begin(of), "a", x=2)) == ["b"]
    assert open_at(do(of, begin(of), "a", x=1)) == ["c"]


def test_a_terminate_end_takes_back_what_is_open_elsewhere():
    of = model(
        "startEvent start; parallelGateway split; userTask a; serviceTask s; userTask b; "
        "endEvent stop:<terminateEventDefinition/>; endEvent end",
        "start > split; split > a > end; split > s > end; split > b > stop",
    )
    case = do(of, begin(of), "b")
    assert effects_of(case, TaskWithdrawn) == [TaskWithdrawn(task_id="a:1", element="a")]
    assert effects_of(case, CallWithdrawn) == [CallWithdrawn(call_id="s:2", element="s")]
    assert case.effects[-1] == CaseEnded(how=Status.TERMINATED)
    assert not case.state.tokens


SUB = parse(
    xml("""<startEvent id="start"/><subProcess id="sub"><startEvent id="in"/><userTask id="a"/><userTask id="b"/>
    <endEvent id="out"/><endEvent id="stop"><terminateEventDefinition/></endEvent>
    <sequenceFlow id="1" sourceRef="in" targetRef="a"/><sequenceFlow id="2" sourceRef="in" targetRef="b"/>
    <sequenceFlow id="3" sourceRef="a" targetRef="out"/><sequenceFlow id="4" sourceRef="b" targetRef="stop"/>
    </subProcess><userTask id="c"/><endEvent id="end"/>
    <sequenceFlow id="5" sourceRef="start" targetRef="sub"/><sequenceFlow id="6" sourceRef="sub" targetRef="c"/>
    <sequenceFlow id="7" sourceRef="c" targetRef="end"/>""")
)


def test_a_sub_process_is_left_when_nothing_in_it_is_open():
    case = do(SUB, begin(SUB), "a")
    assert open_at(case) == ["b"]
    case = do(SUB, case, "b")
    assert open_at(case) == ["c"]
    assert do(SUB, case, "c").state.over


def test_a_terminate_end_in_a_sub_process_ends_only_that():
    case = do(SUB, begin(SUB), "b")
    assert [effect.element for effect in effects_of(case, TaskWithdrawn)] == ["a"]
    assert open_at(case) == ["c"]


CALL = model("startEvent start; serviceTask s; userTask a; endEvent end", "start > s > a > end")


def test_a_service_is_called_with_the_data_and_its_answer_is_kept():
    case = begin(CALL, x=1)
    (call,) = effects_of(case, ServiceCalled)
    assert (call.calls, dict(call.data)) == ("test", {"x": 1})
    case = step(CALL, case.state, CallAnswered(call_id=call.call_id, data={"y": 2}), NOW)
    assert open_at(case) == ["a"]
    assert case.state.data == {"x": 1, "y": 2}


def test_a_service_that_gives_up_leaves_an_incident_and_a_retry_calls_it_again():
    case = begin(CALL)
    (call,) = effects_of(case, ServiceCalled)
    case = step(CALL, case.state, CallFailed(call_id=call.call_id, reason="No answer in 3 tries."), NOW)
    (incident,) = effects_of(case, IncidentRaised)
    assert incident.reason == "No answer in 3 tries."
    case = step(CALL, case.state, Retried(incident_id=incident.incident_id), NOW)
    (again,) = effects_of(case, ServiceCalled)
    assert again.call_id != call.call_id
    with pytest.raises(UnknownWork):
        step(CALL, case.state, CallAnswered(call_id=call.call_id), NOW)


def test_a_task_is_completed_once():
    first = begin(PARALLEL)
    (task, _) = open_tasks(first.state)
    after = complete(PARALLEL, first.state, task.id, now=NOW)
    with pytest.raises(UnknownWork, match="not open"):
        complete(PARALLEL, after.state, task.id, now=NOW)


def test_nothing_happens_to_a_case_that_is_over():
    of = model("startEvent start; userTask a; endEvent end", "start > a > end")
    over = do(of, begin(of), "a")
    with pytest.raises(CaseOver, match="completed"):
        step(of, over.state, TaskCompleted(task_id="a:1"), NOW)
    with pytest.raises(CaseOver):
        step(of, None, TaskCompleted(task_id="a:1"), NOW)
    with pytest.raises(CaseOver):
        step(of, begin(of).state, Started(), NOW)


def test_a_case_ended_by_hand_takes_everything_back():
    case = step(PARALLEL, begin(PARALLEL).state, Cancelled(reason="Entered twice"), NOW)
    assert [effect.element for effect in effects_of(case, TaskWithdrawn)] == ["a", "b"]
    assert case.effects[-1] == CaseEnded(how=Status.CANCELLED)


def test_a_way_back_to_a_task_can_be_taken_ten_thousand_times_at_the_same_cost():
    of = model(
        "startEvent start; userTask a; exclusiveGateway gate; endEvent end",
        "start > a > gate; gate > end [done]; gate > a [default]",
    )
    case = do(of, begin(of), "a", done=False)
    early = len(json.dumps(to_json(case.state)))
    for _ in range(10_000):
        case = do(of, case, "a", done=False)
    assert len(json.dumps(to_json(case.state))) <= early + 2 * len("10000")
    assert do(of, case, "a", done=True).state.status is Status.COMPLETED


def test_going_round_without_anybody_is_stopped():
    of = model("startEvent start; exclusiveGateway one; exclusiveGateway two", "start > one > two > one")
    with pytest.raises(EndlessLoop, match="goes round"):
        begin(of)


def test_multiplying_without_anybody_is_stopped():
    of = model("startEvent start; parallelGateway one; task two", "start > one > two > one; one > one")
    with pytest.raises(EndlessLoop):
        begin(parse(bpmn("startEvent start; task one; task two", "start > one > two > one; one > one")))
    assert begin(of).state.status is Status.STUCK


def test_a_join_that_nobody_comes_to_any_more_is_told():
    of = model(
        "startEvent start; exclusiveGateway gate; task a; task b; parallelGateway join; endEvent end",
        "start > gate; gate > a [x = 1] > join; gate > b [default] > join; join > end",
    )
    case = begin(of)
    assert case.state.status is Status.STUCK
    (incident,) = effects_of(case, IncidentRaised)
    assert incident.element == "join"
    assert step(of, case.state, Cancelled(), NOW).state.status is Status.CANCELLED


def test_a_process_without_a_start_event_begins_at_what_nothing_leads_to():
    of = model("userTask a; userTask b; endEvent end", "a > end; b > end")
    assert open_at(begin(of)) == ["a", "b"]


def test_one_of_several_start_events_can_be_named():
    of = model(
        "startEvent web; startEvent phone; userTask a; userTask b; endEvent end",
        "web > a > end; phone > b > end",
    )
    assert open_at(begin(of)) == ["a"]
    assert open_at(start(of, now=NOW, at="phone")) == ["b"]
    with pytest.raises(UnknownWork, match="fax"):
        start(of, now=NOW, at="fax")


def test_events_without_a_trigger_and_plain_tasks_are_passed():
    of = model(
        "startEvent start; intermediateThrowEvent half; task note; manualTask m; endEvent end",
        "start > half > note > m > end",
    )
    assert open_at(begin(of)) == ["m"]


def test_what_cannot_run_stops_there_and_not_the_whole_case():
    of = model(
        "startEvent start; userTask a; scriptTask s; userTask b; endEvent end",
        "start > a > end; start > s > b > end",
    )
    case = begin(of)
    assert open_at(case) == ["a"]
    (incident,) = effects_of(case, IncidentRaised)
    assert incident.element == "s"


@pytest.mark.parametrize("bad", [object(), {1: "x"}, float("nan"), [NOW], b"x"])
def test_only_plain_data_is_taken_in(bad):
    with pytest.raises(BadData):
        begin(PARALLEL, x=bad)


def test_data_nested_too_deep_is_refused():
    deep: list[object] = []
    for _ in range(100):
        deep = [deep]
    with pytest.raises(BadData, match="nested"):
        begin(PARALLEL, x=deep)


def test_a_refused_step_leaves_the_state_as_it_was():
    case = begin(PARALLEL)
    before = to_json(case.state)
    with pytest.raises(BadData):
        do(PARALLEL, case, "a", x=object())
    assert to_json(case.state) == before


STORED_IN_VERSION_1 = {
    "version": 1,
    "process": "main",
    "status": "running",
    "tokens": [
        {"id": "join@", "element": "join", "waits": "join", "arrived": {"b-join": 1}},
        {"id": "a:1", "element": "a", "waits": "task"},
    ],
    "data": {"x": [1, None, "é"]},
    "counter": 2,
    "passed": ["b", "b-join", "split", "split-a", "split-b", "start", "start-split"],
}


def test_a_state_stored_in_the_first_version_is_read_and_goes_on():
    state = from_json(STORED_IN_VERSION_1)
    assert to_json(state) == STORED_IN_VERSION_1
    assert open_at(complete(PARALLEL, state, "a:1", now=NOW)) == ["c"]


@pytest.mark.parametrize(
    "stored",
    [{}, {"version": 99}, {**STORED_IN_VERSION_1, "status": "happy"}, {**STORED_IN_VERSION_1, "tokens": 3}],
)
def test_a_state_that_cannot_be_read_is_refused(stored):
    with pytest.raises(BadState):
        from_json(stored)


def test_a_case_that_stands_where_the_version_has_nothing_is_refused():
    case = begin(PARALLEL)
    with pytest.raises(BadState, match="does not have"):
        complete(CHOICE, case.state, "a:1", now=NOW)
