"""What a dashboard needs of the page: large titles, tiles, links, colours, sizes and the locale."""

from __future__ import annotations

from collections.abc import Iterator
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
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Role
from tests.browser.conftest import box_of
from tests.sheets_standin.page.conftest import Noting

pytestmark = [pytest.mark.slow, pytest.mark.browser]

OTHER = 77
WARM = {"red": 1.0, "green": 0.8}


class Board:
    """A spreadsheet of two tabs in the page, without the add-on."""

    def __init__(self, google: LocalGoogle, page: Page) -> None:
        self.document: Document = google.spreadsheet()
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        addon = Noting()
        self.served = PageServer(
            google.workspace,
            self.document,
            addon,
            Actions(google.workspace, self.document, addon),
            Controls(google.server, SERVICE_ACCOUNT),
            people=[OWNER],
            host=google.url.removeprefix("http://"),
            upload=load_upload,
        )
        self.served.start()
        self.batch({"addSheet": {"properties": {"sheetId": OTHER, "title": "Data", "index": 1}}})
        page.goto(google.url)
        expect(page.get_by_role("grid")).to_be_focused()

    def batch(self, *requests: dict[str, Any]) -> None:
        with self.document.changing(OWNER, "batchUpdate"):
            batch.apply(Caller(self.document, OWNER, Role.OWNER), list(requests))

    def put(self, row: int, *cells: dict[str, Any]) -> None:
        start = {"sheetId": self.document.sheets[0].sheet_id, "rowIndex": row, "columnIndex": 0}
        self.batch({"updateCells": {"start": start, "rows": [{"values": list(cells)}], "fields": "*"}})

    def cell(self, name: str) -> Locator:
        return self.page.locator(f'[data-cell="{name}"]')

    def height(self, name: str) -> float:
        return box_of(self.cell(name))["height"]


@pytest.fixture
def board(context: BrowserContext) -> Iterator[Board]:
    with LocalGoogle(quota=False) as google:
        made = Board(google, context.new_page())
        yield made
        assert made.errors == []
        made.served.stop()


def _text(text: str, **form: Any) -> dict[str, Any]:
    return {"userEnteredValue": {"stringValue": text}, "userEnteredFormat": form}


def test_a_link_leads_to_a_range_of_another_tab(board: Board) -> None:
    """A click on the chip, or Alt and Enter, shows the tab, selects the range and scrolls to it."""
    link = {"format": {"link": {"uri": f"#gid={OTHER}&range=A312:C312"}}}
    board.put(0, {"userEnteredValue": {"stringValue": "row 312"}, "textFormatRuns": [link]})

    board.cell("A1").click()
    board.page.get_by_role("button", name="Data!A312:C312").click()

    expect(board.page.get_by_role("tab", selected=True)).to_have_text("Data▾")
    expect(board.page.get_by_label("Name box")).to_have_value("A312:C312")
    expect(board.cell("A312")).to_be_in_viewport()
    expect(board.page.get_by_role("grid")).to_be_focused()

    board.page.keyboard.press("Alt+ArrowUp")
    expect(board.page.get_by_label("Name box")).to_have_value("A1")
    board.page.keyboard.press("Alt+Enter")
    expect(board.page.get_by_label("Name box")).to_have_value("A312:C312")


def test_a_web_page_opens_beside_and_a_script_is_no_link(board: Board) -> None:
    """The page that opens cannot reach back; an address that would run a script is text."""
    board.put(
        0,
        _text("help", textFormat={"link": {"uri": "https://example.com/help"}}),
        _text("trap", textFormat={"link": {"uri": "javascript:document.title='caught'"}}),
    )

    board.cell("A1").click()
    link = board.page.get_by_role("link", name="https://example.com/help")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(link).to_have_attribute("target", "_blank")

    board.cell("B1").click()
    expect(board.page.locator("#link-chip")).to_be_hidden()
    expect(board.cell("B1").locator(".link")).to_have_count(0)


def test_rows_are_as_high_as_they_are_set_or_as_their_text_needs(board: Board) -> None:
    """Large letters and wrapped text make a row higher, a height of its own holds; the rows below follow."""
    sheet = board.document.sheets[0].sheet_id
    place = {"sheetId": sheet, "dimension": "ROWS", "startIndex": 2, "endIndex": 3}
    board.put(0, _text("Title", textFormat={"fontSize": 24}))
    board.put(1, _text("one two three four five six seven eight nine ten", wrapStrategy="WRAP"))
    board.batch(
        {
            "updateDimensionProperties": {
                "range": place,
                "properties": {"pixelSize": 60},
                "fields": "pixelSize",
            }
        }
    )

    expect(board.cell("A2")).to_have_text("one two three four five six seven eight nine ten")
    expect(board.cell("A3")).to_have_css("height", "60px")
    heights = [board.height(name) for name in ("A1", "A2", "A3", "A4")]
    tops = [box_of(board.cell(name)) for name in ("A1", "A5")]
    assert heights[0] > 35
    assert heights[1] > 2 * 15
    assert heights[3] == 21
    assert tops[1]["y"] - tops[0]["y"] == pytest.approx(sum(heights), abs=1)

    board.cell("A4").click()
    expect(board.page.get_by_label("Name box")).to_have_value("A4")


def test_merged_cells_are_one(board: Board) -> None:
    """They are drawn as one, selected as one, and the arrow leads beyond."""
    sheet = board.document.sheets[0].sheet_id
    area = {
        "sheetId": sheet,
        "startRowIndex": 0,
        "endRowIndex": 2,
        "startColumnIndex": 0,
        "endColumnIndex": 3,
    }
    board.put(0, _text("Tile", backgroundColor=WARM))
    board.batch({"mergeCells": {"range": area, "mergeType": "MERGE_ALL"}})

    expect(board.cell("B2")).to_have_count(0)
    expect(board.cell("A1")).to_have_css("width", "300px")
    assert board.height("A1") == 42
    expect(board.cell("A1")).to_have_css("background-color", "rgb(255, 204, 0)")
    board.page.mouse.click(*_middle(board.cell("A1")))
    expect(board.page.get_by_label("Name box")).to_have_value("A1")
    board.page.keyboard.press("ArrowRight")
    expect(board.page.get_by_label("Name box")).to_have_value("D1")
    board.page.keyboard.press("ArrowLeft")
    board.page.keyboard.press("ArrowDown")
    expect(board.page.get_by_label("Name box")).to_have_value("A3")


def _middle(cell: Locator) -> tuple[float, float]:
    box = box_of(cell)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_locale_is_chosen_in_the_settings(board: Board) -> None:
    """1,5 is typed, shown, summed and edited as Germans do."""
    page = board.page
    page.get_by_role("menuitem", name="File", exact=True).click()
    page.get_by_role("menuitem", name="Settings…").click()
    page.get_by_label("Locale").select_option("de_DE")
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_role("grid")).to_be_focused()

    for text in ("1,5", "2,25"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")

    expect(board.cell("A1")).to_have_text("1,5")
    page.get_by_label("Name box").fill("A1:A2")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Formula bar")).to_have_value("1,5")
    expect(page.locator("#summary")).to_have_text("Sum: 3,75 · Count: 2")
    assert board.document.locale == "de_DE"


def test_what_is_not_loaded_is_not_left_out_of_a_sum(board: Board) -> None:
    """Of 950 rows the page holds a part: no sum is told rather than that of the part; of what it holds, one is."""
    board.document.type_rows(board.document.sheets[0], 0, 0, [["1"]] * 950, OWNER)
    page = board.page

    page.get_by_label("Name box").fill("A1:A950")
    page.keyboard.press("Enter")
    expect(page.locator("#summary")).to_have_text("1,000 rows")
    page.get_by_label("Name box").fill("A1:A20")
    page.keyboard.press("Enter")

    expect(page.locator("#summary")).to_have_text("Sum: 20 · Count: 20")


def test_after_a_file_of_ones_own_the_page_says_what_to_do(board: Board) -> None:
    """The former model stays until a retrain: a strip says so, and goes when there is a new one."""
    board.batch({"addSheet": {"properties": {"sheetId": 5, "title": "Model"}}})
    model = {"sheetId": 5, "rowIndex": 0, "columnIndex": 0}
    head = {"rows": [{"values": [_text("Version")]}, {"values": [_text("v1")]}], "fields": "*"}
    board.batch({"updateCells": {"start": model, **head}})
    csv = b"customer,date,amount\na,2026-01-01,5\n"

    board.page.locator("#own-file").set_input_files(
        {"name": "mine.csv", "mimeType": "text/csv", "buffer": csv}
    )

    hint = board.page.get_by_label("Where to begin")
    expect(hint).to_contain_text("1 row is in Training_Data")
    expect(hint).to_contain_text("press Retrain")
    board.batch({"updateCells": {"start": {**model, "rowIndex": 2}, "rows": head["rows"][1:], "fields": "*"}})
    expect(hint).to_be_hidden()
