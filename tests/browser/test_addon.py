"""The add-on's menu, set-up, sidebar and triggers, used in a browser by mouse and by keyboard."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, expect

from local.launch import LocalGoogle, Webhook
from local.site import EDITOR, Site
from sheets_standin.workspace import Role
from tests.browser.conftest import MENU, Book
from tests.conftest import orders

pytestmark = pytest.mark.browser

LABEL = re.compile(r"\w{3,}")
SILENT_MILLISECONDS = 4 * 3600 * 1000
LONG = 60_000

ITEMS = {
    "Segment customers": "sidebar",
    "Label new rows": "toast",
    "Label selected rows again": "alert",
    "Fill in known customers": "alert",
    "Apply names and plans": "toast",
    "Check my data": "sidebar",
    "Open sidebar": "sidebar",
    "Open dashboard": "tab",
    "Export audience…": "audience",
    "Start a test…": "sidebar",
    "Forget a customer…": "prompt",
    "Set up…": "dialog",
    "About": "alert",
}


def _button(book: Book, name: str) -> Locator:
    return book.sidebar.get_by_role("button", name=name, exact=True)


@pytest.fixture
def fresh_minute(running: tuple[LocalGoogle, Webhook]) -> None:
    """Start the service anew: long work waits up to a minute where that of other tests has used its part."""
    _, webhook = running
    webhook.stop()
    webhook.start()


class Clicks:
    """Presses of the mouse, counted as the page sees them: in itself and in the frames of dialogs and sidebar."""

    def __init__(self, book: Book) -> None:
        self._page = book.page
        self.count = 0
        book.page.expose_function("countClick", self._add)
        book.page.context.add_init_script(_COUNTING)
        for frame in book.page.frames:
            frame.evaluate(_COUNTING)

    def _add(self) -> None:
        self.count += 1


_COUNTING = """(() => {
  if (!window.isCounting) {
    window.isCounting = true;
    document.addEventListener('pointerdown', () => window.countClick(), true);
  }
})()"""
MOST_CLICKS = 6


@pytest.fixture
def without_orders(empty_site: Site) -> None:
    """Take away the tab with orders before the page shows it: set-up makes an empty one."""
    document = empty_site.document
    with empty_site.google.workspace.lock, document.changing("test", "clear"):
        document.sheets = [sheet for sheet in document.sheets if sheet.title != "Training_Data"]
        document.noted("reset", "all")


@pytest.mark.usefixtures("without_orders")
def test_from_the_empty_spreadsheet_to_the_first_label_in_six_clicks_and_one_paste(empty_book: Book) -> None:
    """Set up, paste the orders: the segments stand on the Dashboard, and a typed customer gets one."""
    book = empty_book
    clicks = Clicks(book)
    book.choose_and_allow(MENU, "Set up…")
    expect(book.dialog.get_by_text("Nothing is sent before you agree")).to_be_visible()
    expect(book.dialog.locator("#account")).to_contain_text("iam.gserviceaccount.com")
    book.dialog.get_by_role("button", name="I agree: set up").click()
    expect(book.page.get_by_role("tab", name="Training_Data", selected=True)).to_be_visible(timeout=LONG)
    expect(book.sidebar.get_by_text("Headers that are understood")).to_be_visible(timeout=LONG)

    book.paste("\n".join("\t".join(map(str, row)) for row in orders()))

    expect(book.sidebar.get_by_role("heading", name="Segments")).to_be_visible(timeout=LONG)
    expect(book.page.get_by_role("tab", name="Dashboard", selected=True)).to_be_visible(timeout=LONG)
    assert len(book.rows("Segmented_Customers")) == 60
    assert clicks.count == MOST_CLICKS

    book.tab("New User")
    book.go("A2")
    book.type("Maria", "12", "9", "420")
    expect(book.cell("F2")).to_have_text(LABEL, timeout=LONG)


@pytest.mark.slow
@pytest.mark.usefixtures("fresh_minute")
def test_the_bar_of_a_retrain_moves(book: Book) -> None:
    """The bar rises while the work goes on, and the new version stands under Model details afterwards."""
    book.choose(MENU, "Open sidebar")
    expect(_button(book, "Find new segments")).to_be_enabled(timeout=LONG)
    book.site.google.server.faults.latency_seconds = 1.0

    _button(book, "Find new segments").click()
    bar = book.sidebar.locator("#progress-bar")
    expect(bar).to_have_attribute("value", re.compile(r"\d"), timeout=LONG)
    first = bar.get_attribute("value") or ""
    expect(bar).not_to_have_attribute("value", first, timeout=LONG)
    second = bar.get_attribute("value") or ""
    book.site.google.server.faults.latency_seconds = 0.0

    expect(book.sidebar.get_by_text("Version 2 of")).to_be_attached(timeout=LONG)
    assert float(second) > float(first)
    assert [row[0] for row in book.rows("Model")][:2] == [2, 1]


@pytest.mark.slow
@pytest.mark.usefixtures("fresh_minute")
def test_a_retrain_goes_on_while_the_sidebar_is_closed(book: Book) -> None:
    """Who opens it again sees the same work, not a second one."""
    book.choose(MENU, "Open sidebar")
    expect(_button(book, "Find new segments")).to_be_enabled(timeout=LONG)
    book.site.google.server.faults.latency_seconds = 0.3
    _button(book, "Find new segments").click()
    expect(book.sidebar.locator("#progress-bar")).to_have_attribute("value", re.compile(r"\d"), timeout=LONG)

    book.page.get_by_label("Close").click()
    book.choose(MENU, "Open sidebar")
    expect(book.sidebar.get_by_role("heading", name="Finding new segments")).to_be_visible(timeout=LONG)
    book.site.google.server.faults.latency_seconds = 0.0

    expect(book.sidebar.get_by_text("Version 2 of")).to_be_attached(timeout=LONG)
    assert [row[0] for row in book.rows("Model")][:2] == [2, 1]


@pytest.mark.slow
@pytest.mark.parametrize("label", ITEMS)
def test_menu_items_work_by_mouse(book: Book, label: str) -> None:
    """Each shows what it is to show."""
    book.choose(MENU, label)

    _expect_shown(book, label)
    _leave(book, label)


@pytest.mark.slow
@pytest.mark.parametrize("label", ITEMS)
def test_menu_items_work_by_keyboard(book: Book, label: str) -> None:
    """The menu opens by its key; arrows and Enter choose."""
    expect(book.page.get_by_role("menuitem", name=MENU)).to_be_visible()
    book.press("Alt+Shift+A")
    expect(book.page.get_by_role("menuitem", name="Segment customers")).to_be_focused()
    book.press(*["ArrowDown"] * list(ITEMS).index(label), "Enter")

    _expect_shown(book, label)
    _leave(book, label)


def _leave(book: Book, label: str) -> None:
    """Close by the keyboard what was opened: a script that asks somebody waits for the answer."""
    if ITEMS[label] in ("dialog", "alert", "prompt"):
        book.press("Escape")
        expect(book.page.locator("dialog")).to_have_count(0)


def _expect_shown(book: Book, label: str) -> None:
    kind = ITEMS[label]
    if kind == "sidebar":
        expect(
            _button(book, "Look again").or_(book.sidebar.get_by_text("What your columns are")).first
        ).to_be_visible(timeout=LONG)
    elif kind == "tab":
        expect(book.page.get_by_role("tab", name="Dashboard", selected=True)).to_be_visible(timeout=LONG)
    elif kind == "dialog":
        expect(book.dialog.get_by_role("button", name="I agree: set up")).to_be_visible(timeout=LONG)
    elif kind == "audience":
        expect(book.dialog.get_by_role("button", name="See who goes in")).to_be_visible(timeout=LONG)
    elif kind == "prompt":
        expect(book.page.get_by_role("dialog").get_by_role("textbox")).to_be_focused(timeout=LONG)
    elif kind == "alert":
        expect(book.page.get_by_role("dialog").get_by_role("button", name="OK")).to_be_focused(timeout=LONG)
    else:
        expect(book.page.locator(".toast")).to_contain_text(re.compile("Nothing|row|plan"), timeout=LONG)


@pytest.mark.slow
@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_every_button_of_the_sidebar_works(book: Book, by: str) -> None:
    """Pressed one after the other, each tells what it did; the focus stays where it was."""
    book.type("Maria", "12", "9", "420")
    expect(book.cell("F2")).to_have_text(LABEL)
    book.go("A2")
    book.choose(MENU, "Open sidebar")
    expect(_button(book, "Label now")).to_be_enabled(timeout=LONG)

    def press(name: str) -> None:
        button = _button(book, name)
        expect(button).to_be_enabled(timeout=LONG)
        if by == "mouse":
            button.click()
        else:
            button.focus()
            book.press("Enter")

    press("Label now")
    expect(book.sidebar.locator("#notice-text")).to_contain_text("Labelled", timeout=LONG)
    press("Explain the selected row")
    expect(book.sidebar.locator("#why-answer")).not_to_contain_text("Looking…", timeout=LONG)
    expect(book.sidebar.locator("#why-answer")).to_contain_text(re.compile("Maria|cannot explain"))
    press("Look again")
    expect(_button(book, "Look again")).to_be_enabled(timeout=LONG)
    press("Check my data")
    expect(book.sidebar.locator("#check-title")).to_be_focused(timeout=LONG)
    press("Look again")
    expect(book.sidebar.locator("#check-title")).to_be_focused(timeout=LONG)
    press("All right")
    expect(book.sidebar.get_by_role("heading", name="Segments")).to_be_visible(timeout=LONG)
    press("Refresh segments")
    expect(_button(book, "Refresh segments")).to_be_enabled(timeout=LONG)
    expect(book.sidebar.locator("#notice-text")).to_contain_text("Done", timeout=LONG)
    for button, tab in (("Dashboard", "Dashboard"), ("Data_Quality", "Data_Quality")):
        press(button)
        expect(book.page.get_by_role("tab", name=tab, selected=True)).to_be_visible(timeout=LONG)
    press("Set up…")
    expect(book.dialog.get_by_role("button", name="Cancel")).to_be_visible(timeout=LONG)
    book.dialog.get_by_role("button", name="Cancel").click()
    expect(book.page.locator("dialog")).to_have_count(0)


@pytest.mark.slow
def test_a_column_can_be_said_to_be_another(book: Book) -> None:
    """The choice is kept in Settings, and what the service makes of it is shown again."""
    book.choose(MENU, "Check my data")
    expect(book.sidebar.get_by_text("What your columns are")).to_be_visible(timeout=LONG)

    book.sidebar.get_by_label("Order id").select_option("None")
    _button(book, "Use these columns").click()

    expect(_button(book, "Use these columns")).to_be_hidden(timeout=LONG)
    expect(book.sidebar.get_by_label("Order id")).to_have_value("none", timeout=LONG)


@pytest.mark.slow
def test_typing_goes_on_when_the_triggers_owner_is_gone(empty_book: Book) -> None:
    """Anna set it up and lost access: rows wait, the sidebar says so, another takes over, and all is scored."""
    book, site = empty_book, empty_book.site
    site.set_up(lambda _text: None, email=EDITOR)
    book.tab("New User")
    site.google.workspace.share(site.document.spreadsheet_id, EDITOR, None)
    book.go("A2")
    book.type("Maria", "12", "9", "420")
    site.addon.settle()
    assert not any(book.rows("New User")[0][4:])

    _be_silent(site)
    book.choose_and_allow(MENU, "Open sidebar")
    expect(book.sidebar.get_by_text("stopped")).to_be_visible(timeout=LONG)
    _button(book, "Use my account").click()
    expect(book.sidebar.get_by_text("Live labels are on")).to_be_visible(timeout=LONG)
    book.go("A3")
    book.type("Tom", "200", "1", "15")

    expect(book.cell("F2")).to_have_text(LABEL, timeout=LONG)
    expect(book.cell("F3")).to_have_text(LABEL, timeout=LONG)
    assert site.google.workspace.role_of(site.document.spreadsheet_id, EDITOR) is None


def _be_silent(site: Site) -> None:
    """Have the last sign of life be four hours old."""
    kept = site.addon.script.stores.properties("document")
    owner = json.loads(kept.get("ate.owner") or "")
    kept.put({"ate.owner": json.dumps(owner | {"heartbeat": owner["heartbeat"] - SILENT_MILLISECONDS})})


@pytest.mark.slow
def test_a_second_person_sets_nothing_up_twice(book: Book) -> None:
    """Anna is told through whom live scoring runs; the spreadsheet keeps one pair of triggers."""
    anna = Book(book.page.context.new_page(), book.site).open(EDITOR)

    anna.choose_and_allow(MENU, "Set up…")
    anna.dialog.get_by_role("button", name="I agree: set up").click()

    expect(anna.dialog.get_by_text("already use the account of you@example.com")).to_be_visible(timeout=LONG)
    assert len(book.site.addon.script.triggers.firing("ON_EDIT")) == 1
    assert book.site.google.workspace.role_of(book.site.document.spreadsheet_id, EDITOR) is Role.EDITOR
    assert anna.errors == []


@pytest.mark.slow
@pytest.mark.usefixtures("without_orders")
def test_set_up_asks_once_for_the_time_zone_where_the_spreadsheets_is_another(empty_book: Book) -> None:
    """Both stand as buttons; what was chosen stands in Settings, and setting up again asks nothing."""
    book = empty_book
    book.site.document.time_zone = "Europe/Berlin"
    book.choose_and_allow(MENU, "Set up…")
    book.dialog.get_by_role("button", name="I agree: set up").click()
    expect(book.dialog.get_by_role("button", name=re.compile("US Eastern, now"))).to_be_visible(timeout=LONG)

    own = book.dialog.locator("#use-zone")
    expect(own).to_contain_text("Europe/Berlin, now")
    own.click()

    expect(book.sidebar.get_by_role("heading", name="Next: your orders")).to_be_visible(timeout=LONG)
    assert ["TimeZone", "Europe/Berlin"] in [row[:2] for row in book.rows("Settings")]
    book.choose(MENU, "Set up…")
    book.dialog.get_by_role("button", name="I agree: set up").click()
    expect(book.dialog.get_by_text("All set.")).to_be_visible(timeout=LONG)
    expect(book.dialog.locator("#use-zone")).to_have_count(0)
