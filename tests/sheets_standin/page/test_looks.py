"""How cells look in the page: formats, conditional formats, links, sizes; and numbers as the locale has them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.launch import OWNER
from sheets_standin.page import view
from sheets_standin.page.actions import Refused
from sheets_standin.page.guard import VIEW_ONLY
from sheets_standin.page.retyping import input_text
from sheets_standin.sheets_api import batch
from sheets_standin.sheets_api.caller import Caller
from sheets_standin.spreadsheet.cells import Cell, Content, value_of
from sheets_standin.spreadsheet.entry import entered
from sheets_standin.workspace import Role
from tests.sheets_standin.page.conftest import Desk

RED, BLUE = {"red": 1.0}, {"blue": 1.0}


def _window(desk: Desk, first: int = 0, last: int = 10) -> list[list[Any]]:
    return view.window(desk.sheet, view.showing(desk.document, desk.sheet), first, last)


def _cell(desk: Desk, content: Content) -> Any:
    desk.sheet.grid.put(0, 0, [content])
    return _window(desk, 0, 1)[0][0]


def _batch(desk: Desk, *requests: dict[str, Any]) -> None:
    with desk.document.changing(OWNER, "batchUpdate"):
        batch.apply(Caller(desk.document, OWNER, Role.OWNER), list(requests))


def _linked(address: str) -> Cell:
    return Cell("see", format={"textFormat": {"link": {"uri": address}}})


class TestFormats:
    """What is told of a cell's own format."""

    def test_letters_alignment_and_colours(self, desk: Desk) -> None:
        """Each by a short name, and nothing of what is usual."""
        form = {
            "backgroundColor": {"red": 1.0, "green": 0.5},
            "horizontalAlignment": "CENTER",
            "verticalAlignment": "MIDDLE",
            "wrapStrategy": "WRAP",
            "textFormat": {"fontSize": 22, "italic": True, "foregroundColor": BLUE, "fontFamily": "Georgia"},
        }
        usual = {
            "verticalAlignment": "BOTTOM",
            "wrapStrategy": "OVERFLOW_CELL",
            "textFormat": {"fontSize": 10, "fontFamily": "Arial", "bold": False},
        }

        assert _cell(desk, Cell("x", format=form))["f"] == {
            "i": 1,
            "fg": "#0000ff",
            "z": 22,
            "ff": "Georgia",
            "bg": "#ff8000",
            "h": "center",
            "v": "middle",
            "w": "wrap",
        }
        assert _cell(desk, Cell("x", format=usual)) == {"t": "x"}

    def test_borders(self, desk: Desk) -> None:
        """Width, line and colour of each side that has one."""
        borders = {
            "bottom": {"style": "SOLID_MEDIUM", "width": 2, "color": RED},
            "left": {"style": "DASHED", "width": 1, "color": {}},
        }

        assert _cell(desk, Cell("x", format={"borders": borders}))["f"] == {
            "o": {"b": [2, "solid", "#ff0000"], "l": [1, "dashed", "#000000"]}
        }

    def test_sizes_merges_and_gridlines_of_a_tab(self, desk: Desk) -> None:
        """Rows and columns that were given a size, what is merged, and whether lines are drawn."""
        place = {"sheetId": desk.sheet.sheet_id}
        _batch(
            desk,
            {
                "updateDimensionProperties": {
                    "range": {**place, "dimension": "ROWS", "startIndex": 2, "endIndex": 4},
                    "properties": {"pixelSize": 40},
                    "fields": "pixelSize",
                }
            },
            {
                "updateDimensionProperties": {
                    "range": {**place, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2},
                    "properties": {"hiddenByUser": True},
                    "fields": "hiddenByUser",
                }
            },
            {"mergeCells": {"range": {**place, "startRowIndex": 0, "endRowIndex": 1, "endColumnIndex": 3}}},
            {
                "updateSheetProperties": {
                    "properties": {**place, "gridProperties": {"hideGridlines": True}},
                    "fields": "gridProperties.hideGridlines",
                }
            },
        )

        tab = view.tabs(desk.document)[0]

        assert tab["heights"] == [[2, 4, 40]]
        assert tab["widths"] == {"1": 0}
        assert tab["merges"] == [(0, 1, 0, 3)]
        assert tab["plain"] is True


class TestConditionalFormats:
    """What the rules of a tab make of its cells."""

    def test_a_rule_lies_over_the_cells_own_format(self, desk: Desk) -> None:
        """A number that it holds for is red and stays italic; the next one is as it was."""
        _batch(
            desk, _rule(desk, "NUMBER_GREATER", "1", {"backgroundColor": RED, "textFormat": {"bold": True}})
        )
        own = {"backgroundColor": BLUE, "textFormat": {"italic": True}}
        desk.sheet.grid.put(0, 0, [2, Cell(2, format=own), 1])

        first, second, third = _window(desk)[0]

        assert first == {"t": "2", "k": "n", "f": {"b": 1, "bg": "#ff0000"}}
        assert second["f"] == {"b": 1, "i": 1, "bg": "#ff0000"}
        assert third == 1

    def test_empty_cells_are_coloured_where_a_rule_says_so(self, desk: Desk) -> None:
        """Down to the last row asked for, and to the last column of the rule."""
        _batch(desk, _rule(desk, "BLANK", None, {"backgroundColor": RED}))
        desk.fill([["x"]])

        rows = _window(desk, 0, 3)

        red = {"t": "", "f": {"bg": "#ff0000"}}
        assert rows == [["x", red, red], [red, red, red], [red, red, red]]

    def test_a_colour_scale(self, desk: Desk) -> None:
        """From white by the smallest to blue by the largest number."""
        scale = {
            "minpoint": {"type": "MIN", "color": {"red": 1, "green": 1, "blue": 1}},
            "maxpoint": {"type": "MAX", "color": BLUE},
        }
        grid = {"sheetId": desk.sheet.sheet_id, "endColumnIndex": 3}
        _batch(desk, {"addConditionalFormatRule": {"rule": {"ranges": [grid], "gradientRule": scale}}})
        desk.fill([["0", "5", "10"]])

        colours = [cell["f"]["bg"] for cell in _window(desk)[0]]

        assert colours == ["#ffffff", "#8080ff", "#0000ff"]


def _rule(desk: Desk, kind: str, value: str | None, form: dict[str, Any]) -> dict[str, Any]:
    condition: dict[str, Any] = {"type": kind}
    if value is not None:
        condition["values"] = [{"userEnteredValue": value}]
    grid = {"sheetId": desk.sheet.sheet_id, "startColumnIndex": 0, "endColumnIndex": 3}
    rule = {"ranges": [grid], "booleanRule": {"condition": condition, "format": form}}
    return {"addConditionalFormatRule": {"rule": rule, "index": 0}}


class TestLinks:
    """Where a cell leads."""

    @pytest.mark.parametrize(
        "address",
        ["#gid=7&range=A12:C12", "#gid=0", "https://example.com/a?b=c#d", "http://example.com"],
    )
    def test_places_and_web_pages_are_links(self, desk: Desk, address: str) -> None:
        """Another place of the spreadsheet, or a page of the web."""
        assert _cell(desk, _linked(address)) == {"t": "see", "a": address}

    @pytest.mark.parametrize(
        "address",
        [
            "javascript:alert(1)",
            " javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "#gid=7&range=A1\nx",
            "#top",
            "//example.com",
            "https://a.example/ javascript:alert(1)",
        ],
    )
    def test_anything_else_is_no_link(self, desk: Desk, address: str) -> None:
        """What could run a script, or read a file, is shown as text."""
        runs = ({"format": {"link": {"uri": address}}},)

        assert _cell(desk, _linked(address)) == {"t": "see"}
        assert _cell(desk, Cell("see", runs=runs)) == {"t": "see", "r": [[0, {}]]}

    def test_parts_of_a_text_lead_to_places_of_their_own(self, desk: Desk) -> None:
        """Each run tells from which character it holds; with two addresses the cell as a whole has none."""
        runs = (
            {"format": {"link": {"uri": "#gid=7&range=A2"}}},
            {"startIndex": 5, "format": {}},
            {"startIndex": 7, "format": {"link": {"uri": "#gid=7&range=A9"}, "bold": True}},
        )

        assert _cell(desk, Cell("row 2, row 9", runs=runs)) == {
            "t": "row 2, row 9",
            "r": [[0, {"a": "#gid=7&range=A2"}], [5, {}], [7, {"b": 1, "a": "#gid=7&range=A9"}]],
        }

    def test_a_link_comes_back_with_undo(self, desk: Desk) -> None:
        """What was cleared is what it was, its links included."""
        runs = ({"format": {"link": {"uri": "#gid=7"}}},)
        desk.sheet.grid.put(0, 0, [Cell("see", runs=runs)])

        desk.actions.clear(desk.anna, desk.area(0, 0))
        desk.actions.undo(desk.anna)

        assert desk.cell(0, 0).runs == runs


class TestLocale:
    """Numbers, dates and money as the spreadsheet's locale has them."""

    @pytest.mark.parametrize(
        ("locale", "shown", "typed"),
        [
            ("en_US", ["1.5", "12.5%", "$1,234.50", "3/1/2026", "1,234.50"], ["1.5", "12.5%", "1234.5"]),
            (
                "de_DE",
                ["1,5", "12,5%", "1.234,50\u00a0€", "01.03.2026", "1.234,50"],
                ["1,5", "12,5%", "1234,5"],
            ),
        ],
        ids=["en_US", "de_DE"],
    )
    def test_cells_and_formula_bar(self, desk: Desk, locale: str, shown: list[str], typed: list[str]) -> None:
        """The same cells, as they are shown, copied and edited in each locale."""
        desk.document.locale = locale
        forms = [
            {"type": "PERCENT", "pattern": "0.0%"},
            {"type": "CURRENCY"},
            {"type": "DATE"},
            {"type": "NUMBER", "pattern": "#,##0.00"},
        ]
        values = [0.125, 1234.5, 46082, 1234.5]
        row = [Cell(v, format={"numberFormat": f}) for v, f in zip(values, forms, strict=True)]
        desk.sheet.grid.put(0, 0, [1.5, *row])

        cells = _window(desk)[0]

        assert [cell["t"] for cell in cells] == shown
        assert [cell.get("i", cell["t"]) for cell in cells[:3]] == typed
        assert view.text(desk.sheet, locale, 0, 0, 1, 5) == "\t".join(shown)

    def test_the_number_is_told_where_its_text_is_no_number(self, desk: Desk) -> None:
        """The page sums what is selected; 1,5 is no number to it."""
        assert _cell(desk, 1.5) == {"t": "1.5", "k": "n"}

        desk.document.locale = "de_DE"

        assert _cell(desk, 1.5) == {"t": "1,5", "k": "n", "v": 1.5}

    def test_typing_what_the_formula_bar_shows_changes_nothing(self, desk: Desk) -> None:
        """1,5 typed in Germany is one and a half, is shown as 1,5, and typed again is the same."""
        desk.document.locale = "de_DE"
        for row, text in enumerate(("1,5", "01.03.2026", "12,5%", "1.234,50 €", "'1,5", "1.3.2026 17:05:09")):
            desk.actions.type(desk.owner, desk.area(row, 0), text)
            before = desk.sheet.grid.cell(row, 0)

            desk.actions.type(desk.owner, desk.area(row, 0), input_text(before, "de_DE"))

            assert desk.sheet.grid.cell(row, 0) == before

    def test_a_text_cell_is_edited_as_it_stands(self, desk: Desk) -> None:
        """A cell formatted as plain text takes an apostrophe as an apostrophe, so none is put before."""
        plain = Cell("0042", format={"numberFormat": {"type": "TEXT"}})

        assert input_text(plain) == "0042"

    def test_a_date_whose_pattern_cannot_be_typed_is_edited_in_the_locales_own(self, desk: Desk) -> None:
        """ "Sun" alone would be no date."""
        form = {"numberFormat": {"type": "DATE", "pattern": "ddd"}}

        assert input_text(Cell(46082, format=form), "en_US") == "3/1/2026"
        assert input_text(Cell(46082, format=form), "de_DE") == "01.03.2026"
        assert input_text(Cell(46082.5, format=form), "en_US") == "3/1/2026 12:00:00"

    def test_validation_reads_numbers_in_the_locale(self, desk: Desk) -> None:
        """A rule that was written as 0,5 in Germany lets 0,6 in and 0,4 not."""
        desk.document.locale = "de_DE"
        rule = {
            "condition": {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "0,5"}]},
            "strict": True,
        }
        desk.sheet.grid.put(1, 0, [Cell(validation=rule)])

        desk.actions.type(desk.owner, desk.area(1, 0), "0,6")
        with pytest.raises(Refused, match="greater than 0,5"):
            desk.actions.type(desk.owner, desk.area(1, 0), "0,4")

        assert desk.values(1, 2) == [[0.6]]


@given(
    value=st.one_of(st.floats(-1e12, 1e12).map(lambda x: float(f"{x:.12g}")), st.integers(-(10**12), 10**12)),
    locale=st.sampled_from(["en_US", "de_DE", "fr_FR", "de_CH"]),
)
def test_any_number_survives_the_formula_bar(value: float, locale: str) -> None:
    """What is shown for editing reads back as the same number in every locale."""
    assert value_of(entered(input_text(value, locale), locale)) == value


class TestSettings:
    """File › Settings."""

    def test_locale_and_time_zone_are_set(self, desk: Desk) -> None:
        """The cells stay, and are shown in another way; the add-on hears of a change."""
        desk.sheet.grid.put(0, 0, [1.5])

        desk.actions.set_settings(desk.anna, "de_DE", "Europe/Berlin")

        assert (desk.document.locale, desk.document.time_zone) == ("de_DE", "Europe/Berlin")
        assert _window(desk)[0][0]["t"] == "1,5"
        assert desk.values(0, 1) == [[1.5]]
        assert desk.addon.changes == ["OTHER"]

    @pytest.mark.parametrize(
        ("locale", "zone", "message"),
        [("xx_YY", "Etc/GMT", "xx_YY is no locale"), ("en_US", "Mars/Base", "Mars/Base is no time zone")],
        ids=["locale", "time zone"],
    )
    def test_what_is_not_known_is_refused(self, desk: Desk, locale: str, zone: str, message: str) -> None:
        """Nothing is half set."""
        before = (desk.document.locale, desk.document.time_zone)

        with pytest.raises(Refused, match=message):
            desk.actions.set_settings(desk.owner, locale, zone)

        assert (desk.document.locale, desk.document.time_zone) == before

    def test_a_viewer_may_not(self, desk: Desk) -> None:
        """Who may only look, changes no settings."""
        with pytest.raises(Refused, match=VIEW_ONLY[:20]):
            desk.actions.set_settings(desk.vera, "de_DE", "Europe/Berlin")
