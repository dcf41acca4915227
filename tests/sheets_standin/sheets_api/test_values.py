"""spreadsheets.values.

"Recorded" says that an expectation was read off public recordings of the real service; other sources are named.
"""

from __future__ import annotations

import pytest

from sheets_standin.workspace import Role
from tests.sheets_standin.conftest import Api


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("A1:B2", "Sheet1!A1:B2"),
        ("Sheet1!B2:A1", "Sheet1!A1:B2"),
        ("Sheet1", "Sheet1!A1:Z1000"),
        ("'Sheet1'!C3", "Sheet1!C3"),
        ("sheet1!A1", "Sheet1!A1"),
        ("A5:A", "Sheet1!A5:A1000"),
        ("B:C", "Sheet1!B1:C1000"),
        ("3:4", "Sheet1!A3:Z4"),
        ("Y999:AB1005", "Sheet1!Y999:Z1000"),
        ("R1C1:R2C3", "Sheet1!A1:C2"),
        ("R[1]C[1]", "Sheet1!B2"),
    ],
    ids=["pair", "corners", "title", "cell", "case", "open", "columns", "rows", "clipped", "r1c1", "offset"],
)
def test_the_range_comes_back_normalised(api: Api, asked: str, answered: str) -> None:
    """Recorded: open ends filled with the grid, corners ordered, a title is the whole grid, one cell stays one."""
    assert api.read(asked) == {"range": answered, "majorDimension": "ROWS"}


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("wksht_test", "wksht_test"),
        ("food.csv", "food.csv"),
        ("D3", "'D3'"),
        ("export-records", "'export-records'"),
        ("New User", "'New User'"),
        ("Bob's", "'Bob''s'"),
        ("시트", "'시트'"),
    ],
    ids=str,
)
def test_titles_are_quoted_where_they_could_be_mistaken(api: Api, title: str, shown: str) -> None:
    """Recorded: bare only for letters, digits, underscore and dot, and not like a cell."""
    api.batch({"addSheet": {"properties": {"title": title}}})

    quoted = "'" + title.replace("'", "''") + "'"

    assert api.read(f"{quoted}!A1")["range"] == f"{shown}!A1"


@pytest.mark.parametrize("asked", ["Nope!A1", "A1:", "'Nope'!A1:B2", "Nope"], ids=str)
def test_what_is_no_range_is_refused_as_it_was_written(api: Api, asked: str) -> None:
    """Recorded: "Unable to parse range: " and the range as the caller wrote it."""
    assert api.refused("GET", f"/S/values/{asked}") == f"Unable to parse range: {asked}"


def test_a_range_that_starts_outside_the_grid_is_refused(api: Api) -> None:
    """Recorded: "Range (…) exceeds grid limits"; a range that only ends outside is clipped."""
    message = "Range (Sheet1!A1001:B1002) exceeds grid limits. Max rows: 1000, max columns: 26"

    assert api.refused("GET", "/S/values/A1001:B1002") == message
    assert api.refused("PUT", "/S/values/A1001:B1002", {"values": [[1]]}, valueInputOption="RAW") == message


def test_rows_are_ragged_and_trimmed(api: Api) -> None:
    """Recorded: trailing empty cells and rows are cut, inner ones are "" and [], an empty range has no values."""
    api.write("A1", [["a", "", "c"], [], ["d"], [""]])

    assert api.rows("A1:E9") == [["a", "", "c"], [], ["d"]]
    assert "values" not in api.read("F1:G9")


def test_columns_are_trimmed_by_column(api: Api) -> None:
    """Recorded: majorDimension=COLUMNS transposes, trims per column and is echoed."""
    api.write("A1", [["a", "b"], ["c"]])

    assert api.read("A1:C3", majorDimension="COLUMNS") == {
        "range": "Sheet1!A1:C3",
        "majorDimension": "COLUMNS",
        "values": [["a", "c"], ["b"]],
    }


def test_render_options(api: Api) -> None:
    """Recorded: strings only, JSON numbers without ".0", or the formula where there is one."""
    api.write("A1", [["=B1*2", "21", "2020-01-01", "TRUE"]], "USER_ENTERED")

    assert api.rows("A1:D1") == [["42", "21", "2020-01-01", "TRUE"]]
    assert api.rows("A1:D1", valueRenderOption="UNFORMATTED_VALUE") == [[42, 21, 43831, True]]
    assert api.rows("A1:D1", valueRenderOption="FORMULA") == [["=B1*2", 21, 43831, True]]
    assert api.rows(
        "A1:D1", valueRenderOption="UNFORMATTED_VALUE", dateTimeRenderOption="FORMATTED_STRING"
    ) == [[42, 21, "2020-01-01", True]]


def test_raw_stores_strings_as_they_are(api: Api) -> None:
    """Recorded: "0123456" and "=SUM(…)" stay text under RAW, and are parsed under USER_ENTERED."""
    texts = ["0123456", "=SUM(1,2)", "3_1_0"]
    api.write("A1", [texts])
    api.write("A2", [texts], "USER_ENTERED")

    assert api.rows("A1:C2", valueRenderOption="UNFORMATTED_VALUE") == [texts, [123456, 3, "3_1_0"]]


def test_null_leaves_a_cell_alone_and_an_empty_string_empties_it(api: Api) -> None:
    """Recorded: only non-null cells are counted; "" counts as written."""
    api.write("A1", [["a", "b", "c"], ["d", "e", "f"]])

    answer = api.write("A1:C2", [[None, "", "x"], [None, None, None]])

    assert api.rows("A1:C2") == [["a", "", "x"], ["d", "e", "f"]]
    assert answer == {
        "spreadsheetId": "S",
        "updatedRange": "Sheet1!A1:C2",
        "updatedRows": 1,
        "updatedColumns": 2,
        "updatedCells": 2,
    }


def test_the_updated_range_is_what_was_written(api: Api) -> None:
    """Recorded: not the requested range; a single cell is only an origin."""
    assert api.write("A1:B2", [["x", "y"]])["updatedRange"] == "Sheet1!A1:B1"
    assert api.write("C3", [["x", "y"], ["z"]])["updatedRange"] == "Sheet1!C3:D4"


@pytest.mark.parametrize(
    ("values", "where"),
    [([["a", "b", "c"]], "column [C]"), ([["a"], ["b"], ["c"]], "row [3]")],
    ids=["columns", "rows"],
)
def test_more_than_the_range_holds_is_refused(api: Api, values: list[list[str]], where: str) -> None:
    """Recorded for columns; second-hand for rows."""
    message = api.refused("PUT", "/S/values/A1:B2", {"values": values}, valueInputOption="RAW")

    assert message == f"Requested writing within range [Sheet1!A1:B2], but tried writing to {where}"
    assert "values" not in api.read("A1:C3")


def test_values_that_are_no_list_of_lists_are_refused(api: Api) -> None:
    """Seen in pygsheets#47: one line and one violation for each row that is no list."""
    status, answer = api.send("PUT", "/S/values/A1", {"values": ["x", 3]}, valueInputOption="RAW")

    texts = [
        "Invalid value at 'data.values[0]' (type.googleapis.com/google.protobuf.ListValue), \"x\"",
        "Invalid value at 'data.values[1]' (type.googleapis.com/google.protobuf.ListValue), 3",
    ]
    assert status == 400
    assert answer["error"]["message"] == "\n".join(texts)
    assert answer["error"]["details"] == [
        {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [
                {"field": f"data.values[{i}]", "description": text} for i, text in enumerate(texts)
            ],
        }
    ]


def test_a_list_is_no_cell(api: Api) -> None:
    """Seen in data-visuals-create#158: the value in a protocol buffer's text, after its place."""
    message = api.refused("PUT", "/S/values/A1", {"values": [["a"], ["b", ["c"]]]}, valueInputOption="RAW")

    assert message == 'Invalid values[1][1]: list_value {\n  values {\n    string_value: "c"\n  }\n}\n'


def test_the_input_option_is_required(api: Api) -> None:
    """Without one, and with an unknown one, a write is refused."""
    required = "'valueInputOption' is required but not specified"

    assert api.refused("PUT", "/S/values/A1", {"values": [[1]]}) == required
    assert api.refused("POST", "/S/values:batchUpdate", {"data": []}) == required
    assert api.refused("PUT", "/S/values/A1", {"values": [[1]]}, valueInputOption="RAWISH") == (
        "Invalid value at 'value_input_option' (type.googleapis.com/google.apps.sheets.v4.ValueInputOption), "
        '"RAWISH"'
    )


def test_update_gives_back_the_requested_range(api: Api) -> None:
    """Recorded: updatedData's range is the requested one; formulas are computed by then."""
    answer = api.write(
        "A1:C2",
        [[2, "=A1*3"]],
        "USER_ENTERED",
        includeValuesInResponse="true",
        responseValueRenderOption="UNFORMATTED_VALUE",
    )

    assert answer["updatedData"] == {"range": "Sheet1!A1:C2", "majorDimension": "ROWS", "values": [[2, 6]]}


def test_batch_update_counts_distinct_columns(api: Api) -> None:
    """Recorded: two writes to the same four columns update 4 columns, not 8; "" counts as a cell."""
    answer = api.ok(
        "POST",
        "/S/values:batchUpdate",
        {
            "valueInputOption": "RAW",
            "data": [
                {"range": "A1:D1", "values": [["a", "b", "c", ""]]},
                {"range": "Sheet1!A3:D3", "values": [["e", "f", "g", "h"]]},
            ],
        },
    )

    assert {name: value for name, value in answer.items() if name != "responses"} == {
        "spreadsheetId": "S",
        "totalUpdatedRows": 2,
        "totalUpdatedColumns": 4,
        "totalUpdatedCells": 8,
        "totalUpdatedSheets": 1,
    }
    assert [response["updatedRange"] for response in answer["responses"]] == ["Sheet1!A1:D1", "Sheet1!A3:D3"]


def test_batch_update_takes_columns_and_a_null_dimension(api: Api) -> None:
    """Recorded: "majorDimension": null in a body is accepted."""
    data = [
        {"range": "A1:A2", "values": [["a", "b"]], "majorDimension": "COLUMNS"},
        {"range": "B1:C1", "values": [["c", "d"]], "majorDimension": None},
    ]

    api.ok("POST", "/S/values:batchUpdate", {"valueInputOption": "RAW", "data": data})

    assert api.rows("A1:C2") == [["a", "c", "d"], ["b"]]


def test_one_bad_range_changes_nothing(api: Api) -> None:
    """Seen in gspread#1601: the message names the part of `data`."""
    data = [{"range": "A1", "values": [["a"]]}, {"range": "Zoo!A1", "values": [["b"]]}]

    message = api.refused("POST", "/S/values:batchUpdate", {"valueInputOption": "RAW", "data": data})

    assert message == "Invalid data[1]: Unable to parse range: Zoo!A1"
    assert "values" not in api.read("A1")


def test_clear_answers_the_clipped_range_even_where_nothing_was(api: Api) -> None:
    """Recorded."""
    api.write("A1", [["a", "b"]])

    assert api.ok("POST", "/S/values/A1:AZ2000:clear") == {
        "spreadsheetId": "S",
        "clearedRange": "Sheet1!A1:Z1000",
    }
    assert api.ok("POST", "/S/values:batchClear", {"ranges": ["A1", "C3:C"]}) == {
        "spreadsheetId": "S",
        "clearedRanges": ["Sheet1!A1", "Sheet1!C3:C1000"],
    }
    assert "values" not in api.read("A1:B1")


def test_clear_keeps_formats_and_validation(api: Api) -> None:
    """spreadsheets.values.clear: "Only values are cleared"."""
    cell = {
        "userEnteredValue": {"numberValue": 1},
        "note": "n",
        "userEnteredFormat": {"textFormat": {"bold": True}},
    }
    api.batch({"repeatCell": {"range": {"endRowIndex": 1, "endColumnIndex": 1}, "cell": cell, "fields": "*"}})

    api.ok("POST", "/S/values/A1:clear")

    left = api.get(fields="sheets.data.rowData.values(userEnteredValue,note,userEnteredFormat)")
    assert left["sheets"][0]["data"][0]["rowData"][0]["values"] == [
        {"userEnteredFormat": {"textFormat": {"bold": True}}, "note": "n"}
    ]


def test_batch_get_keeps_the_order_and_one_bad_range_fails_all(api: Api) -> None:
    """BatchGetValuesResponse: "The order of the ValueRanges is the same as the order of the requested ranges"."""
    api.write("A1", [["a", "b"]])

    answer = api.ok("GET", "/S/values:batchGet", ranges=["B1", "A1"])

    assert [area["values"] for area in answer["valueRanges"]] == [[["b"]], [["a"]]]
    assert api.refused("GET", "/S/values:batchGet", ranges=["B1", "Zoo"]) == "Unable to parse range: Zoo"


def test_data_filters_read_write_and_clear(api: Api) -> None:
    """DataFilter: by A1 range, by GridRange, and by developer metadata of a row."""
    api.write("A1", [["a", "b"], ["c", "d"]])
    location = {"dimensionRange": {"dimension": "ROWS", "startIndex": 1, "endIndex": 2}}
    entry = {"metadataKey": "key", "location": location, "visibility": "DOCUMENT"}
    api.batch({"createDeveloperMetadata": {"developerMetadata": entry}})
    row = {"developerMetadataLookup": {"metadataKey": "key"}}

    read = api.ok("POST", "/S/values:batchGetByDataFilter", {"dataFilters": [{"a1Range": "A1:B1"}, row]})
    data = [{"dataFilter": row, "values": [["x", None, "z"]]}]
    wrote = api.ok("POST", "/S/values:batchUpdateByDataFilter", {"valueInputOption": "RAW", "data": data})
    cleared = api.ok(
        "POST",
        "/S/values:batchClearByDataFilter",
        {"dataFilters": [{"gridRange": {"endRowIndex": 1, "endColumnIndex": 1}}]},
    )

    assert [area["valueRange"]["range"] for area in read["valueRanges"]] == ["Sheet1!A1:B1", "Sheet1!A2:Z2"]
    assert read["valueRanges"][1]["dataFilters"] == [row]
    assert wrote["responses"] == [
        {
            "updatedRange": "Sheet1!A2:C2",
            "updatedRows": 1,
            "updatedColumns": 2,
            "updatedCells": 2,
            "dataFilter": row,
        }
    ]
    assert cleared["clearedRanges"] == ["Sheet1!A1"]
    assert api.rows("A1:C2") == [["", "b"], ["x", "d", "z"]]


def test_a_filter_must_say_something(api: Api) -> None:
    """Measured by others on the real service: no filter, and an empty one."""
    assert (
        api.refused("POST", "/S/values:batchGetByDataFilter", {}) == "Must specify at least one dataFilter."
    )
    assert api.refused("POST", "/S/values:batchGetByDataFilter", {"dataFilters": [{}]}) == (
        "dataFilter.filter must be specified."
    )


def test_too_long_a_text_is_refused(api: Api) -> None:
    """A cell holds 50,000 characters at most."""
    api.write("A1", [["x" * 50_000]])

    message = api.refused("PUT", "/S/values/A1", {"values": [["x" * 50_001]]}, valueInputOption="RAW")

    assert message == "Your input contains more than the maximum of 50000 characters in a single cell."


def test_plus_and_percent_twenty_are_both_blanks(api: Api) -> None:
    """Recorded: in a path, + and %20 are the same."""
    api.batch({"addSheet": {"properties": {"title": "New User"}}})

    assert api.ok("GET", "/S/values/New+User!A1")["range"] == "'New User'!A1"
    assert api.ok("GET", "/S/values/New%20User%21A1")["range"] == "'New User'!A1"


def test_viewers_read_and_do_not_write(api: Api) -> None:
    """Roles: 403 for a viewer's write and for a stranger's read, 404 for no such spreadsheet."""
    api.workspace.share("S", "eve@example.com", Role.VIEWER)

    assert api.send("GET", "/S/values/A1", email="eve@example.com")[0] == 200
    status, answer = api.send(
        "PUT", "/S/values/A1", {"values": [[1]]}, email="eve@example.com", valueInputOption="RAW"
    )
    assert (status, answer["error"]["status"]) == (403, "PERMISSION_DENIED")
    assert api.send("GET", "/S", email="stranger@example.com")[0] == 403
    assert api.send("GET", "/nothing")[1]["error"] == {
        "code": 404,
        "message": "Requested entity was not found.",
        "status": "NOT_FOUND",
    }
