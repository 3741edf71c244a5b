"""What a person filled in, held against the fields of the task."""

from __future__ import annotations

import pytest

from tests.process.core.build import library, parse, xml
from weft.process.core import read

ASSESS = library("report-and-resolve").elements["assess"]
TICK = parse(
    xml(
        '<userTask id="a"><extensionElements><weft:field id="safe" type="boolean" required="true"/>'
        '<weft:field id="wet" type="boolean"/></extensionElements></userTask>'
    )
).elements["a"]


def test_what_is_filled_in_well_is_taken_and_nothing_else():
    answers = read(ASSESS, {"work_needed": "yes", "note": "  Deep hole ", "csrf": "x", "request": "R-2"})
    assert answers.values == {"work_needed": "yes", "note": "Deep hole"}
    assert not answers.problems


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({}, {"work_needed": "required"}),
        ({"work_needed": "  "}, {"work_needed": "required"}),
        ({"work_needed": "perhaps"}, {"work_needed": "choice"}),
        ({"work_needed": ["yes"]}, {"work_needed": "required"}),
        ({"work_needed": "no", "note": "x" * 30_000}, {"note": "long"}),
        ({"work_needed": "no", "note": ""}, {}),
    ],
)
def test_what_is_wrong_is_told_by_field(given, problems):
    assert read(ASSESS, given).problems == problems


def test_a_field_left_out_is_nothing():
    assert read(ASSESS, {"work_needed": "no"}).values == {"work_needed": "no", "note": None}


def test_a_tick_is_true_or_false():
    assert read(TICK, {"safe": "on"}).values == {"safe": True, "wet": False}
    assert read(TICK, {"safe": "", "wet": True}).problems == {"safe": "required"}
