"""The sets of sensors in a city folder: things, sensors, datastreams, limits and their observations."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import polars as pl
from django.db import connection
from django.db.backends.utils import CursorWrapper

from weft.city.folder import Checking, Column, Loading, SetSpec, Stored, register
from weft.city.folder.copying import copy, temporary_table
from weft.city.folder.history import write_history
from weft.city.folder.sets import LATITUDE, LONGITUDE, areas_of, named, records, renamed, storing, upsert
from weft.city.folder.spec import ROW, Rows
from weft.city.models import Asset
from weft.sense import core
from weft.sense.models import Alert, Datastream, Limit, ObservedProperty, Sensor, Thing

MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
DESCRIPTION = Column(name="description", unset="", says="More about it.")
CODE, NAME, NAME_FR = named("thing")


def store_things(loading: Loading, rows: Rows) -> Stored:
    """Things, each in the area its place lies in; one without a place stands where its asset does."""
    found = list(records(rows))
    assets = {asset.pk: asset for asset in Asset.objects.all()}
    for record in found:
        asset = assets.get(record["asset"])
        if asset is not None and record["lat"] is None:
            record["lat"], record["lon"] = asset.lat, asset.lon
        record["properties"] = msgspec.json.decode(record["properties"] or "{}")
    things = [
        Thing(**renamed(asset="asset_id", unit="unit_id")(record), area_id=area)
        for record, area in zip(found, areas_of(found), strict=True)
    ]
    fields = ("name", "description", "properties", "asset", "unit", "area", "lat", "lon")
    return upsert(Thing, things, key=("code",), fields=fields)


THINGS = SetSpec(
    name="things",
    says="Things with sensors (SensorThings 8.2.1).",
    key=("code",),
    after=("areas", "city"),
    columns=(
        CODE,
        NAME,
        DESCRIPTION,
        Column(name="properties", kind="json", says="Whatever else is known of it."),
        Column(name="asset", kind="code", refers_to="assets", says="The asset that it is, or is fixed to."),
        Column(
            name="unit",
            kind="code",
            refers_to="units",
            says="The unit that runs it and handles its alerts.",
        ),
        LATITUDE,
        LONGITUDE,
    ),
    store=store_things,
)

SENSORS = SetSpec(
    name="sensors",
    says="Kinds of instrument (SensorThings 8.2.5).",
    key=("code",),
    columns=(CODE, NAME, DESCRIPTION),
    store=storing(Sensor, key=("code",), row=lambda record: dict(record)),
)

OBSERVED_PROPERTIES = SetSpec(
    name="observed_properties",
    says="What is observed (SensorThings 8.2.6).",
    key=("code",),
    columns=(
        CODE,
        NAME,
        Column(name="definition", unset="", says="The address of its definition."),
        DESCRIPTION,
    ),
    store=storing(ObservedProperty, key=("code",), row=lambda record: dict(record)),
)


def store_datastreams(loading: Loading, rows: Rows) -> Stored:
    """Datastreams with their thing, sensor and observed property."""
    things = dict(Thing.objects.values_list("code", "pk"))
    sensors = dict(Sensor.objects.values_list("code", "pk"))
    properties = dict(ObservedProperty.objects.values_list("code", "pk"))
    streams = []
    for record in records(rows):
        thing, sensor = things[record.pop("thing")], sensors.get(record.pop("sensor"))
        observed = properties[record.pop("observed_property")]
        streams.append(Datastream(**record, thing_id=thing, sensor_id=sensor, observed_property_id=observed))
    fields = tuple(column.name for column in DATASTREAMS.columns if column.name != "code")
    return upsert(Datastream, streams, key=("code",), fields=fields)


DATASTREAMS = SetSpec(
    name="datastreams",
    says="Series of observations of one property by one sensor (SensorThings 8.2.4).",
    key=("code",),
    columns=(
        CODE,
        Column(name="thing", kind="code", required=True, refers_to="things", says="The thing it belongs to."),
        NAME,
        NAME_FR,
        DESCRIPTION,
        Column(name="sensor", kind="code", refers_to="sensors", says="The kind of instrument."),
        Column(
            name="observed_property",
            kind="code",
            required=True,
            refers_to="observed_properties",
            says="What is observed.",
        ),
        Column(name="unit_name", unset="", says="The unit of measure in words."),
        Column(name="unit_symbol", unset="", says="Its symbol, as shown beside values."),
        Column(name="unit_definition", unset="", says="Its code in UCUM."),
        Column(
            name="observation_type", unset=MEASUREMENT, says="The type of result (SensorThings table 12)."
        ),
    ),
    store=store_datastreams,
)


def clears_on_the_right_side(checking: Checking) -> None:
    """A limit clears at or before the value at which it opens."""
    above = (pl.col("direction") == "above") & (pl.col("clear_value") > pl.col("value"))
    below = (pl.col("direction") == "below") & (pl.col("clear_value") < pl.col("value"))
    wrong = checking.rows.filter(above | below)
    checking.tell(wrong[ROW], "clear_value", "the limit would clear only after going further past it")


def store_limits(loading: Loading, rows: Rows) -> Stored:
    """Limits of datastreams."""
    streams = dict(Datastream.objects.values_list("code", "pk"))
    limits = []
    for record in records(rows):
        stream, service = streams[record.pop("datastream")], record.pop("service")
        if record["clear_value"] is None:
            record["clear_value"] = record["value"]
        limits.append(Limit(**record, datastream_id=stream, service_id=service))
    fields = ("name", "name_fr", "datastream", "direction", "value", "clear_value", "severity", "service")
    return upsert(Limit, limits, key=("code",), fields=fields)


LIMITS = SetSpec(
    name="limits",
    says="What a datastream can bear; crossing a limit opens an alert.",
    key=("code",),
    columns=(
        CODE,
        NAME,
        NAME_FR,
        Column(
            name="datastream", kind="code", required=True, refers_to="datastreams", says="The datastream."
        ),
        Column(
            name="direction",
            choices=("above", "below"),
            required=True,
            says="Whether the alert opens at the value and above, or at the value and below.",
        ),
        Column(name="value", kind="number", required=True, says="The value at which an alert opens."),
        Column(
            name="clear_value",
            kind="number",
            says="The value at which it closes again; empty: as soon as the value is left.",
        ),
        Column(name="severity", choices=("warning", "critical"), unset="warning", says="How bad it is."),
        Column(
            name="service",
            kind="code",
            refers_to="services",
            says="The service whose process answers the alert; empty: it is only shown.",
        ),
    ),
    rules=(clears_on_the_right_side,),
    store=store_limits,
)

# Observations

STAGE = "sense_folder_observation"
STORE = """
INSERT INTO sense_observation (datastream_id, phenomenon_time, result, parameters)
SELECT DISTINCT ON (datastream_id, at) datastream_id, at, result, parameters::jsonb
FROM sense_folder_observation ORDER BY datastream_id, at, number DESC
ON CONFLICT (datastream_id, phenomenon_time) DO NOTHING
"""
SUPERSEDE = """
INSERT INTO sense_superseded (datastream_id, phenomenon_time, result, parameters, superseded_at)
SELECT datastream_id, at, result, parameters::jsonb, %(now)s FROM (
    SELECT *, row_number() OVER (PARTITION BY datastream_id, at ORDER BY number DESC) AS back
    FROM sense_folder_observation
) staged
WHERE back > 1 AND NOT EXISTS (
    SELECT 1 FROM sense_superseded s
    WHERE s.datastream_id = staged.datastream_id AND s.phenomenon_time = at AND s.result = staged.result
)
"""
NEWEST = """
INSERT INTO sense_latest (datastream_id, phenomenon_time, result)
SELECT DISTINCT ON (o.datastream_id) o.datastream_id, o.phenomenon_time, o.result
FROM (SELECT datastream_id, max(at) AS at FROM sense_folder_observation GROUP BY datastream_id) s
JOIN sense_observation o ON o.datastream_id = s.datastream_id AND o.phenomenon_time = s.at
ON CONFLICT (datastream_id) DO UPDATE
SET phenomenon_time = excluded.phenomenon_time, result = excluded.result
WHERE sense_latest.phenomenon_time <= excluded.phenomenon_time
"""
NEWS = """
SELECT l.id, o.phenomenon_time, o.result
FROM sense_limit l
JOIN (SELECT DISTINCT datastream_id FROM sense_folder_observation) s ON s.datastream_id = l.datastream_id
JOIN sense_observation o ON o.datastream_id = l.datastream_id
LEFT JOIN sense_latest before ON before.datastream_id = l.datastream_id
WHERE l.active AND o.phenomenon_time > coalesce(before.phenomenon_time, '-infinity')
ORDER BY l.id, o.phenomenon_time
"""
FACTS = """
SELECT a.opened_at, 'AlertOpened', a.unit_id, jsonb_build_object(
    'alert_id', a.id, 'thing_id', d.thing_id, 'datastream_id', d.id, 'result', a.result, 'value', l.value)
FROM sense_alert a JOIN sense_datastream d ON d.id = a.datastream_id JOIN sense_limit l ON l.id = a.limit_id
WHERE a.id = ANY(%(opened)s)
UNION ALL
SELECT a.closed_at, 'AlertClosed', a.unit_id, jsonb_build_object(
    'alert_id', a.id, 'thing_id', d.thing_id, 'datastream_id', d.id, 'result', c.result)
FROM unnest(%(closed)s::bigint[], %(results)s::float8[]) AS c(id, result)
JOIN sense_alert a ON a.id = c.id JOIN sense_datastream d ON d.id = a.datastream_id
"""


def store_observations(loading: Loading, rows: Rows) -> Stored:
    """Observations into their months; of two for one moment the later row stands, the other is kept apart."""
    cursor, done = loading.cursor, 0
    streams = pl.DataFrame(
        list(Datastream.objects.values_list("code", "pk")),
        schema={"datastream": pl.String, "datastream_id": pl.Int64},
        orient="row",
    )
    span = pl.DataFrame(schema={"first": pl.Datetime("us", "UTC"), "last": pl.Datetime("us", "UTC")})
    for piece in rows:
        staged = piece.join(streams, on="datastream", how="left", maintain_order="left").select(
            "datastream_id",
            "at",
            "result",
            "parameters",
            number=pl.int_range(done, done + pl.len(), dtype=pl.Int64),
        )
        if done == 0:
            temporary_table(cursor, STAGE, like=staged)
        copy(cursor, STAGE, staged)
        done += staged.height
        span = span.vstack(staged.select(first=pl.col("at").min(), last=pl.col("at").max()))
        loading.progress(done)
    if done == 0:
        return Stored(0)
    first, last = span.select(pl.col("first").min(), pl.col("last").max()).row(0)
    cursor.execute("SELECT sense_make_partitions(%s, %s)", [first, last])
    cursor.execute(STORE)
    stored = cursor.rowcount
    cursor.execute(SUPERSEDE, {"now": loading.now})
    superseded = cursor.rowcount
    alerts = alerts_of_news(loading)
    cursor.execute(NEWEST)
    cursor.execute("ANALYZE sense_observation, sense_latest")
    return Stored(stored, superseded=superseded, notes=said(stored, superseded, alerts))


def said(stored: int, superseded: int, alerts: "Alerts") -> tuple[str, ...]:
    """What is worth knowing about a load of observations."""
    notes = []
    if superseded:
        notes.append(f"observations superseded by a later row for the same moment: {superseded:,}")
    if alerts.opened:
        still = sum(alert.closed_at is None for alert in alerts.opened)
        notes.append(f"alerts opened by limits crossed: {len(alerts.opened):,}; still open: {still:,}")
    return tuple(notes)


@dataclass
class Alerts:
    """What the limits make of observations that came in order."""

    standing_by_limit: dict[int, Alert]
    opened: list[Alert] = field(default_factory=list)
    closed: list[tuple[Alert, float]] = field(default_factory=list)

    def see(self, limit: Limit, *, at: datetime, result: float) -> None:
        """Open or close the limit's alert as the rule says."""
        standing = self.standing_by_limit.get(limit.pk)
        bounds = core.Bounds(limit.direction, limit.value, limit.clear_value)
        match core.judge(result, bounds=bounds, is_open=standing is not None):
            case core.Verdict.OPEN:
                alert = alert_of(limit, at=at, result=result)
                self.standing_by_limit[limit.pk] = alert
                self.opened.append(alert)
            case core.Verdict.CLOSE if standing is not None:
                standing.closed_at = max(at, standing.opened_at)
                self.closed.append((self.standing_by_limit.pop(limit.pk), result))
            case _:
                pass


def alert_of(limit: Limit, *, at: datetime, result: float) -> Alert:
    """The alert of a crossed limit."""
    thing = limit.datastream.thing
    return Alert(
        limit=limit,
        datastream=limit.datastream,
        unit_id=thing.unit_id,
        area_id=thing.area_id,
        severity=limit.severity,
        opened_at=at,
        result=result,
        lat=thing.lat,
        lon=thing.lon,
    )


def alerts_of_news(loading: Loading) -> Alerts:
    """Hold every observation newer than the newest one known against its limits, and write alerts and events."""
    limits = {
        limit.pk: limit for limit in Limit.objects.select_related("datastream__thing").filter(active=True)
    }
    standing = {alert.limit_id: alert for alert in Alert.objects.select_for_update().filter(closed_at=None)}
    alerts = Alerts(dict(standing))
    for limit_id, at, result in streamed(NEWS):
        alerts.see(limits[limit_id], at=at, result=result)
    Alert.objects.bulk_create(alerts.opened, batch_size=2000)
    before = [alert for alert, _ in alerts.closed if alert in standing.values()]
    Alert.objects.bulk_update(before, ["closed_at"], batch_size=500)
    write_alert_history(loading.cursor, alerts)
    return alerts


def write_alert_history(cursor: CursorWrapper, alerts: Alerts) -> None:
    """One event for each opening and each closing."""
    params: dict[str, Any] = {
        "opened": [alert.pk for alert in alerts.opened],
        "closed": [alert.pk for alert, _ in alerts.closed],
        "results": [result for _, result in alerts.closed],
    }
    objects = {"alert": "alert_id", "thing": "thing_id", "datastream": "datastream_id"}
    write_history(cursor, FACTS, params, objects=objects)


def streamed(query: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, a few thousand in memory at a time."""
    with connection.connection.cursor(name="weft_folder_news") as cursor:
        cursor.itersize = 5000
        cursor.execute(query)
        yield from cursor


OBSERVATIONS = SetSpec(
    name="observations",
    says="What the sensors said, in the order it happened. The same datastream and time twice: the later row "
    "stands, the earlier is kept apart, and both are counted.",
    large=True,
    after=("limits",),
    ends="at",
    columns=(
        Column(
            name="datastream", kind="code", required=True, refers_to="datastreams", says="The datastream."
        ),
        Column(
            name="at",
            kind="moment",
            required=True,
            in_order_of=("datastream",),
            says="When it was observed; a day's value stands at the day's beginning.",
        ),
        Column(
            name="result",
            kind="number",
            required=True,
            says="The value, in the datastream's unit of measure.",
        ),
        Column(name="parameters", kind="json", says="Circumstances of the observation."),
    ),
    store=store_observations,
)

register(THINGS, SENSORS, OBSERVED_PROPERTIES, DATASTREAMS, LIMITS, OBSERVATIONS)
