"""The commands and their options, and how a refusal leaves the program."""

from __future__ import annotations

import getpass
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from weft.cli import screen
from weft.config.options import choose
from weft.kit.errors import Refusal

REFUSED = 1
INTERRUPTED = 130


class Plain(TyperGroup):
    """Tells an expected failure in one sentence, without a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a refusal ends the program with code 1."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            screen.mistake(str(refusal))
            raise typer.Exit(REFUSED) from None
        except KeyboardInterrupt:
            screen.mistake("Stopped.")
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    cls=Plain,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Weft, the platform of a city government. Exit codes: 0 done, 1 refused or unwell, 2 wrong usage.",
)
user = typer.Typer(cls=Plain, no_args_is_help=True, help="People who may sign in.")
token = typer.Typer(cls=Plain, no_args_is_help=True, help="Tokens for other programs.")
app.add_typer(user, name="user")
app.add_typer(token, name="token")

Data = Annotated[Path | None, typer.Option(help="The data folder (WEFT_DATA).")]
Role = Annotated[str, typer.Option(help="What they may do: the code of a role of the city.")]
Unit = Annotated[str | None, typer.Option(help="Where: the code of a unit. Without it, the whole city.")]


def _told_version(asked: bool) -> None:
    if asked:
        screen.out.print(f"weft {version('weft')}")
        raise typer.Exit


@app.callback()
def main(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_told_version, is_eager=True, help="Tell the version.")
    ] = False,
) -> None:
    """Weft, the platform of a city government. Exit codes: 0 done, 1 refused or unwell, 2 wrong usage."""


@app.command()
def up(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on (WEFT_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on (WEFT_PORT).")] = None,
    workers: Annotated[int | None, typer.Option(help="How many worker processes (WEFT_WORKERS).")] = None,
    demo: Annotated[
        Path | None, typer.Option(help="Load this city folder first, moved to now, with log-ins to try.")
    ] = None,
) -> None:
    """Run the city: database, web and worker, until Ctrl-C."""
    from weft.cli.up import run

    run(choose(data=data, host=host, port=port, workers=workers), demo=demo)


@app.command()
def load(
    folder: Annotated[Path, typer.Argument(help="A city folder.")],
    shift_to_now: Annotated[
        bool, typer.Option("--shift-to-now", help="Move each set by whole weeks so that it ends about now.")
    ] = False,
    data: Data = None,
) -> None:
    """Load a city folder: all of it or, when something in it is wrong, nothing. Twice changes nothing."""
    from weft.cli.city import load_city
    from weft.cli.database import ready

    choose(data=data)
    with ready("load"):
        load_city(folder, shift_to_now=shift_to_now)


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False, data: Data = None
) -> None:
    """Tell what there is and how it fares."""
    from weft.cli.database import ready
    from weft.cli.status import tell

    choose(data=data)
    with ready("status"):
        tell(as_json=as_json)


@app.command()
def retry(data: Data = None) -> None:
    """Do the work again that failed for good, once what broke it is mended."""
    from weft.cli.database import ready

    choose(data=data)
    with ready("retry"):
        from weft.kit.again import retry_failed

        count = retry_failed()
    screen.done("retry", f"{count:,} failed jobs are queued again")


@app.command()
def check(data: Data = None) -> None:
    """Tell every option, where it came from and what is unsafe; code 1 when something must be mended."""
    from weft.cli.check import tell

    choose(data=data)
    if not tell():
        raise typer.Exit(REFUSED)


@user.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="The log-in name.")],
    role: Role,
    unit: Unit = None,
    data: Data = None,
) -> None:
    """Give somebody a log-in and a role. The password is asked for, or read from standard input."""
    from weft.cli.database import ready

    choose(data=data)
    password = _password()
    with ready("user add"):
        from weft.city.services import add_person
        from weft.kit.access import SYSTEM

        add_person(name, password=password, role=role, unit=unit, by=SYSTEM)
    screen.done("user", f"{name} may sign in as {role}.")


@token.command("create")
def create_token(
    name: Annotated[str, typer.Argument(help="What the token is for.")],
    role: Role,
    unit: Unit = None,
    data: Data = None,
) -> None:
    """Make a token for `Authorization: Bearer ...`; it is shown this once."""
    from weft.cli.database import ready

    choose(data=data)
    with ready("token create"):
        from weft.city.services import create_token as create
        from weft.kit.access import SYSTEM

        made = create(name, role=role, unit=unit, by=SYSTEM)
    screen.err.print("This token is shown once; keep it where only its program reads it.")
    screen.out.print(made, soft_wrap=True)


def _password() -> str:
    """A password typed twice at a terminal, or the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password (12 characters or more): ")
    if first != getpass.getpass("Once more: "):
        raise Refusal("The two passwords differ; nothing was changed.")
    return first
