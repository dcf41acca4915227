"""spreadsheets.create, get and getByDataFilter, masks and grid data.

"Recorded" says that an expectation was read off public recordings of the real service; other sources are named.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sheets_standin.conftest import Api

WHITE = {"red": 1, "green": 1, "blue": 1}
DEFAULT_FORMAT: dict[str, Any] = {
    "backgroundColor": WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": WHITE},
}


def test_a_new_spreadsheet(api: Api) -> None:
    """Recorded: one sheet, id 0, 1000 x 26, en_US, Etc/GMT, ON_CHANGE; only what is not default appears."""
    made = api.ok("POST", "", {"properties": {"title": "New"}})

    identity = made["spreadsheetId"]
    properties = made["properties"]
    assert {name: properties[name] for name in ("title", "locale", "autoRecalc", "timeZone")} == {
        "title": "New",
        "locale": "en_US",
        "autoRecalc": "ON_CHANGE",
        "timeZone": "Etc/GMT",
    }
    assert properties["defaultFormat"] == DEFAULT_FORMAT
    assert properties["spreadsheetTheme"]["primaryFontFamily"] == "Arial"
    assert properties["spreadsheetTheme"]["themeColors"][2] == {
        "colorType": "ACCENT1",
        "color": {"rgbColor": {"red": 0.25882354, "green": 0.52156866, "blue": 0.95686275}},
    }
    assert made["sheets"] == [
        {
            "properties": {
                "sheetId": 0,
                "title": "Sheet1",
                "index": 0,
                "sheetType": "GRID",
                "gridProperties": {"rowCount": 1000, "columnCount": 26},
            }
        }
    ]
    assert made["spreadsheetUrl"] == f"https://docs.google.com/spreadsheets/d/{identity}/edit"
    assert api.ok("GET", f"/{identity}") == made


def test_create_takes_sheets_cells_and_what_lies_on_them(api: Api) -> None:
    """Spreadsheet: properties, sheets with data and merges, named ranges; 0 x 0 makes 1000 x 26 (googlesheets4#70)."""
    cells = {"rowData": [{"values": [{"userEnteredValue": {"numberValue": 7}}]}], "startRow": 1}
    body = {
        "properties": {"title": "T", "locale": "de_DE", "timeZone": "Europe/Berlin"},
        "sheets": [
            {
                "properties": {
                    "title": "small",
                    "sheetId": 5,
                    "gridProperties": {"rowCount": 4, "columnCount": 3},
                },
                "data": [cells],
                "merges": [
                    {"startRowIndex": 2, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 2}
                ],
            },
            {"properties": {"title": "usual", "gridProperties": {"rowCount": 0, "columnCount": 0}}},
        ],
        "namedRanges": [{"name": "seven", "range": {"sheetId": 5, "startRowIndex": 1, "endRowIndex": 2}}],
    }

    made = api.ok("POST", "", body)

    assert (made["properties"]["locale"], made["properties"]["timeZone"]) == ("de_DE", "Europe/Berlin")
    grids = [sheet["properties"]["gridProperties"] for sheet in made["sheets"]]
    assert grids == [{"rowCount": 4, "columnCount": 3}, {"rowCount": 1000, "columnCount": 26}]
    assert [sheet["properties"]["index"] for sheet in made["sheets"]] == [0, 1]
    assert made["sheets"][0]["merges"][0]["endRowIndex"] == 4
    values = api.ok("GET", f"/{made['spreadsheetId']}/values/seven")
    assert values == {"range": "small!A2:C2", "majorDimension": "ROWS", "values": [["7"]]}


def test_create_that_fails_leaves_nothing(api: Api) -> None:
    """A spreadsheet is made whole or not at all."""
    before = set(api.workspace.documents)

    api.refused("POST", "", {"sheets": [{"properties": {"title": "a"}}, {"properties": {"title": "A"}}]})

    assert set(api.workspace.documents) == before


@pytest.mark.parametrize(
    ("mask", "answer"),
    [
        ("properties.title", {"properties": {"title": "Untitled spreadsheet"}}),
        ("properties/title", {"properties": {"title": "Untitled spreadsheet"}}),
        (
            "properties(title,locale),sheets.properties(sheetId,index)",
            {
                "properties": {"title": "Untitled spreadsheet", "locale": "en_US"},
                "sheets": [{"properties": {"sheetId": 0, "index": 0}}],
            },
        ),
        ("sheets/properties/hidden", {"sheets": [{"properties": {}}]}),
        ("namedRanges", {}),
        ("sheets/*/title", {"sheets": [{"properties": {"title": "Sheet1"}}]}),
        ("spreadsheet_id", {"spreadsheetId": "S"}),
    ],
    ids=["dot", "slash", "brackets", "nothing there", "vanishes", "star", "snake case"],
)
def test_masks(api: Api, mask: str, answer: dict[str, Any]) -> None:
    """Recorded: a.b, a/b, a(b,c), commas; what is not there simply vanishes."""
    assert api.get(fields=mask) == answer


def test_a_mask_that_fits_nothing_is_refused(api: Api) -> None:
    """Seen in many reports: the path is named in a violation."""
    status, answer = api.send("GET", "/S", fields="sheets.foo")

    assert status == 400
    assert answer["error"]["message"] == "Request contains an invalid argument."
    assert answer["error"]["details"][0]["fieldViolations"] == [
        {
            "field": "sheets.foo",
            "description": "Error expanding 'fields' parameter. Cannot find matching fields for path 'sheets.foo'.",
        }
    ]


def test_naming_data_turns_grid_data_on(api: Api) -> None:
    """Recorded: even with includeGridData=False; nothing under the mask is "data":[{}]."""
    api.write("B2", [["x"]])

    masked = api.get(fields="sheets.data.rowData.values.formattedValue", includeGridData="False")
    nothing = api.get(fields="sheets.data.rowData.values.note")

    assert masked == {"sheets": [{"data": [{"rowData": [{}, {"values": [{}, {"formattedValue": "x"}]}]}]}]}
    assert nothing == {"sheets": [{"data": [{}]}]}


def test_ranges_shift_the_origin(api: Api) -> None:
    """Recorded: with the range B1, cell B1 becomes values[0]; a tab that no range touches is not there."""
    api.batch({"addSheet": {"properties": {"title": "Other"}}})
    api.write("B2", [["x"]])

    answer = api.get(ranges=["Sheet1!B2:C3", "A1"], fields="sheets(properties.title,data)")

    assert answer == {
        "sheets": [
            {
                "properties": {"title": "Sheet1"},
                "data": [
                    {
                        "startRow": 1,
                        "startColumn": 1,
                        "rowData": [{"values": [answer["sheets"][0]["data"][0]["rowData"][0]["values"][0]]}],
                        "rowMetadata": [{"pixelSize": 21}] * 2,
                        "columnMetadata": [{"pixelSize": 100}] * 2,
                    },
                    {"rowMetadata": [{"pixelSize": 21}], "columnMetadata": [{"pixelSize": 100}]},
                ],
            }
        ]
    }


def test_grid_data_in_full(api: Api) -> None:
    """backlot#159, measured: rows and columns are told of for the whole grid, cells down to the last."""
    api.batch(
        {
            "updateSheetProperties": {
                "properties": {"gridProperties": {"rowCount": 3, "columnCount": 2}},
                "fields": "gridProperties.rowCount,gridProperties.columnCount",
            }
        }
    )
    api.write("A1", [["a", 1.5]])

    data = api.get(includeGridData="true")["sheets"][0]["data"]

    themed = DEFAULT_FORMAT["textFormat"] | {"fontFamily": "Arial"}
    usual = DEFAULT_FORMAT | {"hyperlinkDisplayType": "PLAIN_TEXT", "textFormat": themed}
    right = usual | {"horizontalAlignment": "RIGHT"}
    assert data == [
        {
            "rowData": [
                {
                    "values": [
                        {
                            "userEnteredValue": {"stringValue": "a"},
                            "effectiveValue": {"stringValue": "a"},
                            "formattedValue": "a",
                            "effectiveFormat": right | {"horizontalAlignment": "LEFT"},
                        },
                        {
                            "userEnteredValue": {"numberValue": 1.5},
                            "effectiveValue": {"numberValue": 1.5},
                            "formattedValue": "1.5",
                            "effectiveFormat": right,
                        },
                    ]
                }
            ],
            "rowMetadata": [{"pixelSize": 21}] * 3,
            "columnMetadata": [{"pixelSize": 100}] * 2,
        }
    ]


def test_a_formula_cell_has_entered_and_effective_values(api: Api) -> None:
    """CellData: for formulas effectiveValue is the calculated value; errors have type and message."""
    api.write("A1", [["=1+1", "=1/0", '=HYPERLINK("https://example.com","here")']], "USER_ENTERED")

    cells = api.get(ranges="A1:C1", includeGridData="true")["sheets"][0]["data"][0]["rowData"][0]["values"]

    assert cells[0]["userEnteredValue"] == {"formulaValue": "=1+1"}
    assert cells[0]["effectiveValue"] == {"numberValue": 2}
    assert cells[1]["effectiveValue"]["errorValue"]["type"] == "DIVIDE_BY_ZERO"
    assert cells[1]["formattedValue"] == "#DIV/0!"
    assert cells[2]["hyperlink"] == "https://example.com"


def test_the_hyperlink_of_a_cell_is_one_that_spans_it(api: Api) -> None:
    """Schema: empty for "multiple hyperlinks"; a run's link counts where it "spans the entire cell"."""

    def text(value: str, *runs: dict[str, Any]) -> dict[str, Any]:
        return {"userEnteredValue": {"stringValue": value}, "textFormatRuns": list(runs)}

    def run(start: int, uri: str) -> dict[str, Any]:
        return {"startIndex": start, "format": {"link": {"uri": uri}}}

    whole = {
        "userEnteredValue": {"stringValue": "x"},
        "userEnteredFormat": {"textFormat": {"link": {"uri": "#gid=1"}}},
    }
    cells = [whole, text("all", run(0, "#gid=2")), text("a, b", run(0, "#gid=3"), run(3, "#gid=4"))]
    cells.append(text("row 5", run(4, "#gid=5")))
    rows = {"rows": [{"values": cells}], "start": {"sheetId": 0}, "fields": "*"}
    api.batch({"updateCells": rows})

    mask = "sheets.data.rowData.values.hyperlink"
    values = api.get(ranges="A1:D1", fields=mask)["sheets"][0]["data"][0]["rowData"][0]["values"]

    assert values == [{"hyperlink": "#gid=1"}, {"hyperlink": "#gid=2"}]


def test_the_effective_format_includes_conditional_formatting(api: Api) -> None:
    """Schema: effectiveFormat "includes the results of applying any conditional formatting"."""
    api.write("A1", [[5, 1]])
    condition = {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "2"}]}
    form = {"backgroundColor": {"red": 1}, "textFormat": {"bold": True}}
    rule = {"ranges": [{"sheetId": 0}], "booleanRule": {"condition": condition, "format": form}}
    api.batch({"addConditionalFormatRule": {"rule": rule, "index": 0}})

    mask = "sheets.data.rowData.values.effectiveFormat(backgroundColor,backgroundColorStyle,textFormat.bold)"
    cells = api.get(ranges="A1:B1", fields=mask)["sheets"][0]["data"][0]["rowData"][0]["values"]

    white = {"red": 1, "green": 1, "blue": 1}
    assert [cell["effectiveFormat"] for cell in cells] == [
        {
            "backgroundColor": {"red": 1},
            "backgroundColorStyle": {"rgbColor": {"red": 1}},
            "textFormat": {"bold": True},
        },
        {
            "backgroundColor": white,
            "backgroundColorStyle": {"rgbColor": white},
            "textFormat": {"bold": False},
        },
    ]


def test_get_by_data_filter(api: Api) -> None:
    """getByDataFilter: only the portions that a filter matches; a mask overrules includeGridData."""
    api.batch({"addSheet": {"properties": {"title": "Other"}}})
    api.write("A1", [["a", "b"]])

    answer = api.ok(
        "POST",
        "/S:getByDataFilter",
        {"dataFilters": [{"gridRange": {"sheetId": 0, "startColumnIndex": 1, "endColumnIndex": 2}}]},
        fields="sheets(properties.title,data(startColumn,rowData.values.formattedValue))",
    )

    assert answer == {
        "sheets": [
            {
                "properties": {"title": "Sheet1"},
                "data": [{"startColumn": 1, "rowData": [{"values": [{"formattedValue": "b"}]}]}],
            }
        ]
    }
    filters = {"dataFilters": [{"gridRange": {"sheetId": 77}}]}
    assert api.refused("POST", "/S:getByDataFilter", filters) == "No sheet with id: 77"


def test_copy_to_another_spreadsheet(api: Api) -> None:
    """sheets.copyTo: the tab comes last, as "Copy of …", with its cells."""
    other = api.ok("POST", "", {})["spreadsheetId"]
    api.write("A1", [["a"]])

    answer = api.ok("POST", "/S/sheets/0:copyTo", {"destinationSpreadsheetId": other})

    assert (answer["title"], answer["index"]) == ("Copy of Sheet1", 1)
    assert answer["sheetId"] != 0
    assert api.ok("GET", f"/{other}/values/'Copy of Sheet1'!A1")["values"] == [["a"]]
    missing = api.send("POST", "/S/sheets/0:copyTo", {"destinationSpreadsheetId": "nothing"})
    assert missing[0] == 404
