"""What a limit makes of a result, as a rule on plain values."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a new result means for a limit."""

    OPEN = "open"
    CLOSE = "close"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Bounds:
    """A limit: a value not to go past in a direction, and the value to come back to before it clears."""

    direction: str
    value: float
    clear_value: float


def past(result: float, *, value: float, direction: str) -> bool:
    """Whether a result has reached a value in the limit's direction."""
    return result >= value if direction == "above" else result <= value


def judge(result: float, *, bounds: Bounds, is_open: bool) -> Verdict:
    """Open at the limit, close only when back beyond the clearing value (hysteresis)."""
    if not is_open:
        crossed = past(result, value=bounds.value, direction=bounds.direction)
        return Verdict.OPEN if crossed else Verdict.NOTHING
    if bounds.clear_value == bounds.value:
        return (
            Verdict.NOTHING if past(result, value=bounds.value, direction=bounds.direction) else Verdict.CLOSE
        )
    back = "below" if bounds.direction == "above" else "above"
    return Verdict.CLOSE if past(result, value=bounds.clear_value, direction=back) else Verdict.NOTHING
