"""How the command line speaks: short, calm lines; mistakes on the error stream."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def done(what: str, text: str) -> None:
    """One step that is finished."""
    out.print(f"[green]✓[/] [bold]{what:<9}[/] {escape(text)}", soft_wrap=True)


def line(part: str, text: str) -> None:
    """One line of a part of the process tree."""
    time = datetime.now().astimezone().strftime("%H:%M:%S")
    out.print(f"[dim]{time}[/] [cyan]{part:<9}[/] {escape(text)}", soft_wrap=True)


def mistake(text: str) -> None:
    """What was refused and what to do about it."""
    err.print(f"[red]✗[/] {escape(text)}", soft_wrap=True)


def hint(text: str) -> None:
    """Something worth knowing."""
    err.print(f"[yellow]![/] {escape(text)}", soft_wrap=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Sequence[str] = ()) -> None:
    """Rows under headings; the columns in `numbers` stand flush right."""
    shown = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    for column in columns:
        shown.add_column(column, justify="right" if column in numbers else "left", no_wrap=True)
    for row in rows:
        shown.add_row(*(escape(f"{cell:,}" if isinstance(cell, int) else str(cell)) for cell in row))
    out.print(shown)
