"""values.append: tables are found as in Google's guide "Read & write cell values" and in recordings."""

from __future__ import annotations

import pytest

from tests.sheets_standin.conftest import Api


@pytest.fixture
def guide(api: Api) -> Api:
    """The guide's two tables: A1:C2 and B4:D6."""
    api.write(
        "A1", [["x", "y", "z"], ["x", "y", "z"], [], ["", "x", "y"], ["", "", "y", "z"], ["", "x", "y", "z"]]
    )
    return api


@pytest.mark.parametrize(
    ("asked", "table", "written"),
    [
        ("Sheet1", "Sheet1!B4:D6", "Sheet1!B7"),
        ("B4", "Sheet1!B4:D6", "Sheet1!B7"),
        ("C5:D5", "Sheet1!B4:D6", "Sheet1!B7"),
        ("B2:D4", "Sheet1!B4:D6", "Sheet1!B7"),
        ("A3:G10", "Sheet1!B4:D6", "Sheet1!B7"),
        ("A1", "Sheet1!A1:C2", "Sheet1!A3"),
        ("B5", "Sheet1!B4:D6", "Sheet1!B7"),
        ("E4", None, "Sheet1!E4"),
        ("A4", None, "Sheet1!A4"),
    ],
    ids=str,
)
def test_the_guides_examples(guide: Api, asked: str, table: str | None, written: str) -> None:
    """The guide: the last table in the range, its first column; beside a table is in none."""
    answer = guide.append(asked, [["new"]])

    assert answer.get("tableRange") == table
    assert answer["updates"]["updatedRange"] == written


def test_an_empty_sheet_has_no_table(api: Api) -> None:
    """Recorded: no tableRange; the data goes to the corner of the range."""
    assert api.append("C3:D9", [["a", "b"]]) == {
        "spreadsheetId": "S",
        "updates": {
            "spreadsheetId": "S",
            "updatedRange": "Sheet1!C3:D3",
            "updatedRows": 1,
            "updatedColumns": 2,
            "updatedCells": 2,
        },
    }


def test_of_two_tables_in_a_row_the_last_wins(api: Api) -> None:
    """Recorded: of A1 and C1 it is C1, though that is not column A; ask for A1 and the table at A1 wins."""
    api.write("A1", [["a", None, "c"]])

    assert api.append("Sheet1", [["x"]])["updates"]["updatedRange"] == "Sheet1!C2"
    assert api.append("A1", [["y"]])["updates"]["updatedRange"] == "Sheet1!A2"


def test_insert_rows_makes_room(api: Api) -> None:
    """Recorded: the grid grew from 1000 to 1002 rows; overwriting writes into the rows below."""
    api.write("A1", [["a"], [None], ["below"]])

    api.append("A1", [["b"], ["c"]], insertDataOption="INSERT_ROWS")

    assert api.rows("A1:A9") == [["a"], ["b"], ["c"], [], ["below"]]
    assert api.read("Sheet1")["range"] == "Sheet1!A1:Z1002"


def test_overwrite_grows_the_grid_at_its_end(api: Api) -> None:
    """A table that reaches the last row and column is still appended to (gspread: "Widens the worksheet")."""
    grid = {"rowCount": 2, "columnCount": 2}
    fields = "gridProperties(rowCount,columnCount)"
    api.batch({"updateSheetProperties": {"properties": {"gridProperties": grid}, "fields": fields}})
    api.write("A1", [["a", "b"], ["c", "d"]])

    answer = api.append("A1", [["e", "f", "g"]])

    assert answer["updates"]["updatedRange"] == "Sheet1!A3:C3"
    assert api.read("Sheet1")["range"] == "Sheet1!A1:C3"


def test_the_updated_range_ends_at_the_last_value(api: Api) -> None:
    """Recorded: null at the end of a row does not count; updatedData has the written range."""
    answer = api.append("A1", [["a", None, None]], includeValuesInResponse="true")

    assert answer["updates"]["updatedRange"] == "Sheet1!A1"
    assert answer["updates"]["updatedData"] == {
        "range": "Sheet1!A1",
        "majorDimension": "ROWS",
        "values": [["a"]],
    }


def test_append_takes_columns(api: Api) -> None:
    """Recorded: append takes majorDimension too."""
    body = {"values": [["a", "b"], ["c"]], "majorDimension": "COLUMNS"}

    api.ok("POST", "/S/values/A1:append", body, valueInputOption="RAW")

    assert api.rows("A1:B2") == [["a", "c"], ["b"]]
