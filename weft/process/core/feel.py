"""FEEL, the expression language of DMN: the small part of it that conditions need, without any `eval`.

An expression is read once into nested functions and kept; reading is bounded in length and depth. As FEEL asks,
what cannot be computed (a name that is not there, text less than a number) is null and no error (DMN 1.3, 10.3.2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Context, Decimal, DecimalException
from functools import lru_cache
from typing import Any, NoReturn, TypeAlias

from weft.process.core.errors import BadExpression

MAX_LENGTH = 2_000
MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class _Scope:
    data: Mapping[str, Any]
    now: datetime | None


Node: TypeAlias = Callable[[_Scope], Any]


def holds(text: str, data: Mapping[str, Any], *, now: datetime | None = None) -> bool:
    """True when the expression is true; anything else, null among it, is not."""
    return compiled(text)(_Scope(data, now)) is True


def evaluate(text: str, data: Mapping[str, Any], *, now: datetime | None = None) -> Any:
    """The value of the expression for these variables, as plain data."""
    return _plain(compiled(text)(_Scope(data, now)))


@lru_cache(maxsize=4096)
def compiled(text: str) -> Node:
    """The expression as a function; `BadExpression` says what is wrong with it and where.

    A "=" before it, as some modellers write, is passed over.
    """
    if len(text) > MAX_LENGTH:
        raise BadExpression(
            f"The expression is longer than {MAX_LENGTH} characters", text=text, at=MAX_LENGTH
        )
    return _Reader(text.replace("=", " ", 1) if text.lstrip().startswith("=") else text).whole()


# --- values ---

_NUMBERS = Context(prec=34, Emax=6144, Emin=-6143)  # IEEE 754 decimal128, as FEEL has it


def _value(value: Any) -> Any:
    """A variable as FEEL sees it: every number a decimal."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    return Decimal(value) if isinstance(value, int) else Decimal(repr(value))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        if abs(value) < 10**18 and value == value.to_integral_value():
            return int(value)
        return float(value) if abs(value) < Decimal("1e308") else None
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


def _kind(value: Any) -> str:
    for name, types in _KINDS:
        if isinstance(value, types):
            return name
    return "null"


_KINDS: tuple[tuple[str, Any], ...] = (
    ("boolean", bool),
    ("number", Decimal),
    ("text", str),
    ("date and time", datetime),
    ("date", date),
    ("list", (list, tuple)),
    ("context", Mapping),
)
_ORDERED = {"number", "text", "date", "date and time"}


def _equal(left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return left is right
    if _kind(left) != _kind(right):
        return None
    if _kind(left) == "list":
        return len(left) == len(right) and all(
            _equal(_value(a), _value(b)) is True for a, b in zip(left, right, strict=True)
        )
    return bool(left == right)


def _compare(operator: str, left: Any, right: Any) -> bool | None:
    if operator in ("=", "!="):
        equal = _equal(left, right)
        return equal if equal is None or operator == "=" else not equal
    if _kind(left) != _kind(right) or _kind(left) not in _ORDERED:
        return None
    try:
        match operator:
            case "<":
                return bool(left < right)
            case "<=":
                return bool(left <= right)
            case ">":
                return bool(left > right)
            case _:
                return bool(left >= right)
    except TypeError:  # a time with a zone against one without
        return None


def _compute(operator: str, left: Any, right: Any) -> Any:
    if operator == "+" and isinstance(left, str) and isinstance(right, str):
        return left + right
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return None
    try:
        match operator:
            case "+":
                return _NUMBERS.add(left, right)
            case "-":
                return _NUMBERS.subtract(left, right)
            case "*":
                return _NUMBERS.multiply(left, right)
            case "/":
                return _NUMBERS.divide(left, right)
            case _:
                return _NUMBERS.power(left, right)
    except DecimalException:
        return None


def _all(values: Sequence[Any]) -> bool | None:
    """Three-valued "and"."""
    if any(value is False for value in values):
        return False
    return True if all(value is True for value in values) else None


def _negated(value: Any) -> bool | None:
    return not value if isinstance(value, bool) else None


def _member(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return _value(value.get(name))
    if isinstance(value, (list, tuple)):
        return [_member(item, name) for item in value]
    return None


def _item(value: Any, index: Any) -> Any:
    """The item at a place that counts from 1, or from the end when negative."""
    items = value if isinstance(value, (list, tuple)) else [] if value is None else [value]
    if not isinstance(index, Decimal) or index != index.to_integral_value():
        return None
    place = int(index)
    if place == 0 or abs(place) > len(items):
        return None
    return _value(items[place - 1 if place > 0 else place])


# --- functions ---


def _texts(rule: Callable[[str, str], bool]) -> Callable[..., Any]:
    return lambda a, b: rule(a, b) if isinstance(a, str) and isinstance(b, str) else None


def _text(rule: Callable[[str], Any]) -> Callable[..., Any]:
    return lambda a: _value(rule(a)) if isinstance(a, str) else None


def _items(values: Sequence[Any]) -> list[Any]:
    """The items of a function over a list or over its arguments."""
    listed = values[0] if len(values) == 1 and isinstance(values[0], (list, tuple)) else values
    return [_value(item) for item in listed]


def _count(*values: Any) -> Any:
    return Decimal(len(values[0])) if isinstance(values[0], (list, tuple)) else None


def _sum(*values: Any) -> Any:
    items = _items(values)
    if not items or not all(isinstance(item, Decimal) for item in items):
        return None
    total: Any = Decimal(0)
    for item in items:
        total = _compute("+", total, item)
    return total


def _extreme(pick: Callable[[list[Any]], Any]) -> Callable[..., Any]:
    def extreme(*values: Any) -> Any:
        items = _items(values)
        kinds = {_kind(item) for item in items}
        return pick(items) if len(kinds) == 1 and kinds <= _ORDERED else None

    return extreme


def _list_contains(items: Any, wanted: Any) -> Any:
    return any(_equal(_value(item), wanted) is True for item in items) if _kind(items) == "list" else None


def _as_number(value: Any) -> Any:
    try:
        number = Decimal(value) if isinstance(value, (str, Decimal)) else None
    except DecimalException:
        return None
    return number if number is not None and number.is_finite() else None


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(_plain(value)) if _kind(value) in _ORDERED else None


def _as_date(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date()
    return _read_time(date.fromisoformat, value)


def _read_time(reader: Callable[[str], Any], value: Any) -> Any:
    try:
        return reader(value) if isinstance(value, str) else None
    except ValueError:
        return None


FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "not": (1, _negated),
    "contains": (2, _texts(lambda a, b: b in a)),
    "starts with": (2, _texts(lambda a, b: a.startswith(b))),
    "ends with": (2, _texts(lambda a, b: a.endswith(b))),
    "string length": (1, _text(len)),
    "upper case": (1, _text(str.upper)),
    "lower case": (1, _text(str.lower)),
    "list contains": (2, _list_contains),
    "count": (1, _count),
    "sum": (-1, _sum),
    "min": (-1, _extreme(min)),
    "max": (-1, _extreme(max)),
    "abs": (1, lambda a: abs(a) if isinstance(a, Decimal) else None),
    "number": (1, _as_number),
    "string": (1, _as_text),
    "date": (1, _as_date),
    "date and time": (1, lambda a: _read_time(datetime.fromisoformat, a)),
}
"""Each function with how many arguments it takes (-1: any number but none)."""

SPECIAL = {"is defined", "now", "today"}


# --- reading ---

_TOKEN = re.compile(
    r"""\s+
    | (?P<number>\d+(?:\.\d+)?|\.\d+)
    | (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<quoted>`[^`]+`)
    | (?P<word>[^\W\d]\w*)
    | (?P<sign>\.\.|\*\*|<=|>=|!=|[-+*/=<>()\[\],.])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "/": "/", "'": "'"}
_KEYWORDS = {"and", "or", "in", "between", "if", "then", "else", "true", "false", "null"}
_NOT_HERE = {"for", "some", "every", "function", "instance", "return", "satisfies"}
_LONG_NAMES = sorted((name for name in {*FUNCTIONS, *SPECIAL} if " " in name), key=len, reverse=True)
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def _tokens(text: str) -> list[_Token]:
    found = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise BadExpression(f"{text[at]!r} is not understood", text=text, at=at)
        if match.lastgroup:
            found.append(_Token(match.lastgroup, match.group(), at))
        at = match.end()
    return [*found, _Token("end", "", len(text))]


class _Reader:
    """Recursive descent, one method for each level of the grammar."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.place = 0
        self.depth = 0
        self.in_range = False

    # small steps

    @property
    def next(self) -> _Token:
        return self.tokens[self.place]

    def sees(self, *texts: str, ahead: int = 0) -> bool:
        place = min(self.place + ahead, len(self.tokens) - 1)
        return self.tokens[place].kind in ("sign", "word") and self.tokens[place].text in texts

    def take(self) -> _Token:
        token = self.next
        self.place += token.kind != "end"
        return token

    def takes(self, *texts: str) -> str:
        return self.take().text if self.sees(*texts) else ""

    def must(self, *texts: str) -> str:
        return self.takes(*texts) or self.wrong(f"{' or '.join(map(repr, texts))} is expected")

    def wrong(self, reason: str, *, at: int | None = None) -> NoReturn:
        raise BadExpression(reason, text=self.text, at=self.next.at if at is None else at)

    # the grammar, from the loosest to the tightest

    def whole(self) -> Node:
        if self.next.kind == "end":
            self.wrong("The expression is empty")
        node = self.expression()
        if self.next.kind != "end":
            self.wrong(f"{self.next.text!r} is not expected")
        return node

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.wrong(f"The expression is nested more than {MAX_DEPTH} deep")
        node = self.choice() if self.sees("if") else self.disjunction()
        self.depth -= 1
        return node

    def choice(self) -> Node:
        self.must("if")
        condition = self.expression()
        self.must("then")
        one = self.expression()
        self.must("else")
        other = self.expression()
        return lambda scope: one(scope) if condition(scope) is True else other(scope)

    def disjunction(self) -> Node:
        parts = [self.conjunction()]
        while self.takes("or"):
            parts.append(self.conjunction())
        if len(parts) == 1:
            return parts[0]
        return lambda scope: _negated(_all([_negated(part(scope)) for part in parts]))

    def conjunction(self) -> Node:
        parts = [self.comparison()]
        while self.takes("and"):
            parts.append(self.comparison())
        if len(parts) == 1:
            return parts[0]
        return lambda scope: _all([part(scope) for part in parts])

    def comparison(self) -> Node:
        left = self.addition()
        operator = self.takes(*_COMPARISONS)
        if operator:
            if operator == "=" and self.sees("="):
                self.wrong("Write = once to compare")
            right = self.addition()
            return lambda scope: _compare(operator, left(scope), right(scope))
        if self.takes("between"):
            low = self.addition()
            self.must("and")
            high = self.addition()
            return lambda scope: _within(left(scope), low(scope), high(scope))
        if self.takes("in"):
            test = self.test()
            return lambda scope: test(scope, left(scope))
        return left

    def addition(self) -> Node:
        return self.chain(self.multiplication, "+", "-")

    def multiplication(self) -> Node:
        return self.chain(self.power, "*", "/")

    def power(self) -> Node:
        return self.chain(self.negation, "**")

    def chain(self, tighter: Callable[[], Node], *operators: str) -> Node:
        """Operands from left to right, in one loop however many they are."""
        first = tighter()
        rest: list[tuple[str, Node]] = []
        while operator := self.takes(*operators):
            rest.append((operator, tighter()))
        if not rest:
            return first

        def run(scope: _Scope) -> Any:
            value = first(scope)
            for operator, operand in rest:
                value = _compute(operator, value, operand(scope))
            return value

        return run

    def negation(self) -> Node:
        minus = 0
        while self.takes("-"):
            minus += 1
        node = self.postfix()
        if not minus:
            return node
        sign = Decimal(-1 if minus % 2 else 1)
        return lambda scope: _compute("*", sign, node(scope))

    def postfix(self) -> Node:
        first = self.primary()
        steps: list[Callable[[_Scope, Any], Any]] = []
        while self.sees(".") or (self.sees("[") and not self.in_range):
            steps.append(self.member() if self.takes(".") else self.index())
        if not steps:
            return first

        def run(scope: _Scope) -> Any:
            value = first(scope)
            for step in steps:
                value = step(scope, value)
            return value

        return run

    def member(self) -> Callable[[_Scope, Any], Any]:
        name = self.name()
        return lambda _scope, value: _member(value, name)

    def index(self) -> Callable[[_Scope, Any], Any]:
        self.must("[")
        index = self.expression()
        self.must("]")
        return lambda scope, value: _item(value, index(scope))

    def name(self) -> str:
        token = self.next
        if token.kind == "quoted":
            return self.take().text[1:-1]
        if token.kind != "word":
            self.wrong("A name is expected")
        return self.take().text

    def primary(self) -> Node:
        token = self.next
        if token.kind == "number":
            number = Decimal(self.take().text)
            return lambda _scope: number
        if token.kind == "text":
            text = _unescape(self.take().text[1:-1])
            return lambda _scope: text
        if self.takes("("):
            node = self.expression()
            self.must(")")
            return node
        if self.sees("["):
            return self.listing()
        if token.kind in ("word", "quoted"):
            return self.word()
        return self.wrong(
            f"{token.text!r} is not expected" if token.text else "The expression ends too early"
        )

    def word(self) -> Node:
        token = self.next
        if token.text in ("true", "false", "null"):
            constant = {"true": True, "false": False, "null": None}[self.take().text]
            return lambda _scope: constant
        function = self.function_name()
        if function:
            return self.call(function)
        if token.text in _NOT_HERE:
            self.wrong(f"{token.text!r} is not supported")
        if token.text in _KEYWORDS:
            self.wrong(f"{token.text!r} is not expected")
        name = self.name()
        if self.sees("("):
            self.wrong(f"There is no function {name!r}", at=token.at)
        return lambda scope: _value(scope.data.get(name))

    def listing(self) -> Node:
        self.must("[")
        items = self.expressions("]")
        return lambda scope: [item(scope) for item in items]

    def expressions(self, closing: str) -> list[Node]:
        found: list[Node] = []
        if self.takes(closing):
            return found
        found.append(self.expression())
        while self.takes(","):
            found.append(self.expression())
        self.must(closing)
        return found

    # functions

    def function_name(self) -> str:
        """The function called here, its name perhaps of several words; "" when it is none."""
        for name in _LONG_NAMES:
            words = name.split()
            if all(self.sees(word, ahead=i) for i, word in enumerate(words)) and self.sees(
                "(", ahead=len(words)
            ):
                self.place += len(words)
                return name
        if self.next.text in {*FUNCTIONS, *SPECIAL} and self.sees("(", ahead=1):
            return self.take().text
        return ""

    def call(self, function: str) -> Node:
        at = self.next.at
        self.must("(")
        if function == "is defined":
            return self.is_defined()
        arguments = self.expressions(")")
        if function in ("now", "today"):
            return _now if function == "now" else _today
        wanted, run = FUNCTIONS[function]
        if (wanted >= 0 and len(arguments) != wanted) or not arguments:
            self.wrong(f"{function}() takes {wanted if wanted >= 0 else 'at least 1'} argument(s)", at=at)
        return lambda scope: run(*[argument(scope) for argument in arguments])

    def is_defined(self) -> Node:
        names = [self.name()]
        while self.takes("."):
            names.append(self.name())
        self.must(")")

        def run(scope: _Scope) -> bool:
            value: Any = scope.data
            for name in names:
                if not isinstance(value, Mapping) or name not in value:
                    return False
                value = value[name]
            return True

        return run

    # what stands after "in"

    def test(self) -> Callable[[_Scope, Any], bool | None]:
        if self.sees("(") and not self.range_ahead():
            self.must("(")
            tests = [self.one_test()]
            while self.takes(","):
                tests.append(self.one_test())
            self.must(")")
            return lambda scope, value: _any([test(scope, value) for test in tests])
        return self.one_test()

    def one_test(self) -> Callable[[_Scope, Any], bool | None]:
        operator = self.takes(*_COMPARISONS)
        if operator:
            bound = self.addition()
            return lambda scope, value: _compare(operator, value, bound(scope))
        if self.range_ahead():
            return self.range()
        among = self.addition()
        return lambda scope, value: _among(value, among(scope))

    def range_ahead(self) -> bool:
        """Whether a bracket opens a range: ".." comes before the bracket is closed."""
        if not self.sees("(", "[", "]"):
            return False
        depth = 0
        for token in self.tokens[self.place + 1 :]:
            if token.kind == "sign" and token.text == ".." and depth == 0:
                return True
            if token.kind == "sign" and token.text in ("(", "["):
                depth += 1
            elif token.kind == "sign" and token.text in (")", "]"):
                depth -= 1
                if depth < 0:
                    return False
        return False

    def range(self) -> Callable[[_Scope, Any], bool | None]:
        above = ">=" if self.must("(", "[", "]") == "[" else ">"
        self.in_range = True  # a bracket after an end closes the range, it is no index
        low = self.addition()
        self.must("..")
        high = self.addition()
        self.in_range = False
        below = "<=" if self.must(")", "]", "[") == "]" else "<"
        return lambda scope, value: _all(
            [_compare(above, value, low(scope)), _compare(below, value, high(scope))]
        )


def _within(value: Any, low: Any, high: Any) -> bool | None:
    return _all([_compare(">=", value, low), _compare("<=", value, high)])


def _among(value: Any, among: Any) -> bool | None:
    if isinstance(among, (list, tuple)):
        return any(_equal(value, _value(item)) is True for item in among)
    return _equal(value, among)


def _any(values: Sequence[Any]) -> bool | None:
    return _negated(_all([_negated(value) for value in values]))


def _now(scope: _Scope) -> datetime | None:
    return scope.now


def _today(scope: _Scope) -> date | None:
    return scope.now.date() if scope.now else None


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda m: chr(int(m[1][1:], 16)) if len(m[1]) == 5 else _ESCAPES.get(m[1], m[0]), text)
