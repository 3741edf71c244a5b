"""The small form of a task: what a person filled in, held against the fields the model declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weft.process.core.model import Element, Field, FieldType

MAX_TEXT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The values to complete the task with, and by field what is wrong: "required", "choice" or "long"."""

    values: Mapping[str, Any]
    problems: Mapping[str, str]


def read(task: Element, given: Mapping[str, Any]) -> Answers:
    """The declared fields taken from what a form sent; anything else in it is left out."""
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field in task.fields:
        values[field.id] = value = _value(field, given.get(field.id))
        problem = _problem(field, value)
        if problem:
            problems[field.id] = problem
    return Answers(values=values, problems=problems)


def _value(field: Field, given: Any) -> Any:
    if field.type is FieldType.BOOLEAN:
        return given is True or (isinstance(given, str) and given.lower() in ("true", "on", "1", "yes"))
    text = given.strip() if isinstance(given, str) else ""
    return text or None


def _problem(field: Field, value: Any) -> str:
    if field.required and value in (None, False):
        return "required"
    if field.type is FieldType.CHOICE and value is not None and value not in {o.value for o in field.options}:
        return "choice"
    if isinstance(value, str) and len(value) > MAX_TEXT:
        return "long"
    return ""
