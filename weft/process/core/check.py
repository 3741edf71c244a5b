"""What a model asks for that does not run yet, told before it is deployed."""

from __future__ import annotations

from weft.process.core.model import Model, Problem


def check(model: Model) -> list[Problem]:
    """All that would not run as drawn, in the order of the file; deploy only when none of it `stops`."""
    return []
