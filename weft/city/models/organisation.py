"""Sectors, units, roles, people and who holds which role when."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from weft.city.models.named import Named


class Sector(Named):
    """One of the basic municipal services."""

    position = models.SmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]


class Unit(Named):
    """An organisational unit; `path` holds the codes from the root down, each closed by a slash."""

    kind = models.TextField(default="department")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    path = models.TextField(unique=True)

    class Meta:
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(condition=Q(path__endswith="/"), name="city_unit_path_closed"),
            models.CheckConstraint(condition=~Q(parent=F("code")), name="city_unit_not_own_parent"),
        ]
        indexes = [models.Index(fields=["kind"], name="city_unit_kind")]


class Role(Named):
    """What a person may do, as a list of permissions."""

    permissions = ArrayField(models.TextField(), default=list)


class PersonManager(BaseUserManager["Person"]):
    """Finds people by their log-in name, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(username__iexact=username)


class Person(AbstractBaseUser):
    """Somebody who works for the city; with a usable password, also a log-in."""

    username = models.TextField(unique=True)
    name = models.TextField()
    is_active = models.BooleanField(default=True)
    demonstration = models.BooleanField(default=False)
    language = models.CharField(max_length=5, blank=True, default="")

    USERNAME_FIELD = "username"
    objects = PersonManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="city_person_username_any_case"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """The person's name."""
        return self.name


class Appointment(models.Model):
    """Who holds which role at which unit, from when to when, and whether they came from outside."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="appointments")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="appointments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="appointments")
    start = models.DateField()
    end = models.DateField(null=True)
    from_outside = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "role", "unit", "start"], name="city_appointment_once"),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                name="city_appointment_ends_after_start",
            ),
        ]


class ApiToken(models.Model):
    """A key for another system, acting in one role at one unit; only its digest is kept."""

    name = models.TextField(unique=True)
    digest = models.CharField(max_length=64, unique=True)
    role = models.ForeignKey(Role, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
