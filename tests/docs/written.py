"""The parts of the docs that are written from the code: `python -m tests.docs.written` writes them anew."""

from __future__ import annotations

import os
import re
import types
import typing
from collections.abc import Callable
from dataclasses import fields
from importlib import import_module
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
CONTEXTS = ("city", "sense", "process", "serve", "govern")


def part(text: str, name: str) -> re.Match[str]:
    """What stands in a page between the mark `<!-- name: ... -->` and the next `<!-- end -->`, as group 1."""
    found = re.search(rf"<!-- {name}:[^\n]*-->\n(.*?)<!-- end -->", text, re.DOTALL)
    assert found, f"the page has no part called {name}"
    return found


def events() -> str:
    """Every kind of event, context by context."""
    from weft.kit.events import KINDS

    lines: list[str] = []
    for context in CONTEXTS:
        kinds = [cls for cls in KINDS.values() if cls.__module__ == f"weft.{context}.events"]
        if kinds:
            lines += [
                f"### From {context}",
                "",
                "| type | when | objects | fields |",
                "| --- | --- | --- | --- |",
            ]
            lines += [event_row(cls) for cls in kinds] + [""]
    return "\n".join(lines)


def event_row(cls: type) -> str:
    """One kind of event: its sentence for developers and for people, the objects it is about, its own fields."""
    from weft.kit.events import _refs

    hints = typing.get_type_hints(cls)
    own = [spot.name for spot in fields(cls) if spot.name not in ("at", "unit")]
    told = ", ".join(f"`{name}` ({word_for(hints[name])})" for name in own)
    objects = ", ".join(
        f"`{ref.type}`" + (f" ({ref.qualifier})" if ref.qualifier else "") for _, ref in _refs(cls)
    )
    about = re.sub(r"`(\w+)`", r"`\1`", first_sentence(cls.__doc__))
    return f"| `{cls.__name__}` | {about} “{cls.says}” | {objects} | {told} |"  # type: ignore[attr-defined]


def word_for(hint: object) -> str:
    """The type of a field as JSON has it."""
    if isinstance(hint, types.UnionType):
        return f"{word_for(typing.get_args(hint)[0])}, may be missing"
    return {int: "whole number", float: "number", str: "text", bool: "true or false"}[typing.cast(type, hint)]


def reactions() -> str:
    """What follows an event, by event."""
    from weft.kit.events import REACTIONS

    lines = ["| after | what follows | where |", "| --- | --- | --- |"]
    for kind in sorted(REACTIONS):
        for name, _task in sorted(REACTIONS[kind], key=lambda pair: pair[0]):
            module, _, function = name.rpartition(".")
            about = first_sentence(getattr(import_module(module), function).__doc__)
            lines.append(f"| `{kind}` | {about} | `{name}` |")
    return "\n".join(lines) + "\n"


def clock() -> str:
    """What the worker does at set times."""
    from procrastinate.contrib.django import app as queue

    lines = ["| when (minute, hour, day, month, weekday) | what | where |", "| --- | --- | --- |"]
    for one in sorted(queue.periodic_registry.periodic_tasks.values(), key=lambda found: found.task.name):
        lines.append(f"| `{one.cron}` | {first_sentence(one.task.func.__doc__)} | `{one.task.name}` |")
    return "\n".join(lines) + "\n"


def permissions() -> str:
    """Every permission a role may grant."""
    from weft.kit.access import PERMISSIONS

    rows = [f"| `{name}` | {PERMISSIONS[name]} |" for name in sorted(PERMISSIONS)]
    return "\n".join(["| permission | allows |", "| --- | --- |", *rows]) + "\n"


def first_sentence(text: str | None) -> str:
    """The first paragraph of a docstring on one line, closed by a full stop."""
    words = " ".join((text or "").split("\n\n")[0].split())
    return words if words.endswith(".") else f"{words}."


WRITTEN: dict[tuple[str, str], Callable[[], str]] = {
    ("events.md", "events"): events,
    ("events.md", "reactions"): reactions,
    ("events.md", "clock"): clock,
    ("describe-your-city.md", "permissions"): permissions,
}


def main() -> None:
    """Write every part anew."""
    for (page, name), write in WRITTEN.items():
        path = DOCS / page
        text = path.read_text(encoding="utf-8")
        start, end = part(text, name).span(1)
        path.write_text(text[:start] + "\n" + write() + "\n" + text[end:], encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weft.config.settings")
    os.environ.setdefault("WEFT_SECRET_KEY", "only-to-write-docs-" + "0" * 40)
    import django
    from django.utils import translation
    from django.utils.module_loading import autodiscover_modules

    django.setup()
    autodiscover_modules("events", "jobs", "permissions")
    with translation.override("en"):
        main()
