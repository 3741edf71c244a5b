"""Processes and their versions, cases and tasks (BPMN 2.0)."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from weft.city.models import Area, Person, Role, Service, Unit
from weft.city.models.named import Labelled, Named


class Process(Named):
    """A way of working the city has drawn; it changes by versions."""


class Version(models.Model):
    """One drawing of a process; a case finishes on the version it began on."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    bpmn = models.TextField()
    digest = models.CharField(max_length=64)
    why = models.TextField(blank=True, default="")
    deployed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="process_version_once")]


class Case(models.Model):
    """One run of a version, about one subject (a request, an alert)."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="cases")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    subject_type = models.TextField()
    subject_id = models.TextField()
    subject = models.TextField(help_text="What the case is about, in a few words, for lists.")
    state = models.JSONField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"], name="process_case_one_for_a_subject"
            ),
        ]


class Task(Labelled):
    """One step of a case for one role at one unit."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    token = models.TextField(help_text="The work item's id in the case's state.")
    element = models.TextField(help_text="The id of the task in the BPMN model.")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    sort_at = models.GeneratedField(
        expression=Coalesce("due_at", models.Value("9999-12-31 00:00:00+00")),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "token"], name="process_task_once"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(done_at__gte=F("opened_at")),
                name="process_task_done_after_opened",
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "role", "sort_at", "id"],
                name="process_task_open_by_place",
                condition=Q(done_at__isnull=True),
            ),
            models.Index(
                fields=["done_by", "-done_at"],
                name="process_task_done_by",
                condition=Q(done_at__isnull=False),
            ),
        ]
