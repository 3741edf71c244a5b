"""FEEL, the expression language of DMN: the small part of it that conditions need, without any `eval`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any


def holds(text: str, data: Mapping[str, Any], *, now: datetime | None = None) -> bool:
    """True when the expression is true; anything else, null among it, is not."""
    return evaluate(text, data, now=now) is True


def evaluate(text: str, data: Mapping[str, Any], *, now: datetime | None = None) -> Any:
    """The value of the expression for these variables, as plain data."""
    raise NotImplementedError
