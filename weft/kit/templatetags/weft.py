"""Components of the page frame as template tags; docs/looks.md shows each with an example."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.forms import BoundField
from django.http import QueryDict
from django.template.context import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from weft.kit import clock

register = template.Library()

STATUSES: dict[str, tuple[str, Any]] = {
    "open": ("open", gettext_lazy("Open")),
    "ready": ("open", gettext_lazy("To do")),
    "working": ("working", gettext_lazy("Being worked on")),
    "waiting": ("waiting", gettext_lazy("Waiting")),
    "closed": ("ok", gettext_lazy("Closed")),
    "done": ("ok", gettext_lazy("Done")),
    "cancelled": ("off", gettext_lazy("Cancelled")),
    "on_time": ("ok", gettext_lazy("On time")),
    "soon": ("warning", gettext_lazy("Due soon")),
    "late": ("critical", gettext_lazy("Late")),
    "missed": ("critical", gettext_lazy("Too late")),
    "warning": ("warning", gettext_lazy("Warning")),
    "critical": ("critical", gettext_lazy("Critical")),
    "cleared": ("ok", gettext_lazy("Back to normal")),
    "ok": ("ok", gettext_lazy("In order")),
    "silent": ("off", gettext_lazy("Silent")),
    "unknown": ("off", gettext_lazy("Unknown")),
}
"""What a status looks like (its tone, which is a shape and a colour) and the word beside it."""


# -------------------------------------------------------------- signs and words


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One icon of the sprite; silent for a screen reader unless it has a label."""
    return _use("weft/vendor/icons/icons.svg", name=name, label=label, css="icon")


SECTORS = {
    "drinking-water",
    "fire",
    "general-government",
    "land-use",
    "libraries",
    "parks",
    "police",
    "roads",
    "solid-waste",
    "storm-water",
    "transit",
    "wastewater",
}


@register.simple_tag
def sector_icon(code: str) -> SafeString:
    """The icon of a sector; a city's own sectors share one."""
    plain = code.lower().replace("_", "-")
    known = next((sector for sector in SECTORS if plain.startswith(sector)), "other")
    return _use("weft/vendor/icons/icons.svg", name=f"sector-{known}", label="", css="icon")


def _use(file: str, *, name: str, label: str, css: str) -> SafeString:
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" {} focusable="false"><use href="{}#{}"></use></svg>', css, spoken, static(file), name
    )


@register.simple_tag
def status(kind: str, label: str = "") -> SafeString:
    """A status as shape, colour and word; an unknown kind is shown as it is written."""
    tone, word = STATUSES.get(kind, ("off", kind))
    shape = _use("weft/img/status.svg", name=tone, label="", css="shape")
    return format_html('<span class="status {}">{}{}</span>', tone, shape, label or word)


@register.simple_tag
def tone_shape(tone: str, label: str = "") -> SafeString:
    """Only the shape of a tone (ok, warning, critical, open, working, waiting, off), for dense lists."""
    shape = _use("weft/img/status.svg", name=tone, label=label, css="shape")
    return format_html('<span class="tone {}">{}</span>', tone, shape)


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and the last word of a name."""
    words = str(name).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.simple_tag
def language_name(code: str) -> str:
    """A language's name in that language."""
    return str(get_language_info(code)["name_local"]).capitalize()


@register.simple_tag
def url_or(otherwise: str, *names: str) -> str:
    """The address of the first of these names that exists, or the one given first."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return otherwise


@register.simple_tag
def crumb(name: str, url: str = "") -> SafeString:
    """One step of the line that says where you are; the last one has no address."""
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, name)
    return format_html('<li><span aria-current="page">{}</span></li>', name)


# -------------------------------------------------------------- time


@register.simple_tag
def ago(moment: datetime | None, otherwise: str = "–") -> SafeString | str:
    """How long ago or until, in words, with the exact time behind it."""
    if moment is None:
        return otherwise
    return _time(moment, text=in_words(moment, now=clock.now()), css="ago")


@register.simple_tag
def when(moment: datetime | None, otherwise: str = "–") -> SafeString | str:
    """Day and time in full, in the city's zone."""
    if moment is None:
        return otherwise
    return _time(moment, text=exactly(moment), css="when")


@register.simple_tag
def day(moment: datetime | date | None, otherwise: str = "–") -> SafeString | str:
    """The day in words."""
    if moment is None:
        return otherwise
    local = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), day_in_words(local))


def _time(moment: datetime, *, text: str, css: str) -> SafeString:
    return format_html(
        '<time class="{}" datetime="{}" title="{}">{}</time>', css, moment.isoformat(), exactly(moment), text
    )


def day_in_words(local: date) -> str:
    """The day with the month's full name, in the order the language has."""
    english = (get_language() or "en").startswith("en")
    return formats.date_format(local, "F j, Y" if english else "DATE_FORMAT")


def exactly(moment: datetime) -> str:
    """Day and time in full, in the zone that is active."""
    local = timezone.localtime(moment)
    return _("%(day)s, %(time)s") % {
        "day": day_in_words(local),
        "time": formats.time_format(local, "H:i"),
    }


def in_words(moment: datetime, *, now: datetime) -> str:
    """“3 hours ago”, “in 2 days”; beyond a month the day itself."""
    distance = abs(now - moment)
    if distance < timedelta(minutes=1):
        return _("now")
    if distance > timedelta(days=31):
        return day_in_words(timezone.localtime(moment))
    span = _span(distance)
    return _("in %s") % span if moment > now else pgettext("time that has passed", "%s ago") % span


def _span(distance: timedelta) -> str:
    minutes = int(distance.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%d minute", "%d minutes", minutes) % minutes
    hours = minutes // 60
    if hours < 36:
        return ngettext("%d hour", "%d hours", hours) % hours
    days = round(hours / 24)
    return ngettext("%d day", "%d days", days) % days


# -------------------------------------------------------------- numbers


@register.filter
def percent(share: float | None) -> float | None:
    """A share (0.724) as a number of hundredths (72.4)."""
    return None if share is None else share * 100


@register.filter
def figure(number: float | None) -> str:
    """A number as the language writes it, with two decimals at most and no idle zeros."""
    if number is None:
        return "–"
    rounded = round(number, 2)
    digits = 0 if rounded == int(rounded) else 2 if round(rounded, 1) != rounded else 1
    return formats.number_format(rounded, digits, force_grouping=True)


@register.filter
def minus(number: int, less: int) -> int:
    """One number less another."""
    return number - less


@register.inclusion_tag("weft/components/number.html")
def number(
    value: float | None,
    *,
    label: str = "",
    unit: str = "",
    period: str = "",
    compared: str = "",
    href: str = "",
    digits: int | None = None,
    tone: str = "",
    size: str = "",
) -> dict[str, Any]:
    """A number with its unit, its period, what it is compared with, and a link to its rows."""
    shown = figure(value)
    if value is not None and digits is not None:
        shown = formats.number_format(round(value, digits), digits, force_grouping=True)
    return {
        "shown": shown,
        "label": label,
        "unit": unit,
        "period": period,
        "compared": compared,
        "href": href,
        "tone": tone,
        "size": size,
    }


@register.inclusion_tag("weft/components/gap.html")
def gap(
    value: float | None,
    *,
    target: float | None = None,
    floor: float | None = None,
    low: float = 0,
    high: float = 100,
    unit: str = "%",
    digits: int = 0,
    more_is_better: bool = True,
) -> dict[str, Any]:
    """A bar that shows a value against its target: what is missing is the gap."""
    bar = Gap.measure(value, target=target, floor=floor, low=low, high=high)
    missing = None if value is None or target is None else (target - value) * (1 if more_is_better else -1)
    say = _gap_in_words(value, target=target, missing=missing, unit=unit, digits=digits)
    return {"bar": bar, "missing": missing is not None and missing > 0, "say": say}


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Where the parts of a gap bar lie, on a scale of 0 to 200."""

    value: float | None
    target: float | None
    floor: float | None

    @classmethod
    def measure(
        cls, value: float | None, *, target: float | None, floor: float | None, low: float, high: float
    ) -> "Gap":
        """Place the numbers on the scale between `low` and `high`."""

        def place(number: float | None) -> float | None:
            if number is None:
                return None
            return round(200 * min(1.0, max(0.0, (number - low) / (high - low))), 2)

        return cls(value=place(value), target=place(target), floor=place(floor))

    @property
    def between(self) -> tuple[float, float] | None:
        """Start and width of the stretch between value and target."""
        if self.value is None or self.target is None:
            return None
        return min(self.value, self.target), abs(self.target - self.value)


def _gap_in_words(
    value: float | None, *, target: float | None, missing: float | None, unit: str, digits: int
) -> str:
    if value is None:
        return _("No value yet")

    def write(number: float) -> str:
        return f"{formats.number_format(round(number, digits), digits)}\u00a0{unit}".strip()

    if target is None or missing is None:
        return write(value)
    if missing > 0:
        return _("%(value)s, target %(target)s: %(gap)s short") % {
            "value": write(value),
            "target": write(target),
            "gap": write(missing),
        }
    return _("%(value)s, target %(target)s: reached") % {"value": write(value), "target": write(target)}


@register.inclusion_tag("weft/components/spark.html")
def spark(values: Sequence[float | None], *, label: str = "") -> dict[str, Any]:
    """A small line of a series; a missing value leaves a gap."""
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    step, height = 100 / max(1, len(values) - 1), (high - low) or 1.0
    runs: list[list[str]] = [[]]
    for position, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(f"{position * step:.1f},{22 - 20 * (value - low) / height:.1f}")
    return {"runs": [" ".join(run) for run in runs if run], "label": label}


# -------------------------------------------------------------- tables


@register.inclusion_tag("weft/components/column.html", takes_context=True)
def column(context: Context, name: str, label: str, *, numeric: bool = False) -> dict[str, Any]:
    """A heading that sorts its table: `?sort=name`, then `?sort=-name`."""
    asked: QueryDict = context["request"].GET
    sort = asked.get("sort", context.get("sort", ""))
    rising, falling = sort == name, sort == f"-{name}"
    changed = asked.copy()
    changed["sort"] = f"-{name}" if rising else name
    changed.pop("after", None)
    direction = "ascending" if rising else "descending" if falling else ""
    return {"label": label, "href": f"?{changed.urlencode()}", "direction": direction, "numeric": numeric}


@register.inclusion_tag("weft/components/pager.html", takes_context=True)
def pager(context: Context, next: str | None, *, shown: int = 0, of: int | None = None) -> dict[str, Any]:
    """Paging by key: on to `?after=<next>`, and back to the first rows."""
    asked: QueryDict = context["request"].GET
    first = asked.copy()
    first.pop("after", None)
    onward = first.copy()
    onward["after"] = str(next)
    return {
        "next": f"?{onward.urlencode()}" if next else "",
        "first": f"?{first.urlencode()}" if "after" in asked else "",
        "shown": shown,
        "of": of,
    }


@register.simple_block_tag
def table(content: str, caption: str = "", *, hidden_caption: bool = False) -> SafeString:
    """A table that scrolls sideways by itself when it is too wide, with its caption."""
    css = mark_safe(' class="sr"') if hidden_caption else ""
    title = format_html("<caption{}>{}</caption>", css, caption) if caption else ""
    return format_html(
        '<div class="table-wrap" tabindex="0" role="region" aria-label="{}"><table>{}{}</table></div>',
        caption or _("Table"),
        title,
        content,
    )


# -------------------------------------------------------------- blocks


@register.simple_block_tag
def panel(content: str, title: str = "", *, href: str = "", css: str = "", level: int = 2) -> SafeString:
    """A sheet of paper with a heading; `href` makes the heading a link to the whole story."""
    heading: SafeString | str = ""
    if title:
        inner = format_html('<a href="{}">{}</a>', href, title) if href else format_html("{}", title)
        heading = format_html('<h{} class="panel-title">{}</h{}>', level, inner, level)
    return format_html('<section class="panel {}">{}{}</section>', css, heading, content)


@register.inclusion_tag("weft/components/empty.html")
def empty(
    title: str, text: str = "", *, url: str = "", action: str = "", icon_name: str = "empty"
) -> dict[str, Any]:
    """An empty page that teaches: what comes here, how to get the first one."""
    return {"title": title, "text": text, "url": url, "action": action, "icon_name": icon_name}


@register.inclusion_tag("weft/components/field.html")
def field(bound: BoundField, *, hint: str = "", optional: bool | None = None) -> dict[str, Any]:
    """A form field with its label, help and errors beside it, joined for a screen reader."""
    if optional is None:
        optional = not bound.field.required
    kind = bound.widget_type
    grouped = bool(getattr(bound.field.widget, "use_fieldset", False))
    return {"field": bound, "hint": hint, "optional": optional, "kind": kind, "grouped": grouped}


@register.inclusion_tag("weft/components/steps.html")
def steps(items: Iterable[Any], *, label: str = "") -> dict[str, Any]:
    """The process strip: steps done, the one where you are, and those to come, on one thread.

    Each item has `name` and `state` (done, now, todo or late), and may have `by`, `at` and `href`.
    """
    return {"items": list(items), "label": label or _("Steps")}


@register.inclusion_tag("weft/components/history.html")
def history(items: Iterable[Any], *, empty_text: str = "") -> dict[str, Any]:
    """What happened, in the given order: items with `at` and `text`, maybe `by`, `href`, `tone`."""
    return {"items": list(items), "empty_text": empty_text}


@register.inclusion_tag("weft/components/definitions.html")
def definitions(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Facts about one thing: pairs of name and value; empty values are left out."""
    return {"pairs": [(name, value) for name, value in pairs if value not in (None, "")]}


@register.inclusion_tag("weft/components/tabs.html")
def tabs(items: Iterable[Any], *, label: str = "") -> dict[str, Any]:
    """Views of one thing as links with an address each: items with `name`, `url`, `current`, `count`."""
    return {"items": list(items), "label": label or _("Views")}


# -------------------------------------------------------------- charts and maps


@register.inclusion_tag("weft/components/chart.html")
def chart(
    src: str, *, title: str = "", kind: str = "line", size: str = "", titled: bool = True
) -> dict[str, Any]:
    """A chart that fetches its series; with a sentence above and its table behind; `titled` shows its title."""
    return {"src": src, "title": title, "kind": kind, "size": size, "titled": titled}


@register.inclusion_tag("weft/components/map.html", takes_context=True, name="map")
def city_map(
    context: Context,
    src: str = "",
    *,
    areas: str = "/city/areas.json",
    label: str = "",
    size: str = "",
    layers: str = "areas,requests,alerts,sensors",
    id: str = "map",
) -> dict[str, Any]:
    """A map of the city's areas with what lies on it; the points are also a list."""
    tiles = context.get("tiles", "")
    return {
        "src": src,
        "areas": areas,
        "label": label,
        "size": size,
        "layers": layers,
        "map_id": id,
        "tiles": tiles,
    }


@register.inclusion_tag("weft/components/place.html", takes_context=True)
def place(
    context: Context, lat: float, lon: float, name: str, *, areas: str = "/city/areas.json"
) -> dict[str, Any]:
    """A small map with a pin at one place."""
    return {"lat": lat, "lon": lon, "name": name, "areas": areas, "tiles": context.get("tiles", "")}


@register.inclusion_tag("weft/components/placepicker.html", takes_context=True)
def placepicker(
    context: Context, latitude: BoundField, longitude: BoundField, *, areas: str = "/city/areas.json"
) -> dict[str, Any]:
    """A map on which a person puts a pin by tap, click or arrow keys; it fills two fields of a form."""
    tiles = context.get("tiles", "")
    return {"latitude": latitude, "longitude": longitude, "areas": areas, "tiles": tiles}


@register.inclusion_tag("weft/components/timeslider.html")
def timeslider(src: str, *, start: date, end: date, at: date, target: str) -> dict[str, Any]:
    """A slider over days that moves a map (`target`, its id), with the backlog drawn under it."""
    return {
        "src": src,
        "start": start,
        "end": end,
        "at": at,
        "target": target,
        "days": (end - start).days,
        "position": (at - start).days,
    }


# -------------------------------------------------------------- words for scripts


@register.simple_tag
def frame_words() -> dict[str, str]:
    """The words that the scripts say."""
    return {
        "now": _("now"),
        "failed": _("That did not work. What you typed is still here; try again."),
        "notLoaded": _("This part could not be loaded."),
        "offline": _("No connection to the server. What you typed is still here; try again."),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "wholeCity": _("Show the whole city"),
        "close": _("Close"),
        "play": _("Play"),
        "pause": _("Pause"),
        "noMap": _("The map cannot be drawn on this device. The list has the same content."),
        "noValue": _("no value"),
        "shownOf": _("%(shown)s of %(of)s shown"),
        "requests": _("Requests"),
        "alerts": _("Alerts"),
        "sensors": _("Sensors"),
        "areas": _("Areas"),
        "nearer": _("Come nearer to see single requests."),
        "together": _("%(n)s here, close together. Select to come nearer."),
        "openRequests": _("Open requests"),
        "requests-open": _("Open"),
        "requests-warning": _("Due soon"),
        "requests-critical": _("Late"),
        "alerts-warning": _("Warning"),
        "alerts-critical": _("Critical"),
        "sensors-ok": _("In order"),
        "sensors-off": _("Silent"),
        "sensors-warning": _("Over a limit"),
        "sensors-critical": _("Far over a limit"),
        "openPage": _("Show"),
        "time": _("Time"),
        "noData": _("Nothing was measured in this period."),
        "pinAt": _("Pin set in %(area)s."),
        "pinOutside": _("This place lies outside the city."),
        "pinGone": _("No pin set."),
        "findingYou": _("Looking for your position …"),
        "noPosition": _("Your position is not known. Put the pin by hand."),
        "backlog": _("Open on this day: %(n)s"),
        "cancel": _("Cancel"),
        "goOn": _("Go on"),
        "back": _("Back"),
        "next": _("Next"),
        "stepOf": _("Step %(n)s of %(of)s"),
        "twoFingers": _("Use two fingers to move the map"),
        "ctrlScroll": _("Hold Ctrl while scrolling to zoom the map"),
        "cmdScroll": _("Hold ⌘ while scrolling to zoom the map"),
        "map": _("Map"),
    }
