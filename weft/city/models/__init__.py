"""The tables of the shared model."""

from weft.city.models.folder import LoadedSet
from weft.city.models.organisation import ApiToken, Appointment, Person, Role, Sector, Unit
from weft.city.models.place import Area, Asset, Profile
from weft.city.models.service import Calendar, Holiday, Service

__all__ = [
    "ApiToken",
    "Appointment",
    "Area",
    "Asset",
    "Calendar",
    "Holiday",
    "LoadedSet",
    "Person",
    "Profile",
    "Role",
    "Sector",
    "Service",
    "Unit",
]
