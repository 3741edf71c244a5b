"""Text search that forgives accents and typing mistakes."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Both extensions come with PostgreSQL and are trusted: the database's owner may install them."""

    dependencies = [("city", "0001_initial")]
    operations = [TrigramExtension(), UnaccentExtension()]
