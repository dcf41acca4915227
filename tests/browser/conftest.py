"""A real browser at the real page: service, add-on and stand-in run as `make demo` runs them.

Each test leaves a screenshot in screenshots/, to be looked at.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FloatRect,
    FrameLocator,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from local.launch import OWNER, LocalGoogle, Webhook
from local.load import load_rows
from local.site import Site
from sheets_standin.spreadsheet.cells import value_of
from sheets_standin.spreadsheet.document import Document
from tests.conftest import orders

SCREENSHOTS = Path(__file__).resolve().parents[2] / "screenshots"
NAMES = ("chromium", "chromium-browser", "google-chrome")
MENU = "Audience Targeting"
LONGEST_MS = 15_000
"""What the page does within a second may take this long where other work keeps the machine busy."""

expect.set_options(timeout=LONGEST_MS)


def _missing(what: str, how: str) -> None:
    """Skip with the way to get what is missing; where CI is set, fail."""
    text = f"{what} is not on this machine. On Debian: {how}"
    if os.environ.get("CI") == "true":
        pytest.fail(text)
    pytest.skip(text)


def chromium() -> str:
    """Return the path of Chromium; CHROMIUM names another one."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        _missing("Chromium, which the browser tests need,", "apt-get install chromium")
    assert path is not None
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 800})
    made.grant_permissions(["clipboard-read", "clipboard-write"])
    made.set_default_timeout(LONGEST_MS)
    yield made
    made.close()


def box_of(shown: Locator) -> FloatRect:
    """Return where something stands; it is looked for again where the page drew it anew in that moment."""
    box = next(filter(None, (shown.bounding_box() for _ in range(20))), None)
    assert box is not None
    return box


class Book:
    """The page as somebody uses it."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console", lambda message: self.errors.append(message.text) if message.type == "error" else None
        )

    def open(self, user: str = "") -> Book:
        self.page.goto(self.site.url + (f"?user={user}" if user else ""))
        expect(self.grid).to_be_focused()
        return self

    @property
    def grid(self) -> Locator:
        return self.page.get_by_role("grid")

    @property
    def sidebar(self) -> FrameLocator:
        return self.page.frame_locator("#sidebar iframe")

    @property
    def dialog(self) -> FrameLocator:
        return self.page.frame_locator("dialog.framed iframe")

    def cell(self, name: str) -> Locator:
        return self.page.locator(f'[data-cell="{name}"]')

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def go(self, name: str) -> None:
        """Select a range by the name box."""
        self.page.get_by_label("Name box").fill(name)
        self.press("Enter")
        expect(self.grid).to_be_focused()

    def type(self, *texts: str) -> None:
        """Type into the active cell and those to its right, then go to the next line."""
        for number, text in enumerate(texts):
            self.page.keyboard.type(text)
            self.press("Enter" if number == len(texts) - 1 else "Tab")

    def paste(self, text: str) -> None:
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self.grid.focus()
        self.press("Control+v")

    def tab(self, title: str) -> None:
        self.page.get_by_role("tab", name=title, exact=True).click()

    def choose_and_allow(self, *labels: str) -> None:
        """Choose a menu item for the first time, consent, and choose it again: the consent ends the first choice."""
        self.choose(*labels)
        self.page.get_by_role("button", name="Allow").click()
        expect(self.page.locator("dialog.consent")).to_have_count(0)
        self.site.addon.settle()
        self.choose(*labels)

    def choose(self, *labels: str) -> None:
        """Choose an item of a menu by mouse."""
        self.page.get_by_role("menuitem", name=labels[0], exact=True).click()
        for label in labels[1:]:
            self.page.get_by_role("menuitem", name=label, exact=True).click()

    def rows(self, title: str) -> list[list[object]]:
        """Return the values below a tab's header as the spreadsheet holds them."""
        with self.site.google.workspace.lock:
            grid = self.site.document.sheet(title).grid
            all_rows = [[value_of(cell) for cell in row] for row in grid.rows(1, grid.row_count)]
        return [row for row in all_rows if any(value is not None for value in row)]


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[LocalGoogle, Webhook]]:
    """The stand-in and the real service."""
    with LocalGoogle(quota=False) as google, Webhook(google) as webhook:
        yield google, webhook


@pytest.fixture
def empty_site(running: tuple[LocalGoogle, Webhook]) -> Iterator[Site]:
    """A spreadsheet with transactions, before any set-up."""
    google, webhook = running
    document = google.spreadsheet(shared=False)
    load_rows(document, orders(), OWNER)
    with Site(google, webhook, document, welcome=False) as site:
        yield site


@pytest.fixture(scope="module")
def prepared(running: tuple[LocalGoogle, Webhook]) -> Iterator[tuple[Site, Document]]:
    """A spreadsheet as a first visitor finds it, and a copy of how it was then."""
    google, webhook = running
    document = google.spreadsheet(shared=False)
    load_rows(document, orders(), OWNER)
    with Site(google, webhook, document) as site:
        site.set_up(lambda _text: None)
        yield site, document.copied("as it was", document.title)


@pytest.fixture
def site(prepared: tuple[Site, Document]) -> Iterator[Site]:
    """A spreadsheet as a first visitor finds it: set up, segmented, live."""
    made, former = prepared
    made.page.start()
    yield made
    made.addon.settle()
    faults = made.google.server.faults
    faults.clear()
    faults.latency_seconds = 0.0
    again = former.copied("as it was", former.title)
    with made.google.workspace.lock, made.document.changing("test", "reset"):
        made.document.sheets = again.sheets
        made.document.protections = again.protections
        made.document.metadata = again.metadata
        made.document.noted("reset", "all")


@pytest.fixture
def book(context: BrowserContext, site: Site, request: pytest.FixtureRequest) -> Iterator[Book]:
    """The page, opened by the owner; nothing may go wrong in its scripts."""
    made = Book(context.new_page(), site).open()
    yield made
    picture(made, request)
    errors = [*made.errors]
    made.page.goto("about:blank")  # a script that waits for an answer of the page ends with it
    assert errors == []


@pytest.fixture
def empty_book(context: BrowserContext, empty_site: Site, request: pytest.FixtureRequest) -> Iterator[Book]:
    """The page before any set-up."""
    made = Book(context.new_page(), empty_site).open()
    yield made
    picture(made, request)
    errors = [*made.errors]
    made.page.goto("about:blank")  # a script that waits for an answer of the page ends with it
    assert errors == []


def picture(book: Book, request: pytest.FixtureRequest) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    name = re.sub(r"\W+", "_", request.node.name).strip("_")
    book.page.screenshot(path=SCREENSHOTS / f"{name}.png")
