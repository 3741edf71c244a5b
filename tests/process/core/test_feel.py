"""FEEL conditions: what they give, and how they are refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from weft.process.core import BadExpression
from weft.process.core.feel import MAX_LENGTH, evaluate, holds

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DATA = {
    "work_needed": "yes",
    "n": 3,
    "tenth": 0.1,
    "flag": True,
    "place": {"ward": {"code": "W3"}, "tags": ["road", "wet"]},
    "costs": [10, 20, 30],
    "due": "2026-03-01",
    "work needed": "quoted",
    "nothing": None,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('work_needed = "yes"', True),
        ('work_needed != "yes"', False),
        ("n + 1", 4),
        ("tenth + 0.2 = 0.3", True),
        ("7 / 2", 3.5),
        ("1 + 2 * 3 ** 2", 19),
        ("(1 + 2) * 3", 9),
        ("10 - 2 - 3", 5),
        ("-n", -3),
        ("--n", 3),
        ('"a" + "b"', "ab"),
        ("n > 2 and n < 5", True),
        ("n > 5 or flag", True),
        ("true or false and false", True),
        ("not(flag)", False),
        ("n in [1..5]", True),
        ("n in (1..3)", False),
        ("n in ]1..3]", True),
        ("n in [3..4[", True),
        ("n in (1, 2)", False),
        ("n in (< 2, >= 3)", True),
        ("n in [1, 3]", True),
        ("n in costs", False),
        ('work_needed in ("no", "yes")', True),
        ("n in > 2", True),
        ("n between 1 and 3", True),
        ("n between 1 and 3 and flag", True),
        ('if n > 2 then "big" else "small"', "big"),
        ('if missing then "big" else "small"', "small"),
        ("place.ward.code", "W3"),
        ("place.tags[1]", "road"),
        ("place.tags[-1]", "wet"),
        ("place.tags[3]", None),
        ("costs[2]", 20),
        ("count(costs)", 3),
        ("sum(costs)", 60),
        ("min(costs)", 10),
        ("max(1, 5, 2)", 5),
        ("abs(-2)", 2),
        ('contains("street light", "light")', True),
        ('starts with(work_needed, "y")', True),
        ('ends with(work_needed, "y")', False),
        ("string length(work_needed)", 3),
        ("upper case(work_needed)", "YES"),
        ('list contains(place.tags, "wet")', True),
        ("is defined(place.ward)", True),
        ("is defined(place.street)", False),
        ("is defined(nothing)", True),
        ('number("12.5")', 12.5),
        ("string(n)", "3"),
        ("`work needed`", "quoted"),
        ('"a \\"quoted\\" \\u00e9"', 'a "quoted" é'),
        ("date(due) < today()", True),
        ('date and time("2026-03-02T08:00:00+00:00") < now()', True),
        ('date("2026-02-30")', None),
        ("[1, 2] = [1, 2]", True),
        ("[n, flag]", [3, True]),
        ("1 = 1.0", True),
        ("= n > 2", True),
    ],
)
def test_an_expression_gives_its_value(text, value):
    assert evaluate(text, DATA, now=NOW) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("missing", None),
        ("missing = null", True),
        ("n = null", False),
        ("missing > 3", None),
        ('n > "a"', None),
        ('n = "3"', None),
        ("n + flag", None),
        ("1 / 0", None),
        ("missing.deeper.still", None),
        ("not(missing)", None),
        ("not(n)", None),
        ("flag and missing", None),
        ("false and missing", False),
        ("flag or missing", True),
        ("false or missing", None),
        ("missing in [1..2]", None),
        ("contains(n, 3)", None),
        ("costs[0]", None),
        ("10 ** 9999", None),
        ("sum([])", None),
        ("count(n)", None),
        ('min(1, "a")', None),
    ],
)
def test_what_cannot_be_computed_is_null(text, value):
    assert evaluate(text, DATA) == value


def test_only_true_holds():
    assert holds("flag", DATA)
    assert not holds("n", DATA)
    assert not holds("missing", DATA)
    assert not holds('"true"', DATA)


@pytest.mark.parametrize(
    ("text", "reason", "at"),
    [
        ("", "empty", 0),
        ("n >", "ends too early", 3),
        ("n == 3", "Write = once", 3),
        ("(n", "')' is expected", 2),
        ("n > 3 )", "')' is not expected", 6),
        ("x y", "'y' is not expected", 2),
        ('"open', "not understood", 0),
        ("import os", "'os' is not expected", 7),
        ('__import__("os")', "no function '__import__'", 0),
        ('work_needed.upper("x")', "'(' is not expected", 17),
        ("for x in costs return x", "'for' is not supported", 0),
        ("count()", "takes 1 argument", 5),
        ("if a then b", "'else' is expected", 11),
        ("a.", "A name is expected", 2),
        ("${n}", "'$' is not understood", 0),
    ],
)
def test_a_mistake_is_told_with_its_place(text, reason, at):
    with pytest.raises(BadExpression, match="at character") as wrong:
        evaluate(text, DATA)
    assert reason in str(wrong.value)
    assert wrong.value.at == at


def test_depth_and_length_are_bounded():
    with pytest.raises(BadExpression, match="nested"):
        evaluate("(" * 500 + "1" + ")" * 500, {})
    with pytest.raises(BadExpression, match="longer"):
        evaluate("1" * (MAX_LENGTH + 1), {})
    assert evaluate("1" + "+1" * 900, {}) == 901
    assert evaluate("a" + "[1]" * 600, {"a": 1}) == 1
