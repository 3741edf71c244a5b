"""The service catalogue and the calendars its promises count by."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from weft.city.models.named import Named
from weft.city.models.organisation import Sector, Unit
from weft.kit.language import in_language


class Calendar(Named):
    """Working hours: seven lists of `["HH:MM", "HH:MM"]` spans, Monday first."""

    timezone = models.TextField()
    week = models.JSONField()


class Holiday(models.Model):
    """A day on which a calendar stands still."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="holidays")
    date = models.DateField()
    name = models.TextField()
    name_fr = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="city_holiday_once")]


class Service(Named):
    """What one can ask for, who owns it, what it promises and which process delivers it."""

    description = models.TextField(blank=True, default="")
    description_fr = models.TextField(blank=True, default="")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="services")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="services")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT)
    promise_hours = models.FloatField(null=True)
    promise_clock = models.TextField(default="elapsed")
    process = models.TextField()
    public = models.BooleanField(default=True)
    asks_place = models.BooleanField(default=True)
    keywords = ArrayField(models.TextField(), default=list)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(promise_hours__isnull=True) | Q(promise_hours__gt=0),
                name="city_service_promise_positive",
            ),
            models.CheckConstraint(
                condition=Q(promise_clock__in=["working", "elapsed"]), name="city_service_promise_clock"
            ),
        ]

    @property
    def about(self) -> str:
        """The description in the reader's language."""
        return in_language(self.description, self.description_fr)
