"""What every page needs for its frame: where one may go, who one is, what concerns now."""

from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the base template (see docs/looks.md)."""
    return {}
