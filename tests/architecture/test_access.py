"""Every address is guarded, or listed here as public."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from weft.kit.access import PERMISSIONS, PUBLIC, SIGNED_IN

OPEN_TO_ALL = {
    "",
    "api/",
    "known.json",
    "ask/<str:code>/",
    "track/",
    "track/<str:code>/",
    "city/areas.json",
    "search",
    "sign-in/",
    "sign-out/",
    "language/",
}


def addresses(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry.callback


EVERY = sorted(addresses(get_resolver().url_patterns), key=lambda pair: pair[0])


@pytest.mark.parametrize(("address", "view"), EVERY, ids=[address or "/" for address, _ in EVERY])
def test_every_address_says_who_may_enter(address, view):
    needed = getattr(view, "weft_access", None)
    assert needed is not None, f"{address} has no mark: it would be refused to everybody"
    assert (needed == PUBLIC) == (address in OPEN_TO_ALL), f"{address} is {needed}"
    assert needed in {PUBLIC, SIGNED_IN, *PERMISSIONS}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", [a for a, v in EVERY if v.weft_access != PUBLIC and "<" not in a and "(" not in a]
)
def test_nobody_enters_a_guarded_address_without_signing_in(client, address):
    answer = client.get(f"/{address}")
    if address.startswith("api/") or address.endswith(".json"):
        assert answer.status_code in (401, 405)
    else:
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in/?next=")
