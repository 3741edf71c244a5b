"""BPMN files read: what is kept, and what is refused."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.process.core.build import HEAD, MODELS, bpmn, library, model, xml
from weft.process.core import FieldType, Kind, NotBpmn, check, parse
from weft.process.core.model import ACTIVITIES, EVENTS, GATEWAYS

MIWG = sorted((MODELS / "miwg").glob("*.bpmn"))
NAMESPACE = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"


def ids(path, names: set[str]) -> set[str]:
    """The ids of elements of these names, read without our parser."""
    root = etree.fromstring(path.read_bytes())
    return {e.get("id") for e in root.iter() if str(e.tag).removeprefix(NAMESPACE) in names}


@pytest.mark.parametrize("path", MIWG, ids=lambda path: path.stem)
def test_a_reference_model_keeps_every_element_flow_and_shape(path):
    of = parse(path.read_bytes())
    assert set(of.elements) == ids(path, {str(kind) for kind in Kind})
    assert set(of.flows) == ids(path, {"sequenceFlow"})
    assert set(of.lanes) == ids(path, {"lane"})
    assert set(of.beside) == ids(path, {"participant", "messageFlow", "message"})
    assert set(of.processes) == ids(path, {"process"})
    root = etree.fromstring(path.read_bytes())
    for tag, kept in (("BPMNShape", of.diagrams[0].shapes), ("BPMNEdge", of.diagrams[0].edges)):
        assert set(kept) == {e.get("bpmnElement") for e in root.iter(DI + tag)}


@pytest.mark.parametrize("path", MIWG, ids=lambda path: path.stem)
def test_the_flows_of_a_reference_model_are_as_its_elements_say(path):
    of = parse(path.read_bytes())
    for element in etree.fromstring(path.read_bytes()).iter():
        for end in ("incoming", "outgoing"):
            named = {child.text.strip() for child in element.iterchildren(NAMESPACE + end)}
            if named:
                assert named == set(getattr(of.elements[element.get("id")], end))


@pytest.mark.parametrize(
    ("name", "stopping"),
    [
        ("A.1.0", 0),
        ("A.2.0", 0),
        ("A.2.1", 0),
        ("A.3.0", 2),
        ("A.4.0", 0),
        ("A.4.1", 0),
    ],
)
def test_a_reference_model_is_told_what_would_not_run(name, stopping):
    of = parse((MODELS / "miwg" / f"{name}.bpmn").read_bytes())
    problems = check(of)
    assert sum(problem.stops for problem in problems) == stopping
    assert any("not marked as executable" in problem.reason for problem in problems)
    assert all(problem.line and problem.reason and problem.instead for problem in problems)


def test_the_library_process_says_who_works_in_both_languages():
    of = library("report-and-resolve")
    lane = of.lane_of("assess")
    assert (lane.role, lane.unit) == ("dispatcher", "owner")
    assert [lane.named("fr") for lane in of.lanes.values()] == ["Centre de contact", "Répartition", "Équipe"]
    assess = of.elements["assess"]
    assert assess.told("en") == "We are looking at your request."
    assert assess.told("fr") == "Nous examinons votre demande."
    assert assess.named("fr-CA") == "Évaluer"


def test_the_form_of_a_task_is_read():
    needed, note = library("report-and-resolve").elements["assess"].fields
    assert (needed.id, needed.type, needed.required) == ("work_needed", FieldType.CHOICE, True)
    assert [(o.value, o.labelled("fr")) for o in needed.options] == [("yes", "Oui"), ("no", "Non")]
    assert (note.type, note.required) == (FieldType.TEXT, False)


def test_a_lane_within_a_lane_takes_over_what_it_does_not_say():
    of = parse(
        xml(
            '<laneSet id="s"><lane id="outer" weft:unit="owner"><flowNodeRef>a</flowNodeRef><childLaneSet id="t">'
            '<lane id="inner" weft:role="crew"><flowNodeRef>a</flowNodeRef></lane></childLaneSet></lane></laneSet>'
            '<userTask id="a"/>'
        )
    )
    assert of.elements["a"].lane == "inner"
    assert (of.lanes["inner"].role, of.lanes["inner"].unit) == ("crew", "owner")


def test_what_stands_in_a_sub_process_stands_in_its_lane():
    of = parse(
        xml(
            '<laneSet id="s"><lane id="l" weft:role="crew" weft:unit="owner"><flowNodeRef>sub</flowNodeRef></lane>'
            '</laneSet><subProcess id="sub"><userTask id="a"/></subProcess>'
        )
    )
    assert of.elements["a"].lane == "l"
    assert of.elements["a"].parent == "sub"


def test_what_other_tools_add_is_passed_over_and_their_attributes_kept():
    of = parse(
        HEAD.replace("<definitions ", '<definitions xmlns:camunda="http://camunda.org/schema/1.0/bpmn" ')
        + '<process id="p"><userTask id="a" camunda:assignee="sam"><extensionElements><camunda:x/>'
        "</extensionElements></userTask></process></definitions>"
    )
    assert of.elements["a"].extra == {"{http://camunda.org/schema/1.0/bpmn}assignee": "sam"}


def test_data_annotations_and_groups_are_kept_beside_the_flow():
    of = parse(
        xml(
            '<userTask id="a"/><dataObject id="d"/><dataObjectReference id="dr" name="Plan"/>'
            '<dataStoreReference id="ds"/><textAnnotation id="t"><text>Mind this</text></textAnnotation>'
            '<group id="g"/><association id="x" sourceRef="a" targetRef="t"/>'
        )
    )
    assert {name: thing.kind for name, thing in of.beside.items()} == {
        "d": "dataObject",
        "dr": "dataObjectReference",
        "ds": "dataStoreReference",
        "t": "textAnnotation",
        "g": "group",
        "x": "association",
    }
    assert of.beside["t"].text == "Mind this"


def test_the_model_cannot_be_changed():
    of = model("userTask a", "")
    with pytest.raises(TypeError):
        of.elements["b"] = of.elements["a"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        of.elements["a"].name = "x"  # type: ignore[misc]


def test_every_kind_is_an_event_a_gateway_or_an_activity():
    assert set(Kind) == EVENTS | GATEWAYS | ACTIVITIES


# --- refused ---

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + ']><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" name="&i;"/></definitions>'
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"><documentation>&x;'
    "</documentation></process></definitions>"
)
FIELD = '<extensionElements><weft:field id="{}" type="{}"/></extensionElements>'
HIDDEN = "<!-- <a> " + " " * 200_000 + "-->" + OUTSIDE.removeprefix('<?xml version="1.0"?>')


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (LAUGHS, "DOCTYPE"),
        (OUTSIDE, "DOCTYPE"),
        (OUTSIDE.encode("utf-16"), "DOCTYPE"),
        (HIDDEN, "DOCTYPE"),
        ("", "not well-formed"),
        ("Dear sir or madam", "not well-formed"),
        (b"PK\x03\x04" + b"\x00" * 100, "not well-formed"),
        (b"\xff\xfe\x00\x01", "not well-formed"),
        ("<definitions/>", "not BPMN"),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "not BPMN"),
        (f"{HEAD}</definitions>", "no process"),
        (f'{HEAD}<process id="p">', "not well-formed"),
        (f'{HEAD}<process id="p"><task id="p"/></process></definitions>', "used twice"),
        (f'{HEAD}<process id="p"><task/></process></definitions>', "has no id"),
        (xml('<task id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="b"/>'), "which is not there"),
        (xml(f'<userTask id="a">{FIELD.format("a b", "text")}</userTask>'), "needs an id"),
        (xml(f'<userTask id="a">{FIELD.format("a", "file")}</userTask>'), "text, choice or boolean"),
    ],
)
def test_a_file_we_will_not_read_is_refused_in_plain_words(source, reason):
    with pytest.raises(NotBpmn, match=reason):
        parse(source)


def test_the_line_of_the_mistake_is_told():
    with pytest.raises(NotBpmn) as wrong:
        parse(xml('<task id="a"/>\n<task id="a"/>'))
    assert wrong.value.line == 6
    assert "(line 6)" in str(wrong.value)


def test_a_file_of_ten_megabytes_is_refused():
    with pytest.raises(NotBpmn, match="larger than 4 MB"):
        parse(xml(f'<documentation>{"x" * 10_000_000}</documentation><task id="a"/>'))


def test_too_many_elements_are_refused():
    with pytest.raises(NotBpmn, match="more than 5000"):
        parse(xml("".join(f'<task id="t{i}"/>' for i in range(6_000))))


@pytest.mark.parametrize("depth", [30, 300, 30_000])
def test_deep_nesting_is_refused(depth):
    opening = "".join(f'<subProcess id="s{i}">' for i in range(depth))
    with pytest.raises(NotBpmn, match=r"nested more than|not well-formed|larger"):
        parse(xml(opening + "</subProcess>" * depth))


def test_lanes_nested_too_deep_are_refused():
    opening = "".join(f'<lane id="l{i}"><childLaneSet>' for i in range(60))
    with pytest.raises(NotBpmn, match="Lanes are nested"):
        parse(xml('<laneSet id="s">' + opening + "</childLaneSet></lane>" * 60 + "</laneSet>"))


@pytest.mark.parametrize("number", ["nan", "1e99", "left"])
def test_a_place_that_is_not_on_a_drawing_is_refused(number):
    drawing = (
        '<b:BPMNDiagram xmlns:b="http://www.omg.org/spec/BPMN/20100524/DI"><b:BPMNPlane><b:BPMNShape bpmnElement="a">'
        f'<c:Bounds xmlns:c="http://www.omg.org/spec/DD/20100524/DC" x="{number}" y="0" width="1" height="1"/>'
        "</b:BPMNShape></b:BPMNPlane></b:BPMNDiagram>"
    )
    with pytest.raises(NotBpmn, match="not a place"):
        parse(xml('<task id="a"/>', beside=drawing))


def test_a_long_round_of_gateways_is_read_and_told():
    names = [f"g{i}" for i in range(1_000)]
    source = bpmn(
        "startEvent start; " + "; ".join(f"exclusiveGateway {name}" for name in names),
        f"start > {' > '.join(names)} > g0",
    )
    assert any("never end" in problem.reason for problem in check(parse(source)))
