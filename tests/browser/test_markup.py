"""Text from a spreadsheet is shown as text, in every place of the page and of the sidebar."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from local.launch import OWNER
from tests.apps_script import samples
from tests.apps_script.harness import ok, problem
from tests.browser.conftest import Book
from tests.browser.test_addon_pages import SETUP, shown  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser

IMAGE = "<img src=x onerror=document.title='owned'>"
EVIL = IMAGE + "<script>document.title='owned'</script>"


def assert_no_markup(page: Page) -> None:
    """Nothing that the text asks for is there or has run, in the page and in its frames."""
    for frame in page.frames:
        assert frame.locator("img[src=x]").count() == 0
        assert frame.evaluate("document.title") != "owned"
    assert page.title() != "owned"


@pytest.mark.slow
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


ODD = {
    "HTML": EVIL,
    "formula": '=HYPERLINK("https://evil.example","click")',
    "codes": "\x1b[31mred\x08\x9b2J",
    "direction": "\u202egnp.exe\u2066",
    "long": "W" * 50_000,
}


SEEN = {"HTML": "<img", "formula": "=HYPERLINK", "codes": "red", "direction": "gnp.exe", "long": "WWWW"}
"""What can be read of each."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ODD)
def test_the_page_shows_odd_ids_names_and_headers_as_text(book: Book, kind: str) -> None:
    """In the cells, the formula bar and the list of tabs; no cell becomes wider than its column."""
    document = book.site.document
    text = ODD[kind] if kind == "long" else "'" + ODD[kind]  # the apostrophe is how a person writes text
    with book.site.google.workspace.lock:
        document.type_rows(document.sheet("New User"), 1, 0, [[text]], OWNER)
        document.type_rows(document.sheet("Action_Map"), 1, 1, [[text, text]], OWNER)
        document.type_rows(document.sheet("New User"), 0, 12, [[text]], OWNER)

    book.tab("New User")
    book.go("A2")
    expect(book.cell("A2")).to_contain_text(SEEN[kind])
    expect(book.cell("M1")).to_contain_text(SEEN[kind])
    expect(book.page.get_by_label("Formula bar")).to_have_value(re.compile(re.escape(SEEN[kind])))
    box, above = book.cell("A2").bounding_box(), book.cell("A1").bounding_box()
    assert box is not None
    assert above is not None
    assert box["width"] == above["width"]
    book.tab("Action_Map")
    expect(book.cell("C2")).to_contain_text(SEEN[kind])
    assert_no_markup(book.page)


@pytest.mark.slow
@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_the_dialog_of_audiences_shows_names_reasons_and_files_as_text(
    shown: Callable[..., Page],  # noqa: F811
    text: str,
) -> None:
    """Segments, targets, who is left out, notes, files and what went wrong; nothing makes the page wider."""
    target = {"key": "list", "name": text, "kind": "email", "mayHash": False, "mustHash": False, "minimum": 1}
    segment = {"cluster": 0, "segment": text, "customers": 9, "movedIn": 1, "slipping": 1, "heldOut": 0}
    choices = {
        "targets": [target | {"notVerified": [text]}],
        "segments": [segment],
        "made": [text],
        "hasContacts": True,
        "hasExpectedSpend": True,
    }
    reason = {"reason": "x", "title": text, "help": text, "count": 1, "rows": [{"tab": text, "row": 3}]}
    look = {
        "target": text,
        "segments": [text],
        "chosen": 9,
        "members": 8,
        "leftOut": [reason],
        "flaws": [reason],
        "isEnough": True,
        "verdict": text,
        "minimum": 1,
        "added": 1,
        "removed": 1,
        "sources": [text],
        "notes": [text],
        "renewBy": "2027-01-01",
    }
    refused = problem(title=text, detail=text, hint=text)
    dialog = shown({"audience": [ok(choices), ok(look), refused], "pulse": [ok({})]}, name="audience_page")

    dialog.clock.run_for(500)
    dialog.locator("#name").fill("VIP")
    dialog.get_by_role("button", name="See who goes in").click()
    dialog.clock.run_for(500)
    expect(dialog.locator("#verdict")).to_contain_text(text[:20])
    dialog.get_by_role("button", name="Make the audience").click()
    dialog.clock.run_for(2_000)

    expect(dialog.locator("body")).to_contain_text(text[:20])
    assert dialog.locator("a[href*='evil.example']").count() == 0
    assert dialog.evaluate("document.documentElement.scrollWidth") <= 300
    assert_no_markup(dialog)
    dialog.set_content("")  # a picture of 50,000 characters takes a minute


@pytest.mark.slow
@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_the_dialog_of_set_up_shows_the_spreadsheets_name_as_text(
    shown: Callable[..., Page],  # noqa: F811
    text: str,
) -> None:
    """Before consent, and in what a step says."""
    variables = SETUP | {"connects": f"This connects “{text}” to the service below."}
    dialog = shown({"share": [problem(title=text, detail=text, hint=text)]}, name="setup_page", **variables)

    dialog.get_by_role("button", name="I agree: set up").click()
    dialog.clock.run_for(500)

    expect(dialog.locator("body")).to_contain_text("share", ignore_case=True)
    assert dialog.evaluate("document.documentElement.scrollWidth") <= 300
    assert_no_markup(dialog)
    dialog.set_content("")
