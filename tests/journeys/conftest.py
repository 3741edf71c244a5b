"""One running city and one browser for all journeys: the whole of Weft, as `weft up` starts it, on Tidewater."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests import browser, live


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser."""
    with browser.chromium() as found:
        yield found


@pytest.fixture(scope="package")
def tidewater(chromium: Browser) -> Iterator[live.City]:
    """Tidewater up and running, moved to now, with its people's log-ins."""
    with live.city() as made:
        made.up("--demo", str(live.TIDEWATER))
        yield made


@pytest.fixture(scope="package")
def visits(chromium: Browser, tidewater: live.City) -> browser.Visits:
    """Where people of Tidewater come from."""
    password = (tidewater.data / "demo-password").read_text(encoding="utf-8").strip()
    return browser.Visits(browser=chromium, address=tidewater.address, password=password)


@pytest.fixture
def visit(visits: browser.Visits) -> Iterator[Callable[..., Page]]:
    """Opens windows: `visit()` for a resident, `visit("ada")` for somebody signed in. No page may complain."""
    yield visits.visit
    complaints = visits.end()
    assert not complaints, "\n".join(complaints)
