"""What kit does on the clock."""

from procrastinate.contrib.django import app as queue

from weft.kit import throttle


@queue.periodic(cron="7 * * * *")
@queue.task(name="weft.kit.jobs.forget_counts", queue="clock", queueing_lock="forget_counts")
def forget_counts(timestamp: int) -> None:
    """Each hour: forget the counts of the throttle whose time is over."""
    throttle.forget()
