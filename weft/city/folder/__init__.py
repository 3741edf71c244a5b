"""The city folder: a city described in files, read, checked and loaded."""

from weft.city.folder import sets
from weft.city.folder.loading import Loading, LoadReport, SetLoaded, Stored, load
from weft.city.folder.reading import Folder, read
from weft.city.folder.report import Mistake, Mistakes, Notice, Report
from weft.city.folder.spec import SETS, Checking, Column, SetSpec, afterwards, all_sets, register

__all__ = [
    "SETS",
    "Checking",
    "Column",
    "Folder",
    "LoadReport",
    "Loading",
    "Mistake",
    "Mistakes",
    "Notice",
    "Report",
    "SetLoaded",
    "SetSpec",
    "Stored",
    "afterwards",
    "all_sets",
    "load",
    "read",
    "register",
    "sets",
]
