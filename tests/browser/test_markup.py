"""Text from a spreadsheet is shown as text, in every place of the page and of the sidebar."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from sandbox.launch import OWNER
from tests.apps_script import samples
from tests.apps_script.harness import ok, problem
from tests.browser.conftest import Book
from tests.browser.test_addon_pages import shown  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser

IMAGE = "<img src=x onerror=document.title='owned'>"
EVIL = IMAGE + "<script>document.title='owned'</script>"


def assert_no_markup(page: Page) -> None:
    """Nothing that the text asks for is there or has run, in the page and in its frames."""
    for frame in page.frames:
        assert frame.locator("img[src=x]").count() == 0
        assert frame.evaluate("document.title") != "owned"
    assert page.title() != "owned"


def test_the_page_shows_cells_notes_tabs_and_names_as_text(book: Book) -> None:
    """Ids, an input that cannot be used and the service's note on it, a segment's name, a tab's title."""
    document = book.site.document
    with book.site.google.workspace.lock:
        document.type_rows(document.sheet("Action_Map"), 1, 1, [[EVIL, EVIL]] * 5, OWNER)
    book.tab("New User")
    row = len(book.rows("New User")) + 2
    book.go(f"A{row}")
    book.type(EVIL, "3", "12", "900")
    expect(book.cell(f"F{row}")).to_contain_text("<img", timeout=20_000)
    book.go(f"A{row + 1}")
    book.type(EVIL, EVIL, "12", "900")
    book.go(f"B{row + 1}")
    expect(book.cell(f"A{row}")).to_contain_text("<img")
    with book.site.google.workspace.lock, document.changing(OWNER, "rename"):
        document.sheet("Settings").title = "<img src=x>"
        document.noted("rename", "Settings")
    try:
        book.choose("Audience Targeting", "Open sidebar")
        expect(book.sidebar.locator("body")).to_contain_text("<img", timeout=20_000)

        assert_no_markup(book.page)
    finally:
        with book.site.google.workspace.lock, document.changing(OWNER, "rename"):
            document.sheet("<img src=x>").title = "Settings"
            document.noted("rename", "Settings")


@pytest.mark.parametrize("place", ["status", "pulse"])
def test_the_sidebar_shows_problems_warnings_and_operations_as_text(
    shown: Callable[..., Page],  # noqa: F811
    place: str,
) -> None:
    """What the service answers and what stands in the metadata, whoever wrote it."""
    operation = samples.operation(stage=IMAGE, message=IMAGE)
    pending = {"at": samples.NOON, "title": IMAGE, "text": IMAGE, "retryAfterSeconds": 0}
    pulse = ok(samples.pulse(operation=operation, pending=pending))
    status = (
        problem(title=IMAGE, detail=IMAGE, hint=IMAGE)
        if place == "status"
        else ok(samples.status(warnings=[IMAGE]))
    )

    sidebar = shown({"pulse": [pulse], "status": [status]})
    sidebar.clock.run_for(500)

    expect(sidebar.locator("body")).to_contain_text("<img")
    assert_no_markup(sidebar)
