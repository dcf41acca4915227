"""What the sidebar notices and does in one click: new orders, edited plans, lists of customers, known customers."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from sheets_standin.spreadsheet.cells import value_of
from tests.browser.conftest import MENU, Book

pytestmark = pytest.mark.browser

LONG = 60_000
SEGMENTED = "Segmented_Customers"


def button(book: Book, name: str) -> Locator:
    return book.sidebar.get_by_role("button", name=name, exact=True)


def customers(book: Book) -> list[dict[str, Any]]:
    header = [str(value_of(cell)) for cell in book.site.document.sheet(SEGMENTED).grid.row(0)]
    return [dict(itertools.zip_longest(header, row)) for row in book.rows(SEGMENTED)]


def open_sidebar(book: Book) -> None:
    book.choose(MENU, "Open sidebar")
    expect(book.sidebar.get_by_role("heading", name="Segments", exact=True)).to_be_visible(timeout=LONG)


def test_new_orders_are_noticed_and_taken_in_by_one_click(book: Book) -> None:
    """From whatever tab: three orders of two customers are pasted, the button stands on top, and it is gone."""
    last = len(book.rows("Training_Data")) + 2
    with book.site.google.workspace.lock, book.site.document.changing("test", "rows"):
        grid = book.site.document.sheet("Training_Data").grid
        grid.resize(max(grid.row_count, last + 10), grid.column_count)
        book.site.document.noted("rows", "Training_Data")
    book.tab("Training_Data")
    book.go(f"A{last}")
    book.paste("NEW-1\t2026-01-02\t50\nNEW-1\t2026-01-03\t60\nC001\t2026-01-03\t70")
    book.tab("New User")

    open_sidebar(book)
    expect(book.sidebar.get_by_text(re.compile(r"^3 new orders since \d{1,2}:\d\d"))).to_be_visible()
    book.page.screenshot(path="screenshots/new_orders.png")
    book.sidebar.locator("#new-orders").get_by_role("button", name="Refresh segments").click()

    expect(book.sidebar.locator("#new-orders")).to_be_hidden(timeout=LONG)
    assert "NEW-1" in {row["CustomerID"] for row in customers(book)}


def test_an_edited_plan_says_where_it_holds_and_is_applied_by_one_click(book: Book) -> None:
    """A toast at once, a card in the sidebar, and all customers of the segment bear it."""
    book.tab("Action_Map")
    number = book.rows("Action_Map")[0][0]
    book.go("B2")
    book.type("Our finest", "Send flowers")
    expect(book.page.get_by_text(re.compile("Our finest: new rows get this from now on"))).to_be_visible()

    open_sidebar(book)
    expect(book.sidebar.get_by_text("You edited names or plans.")).to_be_visible()
    book.page.screenshot(path="screenshots/edited_plan.png")
    button(book, "Apply names and plans").click()

    expect(book.sidebar.get_by_text("Names and plans are applied")).to_be_visible(timeout=LONG)
    expect(book.sidebar.locator("#new-plans")).to_be_hidden()
    members = [row for row in customers(book) if row["Cluster"] == number]
    assert {(row["Segment"], row["ActionPlan"]) for row in members} == {("Our finest", "Send flowers")}


def test_a_segments_customers_are_one_click_away(book: Book) -> None:
    """The link of the sidebar opens the filter view, and so does the one of Action_Map."""
    open_sidebar(book)
    name = str(book.rows("Action_Map")[0][1])
    members = {row["CustomerID"] for row in customers(book) if row["Segment"] == name}

    segment = book.sidebar.locator("li.segment", has_text=name).first
    segment.get_by_role("link", name="Show customers").click()

    expect(book.page.get_by_role("tab", name=SEGMENTED, exact=True)).to_have_attribute(
        "aria-selected", "true"
    )
    expect(book.page.locator("body")).to_have_class(re.compile("in-view"))
    expect(book.cell("A2")).to_have_text(re.compile("|".join(members)))
    book.page.screenshot(path="screenshots/show_customers.png")


def test_a_known_customer_is_filled_in_and_labelled(book: Book) -> None:
    """Typed by its id alone; the menu fills in what the orders tell."""
    who = customers(book)[3]
    book.tab("New User")
    row = len(book.rows("New User")) + 2
    book.go(f"A{row}")
    book.type(str(who["CustomerID"]))
    book.go(f"A{row}")

    book.choose(MENU, "Fill in known customers")

    expect(book.cell(f"C{row}")).to_have_text(str(who["Frequency"]), timeout=LONG)
    expect(book.cell(f"F{row}")).to_have_text(str(who["Segment"]), timeout=LONG)
