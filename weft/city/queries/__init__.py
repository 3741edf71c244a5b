"""What the shared model tells: plain values for pages and other contexts."""

from weft.city.queries.access import actor_of_person, actor_of_token, token_digest
from weft.city.queries.organisation import unit_of_kind, unit_paths, units_within
from weft.city.queries.places import area_at, area_index, areas_geojson, profile, zone
from weft.city.queries.promises import calendar_of, promise

__all__ = [
    "actor_of_person",
    "actor_of_token",
    "area_at",
    "area_index",
    "areas_geojson",
    "calendar_of",
    "profile",
    "promise",
    "token_digest",
    "unit_of_kind",
    "unit_paths",
    "units_within",
    "zone",
]
