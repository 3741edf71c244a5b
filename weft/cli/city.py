"""Loading a city folder with a progress bar, and the log-ins of a demonstration."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from weft.cli import screen
from weft.config.options import kept_secret
from weft.kit.errors import Refusal

if TYPE_CHECKING:
    from weft.city.folder import LoadReport
    from weft.city.models import Person


@dataclass(frozen=True, kw_only=True)
class Login:
    """Somebody a visitor of the demonstration may be."""

    username: str
    password: str
    name: str
    role: str


class Bar:
    """A progress bar with one line for the set being loaded and one for all sets before it."""

    def __init__(self) -> None:
        """Make it; `with` shows it."""
        columns = (
            TextColumn("  {task.description:<24}"),
            BarColumn(28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self.progress = Progress(*columns, console=screen.out, transient=True)
        self.tasks: dict[str, TaskID] = {}

    def move(self, name: str, done: int, total: int) -> None:
        """Show how far a set is; sets without rows are not shown."""
        for reading in self.progress.task_ids[:1] if not self.tasks else ():
            self.progress.update(reading, total=1, completed=1)
        if total and name not in self.tasks:
            self.tasks[name] = self.progress.add_task(name, total=total)
        if name in self.tasks:
            self.progress.update(self.tasks[name], completed=done, total=total)


def load_city(folder: Path, *, shift_to_now: bool) -> None:
    """Load a city folder and tell what was loaded; every mistake in it is listed and then nothing is loaded."""
    from weft.city.folder import Mistakes, load

    begun, bar = time.monotonic(), Bar()
    try:
        with bar.progress:
            bar.progress.add_task("reading and checking", total=None)
            report = load(folder, shift_to_now=shift_to_now, progress=bar.move)
    except Mistakes as mistakes:
        for mistake in mistakes.report.mistakes:
            screen.err.print(f"  {mistake}", markup=False, soft_wrap=True)
        count = mistakes.report.count
        raise Refusal(f"{folder} has {count} mistake{'s'[: count != 1]}; nothing was loaded.") from None
    _tell(report, folder=folder, seconds=time.monotonic() - begun)


def _tell(report: LoadReport, *, folder: Path, seconds: float) -> None:
    rows = sum(line.source_rows for line in report.sets)
    if not report.changed:
        screen.done("city", f"{folder} is loaded, {rows:,} rows; nothing has changed")
        return
    fresh = [line for line in report.sets if not line.unchanged and line.source_rows]
    columns = ["set", "rows", "stored", "superseded", "weeks moved", "seconds"]
    screen.table(
        columns,
        [
            (
                one.name,
                one.source_rows,
                one.stored_rows,
                one.superseded_rows,
                one.shifted_weeks,
                f"{one.seconds:.1f}",
            )
            for one in fresh
        ],
        numbers=columns[1:],
    )
    for note in [str(notice) for notice in report.notices] + [n for one in fresh for n in one.notes]:
        screen.hint(note)
    screen.done("city", f"{folder} is loaded, {rows:,} rows in {seconds:.1f} s")


def demonstrate(folder: Path, *, data: Path) -> list[Login]:
    """Load the demonstration, moved to now; the log-ins that may be tried."""
    load_city(folder, shift_to_now=True)
    return _logins(kept_secret(data / "demo-password", characters=16))


def _logins(password: str) -> list[Login]:
    """The demonstration's people; their password is set anew only when it is not theirs."""
    from weft.city.models import Person
    from weft.city.services import set_demonstration_password
    from weft.kit.access import SYSTEM

    people = Person.objects.filter(demonstration=True)
    hashes, first = set(people.values_list("password", flat=True)), people.first()
    if len(hashes) != 1 or first is None or not first.check_password(password):
        set_demonstration_password(password, by=SYSTEM)
    return [
        Login(username=person.username, password=password, name=person.name, role=_roles(person))
        for person in people.prefetch_related("appointments__role").order_by("username")
    ]


def _roles(person: Person) -> str:
    return ", ".join(sorted({str(one.role.label) for one in person.appointments.all()}))
