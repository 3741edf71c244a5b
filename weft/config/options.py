"""What the operator chooses: one table of options, read from the environment or from a file."""

from __future__ import annotations

import os
import secrets
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from weft.kit.errors import Refusal

CONFIG_VARIABLE = "WEFT_CONFIG"


class BadOption(Refusal):
    """An option cannot be used as it was given; the message names it and says what would do."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """One row of the table: what the operator may set, how it is written and what it does."""

    field: str
    name: str
    kind: Kind
    default: str
    sentence: str
    secret: bool = False


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A way to write a value: the word for it in the docs, and the reading of it."""

    word: str
    wanted: str
    read: Callable[[str], Any]


@dataclass(frozen=True, kw_only=True)
class Options:
    """Every option with the value it has in this process."""

    data: Path
    database_url: str
    postgres: str
    postgres_user: str
    given_secret_key: str
    hosts: tuple[str, ...]
    host: str
    port: int
    behind_tls: bool
    proxies: tuple[str, ...]
    body_limit: int
    web_processes: int
    web_threads: int
    workers: int
    worker_concurrency: int
    languages: tuple[str, ...]
    tiles: str
    log_level: str
    debug: bool

    @property
    def secret_key(self) -> str:
        """The key that signs sessions: the given one, or one made once and kept in the data folder."""
        return self.given_secret_key or kept_secret(self.data / "secret-key")


def _whole(low: int, high: int) -> Kind:
    def read(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise ValueError
        return number

    return Kind(word="whole number", wanted=f"a whole number from {low} to {high}", read=read)


def _truth(text: str) -> bool:
    if text.lower() in {"true", "yes", "on", "1"}:
        return True
    if text.lower() in {"false", "no", "off", "0", ""}:
        return False
    raise ValueError


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)


def _filled(text: str) -> tuple[str, ...]:
    if not (listed := _listed(text)):
        raise ValueError
    return listed


def _networks(text: str) -> tuple[str, ...]:
    return tuple(str(ip_network(part, strict=False)) for part in _listed(text))


def _database(text: str) -> str:
    if text and not text.startswith(("postgres://", "postgresql://")):
        raise ValueError
    return text


def _address(text: str) -> str:
    if text and not text.startswith(("https://", "http://", "/")):
        raise ValueError
    return text


def _folder(text: str) -> Path:
    if not text:
        raise ValueError
    return Path(text).expanduser().absolute()


def _one_of(*words: str) -> Kind:
    def read(text: str) -> str:
        if text.lower() not in words:
            raise ValueError
        return text.lower()

    return Kind(word="word", wanted="one of " + ", ".join(words), read=read)


def _of_languages(text: str) -> tuple[str, ...]:
    known = {"en", "fr"}
    if not (listed := _filled(text)) or not set(listed) <= known:
        raise ValueError
    return listed


FOLDER = Kind(word="folder", wanted="the path of a folder", read=_folder)
TEXT = Kind(word="text", wanted="any text", read=str)
LIST = Kind(word="list", wanted="names separated by commas", read=_filled)
NETWORKS = Kind(word="list", wanted="IP addresses or networks separated by commas", read=_networks)
TRUTH = Kind(word="yes or no", wanted="yes or no", read=_truth)
DATABASE = Kind(word="address", wanted="postgresql://user:password@host:port/name", read=_database)
ADDRESS = Kind(word="address", wanted="an address that begins with https://", read=_address)
LANGUAGES = Kind(word="list", wanted="some of en, fr separated by commas", read=_of_languages)

TABLE: tuple[Option, ...] = (
    Option(
        field="data",
        name="WEFT_DATA",
        kind=FOLDER,
        default=".weft",
        sentence="Where Weft keeps what it writes: the embedded database, the secret key, "
        "the demonstration password.",
    ),
    Option(
        field="database_url",
        name="DATABASE_URL",
        kind=DATABASE,
        default="",
        sentence="The PostgreSQL database to use; when empty, Weft runs the embedded one in the data folder.",
        secret=True,
    ),
    Option(
        field="postgres",
        name="WEFT_POSTGRES",
        kind=TEXT,
        default="",
        sentence="The folder that holds the programs `initdb` and `postgres` for the embedded database; "
        "when empty, those of the installed package are taken, then those on the search path.",
    ),
    Option(
        field="postgres_user",
        name="WEFT_POSTGRES_USER",
        kind=TEXT,
        default="nobody",
        sentence="The account the embedded database runs under when Weft is started as root.",
    ),
    Option(
        field="given_secret_key",
        name="WEFT_SECRET_KEY",
        kind=TEXT,
        default="",
        sentence="The key that signs sessions; when empty, one is made once and kept in the data folder.",
        secret=True,
    ),
    Option(
        field="hosts",
        name="WEFT_HOSTS",
        kind=LIST,
        default="localhost,127.0.0.1,[::1]",
        sentence="The host names under which this city may be reached; requests for others are refused.",
    ),
    Option(
        field="host",
        name="WEFT_HOST",
        kind=TEXT,
        default="127.0.0.1",
        sentence="The network address to listen on; `0.0.0.0` is every address of the machine.",
    ),
    Option(
        field="port",
        name="WEFT_PORT",
        kind=_whole(1, 65535),
        default="8000",
        sentence="The port to listen on.",
    ),
    Option(
        field="behind_tls",
        name="WEFT_TLS",
        kind=TRUTH,
        default="no",
        sentence="Say yes when people reach Weft by https: cookies are then sent over https only, "
        "and browsers are told to stay with it.",
    ),
    Option(
        field="proxies",
        name="WEFT_PROXIES",
        kind=NETWORKS,
        default="",
        sentence="The reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.",
    ),
    Option(
        field="body_limit",
        name="WEFT_BODY_LIMIT",
        kind=_whole(1, 1024),
        default="16",
        sentence="The largest request that is accepted, in MiB.",
    ),
    Option(
        field="web_processes",
        name="WEFT_WEB_PROCESSES",
        kind=_whole(1, 64),
        default="1",
        sentence="How many processes answer web requests.",
    ),
    Option(
        field="web_threads",
        name="WEFT_WEB_THREADS",
        kind=_whole(1, 256),
        default="8",
        sentence="How many pages each web process prepares at the same time; "
        "each holds one database connection.",
    ),
    Option(
        field="workers",
        name="WEFT_WORKERS",
        kind=_whole(1, 64),
        default="1",
        sentence="How many processes do the work that nobody waits for.",
    ),
    Option(
        field="worker_concurrency",
        name="WEFT_WORKER_CONCURRENCY",
        kind=_whole(1, 64),
        default="4",
        sentence="How many jobs each worker process does at the same time.",
    ),
    Option(
        field="languages",
        name="WEFT_LANGUAGES",
        kind=LANGUAGES,
        default="en,fr",
        sentence="The languages offered, the first being the one used when a browser asks for none of them.",
    ),
    Option(
        field="tiles",
        name="WEFT_TILES",
        kind=ADDRESS,
        default="",
        sentence="The address of map tiles with `{z}/{x}/{y}`; "
        "when empty, maps show the city's own areas only.",
    ),
    Option(
        field="log_level",
        name="WEFT_LOG_LEVEL",
        kind=_one_of("debug", "info", "warning", "error"),
        default="info",
        sentence="How much is told in the log: debug, info, warning or error.",
    ),
    Option(
        field="debug",
        name="WEFT_DEBUG",
        kind=TRUTH,
        default="no",
        sentence="Say yes on a developer's machine only: "
        "errors are then shown in the browser with their code.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """One option's value and where it came from: `command line`, `environment`, `file` or `default`."""

    option: Option
    value: Any
    source: str


def read(environ: Mapping[str, str]) -> Options:
    """The options as this environment and the file it names give them."""
    return Options(**{found.option.field: found.value for found in find(environ)})


def find(environ: Mapping[str, str]) -> Iterator[Found]:
    """Every option in the order of the table, with where its value came from."""
    file = _file(environ)
    for option in TABLE:
        if option.name in environ:
            text = environ[option.name]
            source = "command line" if environ is os.environ and option.name in _CHOSEN else "environment"
        elif option.field in file:
            text, source = file[option.field], "file"
        else:
            text, source = option.default, "default"
        yield Found(option=option, value=_value(option, text.strip(), source), source=source)


def _value(option: Option, text: str, source: str) -> Any:
    try:
        return option.kind.read(text)
    except ValueError:
        shown = "what is given" if option.secret else f'"{text}"'
        place = "" if source != "file" else f" (key {file_key(option)} in the options file)"
        raise BadOption(f"{option.name}{place} must be {option.kind.wanted}, and {shown} is not.") from None


def file_key(option: Option) -> str:
    """The key of an option in the options file: its name in small letters, without `WEFT_`."""
    return option.name.removeprefix("WEFT_").lower()


def _file(environ: Mapping[str, str]) -> dict[str, str]:
    """What the file named by WEFT_CONFIG says, as text by field."""
    if not (name := environ.get(CONFIG_VARIABLE, "").strip()):
        return {}
    path = Path(name).expanduser()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadOption(f"{CONFIG_VARIABLE} names {path}, which cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise BadOption(f"{CONFIG_VARIABLE} names {path}, which is not valid TOML: {error}.") from None
    by_key = {file_key(option): option.field for option in TABLE}
    if unknown := sorted(set(content) - set(by_key)):
        raise BadOption(
            f'{path} sets "{unknown[0]}", which is not an option. The options are: {", ".join(by_key)}.'
        )
    return {by_key[key]: _as_text(value) for key, value in content.items()}


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Variables that begin with `WEFT_` and are no option: most likely misspelled."""
    known = {option.name for option in TABLE} | {CONFIG_VARIABLE, "WEFT_REQUIRE_BROWSER"}
    return sorted(name for name in environ if name.startswith("WEFT_") and name not in known)


def kept_secret(path: Path, *, characters: int = 50) -> str:
    """The secret kept in this file; on first use one is made and written so that only its owner reads it."""
    try:
        return path.read_text(encoding="ascii").strip() or _make_secret(path, characters)
    except FileNotFoundError:
        return _make_secret(path, characters)
    except OSError as error:
        raise BadOption(f"{path} cannot be read: {error.strerror}.") from None


def _make_secret(path: Path, characters: int) -> str:
    secret = secrets.token_urlsafe(characters)[:characters]
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secret + "\n")
        _place(draft, path)
    except OSError as error:
        raise BadOption(
            f"The data folder {path.parent} cannot be written: {error.strerror}. "
            "Set WEFT_DATA to a folder that can."
        ) from None
    return path.read_text(encoding="ascii").strip()


def _place(draft: Path, path: Path) -> None:
    """Give the draft its name unless another process was first; an empty file counts as none."""
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        if not path.read_text(encoding="ascii").strip():
            draft.replace(path)
            return
    draft.unlink()


@cache
def current() -> Options:
    """The options of this process, read once."""
    return read(os.environ)


_CHOSEN: set[str] = set()


def choose(**chosen: object) -> Options:
    """Set options for this process and those it starts, by field (`port=8080`); those that are None stay."""
    for option in TABLE:
        if chosen.get(option.field) is not None:
            os.environ[option.name] = str(chosen[option.field])
            _CHOSEN.add(option.name)
    current.cache_clear()
    return current()


options: Options


def __getattr__(name: str) -> Options:
    """Read the options when they are first asked for, so that a command may set some before."""
    if name == "options":
        return current()
    raise AttributeError(name)


def as_markdown() -> str:
    """The table as the docs show it (`docs/options.md`)."""
    rows = "\n".join(
        f"| `{o.name}` | {o.kind.word} | {f'`{o.default}`' if o.default else 'empty'} | {o.sentence} |"
        for o in TABLE
    )
    return _PAGE.replace("ROWS", rows)


_PAGE = """\
# Options

What an operator may choose. Each option is an environment variable. They can also stand in a TOML file
named by `WEFT_CONFIG`, under the same name in small letters without `WEFT_` (`port = 8080`,
`hosts = ["city.example"]`, `database_url = "postgresql://..."`); the environment wins over the file.
`weft check` tells every option, where its value came from and what is unsafe about it.

This page is written from the table in `weft/config/options.py` by `make options`.

| option | is a | when not set | what it does |
| --- | --- | --- | --- |
ROWS
"""

if {option.field for option in TABLE} != {field.name for field in fields(Options)}:
    raise TypeError("The table of options and the class Options do not name the same fields.")

if __name__ == "__main__":
    sys.stdout.write(as_markdown())
