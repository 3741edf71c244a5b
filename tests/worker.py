"""Runs the queued reactions of a test, as the worker would."""

import json

from django.db import connection
from procrastinate.contrib.django import app as queue

NEXT = """
UPDATE procrastinate_jobs SET status = 'succeeded'
WHERE id = (SELECT id FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id LIMIT 1)
RETURNING task_name, args
"""


def drain(*, most: int = 200) -> list[str]:
    """Do every waiting job, and those they bring; returns the tasks' names in order."""
    done = []
    for _round in range(most):
        with connection.cursor() as cursor:
            cursor.execute(NEXT)
            row = cursor.fetchone()
        if row is None:
            return done
        name, args = row[0], json.loads(row[1])
        queue.tasks[name].func(**args)
        done.append(name)
    raise AssertionError(f"still working after {most} jobs")
