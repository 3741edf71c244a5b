"""The city's profile and the area of a point."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from weft.city.models import Area, LoadedSet, Profile


def profile() -> Profile:
    """The city served here; before any is loaded, a nameless one in UTC."""
    found = Profile.objects.first()
    return found or Profile(code="", name="Weft", timezone="UTC", languages=["en"], lat=0.0, lon=0.0)


def zone() -> ZoneInfo:
    """The city's time zone."""
    name = Profile.objects.values_list("timezone", flat=True).first()
    return ZoneInfo(name or "UTC")


@dataclass(frozen=True)
class AreaIndex:
    """The areas of one kind with a search tree over them."""

    codes: tuple[str, ...]
    tree: shapely.STRtree

    def at(self, lats: Sequence[float], lons: Sequence[float]) -> list[str | None]:
        """The area each point lies in, None outside all; a point on a border goes to the first."""
        points = shapely.points(np.asarray(lons, dtype=float), np.asarray(lats, dtype=float))
        found: list[str | None] = [None] * len(points)
        which, areas = self.tree.query(points, predicate="intersects")
        for point, area in sorted(zip(which.tolist(), areas.tolist(), strict=True), reverse=True):
            found[point] = self.codes[area]
        return found


@lru_cache(maxsize=4)
def _index(kind: str, version: str) -> AreaIndex:
    rows = list(Area.objects.filter(kind=kind).order_by("code").values_list("code", "geometry"))
    shapes = [shapely.geometry.shape(geometry) for _, geometry in rows]
    return AreaIndex(codes=tuple(code for code, _ in rows), tree=shapely.STRtree(shapes))


def area_index(kind: str) -> AreaIndex:
    """The index of one kind of area, built again only when areas were loaded anew."""
    loaded = LoadedSet.objects.filter(name__startswith="areas").order_by("-loaded_at")
    return _index(kind, loaded.values_list("digest", flat=True).first() or "")


def area_at(lat: float, lon: float, *, kind: str) -> str | None:
    """The code of the area a point lies in, None outside the city."""
    return area_index(kind).at([lat], [lon])[0]


def areas_geojson(kind: str) -> dict[str, Any]:
    """The areas of one kind as a GeoJSON FeatureCollection (RFC 7946)."""
    features = [
        {
            "type": "Feature",
            "id": area.code,
            "geometry": area.geometry,
            "properties": {"code": area.code, "name": area.label},
        }
        for area in Area.objects.filter(kind=kind)
    ]
    return {"type": "FeatureCollection", "features": features}
