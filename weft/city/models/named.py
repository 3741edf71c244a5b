"""What has a name in the city's two languages."""

from django.db import models

from weft.kit.language import in_language


class Labelled(models.Model):
    """A row with a name in English and, mostly, in French."""

    name = models.TextField()
    name_fr = models.TextField(blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_fr)


class Named(Labelled):
    """A labelled row whose key is a text code of the city's own."""

    code = models.TextField(primary_key=True)

    class Meta:
        abstract = True
