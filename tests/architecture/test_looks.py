"""What the content policy and the asset lock ask of every template and file of the pages."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "weft").glob("*/templates/**/*.html"))
STATIC = ROOT / "weft" / "kit" / "static" / "weft"
INLINE = [
    r"\sstyle\s*=",
    r"<style\b",
    r"\son[a-z]+=[\"']",
    r"\shx-on",
    r"javascript:",
    r"<script(?![^>]*\bsrc=)",
]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_inline_script_or_style(path: Path) -> None:
    source = path.read_text()
    assert [pattern for pattern in INLINE if re.search(pattern, source)] == []


def test_our_scripts_make_no_html_from_text() -> None:
    unsafe = re.compile(r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
    assert [path.name for path in (STATIC / "js").glob("*.js") if unsafe.search(path.read_text())] == []


def test_our_styles_name_colours_only_in_the_tokens() -> None:
    literal = re.compile(r"#[0-9a-f]{3,8}\b", re.IGNORECASE)
    sheets = [path for path in (STATIC / "css").glob("*.css") if path.name not in {"tokens.css", "print.css"}]
    found = {
        path.name: [hit for hit in literal.findall(path.read_text()) if not re.fullmatch(r"#[a-z]+", hit)]
        for path in sheets
    }
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_the_copied_libraries_are_those_of_the_lock() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    copied = json.loads((STATIC / "vendor" / "VERSIONS.json").read_text())
    assert {name: about["version"] for name, about in copied.items()} == {
        name: lock[f"node_modules/{name}"]["version"] for name in copied
    }


def test_every_icon_a_page_names_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "vendor" / "icons" / "icons.svg").read_text()))
    named = {name for path in TEMPLATES for name in re.findall(r"{% icon [\"']([\w-]+)", path.read_text())}
    assert named - drawn == set()
