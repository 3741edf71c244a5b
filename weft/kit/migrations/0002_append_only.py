"""The database refuses to change or delete an event; and the table of the shared cache."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION kit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the event log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER kit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON kit_event
    FOR EACH STATEMENT EXECUTE FUNCTION kit_refuse_change();
CREATE TRIGGER kit_event_object_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON kit_event_object
    FOR EACH STATEMENT EXECUTE FUNCTION kit_refuse_change();
ALTER TABLE kit_event ENABLE ALWAYS TRIGGER kit_event_append_only;
ALTER TABLE kit_event_object ENABLE ALWAYS TRIGGER kit_event_object_append_only;
"""

NO_LONGER = """
DROP TRIGGER kit_event_append_only ON kit_event;
DROP TRIGGER kit_event_object_append_only ON kit_event_object;
DROP FUNCTION kit_refuse_change();
"""

CACHE = """
CREATE TABLE kit_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX kit_cache_expires ON kit_cache (expires);
"""


class Migration(migrations.Migration):
    """Append-only by the database, not by manners."""

    dependencies = [("kit", "0001_initial")]
    operations = [
        migrations.RunSQL(APPEND_ONLY, NO_LONGER),
        migrations.RunSQL(CACHE, "DROP TABLE kit_cache"),
    ]
