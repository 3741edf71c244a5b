"""What the web processes serve: the raw paths by name, every other path by Django."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from weft.config.options import current
from weft.kit.asgi import Health, Raw, Shell

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weft.config.settings")
options = current()
pages = get_wsgi_application()

ROUTES: dict[str, Raw] = {
    "/healthz": Health(),
}

application = Shell(
    pages=pages,
    routes=ROUTES,
    threads=options.web_threads,
    body_limit=options.body_limit * 1024 * 1024,
    proxies=options.proxies,
)
