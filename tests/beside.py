"""A second one who acts at the same time, in a thread and connection of their own."""

import threading
import time
from collections.abc import Callable

from django.db import connection

WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted"


class Beside(threading.Thread):
    """An act in a thread and connection of its own; keeps what it raised."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.act = act
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        """Do it."""
        try:
            self.act()
        except Exception as error:
            self.error = error
        finally:
            connection.close()

    def until_it_waits(self) -> None:
        """Go on when it waits for a lock, or is done."""
        while self.is_alive():
            with connection.cursor() as cursor:
                cursor.execute(WAITS)
                if cursor.fetchone() != (0,):
                    return
            time.sleep(0.01)

    def ended(self) -> Exception | None:
        """What it raised, once it is done."""
        self.join(20)
        assert not self.is_alive()
        return self.error
