"""A real browser for tests: Chromium driven by Playwright, people in it, and what a page must never do there."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)

FLAGS = [
    "--no-sandbox",
    "--disable-gpu-compositing",  # maps still draw by WebGL, in software; pages need no such detour
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
PATIENCE = 15_000  # milliseconds

expect.set_options(timeout=PATIENCE)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; a test that wants it is skipped where there is none."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("No Chromium was found on this machine (Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visits:
    """People with a browser window each, in one city; what their pages complain about is collected."""

    browser: Browser
    address: str
    password: str
    complaints: list[str] = field(default_factory=list)
    signed_in: dict[str, Any] = field(default_factory=dict)
    contexts: list[BrowserContext] = field(default_factory=list)

    def visit(self, who: str = "", *, language: str = "en", **options: Any) -> Page:
        """A fresh window of nobody in particular, or of somebody who is signed in already."""
        if who and who not in self.signed_in:
            self.signed_in[who] = self.let_in(who)
        settings = {"viewport": DESK, "locale": "fr-FR" if language == "fr" else "en-GB"} | options
        context = self.browser.new_context(
            base_url=self.address,
            timezone_id="America/New_York",
            reduced_motion="reduce",
            storage_state=self.signed_in.get(who),
            **settings,
        )
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.on("console", self.heard)
        context.on("response", self.answered)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        return context.new_page()

    def let_in(self, who: str) -> Any:
        """Sign somebody in through the form; what their browser then keeps."""
        page = self.visit()
        sign_in(page, who, password=self.password)
        return page.context.storage_state()

    def heard(self, message: ConsoleMessage) -> None:
        """Keep what a page complains about; a failed answer is judged where it arrives, a slow screen is none."""
        text = message.text
        where = message.location.get("url", "")
        told = message.type == "error" or (message.type == "warning" and where.startswith(self.address))
        if told and not text.startswith("Failed to load resource") and "WebGL" not in text:
            self.complaints.append(f"{message.type} on {message.page and message.page.url}: {text}")

    def answered(self, response: Response) -> None:
        """Keep what a page asked for and did not get, and whatever it asked of others."""
        request = response.request
        if not response.url.startswith((self.address, "blob:", "data:")):
            self.complaints.append(f"asked elsewhere: {response.url}")
        elif response.status >= 400 and not request.is_navigation_request():
            self.complaints.append(f"{response.status} for {response.url}")

    def end(self) -> list[str]:
        """Close the windows; the complaints heard in them."""
        for context in self.contexts:
            context.close()
        self.contexts.clear()
        heard, self.complaints = self.complaints, []
        return heard


def sign_in(page: Page, who: str, *, password: str) -> None:
    """Sign in through the form, as a person does."""
    if "/sign-in/" not in page.url:
        page.goto("/sign-in/")
    page.get_by_label("Username").fill(who)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


STILL_COMING = """() => [
    document.readyState !== "complete" && "the page itself",
    document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling") && "an htmx part",
    [...document.querySelectorAll("[hx-trigger~=load]")].some(one => one.querySelector(":scope > .muted:only-child")
        && /^(Loading|Chargement)/.test(one.textContent.trim())) && "a part loaded late",
    [...document.querySelectorAll("[data-weft-map]")].some(one => one.querySelector("[data-map-canvas]").clientWidth
        && !one.dataset.ready) && "a map",
    [...document.querySelectorAll("[data-weft-chart]")].some(one => !one.querySelector("[data-chart-plot]").hidden
        && !one.querySelector("[data-chart-plot] svg")) && "a chart",
].filter(Boolean)"""


def settled(page: Page) -> Page:
    """The page once its maps, charts and late parts are there."""
    try:
        page.wait_for_function(f"() => !({STILL_COMING})().length", timeout=PATIENCE)
    except Exception:
        raise AssertionError(f"{page.url} still waits for {page.evaluate(STILL_COMING)}") from None
    return page


@cache
def axe_script() -> str:
    """The text of axe-core."""
    return AXE.read_text(encoding="utf-8") + "\n;0"


RUN_AXE = """async (rules) => {
    const options = {resultTypes: ["violations"], ...(rules.length ? {runOnly: {type: "rule", values: rules}} : {})};
    const {violations} = await axe.run(document, options);
    return violations.map(one => ({rule: one.id, help: one.help, nodes: one.nodes.slice(0, 5).map(node =>
        node.target.join(" ") + (node.any[0]?.message ? "  " + node.any[0].message : ""))}));
}"""


def barriers(page: Page, *rules: str) -> list[str]:
    """What axe-core finds to stand in somebody's way on this page; all rules, or only these."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(axe_script())
    found = page.evaluate(RUN_AXE, list(rules))
    return [f"{one['rule']}: {one['help']}\n    " + "\n    ".join(one["nodes"]) for one in found]


def too_wide(page: Page) -> list[str]:
    """What makes the page wider than its window; nothing when it fits."""
    return page.evaluate(
        """() => {
            const room = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= room) return [];
            const out = [...document.querySelectorAll("body *")].filter(one =>
                one.getBoundingClientRect().right > room + 1 && getComputedStyle(one).position !== "fixed");
            return [`${document.documentElement.scrollWidth} > ${room}`,
                ...out.slice(0, 6).map(one => `${one.tagName.toLowerCase()}.${[...one.classList].join(".")}`)];
        }"""
    )


FOCUS = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const style = getComputedStyle(one), held = getComputedStyle(one.closest("label, .field, form") || one);
    const drawn = look => look.boxShadow !== "none"
        || (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0);
    const box = one.getBoundingClientRect();
    const named = (one.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean)
        .map(id => document.getElementById(id)?.textContent).join(" ");
    const name = named || one.getAttribute("aria-label") || [...(one.labels || [])].map(l => l.textContent).join(" ")
        || one.textContent || one.title || "";
    return {name: name.replace(/\\s+/g, " ").trim(), visible: drawn(style) || drawn(held),
        shown: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
        tag: one.tagName.toLowerCase()};
}"""


def focus(page: Page) -> dict[str, Any]:
    """What has the keyboard's focus: its name, and whether one can see that it has it."""
    return page.evaluate(FOCUS) or {"name": "", "visible": True, "shown": True, "tag": "body"}


def tab_to(page: Page, name: str, *, most: int = 40, back: bool = False) -> None:
    """Press Tab until what is called so has the focus; every stop on the way can be seen."""
    passed = []
    for _stop in range(most):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        here = focus(page)
        for _moment in range(20):
            if here["visible"] and here["shown"]:
                break
            page.wait_for_timeout(25)  # it may slide into sight
            here = focus(page)
        passed.append(here["name"][:40] or here["tag"])
        assert here["visible"], f"one cannot see that “{here['name'] or here['tag']}” has the focus"
        assert here["shown"], f"the focus went to “{here['name'] or here['tag']}”, which is out of sight"
        if re.search(name, here["name"]):
            return
    raise AssertionError(f"Tab never came to “{name}”; it passed {passed}")


def eventually(page: Page, condition: Any, *, seconds: float = 20) -> None:
    """Load the page again until the condition holds: what comes by a worker takes a moment."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"{page.url} never came to show it"
        page.wait_for_timeout(150)
        page.reload()


def shoot(page: Page, name: str) -> None:
    """Keep a picture, when a folder for them is named."""
    if folder := os.environ.get("WEFT_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
