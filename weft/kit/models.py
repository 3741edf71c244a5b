"""The tables of the event log."""

from django.db import models


class EventRow(models.Model):
    """One fact of the log; the database refuses to change or delete it."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    type = models.TextField()
    actor = models.TextField()
    case_id = models.BigIntegerField(null=True)
    unit = models.TextField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        db_table = "kit_event"
        indexes = [
            models.Index(fields=["type", "unit", "at"], name="kit_event_type_unit_at"),
            models.Index(
                fields=["case_id", "at"], name="kit_event_case", condition=models.Q(case_id__isnull=False)
            ),
        ]


class EventObject(models.Model):
    """Which objects an event speaks of (OCEL 2.0: event-to-object relationship with a qualifier).

    Written by the statement that writes the event, and neither can be changed or deleted: a foreign key could never
    be broken, and checking it took a quarter of a load's time.
    """

    pk = models.CompositePrimaryKey("object_type", "object_id", "at", "event_id", "qualifier")
    object_type = models.TextField()
    object_id = models.TextField()
    at = models.DateTimeField()
    event = models.ForeignKey(
        EventRow, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="refs"
    )
    qualifier = models.TextField(default="")

    class Meta:
        db_table = "kit_event_object"


class ReactionDone(models.Model):
    """A reaction that has run for an event, noted in the reaction's own transaction."""

    pk = models.CompositePrimaryKey("event_id", "reaction")
    event = models.ForeignKey(EventRow, on_delete=models.PROTECT, db_index=False, related_name="+")
    reaction = models.TextField()
    done_at = models.DateTimeField()

    class Meta:
        db_table = "kit_reaction"
