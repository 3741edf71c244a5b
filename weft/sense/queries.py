"""What sensors tell: alerts, latest values and series, as plain values."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from weft.kit.errors import NotFound
from weft.kit.language import in_language
from weft.sense.models import Alert, Datastream, Limit


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert as lists and the map show it."""

    id: int
    name: str
    thing: str
    thing_id: int
    datastream_id: int
    severity: str
    opened_at: datetime
    closed_at: datetime | None
    result: float
    value: float
    unit_symbol: str
    lat: float | None
    lon: float | None


def alerts_at(moment: datetime, *, limit: int = 200) -> list[OpenAlert]:
    """The alerts open at a moment, critical first, then newest."""
    rows = (
        Alert.objects.filter(opened_at__lte=moment)
        .exclude(closed_at__lte=moment)
        .select_related("limit", "datastream__thing")
        .order_by("severity", "-opened_at", "-id")[:limit]
    )
    return [open_alert(alert) for alert in rows]


def count_alerts_at(moment: datetime) -> int:
    """How many alerts were open at a moment."""
    return Alert.objects.filter(opened_at__lte=moment).exclude(closed_at__lte=moment).count()


def alert(alert_id: int) -> OpenAlert:
    """One alert; `NotFound` when there is none."""
    found = Alert.objects.select_related("limit", "datastream__thing").filter(pk=alert_id).first()
    if found is None:
        raise NotFound(_("There is no alert %d.") % alert_id)
    return open_alert(found)


def alerts_of_thing(thing_id: int, *, limit: int = 20) -> list[OpenAlert]:
    """The alerts of one thing, newest first."""
    rows = Alert.objects.filter(datastream__thing_id=thing_id).select_related("limit", "datastream__thing")
    return [open_alert(row) for row in rows.order_by("-opened_at", "-id")[:limit]]


def open_alert(row: Alert) -> OpenAlert:
    """The plain value of an alert's row."""
    return OpenAlert(
        id=row.pk,
        name=row.limit.label,
        thing=row.datastream.thing.name,
        thing_id=row.datastream.thing_id,
        datastream_id=row.datastream_id,
        severity=row.severity,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        result=row.result,
        value=row.limit.value,
        unit_symbol=row.datastream.unit_symbol,
        lat=row.lat,
        lon=row.lon,
    )


SENSORS = """
SELECT t.id, t.name, t.lat, t.lon, now.result, now.phenomenon_time, d.unit_symbol, d.name, d.name_fr, d.id
FROM sense_thing t
JOIN LATERAL (
    SELECT * FROM sense_datastream d WHERE d.thing_id = t.id ORDER BY d.id LIMIT 1
) d ON true
LEFT JOIN LATERAL (
    SELECT o.result, o.phenomenon_time FROM sense_observation o
    WHERE o.datastream_id = d.id AND o.phenomenon_time <= %(moment)s AND o.phenomenon_time > %(since)s
    ORDER BY o.phenomenon_time DESC LIMIT 1
) now ON true
WHERE t.lat IS NOT NULL
ORDER BY t.id LIMIT %(limit)s
"""
SENSORS_NOW = """
SELECT t.id, t.name, t.lat, t.lon, now.result, now.phenomenon_time, d.unit_symbol, d.name, d.name_fr, d.id
FROM sense_thing t
JOIN LATERAL (
    SELECT * FROM sense_datastream d WHERE d.thing_id = t.id ORDER BY d.id LIMIT 1
) d ON true
LEFT JOIN sense_latest now ON now.datastream_id = d.id
WHERE t.lat IS NOT NULL
ORDER BY t.id LIMIT %(limit)s
"""
LOOK_BACK = timedelta(days=62)
"""How far back a sensor's value at a moment is searched for; a longer silence counts as no value."""


@dataclass(frozen=True, slots=True)
class SensorNow:
    """A thing on the map with the value of its first datastream."""

    thing_id: int
    name: str
    lat: float
    lon: float
    result: float | None
    at: datetime | None
    unit_symbol: str
    datastream: str
    datastream_id: int


def sensors_at(moment: datetime | None, *, limit: int = 2000) -> list[SensorNow]:
    """Every thing with a place, and its value at a moment (None: now)."""
    with connection.cursor() as cursor:
        if moment is None:
            cursor.execute(SENSORS_NOW, {"limit": limit})
        else:
            cursor.execute(SENSORS, {"moment": moment, "since": moment - LOOK_BACK, "limit": limit})
        rows = cursor.fetchall()
    return [
        SensorNow(row[0], row[1], row[2], row[3], row[4], row[5], row[6], in_language(row[7], row[8]), row[9])
        for row in rows
    ]


RAW_POINTS = 3000
"""More observations than this in a span and the series is told in buckets."""
BUCKETS = [timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=7), timedelta(days=30)]

RAW = """
SELECT phenomenon_time, result FROM sense_observation
WHERE datastream_id = %s AND phenomenon_time >= %s AND phenomenon_time < %s
ORDER BY phenomenon_time LIMIT %s
"""
BUCKETED = """
SELECT date_bin(%(step)s::interval, phenomenon_time, %(start)s::timestamptz) AS bucket, avg(result)
FROM sense_observation
WHERE datastream_id = %(datastream)s AND phenomenon_time >= %(start)s AND phenomenon_time < %(end)s
GROUP BY bucket ORDER BY bucket
"""


@dataclass(frozen=True, slots=True)
class Series:
    """A datastream over a span of time: raw, or means of buckets of `step`; a gap is a None."""

    datastream: Datastream
    points: list[tuple[datetime, float | None]]
    step: timedelta | None
    limits: list[Limit]


def extent_of(datastream_id: int) -> tuple[datetime, datetime] | None:
    """The first and last phenomenon time of a datastream."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(phenomenon_time), max(phenomenon_time) FROM sense_observation WHERE datastream_id = %s",
            [datastream_id],
        )
        first, last = cursor.fetchone()
    return None if first is None else (first, last)


def series(datastream_id: int, *, start: datetime, end: datetime) -> Series:
    """The results of a datastream from `start` to before `end`; `NotFound` when there is no such datastream."""
    datastream = (
        Datastream.objects.select_related("thing", "observed_property").filter(pk=datastream_id).first()
    )
    if datastream is None:
        raise NotFound(_("There is no datastream %d.") % datastream_id)
    limits = list(datastream.limits.filter(active=True).order_by("value"))
    with connection.cursor() as cursor:
        cursor.execute(RAW, [datastream_id, start, end, RAW_POINTS + 1])
        points = cursor.fetchall()
        if len(points) <= RAW_POINTS:
            return Series(datastream, with_gaps(points), None, limits)
        step = next((step for step in BUCKETS if (end - start) / step <= RAW_POINTS), BUCKETS[-1])
        width = f"{step.total_seconds()} seconds"
        cursor.execute(BUCKETED, {"step": width, "start": start, "end": end, "datastream": datastream_id})
        return Series(datastream, with_gaps(cursor.fetchall(), step=step), step, limits)


def with_gaps(
    points: list[tuple[datetime, Any]], *, step: timedelta | None = None
) -> list[tuple[datetime, float | None]]:
    """The points with a None where the series fell silent: a bucket without rows, or twenty usual steps."""
    if len(points) < 3:
        return list(points)
    spans = sorted(later[0] - earlier[0] for earlier, later in pairwise(points))
    usual = step or spans[len(spans) // 2]
    silence = usual if step else 20 * usual
    told: list[tuple[datetime, float | None]] = [points[0]]
    for earlier, later in pairwise(points):
        if later[0] - earlier[0] > silence:
            told.append((earlier[0] + usual, None))
        told.append(later)
    return told
