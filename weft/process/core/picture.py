"""The drawing of a process as SVG, and its tasks as a strip: where a case stands, for people to see."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from weft.process.core.model import Model


class Progress(StrEnum):
    """How far a task of the strip is."""

    DONE = "done"
    HERE = "here"
    TO_COME = "to-come"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One task of the strip, in the words of the language asked for."""

    element: str
    name: str
    lane: str
    role: str
    says: str
    progress: Progress


def draw(
    model: Model, *, here: Set[str] = frozenset(), done: Set[str] = frozenset(), language: str = "en"
) -> str:
    """The drawing as an SVG element, to be put into a page as it is."""
    return '<svg xmlns="http://www.w3.org/2000/svg"></svg>'


def strip(
    model: Model,
    *,
    here: Set[str] = frozenset(),
    done: Set[str] = frozenset(),
    over: bool = False,
    language: str = "en",
) -> tuple[Stop, ...]:
    """The tasks of people in order along the usual way, with what this case has done and where it is."""
    return ()
