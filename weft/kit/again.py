"""Work that failed for good: which it is, and doing it again when an operator says so."""

from django.db import IntegrityError, connection, transaction

FAILED = "SELECT id FROM procrastinate_jobs WHERE status = 'failed' ORDER BY id FOR UPDATE SKIP LOCKED"
AGAIN = "SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)"
AFRESH = "UPDATE procrastinate_jobs SET attempts = 0 WHERE id = %s"
FORGET = "DELETE FROM procrastinate_jobs WHERE id = %s"
NAMES = "SELECT task_name, count(*) FROM procrastinate_jobs WHERE status = 'failed' GROUP BY 1 ORDER BY 1"


def failures() -> dict[str, int]:
    """How many jobs of each task failed and are not tried again by themselves."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES)
        return dict(cursor.fetchall())


@transaction.atomic
def retry_failed() -> int:
    """Queue every failed job again, with all its tries before it; returns how many. What waits already is let be."""
    queued = 0
    with connection.cursor() as cursor:
        cursor.execute(FAILED)
        for (job,) in cursor.fetchall():
            try:
                with transaction.atomic():
                    cursor.execute(AGAIN, [job])
                cursor.execute(AFRESH, [job])
                queued += 1
            except IntegrityError:  # the same work is queued already
                cursor.execute(FORGET, [job])
    return queued
