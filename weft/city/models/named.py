"""What the city names, in its two languages."""

from django.db import models
from django.utils.translation import get_language


class Named(models.Model):
    """A row with a text code of the city's own and a name in English and French."""

    code = models.TextField(primary_key=True)
    name = models.TextField()
    name_fr = models.TextField(blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_fr if self.name_fr and (get_language() or "").startswith("fr") else self.name
