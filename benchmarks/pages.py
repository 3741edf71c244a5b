"""Time per page at 1, 10 and 100 times Boston's requests, through HTTP; the baseline is the same page at 1 time."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from django.db import connection

from benchmarks.ground import spread, title
from weft.city.models import Person
from weft.city.services import set_demonstration_password
from weft.kit.access import SYSTEM

PASSWORD = "a password for measuring only"
ROUNDS = 30
WEEKS = 52
DECADE = 10
PAGES = [
    ("city", "/city/"),
    ("city, map data", "/city/map.json"),
    ("city, a year ago", "/city/?at={year_ago}"),
    ("map data, a year ago", "/city/map.json?at={year_ago}"),
    ("city, time slider", "/city/days.json"),
    ("tasks", "/tasks/"),
    ("requests", "/requests/"),
    ("requests, open and late", "/requests/?status=late"),
    ("requests, deep page", "/requests/?after={year_ago}T00:00:00Z~0"),
    ("govern", "/govern/"),
]

REQUESTS = """
INSERT INTO serve_request (reference, secret, service_id, unit_id, area_id, channel, words, address, lat, lon,
                           opened_at, due_at, closed_at, missed_at, outcome, answer, imported)
SELECT reference || '-' || n.back, '', service_id, unit_id, area_id, channel, words, '', lat, lon,
       opened_at - n.back * %(step)s::interval, due_at - n.back * %(step)s::interval,
       closed_at - n.back * %(step)s::interval, missed_at - n.back * %(step)s::interval, outcome, '', true
FROM serve_request, generate_series(%(first)s, %(last)s) AS n(back)
WHERE reference NOT LIKE '%%-%%'
"""
TALLIES = """
INSERT INTO serve_tally (span, day, unit_id, area_id, opened, closed, on_time, missed)
SELECT each.span, date_trunc(each.span, t.day - (n.back * %(step)s::interval))::date, t.unit_id, t.area_id,
       sum(t.opened), sum(t.closed), sum(t.on_time), sum(t.missed)
FROM bench_tally t, generate_series(%(first)s, %(last)s) AS n(back), (VALUES ('day'), ('month'), ('year')) AS each(span)
GROUP BY 1, 2, 3, 4
ON CONFLICT (span, day, unit_id, area_id) DO UPDATE
SET opened = serve_tally.opened + excluded.opened, closed = serve_tally.closed + excluded.closed,
    on_time = serve_tally.on_time + excluded.on_time, missed = serve_tally.missed + excluded.missed
"""
CASES = """
INSERT INTO process_case (version_id, service_id, unit_id, area_id, subject_type, subject_id, subject, state,
                          opened_at, due_at)
SELECT c.version_id, c.service_id, c.unit_id, c.area_id, c.subject_type, c.subject_id || '-' || n.back, c.subject,
       c.state, c.opened_at - n.back * %(step)s::interval, c.due_at - n.back * %(step)s::interval
FROM process_case c, generate_series(%(first)s, %(last)s) AS n(back)
WHERE c.subject_type = 'request' AND c.subject_id NOT LIKE '%%-%%'
"""
TASKS = """
INSERT INTO process_task (case_id, token, element, name, name_fr, role_id, unit_id, opened_at, due_at)
SELECT c.id, t.token, t.element, t.name, t.name_fr, t.role_id, t.unit_id, c.opened_at, c.due_at
FROM process_case c
JOIN process_case o ON o.subject_type = 'request' AND o.subject_id = split_part(c.subject_id, '-', 1)
JOIN process_task t ON t.case_id = o.id
WHERE c.subject_type = 'request' AND nullif(split_part(c.subject_id, '-', 2), '')::int BETWEEN %(first)s AND %(last)s
"""


def repeat(*, first: int, last: int) -> None:
    """Repeat the source rows in earlier years, from `first` to `last` years of 52 weeks back.

    Foreign keys are not checked again (only a superuser may ask for that): the rows are copies of checked ones.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bench_tally AS SELECT * FROM serve_tally WHERE span = 'day'"
        )
        cursor.execute("SET session_replication_role = replica")
        for begin in range(first, last + 1, DECADE):
            values = {"first": begin, "last": min(begin + DECADE - 1, last), "step": f"{WEEKS} weeks"}
            for statement in (REQUESTS, TALLIES, CASES, TASKS):
                cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE serve_request, serve_tally, process_case, process_task")


@contextmanager
def served(address: str) -> Iterator[httpx.Client]:
    """The platform on a port of its own, and a client signed in as somebody who may see everything."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "DATABASE_URL": address, "WEFT_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "weft", "up"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120, follow_redirects=True) as client:
            wait_for(client)
            sign_in(client)
            yield client
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(client: httpx.Client) -> None:
    """Wait until the platform answers."""
    for _ in range(600):
        try:
            if client.get("/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the platform did not start")


def sign_in(client: httpx.Client) -> None:
    """Sign in as the demonstration's administrator, who holds every role's permissions."""
    page = client.get("/sign-in/")
    token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    name = Person.objects.filter(demonstration=True, appointments__role_id="administrator").values_list(
        "username"
    )
    answer = client.post(
        "/sign-in/",
        data={"login": name[0][0], "password": PASSWORD, "csrfmiddlewaretoken": token},
        headers={"referer": str(page.url)},
    )
    if "/sign-in/" in str(answer.url):
        raise SystemExit("could not sign in")


def measure(client: httpx.Client, path: str) -> tuple[float, float]:
    """Median and 95th percentile of a page, in milliseconds, after one visit to warm up."""
    client.get(path).raise_for_status()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = client.get(path)
        times.append(time.perf_counter() - began)
        answer.raise_for_status()
    return spread(times)


def run(address: str, *, most: int) -> None:
    """Measure every page at each size and print how it grows."""
    set_demonstration_password(PASSWORD, by=SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("SELECT (now() - interval '364 days')::date::text, count(*) FROM serve_request")
        year_ago, base = cursor.fetchone()
    table: dict[str, dict[int, tuple[float, float]]] = {name: {} for name, _ in PAGES}
    done = 1
    for times in [size for size in (1, 10, 100) if size <= most]:
        if times > done:
            repeat(first=done, last=times - 1)
            done = times
        with served(address) as client:
            for name, path in PAGES:
                table[name][times] = measure(client, path.format(year_ago=year_ago))
    title(f"Time per page in ms, median (95th percentile); 1x is {base:,} requests")
    sizes = sorted(next(iter(table.values())))
    print(f"{'page':<28}" + "".join(f"{f'{size}x':>20}" for size in sizes) + f"{'largest / 1x':>16}")
    for name, found in table.items():
        cells = "".join(f"{f'{found[size][0]:.1f} ({found[size][1]:.1f})':>20}" for size in sizes)
        print(f"{name:<28}{cells}{found[sizes[-1]][0] / found[1][0]:>16.2f}")
    print(
        "Requests, tallies, cases and tasks are repeated; the event log, which these pages do not read, is not."
    )
