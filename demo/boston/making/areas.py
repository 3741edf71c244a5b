"""Boston's neighbourhoods and wards as areas."""

import json
from pathlib import Path

from making.files import Row, slug, write_geojson

FRENCH = {
    "Chinatown": "Quartier chinois",
    "Downtown": "Centre-ville",
    "Harbor Islands": "Îles du port",
    "Leather District": "Quartier du cuir",
    "South Boston Waterfront": "Front de mer de South Boston",
}
"""Neighbourhoods with a name of their own in French; the others keep theirs."""


def write_areas(data: Path) -> dict[str, int]:
    """Write both GeoJSON files; how many areas each has."""
    return {
        "neighbourhoods": write_geojson("areas/neighbourhoods", neighbourhoods(data)),
        "wards": write_geojson("areas/wards", wards(data)),
    }


def neighbourhoods(data: Path) -> list[Row]:
    """The 26 neighbourhoods."""
    found = source(data, "neighborhoods")
    names = [feature["properties"]["name"] for feature in found]
    return [
        area(feature, code=slug(name), name=name, french=FRENCH.get(name, name))
        for feature, name in zip(found, names, strict=True)
    ]


def wards(data: Path) -> list[Row]:
    """The 22 wards."""
    found = source(data, "wards")
    numbers = [feature["properties"]["ward"] for feature in found]
    return [
        area(feature, code=ward_code(number), name=f"Ward {number}", french=f"Circonscription {number}")
        for feature, number in zip(found, numbers, strict=True)
    ]


def ward_code(number: int) -> str:
    """The code of a ward."""
    return f"ward-{number}"


def source(data: Path, name: str) -> list[Row]:
    """The features of a boundary file."""
    path = data / "boston_boundaries" / f"{name}.geojson"
    features: list[Row] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return features


def area(feature: Row, *, code: str, name: str, french: str) -> Row:
    """A feature with the properties of an area."""
    properties = {"code": code, "name": name, "name_fr": french}
    return {"type": "Feature", "properties": properties, "geometry": feature["geometry"]}
