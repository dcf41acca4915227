"""Tabs of any size open as a window."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from local.launch import LocalGoogle, Webhook
from local.site import Site
from sheets_standin.spreadsheet.grid import Grid
from tests.browser.conftest import Book

pytestmark = pytest.mark.browser


def test_half_a_million_rows_are_a_window_with_a_jump_box(
    context: BrowserContext, running: tuple[LocalGoogle, Webhook]
) -> None:
    """Few rows are in the page, wherever one looks; row 400,000 is one entry away, the last one a key."""
    google, webhook = running
    document = google.spreadsheet(shared=False)
    document.sheets[0].grid = grid = Grid(1, 3)
    grid.extend((f"C{n}", n, 2 * n) for n in range(500_000))
    with Site(google, webhook, document, welcome=False) as site:
        book = Book(context.new_page(), site).open()
        expect(book.cell("A1")).to_have_text("C0")

        book.page.get_by_label("Go to row").fill("400,000")
        book.press("Enter")
        expect(book.cell("A400000")).to_have_text("C399999")
        book.press("Control+ArrowDown")
        expect(book.cell("C500000")).to_have_text("999998")

        assert book.page.get_by_role("row").count() < 200
        assert book.errors == []
