"""What the process core refuses, in words that can be shown to a person."""

from __future__ import annotations


class CoreError(Exception):
    """Anything the process core refuses; `str()` of it is a plain sentence."""


class NotBpmn(CoreError):
    """A file that is not a BPMN 2.0 model we are willing to read."""

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        super().__init__(f"{reason} (line {line})" if line else reason)
        self.reason = reason
        self.line = line


class BadExpression(CoreError):
    """A FEEL expression that cannot be read; `at` is the position in its text."""

    def __init__(self, reason: str, *, text: str, at: int) -> None:
        shown = text if len(text) <= 120 else text[:117] + "..."
        super().__init__(f"{reason} at character {at + 1} of: {shown}")
        self.reason = reason
        self.text = text
        self.at = at


class UnknownWork(CoreError):
    """A task, call or incident that is not open in this case (any more)."""


class CaseOver(CoreError):
    """Something happened to a case that has ended, or a second start."""


class EndlessLoop(CoreError):
    """The model goes round, or multiplies, without ever waiting for somebody."""


class BadData(CoreError):
    """Data that is not plain (text, number, true or false, nothing, lists and objects of these)."""


class BadState(CoreError):
    """A stored state that this version cannot read."""
