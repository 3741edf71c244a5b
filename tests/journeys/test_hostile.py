"""People who mean harm, or are where they should not be: nothing runs, nothing opens, everything is told plainly."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser import Visits, settled, shoot
from tests.live import City

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
EVIL = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>{{ 7*7 }}"


def test_script_in_a_request_is_shown_as_the_text_it_is(visit: Visit) -> None:
    page = visit()
    page.goto("/ask/pothole/")
    page.get_by_label("What is wrong, or what do you need?").fill(EVIL)
    page.get_by_label("Address or place in words").fill(EVIL)
    page.get_by_label("Your name").fill(EVIL)
    page.get_by_role("button", name="Send the request").click()
    reference = page.locator("dd.code").inner_text().rpartition("-")[0]
    task, story = visit("ada"), visit("ada")
    task.goto("/tasks/")
    task.get_by_role("row").filter(has_text=reference).get_by_role("link").click()
    story.goto(task.url)
    story.get_by_role("main").get_by_role("link", name=reference).click()
    expect(story.get_by_text("Who asked")).to_be_visible()
    for where in (page, task, story):
        settled(where)
        assert "taken" not in where.title()
        expect(where.get_by_text("{{ 7*7 }}").first).to_be_visible()
        assert not where.locator("main img").count()


def test_a_tracking_code_must_be_right_to_the_letter(visit: Visit) -> None:
    page = visit()
    page.goto("/ask/pothole/")
    page.get_by_label("What is wrong, or what do you need?").fill("A secret hole")
    page.get_by_label("Address or place in words").fill("Pier 6")
    page.get_by_role("button", name="Send the request").click()
    code = page.locator("dd.code").inner_text()
    reference, _dash, secret = code.rpartition("-")
    for wrong in (f"{reference}-{secret[::-1]}", f"{reference}-", reference, f"{reference}-{secret}x"):
        answer = page.goto(f"/track/{wrong}/")
        assert answer
        assert answer.status == 404
        expect(page.get_by_text("A secret hole")).to_have_count(0)
        expect(page.get_by_role("heading", level=1)).to_contain_text("no")
    page.goto("/")
    page.get_by_label("Your tracking code").fill(f"  {code.upper()} ")
    page.get_by_role("button", name="See what became of it").click()
    expect(page.get_by_text("A secret hole")).to_be_visible()


def test_a_form_sent_from_elsewhere_is_refused(tidewater: City) -> None:
    asked = {"words": "A hole", "address": "Pier 7"}
    answer = httpx.post(f"{tidewater.address}/ask/pothole/", data=asked)
    assert answer.status_code == 403
    assert "too old to be sent" in answer.text
    assert tidewater.query("SELECT 1 FROM serve_request WHERE address = 'Pier 7'") == []
    for address in ("/sign-in/", "/language/", "/sign-out/", "/tasks/1/"):
        assert httpx.post(f"{tidewater.address}{address}").status_code == 403


def test_somebody_who_guesses_passwords_is_slowed_down_in_plain_words(visit: Visit) -> None:
    page = visit()
    page.goto("/sign-in/")
    for guess in range(8):
        page.get_by_label("Username").fill("finn")
        page.get_by_label("Password").fill(f"guess number {guess}")
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        expect(
            page.locator("main [role=alert], main .message.error, main .field-error").first
        ).to_be_visible()
        if page.get_by_text(re.compile("Too many failed")).is_visible():
            break
    else:
        raise AssertionError("eight guesses in a row, and nobody says to wait")
    shoot(page, "sign-in-throttled")
    assert 4 <= guess <= 6


def test_a_wrong_password_does_not_tell_whether_there_is_such_a_person(visit: Visit) -> None:
    told = []
    for who in ("cleo", "nobody-of-that-name"):
        page = visit()
        page.goto("/sign-in/")
        page.get_by_label("Username").fill(who)
        page.get_by_label("Password").fill("not the password")
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        told.append(page.locator("main [role=alert], main .message.error").first.inner_text())
    assert told[0] == told[1]


def test_the_sessions_cookie_is_kept_from_scripts_and_other_sites(visit: Visit) -> None:
    page = visit("ben")
    page.goto("/tasks/")
    cookies = {one["name"]: one for one in page.context.cookies()}
    session = cookies["weft_session"]
    assert session["httpOnly"]
    assert session["sameSite"] == "Lax"
    assert "weft_session" not in page.evaluate("document.cookie")


def test_signing_out_ends_the_session_for_good(visit: Visit, visits: Visits) -> None:
    page = visit()
    page.goto("/sign-in/")
    page.get_by_label("Username").fill("cleo")
    page.get_by_label("Password").fill(visits.password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/tasks/")
    kept = page.context.cookies()
    page.locator("summary", has_text="Cleo Quay").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(visits.address + "/")
    page.context.clear_cookies()
    page.context.add_cookies(kept)
    page.goto("/tasks/")
    expect(page).to_have_url(re.compile("/sign-in/"))


def test_another_units_task_case_and_request_are_not_there_by_address(visit: Visit, tidewater: City) -> None:
    ((task, case),) = tidewater.query(
        "SELECT id, case_id FROM process_task WHERE unit_id = 'water' AND done_at IS NULL LIMIT 1"
    )
    ((request,),) = tidewater.query("SELECT min(id) FROM serve_request WHERE unit_id = 'water'")
    page = visit("ben")
    for address in (f"/tasks/{task}/", f"/cases/{case}/", f"/requests/{request}/", f"/cases/{case}/subject/"):
        answer = page.goto(address)
        assert answer
        assert answer.status == 404, address
    for address in ("/govern/", "/govern/on-time/water/"):
        answer = page.goto(address)
        assert answer
        assert answer.status == 403, address


def test_after_signing_in_one_is_never_sent_to_another_site(visit: Visit, visits: Visits) -> None:
    page = visit()
    page.goto("/sign-in/?next=https://elsewhere.example/")
    page.get_by_label("Username").fill("cleo")
    page.get_by_label("Password").fill(visits.password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/tasks/")
    assert page.url.startswith(visits.address)
