"""Units and where they stand in the tree."""

from collections.abc import Iterable

from django.db.models import Q

from weft.city.models import Unit


def unit_paths(codes: Iterable[str] | None = None) -> dict[str, str]:
    """Code to path, of these units or of all."""
    units = Unit.objects.all() if codes is None else Unit.objects.filter(code__in=list(codes))
    return dict(units.values_list("code", "path"))


def units_within(paths: Iterable[str]) -> list[str]:
    """The codes of the units at or below these paths; `[""]` is all of them."""
    reach = Q(pk__in=[])
    for path in paths:
        reach |= Q(path__startswith=path)
    return list(Unit.objects.filter(reach).order_by("path").values_list("code", flat=True))


def unit_of_kind(kind: str) -> str | None:
    """The code of the first unit of a kind (there is one contact centre in most cities)."""
    return Unit.objects.filter(kind=kind).order_by("path").values_list("code", flat=True).first()
