"""The Sheets API without HTTP, asked as clients ask it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from sheets_standin.sheets_api.request import ApiRequest
from sheets_standin.sheets_api.service import SheetsService
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Clock, Workspace
from tests.sheets_standin.scripts import desks

EMAIL = "ann@example.com"


class Api:
    """One account's calls on one spreadsheet."""

    def __init__(self) -> None:
        self.workspace = Workspace(Clock(dt.datetime(2026, 1, 15, 17, tzinfo=dt.UTC)))
        self.service = SheetsService(self.workspace)
        self.document: Document = self.workspace.create("Untitled spreadsheet", EMAIL, spreadsheet_id="S")

    def send(
        self, method: str, path: str, body: Any = None, *, email: str = EMAIL, **query: Any
    ) -> tuple[int, dict[str, Any]]:
        """Make a call; return status and answer."""
        pairs = [
            (name, str(element))
            for name, value in query.items()
            for element in (value if isinstance(value, list) else [value])
        ]
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        answer = self.service.call(ApiRequest(method, "/v4/spreadsheets" + path, pairs, raw), email)
        return answer.status, answer.body

    def ok(self, method: str, path: str, body: Any = None, **query: Any) -> dict[str, Any]:
        """Make a call that succeeds; return the answer."""
        status, answer = self.send(method, path, body, **query)
        assert status == 200, answer
        return answer

    def refused(self, method: str, path: str, body: Any = None, **query: Any) -> str:
        """Make a call that is refused with 400; return the message."""
        status, answer = self.send(method, path, body, **query)
        assert status == 400, answer
        assert answer["error"]["status"] == "INVALID_ARGUMENT"
        return str(answer["error"]["message"])

    def batch(self, *requests: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        """Make a batchUpdate that succeeds; return the replies."""
        replies: list[dict[str, Any]] = self.ok(
            "POST", "/S:batchUpdate", {"requests": list(requests), **more}
        )["replies"]
        return replies

    def batch_refused(self, *requests: dict[str, Any]) -> str:
        """Make a batchUpdate that is refused; return the message."""
        return self.refused("POST", "/S:batchUpdate", {"requests": list(requests)})

    def get(self, **query: Any) -> dict[str, Any]:
        """Return the spreadsheet."""
        return self.ok("GET", "/S", **query)

    def write(self, where: str, values: list[list[Any]], option: str = "RAW", **query: Any) -> dict[str, Any]:
        """Write values."""
        path = f"/S/values/{quote(where, safe='')}"
        return self.ok("PUT", path, {"values": values}, valueInputOption=option, **query)

    def read(self, where: str, **query: Any) -> dict[str, Any]:
        """Read values."""
        return self.ok("GET", f"/S/values/{quote(where, safe='')}", **query)

    def rows(self, where: str, **query: Any) -> list[list[Any]]:
        """Read values; return just them."""
        values: list[list[Any]] = self.read(where, **query).get("values", [])
        return values

    def append(
        self, where: str, values: list[list[Any]], option: str = "RAW", **query: Any
    ) -> dict[str, Any]:
        """Append values."""
        path = f"/S/values/{quote(where, safe='')}:append"
        return self.ok("POST", path, {"values": values}, valueInputOption=option, **query)


@pytest.fixture
def api() -> Api:
    """An empty spreadsheet, its id S, and the account that owns it."""
    return Api()


@pytest.fixture
def desk_with(tmp_path: Path) -> Iterator[Any]:
    """Make a spreadsheet with a script: desk_with("function f() {…}")."""
    yield from desks(tmp_path)
