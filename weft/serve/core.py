"""The rules of a request: its moves, its reference, and whether a promise was kept."""

import secrets
from datetime import datetime
from enum import StrEnum

from weft.kit.errors import Conflict


class Status(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    CLOSED = "closed"


MOVES: dict[Status, set[Status]] = {
    Status.OPEN: {Status.CLOSED},
    Status.CLOSED: set(),
}


def status_of(closed_at: datetime | None) -> Status:
    """The status a request's closing time stands for."""
    return Status.OPEN if closed_at is None else Status.CLOSED


def move(now: Status, to: Status) -> Status:
    """The new status, or `Conflict` when a request cannot go there from here."""
    if to not in MOVES[now]:
        raise Conflict(f"A request that is {now} cannot become {to}.")
    return to


def kept(closed_at: datetime, *, due_at: datetime | None, missed_at: datetime | None) -> bool | None:
    """Whether the promise was kept; None where none was made.

    A request is judged once: when it closes in time, or when its time runs out, whichever comes first.
    """
    if due_at is None:
        return None
    return missed_at is None and closed_at <= due_at


LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Letters and digits that are not taken for one another."""


def new_reference(number: int) -> str:
    """A reference a person can read out: `W-` and the request's number."""
    return f"W-{number}"


def new_secret() -> str:
    """What opens a tracking page beside the reference: 16 letters, 79 bits, not to be guessed."""
    return "".join(secrets.choice(LETTERS) for _ in range(16))
