"""What a person may read, as the code asks for it, and what a catalogue holds; read without any tool of gettext."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[2] / "weft"
TEXT = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
MARKED = re.compile(rf"\b(n?p?gettext|_)\(\s*{TEXT}(?:\s*,\s*{TEXT})?(?:\s*,\s*{TEXT})?")
PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop"}


@dataclass(frozen=True, slots=True)
class Key:
    """What a sentence is looked up by."""

    text: str
    context: str = ""
    plural: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One sentence of a catalogue with its forms in the other language."""

    key: Key
    forms: tuple[str, ...]
    fuzzy: bool = False


def wanted() -> dict[Key, str]:
    """Every sentence the code marks for translation, with the first file that does."""
    found: dict[Key, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for key in in_python(path.read_text()):
            found.setdefault(key, str(path.relative_to(PACKAGE)))
    for path in sorted(PACKAGE.glob("*/templates/**/*.html")):
        for key in in_template(path.read_text()):
            found.setdefault(key, str(path.relative_to(PACKAGE)))
    return found


def in_python(source: str) -> Iterator[Key]:
    """The sentences a module marks, those inside f-strings too."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = [
            one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        if texts and name in PLAIN:
            yield Key(texts[0])
        elif name.removesuffix("_lazy") in {"ngettext", "pgettext", "npgettext"}:
            yield told(name.removesuffix("_lazy"), texts)


def in_template(source: str) -> Iterator[Key]:
    """The sentences a template marks."""
    for name, *texts in MARKED.findall(templatize(source)):
        yield told(name, [ast.literal_eval(text) for text in texts if text])


def told(name: str, texts: list[str]) -> Key:
    """The key of a call by its function's name and its texts."""
    context = texts.pop(0) if name in {"pgettext", "npgettext"} else ""
    return Key(texts[0], context, texts[1] if name in {"ngettext", "npgettext"} else "")


def entries(path: Path) -> list[Entry]:
    """The sentences of a .po file, without its head."""
    found = [entry_of(block) for block in path.read_text().split("\n\n") if re.search(r"^msgid", block, re.M)]
    return [entry for entry in found if entry.key.text]


def entry_of(block: str) -> Entry:
    """One block of a .po file."""
    parts: dict[str, str] = {}
    name = ""
    flags = ""
    for line in block.splitlines():
        if line.startswith("#"):
            flags += line if line.startswith("#,") else ""
            continue
        start, _space, text = line.partition(" ") if not line.startswith('"') else (name, "", line)
        name = start
        parts[name] = parts.get(name, "") + ast.literal_eval(text)
    key = Key(parts["msgid"], parts.get("msgctxt", ""), parts.get("msgid_plural", ""))
    return Entry(
        key, tuple(text for name, text in parts.items() if name.startswith("msgstr")), "fuzzy" in flags
    )


def blanks(text: str) -> list[str]:
    """The blanks of a sentence that the code fills, in no order."""
    return sorted(re.findall(r"%\(\w+\)[a-z]|%%|%[a-z]", text))
