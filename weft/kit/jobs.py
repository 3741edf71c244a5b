"""What kit does on the clock."""

from django.contrib.sessions.backends.db import SessionStore
from procrastinate.contrib.django import app as queue

from weft.kit import throttle


@queue.periodic(cron="7 * * * *")
@queue.task(name="weft.kit.jobs.forget", queue="clock", queueing_lock="forget")
def forget(timestamp: int) -> None:
    """Each hour: forget the counts of the throttle and the sessions whose time is over."""
    throttle.forget()
    SessionStore.clear_expired()
