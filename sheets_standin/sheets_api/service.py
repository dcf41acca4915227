"""The Sheets API without its transport: a call comes in, an answer goes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sheets_standin.sheets_api import spreadsheet_calls, value_calls
from sheets_standin.sheets_api.caller import Caller, Quirks
from sheets_standin.sheets_api.errors import NO_PERMISSION, NOT_FOUND, ApiError, invalid, unsupported
from sheets_standin.sheets_api.faults import Kind
from sheets_standin.sheets_api.fields import Mask, for_answer, keep
from sheets_standin.sheets_api.parsing import read
from sheets_standin.sheets_api.request import ApiRequest, method_of
from sheets_standin.sheets_api.schema import check_answer
from sheets_standin.spreadsheet.document import LimitError
from sheets_standin.workspace import Role, Workspace

__all__ = ["ApiAnswer", "ApiRequest", "SheetsService"]

CHECKED_VALUES = 5_000
"""Answers with at most so many values are held against Google's schema."""

Method = Callable[[Caller, ApiRequest], "dict[str, Any]"]

_VALUES: Mapping[str, tuple[Method, Role, str]] = {
    "get": (value_calls.get, Role.VIEWER, "ValueRange"),
    "batchGet": (value_calls.batch_get, Role.VIEWER, "BatchGetValuesResponse"),
    "batchGetByDataFilter": (
        value_calls.batch_get_by_data_filter,
        Role.VIEWER,
        "BatchGetValuesByDataFilterResponse",
    ),
    "update": (value_calls.update, Role.EDITOR, "UpdateValuesResponse"),
    "append": (value_calls.append_values, Role.EDITOR, "AppendValuesResponse"),
    "batchUpdate": (value_calls.batch_update, Role.EDITOR, "BatchUpdateValuesResponse"),
    "batchUpdateByDataFilter": (
        value_calls.batch_update_by_data_filter,
        Role.EDITOR,
        "BatchUpdateValuesByDataFilterResponse",
    ),
    "clear": (value_calls.clear, Role.EDITOR, "ClearValuesResponse"),
    "batchClear": (value_calls.batch_clear, Role.EDITOR, "BatchClearValuesResponse"),
    "batchClearByDataFilter": (
        value_calls.batch_clear_by_data_filter,
        Role.EDITOR,
        "BatchClearValuesByDataFilterResponse",
    ),
}
METHODS: Mapping[str, tuple[Method, Role, str]] = {
    **{f"spreadsheets.values.{name}": call for name, call in _VALUES.items()},
    "spreadsheets.get": (spreadsheet_calls.get, Role.VIEWER, "Spreadsheet"),
    "spreadsheets.getByDataFilter": (spreadsheet_calls.get_by_data_filter, Role.VIEWER, "Spreadsheet"),
    "spreadsheets.batchUpdate": (
        spreadsheet_calls.batch_update,
        Role.EDITOR,
        "BatchUpdateSpreadsheetResponse",
    ),
    "spreadsheets.developerMetadata.get": (
        spreadsheet_calls.metadata_get,
        Role.VIEWER,
        "DeveloperMetadata",
    ),
    "spreadsheets.developerMetadata.search": (
        spreadsheet_calls.metadata_search,
        Role.VIEWER,
        "SearchDeveloperMetadataResponse",
    ),
    "spreadsheets.sheets.copyTo": (spreadsheet_calls.copy_to, Role.VIEWER, "SheetProperties"),
}
_BODIES: Mapping[str, tuple[str, str]] = {
    "spreadsheets.batchUpdate": ("BatchUpdateSpreadsheetRequest", ""),
    "spreadsheets.getByDataFilter": ("GetSpreadsheetByDataFilterRequest", ""),
    "spreadsheets.values.update": ("ValueRange", "data"),
    "spreadsheets.values.append": ("ValueRange", "data"),
    "spreadsheets.values.batchUpdate": ("BatchUpdateValuesRequest", ""),
    "spreadsheets.values.batchClear": ("BatchClearValuesRequest", ""),
    "spreadsheets.values.batchGetByDataFilter": ("BatchGetValuesByDataFilterRequest", ""),
    "spreadsheets.values.batchUpdateByDataFilter": ("BatchUpdateValuesByDataFilterRequest", ""),
    "spreadsheets.values.batchClearByDataFilter": ("BatchClearValuesByDataFilterRequest", ""),
    "spreadsheets.developerMetadata.search": ("SearchDeveloperMetadataRequest", ""),
}
"""What a body must be before Google looks for the spreadsheet."""

_MASKED_INSIDE = ("spreadsheets.get", "spreadsheets.getByDataFilter")
_READS = ("get", "getByDataFilter", "batchGet", "batchGetByDataFilter", "search")


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
    meddle
        What somebody does to a spreadsheet, given by its id, while a call is on its way (`faults.Kind`).
    """

    def __init__(self, workspace: Workspace, base_url: str = "https://docs.google.com") -> None:
        self.workspace = workspace
        self.quirks = Quirks()
        self.meddle: Callable[[str], None] = lambda _spreadsheet_id: None
        self._base_url = base_url

    def call(self, request: ApiRequest, email: str, fault: Kind | None = None) -> ApiAnswer:
        """Answer one call of an account; what fails changes nothing."""
        name, spreadsheet_id = method_of(request)
        is_write = self.is_write(name)
        try:
            with self.workspace.lock:
                if fault is Kind.ACT_BEFORE and is_write:
                    self.meddle(spreadsheet_id)
                body = self._answer(name, spreadsheet_id, request, email, fault)
        except ApiError as error:
            return ApiAnswer(error.code, error.body(), name, is_write, spreadsheet_id)
        except LimitError as error:
            return ApiAnswer(400, invalid(str(error)).body(), name, is_write, spreadsheet_id)
        return ApiAnswer(200, body, name, is_write, spreadsheet_id)

    def name_of(self, request: ApiRequest) -> tuple[str, str]:
        """Return the method's name and the spreadsheet's id; the name is empty for an unknown path."""
        return method_of(request)

    @staticmethod
    def is_write(name: str) -> bool:
        """Whether a method counts as a write for the quotas."""
        return name.rpartition(".")[2] not in _READS

    def _answer(
        self, name: str, spreadsheet_id: str, request: ApiRequest, email: str, fault: Kind | None
    ) -> dict[str, Any]:
        fields = request.one("fields").strip()
        if name == "spreadsheets.create":
            mask = for_answer(fields, "Spreadsheet") if fields else {}
            body = spreadsheet_calls.create(self.workspace, request, email, self._base_url)
            kept: dict[str, Any] = keep(body, mask)
            return kept
        if name not in METHODS:
            raise unsupported(f"{request.method} {request.path}")
        method, needed, schema = METHODS[name]
        mask = for_answer(fields, schema) if fields else {}
        try:
            caller = self._caller(spreadsheet_id, email, needed, mask)
        except ApiError:
            if name in _BODIES:
                read(request.body, *_BODIES[name])
            raise
        if fault is Kind.LATER_SNAPSHOT:
            caller = replace(caller, after_commit=lambda: self.meddle(spreadsheet_id))
        answer = method(caller, request)
        if name not in _MASKED_INSIDE:
            answer = keep(answer, mask)
        if _is_small(answer):
            check_answer(answer, schema)
        return answer

    def _caller(self, spreadsheet_id: str, email: str, needed: Role, mask: Mask) -> Caller:
        document = self.workspace.documents.get(spreadsheet_id)
        role = self.workspace.role_of(spreadsheet_id, email)
        if document is None:
            raise ApiError(404, NOT_FOUND)
        if role is None or role < needed:
            raise ApiError(403, NO_PERMISSION)
        url = f"{self._base_url}/spreadsheets/d/{spreadsheet_id}/edit"
        return Caller(document, email, role, self.quirks, self.workspace, url, mask)


def _is_small(answer: Any) -> bool:
    """Whether an answer has few enough values to be checked; stops counting as soon as it has not."""
    left = [CHECKED_VALUES]

    def counted(value: Any) -> bool:
        left[0] -= 1
        if left[0] < 0:
            return False
        if isinstance(value, dict):
            return all(map(counted, value.values()))
        return all(map(counted, value)) if isinstance(value, list) else True

    return counted(answer)
