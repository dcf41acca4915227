"""Exporting an audience in the browser: choose, see who goes in, make it, and save the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Book
from tests.contacts import HEADER, contact, paste
from tests.platform_rules import faults

pytestmark = pytest.mark.browser

MENU = "Audience Targeting"
LONG = 60_000


@pytest.mark.slow
def test_a_segment_becomes_a_file_that_the_browser_saves(book: Book) -> None:
    """Who is left out is told with the rows; a row is a link to it; the tab is text."""
    rows = [contact(f"C{number:03}", number) for number in range(60)]
    rows[1] = contact("C001", 1, AdConsent="no")
    with book.site.google.workspace.lock:
        paste(book.site.document, "Contacts", [HEADER, *rows])

    book.choose(MENU, "Export audience…")
    dialog = book.dialog
    dialog.get_by_label("Where to").select_option("google_ads", timeout=LONG)
    dialog.get_by_label("Name", exact=True).fill("VIP spring")
    lost = sum(row[5] == 2 for row in book.rows("Segmented_Customers"))
    dialog.locator("#segment-2").uncheck()
    expect(dialog.get_by_label("Who of them").locator("option").first).to_have_text(f"All ({60 - lost})")
    dialog.locator("#segment-2").check()
    expect(dialog.get_by_label("Who of them").locator("option").first).to_have_text("All (60)")
    dialog.get_by_label("Keep it in a tab").check()
    dialog.get_by_role("button", name="See who goes in").click()
    expect(dialog.locator("#verdict")).to_have_text(
        "59 people: too small to run. Google Ads (file) needs at least 100.", timeout=LONG
    )
    book.page.screenshot(path=Path("screenshots") / "audience_preview.png")
    dialog.get_by_role("button", name="Row 3 of Contacts").click()
    expect(book.page.get_by_role("tab", name="Contacts", selected=True)).to_be_visible(timeout=LONG)

    dialog.get_by_role("button", name="Make the audience").click()
    link = dialog.get_by_role("link", name="Download: members (59)")
    expect(link).to_be_visible(timeout=LONG)
    with book.page.expect_download() as saved:
        link.click()
    book.page.screenshot(path=Path("screenshots") / "audience_made.png")

    assert saved.value.suggested_filename == "VIP-spring-google-ads-members.csv"
    text = Path(saved.value.path()).read_bytes().decode("utf-8")
    ids = [str(row[0]) for row in book.rows("Segmented_Customers") if row[0] != "C001"]
    people = [
        {
            "id": identity,
            "email": f"c{int(identity[1:])}@example.com",
            "phone": f"+49171{2000000 + int(identity[1:])}",
            "first": "Ann",
            "last": f"Miller {int(identity[1:])}",
            "country": "DE",
            "zip": "01067",
        }
        for identity in ids
    ]
    assert faults("google_ads", text, people) == []
    assert len(book.rows("Audience VIP spring")) == 59
    assert book.rows("Audiences")[0][:4] == [
        "VIP spring",
        book.rows("Audiences")[0][1],
        "Google Ads (file)",
        59,
    ]
