"""Without JavaScript a city still works: searching, asking, tracking, doing a task, looking around."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import eventually, shoot

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def test_a_request_is_made_and_worked_on_without_script(visit: Visit) -> None:
    resident = visit(java_script_enabled=False)
    resident.goto("/")
    resident.get_by_role("searchbox", name="What do you need?").fill("pothole")
    resident.get_by_role("button", name="Find").click()
    expect(resident).to_have_url(re.compile(r"\?q=pothole"))
    resident.locator("#found").get_by_role("link", name="Pothole").click()
    resident.get_by_label("What is wrong, or what do you need?").fill("A hole in the old way")
    shoot(resident, "ask-without-script")
    resident.get_by_label("Address or place in words").fill("Pier 8")
    resident.get_by_role("button", name="Send the request").click()
    expect(resident.get_by_text("Your request has been received")).to_be_visible()
    code = resident.locator("dd.code").inner_text()

    agent = visit("ada", java_script_enabled=False)
    agent.goto("/tasks/")
    agent.get_by_role("row").filter(has_text=code.rpartition("-")[0]).get_by_role("link").click()
    shoot(agent, "task-without-script")
    agent.get_by_role("button", name="Done: Receive").click()
    expect(agent.get_by_text("The case has moved on")).to_be_visible()

    resident.goto("/")
    resident.get_by_label("Your tracking code").fill(code)
    resident.get_by_role("button", name="See what became of it").click()
    expect(resident.get_by_text("A hole in the old way")).to_be_visible()
    step = resident.locator(".strip [aria-current=step]")
    eventually(resident, lambda: "Assess" in step.inner_text())


def test_the_city_of_a_past_day_is_found_without_script(visit: Visit) -> None:
    page = visit("eve", java_script_enabled=False)
    page.goto("/city/")
    shoot(page, "city-without-script")
    page.get_by_label("Unit", exact=True).select_option(label="Streets")
    page.locator(".crumbs").get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("unit=streets"))
    expect(page.locator("tr.chosen")).to_contain_text("Streets")


def test_what_a_task_is_about_is_reached_without_script(visit: Visit) -> None:
    page = visit("ben", java_script_enabled=False)
    page.goto("/tasks/")
    page.get_by_role("row").get_by_role("link", name="Assess").first.click()
    about = page.get_by_role("main").get_by_role(
        "link", name=re.compile("^T-|^W-|story|about", re.IGNORECASE)
    )
    about.first.click()
    expect(page).to_have_url(re.compile("/(requests|cases|alerts)/"))
