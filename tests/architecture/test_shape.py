"""The shape of the code: modules that say what they are, and nothing of one machine or registry in the repository."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = subprocess.run(
    ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
).stdout.split("\0")[:-1]
MODULES = [name for name in FILES if name.endswith(".py") and (ROOT / name).is_file()]
HOSTS = re.compile(
    "|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs", "index-url = "))
)
PATHS = re.compile(r"(?<![\w./])/(?:work|root|home/[a-z]+|farm)/")


@pytest.mark.parametrize("name", MODULES)
def test_a_module_opens_with_one_sentence(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    opening = ast.get_docstring(ast.parse(text))
    assert opening, f"{name} has no opening sentence"
    assert opening.split("\n\n")[0].rstrip().endswith((".", "!", "?")), f"{name}: {opening[:80]}"


def test_no_file_names_a_package_registry_or_a_folder_of_one_machine():
    found = []
    for name in FILES:
        path = ROOT / name
        if not path.is_file() or "/vendor/" in name or path.suffix in {".parquet", ".woff2", ".png", ".svg"}:
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        found += [f"{name}: {match.group()}" for match in (HOSTS.search(text), PATHS.search(text)) if match]
    assert not [line for line in found if "tests/architecture/test_shape.py" not in line]


def test_requirements_are_pinned_by_hash():
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        text = lock.read_text(encoding="utf-8")
        assert text.count("==") <= text.count("--hash=sha256:"), lock.name
        assert "://" not in text, lock.name
