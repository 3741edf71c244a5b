"""The city itself, its areas and what it owns."""

from django.db import models
from django.db.models import Q

from weft.city.models.named import Named
from weft.city.models.organisation import Sector, Unit


class Profile(models.Model):
    """The one city this platform serves: name, time zone, languages, where the map opens."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    code = models.TextField()
    name = models.TextField()
    name_fr = models.TextField(blank=True, default="")
    timezone = models.TextField()
    languages = models.JSONField(default=list)
    lat = models.FloatField()
    lon = models.FloatField()
    notice = models.TextField(blank=True, default="")
    notice_fr = models.TextField(blank=True, default="")
    area_kind = models.TextField(default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="city_profile_one_row")]


class Area(Named):
    """A polygon the city reports by; `kind` tells wards from neighbourhoods."""

    kind = models.TextField()
    geometry = models.JSONField()

    class Meta:
        ordering = ["kind", "name"]
        indexes = [models.Index(fields=["kind"], name="city_area_kind")]


class Asset(Named):
    """A thing the city owns and looks after."""

    kind = models.TextField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
