"""A plain drawing for a model that has none: columns along the flow, one row for each branch."""

from __future__ import annotations

from weft.process.core.model import EVENTS, GATEWAYS, Bounds, Diagram, Edge, Element, Model, Shape, frozen

STEP_X, STEP_Y = 180.0, 120.0


def laid_out(model: Model) -> Diagram:
    """The top of the main process, laid out from left to right."""
    elements = {element.id: element for element in model.within(None)}
    columns = _columns(model, elements)
    taken: dict[int, int] = {}
    shapes: dict[str, Shape] = {}
    for name, element in elements.items():
        row = taken.get(columns[name], 0)
        taken[columns[name]] = row + 1
        shapes[name] = Shape(element=name, bounds=_bounds(element, columns[name] * STEP_X, row * STEP_Y))
    edges = {
        flow.id: Edge(element=flow.id, waypoints=_way(shapes[flow.source].bounds, shapes[flow.target].bounds))
        for flow in model.flows.values()
        if flow.source in shapes and flow.target in shapes
    }
    return Diagram(plane=model.main, shapes=frozen(shapes), edges=frozen(edges))


def _columns(model: Model, elements: dict[str, Element]) -> dict[str, int]:
    """How many steps each element is from the beginning, by the shortest way."""
    columns: dict[str, int] = {}
    layer = [name for name, element in elements.items() if not element.incoming] or list(elements)[:1]
    depth = 0
    while layer:
        columns.update(dict.fromkeys(layer, depth))
        targets = [model.flows[flow].target for name in layer for flow in elements[name].outgoing]
        layer = [name for name in dict.fromkeys(targets) if name not in columns]
        depth += 1
    return {name: columns.get(name, 0) for name in elements}


def _bounds(element: Element, x: float, y: float) -> Bounds:
    size = (
        (36.0, 36.0)
        if element.kind in EVENTS
        else (50.0, 50.0)
        if element.kind in GATEWAYS
        else (120.0, 80.0)
    )
    return Bounds(x - size[0] / 2, y - size[1] / 2, *size)


def _way(a: Bounds, b: Bounds) -> tuple[tuple[float, float], ...]:
    start = (a.x + a.width, a.y + a.height / 2)
    end = (b.x, b.y + b.height / 2)
    if start[1] == end[1]:
        return (start, end)
    half = end[0] - 30
    return (start, (half, start[1]), (half, end[1]), end)
