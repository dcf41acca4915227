"""What is refused, and what is left alone; sources are named beside each."""

from __future__ import annotations

from typing import Any

import pytest

from sheets_standin.workspace import Role
from tests.sheets_standin.conftest import Api

BOX = {"startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 2}
EVE = "eve@example.com"


def test_inserting_rows_stops_at_ten_million_cells(api: Api) -> None:
    """Google's limit: 26 columns leave room for 384,615 rows."""
    span = {"dimension": "ROWS", "startIndex": 1, "endIndex": 383_700}

    message = api.batch_refused({"insertDimension": {"range": span}})

    assert message.startswith("Invalid requests[0].insertDimension: ")
    assert "above the limit of 10000000 cells" in message


def test_unprotected_ranges_stay_open(api: Api) -> None:
    """ProtectedRange.unprotectedRanges: "The list of unprotected ranges within a protected sheet"."""
    api.workspace.share("S", EVE, Role.EDITOR)
    protected = {"range": {"sheetId": 0}, "unprotectedRanges": [BOX]}
    api.batch({"addProtectedRange": {"protectedRange": protected}})

    def write(where: str) -> int:
        path = f"/S/values/{where}"
        return api.send("PUT", path, {"values": [[1, 2, 3]]}, email=EVE, valueInputOption="RAW")[0]

    assert api.send("PUT", "/S/values/A1:B2", {"values": [[1]]}, email=EVE, valueInputOption="RAW")[0] == 200
    assert write("A1") == 400
    assert write("A3") == 400


def test_formulas_about_other_tabs_stay(api: Api) -> None:
    """Rows inserted in one tab move no reference to another."""
    api.batch({"addSheet": {"properties": {"title": "Other", "sheetId": 9}}})
    api.write("Other!B1", [["=A5"]], "USER_ENTERED")

    api.batch({"insertDimension": {"range": {"dimension": "ROWS", "startIndex": 0, "endIndex": 2}}})

    assert api.rows("Other!B1", valueRenderOption="FORMULA") == [["=A5"]]


def test_copying_a_tab_takes_an_editor_of_the_other_spreadsheet(api: Api) -> None:
    """Who may only read a spreadsheet adds no tab to it."""
    api.workspace.create("Other", "owner@example.com", spreadsheet_id="T")
    api.workspace.share("T", "ann@example.com", Role.VIEWER)

    status, answer = api.send("POST", "/S/sheets/0:copyTo", {"destinationSpreadsheetId": "T"})

    assert (status, answer["error"]["status"]) == (403, "PERMISSION_DENIED")
    assert len(api.workspace.documents["T"].sheets) == 1


def test_a_rule_lies_on_one_tab(api: Api) -> None:
    """ConditionalFormatRule.ranges: "All the ranges must be on the same grid"."""
    api.batch({"addSheet": {"properties": {"sheetId": 9}}})
    rule = {
        "ranges": [BOX, BOX | {"sheetId": 9}],
        "booleanRule": {"condition": {"type": "BLANK"}, "format": {}},
    }

    api.batch_refused({"addConditionalFormatRule": {"rule": rule, "index": 0}})


def test_typed_text_has_50000_characters_at_most(api: Api) -> None:
    """The limit holds for updateCells as for values."""
    row = {"values": [{"userEnteredValue": {"stringValue": "x" * 50_001}}]}

    message = api.batch_refused({"updateCells": {"rows": [row], "fields": "userEnteredValue", "start": {}}})

    assert message.endswith("more than the maximum of 50000 characters in a single cell.")


def test_an_unspecified_input_option_is_none(api: Api) -> None:
    """ValueInputOption: "Default input value. This value must not be used"."""
    message = api.refused(
        "PUT", "/S/values/A1", {"values": [[1]]}, valueInputOption="INPUT_VALUE_OPTION_UNSPECIFIED"
    )

    assert message == "'valueInputOption' is required but not specified"


@pytest.mark.parametrize(
    "grid",
    [{"startRowIndex": -1}, {"startRowIndex": 1000}, {"startRowIndex": 3, "endRowIndex": 2}, {"sheetId": 7}],
    ids=["negative", "outside", "ends before it begins", "no such tab"],
)
def test_a_grid_range_must_lie_in_the_grid(api: Api, grid: dict[str, Any]) -> None:
    """GridRange: "The start index must always be less than or equal to the end index"."""
    api.batch_refused({"mergeCells": {"range": grid}})


@pytest.mark.parametrize(
    ("kind", "name", "identity"),
    [
        ("addFilterView", "filter", "filterViewId"),
        ("addBanding", "bandedRange", "bandedRangeId"),
        ("addProtectedRange", "protectedRange", "protectedRangeId"),
    ],
    ids=str,
)
def test_ids_are_given_once(api: Api, kind: str, name: str, identity: str) -> None:
    """Of each: "It is an error to specify the ID of a range that already exists"."""
    api.batch({kind: {name: {identity: 5, "range": BOX}}})
    below = {"startRowIndex": 5, "endRowIndex": 6}

    assert "5 already exists" in api.batch_refused({kind: {name: {identity: 5, "range": below}}})
