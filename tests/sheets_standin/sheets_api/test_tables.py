"""Tables and slicers: expectations from the reference of the Sheets API and its guide "Tables".

Where neither says what happens, the stand-in answers 501; those cases are listed at the end.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sheets_standin.conftest import Api

BOX = {"startRowIndex": 0, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 2}
HEAD = [["Name", "State"], ["Ann", "Open"], ["Bob", ""]]
STATES = {
    "condition": {
        "type": "ONE_OF_LIST",
        "values": [{"userEnteredValue": "Open"}, {"userEnteredValue": "Done"}],
    }
}
GREEN = {"rgbColor": {"green": 1}}


def sheet(api: Api) -> dict[str, Any]:
    content: dict[str, Any] = api.get()["sheets"][0]
    return content


def add(api: Api, **more: Any) -> dict[str, Any]:
    """Add a table over A1:B4; return it as the reply has it."""
    table = {"tableId": "t", "name": "Tasks", "range": BOX} | more
    (reply,) = api.batch({"addTable": {"table": table}})
    added: dict[str, Any] = reply["addTable"]["table"]
    return added


def update(api: Api, fields: str, **wanted: Any) -> dict[str, Any]:
    """Update the table; return it as it is read."""
    api.batch({"updateTable": {"table": {"tableId": "t", **wanted}, "fields": fields}})
    table: dict[str, Any] = sheet(api)["tables"][0]
    return table


def status(api: Api, *requests: dict[str, Any]) -> int:
    return api.send("POST", "/S:batchUpdate", {"requests": list(requests)})[0]


def cells(*rows: list[str]) -> list[dict[str, Any]]:
    return [{"values": [{"userEnteredValue": {"stringValue": text}} for text in row]} for row in rows]


def append(api: Api, *rows: list[str]) -> None:
    api.batch({"appendCells": {"tableId": "t", "rows": cells(*rows), "fields": "userEnteredValue"}})


def test_a_table_is_added_and_read(api: Api) -> None:
    """The reply is the table; its columns are named as the header row names them."""
    api.write("A1", HEAD)
    wanted = [{"columnIndex": 1, "columnType": "DROPDOWN", "dataValidationRule": STATES}]

    made = add(api, columnProperties=wanted)

    assert made == {
        "tableId": "t",
        "name": "Tasks",
        "range": BOX,
        "columnProperties": [{"columnName": "Name"}, {"columnName": "State"} | wanted[0]],
    }
    assert sheet(api)["tables"] == [made]
    assert api.get(fields="sheets.tables.name") == {"sheets": [{"tables": [{"name": "Tasks"}]}]}


def test_a_columns_name_is_its_header(api: Api) -> None:
    """A name that is given is written into the header; a header that is written anew renames the column."""
    add(api, columnProperties=[{"columnName": "Who"}, {"columnIndex": 1, "columnName": "When"}])

    assert api.rows("A1:B1") == [["Who", "When"]]
    api.write("B1", [["Until"]])
    assert sheet(api)["tables"][0]["columnProperties"][1] == {"columnIndex": 1, "columnName": "Until"}


def test_checkboxes_and_ratings_have_values_from_the_start(api: Api) -> None:
    """Guide: "The rating and checkbox column types populate with default values of 0 and FALSE respectively"."""
    api.write("A1", [["Done", "Stars"], [True]])
    kinds = [{"columnIndex": 0, "columnType": "BOOLEAN"}, {"columnIndex": 1, "columnType": "RATINGS_CHIP"}]

    add(api, columnProperties=kinds)

    assert api.rows("A2:B4", valueRenderOption="UNFORMATTED_VALUE") == [[True, 0], [False, 0], [False, 0]]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({}, "id t already exists"),
        (
            {"tableId": "u", "name": "tasks", "range": BOX | {"startColumnIndex": 4, "endColumnIndex": 5}},
            "name",
        ),
        ({"tableId": "u", "name": "Other", "range": BOX | {"startRowIndex": 3, "endRowIndex": 9}}, "overlap"),
    ],
    ids=["id", "name", "place"],
)
def test_a_table_has_its_id_its_name_and_its_place_alone(
    api: Api, more: dict[str, Any], message: str
) -> None:
    """Schema, Table.name: "unique to all tables in the same spreadsheet"."""
    api.write("A1", HEAD)
    add(api)

    table = {"tableId": "t", "name": "Tasks", "range": BOX} | more

    assert message in api.batch_refused({"addTable": {"table": table}})


@pytest.mark.parametrize(
    "column",
    [
        {"columnType": "DROPDOWN"},
        {"columnType": "DROPDOWN", "dataValidationRule": {"condition": {"type": "NOT_BLANK"}}},
        {"columnType": "TEXT", "dataValidationRule": STATES},
    ],
    ids=["no rule", "another condition", "not a dropdown"],
)
def test_a_dropdown_alone_has_a_rule(api: Api, column: dict[str, Any]) -> None:
    """Guide: it "must be set with a ONE_OF_LIST condition"; other types should not set one."""
    api.write("A1", HEAD)

    table = {"name": "Tasks", "range": BOX, "columnProperties": [column]}

    assert "dataValidationRule" in api.batch_refused({"addTable": {"table": table}})


def test_a_table_grows_and_shrinks(api: Api) -> None:
    """Guide: "modify the range that the table has to add new rows/columns"."""
    api.write("A1", [["Name", "State", "Until"]])
    add(api)

    wider = update(api, "range", range=BOX | {"endRowIndex": 9, "endColumnIndex": 3})
    narrow = update(api, "range", range=BOX | {"endColumnIndex": 1})

    assert [column_property["columnName"] for column_property in wider["columnProperties"]] == [
        "Name",
        "State",
        "Until",
    ]
    assert (wider["range"]["endRowIndex"], len(narrow["columnProperties"])) == (9, 1)


def test_a_footer_comes_and_goes_with_its_colour(api: Api) -> None:
    """Schema, TableRowsProperties.footerColorStyle: the range is expanded, or shrunk, by 1 row."""
    api.write("A1", HEAD)
    add(api)

    with_footer = update(api, "rowsProperties.footerColorStyle", rowsProperties={"footerColorStyle": GREEN})
    coloured = update(api, "rowsProperties.headerColorStyle", rowsProperties={"headerColorStyle": GREEN})
    without = update(api, "rowsProperties.footerColorStyle")

    assert with_footer["range"] == BOX | {"endRowIndex": 5}
    assert set(coloured["rowsProperties"]) == {"footerColorStyle", "headerColorStyle"}
    assert (without["range"], set(without["rowsProperties"])) == (BOX, {"headerColorStyle"})


def test_rows_are_appended_below_the_last_full_one(api: Api) -> None:
    """Guide: "the first free row"; where there is none, rows are inserted "before any footer"."""
    api.write("A1", HEAD)
    add(api, rowsProperties={"footerColorStyle": GREEN})
    api.write("A4", [["Sum", "2"]])

    append(api, ["Cid", "Open"], ["Dan"])

    assert api.rows("A1:B9") == [*HEAD[:2], ["Bob"], ["Cid", "Open"], ["Dan"], ["Sum", "2"]]
    assert sheet(api)["tables"][0]["range"]["endRowIndex"] == 6


def test_an_empty_row_of_a_table_is_filled_first(api: Api) -> None:
    """The last of its four rows is free; the table stays as long as it is."""
    api.write("A1", HEAD)
    add(api)

    append(api, ["Cid"])

    assert api.rows("A4") == [["Cid"]]
    assert sheet(api)["tables"][0]["range"] == BOX


def test_a_table_is_deleted_with_what_it_holds(api: Api) -> None:
    """Guide: "delete the entire table and the contents of the table"; what stands beside it stays."""
    api.write("A1", [[*row, "beside"] for row in HEAD])
    add(api)

    api.batch({"deleteTable": {"tableId": "t"}})

    assert "tables" not in sheet(api)
    assert api.rows("A1:C3") == [["", "", "beside"]] * 3
    assert "No table with id: t" in api.batch_refused({"deleteTable": {"tableId": "t"}})


def test_a_table_follows_rows_and_columns(api: Api) -> None:
    """Rows above move it, rows within lengthen it, and a column that moves takes its type along."""
    api.write("A1", HEAD)
    add(api, columnProperties=[{"columnIndex": 1, "columnType": "DROPDOWN", "dataValidationRule": STATES}])

    def span(dimension: str, start: int) -> dict[str, Any]:
        place = {"sheetId": 0, "dimension": dimension, "startIndex": start, "endIndex": start + 1}
        return {"insertDimension": {"range": place}}

    api.batch(span("ROWS", 0), span("ROWS", 2), span("COLUMNS", 0))

    (table,) = sheet(api)["tables"]
    moved = {"startRowIndex": 1, "endRowIndex": 6, "startColumnIndex": 1, "endColumnIndex": 3}
    assert table["range"] == moved
    assert [column_property.get("columnType") for column_property in table["columnProperties"]] == [
        None,
        "DROPDOWN",
    ]
    api.batch(
        {"deleteDimension": {"range": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}}}
    )
    assert sheet(api)["tables"][0]["columnProperties"] == [
        {"columnName": "State", "columnType": "DROPDOWN", "dataValidationRule": STATES}
    ]


def test_a_batch_that_fails_leaves_the_table(api: Api) -> None:
    """Nothing of it is applied."""
    api.write("A1", HEAD)
    before = add(api)

    longer = {"table": {"tableId": "t", "range": BOX | {"endRowIndex": 9}}, "fields": "range"}
    api.batch_refused({"updateTable": longer}, {"deleteTable": {"tableId": "no"}})

    assert sheet(api)["tables"] == [before]


def test_a_spreadsheet_is_created_with_a_table(api: Api) -> None:
    """Spreadsheet.sheets[].tables of a new spreadsheet's body."""
    tab = {"data": [{"rowData": cells(*HEAD)}], "tables": [{"name": "Tasks", "range": BOX}]}

    made = api.ok("POST", "", {"sheets": [tab]})

    assert made["sheets"][0]["tables"][0]["name"] == "Tasks"


SLICER = {
    "slicerId": 7,
    "spec": {"dataRange": BOX, "columnIndex": 1, "title": "By state"},
    "position": {"overlayPosition": {"anchorCell": {"sheetId": 0, "rowIndex": 1, "columnIndex": 5}}},
}


def test_a_slicer_is_added_moved_changed_and_deleted(api: Api) -> None:
    """Schema: an embedded object as charts are, moved and deleted by the same requests; its size defaults as theirs."""
    (reply,) = api.batch({"addSlicer": {"slicer": SLICER}})

    made = reply["addSlicer"]["slicer"]
    place = {"anchorCell": {"rowIndex": 1, "columnIndex": 5}, "widthPixels": 600, "heightPixels": 371}
    assert made == SLICER | {"position": {"overlayPosition": place}}
    assert sheet(api)["slicers"] == [made]
    api.batch(
        {"updateSlicerSpec": {"slicerId": 7, "spec": {"title": "State"}, "fields": "title"}},
        {
            "updateEmbeddedObjectPosition": {
                "objectId": 7,
                "newPosition": {"overlayPosition": {"widthPixels": 200}},
                "fields": "widthPixels",
            }
        },
    )
    (slicer,) = sheet(api)["slicers"]
    assert slicer["spec"] == {"dataRange": BOX, "columnIndex": 1, "title": "State"}
    assert slicer["position"]["overlayPosition"]["widthPixels"] == 200
    api.batch({"deleteEmbeddedObject": {"objectId": 7}})
    assert "slicers" not in sheet(api)
    assert "No slicer with id: 7" in api.batch_refused(
        {"updateSlicerSpec": {"slicerId": 7, "spec": {}, "fields": "title"}}
    )


def test_a_slicer_has_its_id_among_all_embedded_objects(api: Api) -> None:
    """Schema: "It is an error to specify the ID of a slicer that already exists"."""
    api.batch({"addSlicer": {"slicer": SLICER}})

    assert "already exists" in api.batch_refused({"addSlicer": {"slicer": SLICER}})
    assert "not within" in api.batch_refused(
        {"addSlicer": {"slicer": SLICER | {"slicerId": 8, "spec": {"dataRange": BOX, "columnIndex": 2}}}}
    )


def test_a_slicer_follows_its_data(api: Api) -> None:
    """Rows that come in above move range and anchor; a copy of the tab has a slicer of its own over itself."""
    api.batch({"addSlicer": {"slicer": SLICER}})
    rows = {"sheetId": 0, "dimension": "ROWS", "startIndex": 0, "endIndex": 2}

    api.batch({"insertDimension": {"range": rows}})
    api.batch({"duplicateSheet": {"sourceSheetId": 0, "newSheetId": 9, "insertSheetIndex": 1}})

    first, second = (sheet["slicers"][0] for sheet in api.get()["sheets"])
    assert first["spec"]["dataRange"] == BOX | {"startRowIndex": 2, "endRowIndex": 6}
    assert first["position"]["overlayPosition"]["anchorCell"] == {"rowIndex": 3, "columnIndex": 5}
    assert second["spec"]["dataRange"] == first["spec"]["dataRange"] | {"sheetId": 9}
    assert second["slicerId"] != 7


@pytest.mark.parametrize(
    "request_",
    [
        {"addTable": {"table": {"range": BOX | {"startColumnIndex": 4, "endColumnIndex": 5}}}},
        {"addTable": {"table": {"name": "New", "range": BOX | {"startColumnIndex": 4, "endColumnIndex": 5}}}},
        {
            "updateTable": {
                "table": {"tableId": "t", "range": BOX | {"startRowIndex": 1}},
                "fields": "range",
            }
        },
        {
            "updateTable": {
                "table": {"tableId": "t", "columnProperties": [{"columnIndex": 1, "columnType": "PERCENT"}]},
                "fields": "columnProperties",
            }
        },
        {"insertRange": {"range": BOX | {"startRowIndex": 1, "endRowIndex": 2}, "shiftDimension": "ROWS"}},
        {"duplicateSheet": {"sourceSheetId": 0}},
        {"appendCells": {"tableId": "t", "rows": cells(["a", "b", "c"]), "fields": "userEnteredValue"}},
        {"setBasicFilter": {"filter": {"tableId": "t"}}},
        {"addProtectedRange": {"protectedRange": {"tableId": "t"}}},
        {"addSlicer": {"slicer": SLICER | {"spec": {"filterCriteria": {"hiddenValues": ["x"]}}}}},
    ],
    ids=[
        "no name",
        "no header",
        "moved",
        "format of a type",
        "shift within",
        "copy of the tab",
        "too wide",
        "filter",
        "protection",
        "slicer that filters",
    ],
)
def test_what_the_documents_do_not_settle_is_not_guessed(api: Api, request_: dict[str, Any]) -> None:
    """501, and nothing is changed."""
    api.write("A1", [["Name", "State"], ["Ann", 0.5]])
    add(api)
    before = api.get()

    assert status(api, request_) == 501
    assert api.get() == before


def test_deleting_a_table_with_looks_is_not_guessed(api: Api) -> None:
    """Whether formats and notes go with the contents, nothing says."""
    api.write("A1", HEAD)
    add(api)
    api.batch({"repeatCell": {"range": BOX, "cell": {"note": "n"}, "fields": "note"}})

    assert status(api, {"deleteTable": {"tableId": "t"}}) == 501


def test_lengthening_a_table_over_something_is_not_guessed(api: Api) -> None:
    """Whether what stands below a full table moves along, nothing says."""
    api.write("A1", [*HEAD, ["Cid"], ["", "", "below"]])
    add(api)

    request = {"tableId": "t", "rows": cells(["Dan"]), "fields": "userEnteredValue"}

    assert status(api, {"appendCells": request}) == 501
