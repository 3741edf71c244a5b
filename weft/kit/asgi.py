"""The shell around Django: raw ASGI where speed or a stream asks for it, a hop to a thread for pages."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import unquote_to_bytes

from django.core.signals import got_request_exception
from django.db import Error, InterfaceError, OperationalError, connection
from django.dispatch import receiver

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Raw = Callable[[Scope, Receive, Send], Awaitable[None]]
Pages = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[bytes, bytes]]

FORWARDED = {b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-port", b"forwarded"}
BODILESS = {204, 304}
LOST = (OperationalError, InterfaceError)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """A whole response."""

    status: int
    headers: Headers
    body: bytes


class TooLarge(Exception):
    """The request is larger than the operator allows."""


class Gone(Exception):
    """The client went away before its request was complete."""


@dataclass(kw_only=True)
class Shell:
    """An ASGI application: `routes` are answered raw, everything else by the WSGI application `pages`.

    A route is a path, or a beginning of paths when it ends with `/`. `threads` pages are prepared at a time,
    each thread keeping its database connection. Only `proxies` are believed about where a request came from.
    """

    pages: Pages
    routes: Mapping[str, Raw]
    threads: int
    body_limit: int
    proxies: Sequence[str] = ()
    _pool: ThreadPoolExecutor = field(init=False)
    _trusted: tuple[IPv4Network | IPv6Network, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Make the threads and read the networks."""
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="pages")
        self._trusted = tuple(ip_network(network) for network in self.proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection as ASGI asks."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            scope = told_by_proxies(scope, self._trusted)
            await (self._route(scope["path"]) or self._page)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    def _route(self, path: str) -> Raw | None:
        if exact := self.routes.get(path):
            return exact
        return next(
            (raw for start, raw in self.routes.items() if start[-1] == "/" and path.startswith(start)), None
        )

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                self._pool.shutdown(wait=True, cancel_futures=True)
                for raw in self.routes.values():
                    getattr(raw, "close", lambda: None)()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(scope, receive, limit=self.body_limit)
        except Gone:
            return
        except TooLarge:
            await reply(send, too_large(self.body_limit), head=False)
            return
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._pool, ask, self.pages, scope, body)
        await reply(send, answer, head=scope["method"] == "HEAD")


def told_by_proxies(scope: Scope, trusted: Sequence[IPv4Network | IPv6Network]) -> Scope:
    """The request with the client and scheme its trusted proxies tell of, and no such header left in it."""
    told = {name: value.decode("latin-1") for name, value in scope["headers"] if name in FORWARDED}
    headers = [pair for pair in scope["headers"] if pair[0] not in FORWARDED]
    client, scheme = scope.get("client"), scope.get("scheme", "http")
    if client and told and _believed(client[0], trusted):
        hops = [hop.strip() for hop in told.get(b"x-forwarded-for", "").split(",") if hop.strip()]
        while hops and _believed(client[0], trusted):
            client = (hops.pop(), 0)
        scheme = told.get(b"x-forwarded-proto", str(scheme)).rpartition(",")[2].strip()
    return {**scope, "headers": headers, "client": client, "scheme": "https" if scheme == "https" else "http"}


def _believed(address: str, trusted: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        return any(ip_address(address) in network for network in trusted)
    except ValueError:
        return False


async def read_body(scope: Scope, receive: Receive, *, limit: int) -> bytes:
    """The whole body of the request, refused as soon as it is known to be larger than the limit."""
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    if told.isdigit() and int(told) > limit:
        raise TooLarge
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
        if (size := size + len(parts[-1])) > limit:
            raise TooLarge
    return b"".join(parts)


def too_large(limit: int) -> Answer:
    """The refusal of a request larger than the limit; the connection is closed, for its rest is not read."""
    text = f"This request is larger than the {limit // 1024**2} MiB that are accepted.\n".encode()
    return Answer(413, [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")], text)


async def reply(send: Send, answer: Answer, *, head: bool) -> None:
    """Send the whole answer; only its headers when they alone were asked for."""
    headers = answer.headers
    if answer.status not in BODILESS and not any(name == b"content-length" for name, _ in headers):
        headers = [*headers, (b"content-length", str(len(answer.body)).encode())]
    if not any(name == b"x-content-type-options" for name, _ in headers):  # what Django did not make
        headers = [*headers, (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else answer.body})


def ask(pages: Pages, scope: Scope, body: bytes) -> Answer:
    """The WSGI application's answer to this request, taken whole; runs in a thread."""
    taken: dict[str, Any] = {}

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[..., Any]:
        taken["status"] = int(status.split(" ", 1)[0])
        taken["headers"] = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ]
        return lambda data: None

    _noted.lost = False
    try:
        response = pages(environ(scope, body), start_response)
        try:
            answer = Answer(body=b"".join(response), **taken)
        finally:
            getattr(response, "close", lambda: None)()  # Django gives back what the request held
        return try_later(answer) if _noted.lost else answer
    except Exception as error:
        _noted.lost = _noted.lost or isinstance(error, LOST)
        log.exception("%s %s failed", scope["method"], scope["path"])
        plain = [(b"content-type", b"text/plain; charset=utf-8")]
        answer = Answer(500, plain, b"Something went wrong here. Please try again in a moment.\n")
        return try_later(answer) if _noted.lost else answer


_noted = threading.local()


@receiver(got_request_exception)
def _note_lost_database(**told: Any) -> None:
    """Note, in the thread of the request, that it failed because the database was away."""
    lost = isinstance(sys.exc_info()[1], LOST)
    _noted.lost = lost or getattr(_noted, "lost", False)  # what broke after it broke because of it


def try_later(answer: Answer) -> Answer:
    """The same page as a passing fault, so that programs send again and caches do not keep it."""
    return Answer(503, [*answer.headers, (b"retry-after", b"2")], answer.body)


def environ(scope: Scope, body: bytes) -> dict[str, Any]:
    """The request as WSGI words it (PEP 3333)."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    path = unquote_to_bytes(scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0]
    told: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": path.decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        _add_header(told, name.decode("latin-1"), value.decode("latin-1"))
    return told


def _add_header(told: dict[str, Any], name: str, value: str) -> None:
    """Add a header; one with `_` in its name could pass for another and is left out."""
    if name == "content-type":
        told["CONTENT_TYPE"] = value
    elif name != "content-length" and "_" not in name:
        key = "HTTP_" + name.upper().replace("-", "_")
        joint = "; " if key == "HTTP_COOKIE" else ","
        told[key] = told[key] + joint + value if key in told else value


class Health:
    """`/healthz`: 200 when the database answers, 503 when it does not; told in JSON."""

    patience = 3.0

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="health")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer GET and HEAD."""
        if scope["method"] not in {"GET", "HEAD"}:
            await reply(send, Answer(405, [(b"allow", b"GET, HEAD")], b""), head=False)
            return
        try:
            work = asyncio.get_running_loop().run_in_executor(self._pool, database_answers)
            well = await asyncio.wait_for(work, self.patience)
        except TimeoutError:
            well = False
        told = {"status": "ok" if well else "unwell", "database": "ok" if well else "unreachable"}
        body = json.dumps({**told, "version": version("weft")}).encode()
        headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
        await reply(send, Answer(200 if well else 503, headers, body), head=scope["method"] == "HEAD")

    def close(self) -> None:
        """Give back its database connection."""
        self._pool.submit(lambda: connection.close())  # in the thread whose connection it is
        self._pool.shutdown(wait=True)


def database_answers() -> bool:
    """Whether the database answers now, on the kept connection or on a new one."""
    for _ in range(2):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            return True
        except Error:
            connection.close()
    return False
