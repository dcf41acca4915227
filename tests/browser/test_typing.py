"""Rows are typed, pasted, mended and sorted in a browser; labels come by themselves."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from sheets_standin.sheets_api.faults import Fault, Kind
from tests.browser.conftest import Book

pytestmark = pytest.mark.browser

LABEL = re.compile(r"\w{3,}")


def test_four_typed_cells_get_their_label(book: Book) -> None:
    """A first visitor types at once, where the page stands open, and sees plan, time and log line."""
    book.type("Maria", "12", "9", "420")

    expect(book.cell("F2")).to_have_text(LABEL)
    expect(book.cell("D2")).to_have_text("420.00")
    expect(book.cell("H2")).to_have_text(re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d E[SD]T$"))
    row, line = book.rows("New User")[0], book.rows("Prediction_Log")[0]
    assert [line[0], line[1], *line[6:9]] == [row[8], row[7], *row[4:7]]


def test_the_examples_of_the_hint_type_themselves(book: Book) -> None:
    """Two examples go into two rows; the hint goes away on request and covers no cell."""
    hint = book.page.get_by_label("Where to begin")
    for example in hint.locator(".example").all():
        example.click()

    expect(book.cell("F2")).to_have_text(LABEL)
    expect(book.cell("F3")).to_have_text(LABEL)
    assert [row[0] for row in book.rows("New User")] == ["Maria", "Tom"]

    hint.get_by_label("Dismiss the hint").click()
    expect(hint).to_be_hidden()


def test_two_examples_at_once_go_into_two_rows(book: Book) -> None:
    """Whoever clicks faster than the cells come back overwrites nothing."""
    expect(book.page.locator(".example")).to_have_count(2)

    book.page.evaluate("document.querySelectorAll('.example').forEach(button => button.click())")

    expect(book.cell("F3")).to_have_text(LABEL)
    assert [row[0] for row in book.rows("New User")] == ["Maria", "Tom"]


def test_what_is_typed_fast_is_written_in_order(book: Book) -> None:
    """What is typed while the server still works at the act before is written after it."""
    held: list[Route] = []
    book.page.route("**/page/act", lambda route: route.continue_() if held else held.append(route))

    book.type("Maira")
    book.press("ArrowUp")
    book.type("Maria")
    expect(book.page.get_by_text("Saving…")).to_be_visible()
    held[0].continue_()

    expect(book.page.get_by_text("Saving…")).to_be_hidden()
    assert [row[0] for row in book.rows("New User")] == ["Maria"]


def test_500_pasted_rows_are_one_request(book: Book) -> None:
    """All are labelled by one read and one write, though the add-on hears of the paste once."""
    log = book.site.google.server.log
    log.reset()

    book.paste("\n".join(f"P{n}\t{n % 300}\t{1 + n % 12}\t{20 + n}" for n in range(500)))

    expect(book.cell("F2")).to_have_text(LABEL, timeout=20_000)
    book.press("Control+ArrowDown")
    expect(book.cell("F501")).to_have_text(LABEL, timeout=20_000)
    assert len(book.rows("Prediction_Log")) == 500
    assert (log.reads, log.writes) == (1, 1)


def logged(book: Book, lines: int) -> list[list[object]]:
    """Return the log once it has so many lines: the page shows what was typed before the service has it."""
    for _ in range(300):
        book.site.addon.settle()
        if len(book.rows("Prediction_Log")) >= lines:
            break
        book.page.wait_for_timeout(100)
    return book.rows("Prediction_Log")


def test_a_corrected_input_is_labelled_anew_and_the_old_line_stays(book: Book) -> None:
    """The label follows the inputs; the log keeps both."""
    book.type("Maria", "1", "12", "2000")
    expect(book.cell("F2")).to_have_text(LABEL)
    first = book.rows("New User")[0]

    book.go("B2")
    book.type("300")
    log = logged(book, 2)

    row = book.rows("New User")[0]
    assert [line[0] for line in log] == [row[8], first[8]]
    assert [line[3] for line in log] == [300, 1]


def test_an_invalid_input_gets_a_note_that_goes_when_it_is_mended(book: Book) -> None:
    """The page warns at once, the service says what is expected."""
    book.type("Maria", "soon", "9", "420")
    expect(book.cell("B2")).to_have_class(re.compile("noted"))
    expect(book.cell("B2")).to_have_attribute("aria-invalid", "true")

    book.cell("B2").hover()
    expect(book.page.get_by_role("tooltip")).to_contain_text("a number from 0 to 36,500")

    book.go("B2")
    book.type("12")
    expect(book.cell("F2")).to_have_text(LABEL)
    expect(book.cell("B2")).not_to_have_class(re.compile("noted|wrong"))


@pytest.mark.slow
def test_an_undone_edit_is_labelled_as_it_was(book: Book) -> None:
    """Ctrl+Z is an edit like any other."""
    book.type("Maria", "1", "12", "2000")
    expect(book.cell("F2")).to_have_text(LABEL)
    book.go("B2")
    book.type("300")
    expect(book.cell("B2")).to_have_text("300")
    book.site.addon.settle()

    book.press("Control+z")

    expect(book.cell("B2")).to_have_text("1")
    book.site.addon.settle()
    row, log = book.rows("New User")[0], book.rows("Prediction_Log")
    assert row[1] == 1
    assert row[8] in [line[0] for line in log if line[3] == 1]


@pytest.mark.slow
def test_a_sort_while_a_request_is_under_way_leaves_labels_with_their_rows(book: Book) -> None:
    """Rows move between the service's read and its write; each label ends beside its own customer."""
    book.paste("\n".join(f"S{n:02}\t{5 * n}\t{1 + (30 - n) // 3}\t{1000 - 30 * n}" for n in range(30)))
    book.go("F31")  # labelled rows are higher: it would leave the view
    expect(book.cell("F31")).to_have_text(LABEL)
    book.site.google.server.faults.latency_seconds = 0.4

    book.go("A32")
    book.type("Late", "3", "11", "900")
    book.go("D2")
    book.choose("Data", "Sort sheet A → Z")
    book.page.get_by_role("button", name="OK").click()
    expect(book.page.get_by_text("Saved on this machine")).to_be_visible(timeout=30_000)

    book.site.google.server.faults.latency_seconds = 0.0
    book.site.addon.settle()
    book.site.addon.run_now("handleSweep")
    rows = book.rows("New User")
    lines = {line[0]: line for line in book.rows("Prediction_Log")}
    assert [row[3] for row in rows] == sorted(row[3] for row in rows)  # type: ignore[type-var]
    assert len(rows) == 31
    for row in rows:
        assert lines[row[8]][2:7] == row[:5]


def test_a_row_that_is_cleared_loses_its_label(book: Book) -> None:
    """Outputs beside incomplete inputs are no prediction."""
    book.type("Maria", "12", "9", "420")
    expect(book.cell("F2")).to_have_text(LABEL)

    book.go("A2:D2")
    book.press("Delete")

    expect(book.cell("F2")).to_be_empty()
    assert book.rows("Prediction_Log") != []


@pytest.mark.slow
def test_rows_filled_down_are_labelled(book: Book) -> None:
    """Ctrl+D copies the first of the selected rows into the others."""
    book.type("Maria", "12", "9", "420")
    expect(book.cell("F2")).to_have_text(LABEL)

    book.go("A2:D5")
    book.press("Control+d")

    expect(book.cell("F5")).to_have_text(LABEL)
    assert [row[0] for row in book.rows("New User")] == ["Maria"] * 4


@pytest.mark.slow
def test_two_people_see_each_others_edits(book: Book, context: BrowserContext) -> None:
    """Anna's row is labelled by the owner's triggers, and both see both; a viewer types nothing."""
    anna = Book(context.new_page(), book.site).open("anna@example.com")
    vera = Book(context.new_page(), book.site).open("vera@example.com")
    expect(book.page.get_by_label("Others who have this spreadsheet open").locator(".face")).to_have_count(2)

    book.type("Maria", "12", "9", "420")
    expect(anna.cell("F2")).to_have_text(LABEL)
    anna.go("A3")
    anna.type("Tom", "200", "1", "15")
    expect(book.cell("F3")).to_have_text(LABEL)
    vera.go("A4")
    vera.type("Nobody")

    expect(vera.cell("F3")).to_have_text(LABEL)
    expect(vera.page.get_by_text("View only")).to_be_visible()
    assert [row[0] for row in book.rows("New User")] == ["Maria", "Tom"]
    assert anna.errors == vera.errors == []


@pytest.mark.slow
def test_a_stopped_service_loses_nothing(book: Book) -> None:
    """What is typed meanwhile waits; the sweep finishes it once the service runs again."""
    book.page.get_by_role("button", name="Calls to Google").click()
    book.page.get_by_role("button", name="Stop the service").click()
    expect(book.page.get_by_role("button", name="Start the service")).to_be_enabled()

    book.go("A2")
    book.type("Maria", "12", "9", "420")
    book.type("Tom", "200", "1", "15")
    book.site.addon.settle()
    expect(book.cell("F2")).to_be_empty()

    book.page.get_by_role("button", name="Start the service").click()
    expect(book.page.get_by_role("button", name="Stop the service")).to_be_enabled(timeout=20_000)
    book.page.get_by_role("button", name="Run the hourly sweep now").click()

    expect(book.cell("F2")).to_have_text(LABEL)
    expect(book.cell("F3")).to_have_text(LABEL)
    assert len(book.rows("Prediction_Log")) == 2


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Kind.UNAVAILABLE, Kind.TOO_MANY, Kind.LOST_ANSWER, Kind.CUT_BEFORE])
def test_a_fault_between_service_and_google_is_got_over(book: Book, kind: Kind) -> None:
    """One fault on the way in and one on the way out: the row is labelled once all the same.

    Two refusals for quota are more than a call waits for: there one is enough.
    """
    faults = (
        [Fault(kind)] if kind is Kind.TOO_MANY else [Fault(kind), Fault(kind, "spreadsheets.batchUpdate")]
    )
    book.site.google.server.faults.plan(*faults)

    book.type("Maria", "12", "9", "420")

    expect(book.cell("F2")).to_have_text(LABEL)
    book.site.addon.settle()
    assert len(book.rows("Prediction_Log")) == 1
