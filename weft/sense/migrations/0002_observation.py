"""The observations, partitioned by month of phenomenon time."""

from django.db import migrations

TABLE = """
CREATE SEQUENCE sense_observation_id;

CREATE TABLE sense_observation (
    datastream_id bigint NOT NULL,
    phenomenon_time timestamptz NOT NULL,
    id bigint NOT NULL DEFAULT nextval('sense_observation_id'),
    result double precision NOT NULL,
    result_time timestamptz,
    parameters jsonb,
    PRIMARY KEY (datastream_id, phenomenon_time)
) PARTITION BY RANGE (phenomenon_time);
ALTER SEQUENCE sense_observation_id OWNED BY sense_observation.id;
CREATE INDEX sense_observation_by_id ON sense_observation (id);

-- Make the partition of each month (UTC) from the one of the first moment to the one of the last.
-- Safe to call from many sessions at once: the lock is held until the caller's transaction ends.
CREATE FUNCTION sense_make_partitions(first timestamptz, last timestamptz) RETURNS void
LANGUAGE plpgsql SET timezone TO 'UTC' AS $$
DECLARE
    month timestamptz := date_trunc('month', first);
    partition text;
BEGIN
    WHILE month <= last LOOP
        partition := 'sense_observation_' || to_char(month, 'YYYYMM');
        IF to_regclass(partition) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext('sense_make_partitions'));
            -- IF NOT EXISTS looks anew; to_regclass would not see what was made while this session waited
            EXECUTE format(
                'CREATE TABLE IF NOT EXISTS %I PARTITION OF sense_observation FOR VALUES FROM (%L) TO (%L)',
                partition, month, month + interval '1 month'
            );
        END IF;
        month := month + interval '1 month';
    END LOOP;
END $$;
"""

DROP = "DROP TABLE sense_observation; DROP FUNCTION sense_make_partitions(timestamptz, timestamptz);"


class Migration(migrations.Migration):
    """No foreign key to the datastream: it would cost ingest a look-up a row; services hold the datastream's
    row with FOR KEY SHARE instead."""

    dependencies = [("sense", "0001_initial")]
    operations = [migrations.RunSQL(TABLE, DROP)]
