"""A limit on how often somebody may do something, kept in the database so that it holds over all processes."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext as _

from weft.kit.clock import now
from weft.kit.errors import TooOften

COUNT = """
INSERT INTO kit_throttle (key, count, until) VALUES (%(key)s, 1, %(until)s)
ON CONFLICT (key) DO UPDATE
SET count = CASE WHEN kit_throttle.until <= %(now)s THEN 1 ELSE kit_throttle.count + 1 END,
    until = CASE WHEN kit_throttle.until <= %(now)s THEN excluded.until ELSE kit_throttle.until END
RETURNING count, until
"""
FORGET = "DELETE FROM kit_throttle WHERE until <= %s"


def limit(request: HttpRequest, act: str, *, most: int, per: timedelta) -> None:
    """Count one act of this client; `TooOften` when there were more than `most` within `per`.

    The client is its network address, kept only as a keyed digest that is forgotten when its time is over.
    """
    moment = now()
    values: dict[str, Any] = {"key": f"{act}:{client_digest(request)}", "now": moment, "until": moment + per}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        count, until = cursor.fetchone()
    if count > most:
        minutes = max(1, round((until - moment).total_seconds() / 60))
        message = (
            _("This was done very often from your connection. Please try again in %d minutes.") % minutes
        )
        raise TooOften(message, seconds=int((until - moment).total_seconds()) + 1)


def client_digest(request: HttpRequest) -> str:
    """Who asks, as a digest that says nothing without the platform's key."""
    address = request.META.get("REMOTE_ADDR", "")
    return hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hexdigest()[:32]


def forget() -> int:
    """Drop the counts whose time is over; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [now()])
        return int(cursor.rowcount)
