"""Measures beside their targets."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from weft.city.models import Unit
from weft.govern import queries
from weft.govern.services import ON_TIME
from weft.kit.access import guarded
from weft.kit.errors import Invalid, NotFound


def month_of(request: HttpRequest, *, first: date, last: date) -> date:
    """The month the address asks for, within what there is; the latest by default."""
    text = request.GET.get("month", "")
    if not text:
        return last
    try:
        asked = date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        raise Invalid(_("This is not a month: %s") % text, field="month") from None
    return min(max(asked, first), last)


@require_GET
@guarded("govern.see")
def measures(request: HttpRequest) -> HttpResponse:
    """On-time share by unit for a month, worst gap first, with the city as a whole on top."""
    measure = queries.measure(ON_TIME)
    span = queries.months(ON_TIME)
    if measure is None or span is None:
        return render(request, "govern/empty.html")
    month = month_of(request, first=span[0], last=span[1])
    readings = queries.readings(ON_TIME, first=month, last=month)
    history = queries.readings(ON_TIME, first=span[0], last=month)
    lines: dict[str, list[float | None]] = {}
    for reading in history:
        lines.setdefault(reading.unit, []).append(reading.value)
    rows = sorted(readings, key=lambda reading: (reading.gap is None, reading.gap or 0.0))
    whole = Unit.objects.filter(parent=None).first()
    city = queries.readings(ON_TIME, first=month, last=month, unit=whole.code if whole else "")
    kept, judged = (city[0].numerator, city[0].denominator) if city else (0, 0)
    context = {
        "measure": measure,
        "month": month,
        "months": month_list(span[0], span[1]),
        "rows": [{"reading": row, "line": lines.get(row.unit, [])[-13:]} for row in rows],
        "kept": kept,
        "judged": judged,
        "share": 100 * kept / judged if judged else None,
        "short": sum(1 for row in rows if row.gap is not None and row.gap < 0),
    }
    return render(request, "govern/measures.html", context)


def month_list(first: date, last: date) -> list[date]:
    """Every month from first to last, newest first."""
    months, current = [], last
    while current >= first:
        months.append(current)
        current = date(current.year - (current.month == 1), (current.month - 2) % 12 + 1, 1)
    return months


def unit_or_refuse(code: str) -> Unit:
    """The unit; `NotFound` when there is none."""
    unit = Unit.objects.filter(pk=code).first()
    if unit is None:
        raise NotFound(_("There is no such unit."))
    return unit


@require_GET
@guarded("govern.see")
def unit_measure(request: HttpRequest, code: str) -> HttpResponse:
    """One unit's on-time share over the months, with the rows beneath each."""
    unit = unit_or_refuse(code)
    span = queries.months(ON_TIME)
    if span is None:
        return render(request, "govern/empty.html")
    rows = queries.readings(ON_TIME, first=span[0], last=span[1], unit=code)
    context = {"unit": unit, "measure": queries.measure(ON_TIME), "rows": list(reversed(rows))}
    return render(request, "govern/unit.html", context)


@require_GET
@guarded("govern.see")
def unit_series(request: HttpRequest, code: str) -> JsonResponse:
    """The series behind the chart of one unit's on-time share."""
    unit = unit_or_refuse(code)
    span = queries.months(ON_TIME)
    rows = queries.readings(ON_TIME, first=span[0], last=span[1], unit=code) if span else []
    return JsonResponse(series_of(rows, name=unit.label))


def series_of(rows: list[queries.Reading], *, name: str) -> dict[str, Any]:
    """The chart's contract (docs/looks.md): percent by month, the target as a limit, a sentence."""
    latest = rows[-1] if rows else None
    points = [
        [row.month.isoformat(), None if row.value is None else round(100 * row.value, 1)] for row in rows
    ]
    limits = (
        [{"name": _("Target"), "value": 100 * latest.target}] if latest and latest.target is not None else []
    )
    sentence = _("Nothing has been judged yet.")
    if latest is not None and latest.value is not None:
        sentence = _("In %(month)s %(unit)s kept %(kept)d of %(judged)d promises: %(share)s %%.") % {
            "month": formats.date_format(latest.month, "YEAR_MONTH_FORMAT"),
            "unit": name,
            "kept": latest.numerator,
            "judged": latest.denominator,
            "share": formats.number_format(round(100 * latest.value, 1), 1),
        }
    return {
        "title": _("Requests answered on time"),
        "sentence": sentence,
        "unit": "%",
        "series": [{"name": name, "points": points}],
        "limits": limits,
        "marks": [],
    }
