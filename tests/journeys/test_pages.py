"""Every page in both languages: nothing stands in anybody's way, nothing complains, nothing runs out of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.urls import get_resolver
from playwright.sync_api import Page, expect

from tests.browser import PHONE, barriers, settled, shoot, too_wide
from tests.live import City

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


@dataclass(frozen=True)
class Place:
    """A page: what it is called in the table of addresses, who looks at it, and how its address is filled."""

    view: str
    address: str
    who: str = ""
    status: int = 200


PLACES = {
    "portal": Place("home", "/"),
    "portal-found": Place("home", "/?q=lamp"),
    "portal-nothing-found": Place("home", "/?q=zeppelin"),
    "ask": Place("ask", "/ask/street-light/"),
    "track": Place("track", "/track/{code}/?new=1"),
    "track-answered": Place("track", "/track/{code_of_closed}/"),
    "find-track": Place("find-track", "/track/"),
    "find-track-wrong": Place("find-track", "/track/?code=T-1001-wrong", status=404),
    "developers": Place("developers", "/api/"),
    "sign-in": Place("sign-in", "/sign-in/"),
    "sign-out": Place("sign-out", "/sign-out/", "ben"),
    "password": Place("password", "/password/", "ben"),
    "tasks": Place("tasks", "/tasks/", "ben"),
    "tasks-empty": Place("tasks", "/tasks/?unit=water", "ada"),
    "task": Place("task", "/tasks/{task}/", "ben"),
    "case": Place("case", "/cases/{case}/", "ben"),
    "requests": Place("requests", "/requests/", "eve"),
    "requests-empty": Place("requests", "/requests/?service=crew-note&status=late&area=hill", "eve"),
    "request": Place("request", "/requests/{request}/", "ben"),
    "request-closed": Place("request", "/requests/{closed}/", "eve"),
    "city": Place("city", "/city/", "dov"),
    "city-past": Place("city", "/city/?at={past}&unit=streets", "eve"),
    "thing": Place("thing", "/things/{thing}/", "dov"),
    "thing-two-series": Place("thing", "/things/{pump}/?span=all", "dov"),
    "alert": Place("alert", "/alerts/{alert}/", "dov"),
    "govern": Place("govern", "/govern/", "eve"),
    "unit-measure": Place("unit-measure", "/govern/on-time/streets/", "eve"),
    "history": Place("history", "/history/request/{request}/", "eve"),
    "search": Place("search", "/search?q=bin", "eve"),
    "search-empty": Place("search", "/search"),
    "refused": Place("", "/govern/", "ben", status=403),
    "nowhere": Place("", "/there/is/nothing/here", status=404),
}
NO_PAGES = {
    "city-areas", "city-map", "city-days", "series", "known", "unit-series",  # data of pages
    "case-subject",  # a part of the page of a task
    "start", "set_language", "account_login", "account_logout", "account_change_password",  # lead elsewhere
}  # fmt: skip

KNOWN = """
SELECT
  (SELECT min(t.id) FROM process_task t WHERE t.role_id = 'dispatcher' AND t.unit_id = 'streets' AND t.done_at IS NULL),
  (SELECT min(id) FROM process_case WHERE unit_id = 'streets'),
  (SELECT min(r.id) FROM serve_request r WHERE unit_id = 'streets' AND closed_at IS NULL AND lat IS NOT NULL),
  (SELECT min(id) FROM serve_request WHERE closed_at IS NOT NULL),
  (SELECT id FROM sense_thing WHERE code = 'bin-square'),
  (SELECT id FROM sense_thing WHERE code = 'pump'),
  (SELECT min(id) FROM sense_alert WHERE closed_at IS NULL),
  (SELECT (max(opened_at) - interval '9 days')::date FROM serve_request)
"""


@pytest.fixture(scope="module")
def known(tidewater: City) -> dict[str, object]:
    """What the addresses are filled with; two requests get the key of their tracking page."""
    names = ("task", "case", "request", "closed", "thing", "pump", "alert", "past")
    (row,) = tidewater.query(KNOWN)
    values: dict[str, object] = dict(zip(names, row, strict=True))
    for name, which in {"code": "request", "code_of_closed": "closed"}.items():
        (told,) = tidewater.query(
            f"UPDATE serve_request SET secret = 'abcdefgh23456789', words = 'It is dark by the mill.', "
            f"answer = CASE WHEN closed_at IS NULL THEN '' ELSE 'It shines again.' END "
            f"WHERE id = {values[which]} RETURNING reference"
        )
        values[name] = f"{told[0]}-abcdefgh23456789"
    return values


def test_every_page_of_the_address_table_is_looked_at() -> None:
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert names - NO_PAGES == {place.view for place in PLACES.values() if place.view}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", PLACES)
def test_a_page_is_there_for_everybody(
    visit: Visit, known: dict[str, object], name: str, language: str
) -> None:
    place = PLACES[name]
    page = visit(place.who, language=language)
    answer = page.goto(place.address.format(**known))
    assert answer
    assert answer.status == place.status
    assert page.evaluate("document.documentElement.lang") == language
    assert page.title().endswith(" · Weft")
    assert page.title() != " · Weft"
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    settled(page)
    shoot(page, f"{name}-{language}")
    assert not too_wide(page)
    assert not barriers(page)
    page.set_viewport_size(PHONE)
    settled(page)
    shoot(page, f"{name}-{language}-phone")
    assert not too_wide(page)
    if language == "en":
        assert not barriers(page, *ON_A_PHONE)
        in_the_dark(page)
        shoot(page, f"{name}-dark-phone")
        assert not barriers(page, "color-contrast", "link-in-text-block")


def in_the_dark(page: Page) -> None:
    """The page as somebody sees it who prefers dark."""
    page.emulate_media(color_scheme="dark")
    page.evaluate("() => new Promise(seen => requestAnimationFrame(() => requestAnimationFrame(seen)))")


ON_A_PHONE = (
    "color-contrast",
    "target-size",
    "scrollable-region-focusable",
    "landmark-unique",
    "label",
    "region",
)
"""What a narrow window can change."""


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_form_with_mistakes_says_them_to_everybody(visit: Visit, language: str) -> None:
    page = visit(language=language)
    page.goto("/ask/street-light/")
    page.locator("main button[type=submit]:visible").click()
    wrong = page.locator("main [aria-invalid=true]")
    expect(wrong.first).to_be_visible()
    for field in wrong.all():
        assert page.locator(f"#{field.get_attribute('id')}_error").inner_text().strip()
    settled(page)
    shoot(page, f"ask-wrong-{language}")
    assert not barriers(page)


def test_the_pages_speak_the_language_that_was_chosen(visit: Visit) -> None:
    page = visit()
    page.goto("/track/")
    page.get_by_role("button", name="Français").click()
    expect(page).to_have_url("/track/")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Track a request")
    page.goto("/")
    assert page.evaluate("document.documentElement.lang") == "fr"
