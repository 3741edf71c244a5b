"""`weft check`: every option in words, where it came from, and what must or should be mended."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address

import psycopg

from weft.cli import screen
from weft.config.options import Found, Options, find, read, unknown_variables
from weft.kit import programs
from weft.kit.errors import Refusal

SHORTEST_KEY = 32
OLDEST_SERVER = 150000


@dataclass(frozen=True)
class Finding:
    """Something to mend, or merely to know."""

    text: str
    must: bool


def tell() -> bool:
    """Tell the configuration; whether nothing must be mended."""
    screen.table(["option", "value", "from"], [_row(found) for found in find(os.environ)])
    screen.out.print()
    findings = list(judge(read(os.environ)))
    for finding in findings:
        (screen.mistake if finding.must else screen.hint)(finding.text)
    must = sum(finding.must for finding in findings)
    if must:
        screen.mistake(f"{must} to mend.")
    else:
        screen.done("check", "nothing must be mended")
    return not must


def _row(found: Found) -> tuple[str, str, str]:
    value = found.value
    if found.option.secret and value:
        shown = "(set, not shown)"
    elif isinstance(value, bool):
        shown = "yes" if value else "no"
    else:
        shown = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return (found.option.name, shown or "(empty)", found.source)


def judge(options: Options) -> Iterator[Finding]:
    """What is wrong or unwise about these options."""
    for rule in RULES:
        yield from rule(options)
    for name in unknown_variables(os.environ):
        yield Finding(f"{name} is set, and there is no such option: is it misspelled?", must=False)


def _public(options: Options) -> bool:
    try:
        return not ip_address(options.host).is_loopback
    except ValueError:
        return options.host != "localhost"


def _exposure(options: Options) -> Iterator[Finding]:
    local = {"localhost", "127.0.0.1", "[::1]"}
    if options.debug and _public(options):
        yield Finding(
            "WEFT_DEBUG is on while others can reach Weft: errors would show them its inside.", must=True
        )
    elif options.debug:
        yield Finding("WEFT_DEBUG is on: for a developer's machine only.", must=False)
    if "*" in options.hosts:
        yield Finding("WEFT_HOSTS allows every host name: links could be made to point elsewhere.", must=True)
    elif _public(options) and set(options.hosts) <= local:
        yield Finding(
            "WEFT_HOST lets others reach Weft, but WEFT_HOSTS names this machine only: they would be refused. "
            "Set WEFT_HOSTS to the name they use.",
            must=True,
        )
    if _public(options) and not options.behind_tls:
        yield Finding(
            "Others can reach Weft without https: passwords would travel in the open (WEFT_TLS).", must=False
        )
    if options.behind_tls and not options.proxies:
        yield Finding(
            "WEFT_TLS says yes, but WEFT_PROXIES is empty: Weft cannot know which requests came by https, and would "
            "refuse every form. Name the proxy that ends TLS.",
            must=True,
        )


def _secrets(options: Options) -> Iterator[Finding]:
    if options.given_secret_key and len(options.given_secret_key) < SHORTEST_KEY:
        yield Finding(f"WEFT_SECRET_KEY is shorter than {SHORTEST_KEY} characters.", must=True)
    for name in ("secret-key", "demo-password"):
        path = options.data / name
        if path.exists() and path.stat().st_mode & 0o077:
            yield Finding(f"{path} can be read by others; run: chmod 600 {path}", must=True)


def _database(options: Options) -> Iterator[Finding]:
    if options.database_url:
        yield from _own_server(options.database_url)
        return
    try:
        programs.find(options.postgres)
    except Refusal as refusal:
        yield Finding(str(refusal), must=True)
    if _public(options):
        yield Finding(
            "The embedded database is for trial and a small city; name a PostgreSQL server in DATABASE_URL.",
            must=False,
        )


def _own_server(address: str) -> Iterator[Finding]:
    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            if connection.info.server_version < OLDEST_SERVER:
                yield Finding("The server of DATABASE_URL is older than PostgreSQL 15.", must=True)
            encoding = connection.info.parameter_status("server_encoding")
            if encoding != "UTF8":
                yield Finding(f"The database of DATABASE_URL is encoded in {encoding}, not UTF8.", must=True)
    except psycopg.Error as error:
        yield Finding(
            f"The database of DATABASE_URL cannot be reached: {str(error).splitlines()[0]}", must=True
        )


def _folder(options: Options) -> Iterator[Finding]:
    place = next(path for path in (options.data, *options.data.parents) if path.exists())
    if not os.access(place, os.W_OK):
        yield Finding(f"WEFT_DATA names {options.data}, which cannot be written.", must=True)


RULES: tuple[Callable[[Options], Iterator[Finding]], ...] = (_exposure, _secrets, _database, _folder)
