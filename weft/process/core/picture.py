"""The drawing of a process as SVG, with where a case stands and the way it took.

The SVG carries classes and no styles, so that the page's sheet decides (a dark scheme, a strict content policy).
Without a sheet it is a plain line drawing in the colour of the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from weft.process.core.glyphs import GATES, GLYPHS, ICONS
from weft.process.core.layout import laid_out
from weft.process.core.model import (
    ACTIVITIES,
    CONTAINERS,
    EVENTS,
    GATEWAYS,
    Beside,
    Bounds,
    Diagram,
    Edge,
    Element,
    Kind,
    Lane,
    Model,
    Shape,
)
from weft.process.core.strip import Progress, strip
from weft.process.core.text import wrapped

MARGIN = 12
LINE = 16
SMALL_LINE = 14
BEND = 8

Point = tuple[float, float]


# --- the drawing ---

WORDS = {
    "en": {
        "title": "{name}: the process as a drawing",
        "tasks": "{number} steps: {names}.",
        "done": "Done: {names}.",
        "here": "Now: {names}.",
        "badge": "Now",
    },
    "fr": {
        "title": "{name} : le processus dessiné",
        "tasks": "{number} étapes : {names}.",
        "done": "Fait : {names}.",
        "here": "Maintenant : {names}.",
        "badge": "En cours",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What every part of the drawing needs to know."""

    model: Model
    diagram: Diagram
    here: Set[str]
    done: Set[str]
    language: str

    def words(self, key: str) -> str:
        return WORDS["fr" if self.language.startswith("fr") else "en"][key]

    def standing(self, name: str) -> str:
        """The class that says how far this element or flow is."""
        return " here" if name in self.here else " done" if name in self.done else ""


def draw(
    model: Model,
    *,
    here: Set[str] = frozenset(),
    done: Set[str] = frozenset(),
    language: str = "en",
    name: str = "picture",
) -> str:
    """The drawing as an SVG element, to be put into a page as it is.

    `here` takes `where(state)`, `done` takes `state.passed` (elements, and flows too: the way the case took).
    `name` keeps the ids of several drawings on one page apart.
    """
    diagram = model.diagrams[0] if model.diagrams and model.diagrams[0].shapes else laid_out(model)
    view = _View(model=model, diagram=diagram, here=here, done=done, language=language)
    frame = _frame(diagram)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bpmn" viewBox="{_box(frame)}" '
        f'width="{_n(frame.width)}" height="{_n(frame.height)}" role="img" '
        f'aria-labelledby="{escape(name)}-title {escape(name)}-desc" fill="none" stroke="currentColor" '
        'stroke-width="1.25" stroke-linecap="round" stroke-linejoin="round" font-size="13">',
        f'<title id="{escape(name)}-title">{escape(_title(view))}</title>',
        f'<desc id="{escape(name)}-desc">{escape(_sentence(view))}</desc>',
        *_drawn(view),
        "</svg>",
    ]
    return "".join(parts)


def _title(view: _View) -> str:
    return view.words("title").format(name=view.model.process.named(view.language))


def _sentence(view: _View) -> str:
    """What the drawing shows, for those who do not see it."""
    stops = strip(view.model, here=view.here, done=view.done, language=view.language)
    tasks = [task.named(view.language) for task in view.model.tasks()]
    said = [view.words("tasks").format(number=len(tasks), names=", ".join(tasks))] if tasks else []
    for progress in (Progress.DONE, Progress.HERE):
        names = [
            f"{stop.name} ({stop.lane})" if stop.lane else stop.name
            for stop in stops
            if stop.progress is progress
        ]
        if names:
            said.append(view.words(progress).format(names=", ".join(names)))
    return " ".join(said)


def _drawn(view: _View) -> Iterator[str]:
    """Everything, from the back to the front."""
    shapes = view.diagram.shapes.values()
    model = view.model
    for shape in shapes:
        thing = model.beside.get(shape.element)
        if thing is not None and thing.kind == "participant":
            yield _pool(view, thing, shape)
    for shape in shapes:
        if shape.element in model.lanes:
            yield _lane(view, model.lanes[shape.element], shape)
    for shape in shapes:
        element = model.elements.get(shape.element)
        if element is not None and element.kind in CONTAINERS and shape.expanded:
            yield _element(view, element, shape)
    yield from _edges(view)
    for shape in shapes:
        element = model.elements.get(shape.element)
        thing = model.beside.get(shape.element)
        if element is not None and not (element.kind in CONTAINERS and shape.expanded):
            yield _element(view, element, shape)
        elif thing is not None and thing.kind != "participant":
            yield _thing(view, thing, shape)


def _edges(view: _View) -> Iterator[str]:
    edges = view.diagram.edges.values()
    ordered = sorted(edges, key=lambda edge: edge.element in view.done)  # the way taken lies on top
    for edge in ordered:
        yield _edge(view, edge)
    for edge in ordered:
        yield _edge_label(view, edge)


# --- pools and lanes ---

BAND = 30


def _pool(view: _View, pool: Beside, shape: Shape) -> str:
    return _banded("pool", pool.id, pool.named(view.language), shape)


def _lane(view: _View, lane: Lane, shape: Shape) -> str:
    return _banded("lane", lane.id, lane.named(view.language), shape)


def _banded(kind: str, name: str, label: str, shape: Shape) -> str:
    """A box with its name in a band at the left (or on top, when it stands upright)."""
    b = shape.bounds
    lying = shape.horizontal
    band = Bounds(b.x, b.y, BAND, b.height) if lying else Bounds(b.x, b.y, b.width, BAND)
    if kind == "pool" and min(b.width, b.height) < 2.5 * BAND:
        return _group(kind, name, _rect(b) + _label(label, b, bold=True))
    line = (
        _path(f"M{_n(b.x + BAND)} {_n(b.y)}v{_n(b.height)}")
        if lying
        else _path(f"M{_n(b.x)} {_n(b.y + BAND)}h{_n(b.width)}")
    )
    return _group(kind, name, _rect(b) + _rect(band, css="band") + line + _label(label, band, turned=lying))


# --- elements ---


def _element(view: _View, element: Element, shape: Shape) -> str:
    if element.kind in EVENTS:
        drawn = _event(view, element, shape)
    elif element.kind in GATEWAYS:
        drawn = _gateway(view, element, shape)
    elif element.kind in CONTAINERS and shape.expanded:
        drawn = _open_box(view, element, shape.bounds)
    else:
        drawn = _task(view, element, shape.bounds)
    kind = "event" if element.kind in EVENTS else "gateway" if element.kind in GATEWAYS else "task"
    css = f"{kind} {_css(element.kind)}{view.standing(element.id)}"
    mark = "" if element.kind in CONTAINERS and shape.expanded else _mark(view, element, shape.bounds)
    return _group(css, element.id, drawn + mark)


def _task(view: _View, element: Element, b: Bounds) -> str:
    parts = [_rect(b, radius=10)]
    icon = ICONS.get(element.kind)
    if icon:
        parts.append(f'<g class="icon" transform="translate({_n(b.x + 8)} {_n(b.y + 8)})">{icon}</g>')
    name = element.named(view.language)
    inner = Bounds(b.x + 6, b.y + 4, b.width - 12, b.height - 8)
    if icon and b.height >= 60:  # below the icon
        few = len(wrapped(name, width=inner.width, size=13, lines=3)) < 3
        inner = Bounds(b.x + 6, b.y + (16 if few else 21), b.width - 12, b.height - 24)
    parts.append(_label(name, inner))
    if element.kind in CONTAINERS or element.kind is Kind.CALL_ACTIVITY:
        parts.append(_plus(b))
    return "".join(parts)


def _open_box(view: _View, element: Element, b: Bounds) -> str:
    title = Bounds(b.x + 10, b.y + 6, b.width - 20, LINE)
    return _rect(b, radius=10) + _label(element.named(view.language), title)


def _plus(b: Bounds) -> str:
    x, y = b.x + b.width / 2, b.y + b.height - 16
    return _path(
        f"M{_n(x - 7)} {_n(y)}h14v14h-14zM{_n(x)} {_n(y + 3)}v8M{_n(x - 4)} {_n(y + 7)}h8", css="icon"
    )


def _mark(view: _View, element: Element, b: Bounds) -> str:
    """A word or a tick on the upper edge, so that colour is not the only sign."""
    if element.id in view.here:
        word = view.words("badge")
        width = 16 + 7.2 * len(word)
        x = b.x + b.width / 2
        y = b.y if element.kind in ACTIVITIES else b.y - 12
        badge = Bounds(x - width / 2, y - 10, width, 20)
        return f'<g class="badge">{_rect(badge, radius=10)}{_line(word, x, y + 4)}</g>'
    if element.id in view.done and element.kind in ACTIVITIES:
        x, y = b.x + b.width - 14, b.y + 14
        return (
            f'<g class="tick"><circle cx="{_n(x)}" cy="{_n(y)}" r="8"/>'
            f'<path d="M{_n(x - 3.5)} {_n(y + 0.5)}l2.5 2.5 4.5-5"/></g>'
        )
    return ""


def _event(view: _View, element: Element, shape: Shape) -> str:
    b = shape.bounds
    x, y, r = b.x + b.width / 2, b.y + b.height / 2, min(b.width, b.height) / 2
    dashed = "" if element.interrupting else ' stroke-dasharray="3 3"'
    thick = ' stroke-width="3"' if element.kind is Kind.END else ""
    parts = [f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(r)}"{dashed}{thick}/>']
    if element.kind in (Kind.THROW, Kind.CATCH, Kind.BOUNDARY):
        parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(r - 3)}"{dashed}/>')
    glyph = GLYPHS.get(element.events[0].kind) if len(element.events) == 1 else None
    if glyph:
        css = "glyph thrown" if element.kind in (Kind.THROW, Kind.END) else "glyph"
        parts.append(
            f'<g class="{css}" transform="translate({_n(x)} {_n(y)}) scale({_n(r / 18)})">{glyph}</g>'
        )
    if element.name:
        parts.append(_outer_label(element.named(view.language), shape))
    return "".join(parts)


def _gateway(view: _View, element: Element, shape: Shape) -> str:
    b = shape.bounds
    x, y = b.x + b.width / 2, b.y + b.height / 2
    diamond = (
        f"M{_n(x)} {_n(b.y)}L{_n(b.x + b.width)} {_n(y)} {_n(x)} {_n(b.y + b.height)} {_n(b.x)} {_n(y)}z"
    )
    glyph = GATES.get(element.kind, "")
    parts = [_path(diamond)]
    if glyph:
        scale = min(b.width, b.height) / 50
        parts.append(
            f'<g class="glyph" transform="translate({_n(x)} {_n(y)}) scale({_n(scale)})">{glyph}</g>'
        )
    if element.name:
        parts.append(_outer_label(element.named(view.language), shape))
    return "".join(parts)


# --- beside the flow ---


def _thing(view: _View, thing: Beside, shape: Shape) -> str:
    b = shape.bounds
    name = thing.named(view.language)
    if thing.kind == "textAnnotation":
        bracket = _path(f"M{_n(b.x + 12)} {_n(b.y)}H{_n(b.x)}v{_n(b.height)}h12")
        inner = Bounds(b.x + 6, b.y + 2, b.width - 8, b.height - 4)
        return _group("annotation", thing.id, bracket + _label(thing.text or name, inner, small=True))
    if thing.kind == "group":
        box = f'<rect{_place(b)} rx="10" stroke-dasharray="8 4 2 4"/>'
        return _group("group", thing.id, box + _label(name, Bounds(b.x + 8, b.y + 4, b.width - 16, LINE)))
    if thing.kind.startswith("dataStore"):
        arc = b.height / 6
        body = (
            f"M{_n(b.x)} {_n(b.y + arc)}v{_n(b.height - 2 * arc)}a{_n(b.width / 2)} {_n(arc)} 0 0 0 {_n(b.width)} 0"
            f"v{_n(2 * arc - b.height)}a{_n(b.width / 2)} {_n(arc)} 0 0 0 {_n(-b.width)} 0"
            f"a{_n(b.width / 2)} {_n(arc)} 0 0 0 {_n(b.width)} 0"
        )
    else:
        fold = min(b.width, b.height) / 4
        body = (
            f"M{_n(b.x)} {_n(b.y)}h{_n(b.width - fold)}l{_n(fold)} {_n(fold)}v{_n(b.height - fold)}h{_n(-b.width)}z"
            f"M{_n(b.x + b.width - fold)} {_n(b.y)}v{_n(fold)}h{_n(fold)}"
        )
    return _group("data", thing.id, _path(body) + (_outer_label(name, shape) if name else ""))


# --- flows ---


def _edge(view: _View, edge: Edge) -> str:
    flow = view.model.flows.get(edge.element)
    thing = view.model.beside.get(edge.element)
    points = edge.waypoints
    if flow is not None:
        parts = [_path(_bent(points), css="line"), _path(_arrow(points), css="head", full=True)]
        source = view.model.elements[flow.source]
        if source.default == flow.id:
            parts.append(_path(_slash(points), css="line"))
        return _group(f"flow{view.standing(flow.id)}", flow.id, "".join(parts))
    if thing is not None and thing.kind == "messageFlow":
        x, y = points[0]
        drawn = (
            f'<path class="line" d="{_bent(points)}" stroke-dasharray="6 5"/>'
            f'<circle cx="{_n(x)}" cy="{_n(y)}" r="3.5"/>{_path(_arrow(points), css="head")}'
        )
        return _group("message-flow", thing.id, drawn)
    return _group(
        "association", edge.element, f'<path class="line" d="{_bent(points)}" stroke-dasharray="1 5"/>'
    )


def _edge_label(view: _View, edge: Edge) -> str:
    flow = view.model.flows.get(edge.element)
    thing = view.model.beside.get(edge.element)
    name = flow.named(view.language) if flow else thing.named(view.language) if thing else ""
    if not name:
        return ""
    css = f"flow-label{view.standing(edge.element)}"
    if edge.label is not None:
        label = edge.label
        room = Bounds(label.x - 30, label.y, label.width + 60, label.height)
        return _group(css, edge.element, _label(name, room, small=True, top=True))
    x, y = _middle(edge.waypoints)
    return _group(
        css, edge.element, _label(name, Bounds(x - 60, y - 22, 120, SMALL_LINE), small=True, top=True)
    )


def _middle(points: tuple[Point, ...]) -> Point:
    """The middle of the longest stretch."""
    (ax, ay), (bx, by) = max(
        pairwise(points),
        key=lambda pair: abs(pair[0][0] - pair[1][0]) + abs(pair[0][1] - pair[1][1]),
    )
    return (ax + bx) / 2, (ay + by) / 2


def _toward(a: Point, b: Point, distance: float) -> Point:
    """The point that far from a on the way to b, at most half-way."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = (dx * dx + dy * dy) ** 0.5
    share = min(distance / length, 0.5) if length else 0.0
    return a[0] + dx * share, a[1] + dy * share


def _bent(points: tuple[Point, ...]) -> str:
    """A line through the points with its corners rounded."""
    parts = [f"M{_at(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        parts.append(
            f"L{_at(_toward(corner, before, BEND))}Q{_at(corner)} {_at(_toward(corner, after, BEND))}"
        )
    parts.append(f"L{_at(points[-1])}")
    return "".join(parts)


def _arrow(points: tuple[Point, ...]) -> str:
    """The head of an arrow at the end of a line."""
    tip = points[-1]
    before = next((p for p in reversed(points[:-1]) if p != tip), (tip[0] - 1, tip[1]))
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    length = (dx * dx + dy * dy) ** 0.5
    ux, uy = dx / length, dy / length
    back = (tip[0] - 9 * ux, tip[1] - 9 * uy)
    left = (back[0] - 4.5 * uy, back[1] + 4.5 * ux)
    right = (back[0] + 4.5 * uy, back[1] - 4.5 * ux)
    return f"M{_at(tip)}L{_at(left)} {_at(right)}z"


def _slash(points: tuple[Point, ...]) -> str:
    """The small stroke across the beginning of a default flow."""
    x, y = middle = _toward(points[0], points[1], 12)
    ahead = _toward(middle, points[1], 1)
    ux, uy = ahead[0] - x, ahead[1] - y
    sx, sy = 2.5 * ux + 6 * uy, 2.5 * uy - 6 * ux
    return f"M{_at((x - sx, y - sy))}L{_at((x + sx, y + sy))}"


# --- text ---


def _label(
    text: str,
    box: Bounds,
    *,
    turned: bool = False,
    small: bool = False,
    top: bool = False,
    bold: bool = False,
) -> str:
    """Text in the middle of a box, broken into lines that fit it."""
    size, line = (12, SMALL_LINE) if small else (13, LINE)
    room, height = (box.height, box.width) if turned else (box.width, box.height)
    lines = wrapped(text, width=room, size=size, lines=3 if top else max(1, int(height // line)))
    x, y = box.x + box.width / 2, box.y + box.height / 2
    first = (box.y + size - 2) if top else y - (len(lines) - 1) * line / 2 + size * 0.36
    spans = "".join(
        f'<tspan x="{_n(x)}" y="{_n(first + i * line)}">{escape(part)}</tspan>'
        for i, part in enumerate(lines)
    )
    turn = f' transform="rotate(-90 {_n(x)} {_n(y)})"' if turned else ""
    css = "label small" if small else "label bold" if bold else "label"
    text_size = ' font-size="12"' if small else ""
    return f'<text class="{css}"{turn}{text_size}{_INK}>{spans}</text>'


def _outer_label(text: str, shape: Shape) -> str:
    """The name of an event or gateway beside it: where the drawing puts it, below when it does not say."""
    b, label = shape.bounds, shape.label
    x = (label.x + label.width / 2) if label else b.x + b.width / 2
    width = max(86.0, label.width + 12) if label else 100.0
    lines = wrapped(text, width=width, size=12, lines=4)
    if label is not None and label.y + label.height / 2 < b.y:  # above: it grows upwards
        first = b.y - 10 - (len(lines) - 1) * SMALL_LINE
    elif label is not None:
        first = max(label.y, b.y + b.height + 2 if abs(x - b.x - b.width / 2) < b.width else label.y) + 10
    else:
        first = b.y + b.height + 15
    spans = "".join(
        f'<tspan x="{_n(x)}" y="{_n(first + i * SMALL_LINE)}">{escape(part)}</tspan>'
        for i, part in enumerate(lines)
    )
    return f'<text class="label small" font-size="12"{_INK}>{spans}</text>'


_INK = ' text-anchor="middle" fill="currentColor" stroke="none"'


def _line(text: str, x: float, y: float) -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" font-size="11"{_INK}>{escape(text)}</text>'


# --- small pieces of SVG ---


def _group(css: str, name: str, inner: str) -> str:
    return f'<g class="{css}" data-element="{escape(name)}">{inner}</g>'


def _place(b: Bounds) -> str:
    return f' x="{_n(b.x)}" y="{_n(b.y)}" width="{_n(b.width)}" height="{_n(b.height)}"'


def _rect(b: Bounds, *, radius: float = 0, css: str = "") -> str:
    corner = f' rx="{_n(radius)}"' if radius else ""
    named = f' class="{css}"' if css else ""
    return f"<rect{named}{_place(b)}{corner}/>"


def _path(d: str, *, css: str = "", full: bool = False) -> str:
    named = f' class="{css}"' if css else ""
    filled = ' fill="currentColor"' if full else ""
    return f'<path{named}{filled} d="{d}"/>'


def _css(kind: str) -> str:
    """userTask as user-task."""
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in kind)


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _at(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _box(b: Bounds) -> str:
    return f"{_n(b.x)} {_n(b.y)} {_n(b.width)} {_n(b.height)}"


def _frame(diagram: Diagram) -> Bounds:
    """What encloses everything drawn, with a margin."""
    boxes = [shape.bounds for shape in diagram.shapes.values()]
    boxes += [shape.label for shape in diagram.shapes.values() if shape.label]
    boxes += [edge.label for edge in diagram.edges.values() if edge.label]
    boxes += [Bounds(x, y, 0, 0) for edge in diagram.edges.values() for x, y in edge.waypoints]
    if not boxes:
        return Bounds(0, 0, 100, 40)
    left, top = min(b.x for b in boxes), min(b.y for b in boxes)
    right, bottom = max(b.x + b.width for b in boxes), max(b.y + b.height for b in boxes)
    return Bounds(
        left - MARGIN, top - MARGIN, max(1.0, right - left + 2 * MARGIN), max(1.0, bottom - top + 2 * MARGIN)
    )
