"""Clients that other people wrote, unpatched but for the host: gspread's README, and pygsheets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import gspread
import httplib2
import pygsheets
import pytest
import requests
from google.oauth2.credentials import Credentials
from gspread.http_client import HTTPClient

from local.launch import OWNER, LocalGoogle

TOKEN = "a-token"
FRIEND = "friend@example.com"


@pytest.fixture
def local(google: LocalGoogle) -> LocalGoogle:
    google.issuer.access_token(OWNER, TOKEN)
    return google


@pytest.fixture
def gc(local: LocalGoogle) -> Iterator[gspread.Client]:
    """A gspread client; only the hosts are others."""

    class Local(HTTPClient):  # type: ignore[misc]
        def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> Any:
            for host in ("https://sheets.googleapis.com", "https://www.googleapis.com"):
                endpoint = endpoint.replace(host, local.url)
            return super().request(method, endpoint, *args, **kwargs)

    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {TOKEN}"
        yield gspread.Client(auth=None, session=session, http_client=Local)


def test_gspread_opens_by_title_key_and_url(gc: gspread.Client) -> None:
    """README, "Opening a Spreadsheet"."""
    made = gc.create("A new spreadsheet")

    assert gc.open("A new spreadsheet").id == made.id
    assert gc.open_by_key(made.id).title == "A new spreadsheet"
    assert gc.open_by_url(made.url).id == made.id
    with pytest.raises(gspread.SpreadsheetNotFound):
        gc.open("No such title")
    with pytest.raises(gspread.SpreadsheetNotFound):
        gc.open_by_key("no-such-key")


def test_gspread_creates_shares_and_deletes(gc: gspread.Client, local: LocalGoogle) -> None:
    """README, "Creating a Spreadsheet" and "Sharing a Spreadsheet"."""
    sh = gc.create("A new spreadsheet")

    sh.share(FRIEND, perm_type="user", role="writer", notify=False)

    assert {(permission["emailAddress"], permission["role"]) for permission in sh.list_permissions()} == {
        (OWNER, "owner"),
        (FRIEND, "writer"),
    }
    sh.remove_permissions(FRIEND)
    assert [permission["emailAddress"] for permission in sh.list_permissions()] == [OWNER]
    gc.del_spreadsheet(sh.id)
    assert sh.id not in local.workspace.documents


def test_gspread_works_with_worksheets(gc: gspread.Client) -> None:
    """README, "Selecting", "Creating" and "Deleting a Worksheet"."""
    sh = gc.create("Tabs")

    worksheet = sh.add_worksheet(title="A worksheet", rows=100, cols=20)

    assert [worksheet.title for worksheet in sh.worksheets()] == ["Sheet1", "A worksheet"]
    assert sh.worksheet("A worksheet").row_count == 100
    assert sh.get_worksheet(0).title == sh.sheet1.title == "Sheet1"
    sh.del_worksheet(worksheet)
    assert [worksheet.title for worksheet in sh.worksheets()] == ["Sheet1"]


def test_gspread_reads_and_writes_cells(gc: gspread.Client) -> None:
    """README, "Getting a Cell Value" to "Updating Cells"."""
    worksheet = gc.create("Cells").sheet1

    worksheet.update(
        [["name", "age"], ["Ann", 42], ["Bob", "=B2/2"]], "A1", value_input_option="USER_ENTERED"
    )
    worksheet.update_acell("D1", "Bingo!")
    worksheet.update_cell(1, 5, "Bongo!")

    assert worksheet.acell("A2").value == "Ann"
    assert worksheet.cell(2, 2).value == "42"
    assert worksheet.acell("B3", value_render_option="FORMULA").value == "=B2/2"
    assert worksheet.row_values(1) == ["name", "age", "", "Bingo!", "Bongo!"]
    assert worksheet.col_values(2) == ["age", "42", "21"]
    assert worksheet.get("A1:B2") == [["name", "age"], ["Ann", "42"]]
    assert worksheet.find("Bob").address == "A3"
    assert worksheet.findall("nobody") == []


def test_gspread_appends_inserts_and_deletes_rows(gc: gspread.Client) -> None:
    """The worksheet reference: append_row, insert_row, delete_rows, sort, clear, resize."""
    worksheet = gc.create("Rows").sheet1
    worksheet.append_rows([["name", "age"], ["Cid", 3], ["Ann", 1]])

    worksheet.insert_row(["Bob", 2], 2)
    worksheet.sort((1, "asc"), range="A2:B4")

    assert worksheet.get_all_records() == [
        {"name": "Ann", "age": 1},
        {"name": "Bob", "age": 2},
        {"name": "Cid", "age": 3},
    ]
    worksheet.delete_rows(2)
    assert worksheet.col_values(1) == ["name", "Bob", "Cid"]
    worksheet.resize(rows=10, cols=5)
    worksheet.clear()
    assert worksheet.get_all_values() == [[]]
    assert (worksheet.row_count, worksheet.col_count) == (10, 5)


def test_gspread_formats_and_notes(gc: gspread.Client) -> None:
    """README, "Formatting"; the worksheet reference, notes, freezing and merging."""
    worksheet = gc.create("Formats").sheet1

    worksheet.format("A1:B1", {"textFormat": {"bold": True}, "backgroundColor": {"red": 1.0}})
    worksheet.insert_note("A1", "a note")
    worksheet.freeze(rows=1)
    worksheet.merge_cells("A1:B1")

    assert worksheet.get_note("A1") == "a note"
    assert worksheet.frozen_row_count == 1
    data = worksheet.spreadsheet.fetch_sheet_metadata({"includeGridData": "true", "ranges": "A1"})
    cell = data["sheets"][0]["data"][0]["rowData"][0]["values"][0]
    assert cell["userEnteredFormat"]["backgroundColor"] == {"red": 1}
    assert cell["userEnteredFormat"]["textFormat"] == {"bold": True}


def test_gspread_named_and_protected_ranges(gc: gspread.Client) -> None:
    """The worksheet reference: define_named_range, add_protected_range."""
    worksheet = gc.create("Ranges").sheet1
    worksheet.update([["x"], ["y"]], "B2")

    worksheet.define_named_range("B2:B3", "letters")
    worksheet.add_protected_range("A1:A2", description="mine")

    assert worksheet.spreadsheet.values_get("letters")["values"] == [["x"], ["y"]]
    assert worksheet.spreadsheet.list_protected_ranges(worksheet.id)[0]["description"] == "mine"


@pytest.fixture
def pygsheets_client(local: LocalGoogle) -> Iterator[pygsheets.client.Client]:
    """A pygsheets client whose requests go to the local host."""

    class Local(httplib2.Http):  # type: ignore[misc]
        def request(self, uri: str, *args: Any, **kwargs: Any) -> Any:
            for host in ("https://sheets.googleapis.com", "https://www.googleapis.com"):
                uri = uri.replace(host, local.url)
            return super().request(uri, *args, **kwargs)

    http = Local()
    yield pygsheets.client.Client(Credentials(TOKEN), http=http, check=False)
    http.close()


def test_pygsheets_everyday_use(pygsheets_client: pygsheets.client.Client) -> None:
    """pygsheets' README: create, open, update, read, style, add and delete worksheets."""
    sh = pygsheets_client.create("my new sheet")
    wks = sh.sheet1

    wks.update_values("A1", [["name", "age"], ["Ann", 42]])
    wks.update_value("C1", "=B2*2")
    wks.append_table([["Bob", 7]], start="A1", end=None)

    assert pygsheets_client.open("my new sheet").id == sh.id
    assert wks.get_value("C1") == "84"
    assert wks.get_values("A1", "B3") == [["name", "age"], ["Ann", "42"], ["Bob", "7"]]
    wks.insert_rows(row=1, number=1, values=["Zoe", 1])
    assert wks.get_row(2, include_tailing_empty=False) == ["Zoe", "1"]
    cell = wks.cell("A1")
    cell.set_text_format("bold", True)
    cell.note = "a note"
    assert wks.cell("A1").note == "a note"
    other = sh.add_worksheet("other", rows=5, cols=5)
    assert [worksheet.title for worksheet in sh.worksheets()] == ["Sheet1", "other"]
    sh.del_worksheet(other)
    wks.clear()
    assert wks.get_values("A1", "B3", include_tailing_empty=False) == [[]]
    sh.delete()


def test_the_answer_looks_like_googles(local: LocalGoogle) -> None:
    """Pretty-printed with two spaces, a newline at the end, application/json; charset=UTF-8."""
    headers = {"Authorization": f"Bearer {TOKEN}"}

    made = requests.post(f"{local.url}/v4/spreadsheets", json={}, headers=headers, timeout=10)
    plain = requests.get(
        f"{local.url}/v4/spreadsheets/{made.json()['spreadsheetId']}/?fields=properties.title&prettyPrint=false",
        headers=headers,
        timeout=10,
    )

    assert made.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert made.text == json.dumps(made.json(), indent=2, ensure_ascii=False) + "\n"
    assert plain.text == '{"properties":{"title":"Untitled spreadsheet"}}'


@pytest.mark.parametrize(
    ("headers", "status", "name"),
    [({}, 403, "PERMISSION_DENIED"), ({"Authorization": "Bearer no"}, 401, "UNAUTHENTICATED")],
    ids=["no token", "unknown token"],
)
def test_calls_without_a_good_token_are_refused(
    local: LocalGoogle, headers: dict[str, str], status: int, name: str
) -> None:
    """A call without a token comes from nobody that Google knows; one with a bad token is not authenticated."""
    answer = requests.get(f"{local.url}/v4/spreadsheets/x", headers=headers, timeout=10)

    assert answer.status_code == status
    assert answer.json()["error"]["status"] == name


def test_drive_refuses_with_errors_and_without_status(local: LocalGoogle) -> None:
    """Drive adds errors[] and has no status; a deletion is answered 204, empty, text/html."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    files = f"{local.url}/drive/v3/files"
    made = requests.post(
        files,
        json={"name": "A", "mimeType": "application/vnd.google-apps.spreadsheet"},
        headers=headers,
        timeout=10,
    ).json()

    gone = requests.delete(f"{files}/{made['id']}", headers=headers, timeout=10)
    missing = requests.get(f"{files}/{made['id']}", headers=headers, timeout=10)

    assert (gone.status_code, gone.text, gone.headers["Content-Type"]) == (204, "", "text/html")
    assert missing.status_code == 404
    assert missing.json() == {
        "error": {
            "code": 404,
            "message": f"File not found: {made['id']}.",
            "errors": [
                {
                    "message": f"File not found: {made['id']}.",
                    "domain": "global",
                    "reason": "notFound",
                    "location": "fileId",
                    "locationType": "parameter",
                }
            ],
        }
    }


def test_gspread_imports_exports_and_copies_with_comments(gc: gspread.Client) -> None:
    """Client.import_csv, Client.export and Client.copy; the csv's tab has the spreadsheet's title."""
    sh = gc.create("Imported")

    gc.import_csv(sh.id, "name,age\nAnn,42\n")
    twin = gc.copy(sh.id, title="Twin", copy_comments=True)

    assert [worksheet.title for worksheet in gc.open_by_key(sh.id).worksheets()] == ["Imported"]
    assert twin.sheet1.get() == [["name", "age"], ["Ann", "42"]]
    assert gc.export(twin.id, gspread.utils.ExportFormat.CSV) == b"name,age\r\nAnn,42"
    assert gc.export(twin.id, gspread.utils.ExportFormat.EXCEL)[:2] == b"PK"
