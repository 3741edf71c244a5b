"""A web process: serves the city on a socket its parent opened (`python -m weft.kit.web SOCKET`)."""

from __future__ import annotations

import logging
import socket
import sys

import uvicorn
from django.db import InterfaceError, OperationalError

from weft.config.options import current

GRACE = 5  # seconds an unfinished request has when asked to stop


def main(number: int) -> None:
    """Serve on the inherited socket until told to stop."""
    options = current()
    config = uvicorn.Config(
        "weft.config.asgi:application",
        log_level=options.log_level,
        log_config=None,
        access_log=options.log_level == "debug",
        proxy_headers=False,
        server_header=False,
        lifespan="on",
        backlog=2048,
        limit_concurrency=1000,
        timeout_graceful_shutdown=GRACE,
    )
    config.load()
    for name in ("uvicorn", "uvicorn.error"):  # its greetings are the supervisor's to give
        logging.getLogger(name).setLevel(logging.WARNING)
    if options.log_level != "debug":
        for handler in logging.getLogger().handlers:
            handler.addFilter(in_one_line)
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=number)])


def in_one_line(record: logging.LogRecord) -> bool:
    """Says a lost database in one line; every other failure keeps its trace."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, (OperationalError, InterfaceError)):
        record.msg = f"{record.getMessage()}: {str(error).splitlines()[0]}"
        record.args, record.exc_info, record.exc_text = None, None, None
    return True


if __name__ == "__main__":
    main(int(sys.argv[1]))
