"""Contacts, requests and the daily tally."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from weft.city.models import Area, Service, Unit

CHANNELS = {
    "call": _("by telephone"),
    "web": _("on the web"),
    "app": _("with an app"),
    "mail": _("by mail"),
    "social": _("in social media"),
    "staff": _("taken by staff"),
    "crew": _("noted by a crew"),
    "system": _("reported by a system"),
    "api": _("sent by a program"),
}
"""How a request can come in, in words."""

OUTCOMES = {
    "resolved": _("resolved"),
    "noted": _("noted, no work was needed"),
    "duplicate": _("reported before"),
}
"""What can come of a request, in words; a city folder may hold others, in the city's own."""


class Contact(models.Model):
    """A resident's details, kept apart from what they asked for, so that they can be erased alone."""

    name = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    phone = models.TextField(blank=True, default="")
    language = models.CharField(max_length=5, blank=True, default="")
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)


class Request(models.Model):
    """One ask for one service at one place through one channel."""

    reference = models.TextField(unique=True)
    secret = models.TextField(
        blank=True, default="", help_text="Opens the tracking page together with the reference."
    )
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    channel = models.TextField()
    words = models.TextField(blank=True, default="")
    address = models.TextField(blank=True, default="")
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="requests")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(
        null=True, help_text="When the promise was broken; set once, by the clock."
    )
    outcome = models.TextField(blank=True, default="")
    answer = models.TextField(blank=True, default="")
    case_id = models.BigIntegerField(null=True)
    imported = models.BooleanField(default=False)

    @property
    def came(self) -> str:
        """How it came in, in words."""
        return str(CHANNELS.get(self.channel, self.channel))

    @property
    def became(self) -> str:
        """What came of it, in words."""
        return str(OUTCOMES.get(self.outcome, self.outcome))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(lat__isnull=True) & Q(lon__isnull=True))
                | (Q(lat__range=(-90, 90)) & Q(lon__range=(-180, 180))),
                name="serve_request_place_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="serve_request_newest"),
            models.Index(fields=["unit", "-opened_at", "-id"], name="serve_request_unit_newest"),
            models.Index(
                fields=["due_at"],
                name="serve_request_promise_running",
                condition=Q(closed_at__isnull=True, missed_at__isnull=True, due_at__isnull=False),
            ),
            models.Index(
                fields=["unit", "-opened_at", "-id"],
                name="serve_request_open",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(fields=["service", "-opened_at", "-id"], name="serve_request_service_newest"),
            models.Index(
                fields=["unit", "missed_at"],
                name="serve_request_missed",
                condition=Q(missed_at__isnull=False),
            ),
            models.Index(
                fields=["unit", "closed_at"],
                name="serve_request_closed",
                condition=Q(closed_at__isnull=False),
            ),
        ]


class Tally(models.Model):
    """What happened in one day (month, year) in one unit and area: kept in the transaction of each act.

    A month's row is the sum of its days, a year's of its months: a backlog is then the years before, the months
    since and the days since, however long the history.
    """

    pk = models.CompositePrimaryKey("span", "day", "unit_id", "area_id")
    span = models.TextField(choices=[("day", "day"), ("month", "month"), ("year", "year")])
    day = models.DateField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    area_id = models.TextField(help_text="Code of the area; empty where the place is not known.")
    opened = models.IntegerField(default=0)
    closed = models.IntegerField(default=0)
    on_time = models.IntegerField(default=0)
    missed = models.IntegerField(default=0)

    class Meta:
        db_table = "serve_tally"
        constraints = [
            models.CheckConstraint(condition=Q(span__in=["day", "month", "year"]), name="serve_tally_span"),
            models.CheckConstraint(
                condition=Q(opened__gte=0, closed__gte=0, on_time__gte=0, missed__gte=0),
                name="serve_tally_counts",
            ),
        ]
