"""The little of Drive's API that clients of Sheets use; expectations from Drive's reference and search guide."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from sheets_standin.google.drive import DriveAnswer, DriveService
from sheets_standin.google.drive_json import SPREADSHEET
from sheets_standin.workspace import Role, Workspace

ANN, EVE = "ann@example.com", "eve@example.com"


class Drive:
    """Ann's and Eve's calls."""

    def __init__(self) -> None:
        self.workspace = Workspace()
        self.service = DriveService(self.workspace)

    def send(
        self, method: str, path: str, body: Any = None, *, email: str = ANN, **query: Any
    ) -> DriveAnswer:
        raw = b"" if body is None else json.dumps(body).encode()
        return self.service.call(method, f"/drive/v3/{path}?{urlencode(query)}", raw, email)

    def make(self, name: str) -> str:
        return str(self.send("POST", "files", {"name": name, "mimeType": SPREADSHEET}).body["id"])

    def names(self, query: str, email: str = ANN) -> list[str]:
        return [file["name"] for file in self.send("GET", "files", email=email, q=query).body["files"]]


@pytest.fixture
def drive() -> Drive:
    return Drive()


def test_a_file_is_made_renamed_copied_and_deleted(drive: Drive) -> None:
    """By itself an answer has kind, id, name and mimeType."""
    made = drive.send("POST", "files", {"name": "A", "mimeType": SPREADSHEET})
    identity = made.body["id"]

    renamed = drive.send("PATCH", f"files/{identity}", {"name": "B"})
    copied = drive.send("POST", f"files/{identity}/copy", {"name": "C"})
    deleted = drive.send("DELETE", f"files/{identity}")

    assert made.body == {"kind": "drive#file", "id": identity, "name": "A", "mimeType": SPREADSHEET}
    assert renamed.body["name"] == "B"
    assert copied.body["name"] == "C"
    assert (deleted.status, deleted.body, deleted.content_type) == (204, {}, "text/html")
    assert drive.names("") == ["C"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name = 'Bob\\'s'", ["Bob's"]),
        ('mimeType="application/vnd.google-apps.spreadsheet" and name = "Ann"', ["Ann"]),
        ("name contains 'an'", ["Ann"]),
        ("trashed=false and name != 'Ann'", ["Bob's"]),
        ("'me' in owners", ["Bob's", "Ann"]),
        ("'elsewhere' in parents", []),
        ("mimeType='text/csv'", []),
    ],
    ids=str,
)
def test_searching(drive: Drive, query: str, names: list[str]) -> None:
    """Clauses joined by "and"; the newest file first."""
    drive.make("Ann")
    drive.make("Bob's")

    assert drive.names(query) == names


def test_a_search_that_cannot_be_read_is_refused(drive: Drive) -> None:
    """Drive says "Invalid Value" at the parameter q."""
    answer = drive.send("GET", "files", q="name is 'x'")

    assert answer.status == 400
    assert answer.body["error"] == {
        "code": 400,
        "message": "Invalid Value",
        "errors": [
            {
                "message": "Invalid Value",
                "domain": "global",
                "reason": "invalid",
                "location": "q",
                "locationType": "parameter",
            }
        ],
    }


def test_pages(drive: Drive) -> None:
    """nextPageToken leads to the rest."""
    for name in ("A", "B", "C"):
        drive.make(name)

    first = drive.send("GET", "files", pageSize=2, fields="nextPageToken,files(name)").body
    rest = drive.send("GET", "files", pageSize=2, pageToken=first["nextPageToken"], fields="files/name").body

    assert [file["name"] for file in first["files"]] == ["C", "B"]
    assert rest == {"files": [{"name": "A"}]}


def test_sharing(drive: Drive) -> None:
    """A permission is given, changed and taken; roles are those of the Sheets API too."""
    identity = drive.make("A")
    assert drive.names("", EVE) == []

    given = drive.send(
        "POST", f"files/{identity}/permissions", {"type": "user", "role": "reader", "emailAddress": EVE}
    ).body
    role_of_reader = drive.workspace.role_of(identity, EVE)
    drive.send("PATCH", f"files/{identity}/permissions/{given['id']}", {"role": "writer"})

    assert given == {"kind": "drive#permission", "id": given["id"], "type": "user", "role": "reader"}
    assert role_of_reader is Role.VIEWER
    assert drive.workspace.role_of(identity, EVE) is Role.EDITOR
    assert drive.names("", EVE) == ["A"]
    drive.send("DELETE", f"files/{identity}/permissions/{given['id']}")
    assert drive.workspace.role_of(identity, EVE) is None


def test_sharing_with_anyone(drive: Drive) -> None:
    """Who has the link may do what "anyone" may."""
    identity = drive.make("A")

    drive.send("POST", f"files/{identity}/permissions", {"type": "anyone", "role": "reader"})

    listed = drive.send("GET", f"files/{identity}/permissions").body["permissions"]
    assert {(permission["id"], permission["type"], permission["role"]) for permission in listed[1:]} == {
        ("anyoneWithLink", "anyone", "reader")
    }
    assert drive.workspace.role_of(identity, EVE) is Role.VIEWER
    assert drive.workspace.role_of(identity, ANN) is Role.OWNER


def test_only_who_may_may(drive: Drive) -> None:
    """A stranger finds no file; a reader may not rename it, an editor not delete it."""
    identity = drive.make("A")

    assert drive.send("GET", f"files/{identity}", email=EVE).status == 404
    drive.workspace.share(identity, EVE, Role.VIEWER)
    assert drive.send("PATCH", f"files/{identity}", {"name": "B"}, email=EVE).status == 403
    drive.workspace.share(identity, EVE, Role.EDITOR)
    assert drive.send("DELETE", f"files/{identity}", email=EVE).status == 403


def test_export_as_csv(drive: Drive) -> None:
    """The first tab, as it is displayed."""
    identity = drive.make("A")
    document = drive.workspace.documents[identity]
    document.type_rows(document.sheets[0], 0, 0, [["a,b", "50%"], ["x"]], ANN)

    answer = drive.send("GET", f"files/{identity}/export", mimeType="text/csv")

    assert answer.content.decode() == '"a,b",50%\r\nx,'
    assert answer.content_type == "text/csv"


def test_other_files_are_not_kept(drive: Drive) -> None:
    """What is not supported says so."""
    assert drive.send("POST", "files", {"name": "A", "mimeType": "text/plain"}).status == 501
    assert drive.send("GET", "about").status == 501
