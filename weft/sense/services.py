"""What changes when a sensor speaks: the observation, the latest value, alerts and their events."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction
from django.utils.translation import gettext as _

from weft.kit.access import Actor, require
from weft.kit.clock import now
from weft.kit.errors import Invalid, NotFound
from weft.kit.events import publish
from weft.sense import core
from weft.sense.events import AlertClosed, AlertOpened
from weft.sense.models import Alert, Datastream, Limit, Superseded

FUTURE_SECONDS = 24 * 60 * 60
FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class Recorded:
    """An observation as it now stands, and whether it was there before."""

    id: int
    is_new: bool


STORE = """
INSERT INTO sense_observation (datastream_id, phenomenon_time, result, result_time, parameters)
VALUES (%(datastream)s, %(time)s, %(result)s, %(result_time)s, %(parameters)s::jsonb)
ON CONFLICT (datastream_id, phenomenon_time) DO NOTHING
RETURNING id
"""
CORRECT = """
UPDATE sense_observation SET result = %(result)s, result_time = %(result_time)s, parameters = %(parameters)s::jsonb
WHERE datastream_id = %(datastream)s AND phenomenon_time = %(time)s
"""
STANDING = """
SELECT id, result, parameters FROM sense_observation
WHERE datastream_id = %s AND phenomenon_time = %s FOR UPDATE
"""
LATEST = """
INSERT INTO sense_latest (datastream_id, phenomenon_time, result) VALUES (%s, %s, %s)
ON CONFLICT (datastream_id) DO UPDATE
SET phenomenon_time = excluded.phenomenon_time, result = excluded.result
WHERE sense_latest.phenomenon_time <= excluded.phenomenon_time
"""


@transaction.atomic
def record_observation(
    datastream_id: int,
    *,
    phenomenon_time: datetime,
    result: float,
    by: Actor,
    result_time: datetime | None = None,
    parameters: dict[str, Any] | None = None,
) -> Recorded:
    """Store one observation and hold it against the datastream's limits.

    The same datastream and phenomenon time again is the same observation: an equal result changes nothing,
    another one takes its place and the earlier is kept as superseded. An observation older than the newest one
    is stored, but opens and closes no alert. Raises `NotFound` for an unknown datastream and `Invalid` for a
    result that is not a finite number or lies in the far future.
    """
    if not math.isfinite(result):
        raise Invalid(_("The result must be a finite number."), field="result")
    if (phenomenon_time - now()).total_seconds() > FUTURE_SECONDS:
        raise Invalid(_("The phenomenon time lies more than a day in the future."), field="phenomenonTime")
    if phenomenon_time.year < FIRST_YEAR:
        raise Invalid(_("The phenomenon time lies before the year %d.") % FIRST_YEAR, field="phenomenonTime")
    stream = (
        Datastream.objects.select_for_update(of=("self",)).select_related("thing").filter(pk=datastream_id)
    )
    datastream = stream.first()
    if datastream is None:
        raise NotFound(_("There is no datastream %d.") % datastream_id, field="Datastream")
    require(by, "sensors.write", unit=unit_path(datastream))
    recorded, changed = store(
        datastream_id, time=phenomenon_time, result=result, result_time=result_time, parameters=parameters
    )
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(LATEST, [datastream_id, phenomenon_time, result])
            newest = cursor.rowcount == 1
        if newest:
            hold_against_limits(datastream, result=result, at=phenomenon_time, by=by)
    return recorded


def unit_path(datastream: Datastream) -> str:
    """The path of the unit that runs the thing; the whole city's for a thing without one."""
    unit = datastream.thing.unit
    return unit.path if unit else ""


def store(
    datastream_id: int,
    *,
    time: datetime,
    result: float,
    result_time: datetime | None,
    parameters: dict[str, Any] | None,
) -> tuple[Recorded, bool]:
    """Insert or correct the row; tells also whether anything changed."""
    row: dict[str, Any] = {
        "datastream": datastream_id,
        "time": time,
        "result": result,
        "result_time": result_time,
        "parameters": None if parameters is None else msgspec.json.encode(parameters).decode(),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT sense_make_partitions(%s, %s)", [time, time])
        cursor.execute(STORE, row)
        inserted = cursor.fetchone()
        if inserted is not None:
            return Recorded(int(inserted[0]), is_new=True), True
        cursor.execute(STANDING, [datastream_id, time])
        observation_id, standing, standing_parameters = cursor.fetchone()
        if standing == result:
            return Recorded(int(observation_id), is_new=False), False
        cursor.execute(CORRECT, row)
    Superseded.objects.create(
        datastream_id=datastream_id,
        phenomenon_time=time,
        result=standing,
        parameters=msgspec.json.decode(standing_parameters) if standing_parameters else None,
        superseded_at=now(),
    )
    return Recorded(int(observation_id), is_new=False), True


def hold_against_limits(datastream: Datastream, *, result: float, at: datetime, by: Actor) -> None:
    """Open and close alerts as the limits say."""
    for limit in datastream.limits.filter(active=True).order_by("id"):
        alert = Alert.objects.select_for_update().filter(limit=limit, closed_at=None).first()
        bounds = core.Bounds(limit.direction, limit.value, limit.clear_value)
        match core.judge(result, bounds=bounds, is_open=alert is not None):
            case core.Verdict.OPEN:
                open_alert(limit, datastream, result=result, at=at, by=by)
            case core.Verdict.CLOSE if alert is not None:
                close_alert(alert, result=result, at=at, by=by)
            case _:
                pass


def open_alert(limit: Limit, datastream: Datastream, *, result: float, at: datetime, by: Actor) -> int:
    """Open the alert of a crossed limit; returns its id."""
    thing = datastream.thing
    alert = Alert.objects.create(
        limit=limit,
        datastream=datastream,
        unit_id=thing.unit_id,
        area_id=thing.area_id,
        severity=limit.severity,
        opened_at=at,
        result=result,
        lat=thing.lat,
        lon=thing.lon,
    )
    opened = AlertOpened(
        at=at,
        unit=thing.unit_id,
        alert_id=alert.pk,
        thing_id=thing.pk,
        datastream_id=datastream.pk,
        result=result,
        value=limit.value,
    )
    publish(opened, by=by)
    return alert.pk


def close_alert(alert: Alert, *, result: float, at: datetime, by: Actor) -> None:
    """Close an alert: the results are back within the limit."""
    alert.closed_at = max(at, alert.opened_at)
    alert.save(update_fields=["closed_at"])
    closed = AlertClosed(
        at=alert.closed_at,
        unit=alert.unit_id,
        alert_id=alert.pk,
        thing_id=alert.datastream.thing_id,
        datastream_id=alert.datastream_id,
        result=result,
    )
    publish(closed, by=by)
