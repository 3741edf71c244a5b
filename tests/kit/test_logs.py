"""The log: it holds no key to a resident's request."""

import logging

from weft.kit.logs import WithoutSecrets


def told(message: str, *values: object) -> str:
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, message, values, None)
    assert WithoutSecrets().filter(record)
    return record.getMessage()


def test_the_secret_of_a_tracking_address_is_covered() -> None:
    assert told("%s: %s: no answer", "Internal Server Error", "/track/W-17-abcd2345/") == (
        "Internal Server Error: /track/W-17-…/: no answer"
    )


def test_everything_else_is_told_as_it_is() -> None:
    assert told("%s failed at 100 %%", "/requests/17/") == "/requests/17/ failed at 100 %"
