"""One running city and one browser for all journeys: the whole of Weft, as `weft up` starts it, on Tidewater."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests import browser, live


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser."""
    with browser.chromium() as found:
        yield found


@pytest.fixture(scope="package")
def tidewater(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[live.City]:
    """Tidewater up and running, moved to now, with its people's log-ins."""
    folder = shutil.copytree(live.TIDEWATER, tmp_path_factory.mktemp("city") / "tidewater")
    give_rights(folder / "roles.csv")
    with live.city() as made:
        made.up("--demo", str(folder))
        yield made


RIGHTS = {
    "agent": "history.see",
    "dispatcher": "history.see",
    "crew": "history.see cases.see requests.see",
    "officer": "sensors.write cases.see",
    "executive": "cases.see",
}


def give_rights(roles: Path) -> None:
    """Give the roles what the demonstration's have and Tidewater's do not."""
    lines = roles.read_text(encoding="utf-8").splitlines()
    more = (f"{line} {RIGHTS.get(line.partition(',')[0], '')}".rstrip() for line in lines)
    roles.write_text("\n".join(more) + "\n", encoding="utf-8")


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
