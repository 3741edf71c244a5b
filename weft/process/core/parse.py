"""BPMN 2.0 XML to the model, taking nothing from outside the file and nothing without bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, cast

from lxml import etree

from weft.process.core.errors import NotBpmn
from weft.process.core.model import (
    CONTAINERS,
    Beside,
    Bounds,
    Diagram,
    Edge,
    Element,
    EventDefinition,
    Field,
    FieldType,
    Flow,
    Kind,
    Lane,
    Model,
    Option,
    Process,
    Shape,
    frozen,
)

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
WEFT = "https://weft.city/bpmn"

MAX_BYTES = 4_000_000
MAX_ELEMENTS = 5_000
MAX_NESTING = 20

_NO_DOCTYPE = "The file declares a document type (DOCTYPE), which BPMN does not need and we do not read"
_KINDS = {str(kind): kind for kind in Kind}
_BESIDE = {
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "dataStore",
    "textAnnotation",
    "group",
    "association",
    "message",
    "signal",
    "error",
    "escalation",
    "participant",
    "messageFlow",
}


def parse(source: bytes | str) -> Model:
    """The model in a BPMN 2.0 file; `NotBpmn` says in plain words why a file is refused."""
    root = _read_xml(source)
    if _local(root) != "definitions" or _space(root) != BPMN:
        raise NotBpmn(
            "This is XML, but not BPMN 2.0: it does not begin with bpmn:definitions", line=_line(root)
        )
    found = _Found()
    for child in _children(root):
        if _local(child) == "process":
            _read_process(child, found)
        elif _local(child) == "collaboration":
            _read_collaboration(child, found)
        else:
            _read_beside(child, found, process="")
    if not found.processes:
        raise NotBpmn("The file holds no process")
    found.join_up()
    return Model(
        id=root.get("id", ""),
        name=_words(root.get("name")),
        main=_main_process(found),
        processes=frozen(found.processes),
        elements=frozen(found.elements),
        flows=frozen(found.flows),
        lanes=frozen(found.lanes),
        beside=frozen(found.beside),
        diagrams=tuple(_read_diagram(d) for d in root.iterchildren(f"{{{BPMNDI}}}BPMNDiagram")),
        exporter=_words(root.get("exporter")),
    )


# --- XML ---


def _read_xml(source: bytes | str) -> etree._Element:
    data = source.encode() if isinstance(source, str) else source
    if len(data) > MAX_BYTES:
        raise NotBpmn(f"The file is larger than {MAX_BYTES // 1_000_000} MB")
    if re.search(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E", data[:100_000]):
        raise NotBpmn(_NO_DOCTYPE)
    parser = etree.XMLParser(
        encoding="utf-8" if isinstance(source, str) else None,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as wrong:
        raise NotBpmn(f"The file is not well-formed XML: {wrong.msg}", line=wrong.lineno) from None
    except ValueError as wrong:
        raise NotBpmn(f"The file is not XML: {wrong}") from None
    if cast(Any, root.getroottree().docinfo).doctype:
        raise NotBpmn(_NO_DOCTYPE)
    return root


def _line(element: etree._Element) -> int:
    return cast("int | None", element.sourceline) or 0


def _inner_text(element: etree._Element | None) -> str:
    return "" if element is None else "".join(str(part) for part in element.itertext()).strip()


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def _space(element: etree._Element) -> str:
    return etree.QName(element).namespace or ""


def _children(element: etree._Element) -> Iterator[etree._Element]:
    """The BPMN children, without what other tools put between them."""
    for child in element.iterchildren():
        if isinstance(child.tag, str) and _space(child) == BPMN:
            yield child


def _words(text: str | None) -> str:
    """Text on one line, without the line breaks that modellers draw with."""
    return " ".join((text or "").split())


def _ref(text: str | None) -> str:
    """A reference to an id; a prefix before it (a qualified name) is dropped."""
    return (text or "").strip().rsplit(":", 1)[-1]


def _text(element: etree._Element, name: str) -> str:
    return _inner_text(element.find(f"{{{BPMN}}}{name}"))


def _ours(element: etree._Element, name: str) -> str:
    return _words(element.get(f"{{{WEFT}}}{name}"))


def _extra(element: etree._Element) -> dict[str, str]:
    """Attributes of other namespaces, by {namespace}name, kept for whoever knows them."""
    return {str(name): str(value) for name, value in element.attrib.items() if str(name).startswith("{")}


def _yes(text: str | None, *, default: bool = False) -> bool:
    return default if text is None else text.strip() in ("true", "1")


# --- what was found so far ---


@dataclass(slots=True)
class _Found:
    processes: dict[str, Process] = field(default_factory=dict)
    elements: dict[str, Element] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)
    beside: dict[str, Beside] = field(default_factory=dict)

    def id_of(self, element: etree._Element) -> str:
        """The id, which must be there and be the only one of its name."""
        name = (element.get("id") or "").strip()
        if not name:
            raise NotBpmn(f"A {_local(element)} has no id", line=_line(element))
        if name in self.elements or name in self.flows or name in self.lanes or name in self.processes:
            raise NotBpmn(f"The id {name!r} is used twice", line=_line(element))
        if len(self.elements) + len(self.flows) > MAX_ELEMENTS:
            raise NotBpmn(f"The file holds more than {MAX_ELEMENTS} elements and flows", line=_line(element))
        return name

    def join_up(self) -> None:
        """Tell the elements their flows and lanes."""
        incoming: dict[str, list[str]] = {}
        outgoing: dict[str, list[str]] = {}
        for flow in self.flows.values():
            for end in (flow.source, flow.target):
                if end not in self.elements:
                    raise NotBpmn(
                        f"The flow {flow.id!r} leads to or from {end!r}, which is not there", line=flow.line
                    )
            incoming.setdefault(flow.target, []).append(flow.id)
            outgoing.setdefault(flow.source, []).append(flow.id)
        lane_of = {
            node: lane.id for lane in self.lanes.values() for node in lane.nodes
        }  # inner lanes are last
        for name, element in self.elements.items():
            lane = lane_of.get(name)
            if lane is None and element.parent is not None:  # what is inside comes after its sub-process
                lane = self.elements[element.parent].lane
            self.elements[name] = replace(
                element,
                incoming=tuple(incoming.get(name, ())),
                outgoing=tuple(outgoing.get(name, ())),
                lane=lane,
            )


# --- processes ---


def _read_process(xml: etree._Element, found: _Found) -> None:
    name = found.id_of(xml)
    found.processes[name] = Process(
        id=name,
        name=_words(xml.get("name")),
        name_fr=_ours(xml, "name-fr"),
        documentation=_text(xml, "documentation"),
        documentation_fr=_ours(xml, "documentation-fr"),
        executable=_yes(xml.get("isExecutable")),
        line=_line(xml),
        extra=frozen(_extra(xml)),
    )
    _read_inside(xml, found, process=name, parent=None, depth=0)


def _read_inside(xml: etree._Element, found: _Found, *, process: str, parent: str | None, depth: int) -> None:
    if depth > MAX_NESTING:
        raise NotBpmn(f"Sub-processes are nested more than {MAX_NESTING} deep", line=_line(xml))
    for child in _children(xml):
        local = _local(child)
        if local in _KINDS:
            element = _read_element(child, found, process=process, parent=parent)
            found.elements[element.id] = element
            if element.kind in CONTAINERS:
                _read_inside(child, found, process=process, parent=element.id, depth=depth + 1)
        elif local == "sequenceFlow":
            flow = _read_flow(child, found, process=process, parent=parent)
            found.flows[flow.id] = flow
        elif local == "laneSet":
            _read_lanes(child, found, process=process, parent=None, depth=0)
        else:
            _read_beside(child, found, process=process)


def _read_element(xml: etree._Element, found: _Found, *, process: str, parent: str | None) -> Element:
    kind = _KINDS[_local(xml)]
    return Element(
        id=found.id_of(xml),
        kind=kind,
        name=_words(xml.get("name")),
        name_fr=_ours(xml, "name-fr"),
        documentation=_text(xml, "documentation"),
        documentation_fr=_ours(xml, "documentation-fr"),
        line=_line(xml),
        process=process,
        parent=parent,
        default=_ref(xml.get("default")) or None,
        events=tuple(_read_events(xml)),
        attached_to=_ref(xml.get("attachedToRef")) or None,
        interrupting=_yes(xml.get("cancelActivity") or xml.get("isInterrupting"), default=True),
        loop=_read_loop(xml),
        by_event=_yes(xml.get("triggeredByEvent")),
        compensation=_yes(xml.get("isForCompensation")),
        calls=_read_calls(xml),
        script=_text(xml, "script"),
        fields=tuple(_read_fields(xml)),
        says=_ours(xml, "says"),
        says_fr=_ours(xml, "says-fr"),
        extra=frozen(_extra(xml)),
    )


def _read_events(xml: etree._Element) -> Iterator[EventDefinition]:
    for child in _children(xml):
        local = _local(child)
        if local.endswith("EventDefinition"):
            kind = local.removesuffix("EventDefinition")
            refs = [value for name, value in child.attrib.items() if str(name).endswith("Ref")]
            ref = _ref(str(refs[0])) if refs else ""
            yield EventDefinition(kind=kind, ref=ref, text=_words(_inner_text(child)))
        elif local == "eventDefinitionRef":
            yield EventDefinition(kind="referenced", ref=_ref(child.text))


def _read_loop(xml: etree._Element) -> str:
    for child in _children(xml):
        if _local(child).endswith("LoopCharacteristics"):
            return _local(child).removesuffix("LoopCharacteristics")
    return ""


def _read_calls(xml: etree._Element) -> str:
    """What a service task or call activity calls."""
    implementation = xml.get("implementation", "")
    plain = "" if implementation.startswith("##") else implementation
    return _ours(xml, "calls") or _ref(xml.get("calledElement")) or plain


def _read_fields(xml: etree._Element) -> Iterator[Field]:
    for child in xml.iterfind(f"{{{BPMN}}}extensionElements/{{{WEFT}}}field"):
        name = (child.get("id") or "").strip()
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,62}", name):
            raise NotBpmn(
                f"A weft:field needs an id of letters, digits and _ (it is {name!r})", line=_line(child)
            )
        type_ = child.get("type", "text")
        if type_ not in set(FieldType):
            raise NotBpmn(
                f"A weft:field is of type text, choice or boolean, not {type_!r}", line=_line(child)
            )
        yield Field(
            id=name,
            label=_words(child.get("label")) or name,
            label_fr=_words(child.get("label-fr")),
            type=FieldType(type_),
            required=_yes(child.get("required")),
            options=tuple(
                Option(
                    value=option.get("value", ""),
                    label=_words(option.get("label")) or option.get("value", ""),
                    label_fr=_words(option.get("label-fr")),
                )
                for option in child.iterchildren(f"{{{WEFT}}}option")
            ),
        )


def _read_flow(xml: etree._Element, found: _Found, *, process: str, parent: str | None) -> Flow:
    condition = xml.find(f"{{{BPMN}}}conditionExpression")
    return Flow(
        id=found.id_of(xml),
        source=_ref(xml.get("sourceRef")),
        target=_ref(xml.get("targetRef")),
        name=_words(xml.get("name")),
        name_fr=_ours(xml, "name-fr"),
        condition=_inner_text(condition),
        language=condition.get("language", "") if condition is not None else "",
        line=_line(xml),
        process=process,
        parent=parent,
        extra=frozen(_extra(xml)),
    )


def _read_lanes(xml: etree._Element, found: _Found, *, process: str, parent: Lane | None, depth: int) -> None:
    if depth > MAX_NESTING:
        raise NotBpmn(f"Lanes are nested more than {MAX_NESTING} deep", line=_line(xml))
    for child in _children(xml):
        if _local(child) != "lane":
            continue
        lane = Lane(
            id=found.id_of(child),
            name=_words(child.get("name")),
            name_fr=_ours(child, "name-fr"),
            role=_ours(child, "role") or (parent.role if parent else ""),
            unit=_ours(child, "unit") or (parent.unit if parent else ""),
            process=process,
            parent=parent.id if parent else None,
            nodes=tuple(_ref(node.text) for node in child.iterchildren(f"{{{BPMN}}}flowNodeRef")),
            line=_line(child),
            extra=frozen(_extra(child)),
        )
        found.lanes[lane.id] = lane
        for inner in child.iterchildren(f"{{{BPMN}}}childLaneSet"):
            _read_lanes(inner, found, process=process, parent=lane, depth=depth + 1)


# --- beside the flow ---


def _read_collaboration(xml: etree._Element, found: _Found) -> None:
    for child in _children(xml):
        _read_beside(child, found, process="")


def _read_beside(xml: etree._Element, found: _Found, *, process: str) -> None:
    local = _local(xml)
    name = (xml.get("id") or "").strip()
    if local not in _BESIDE or not name:
        return
    if len(found.beside) > MAX_ELEMENTS:
        raise NotBpmn(f"The file holds more than {MAX_ELEMENTS} things beside the flow", line=_line(xml))
    found.beside[name] = Beside(
        id=name,
        kind=local,
        name=_words(xml.get("name")),
        name_fr=_ours(xml, "name-fr"),
        text=_text(xml, "text"),
        source=_ref(xml.get("sourceRef")),
        target=_ref(xml.get("targetRef")),
        process=_ref(xml.get("processRef")) or process,
        line=_line(xml),
        extra=frozen(_extra(xml)),
    )


def _main_process(found: _Found) -> str:
    """The executable process; without one, the first that has anything in it."""
    inhabited = {element.process for element in found.elements.values()}
    candidates = [p for p in found.processes.values() if p.id in inhabited] or list(found.processes.values())
    return next((p.id for p in candidates if p.executable), candidates[0].id)


# --- the drawing ---


def _read_diagram(xml: etree._Element) -> Diagram:
    plane = xml.find(f"{{{BPMNDI}}}BPMNPlane")
    if plane is None:
        return Diagram(id=xml.get("id", ""))
    shapes: dict[str, Shape] = {}
    edges: dict[str, Edge] = {}
    for child in plane.iterchildren(f"{{{BPMNDI}}}BPMNShape"):
        bounds = _read_bounds(child)
        if bounds:
            element = _ref(child.get("bpmnElement"))
            shapes[element] = Shape(
                element=element,
                bounds=bounds,
                label=_read_label(child),
                expanded=_yes(child.get("isExpanded"), default=True),
                horizontal=_yes(child.get("isHorizontal"), default=True),
                marker=_yes(child.get("isMarkerVisible"), default=True),
            )
    for child in plane.iterchildren(f"{{{BPMNDI}}}BPMNEdge"):
        element = _ref(child.get("bpmnElement"))
        waypoints = tuple(
            (_number(point, "x"), _number(point, "y")) for point in child.iterchildren(f"{{{DI}}}waypoint")
        )
        if len(waypoints) > 1:
            edges[element] = Edge(element=element, waypoints=waypoints, label=_read_label(child))
    return Diagram(
        id=xml.get("id", ""), plane=_ref(plane.get("bpmnElement")), shapes=frozen(shapes), edges=frozen(edges)
    )


def _read_label(xml: etree._Element) -> Bounds | None:
    label = xml.find(f"{{{BPMNDI}}}BPMNLabel")
    return _read_bounds(label) if label is not None else None


def _read_bounds(xml: etree._Element) -> Bounds | None:
    bounds = xml.find(f"{{{DC}}}Bounds")
    if bounds is None:
        return None
    return Bounds(*(_number(bounds, name) for name in ("x", "y", "width", "height")))


def _number(xml: etree._Element, name: str) -> float:
    try:
        number = float(xml.get(name, "0"))
    except ValueError:
        number = float("nan")
    if not -1_000_000 < number < 1_000_000:
        raise NotBpmn(f"{name}={xml.get(name)!r} is not a place on a drawing", line=_line(xml))
    return number
