"""Charts over the cells: drawn, renewed, moved and deleted in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from local.launch import OWNER, LocalGoogle, Webhook
from local.site import Site
from sheets_standin.sheets_api import batch
from sheets_standin.sheets_api.caller import Caller
from sheets_standin.workspace import Role
from tests.browser.conftest import Book, box_of, picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROWS = [
    ["Segment", "Stayed", "Came", "Recency", "Orders"],
    ["Champions", "300", "20", "10", "14"],
    ["Regulars", "600", "40", "40", "8"],
    ["<b>Sleeping</b>", "900", "10", "250", "2"],
]
COLOURS = {"#ff0000": {"red": 1}, "#00ff00": {"green": 1}, "#0000ff": {"blue": 1}}


def column(at: int) -> dict[str, Any]:
    bounds = {"startRowIndex": 0, "endRowIndex": 4, "startColumnIndex": at, "endColumnIndex": at + 1}
    return {"sourceRange": {"sources": [bounds]}}


def _charts() -> Iterator[tuple[dict[str, Any], int, int]]:
    """A column chart with a colour for each column, a stacked one, bubbles; each with its anchor."""
    domains = [{"domain": column(0)}]
    overrides = [{"index": i, "color": colour} for i, colour in enumerate(COLOURS.values())]
    yield (
        {
            "title": "Sizes",
            "altText": "Customers by segment",
            "basicChart": {
                "chartType": "COLUMN",
                "domains": domains,
                "series": [{"series": column(1), "styleOverrides": overrides}],
            },
        },
        5,
        0,
    )
    series = [{"series": column(1), "color": {"red": 1}}, {"series": column(2), "color": {"blue": 1}}]
    yield (
        {
            "title": "Migration",
            "basicChart": {
                "chartType": "COLUMN",
                "stackedType": "STACKED",
                "legendPosition": "NO_LEGEND",
                "domains": domains,
                "series": series,
            },
        },
        5,
        6,
    )
    yield (
        {
            "title": "Bubbles",
            "bubbleChart": {
                "bubbleLabels": column(0),
                "domain": column(3),
                "series": column(4),
                "groupIds": column(0),
                "bubbleSizes": column(1),
                "legendPosition": "NO_LEGEND",
            },
        },
        21,
        0,
    )


@pytest.fixture
def charted(
    context: BrowserContext, running: tuple[LocalGoogle, Webhook], request: pytest.FixtureRequest
) -> Iterator[Book]:
    """The page at a spreadsheet with three charts."""
    google, webhook = running
    document = google.spreadsheet(shared=False)
    document.type_rows(document.sheets[0], 0, 0, ROWS, OWNER)
    requests = [
        {
            "addChart": {
                "chart": {
                    "chartId": identity,
                    "spec": spec,
                    "position": {
                        "overlayPosition": {
                            "anchorCell": {"rowIndex": row, "columnIndex": col},
                            "widthPixels": 480,
                            "heightPixels": 300,
                        }
                    },
                }
            }
        }
        for identity, (spec, row, col) in enumerate(_charts(), 1)
    ]
    with google.workspace.lock, document.changing(OWNER, "batchUpdate"):
        batch.apply(Caller(document, OWNER, Role.OWNER), requests)
    with Site(google, webhook, document, welcome=False) as site:
        made = Book(context.new_page(), site).open()
        expect(made.page.locator(".chart svg")).to_have_count(3)
        yield made
        picture(made, request)
        assert made.errors == []


def chart(book: Book, identity: int) -> Locator:
    return book.page.locator(f'[data-chart="{identity}"]')


def drawn(book: Book, identity: int, colour: str) -> Locator:
    """The shapes of a chart that are filled with a colour."""
    return chart(book, identity).locator(f'svg path[fill="{colour}"]')


def height(shape: Locator) -> float:
    return box_of(shape)["height"]


def test_charts_are_drawn_from_their_specifications(charted: Book) -> None:
    """As many bars and bubbles as there are cells, in their colours; texts in cells stay texts."""
    book = charted

    for colour in COLOURS:
        expect(drawn(book, 1, colour)).to_have_count(1)
    expect(drawn(book, 2, "#ff0000")).to_have_count(3)
    expect(drawn(book, 2, "#0000ff")).to_have_count(3)
    for colour in ("#4285f4", "#ea4335", "#fbbc04"):
        expect(drawn(book, 3, colour)).to_have_count(1)
    for text in ("Champions", "Regulars", "<b>Sleeping</b>"):
        expect(chart(book, 3).locator("svg text", has_text=text)).to_have_count(1)
    expect(book.page.get_by_role("img", name="Customers by segment")).to_be_visible()
    tallest, shortest = drawn(book, 1, "#0000ff"), drawn(book, 1, "#ff0000")
    assert height(tallest) / height(shortest) == pytest.approx(3, rel=0.05)


def test_charts_renew_when_cells_change(charted: Book) -> None:
    """A number typed into a cell is a bar at once; a new series by the API is drawn, too."""
    book = charted
    first = drawn(book, 1, "#ff0000")
    before = height(first)

    book.go("B2")
    book.type("600")
    expect(chart(book, 1)).to_have_attribute("data-revision", "2")
    grown = height(first)
    document = book.site.document
    with book.site.google.workspace.lock, document.changing(OWNER, "batchUpdate"):
        batch.apply(Caller(document, OWNER, Role.OWNER), [{"deleteEmbeddedObject": {"objectId": 3}}])

    assert grown / before == pytest.approx(2, rel=0.05)
    expect(chart(book, 3)).to_have_count(0)


def test_a_chart_shows_what_is_under_the_pointer(charted: Book) -> None:
    """The tooltip names the category, the series and the number as it is displayed; markup is text in it."""
    drawn(charted, 2, "#0000ff").nth(2).hover()

    expect(chart(charted, 2).locator(".chart-tooltip")).to_have_text("<b>Sleeping</b>Came: 10")


def test_a_chart_is_selected_moved_and_deleted(charted: Book) -> None:
    """Dragging moves its anchor; Delete deletes it; undo brings it back; cells under it are left alone."""
    book, document = charted, charted.site.document
    box = box_of(chart(book, 1))
    x, y = box["x"] + 200, box["y"] + 20

    book.page.mouse.move(x, y)
    book.page.mouse.down()
    book.page.mouse.move(x + 60, y + 20)
    book.page.mouse.move(x + 110, y + 45)
    book.page.mouse.up()
    expect(chart(book, 1)).to_be_focused()
    expect(book.page.get_by_role("status").first).to_have_text("Saved on this machine")
    with book.site.google.workspace.lock:
        moved = document.sheets[0].charts[1]["position"]["overlayPosition"]
    book.press("Control+z")
    expect(chart(book, 1)).to_have_attribute("data-revision", "3")
    assert box_of(chart(book, 1)) == box
    book.press("Delete")
    expect(chart(book, 1)).to_have_count(0)
    expect(book.grid).to_be_focused()
    book.press("Control+z")
    expect(chart(book, 1)).to_have_count(1)

    assert moved == {
        "anchorCell": {"rowIndex": 7, "columnIndex": 1},
        "offsetXPixels": 10,
        "offsetYPixels": 3,
        "widthPixels": 480,
        "heightPixels": 300,
    }
    book.go("A2")
    book.type("Best")
    expect(book.cell("A2")).to_have_text("Best")
    expect(chart(book, 1).locator("svg text", has_text="Best")).to_have_count(1)


def test_charts_scroll_with_the_cells(charted: Book) -> None:
    """A chart stays over its cell, and is gone with its tab."""
    book = charted

    book.page.evaluate("document.getElementById('sheet').scrollTop = 105")
    cell, over = book.cell("A22"), chart(book, 3)
    expect(cell).to_be_visible()

    def top(of: Locator) -> float:
        return box_of(of)["y"]

    assert top(over) == pytest.approx(top(cell), abs=1)
    book.page.get_by_role("button", name="Add a tab").click()
    expect(book.page.locator(".chart")).to_have_count(0)
    book.tab("Sheet1")
    expect(book.page.locator(".chart")).to_have_count(3)
