"""The thin loop by hand, both ways in: from a request or a reading to a closed case and a changed measure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PHONE, Visits, eventually, settled, shoot, sign_in

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
HERE = ZoneInfo("America/New_York")


def judged(executive: Page, unit: str) -> int:
    """How many promises of the unit were decided this month, as the page of measures tells."""
    month = datetime.now(HERE).strftime("%Y-%m")
    executive.goto(f"/govern/?month={month}")
    if executive.get_by_label("Month").input_value() != month:
        return 0
    row = executive.get_by_role("row").filter(has=executive.get_by_role("link", name=unit, exact=True))
    if not row.count():
        return 0
    return int(row.get_by_role("cell").nth(4).inner_text())


def do(worker: Page, step: str, about: str) -> None:
    """Open the step of this subject from the worker's list and say that it is done; fields are filled before."""
    worker.goto("/tasks/")
    row = worker.get_by_role("row").filter(has_text=about).filter(has=worker.get_by_role("link", name=step))
    row.get_by_role("link", name=step).click()
    expect(worker.get_by_role("heading", level=1)).to_have_text(step)
    expect(worker.locator(".strip [aria-current=step]")).to_contain_text(step)


def done(worker: Page, step: str) -> None:
    worker.get_by_role("button", name=f"Done: {step}").click()
    expect(worker).to_have_url(re.compile(r"/tasks/$"))
    expect(worker.get_by_role("status")).to_contain_text("The case has moved on")


def work_to_the_end(visit: Visit, about: str, *, answer: str) -> None:
    """Dispatcher, crew and agent do their steps, after the agent received it."""
    dispatcher = visit("ben")
    do(dispatcher, "Assess", about)
    dispatcher.get_by_role("radio", name="Yes").check()
    dispatcher.get_by_label("Note for the next colleague").fill("Bring the long ladder.")
    done(dispatcher, "Assess")
    crew = visit("cleo")
    do(crew, "Do the work", about)
    settled(crew)
    shoot(crew, "journey-crew-task")
    crew.get_by_label("What was done").fill("New lamp.")
    done(crew, "Do the work")
    agent = visit("ada")
    do(agent, "Close", about)
    agent.get_by_label("Answer to the requester").fill(answer)
    done(agent, "Close")


def test_what_a_resident_asks_for_is_done_answered_and_counted(visit: Visit, visits: Visits) -> None:
    executive = visit("eve")
    before = judged(executive, "Streets")

    resident = visit()
    resident.goto("/")
    resident.get_by_role("searchbox", name="What do you need?").press_sequentially("stret light", delay=15)
    resident.get_by_role("link", name="Street light out").first.click()
    resident.get_by_label("What is wrong, or what do you need?").fill("The lamp by the old mill is dark.")
    settled(resident)
    pin = resident.get_by_role("application")
    pin.press("Enter")
    for _step in range(3):
        pin.press("ArrowLeft")
        pin.press("ArrowUp")
    expect(resident.locator("[data-map-note]")).to_contain_text("Harbour")
    resident.get_by_role("button", name="Send the request").click()
    expect(resident).to_have_url(re.compile(r"/track/.+"))
    expect(resident.get_by_text("Your request has been received")).to_be_visible()
    expect(resident.locator(".strip [aria-current=step]")).to_contain_text("Receive")
    expect(resident.get_by_role("definition").filter(has_text="Harbour")).to_be_visible()
    shoot(resident, "journey-track-new")
    code = resident.locator("dd.code").inner_text()
    reference = code.rpartition("-")[0]

    agent = visit()
    agent.goto("/tasks/")
    sign_in(agent, "ada", password=visits.password)
    expect(agent).to_have_url(re.compile(r"/tasks/$"))
    do(agent, "Receive", reference)
    expect(agent.get_by_text("The lamp by the old mill is dark.")).to_be_visible()
    done(agent, "Receive")
    work_to_the_end(visit, reference, answer="The lamp shines again. Thank you.")

    answer = resident.get_by_text("The lamp shines again. Thank you.")
    eventually(resident, answer.is_visible)
    expect(resident.locator(".lead .status")).to_have_text("Closed")
    shoot(resident, "journey-track-answered")
    eventually(executive, lambda: judged(executive, "Streets") == before + 1)
    shoot(executive, "journey-measure")


def enter_reading(officer: Page, thing: str, value: str) -> None:
    officer.goto(f"/search?q={thing}")
    officer.get_by_role("main").get_by_role("link", name=thing).click()
    officer.get_by_label(re.compile("^Reading")).fill(value)
    officer.get_by_role("button", name="Record the reading").click()
    expect(officer.locator(".number-value").first).to_contain_text(value)


def test_a_reading_over_the_limit_is_worked_on_until_the_alert_is_gone(visit: Visit) -> None:
    officer = visit("dov")
    enter_reading(officer, "Bin at the pier", "97")
    shoot(settled(officer), "journey-thing-over")
    officer.goto("/city/")
    alert = officer.get_by_role("region", name="What is wrong or waiting").get_by_role("listitem")
    alert = alert.filter(has_text="Bin at the pier")
    expect(alert).to_contain_text("Bin is full")
    expect(alert).to_contain_text("97 %")

    agent = visit("ada")
    agent.goto("/tasks/")
    row = agent.get_by_role("row").filter(has_text="Bin at the pier")
    eventually(agent, row.is_visible)
    do(agent, "Receive", "Bin at the pier")
    done(agent, "Receive")
    assess = visit("ben")
    assess.goto("/tasks/")
    expect(assess.get_by_role("row").filter(has_text="Bin at the pier")).to_contain_text("Waste")
    work_to_the_end(visit, "Bin at the pier", answer="Emptied.")

    alert.get_by_role("link").click()
    alert_page = officer.url
    expect(officer.locator(".lead .status")).to_have_text("Warning")
    case = officer.get_by_role("main").get_by_role("link", name="Full street bin").get_attribute("href")
    assess.goto(str(case))
    expect(assess.locator(".lead .status")).to_have_text("Closed")

    enter_reading(officer, "Bin at the pier", "12")
    officer.goto("/city/")
    expect(officer.get_by_role("region", name="What is wrong or waiting")).to_be_visible()
    expect(alert).to_have_count(0)
    officer.goto(alert_page)
    expect(officer.locator(".lead .status")).to_have_text("Back to normal")


def test_a_request_that_needs_no_work_is_answered_at_once(visit: Visit) -> None:
    resident = visit()
    resident.goto("/ask/pothole/")
    resident.get_by_label("What is wrong, or what do you need?").fill("A hole that was mended yesterday")
    resident.get_by_label("Address or place in words").fill("Pier 4")
    resident.get_by_role("button", name="Send the request").click()
    reference = resident.locator("dd.code").inner_text().rpartition("-")[0]
    agent = visit("ada")
    do(agent, "Receive", reference)
    done(agent, "Receive")
    dispatcher = visit("ben")
    dispatcher.goto("/tasks/")
    dispatcher.get_by_role("searchbox", name="Search everywhere").fill(reference)
    dispatcher.keyboard.press("Enter")
    dispatcher.get_by_role("main").get_by_role("link", name=reference).click()
    dispatcher.get_by_role("link", name="Do this step: Assess").click()
    dispatcher.get_by_role("button", name="Done: Assess").click()
    expect(dispatcher.locator(".field-error")).to_be_visible()
    dispatcher.get_by_role("radio", name="No").check()
    done(dispatcher, "Assess")
    do(agent, "Close", reference)
    agent.get_by_label("Answer to the requester").fill("It was mended yesterday.")
    done(agent, "Close")
    eventually(resident, resident.get_by_text("It was mended yesterday.").is_visible)
    expect(resident.locator(".strip")).not_to_contain_text("Do the work")


def test_a_request_is_made_on_a_phone_in_french_one_question_a_screen(visit: Visit) -> None:
    page = visit(language="fr", viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto("/")
    page.get_by_role("searchbox", name="De quoi avez-vous besoin").fill("lampadere")
    page.get_by_role("link", name="Lampadaire éteint").tap()
    words = page.locator("textarea[name=words]")
    expect(page.get_by_text("Étape 1 sur 3")).to_be_visible()
    expect(page.locator("[name=address]")).to_be_hidden()
    words.fill("Il fait noir devant l'école.")
    page.get_by_role("button", name="Suivant").filter(visible=True).tap()
    expect(page.get_by_text("Étape 2 sur 3")).to_be_visible()
    expect(words).to_be_hidden()
    settled(page)
    box = page.locator("[data-map-canvas]").bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] / 2 + 30, box["y"] + box["height"] / 2)
    expect(page.locator("[data-map-note]")).to_contain_text("La Colline")
    shoot(page, "journey-ask-phone-fr")
    page.get_by_role("button", name="Suivant").filter(visible=True).tap()
    expect(page.get_by_text("Étape 3 sur 3")).to_be_visible()
    page.get_by_role("button", name="Envoyer la demande").filter(visible=True).tap()
    expect(page).to_have_url(re.compile("/track/"))
    expect(page.locator(".strip [aria-current=step]")).to_contain_text("Recevoir")
    expect(page.get_by_text("Il fait noir devant l'école.")).to_be_visible()
