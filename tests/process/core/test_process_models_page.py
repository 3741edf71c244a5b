"""The page on process models says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from weft.process.core import check, parse, strip
from weft.process.core.feel import FUNCTIONS, SPECIAL, evaluate

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "process-models.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"```xml\n(.*?)```", PAGE, re.DOTALL)
(CODE,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
CONDITIONS = PAGE.partition("## Conditions")[2].partition("| functions |")[0]


def test_the_example_model_has_no_problem():
    model = parse(EXAMPLE)
    assert check(model) == []
    assert [stop.says for stop in strip(model, language="fr")] == ["Nous le cherchons."]


def test_the_example_code_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    exec(compile(CODE, "process-models.md", "exec"), {})


@pytest.mark.parametrize(
    "text", re.findall(r"`` ([^|]+?) ``|(?<!`)`([^`]+)`", CONDITIONS.partition("| write |")[2])
)
def test_the_examples_of_conditions_can_be_read(text):
    evaluate("".join(text), {})


def test_the_list_of_functions_is_complete():
    (listed,) = re.findall(r"\| functions \|\n\| --- \|\n\| (.*) \|", PAGE)
    assert re.findall(r"`([^`]+)`", listed) == sorted({*FUNCTIONS, *SPECIAL})
