"""Counts of how often somebody did something; unlogged, because losing them in a crash harms nobody."""

from django.db import migrations

TABLE = """
CREATE UNLOGGED TABLE kit_throttle (key text PRIMARY KEY, count integer NOT NULL, until timestamptz NOT NULL);
CREATE INDEX kit_throttle_until ON kit_throttle (until);
"""


class Migration(migrations.Migration):
    """The table of the throttle."""

    dependencies = [("kit", "0002_append_only")]
    operations = [migrations.RunSQL(TABLE, "DROP TABLE kit_throttle")]
