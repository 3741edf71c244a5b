"""The ledger of what has been loaded from city folders."""

from django.db import models


class LoadedSet(models.Model):
    """One set of a city folder as it was last loaded; written in the set's own transaction."""

    name = models.TextField(primary_key=True)
    digest = models.CharField(max_length=64)
    source_rows = models.BigIntegerField()
    stored_rows = models.BigIntegerField()
    superseded_rows = models.BigIntegerField(default=0)
    shifted_weeks = models.IntegerField(default=0)
    notes = models.JSONField(default=list)
    loaded_at = models.DateTimeField()
