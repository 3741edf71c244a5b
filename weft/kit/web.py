"""A web process: serves the city on a socket its parent opened (`python -m weft.kit.web SOCKET`)."""

from __future__ import annotations

import logging
import socket
import sys

import uvicorn

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
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=number)])


if __name__ == "__main__":
    main(int(sys.argv[1]))
