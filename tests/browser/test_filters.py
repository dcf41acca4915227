"""Filters and filter views in the page: set by mouse and keys, seen by the one who opens them, left again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from local.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle
from local.uploads import load_upload
from sheets_standin.page.actions import Actions
from sheets_standin.page.controls import Controls
from sheets_standin.page.server import PageServer
from sheets_standin.sheets_api import batch
from sheets_standin.sheets_api.caller import Caller
from sheets_standin.workspace import Role
from tests.sheets_standin.page.conftest import Noting

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ROWS = [["Name", "Segment", "Spend"]] + [
    [f"Customer {n}", ["Loyal", "New", "Lost"][n % 3], str(n * 10)] for n in range(1, 31)
]
VIEW = 4711


class Reader:
    """Somebody's page at the spreadsheet."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(url)
        expect(page.get_by_role("grid")).to_be_visible()
        expect(self.cell("A1")).to_have_text("Name")

    def cell(self, name: str) -> Locator:
        return self.page.locator(f'[data-cell="{name}"]')

    def names(self) -> list[str]:
        """Return the first cells of the rows in view, from top to bottom."""
        shown = self.page.locator('.row:visible > [data-column="0"]')
        texts = shown.evaluate_all(
            "nodes => nodes.map((n) => [n.getBoundingClientRect().top, n.textContent])"
        )
        return [text for _, text in sorted(texts) if text]

    def menu(self, *labels: str) -> None:
        for label in labels:
            self.page.get_by_role("menuitem", name=label, exact=True).click()

    def panel(self, column: str) -> Locator:
        """Open the panel of a column by its button."""
        self.page.get_by_role("button", name=f"Filter column {column}").click()
        shown = self.page.locator("dialog.filter-box")
        expect(shown).to_be_visible()
        return shown


@pytest.fixture
def google() -> Iterator[LocalGoogle]:
    with LocalGoogle(quota=False) as running:
        yield running


@pytest.fixture
def reader(google: LocalGoogle, context: BrowserContext) -> Iterator[Callable[[str], Reader]]:
    """Open the spreadsheet, at some part of it: reader("#gid=0")."""
    document = google.spreadsheet()
    document.sheets[0].frozen_rows = 1
    document.type_rows(document.sheets[0], 0, 0, ROWS, OWNER)
    addon = Noting()
    served = PageServer(
        google.workspace,
        document,
        addon,
        Actions(google.workspace, document, addon),
        Controls(google.server, SERVICE_ACCOUNT),
        people=[OWNER],
        host=google.url.removeprefix("http://"),
        upload=load_upload,
    )
    served.start()
    view: dict[str, Any] = {
        "filterViewId": VIEW,
        "title": "Loyal, big spenders first",
        "range": {"sheetId": document.sheets[0].sheet_id, "endRowIndex": 31, "endColumnIndex": 3},
        "criteria": {"1": {"hiddenValues": ["New", "Lost"]}},
        "sortSpecs": [{"dimensionIndex": 2, "sortOrder": "DESCENDING"}],
    }
    with document.changing(OWNER, "batchUpdate"):
        batch.apply(Caller(document, OWNER, Role.OWNER), [{"addFilterView": {"filter": view}}])
    opened: list[Reader] = []

    def open_at(place: str = "") -> Reader:
        opened.append(Reader(context.new_page(), google.url + "/" + place))
        return opened[-1]

    yield open_at
    for reader in opened:
        assert reader.errors == []
    served.stop()


def test_a_column_is_filtered_by_its_values_and_a_condition(reader: Callable[[str], Reader]) -> None:
    """Data › Create a filter, then the button of the header; everybody sees what is left."""
    book, other = reader(""), reader("")
    book.cell("B2").click()
    book.menu("Data", "Create a filter")

    panel = book.panel("B")
    panel.get_by_role("button", name="Clear").click()
    panel.get_by_label("Loyal").check()
    panel.get_by_role("button", name="OK", exact=True).click()

    expect(book.cell("A2")).to_be_hidden()
    assert book.names()[:4] == ["Name", "Customer 3", "Customer 6", "Customer 9"]
    expect(other.cell("A2")).to_be_hidden()
    panel = book.panel("C")
    panel.get_by_role("combobox", name="Condition").select_option("NUMBER_GREATER")
    panel.get_by_role("textbox", name="Value of the condition").fill("150")
    panel.get_by_role("button", name="OK", exact=True).click()
    expect(book.cell("A4")).to_be_hidden()
    assert book.names() == ["Name", *[f"Customer {n}" for n in (18, 21, 24, 27, 30)]]
    book.menu("Data", "Remove the filter")
    expect(book.cell("A2")).to_be_visible()
    expect(other.cell("A2")).to_be_visible()


def test_a_filter_view_opens_from_its_link_for_one_reader(reader: Callable[[str], Reader]) -> None:
    """It filters and sorts for the one who opened it; the address says so, and leaving it shows all again."""
    book, other = reader(f"#fvid={VIEW}"), reader("")
    bar = book.page.get_by_role("region", name="Filter view")

    expect(bar).to_contain_text("Loyal, big spenders first")
    expect(book.cell("A2")).to_be_hidden()
    assert book.names()[:4] == ["Name", "Customer 30", "Customer 27", "Customer 24"]
    assert other.names()[:3] == ["Name", "Customer 1", "Customer 2"]
    assert book.page.url.endswith(f"#gid=0&fvid={VIEW}")

    book.cell("A31").click()
    book.page.keyboard.press("ArrowDown")
    expect(book.page.get_by_label("Name box")).to_have_value("A28")
    bar.get_by_role("button", name="Close").click()
    expect(bar).to_be_hidden()
    assert book.names()[:3] == ["Name", "Customer 1", "Customer 2"]
    book.menu("Data")
    book.page.get_by_role("menuitemcheckbox", name="Loyal, big spenders first").click()
    expect(bar).to_be_visible()


def test_sorting_in_a_view_leaves_the_sorting_of_others_alone(reader: Callable[[str], Reader]) -> None:
    """A → Z within the view; what is typed there goes to the row that it stands in."""
    book, other = reader(f"#gid=0&fvid={VIEW}"), reader("")
    expect(book.cell("A2")).to_be_hidden()

    book.cell("C1").click()
    book.page.keyboard.press("Control+Alt+r")
    book.page.get_by_role("button", name="Sort A → Z").click()

    expect(book.page.get_by_role("button", name="Filter column C, sorted A to Z")).to_be_visible()
    assert book.names()[:3] == ["Name", "Customer 3", "Customer 6"]
    book.cell("A7").click()
    book.page.keyboard.type("Six")
    book.page.keyboard.press("Enter")
    expect(other.cell("A7")).to_have_text("Six")
    assert other.names()[:3] == ["Name", "Customer 1", "Customer 2"]


def test_what_a_filter_hides_is_not_deleted_with_what_it_shows(reader: Callable[[str], Reader]) -> None:
    """Rows that are hidden among those that are selected keep their values, and the page says why."""
    book = reader("")
    book.cell("B2").click()
    book.menu("Data", "Create a filter")
    panel = book.panel("B")
    panel.get_by_label("New").uncheck()
    panel.get_by_role("button", name="OK", exact=True).click()
    expect(book.cell("A2")).to_be_hidden()

    book.cell("A4").click()
    book.cell("A6").click(modifiers=["Shift"])
    book.page.keyboard.press("Delete")

    expect(book.page.get_by_text("Rows that a filter hides lie among these.")).to_be_visible()
    expect(book.cell("A4")).to_have_text("Customer 3")
