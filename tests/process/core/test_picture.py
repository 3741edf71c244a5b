"""The drawing and the strip: everything shown, nothing smuggled in, where the case stands."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from lxml import etree

from tests.process.core.build import LIBRARY, MODELS, begin, do, library, model, xml
from weft.process.core import draw, parse, strip, where
from weft.process.core.model import EVENTS, GATEWAYS, Bounds
from weft.process.core.text import width_of, wrapped

SVG = "{http://www.w3.org/2000/svg}"
REPORT = library("report-and-resolve")
EVERY = [*sorted(LIBRARY.glob("*.bpmn")), *sorted((MODELS / "miwg").glob("*.bpmn"))]


def read(svg: str) -> etree._Element:
    return etree.fromstring(svg)


def group(svg: str, element: str) -> etree._Element:
    (found,) = [
        g
        for g in read(svg).iter(SVG + "g")
        if g.get("data-element") == element and "label" not in g.get("class")
    ]
    return found


def words(element: etree._Element) -> str:
    return " ".join(text.strip() for text in element.itertext() if text.strip())


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_everything_that_is_drawn_in_the_file_is_in_the_picture(path):
    of = parse(path.read_bytes())
    shown = {g.get("data-element") for g in read(draw(of)).iter(SVG + "g")}
    assert {*of.diagrams[0].shapes, *of.diagrams[0].edges} <= shown
    assert {*of.elements, *of.flows} <= shown


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_the_picture_carries_no_style_and_no_script(path):
    for element in read(draw(parse(path.read_bytes()))).iter():
        assert not {"style", "onclick", "onload", "href"} & set(element.attrib)
        assert element.tag.removeprefix(SVG) not in ("style", "script", "foreignObject", "image", "use")


def test_names_are_escaped():
    of = parse(xml('<userTask id="a" name="&lt;script&gt;alert(1)&lt;/script&gt; &quot;x&quot; &amp;"/>'))
    svg = draw(of, name='"><script>')
    assert "<script" not in svg
    assert "alert" in words(group(svg, "a"))


def test_the_picture_says_in_words_where_the_case_is():
    case = do(REPORT, begin(REPORT), "receive")
    svg = read(draw(REPORT, here=where(case.state), done=case.state.passed, name="mine"))
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "mine-title mine-desc"
    assert svg.find(SVG + "title").text == "Report and resolve: the process as a drawing"
    assert svg.find(SVG + "desc").text == (
        "4 steps: Receive, Assess, Do the work, Close. Done: Receive (Contact centre). Now: Assess (Dispatch)."
    )


def test_the_picture_speaks_french():
    case = begin(REPORT)
    svg = draw(REPORT, here=where(case.state), done=case.state.passed, language="fr")
    assert "Maintenant : Recevoir (Centre de contact)." in read(svg).find(SVG + "desc").text
    assert words(group(svg, "is-work-needed")) == "Intervention nécessaire\u00a0?"
    assert "Oui" in svg


def test_here_and_done_are_told_by_a_word_and_a_tick_and_not_by_colour_alone():
    case = do(REPORT, begin(REPORT), "receive")
    svg = draw(REPORT, here=where(case.state), done=case.state.passed)
    assert "Now" in words(group(svg, "assess"))
    assert "here" in group(svg, "assess").get("class").split()
    assert "done" in group(svg, "receive").get("class").split()
    assert [g for g in group(svg, "receive") if g.get("class") == "tick"]
    assert group(svg, "close").get("class").split() == ["task", "user-task"]


def test_the_way_the_case_took_is_marked():
    case = do(REPORT, begin(REPORT), "receive")
    case = do(REPORT, case, "assess", work_needed="no")
    svg = draw(REPORT, here=where(case.state), done=case.state.passed)
    assert "done" in group(svg, "no-work-needed").get("class")
    assert "done" not in group(svg, "work-is-needed").get("class")


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_names_of_tasks_fit_into_their_boxes(path, language):
    of = parse(path.read_bytes())
    svg = read(draw(of, language=language))
    for g in svg.iter(SVG + "g"):
        if "task" in (g.get("class") or "").split():
            bounds = of.diagrams[0].shapes[g.get("data-element")].bounds
            for line in g.find(SVG + "text"):
                assert width_of(line.text, size=13) <= bounds.width
                assert bounds.y < float(line.get("y")) < bounds.y + bounds.height


def test_a_model_without_a_drawing_is_laid_out():
    of = model(
        "startEvent start; exclusiveGateway g; userTask a; userTask b; endEvent end",
        "start > g; g > a [x = 1]; g > b [default]; a > end; b > end",
    )
    shown = {g.get("data-element") for g in read(draw(of)).iter(SVG + "g")}
    assert {*of.elements, *of.flows} <= shown


def test_long_words_and_long_texts_are_broken_and_cut():
    lines = wrapped("Abwasserbeseitigungskonzept prüfen und noch sehr viel mehr", width=90, size=13, lines=3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(width_of(line, size=13) <= 90 for line in lines)


def test_a_name_of_a_million_letters_is_drawn_in_no_time():
    of = parse(xml(f'<userTask id="a" name="{"x" * 1_000_000}"/>'))
    assert words(group(draw(of), "a")).endswith("…")


# --- the strip ---


def progress(of, step, language="en"):
    stops = strip(of, here=where(step.state), done=step.state.passed, language=language)
    return [(stop.name, str(stop.progress)) for stop in stops]


def test_before_it_begins_the_strip_shows_the_usual_way():
    assert [stop.name for stop in strip(REPORT)] == ["Receive", "Assess", "Do the work", "Close"]


def test_the_strip_follows_the_case():
    case = do(REPORT, begin(REPORT), "receive")
    assert progress(REPORT, case) == [
        ("Receive", "done"),
        ("Assess", "here"),
        ("Do the work", "to-come"),
        ("Close", "to-come"),
    ]
    case = do(REPORT, case, "assess", work_needed="no")
    assert progress(REPORT, case, "fr") == [("Recevoir", "done"), ("Évaluer", "done"), ("Clore", "here")]
    case = do(REPORT, case, "close", answer="Thank you.")
    assert progress(REPORT, case) == [("Receive", "done"), ("Assess", "done"), ("Close", "done")]


def test_the_strip_tells_the_requester_in_plain_words():
    assert [stop.says for stop in strip(REPORT, language="fr")][1] == "Nous examinons votre demande."


def test_the_strip_shows_parallel_ways_and_what_comes_after_them():
    of = model(
        "startEvent start; parallelGateway split; userTask a; userTask b; userTask c; parallelGateway join; userTask d",
        "start > split; split > a > b > join; split > c > join; join > d",
    )
    assert progress(of, do(of, begin(of), "c")) == [
        ("a", "here"),
        ("b", "to-come"),
        ("c", "done"),
        ("d", "to-come"),
    ]


def test_the_strip_shows_what_was_done_off_the_usual_way():
    of = model(
        "startEvent start; exclusiveGateway g; userTask usual; userTask odd; userTask last; endEvent end",
        "start > g; g > odd [x = 1]; g > usual [default]; odd > last; usual > last; last > end",
    )
    assert [stop.name for stop in strip(of)] == ["usual", "last"]
    assert progress(of, begin(of, x=1)) == [("odd", "here"), ("last", "to-come")]


def test_a_step_that_is_done_again_is_where_the_case_is():
    of = model(
        "startEvent start; userTask a; userTask b; exclusiveGateway g; endEvent end",
        "start > a > b > g; g > a [again]; g > end [default]",
    )
    case = do(of, do(of, begin(of), "a"), "b", again=True)
    assert progress(of, case) == [("a", "here"), ("b", "done")]


# --- the drawings of the library ---

LIBRARY_FILES = sorted(LIBRARY.glob("*.bpmn"))


def overlap(a: Bounds, b: Bounds) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


@pytest.mark.parametrize("path", LIBRARY_FILES, ids=lambda path: path.stem)
def test_a_library_process_is_complete_in_both_languages(path):
    of = parse(path.read_bytes())
    assert of.process.id == path.stem
    assert of.process.name_fr
    assert of.process.documentation_fr
    for element in of.elements.values():
        assert bool(element.name) == bool(element.name_fr), element.id
        if element.is_peoples_task:
            assert all([element.name, element.says, element.says_fr, element.documentation_fr]), element.id
        for spot in element.fields:
            assert spot.label_fr, spot.id
            assert all(option.label_fr for option in spot.options), spot.id
    for thing in [*of.lanes.values(), *of.flows.values()]:
        assert bool(thing.name) == bool(thing.name_fr), thing.id


@pytest.mark.parametrize("path", LIBRARY_FILES, ids=lambda path: path.stem)
def test_a_library_drawing_is_tidy(path):
    of = parse(path.read_bytes())
    diagram = of.diagrams[0]
    assert {*of.elements, *of.lanes} <= set(diagram.shapes)
    assert set(of.flows) == set(diagram.edges) & set(of.flows)
    boxes = {name: diagram.shapes[name].bounds for name in of.elements}
    labels = {
        f"{name} label": thing.label
        for name, thing in [*diagram.shapes.items(), *diagram.edges.items()]
        if thing.label
    }
    for (one, a), (other, b) in combinations({**boxes, **labels}.items(), 2):
        assert not overlap(a, b), (one, other)
    for name, element in of.elements.items():
        lane, box = diagram.shapes[element.lane].bounds, boxes[name]
        assert lane.y <= box.y <= box.y + box.height <= lane.y + lane.height, name
        if element.kind in EVENTS | GATEWAYS and element.name:
            assert diagram.shapes[name].label, name
    for flow in of.flows.values():
        points = diagram.edges[flow.id].waypoints
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points)), flow.id
