"""Measures, their targets and their values."""

from django.db import models

from weft.city.models import Unit
from weft.city.models.named import Named
from weft.kit.language import in_language


class Measure(Named):
    """A number with unit, period, direction and a definition in words."""

    definition = models.TextField()
    definition_fr = models.TextField(blank=True, default="")
    unit_of_measure = models.TextField()
    higher_is_better = models.BooleanField(default=True)

    @property
    def about(self) -> str:
        """The definition in the reader's language."""
        return in_language(self.definition, self.definition_fr)


class Target(models.Model):
    """What was promised for a measure, from a month on; without a unit, for all units."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="targets")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    start = models.DateField()
    value = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "unit", "start"], name="govern_target_once", nulls_distinct=False
            ),
        ]


class MeasureValue(models.Model):
    """A measure's value for one unit and month, as its two counts."""

    pk = models.CompositePrimaryKey("measure_id", "unit_id", "month")
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="values", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        db_table = "govern_measure_value"
