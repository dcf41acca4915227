"""Requests that write cells, formats and rectangles.

"Recorded" says that an expectation was read off public recordings of the real service; "schema" that Google's
discovery document says so.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sheets_standin.conftest import Api

A1 = {"startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 1}


def box(top: int, bottom: int, left: int, right: int) -> dict[str, int]:
    return {"startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": left, "endColumnIndex": right}


def text(value: str) -> dict[str, Any]:
    return {"userEnteredValue": {"stringValue": value}}


def cells(api: Api, where: str, fields: str) -> list[list[dict[str, Any]]]:
    data = api.get(ranges=where, fields=f"sheets.data.rowData.values({fields})")["sheets"][0]["data"][0]
    return [row.get("values", []) for row in data.get("rowData", [])]


def test_update_cells_from_a_start_leaves_the_rest(api: Api) -> None:
    """Schema: "Any number of rows and columns (including a different number of columns per row) may be written"."""
    api.write("A1", [["a", "b"], ["c", "d"]])
    rows = [{"values": [text("x")]}, {"values": [text("y"), {"userEnteredValue": {"numberValue": 2}}]}]

    api.batch({"updateCells": {"rows": rows, "fields": "userEnteredValue", "start": {}}})

    assert api.rows("A1:B2", valueRenderOption="UNFORMATTED_VALUE") == [["x", "b"], ["y", 2]]


def test_update_cells_over_a_range_clears_the_rest_of_it(api: Api) -> None:
    """Schema, range: cells that the data does not cover have "the fields matching those set in fields … cleared"."""
    api.write("A1", [["a", "b", "c"], ["d", "e", "f"]])
    update = {"rows": [{"values": [text("x")]}], "fields": "userEnteredValue", "range": box(0, 2, 0, 2)}

    api.batch({"updateCells": update})

    assert api.rows("A1:C2") == [["x", "", "c"], ["", "", "f"]]


def test_text_never_becomes_a_formula(api: Api) -> None:
    """Schema, ExtendedValue: stringValue is a string, formulaValue a formula."""
    values = [
        text("=1+1"),
        {"userEnteredValue": {"formulaValue": "=1+1"}},
        {"userEnteredValue": {"boolValue": False}},
    ]

    api.batch({"updateCells": {"rows": [{"values": values}], "fields": "userEnteredValue", "start": {}}})

    assert api.rows("A1:C1", valueRenderOption="UNFORMATTED_VALUE") == [["=1+1", 2, False]]


@pytest.mark.parametrize(
    ("update", "message"),
    [
        (
            {"start": {"rowIndex": 1000}},
            "GridCoordinate.rowIndex[1000] is after last row in grid[999]",
        ),
        (
            {"start": {"rowIndex": 999}, "rows": [{"values": [{}]}, {"values": [{}]}]},
            "Attempting to write row: 1000, beyond the last requested row of: 999",
        ),
        ({"start": {"sheetId": 7}}, "No grid with id: 7"),
    ],
    ids=["outside", "too many rows", "no such tab"],
)
def test_cells_must_lie_in_the_grid(api: Api, update: dict[str, Any], message: str) -> None:
    """The first text is Google's, seen in google-apps-clj#23."""
    assert api.batch_refused({"updateCells": {"fields": "note", **update}}) == (
        f"Invalid requests[0].updateCells: {message}"
    )


def test_append_cells_writes_below_the_last_row_with_data(api: Api) -> None:
    """Schema: "after the last row with data in a sheet, inserting new rows into the sheet if necessary"."""
    api.write("C999", [["x"]])
    api.batch({"repeatCell": {"range": A1, "cell": {"note": "n"}, "fields": "note"}})
    rows = [{"values": [text("a")]}, {"values": [text("b")]}]

    api.batch({"appendCells": {"sheetId": 0, "rows": rows, "fields": "userEnteredValue"}})

    assert api.rows("A999:C1001") == [["", "", "x"], ["a"], ["b"]]


def test_repeat_cell_increments_formulas(api: Api) -> None:
    """Schema, RepeatCellRequest: =A1 into B2:C4 makes B3 =A2 and C2 =B1; $ keeps a reference."""
    cell = {"userEnteredValue": {"formulaValue": "=A1+$A$1"}}

    api.batch({"repeatCell": {"range": box(1, 4, 1, 3), "cell": cell, "fields": "userEnteredValue"}})

    assert api.rows("B2:C4", valueRenderOption="FORMULA") == [
        ["=A1+$A$1", "=B1+$A$1"],
        ["=A2+$A$1", "=B2+$A$1"],
        ["=A3+$A$1", "=B3+$A$1"],
    ]


def test_colours_are_kept_in_steps_and_given_twice(api: Api) -> None:
    """Recorded: 1/255 steps as 32-bit floats, zero channels left out, the field and its …Style twin."""
    form = {"backgroundColor": {"red": 0.26, "green": 0.0, "blue": 1.0}, "textFormat": {"bold": True}}

    api.batch(
        {"repeatCell": {"range": A1, "cell": {"userEnteredFormat": form}, "fields": "userEnteredFormat"}}
    )

    color = {"red": 0.25882354, "blue": 1}
    assert cells(api, "A1", "userEnteredFormat") == [
        [
            {
                "userEnteredFormat": {
                    "backgroundColor": color,
                    "backgroundColorStyle": {"rgbColor": color},
                    "textFormat": {"bold": True},
                }
            }
        ]
    ]


def test_formats_are_merged_under_the_mask(api: Api) -> None:
    """Schema: only the listed fields are updated; what is listed and not given is cleared."""
    first = {"textFormat": {"bold": True, "fontSize": 12}, "horizontalAlignment": "RIGHT"}
    second = {"textFormat": {"italic": True}}

    def repeat(form: dict[str, Any], fields: str) -> dict[str, Any]:
        return {"repeatCell": {"range": A1, "cell": {"userEnteredFormat": form}, "fields": fields}}

    api.batch(
        repeat(first, "userEnteredFormat"),
        repeat(second, "userEnteredFormat.textFormat(italic,bold),userEnteredFormat.horizontalAlignment"),
    )

    assert cells(api, "A1", "userEnteredFormat") == [
        [{"userEnteredFormat": {"textFormat": {"fontSize": 12, "italic": True}}}]
    ]


def test_effective_format_is_the_default_and_the_own_format(api: Api) -> None:
    """Schema, effectiveFormat: what takes effect; a format of its own has its place there without a value too."""
    form = {
        "textFormat": {"bold": True},
        "numberFormat": {"type": "PERCENT"},
        "horizontalAlignment": "CENTER",
    }
    api.batch(
        {"repeatCell": {"range": A1, "cell": {"userEnteredFormat": form}, "fields": "userEnteredFormat"}}
    )

    ((cell,),) = cells(
        api, "A1", "effectiveFormat(textFormat(bold,fontSize),numberFormat,horizontalAlignment)"
    )

    assert cell["effectiveFormat"]["numberFormat"] == {"type": "PERCENT", "pattern": "0.00%"}
    assert cell["effectiveFormat"]["horizontalAlignment"] == "CENTER"
    assert cell["effectiveFormat"]["textFormat"] == {"fontSize": 10, "bold": True}


def test_borders(api: Api) -> None:
    """Schema, UpdateBordersRequest: what is not given stays, NONE clears, inner borders lie between cells."""
    solid = {"style": "SOLID", "color": {"red": 1}}
    api.batch(
        {"updateBorders": {"range": box(0, 2, 0, 2), "top": solid, "innerVertical": {"style": "DOTTED"}}},
        {"updateBorders": {"range": box(0, 1, 0, 1), "left": solid}},
        {"updateBorders": {"range": box(0, 1, 1, 2), "top": {"style": "NONE"}}},
    )

    cells_written = cells(api, "A1:B2", "userEnteredFormat.borders")

    red = {"style": "SOLID", "width": 1, "color": {"red": 1}, "colorStyle": {"rgbColor": {"red": 1}}}
    dotted = {"style": "DOTTED", "width": 1, "color": {}, "colorStyle": {"rgbColor": {}}}
    borders = [[cell["userEnteredFormat"]["borders"] for cell in row] for row in cells_written]
    assert borders == [
        [{"top": red, "left": red, "right": dotted}, {"left": dotted}],
        [{"right": dotted}, {"left": dotted}],
    ]


def test_data_validation_is_set_and_cleared(api: Api) -> None:
    """Schema: "To clear validation in a range, call this with no rule specified"."""
    rule = {
        "condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "a"}]},
        "strict": True,
        "showCustomUi": False,
    }

    api.batch({"setDataValidation": {"range": A1, "rule": rule}})
    rules = cells(api, "A1", "dataValidation")
    api.batch({"setDataValidation": {"range": A1}})

    assert rules == [[{"dataValidation": {"condition": rule["condition"], "strict": True}}]]
    assert cells(api, "A1", "dataValidation") == []


def test_a_new_value_erases_text_runs(api: Api) -> None:
    """Schema, textFormatRuns: "When writing a new user_entered_value, previous runs are erased"."""
    run = {"startIndex": 1, "format": {"bold": True}}
    cell = text("abc") | {"textFormatRuns": [run]}
    fields = "userEnteredValue,textFormatRuns"
    api.batch({"updateCells": {"rows": [{"values": [cell]}], "fields": fields, "start": {}}})
    before = cells(api, "A1", "textFormatRuns")

    api.write("A1", [["x"]])

    assert before == [[{"textFormatRuns": [run]}]]
    assert cells(api, "A1", "textFormatRuns") == []


def test_copy_paste_repeats_its_source(api: Api) -> None:
    """Schema, destination: repeated over a multiple, copied whole where the destination is smaller; formulas move."""
    api.write("A1", [["x", "=A1&1"]], "USER_ENTERED")

    api.batch(
        {"copyPaste": {"source": box(0, 1, 0, 2), "destination": box(1, 3, 0, 2)}},
        {
            "copyPaste": {
                "source": box(0, 1, 0, 2),
                "destination": box(4, 5, 0, 1),
                "pasteType": "PASTE_VALUES",
            }
        },
        {
            "copyPaste": {
                "source": box(0, 1, 0, 2),
                "destination": box(0, 1, 4, 5),
                "pasteOrientation": "TRANSPOSE",
            }
        },
    )

    assert api.rows("A1:B5", valueRenderOption="FORMULA") == [
        ["x", "=A1&1"],
        ["x", "=A2&1"],
        ["x", "=A3&1"],
        [],
        ["x", "x1"],
    ]
    assert api.rows("E1:E2", valueRenderOption="FORMULA")[0] == ["x"]


def test_an_empty_source_copies_nothing(api: Api) -> None:
    """GridRange: "If the start index equals the end index, then the range is empty"."""
    api.write("A1", [["x"]])

    api.batch({"copyPaste": {"source": box(1, 1, 0, 1), "destination": A1}})

    assert api.rows("A1") == [["x"]]


def test_paste_format_leaves_values(api: Api) -> None:
    """Schema, PASTE_FORMAT: "Paste the format and data validation only", here the format."""
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    api.write("A1", [["a", "b"]])
    api.batch(
        {"repeatCell": {"range": A1, "cell": bold, "fields": "userEnteredFormat"}},
        {"copyPaste": {"source": A1, "destination": box(0, 1, 1, 2), "pasteType": "PASTE_FORMAT"}},
    )

    assert cells(api, "B1", "formattedValue,userEnteredFormat") == [[{"formattedValue": "b"} | bold]]


def test_cut_paste_moves_cells(api: Api) -> None:
    """Schema: "All the source data will be cut"."""
    api.write("A1", [["a", "b"], ["c", "d"]])

    api.batch({"cutPaste": {"source": box(0, 1, 0, 2), "destination": {"rowIndex": 2, "columnIndex": 1}}})

    assert api.rows("A1:C3") == [[], ["c", "d"], ["", "a", "b"]]


def test_delete_range_moves_rows_up_and_keeps_the_row_count(api: Api) -> None:
    """Recorded: with only row bounds whole rows move up, and rowCount stays."""
    api.write("A1", [["a", "b"], ["c", "d"], ["e", "f"]])

    api.batch({"deleteRange": {"range": {"startRowIndex": 0, "endRowIndex": 1}, "shiftDimension": "ROWS"}})
    api.batch({"deleteRange": {"range": A1, "shiftDimension": "COLUMNS"}})

    assert api.rows("A1:B3") == [["d"], ["e", "f"]]
    assert api.read("Sheet1")["range"] == "Sheet1!A1:Z1000"


def test_insert_range_shifts_cells(api: Api) -> None:
    """Schema: existing cells are shifted down (ROWS) or right (COLUMNS)."""
    api.write("A1", [["a", "b"], ["c", "d"]])

    api.batch({"insertRange": {"range": A1, "shiftDimension": "ROWS"}})
    down = api.rows("A1:C3")
    api.batch({"insertRange": {"range": box(1, 2, 0, 1), "shiftDimension": "COLUMNS"}})

    assert down == [["", "b"], ["a", "d"], ["c"]]
    assert api.rows("A1:C3") == [["", "b"], ["", "a", "d"], ["c"]]


def test_sort_range(api: Api) -> None:
    """Recorded: whole rows of the range move, empty cells go last; later specs count where earlier ones are equal."""
    api.write("A1", [["b", 1, "x"], ["a", 2], ["", 3], ["b", 0]])
    ascending = {"dimensionIndex": 0, "sortOrder": "ASCENDING"}
    descending = {"dimensionIndex": 1, "sortOrder": "DESCENDING"}

    api.batch({"sortRange": {"range": box(0, 4, 0, 2), "sortSpecs": [ascending, descending]}})

    assert api.rows("A1:C4", valueRenderOption="UNFORMATTED_VALUE") == [
        ["a", 2, "x"],
        ["b", 1],
        ["b", 0],
        ["", 3],
    ]


def test_find_replace_counts(api: Api) -> None:
    """Schema, FindReplaceResponse: "e" to "o" in "Google Sheets" are 3 occurrences in one value and row."""
    api.write("A1", [["Google Sheets", "x"], ["none"]])

    (reply,) = api.batch({"findReplace": {"find": "E", "replacement": "o", "range": box(0, 1, 0, 2)}})

    assert reply["findReplace"] == {
        "valuesChanged": 1,
        "occurrencesChanged": 3,
        "rowsChanged": 1,
        "sheetsChanged": 1,
    }
    assert api.rows("A1:A2") == [["Googlo Shoots"], ["none"]]


def test_trim_whitespace(api: Api) -> None:
    """Schema: none at the ends, one blank within."""
    api.write("A1", [["  a \t b\n", "c"]])

    (reply,) = api.batch({"trimWhitespace": {"range": box(0, 1, 0, 2)}})

    assert reply == {"trimWhitespace": {"cellsChangedCount": 1}}
    assert api.rows("A1:B1") == [["a b", "c"]]


def test_delete_duplicates(api: Api) -> None:
    """Schema: the first of each stays, whatever the case; content outside the range is not removed."""
    api.write("A1", [["a", 1, "x"], ["A", 1, "y"], ["b", 1, "z"]])

    (reply,) = api.batch({"deleteDuplicates": {"range": box(0, 3, 0, 2)}})

    assert reply == {"deleteDuplicates": {"duplicatesRemovedCount": 1}}
    assert api.rows("A1:C3") == [["a", "1", "x"], ["b", "1", "y"], ["", "", "z"]]


def test_paste_data(api: Api) -> None:
    """Schema, PasteDataRequest: data in rows, split at the delimiter, read as if typed."""
    data = {"coordinate": {"rowIndex": 1}, "data": "a,1\nb,2", "delimiter": ",", "type": "PASTE_NORMAL"}

    api.batch({"pasteData": data})

    assert api.rows("A1:B3", valueRenderOption="UNFORMATTED_VALUE") == [[], ["a", 1], ["b", 2]]
