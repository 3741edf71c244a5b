"""What Weft refuses, in words a person can act on."""


class Refusal(Exception):
    """An act that was refused; `message` says why and what to do, `status` is the HTTP status it maps to."""

    status = 400

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class Invalid(Refusal):
    """A value that cannot be taken; `field` names it."""

    status = 422


class NotAllowed(Refusal):
    """The acting person may not do this."""

    status = 403


class NotFound(Refusal):
    """There is no such thing, or the acting person may not know of it."""

    status = 404


class Conflict(Refusal):
    """Somebody else was first, or the thing has moved on."""

    status = 409


class TooOften(Refusal):
    """The same client did it too often; `seconds` says when it may again (RFC 9110, section 10.2.3)."""

    status = 429

    def __init__(self, message: str, *, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds
