"""Requests about rows and columns, and what moves along with them.

"Recorded" says that an expectation was read off public recordings of the real service; "schema" that Google's
discovery document says so.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sheets_standin.conftest import Api


def span(start: int, end: int, dimension: str = "ROWS") -> dict[str, Any]:
    return {"dimension": dimension, "startIndex": start, "endIndex": end}


def insert(start: int, end: int, dimension: str = "ROWS", **more: Any) -> dict[str, Any]:
    return {"insertDimension": {"range": span(start, end, dimension), **more}}


def delete(start: int, end: int, dimension: str = "ROWS") -> dict[str, Any]:
    return {"deleteDimension": {"range": span(start, end, dimension)}}


def test_inserting_and_deleting_move_the_values(api: Api) -> None:
    """Recorded."""
    api.write("A1", [["a", "b"], ["c", "d"]])

    api.batch(insert(1, 3), insert(1, 2, "COLUMNS"))
    inserted = api.rows("A1:D5")
    api.batch(delete(1, 3), delete(1, 2, "COLUMNS"))

    assert inserted == [["a", "", "b"], [], [], ["c", "", "d"]]
    assert api.rows("A1:D5") == [["a", "b"], ["c", "d"]]
    assert api.read("Sheet1")["range"] == "Sheet1!A1:Z1000"


@pytest.mark.parametrize(
    ("request_", "formula"),
    [
        (insert(1, 3), "=SUM(A1:A5)+$B$6"),
        (insert(0, 1), "=SUM(A2:A4)+$B$5"),
        (delete(1, 2), "=SUM(A1:A2)+$B$3"),
        (delete(3, 4), "=SUM(A1:A3)+#REF!"),
        (insert(0, 1, "COLUMNS"), "=SUM(B1:B3)+$C$4"),
        ({"moveDimension": {"source": span(3, 4), "destinationIndex": 0}}, "=SUM(A2:A4)+$B$1"),
    ],
    ids=["within", "above", "deleted within", "deleted", "column", "moved"],
)
def test_references_of_formulas_follow(api: Api, request_: dict[str, Any], formula: str) -> None:
    """As in Sheets: references keep to their cells, ranges grow and shrink, what is gone is #REF!."""
    api.batch({"addSheet": {"properties": {"title": "Other", "sheetId": 9}}})
    api.write("D9", [["=SUM(A1:A3)+$B$4"]], "USER_ENTERED")
    api.write("Other!A1", [["=SUM(Sheet1!A1:A3)+Sheet1!$B$4"]], "USER_ENTERED")

    api.batch(request_)

    (cell,) = [cell.formula for row, column, cell in api.document.sheet("Sheet1").grid.formula_cells()]
    assert cell == formula
    other = api.rows("Other!A1", valueRenderOption="FORMULA")[0][0]
    assert other.replace("Sheet1!", "") == formula


def test_ranges_follow(api: Api) -> None:
    """Named, protected, merged and filtered ranges, conditional formats and bandings keep to their cells."""
    where = {"startRowIndex": 2, "endRowIndex": 4, "startColumnIndex": 1, "endColumnIndex": 3}
    color = {"red": 1}
    rule = {
        "ranges": [where],
        "booleanRule": {"condition": {"type": "NOT_BLANK"}, "format": {"textFormat": {"bold": True}}},
    }
    banding = {"range": where, "rowProperties": {"firstBandColor": color, "secondBandColor": color}}
    api.batch(
        {"addNamedRange": {"namedRange": {"name": "named", "range": where}}},
        {"addProtectedRange": {"protectedRange": {"range": where}}},
        {"mergeCells": {"range": where}},
        {"setBasicFilter": {"filter": {"range": where}}},
        {"addConditionalFormatRule": {"rule": rule, "index": 0}},
        {"addBanding": {"bandedRange": banding}},
        {"addFilterView": {"filter": {"range": where}}},
    )

    api.batch(insert(0, 1), insert(4, 5), delete(0, 1, "COLUMNS"))

    moved = {"startRowIndex": 3, "endRowIndex": 6, "startColumnIndex": 0, "endColumnIndex": 2}
    spreadsheet = api.get()
    (sheet,) = spreadsheet["sheets"]
    assert spreadsheet["namedRanges"][0]["range"] == moved
    assert sheet["protectedRanges"][0]["range"] == moved
    assert sheet["merges"] == [moved]
    assert sheet["basicFilter"]["range"] == moved
    assert sheet["conditionalFormats"][0]["ranges"] == [moved]
    assert sheet["bandedRanges"][0]["range"] == moved
    assert sheet["filterViews"][0]["range"] == moved
    api.batch(delete(2, 7))
    assert "merges" not in api.get()["sheets"][0]
    assert "namedRanges" not in api.get()


@pytest.mark.parametrize(("like_before", "bold"), [(True, True), (False, False)], ids=["before", "after"])
def test_inserted_rows_look_like_their_neighbours(api: Api, like_before: bool, bold: bool) -> None:
    """Schema, inheritFromBefore: rows inserted at index 1 take row 0's or row 1's format, and its size."""
    first = {"endRowIndex": 1, "endColumnIndex": 1}
    cell = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    size = {"range": span(0, 1), "properties": {"pixelSize": 50}, "fields": "pixelSize"}
    api.batch(
        {"repeatCell": {"range": first, "cell": cell, "fields": "userEnteredFormat"}},
        {"updateDimensionProperties": size},
    )

    api.batch(insert(1, 2, inheritFromBefore=like_before))

    data = api.get(ranges="A2", fields="sheets.data(rowData.values.userEnteredFormat,rowMetadata)")
    grid = data["sheets"][0]["data"][0]
    assert ("rowData" in grid) is bold
    assert grid["rowMetadata"] == [{"pixelSize": 50 if bold else 21}]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            insert(1000, 1001),
            "insertDimension: range.startIndex must be less than the grid size (1000) if inheritFromBefore is false.",
        ),
        (
            insert(0, 1, inheritFromBefore=True),
            "insertDimension: range.startIndex must be greater than 0 if inheritFromBefore is true.",
        ),
        (insert(-1, 1), "insertDimension: DimensionRange indexes must be >= 0"),
        (
            delete(1000, 1001),
            "deleteDimension: Cannot delete a row that doesn't exist. Tried to delete row index 1000 but there are "
            "only 1000 rows.",
        ),
        (delete(0, 1000), "deleteDimension: You can't delete all the rows on the sheet."),
    ],
    ids=["insert at the end", "inherit from nothing", "negative", "no such row", "all rows"],
)
def test_refusals(api: Api, request_: dict[str, Any], message: str) -> None:
    """The words are Google's, seen in pygsheets#46 and #361 and translation-sheet#9."""
    assert api.batch_refused(request_) == f"Invalid requests[0].{message}"


def test_rows_that_are_not_frozen_stay(api: Api) -> None:
    """Seen in node-google-spreadsheet#186."""
    grid = {"rowCount": 3, "frozenRowCount": 1}
    fields = "gridProperties(rowCount,frozenRowCount)"
    api.batch({"updateSheetProperties": {"properties": {"gridProperties": grid}, "fields": fields}})

    assert api.batch_refused(delete(1, 3)).endswith(
        "Sorry, it is not possible to delete all non-frozen rows."
    )
    api.batch(delete(0, 1))
    assert "frozenRowCount" not in api.get()["sheets"][0]["properties"]["gridProperties"]


def test_a_row_can_be_inserted_at_the_end_of_the_grid(api: Api) -> None:
    """Seen in gspread#1091: it takes inheritFromBefore."""
    api.batch(insert(1000, 1001, inheritFromBefore=True))

    assert api.read("Sheet1")["range"] == "Sheet1!A1:Z1001"


def test_move_dimension(api: Api) -> None:
    """Schema: of 0 1 2 3 4, ROWS [1..3) to index 4 makes 0 3 1 2 4."""
    api.write("A1", [[0], [1], [2], [3], [4]])

    api.batch({"moveDimension": {"source": span(1, 3), "destinationIndex": 4}})

    assert api.rows("A1:A5", valueRenderOption="UNFORMATTED_VALUE") == [[0], [3], [1], [2], [4]]


def test_move_columns_to_the_left(api: Api) -> None:
    """The destination is counted before the move."""
    api.write("A1", [["a", "b", "c", "d"]])

    api.batch({"moveDimension": {"source": span(2, 4, "COLUMNS"), "destinationIndex": 1}})

    assert api.rows("A1:D1") == [["a", "c", "d", "b"]]


def test_append_dimension(api: Api) -> None:
    """Schema: rows and columns at the end of a sheet."""
    rows = {"sheetId": 0, "dimension": "ROWS", "length": 3}
    columns = {"sheetId": 0, "dimension": "COLUMNS", "length": 1}

    api.batch({"appendDimension": rows}, {"appendDimension": columns})

    assert api.read("Sheet1")["range"] == "Sheet1!A1:AA1003"


def test_sizes_and_hidden_rows(api: Api) -> None:
    """Schema, DimensionProperties; usual sizes are 21 and 100 pixels."""
    wide = {"range": span(1, 2, "COLUMNS"), "properties": {"pixelSize": 160}, "fields": "pixelSize"}
    hidden = {"range": span(0, 1), "properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}
    api.batch({"updateDimensionProperties": wide}, {"updateDimensionProperties": hidden})

    data = api.get(ranges="A1:B2", fields="sheets.data(rowMetadata,columnMetadata)")

    assert data["sheets"][0]["data"] == [
        {
            "rowMetadata": [{"pixelSize": 21, "hiddenByUser": True}, {"pixelSize": 21}],
            "columnMetadata": [{"pixelSize": 100}, {"pixelSize": 160}],
        }
    ]


def group(start: int, end: int) -> dict[str, Any]:
    return {"addDimensionGroup": {"range": span(start, end, "COLUMNS")}}


def levels(groups: list[dict[str, Any]]) -> list[tuple[int, int, int]]:
    return [(group["range"]["startIndex"], group["range"]["endIndex"], group["depth"]) for group in groups]


@pytest.mark.parametrize(
    ("first", "second", "groups"),
    [
        ((2, 4), (1, 5), [(1, 5, 1), (2, 4, 2)]),
        ((1, 5), (2, 4), [(1, 5, 1), (2, 4, 2)]),
        ((1, 4), (2, 5), [(1, 5, 1), (2, 4, 2)]),
    ],
    ids=["superset", "subset", "overlap"],
)
def test_groups(
    api: Api, first: tuple[int, int], second: tuple[int, int], groups: list[tuple[int, int, int]]
) -> None:
    """Schema, AddDimensionGroupRequest: the examples of its description, C:D is 2 to 4 and B:E is 1 to 5."""
    reply = api.batch(group(*first), group(*second))[1]

    assert levels(reply["addDimensionGroup"]["dimensionGroups"]) == groups
    assert levels(api.get()["sheets"][0]["columnGroups"]) == groups


def test_deleting_a_group(api: Api) -> None:
    """Schema, DeleteDimensionGroupRequest: B:E and C:D less D:E leave B:D and C:C; recorded: {} when none is left."""
    api.batch(group(1, 5), group(2, 4))

    (reply,) = api.batch({"deleteDimensionGroup": {"range": span(3, 5, "COLUMNS")}})
    assert levels(reply["deleteDimensionGroup"]["dimensionGroups"]) == [(1, 4, 1), (2, 3, 2)]

    rest = [
        {"deleteDimensionGroup": {"range": span(2, 3, "COLUMNS")}},
        {"deleteDimensionGroup": {"range": span(1, 4, "COLUMNS")}},
    ]
    assert api.batch(*rest)[1] == {"deleteDimensionGroup": {}}
    assert "columnGroups" not in api.get()["sheets"][0]


def test_collapsing_a_group_hides_its_columns(api: Api) -> None:
    """Schema, DimensionGroup.collapsed: "all dimensions within it are set to hidden"."""
    api.batch(group(1, 3))
    wanted = {"range": span(1, 3, "COLUMNS"), "depth": 1, "collapsed": True}

    api.batch({"updateDimensionGroup": {"dimensionGroup": wanted, "fields": "collapsed"}})

    (sheet,) = api.get(ranges="A1:C1", fields="sheets(columnGroups,data.columnMetadata)")["sheets"]
    assert sheet["columnGroups"][0]["collapsed"] is True
    assert [column.get("hiddenByUser") for column in sheet["data"][0]["columnMetadata"]] == [None, True, True]


def test_auto_resize_makes_room_for_text(api: Api) -> None:
    """A longer text makes a wider column; empty columns keep their width."""
    api.write("A1", [["x" * 40, "x" * 80]])

    api.batch({"autoResizeDimensions": {"dimensions": span(0, 3, "COLUMNS")}})

    data = api.get(ranges="A1:C1", fields="sheets.data.columnMetadata.pixelSize")["sheets"][0]["data"][0]
    sizes = [column["pixelSize"] for column in data["columnMetadata"]]
    assert 100 < sizes[0] < sizes[1]
    assert sizes[2] == 100
