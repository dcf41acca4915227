"""The Sheets API without its transport: a call comes in, an answer goes out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from sandbox.sheets_api import batch, values
from sandbox.sheets_api.batch_sheets import matching
from sandbox.sheets_api.caller import Caller, Quirks
from sandbox.sheets_api.errors import NO_PERMISSION, NOT_FOUND, ApiError, invalid, unsupported
from sandbox.sheets_api.fields import Mask, keep, parse
from sandbox.sheets_api.get import metadata_json, spreadsheet
from sandbox.sheets_api.schema import check_answer, check_request
from sandbox.spreadsheet.document import LimitError
from sandbox.workspace import Role, Workspace

_PATH = re.compile(r"/v4/spreadsheets(?:/([^/:]+))?(/values[^:]*|/developerMetadata)?/?(:\w+)?/?")
CHECKED_BYTES = 300_000
"""Answers up to this size are held against Google's schema."""


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A call: `path` begins with /v4, `query` as it was sent, `body` raw."""

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def one(self, name: str, default: str = "") -> str:
        """Return a query parameter, the last if it is there several times."""
        found = [value for key, value in self.query if key == name]
        return found[-1] if found else default

    def all(self, name: str) -> list[str]:
        """Return all values of a query parameter."""
        return [value for key, value in self.query if key == name]

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """Return one of the allowed values of a query parameter."""
        value = self.one(name, default)
        if value not in allowed:
            raise invalid(f"Invalid value at '{name}' (TYPE_ENUM), \"{value}\"")
        return value


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What comes back, and what kind of call it was: `name` as Google's documents have it."""

    status: int
    body: dict[str, Any]
    name: str = ""
    is_write: bool = False
    spreadsheet_id: str = ""


class SheetsService:
    """Answers calls on the spreadsheets of a workspace.

    Attributes
    ----------
    quirks
        Ways in which Google might differ from its documents.
    """

    def __init__(self, workspace: Workspace, base_url: str = "https://docs.google.com") -> None:
        self.workspace = workspace
        self.quirks = Quirks()
        self._base_url = base_url

    def call(self, request: ApiRequest, email: str) -> ApiAnswer:
        """Answer one call of an account; what fails changes nothing."""
        name, spreadsheet_id = self.name_of(request)
        is_write = name.split(".")[-1] not in ("get", "batchGet", "search")
        try:
            with self.workspace.lock:
                body = self._answer(name, spreadsheet_id, request, email)
        except ApiError as error:
            return ApiAnswer(error.code, error.body(), name, is_write, spreadsheet_id)
        except LimitError as error:
            return ApiAnswer(400, invalid(str(error)).body(), name, is_write, spreadsheet_id)
        return ApiAnswer(200, body, name, is_write, spreadsheet_id)

    def name_of(self, request: ApiRequest) -> tuple[str, str]:
        """Return the method's name and the spreadsheet's id; the name is empty for an unknown path."""
        found = _PATH.fullmatch(request.path.rstrip("/") or "/")
        if not found:
            return "", ""
        identity, part, verb = found[1] or "", found[2] or "", (found[3] or "")[1:]
        if not identity:
            return ("spreadsheets.create" if request.method == "POST" else ""), ""
        if part == "/developerMetadata":
            return f"spreadsheets.developerMetadata.{verb or 'get'}", identity
        if part.startswith("/values"):
            if verb:
                return f"spreadsheets.values.{verb}", identity
            return f"spreadsheets.values.{'update' if request.method == 'PUT' else 'get'}", identity
        if verb:
            return f"spreadsheets.{verb}", identity
        return ("spreadsheets.get" if request.method == "GET" else ""), identity

    def _answer(self, name: str, spreadsheet_id: str, request: ApiRequest, email: str) -> dict[str, Any]:
        handlers = {
            "spreadsheets.get": (self._get, Role.VIEWER, "Spreadsheet"),
            "spreadsheets.batchUpdate": (self._batch_update, Role.EDITOR, "BatchUpdateSpreadsheetResponse"),
            "spreadsheets.values.get": (self._values_get, Role.VIEWER, "ValueRange"),
            "spreadsheets.values.batchGet": (self._values_batch_get, Role.VIEWER, "BatchGetValuesResponse"),
            "spreadsheets.values.update": (self._values_update, Role.EDITOR, "UpdateValuesResponse"),
            "spreadsheets.values.batchUpdate": (
                self._values_batch_update,
                Role.EDITOR,
                "BatchUpdateValuesResponse",
            ),
            "spreadsheets.values.clear": (self._values_clear, Role.EDITOR, "ClearValuesResponse"),
            "spreadsheets.values.batchClear": (
                self._values_batch_clear,
                Role.EDITOR,
                "BatchClearValuesResponse",
            ),
            "spreadsheets.developerMetadata.search": (
                self._metadata_search,
                Role.VIEWER,
                "SearchDeveloperMetadataResponse",
            ),
        }
        if name not in handlers:
            raise unsupported(f"{request.method} {request.path}")
        handler, needed, schema = handlers[name]
        document = self.workspace.documents.get(spreadsheet_id)
        if document is None:
            raise ApiError(404, NOT_FOUND)
        role = self.workspace.role_of(spreadsheet_id, email)
        if role is None or role < needed:
            raise ApiError(403, NO_PERMISSION)
        answer = handler(Caller(document, email, role, self.quirks), request)
        mask = parse(request.one("fields")) if request.one("fields") else {}
        if name != "spreadsheets.get":
            answer = keep(answer, mask)
        if len(str(answer)) < CHECKED_BYTES:
            check_answer(answer, schema)
        return answer

    def _get(self, caller: Caller, request: ApiRequest) -> dict[str, Any]:
        mask: Mask = parse(request.one("fields")) if request.one("fields") else {}
        include = request.one("includeGridData", "false").lower() == "true"
        return self._shown(caller, request.all("ranges"), mask, include_grid_data=include)

    def _shown(
        self, caller: Caller, ranges: list[str], mask: Mask, *, include_grid_data: bool
    ) -> dict[str, Any]:
        url = f"{self._base_url}/spreadsheets/d/{caller.document.spreadsheet_id}/edit"
        return spreadsheet(
            caller.document,
            ranges,
            mask,
            include_grid_data=include_grid_data,
            url=url,
            may_edit=caller.may_edit,
        )

    def _batch_update(self, caller: Caller, request: ApiRequest) -> dict[str, Any]:
        body = _json(request.body)
        if isinstance(body.get("requests"), dict):
            body["requests"] = [body["requests"]]
        check_request(body, "BatchUpdateSpreadsheetRequest")
        requests = body.get("requests") or []
        if not requests:
            raise invalid("Must specify at least one request.")
        mask = parse(request.one("fields")) if request.one("fields") else {}
        wants = body.get("includeSpreadsheetInResponse", False)
        for text in body.get("responseRanges") or []:
            if (
                wants
                and "!" not in text
                and not any(s.title == text.strip("'") for s in caller.document.sheets)
            ):
                raise invalid(f"Unable to parse range: {text}")
        with caller.document.changing(caller.email, "spreadsheets.batchUpdate"):
            replies = batch.apply(caller, requests)
            answer: dict[str, Any] = {"spreadsheetId": caller.document.spreadsheet_id, "replies": replies}
            if wants:
                caller.document.recalculate()
                inner = mask.get("updatedSpreadsheet", {}) if mask else {}
                answer["updatedSpreadsheet"] = self._shown(
                    caller,
                    body.get("responseRanges") or [],
                    inner,
                    include_grid_data=bool(body.get("responseIncludeGridData")),
                )
        return answer

    def _options(self, request: ApiRequest) -> tuple[str, str, str]:
        return (
            request.choice("valueRenderOption", values.RENDER_OPTIONS, "FORMATTED_VALUE"),
            request.choice("dateTimeRenderOption", ("SERIAL_NUMBER", "FORMATTED_STRING"), "SERIAL_NUMBER"),
            request.choice("majorDimension", values.DIMENSIONS, "ROWS"),
        )

    def _values_get(self, caller: Caller, request: ApiRequest) -> dict[str, Any]:
        render, dates, dimension = self._options(request)
        text = _range_in_path(request.path)
        return values.value_range(caller.document, text, render=render, dates=dates, dimension=dimension)

    def _values_batch_get(self, caller: Caller, request: ApiRequest) -> dict[str, Any]:
        render, dates, dimension = self._options(request)
        found = [
            values.value_range(caller.document, text, render=render, dates=dates, dimension=dimension)
            for text in request.all("ranges")
        ]
        return {"spreadsheetId": caller.document.spreadsheet_id, "valueRanges": found}

    def _values_update(self, caller: Caller, request: ApiRequest) -> dict[str, Any]:
        body = _json(request.body)
        check_request(body, "ValueRange")
        option = _input_option(request.one("valueInputOption"))
        with caller.document.changing(caller.email, "spreadsheets.values.update"):
            return values.write(
                caller.document,
                body.get("range") or _range_in_path(request.path),
                body.get("values") or [],
                option=option,
                dimension=body.get("majorDimension") or "ROWS",
            )

    def _values_batch_update(self, caller: Caller, request: ApiRequest) -> dict[str, Any]:
        body = _json(request.body)
        check_request(body, "BatchUpdateValuesRequest")
        option = _input_option(body.get("valueInputOption", ""))
        if body.get("includeValuesInResponse"):
            raise unsupported("includeValuesInResponse")
        with caller.document.changing(caller.email, "spreadsheets.values.batchUpdate"):
            responses = [
                values.write(
                    caller.document,
                    each.get("range", ""),
                    each.get("values") or [],
                    option=option,
                    dimension=each.get("majorDimension") or "ROWS",
                )
                for each in body.get("data") or []
            ]
        totals = {
            f"totalUpdated{what}": sum(each.get(f"updated{what}", 0) for each in responses)
            for what in ("Rows", "Columns", "Cells")
        }
        totals["totalUpdatedSheets"] = len({each["updatedRange"].rpartition("!")[0] for each in responses})
        return {"spreadsheetId": caller.document.spreadsheet_id, **totals, "responses": responses}

    def _values_clear(self, caller: Caller, request: ApiRequest) -> dict[str, Any]:
        with caller.document.changing(caller.email, "spreadsheets.values.clear"):
            cleared = values.clear(caller.document, _range_in_path(request.path))
        return {"spreadsheetId": caller.document.spreadsheet_id, "clearedRange": cleared}

    def _values_batch_clear(self, caller: Caller, request: ApiRequest) -> dict[str, Any]:
        body = _json(request.body)
        check_request(body, "BatchClearValuesRequest")
        with caller.document.changing(caller.email, "spreadsheets.values.batchClear"):
            cleared = [values.clear(caller.document, text) for text in body.get("ranges") or []]
        return {"spreadsheetId": caller.document.spreadsheet_id, "clearedRanges": cleared}

    def _metadata_search(self, caller: Caller, request: ApiRequest) -> dict[str, Any]:
        body = _json(request.body)
        check_request(body, "SearchDeveloperMetadataRequest")
        found = [
            {"developerMetadata": metadata_json(entry), "dataFilters": [each]}
            for each in body.get("dataFilters") or []
            for entry in matching(caller, each)
        ]
        return {"matchedDeveloperMetadata": found} if found else {}


def _json(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body or b"{}")
    except ValueError as error:
        raise invalid(f"Invalid JSON payload received. {error}") from None
    if not isinstance(read, dict):
        raise invalid("Invalid JSON payload received. Root element must be a message.")
    return read


def _input_option(text: str) -> str:
    if text not in values.INPUT_OPTIONS:
        raise invalid(
            "'valueInputOption' is required but not specified"
            if not text
            else f"Invalid value at 'value_input_option' (TYPE_ENUM), \"{text}\""
        )
    return text


def _range_in_path(path: str) -> str:
    text = path.partition("/values/")[2]
    head, mark, verb = text.rpartition(":")
    if mark and verb in ("clear", "append"):
        text = head
    return unquote(text)
