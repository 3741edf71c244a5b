"""Things, datastreams, observations, limits and alerts (OGC SensorThings API 1.1, clause 8.2)."""

from django.db import models
from django.db.models import Q

from weft.city.models import Area, Asset, Service, Unit
from weft.city.models.named import Labelled


class Thing(models.Model):
    """A thing of the physical world (8.2.1), with where it stands now."""

    code = models.TextField(unique=True)
    name = models.TextField()
    description = models.TextField(blank=True, default="")
    properties = models.JSONField(default=dict)
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, null=True, related_name="things")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)


class Sensor(models.Model):
    """The instrument that observes (8.2.5)."""

    code = models.TextField(unique=True)
    name = models.TextField()
    description = models.TextField(blank=True, default="")


class ObservedProperty(models.Model):
    """What is observed (8.2.6)."""

    code = models.TextField(unique=True)
    name = models.TextField()
    definition = models.TextField(blank=True, default="")
    description = models.TextField(blank=True, default="")


class Datastream(Labelled):
    """A series of observations of one property by one sensor (8.2.4)."""

    code = models.TextField(unique=True)
    description = models.TextField(blank=True, default="")
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="datastreams")
    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, null=True, related_name="datastreams")
    observed_property = models.ForeignKey(
        ObservedProperty, on_delete=models.PROTECT, related_name="datastreams"
    )
    observation_type = models.TextField(
        default="http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
    )
    unit_name = models.TextField(blank=True, default="")
    unit_symbol = models.TextField(blank=True, default="")
    unit_definition = models.TextField(blank=True, default="")


class Observation(models.Model):
    """One result at one moment (8.2.7); the table is partitioned by month of `phenomenon_time`."""

    pk = models.CompositePrimaryKey("datastream_id", "phenomenon_time")
    datastream = models.ForeignKey(Datastream, on_delete=models.PROTECT, db_index=False, related_name="+")
    phenomenon_time = models.DateTimeField()
    id = models.BigIntegerField()
    result = models.FloatField()
    result_time = models.DateTimeField(null=True)
    parameters = models.JSONField(null=True)

    class Meta:
        managed = False
        db_table = "sense_observation"


class Superseded(models.Model):
    """A result that a later one for the same datastream and moment took the place of."""

    datastream = models.ForeignKey(Datastream, on_delete=models.PROTECT, related_name="+")
    phenomenon_time = models.DateTimeField()
    result = models.FloatField()
    parameters = models.JSONField(null=True)
    superseded_at = models.DateTimeField()

    class Meta:
        db_table = "sense_superseded"


class Latest(models.Model):
    """The newest observation of each datastream, kept by ingest."""

    datastream = models.OneToOneField(
        Datastream, on_delete=models.CASCADE, primary_key=True, related_name="latest"
    )
    phenomenon_time = models.DateTimeField()
    result = models.FloatField()

    class Meta:
        db_table = "sense_latest"


class Limit(Labelled):
    """What a datastream can bear: crossing `value` opens an alert, coming back past `clear_value` closes it."""

    code = models.TextField(unique=True)
    datastream = models.ForeignKey(Datastream, on_delete=models.PROTECT, related_name="limits")
    direction = models.TextField()
    value = models.FloatField()
    clear_value = models.FloatField()
    severity = models.TextField(default="warning")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(direction__in=["above", "below"]), name="sense_limit_direction"
            ),
            models.CheckConstraint(
                condition=Q(severity__in=["warning", "critical"]), name="sense_limit_severity"
            ),
        ]


class Alert(models.Model):
    """A limit crossed; at most one is open for a limit at a time."""

    limit = models.ForeignKey(Limit, on_delete=models.PROTECT, related_name="alerts")
    datastream = models.ForeignKey(Datastream, on_delete=models.PROTECT, related_name="alerts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    severity = models.TextField()
    opened_at = models.DateTimeField()
    result = models.FloatField()
    closed_at = models.DateTimeField(null=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["limit"], condition=Q(closed_at__isnull=True), name="sense_alert_one_open_for_a_limit"
            ),
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="sense_alert_newest"),
        ]
