"""Files that go into Drive and come out of it: a csv that is converted, a workbook that other programs read.

"Recorded" says that an expectation was read off public recordings of the real service.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import openpyxl
import pytest

from sheets_standin.google.drive import DriveAnswer
from sheets_standin.google.drive_json import SPREADSHEET
from sheets_standin.google.xlsx import XLSX
from sheets_standin.sheets_api import batch as batches
from sheets_standin.sheets_api.caller import Caller
from sheets_standin.spreadsheet.cells import Cell
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Role
from tests.sheets_standin.sheets_api.test_drive import ANN, EVE, Drive, drive

__all__ = ["drive"]

CSV = 'Name,Spend,When\r\n"Ann, B.",12.5,2026-01-15\r\nBob,=1+1,\r\n'


def upload(drive: Drive, method: str, path: str, body: bytes, kind: str, *, email: str = ANN) -> DriveAnswer:
    return drive.service.call(method, f"/upload/drive/{path}", body, email, kind)


def multipart(metadata: dict[str, Any], content: bytes, kind: str = "text/csv") -> tuple[bytes, str]:
    """Return a body as google-api-python-client sends it, and its type."""
    head = f"--==x\r\nContent-Type: application/json\r\nMIME-Version: 1.0\r\n\r\n{json.dumps(metadata)}\r\n"
    file = f"--==x\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: binary\r\n\r\n".encode() + content
    return head.encode() + file + b"\r\n--==x--", 'multipart/related; boundary="==x"'


def values(document: Document) -> list[list[Any]]:
    grid = document.sheets[0].grid
    return [
        [cell.value if isinstance(cell, Cell) else cell for cell in row]
        for row in grid.rows(0, grid.row_count)
    ]


def test_a_csv_takes_the_place_of_all_tabs(drive: Drive) -> None:
    """Recorded: one tab of 1000 rows and 26 columns, with another id, named as the spreadsheet is."""
    identity = drive.make("Customers")
    document = drive.workspace.documents[identity]

    path = f"v2/files/{identity}?uploadType=media&convert=True&supportsAllDrives=True"
    answer = upload(drive, "PUT", path, CSV.encode(), "text/csv")

    (tab,) = document.sheets
    assert (tab.title, tab.grid.row_count, tab.grid.column_count) == ("Customers", 1000, 26)
    assert tab.sheet_id != 0
    assert values(document) == [["Name", "Spend", "When"], ["Ann, B.", 12.5, 46037], ["Bob", 2]]
    assert answer.status == 200
    assert answer.body["title"] == "Customers"
    assert answer.body["mimeType"] == SPREADSHEET
    assert answer.body["ownerNames"] == [ANN]


def test_a_csv_becomes_a_new_spreadsheet(drive: Drive) -> None:
    """Drive's guide, "Import to Google Docs types": metadata that name the wanted type, beside the file."""
    body, kind = multipart({"name": "food.csv", "mimeType": SPREADSHEET}, CSV.encode())

    answer = upload(drive, "POST", "v3/files?uploadType=multipart&alt=json", body, kind)

    identity = answer.body["id"]
    assert answer.body == {"kind": "drive#file", "id": identity, "name": "food.csv", "mimeType": SPREADSHEET}
    document = drive.workspace.documents[identity]
    assert document.sheets[0].title == "food.csv"
    assert values(document)[1] == ["Ann, B.", 12.5, 46037]
    assert drive.workspace.role_of(identity, ANN) is Role.OWNER


def test_a_large_csv_makes_the_grid_larger(drive: Drive) -> None:
    """1,200 rows and 30 columns are all there."""
    identity = drive.make("A")
    text = ",".join(str(n) for n in range(30)) + "\nx" * 1199

    upload(drive, "PATCH", f"v3/files/{identity}?uploadType=media", text.encode(), "text/csv; charset=utf-8")

    grid = drive.workspace.documents[identity].sheets[0].grid
    assert (grid.row_count, grid.column_count) == (1200, 30)
    assert (grid.cell(0, 29), grid.cell(1199, 0)) == (29, "x")


@pytest.mark.parametrize(
    ("path", "body", "kind", "status"),
    [
        ("v2/files/{}?uploadType=media", CSV.encode(), "text/csv", 501),
        ("v3/files/{}?uploadType=resumable", b"", "text/csv", 501),
        ("v3/files/{}?uploadType=media", b"PK", XLSX, 501),
        ("v3/files/{}?uploadType=media", "é".encode("latin-1"), "text/csv", 501),
        ("v3/files/{}?uploadType=media", b"a;b\n1;2", "text/csv", 501),
        ("v3/files/{}?uploadType=multipart", b"nothing", "multipart/related; boundary=x", 400),
        ("v3/files/no-such?uploadType=media", CSV.encode(), "text/csv", 404),
    ],
    ids=["without convert", "resumable", "workbook", "not UTF-8", "semicolons", "broken", "no such file"],
)
def test_an_upload_that_is_refused_changes_nothing(
    drive: Drive, path: str, body: bytes, kind: str, status: int
) -> None:
    """What the stand-in would have to guess at is 501."""
    identity = drive.make("A")
    method = "PUT" if path.startswith("v2") else "PATCH"

    assert upload(drive, method, path.format(identity), body, kind).status == status

    assert [sheet.title for sheet in drive.workspace.documents[identity].sheets] == ["Sheet1"]


def test_a_csv_of_no_wanted_type_is_not_kept(drive: Drive) -> None:
    """Files that are no spreadsheets have no place here, and leave none behind."""
    body, kind = multipart({"name": "a.csv"}, CSV.encode())

    assert upload(drive, "POST", "v3/files?uploadType=multipart", body, kind).status == 501
    assert drive.names("") == []


def test_only_an_editor_uploads(drive: Drive) -> None:
    """A viewer's file stays what it is."""
    identity = drive.make("A")
    drive.workspace.share(identity, EVE, Role.VIEWER)

    path = f"v3/files/{identity}?uploadType=media"

    assert upload(drive, "PATCH", path, CSV.encode(), "text/csv", email=EVE).status == 403


def test_comments_are_none(drive: Drive) -> None:
    """An empty list; as Drive's guide says, the method is refused without `fields`."""
    identity = drive.make("A")

    listed = drive.send("GET", f"files/{identity}/comments", fields="comments/content,nextPageToken")
    whole = drive.send("GET", f"files/{identity}/comments", fields="*")
    without = drive.send("GET", f"files/{identity}/comments")

    assert listed.body == {"comments": []}
    assert whole.body == {"kind": "drive#commentList", "comments": []}
    assert (without.status, without.body["error"]["errors"][0]["location"]) == (400, "fields")
    assert drive.send("GET", f"files/{identity}/comments", email=EVE, fields="*").status == 404


def workbook(drive: Drive, identity: str) -> openpyxl.Workbook:
    """Return what another program makes of the export."""
    answer = drive.send("GET", f"files/{identity}/export", mimeType=XLSX)
    assert (answer.status, answer.content_type) == (200, XLSX)
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def test_a_workbook_holds_values_and_formulas(drive: Drive) -> None:
    """Each kind of value as another program reads it; text that looks like a formula stays text."""
    identity = drive.make("A")
    document = drive.workspace.documents[identity]
    rows = [
        ["Ann & Co <b>", "1234.5", "TRUE", "2026-01-15", "=B1*2"],
        ["'=1+1", "'\x07_x0041_", "50%", "=1/0"],
    ]
    document.type_rows(document.sheets[0], 0, 0, rows, ANN)

    sheet = workbook(drive, identity)["Sheet1"]

    first = [cell.value for cell in sheet[1]]
    assert first == ["Ann & Co <b>", 1234.5, True, dt.datetime(2026, 1, 15), "=B1*2"]  # noqa: DTZ001 - a day has no zone
    assert [sheet["A2"].value, sheet["A2"].data_type] == ["=1+1", "s"]
    assert sheet["B2"].value == "_x0007__x005F_x0041_"
    assert (sheet["C2"].value, sheet["C2"].number_format) == (0.5, "0%")
    assert sheet["D2"].value == "=1/0"
    cached = openpyxl.load_workbook(
        io.BytesIO(drive.send("GET", f"files/{identity}/export", mimeType=XLSX).content), data_only=True
    )["Sheet1"]
    assert (cached["E1"].value, cached["D2"].value) == (2469, "#DIV/0!")


def test_a_workbook_has_the_tabs_with_their_looks(drive: Drive) -> None:
    """Titles that a workbook cannot have are made fit; hidden tabs, frozen parts, sizes, merges and looks are kept."""
    identity = drive.make("A")
    document = drive.workspace.documents[identity]
    long = "A title of far more than thirty-one characters"
    requests: list[dict[str, Any]] = [
        {"addSheet": {"properties": {"sheetId": 1, "title": long, "hidden": True}}},
        {"addSheet": {"properties": {"sheetId": 2, "title": long + "!"}}},
        {"addSheet": {"properties": {"sheetId": 3, "title": "a/b"}}},
        {
            "updateSheetProperties": {
                "properties": {"sheetId": 0, "gridProperties": {"frozenRowCount": 1, "frozenColumnCount": 2}},
                "fields": "gridProperties.frozenRowCount,gridProperties.frozenColumnCount",
            }
        },
        {"mergeCells": {"range": {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 3, "endColumnIndex": 2}}},
        {
            "updateDimensionProperties": {
                "range": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2},
                "properties": {"pixelSize": 140},
                "fields": "pixelSize",
            }
        },
        {
            "repeatCell": {
                "range": {"sheetId": 0, "endRowIndex": 1, "endColumnIndex": 1},
                "cell": {
                    "userEnteredValue": {"stringValue": "Head"},
                    "userEnteredFormat": {
                        "backgroundColor": {"red": 1, "green": 0.8},
                        "horizontalAlignment": "RIGHT",
                        "textFormat": {"bold": True, "fontSize": 14},
                        "borders": {"bottom": {"style": "SOLID_THICK"}},
                    },
                },
                "fields": "*",
            }
        },
    ]
    batch(drive, identity, requests)

    book = workbook(drive, identity)

    assert book.sheetnames == ["Sheet1", long[:31], f"{long[:29]} 2", "a_b"]
    assert [sheet.sheet_state for sheet in book] == ["visible", "hidden", "visible", "visible"]
    sheet = book["Sheet1"]
    assert sheet.freeze_panes == "C2"
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A2:B3"]
    assert sheet.column_dimensions["B"].width == 20
    head = sheet["A1"]
    assert (head.value, head.font.b, head.font.sz, head.alignment.horizontal) == ("Head", True, 14, "right")
    assert (head.fill.fgColor.rgb, head.border.bottom.style) == ("FFFFCC00", "thick")
    assert document.sheets[0].title == "Sheet1"


def batch(drive: Drive, identity: str, requests: list[dict[str, Any]]) -> None:
    document = drive.workspace.documents[identity]
    with document.changing(ANN, "test"):
        batches.apply(Caller(document, ANN, Role.OWNER, workspace=drive.workspace), requests)
