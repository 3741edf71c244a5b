"""The shell around Django, spoken to over real HTTP: bodies, limits, headers, proxies, connections."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from weft.kit.asgi import Health, Raw, Receive, Scope, Send, Shell

LIMIT = 64 * 1024


def pages(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A WSGI application that tells what it was asked."""
    if environ["PATH_INFO"] == "/broken":
        raise RuntimeError("on purpose")
    if environ["PATH_INFO"] == "/slow":
        time.sleep(1)
    if environ["PATH_INFO"] == "/empty":
        start_response("204 No Content", [])
        return []
    told = {key: value for key, value in environ.items() if isinstance(value, str)}
    told["body"] = str(len(environ["wsgi.input"].read()))
    headers = [("Content-Type", "application/json"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    start_response("200 OK", headers)
    return [json.dumps(told).encode()]


async def raw(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"raw " + scope["path"].encode()})


def serving(application: Raw) -> Iterator[str]:
    """The application on a free port, by a real server, until the test is over."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(application, log_config=None, lifespan="on", proxy_headers=False)  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    routes: dict[str, Raw] = {"/raw": raw, "/stream/": raw}
    yield from serving(
        Shell(pages=pages, routes=routes, threads=4, body_limit=LIMIT, proxies=["127.0.0.1/32"])
    )


@pytest.fixture(scope="module")
def unproxied() -> Iterator[str]:
    yield from serving(Shell(pages=pages, routes={}, threads=1, body_limit=LIMIT))


def test_a_page_is_told_method_path_query_and_body(address: str) -> None:
    told = httpx.post(f"{address}/a/%C3%A9t%C3%A9?q=1%202", content=b"x" * 1000).json()
    assert told["REQUEST_METHOD"] == "POST"
    assert told["PATH_INFO"].encode("latin-1").decode() == "/a/été"
    assert told["QUERY_STRING"] == "q=1%202"
    assert (told["body"], told["CONTENT_LENGTH"]) == ("1000", "1000")


def test_a_body_of_unknown_length_arrives_whole(address: str) -> None:
    told = httpx.post(address, content=(b"y" * 100 for _ in range(50))).json()
    assert (told["body"], told["CONTENT_LENGTH"]) == ("5000", "5000")


@pytest.mark.parametrize("content", [b"z" * (LIMIT + 1), None], ids=["told", "untold"])
def test_a_body_beyond_the_limit_is_refused(address: str, content: bytes | None) -> None:
    answer = httpx.post(address, content=content or (b"z" * 1024 for _ in range(LIMIT // 1024 + 1)))
    assert answer.status_code == 413
    assert "larger than" in answer.text


def test_every_cookie_is_set_and_every_cookie_arrives(address: str) -> None:
    answer = httpx.get(address, headers=[("Cookie", "a=1"), ("Cookie", "b=2")])
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert answer.json()["HTTP_COOKIE"] == "a=1; b=2"


def test_a_header_that_could_pass_for_another_is_dropped(address: str) -> None:
    told = httpx.get(address, headers={"X_Real_Name": "mallory", "X-Real-Name": "alice"}).json()
    assert told["HTTP_X_REAL_NAME"] == "alice"


def test_head_tells_the_length_and_sends_no_body(address: str) -> None:
    answer = httpx.head(f"{address}/a")
    assert answer.content == b""
    assert int(answer.headers["content-length"]) > 100


def test_an_answer_without_content_has_no_length(address: str) -> None:
    answer = httpx.get(f"{address}/empty")
    assert answer.status_code == 204
    assert "content-length" not in answer.headers


def test_a_page_that_breaks_is_answered_with_500(address: str) -> None:
    assert httpx.get(f"{address}/broken").status_code == 500


def test_a_trusted_proxy_tells_who_asks_and_how(address: str) -> None:
    told = httpx.get(
        address, headers={"X-Forwarded-For": "10.9.9.9, 203.0.113.7", "X-Forwarded-Proto": "https"}
    ).json()
    assert (told["REMOTE_ADDR"], told["wsgi.url_scheme"]) == ("203.0.113.7", "https")


def test_a_stranger_is_not_believed_about_who_asks(unproxied: str) -> None:
    told = httpx.get(
        unproxied, headers={"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    ).json()
    assert (told["REMOTE_ADDR"], told["wsgi.url_scheme"]) == ("127.0.0.1", "http")
    assert "HTTP_X_FORWARDED_FOR" not in told


def test_raw_paths_do_not_wait_for_a_thread(unproxied: str, address: str) -> None:
    assert httpx.get(f"{address}/raw").text == "raw /raw"
    assert httpx.get(f"{address}/stream/a").text == "raw /stream/a"
    assert httpx.get(f"{address}/rawest").json()["PATH_INFO"] == "/rawest"


def test_pages_are_prepared_side_by_side(address: str) -> None:
    with httpx.Client() as client:
        started = time.monotonic()
        asked = [threading.Thread(target=client.get, args=(f"{address}/slow",)) for _ in range(4)]
        for thread in asked:
            thread.start()
        for thread in asked:
            thread.join()
        assert time.monotonic() - started < 3.5, "one after the other they take 4 s"


def test_small_answers_on_a_kept_connection_are_not_held_back(address: str) -> None:
    """Without TCP_NODELAY every answer would wait some 40 ms for the other side's acknowledgement."""
    with httpx.Client() as client:
        waits = []
        for _ in range(30):
            started = time.monotonic()
            client.get(address)
            waits.append(time.monotonic() - started)
    assert min(waits[1:]) < 0.03


@pytest.mark.django_db(transaction=True)
def test_healthz_is_well_when_the_database_answers() -> None:
    for address in serving(Shell(pages=pages, routes={"/healthz": Health()}, threads=1, body_limit=LIMIT)):
        answer = httpx.get(f"{address}/healthz")
        assert (answer.status_code, answer.json()["database"]) == (200, "ok")
        assert httpx.post(f"{address}/healthz").status_code == 405


def test_healthz_is_unwell_without_a_database() -> None:
    script = (
        "import asyncio\n"
        "import django; django.setup()\n"
        "from weft.kit.asgi import Health\n"
        "sent = []\n"
        "async def send(message): sent.append(message)\n"
        "asyncio.run(Health()({'method': 'GET'}, None, send))\n"
        "print(sent[0]['status'], sent[1]['body'].decode())\n"
    )
    env = {
        **os.environ,
        "DATABASE_URL": "postgresql:///weft?host=/nowhere",
        "DJANGO_SETTINGS_MODULE": "weft.config.settings",
    }
    told = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True
    ).stdout
    assert told.startswith("503 ")
    assert '"database": "unreachable"' in told
