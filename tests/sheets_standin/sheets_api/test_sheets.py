"""Requests about tabs and the spreadsheet as a whole.

"Recorded" says that an expectation was read off public recordings of the real service; "schema" that Google's
discovery document says so.
"""

from __future__ import annotations

from typing import Any

import pytest

from sheets_standin.workspace import Role
from tests.sheets_standin.conftest import Api


def titles(api: Api) -> list[str]:
    return [sheet.title for sheet in api.document.sheets]


def add(api: Api, *names: str) -> list[int]:
    replies = api.batch(*({"addSheet": {"properties": {"title": name}}} for name in names))
    return [reply["addSheet"]["properties"]["sheetId"] for reply in replies]


def update(properties: dict[str, Any], fields: str) -> dict[str, Any]:
    return {"updateSheetProperties": {"properties": properties, "fields": fields}}


def test_one_reply_a_request_empty_where_there_is_nothing_to_say(api: Api) -> None:
    """Recorded: addSheet tells its properties; sheetId and index are always there."""
    replies = api.batch({"addSheet": {}}, update({"title": "First"}, "title"))

    first = replies[0]["addSheet"]["properties"]
    assert first == {
        "sheetId": first["sheetId"],
        "title": "Sheet2",
        "index": 1,
        "sheetType": "GRID",
        "gridProperties": {"rowCount": 1000, "columnCount": 26},
    }
    assert replies[1] == {}


def test_titles_are_unique_whatever_their_case(api: Api) -> None:
    """Sheets refuses a second tab of a name; the message is Google's."""
    message = 'A sheet with the name "SHEET1" already exists. Please enter another name.'

    assert api.batch_refused({"addSheet": {"properties": {"title": "SHEET1"}}}) == (
        f"Invalid requests[0].addSheet: {message}"
    )
    (other,) = add(api, "Other")
    assert api.batch_refused(update({"sheetId": other, "title": "SHEET1"}, "title")).endswith(message)
    api.batch(update({"title": "SHEET1"}, "title"))
    assert titles(api) == ["SHEET1", "Other"]


def test_a_title_has_100_characters_at_most(api: Api) -> None:
    """The limit of Google Sheets."""
    api.batch({"addSheet": {"properties": {"title": "x" * 100}}})

    api.batch_refused({"addSheet": {"properties": {"title": "y" * 101}}})


def test_a_batch_is_applied_whole_or_not_at_all(api: Api) -> None:
    """Schema: "If any request is not valid then the entire request will fail and nothing will be applied"."""
    api.write("A1", [["a"]])
    before = api.get()
    cells = {"range": {"endRowIndex": 1, "endColumnIndex": 1}, "cell": {"note": "n"}, "fields": "note"}

    message = api.batch_refused(
        {"addSheet": {}},
        {"repeatCell": cells},
        {"addNamedRange": {"namedRange": {"name": "n", "range": {"endRowIndex": 1}}}},
        {
            "updateSpreadsheetProperties": {
                "properties": {"title": "x", "locale": "de_DE"},
                "fields": "title,locale",
            }
        },
        {"deleteSheet": {"sheetId": 77}},
    )

    assert message == "Invalid requests[4].deleteSheet: No sheet with id: 77"
    assert api.get() == before
    assert api.get(fields="sheets.data.rowData.values.note") == {"sheets": [{"data": [{}]}]}


def test_the_last_tab_stays(api: Api) -> None:
    """Seen in googlesheets4#70."""
    assert api.batch_refused({"deleteSheet": {"sheetId": 0}}) == (
        "Invalid requests[0].deleteSheet: You can't remove all the sheets in a document."
    )


def test_the_last_visible_tab_stays(api: Api) -> None:
    """A document shows one tab at least."""
    (other,) = add(api, "Hidden")
    api.batch(update({"sheetId": other, "hidden": True}, "hidden"))

    assert api.batch_refused({"deleteSheet": {"sheetId": 0}}).endswith("visible sheets in a document.")
    api.batch_refused(update({"hidden": True}, "hidden"))


@pytest.mark.parametrize(
    ("index", "order"),
    [(0, "ABC"), (1, "ABC"), (2, "BAC"), (3, "BCA")],
    ids=str,
)
def test_an_index_counts_the_tabs_before_the_move(api: Api, index: int, order: str) -> None:
    """Schema, SheetProperties.index: of S1, S2, S3, "to move S1 ahead of S2 the index would have to be set to 2"."""
    api.batch(update({"title": "A"}, "title"))
    add(api, "B", "C")

    api.batch(update({"sheetId": 0, "index": index}, "index"))

    assert "".join(titles(api)) == order


def test_only_what_is_not_default_appears_and_setting_back_removes_it(api: Api) -> None:
    """Recorded: hidden, frozenRowCount, tabColor, hideGridlines …"""
    (other,) = add(api, "Other")
    wanted = {
        "sheetId": other,
        "hidden": True,
        "rightToLeft": True,
        "tabColorStyle": {"rgbColor": {"red": 0.5, "green": 0}},
        "gridProperties": {"frozenRowCount": 1, "frozenColumnCount": 2, "hideGridlines": True},
    }
    names = "hidden,rightToLeft,tabColorStyle,gridProperties(frozenRowCount,frozenColumnCount,hideGridlines)"

    api.batch(update(wanted, names))
    set_ = api.get()["sheets"][1]["properties"]
    api.batch(update({"sheetId": other, "hidden": False}, names))
    back = api.get()["sheets"][1]["properties"]

    assert set_ == {
        "sheetId": other,
        "title": "Other",
        "index": 1,
        "sheetType": "GRID",
        "gridProperties": {
            "rowCount": 1000,
            "columnCount": 26,
            "frozenRowCount": 1,
            "frozenColumnCount": 2,
            "hideGridlines": True,
        },
        "hidden": True,
        "rightToLeft": True,
        "tabColor": {"red": 0.49803922},
        "tabColorStyle": {"rgbColor": {"red": 0.49803922}},
    }
    assert set(back) == {"sheetId", "title", "index", "sheetType", "gridProperties"}
    assert back["gridProperties"] == {"rowCount": 1000, "columnCount": 26}


@pytest.mark.parametrize(
    ("grid", "fields", "message"),
    [
        (
            {"frozenRowCount": 1000},
            "gridProperties.frozenRowCount",
            "You can't freeze all visible rows on the sheet.",
        ),
        ({"rowCount": 0}, "gridProperties.rowCount", "You can't delete all the rows on the sheet."),
        ({"frozenRowCount": 1}, "gridProperties", "You can't delete all the rows on the sheet."),
    ],
    ids=["all frozen", "no rows", "mask names what is not given"],
)
def test_a_grid_keeps_a_row_that_is_not_frozen(
    api: Api, grid: dict[str, int], fields: str, message: str
) -> None:
    """Seen in node-google-spreadsheet#528."""
    assert api.batch_refused(update({"gridProperties": grid}, fields)) == (
        f"Invalid requests[0].updateSheetProperties: {message}"
    )


def test_a_mask_is_required_and_must_fit(api: Api) -> None:
    """Schema: "At least one field must be specified"."""
    assert api.batch_refused({"updateSheetProperties": {"properties": {"title": "x"}}}) == (
        "Invalid requests[0].updateSheetProperties: At least one field must be listed in 'fields'. "
        "(Use '*' to indicate all fields.)"
    )
    assert api.batch_refused(update({"title": "x"}, "nothing")).endswith("Invalid field: nothing")


def test_a_star_names_all_fields(api: Api) -> None:
    """Schema: "A single * can be used as short-hand for listing every field"."""
    api.batch(update({"gridProperties": {"frozenRowCount": 2}}, "gridProperties.frozenRowCount"))

    api.batch(update({"title": "New", "gridProperties": {"rowCount": 9, "columnCount": 8}}, "*"))

    assert api.get()["sheets"][0]["properties"] == {
        "sheetId": 0,
        "title": "New",
        "index": 0,
        "sheetType": "GRID",
        "gridProperties": {"rowCount": 9, "columnCount": 8},
    }


def test_renaming_and_deleting_a_tab_reaches_formulas(api: Api) -> None:
    """Formulas follow a tab's name, and say #REF! when it is gone."""
    (other,) = add(api, "Other")
    api.write("Other!A1", [[5]])
    api.write("A1", [["=Other!A1*2"]], "USER_ENTERED")

    api.batch(update({"sheetId": other, "title": "New name"}, "title"))
    renamed = api.rows("A1", valueRenderOption="FORMULA")
    api.batch({"deleteSheet": {"sheetId": other}})

    assert renamed == [["='New name'!A1*2"]]
    assert api.rows("A1", valueRenderOption="FORMULA") == [["=#REF!*2"]]


def test_duplicate_sheet(api: Api) -> None:
    """Schema: cells and formats are duplicated, under a new name, at the index asked for."""
    api.write("A1", [["a"]])
    request = {"sourceSheetId": 0, "insertSheetIndex": 1, "newSheetId": 7, "newSheetName": "Twin"}

    (reply,) = api.batch({"duplicateSheet": request})

    assert reply["duplicateSheet"]["properties"]["sheetId"] == 7
    api.write("Twin!A1", [["b"]])
    assert (api.rows("Sheet1!A1"), api.rows("Twin!A1")) == ([["a"]], [["b"]])


def test_spreadsheet_properties(api: Api) -> None:
    """Schema: title, locale, time zone, recalculation and iterative calculation may be updated."""
    wanted = {
        "title": "New",
        "locale": "fr_FR",
        "timeZone": "Europe/Paris",
        "autoRecalc": "HOUR",
        "iterativeCalculationSettings": {"maxIterations": 5, "convergenceThreshold": 0.05},
    }

    api.batch({"updateSpreadsheetProperties": {"properties": wanted, "fields": ",".join(wanted)}})

    kept = api.get()["properties"]
    assert {name: kept[name] for name in wanted} == wanted


def test_the_spreadsheet_in_the_answer(api: Api) -> None:
    """Recorded: updatedSpreadsheet; responseRanges limit it, responseIncludeGridData adds cells."""
    cells = {"values": [{"userEnteredValue": {"stringValue": "x"}}]}
    request = {
        "updateCells": {
            "rows": [cells],
            "fields": "userEnteredValue",
            "start": {"rowIndex": 1, "columnIndex": 1},
        }
    }
    body = {
        "requests": [{"addSheet": {"properties": {"title": "Other"}}}, request],
        "includeSpreadsheetInResponse": True,
        "responseRanges": ["Sheet1!B2"],
        "responseIncludeGridData": True,
    }

    answer = api.ok("POST", "/S:batchUpdate", body)

    (sheet,) = answer["updatedSpreadsheet"]["sheets"]
    assert sheet["properties"]["title"] == "Sheet1"
    assert sheet["data"][0]["rowData"][0]["values"][0]["formattedValue"] == "x"
    assert (sheet["data"][0]["startRow"], sheet["data"][0]["startColumn"]) == (1, 1)


def test_ten_million_cells_at_most(api: Api) -> None:
    """Google's limit, in its words."""
    grid = {"rowCount": 400_000, "columnCount": 26}

    message = api.batch_refused({"addSheet": {"properties": {"gridProperties": grid}}})

    assert "above the limit of 10000000 cells" in message
    assert titles(api) == ["Sheet1"]


def test_a_strict_protection_keeps_others_out(api: Api) -> None:
    """Who is not among the editors of a protected range cannot write to it; a warning keeps nobody out."""
    api.workspace.share("S", "eve@example.com", Role.EDITOR)
    strict = {"range": {"endRowIndex": 1}, "editors": {"users": ["ann@example.com"]}}
    api.batch({"addProtectedRange": {"protectedRange": strict}})
    where = "/S/values/A1"

    status, answer = api.send(
        "PUT", where, {"values": [[1]]}, email="eve@example.com", valueInputOption="RAW"
    )

    assert status == 400
    assert answer["error"]["message"].startswith("You are trying to edit a protected cell or object.")
    below = api.send(
        "PUT", "/S/values/A2", {"values": [[1]]}, email="eve@example.com", valueInputOption="RAW"
    )
    assert below[0] == 200
