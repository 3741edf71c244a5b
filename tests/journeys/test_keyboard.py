"""With the keyboard alone: every stop can be seen, everything can be done, and the focus is not lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import focus, settled, tab_to

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def test_the_first_stop_leads_past_the_frame_to_the_content(visit: Visit) -> None:
    page = visit("ben")
    page.goto("/tasks/")
    page.keyboard.press("Tab")
    assert focus(page)["name"] == "Skip to the content"
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('content').contains(document.activeElement)")


@pytest.mark.parametrize("keys", ["/", "Control+k"])
def test_a_key_opens_the_search_everywhere(visit: Visit, keys: str) -> None:
    page = visit("ben")
    page.goto("/requests/")
    page.keyboard.press(keys)
    expect(page.get_by_role("searchbox", name="Search everywhere")).to_be_focused()
    page.keyboard.type("hole/")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=hole%2F"))


def test_a_slash_is_a_letter_where_one_writes(visit: Visit) -> None:
    page = visit()
    page.goto("/ask/pothole/")
    field = page.get_by_label("What is wrong, or what do you need?")
    field.press_sequentially("north/south")
    expect(field).to_have_value("north/south")


def test_a_request_is_made_without_a_mouse(visit: Visit) -> None:
    page = visit()
    page.goto("/")
    tab_to(page, "What do you need")
    page.keyboard.type("pothole")
    expect(page.locator("#found").get_by_role("link").first).to_contain_text("Pothole")
    assert focus(page)["name"] == "What do you need?"
    tab_to(page, "^Pothole", most=4)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/ask/pothole/"))
    settled(page)
    tab_to(page, "What is wrong")
    page.keyboard.type("A deep hole before the school")
    tab_to(page, "Map: choose the place")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("[data-map-note]")).to_contain_text("Hill")
    page.keyboard.press("+")
    tab_to(page, "Mail address")
    page.keyboard.type("ann@example.org")
    tab_to(page, "Send the request")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/track/"))
    expect(page.get_by_text("A deep hole before the school")).to_be_visible()


def test_a_task_is_done_without_a_mouse(visit: Visit) -> None:
    resident = visit()
    resident.goto("/ask/pothole/")
    resident.get_by_label("What is wrong, or what do you need?").fill("A hole")
    resident.get_by_label("Address or place in words").fill("Pier 5")
    resident.get_by_role("button", name="Send the request").click()
    reference = resident.locator("dd.code").inner_text().rpartition("-")[0]
    page = visit("ada")
    page.goto("/tasks/")
    link = page.get_by_role("row").filter(has_text=reference).get_by_role("link")
    link.focus()
    page.keyboard.press("Enter")
    settled(page)
    tab_to(page, "Done: Receive")
    page.keyboard.press("Space")
    expect(page.get_by_role("status")).to_contain_text("The case has moved on")


def test_the_menu_of_the_person_opens_and_closes_by_keys(visit: Visit) -> None:
    page = visit("ben")
    page.goto("/tasks/")
    tab_to(page, "Ben Harbour")
    page.keyboard.press("Enter")
    tab_to(page, "Change password", most=2)
    page.keyboard.press("Escape")
    assert "Ben Harbour" in focus(page)["name"]
    expect(page.get_by_role("link", name="Change password")).to_be_hidden()


def test_moving_through_time_keeps_the_keyboards_place(visit: Visit) -> None:
    page = visit("eve")
    page.goto("/city/")
    settled(page)
    slider = page.get_by_role("slider", name="Day")
    slider.focus()
    with page.expect_response(lambda answer: "/city/?" in answer.url):
        slider.press("ArrowLeft")
    expect(page.get_by_role("heading", level=1)).to_contain_text("What was wrong on")
    expect(slider).to_be_focused()
    assert "at=" in page.url
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What was wrong on")


def test_choosing_a_unit_keeps_the_keyboards_place_and_is_in_the_address(visit: Visit) -> None:
    page = visit("eve")
    page.goto("/city/")
    settled(page)
    unit = page.get_by_label("Unit", exact=True)
    unit.focus()
    with page.expect_response(lambda answer: "/city/?" in answer.url):
        unit.select_option(label="Streets")
    expect(page.locator("tr.chosen")).to_contain_text("Streets")
    expect(unit).to_be_focused()
    assert "unit=streets" in page.url


def test_the_markers_of_the_map_are_reached_by_keys(visit: Visit) -> None:
    page = visit("dov")
    page.goto("/city/")
    settled(page)
    first = page.locator(".map-point[tabindex='0'], .map-cluster[tabindex='0']")
    expect(first).to_have_count(1)
    first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.matches('.map-point, .map-cluster')")
    page.locator(".map-point.alerts").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".maplibregl-popup")).to_contain_text("Bin")
