"""Protected ranges and tabs."""

from __future__ import annotations

import secrets
from typing import Any

from sheets_standin.runtime.services.cell_range import RangeObject, made
from sheets_standin.runtime.services.kinds import File
from sheets_standin.runtime.services.people import UserObject
from sheets_standin.runtime.wire import Enumerated, ScriptError, ServiceObject
from sheets_standin.sheets_api import batch
from sheets_standin.sheets_api.caller import Caller
from sheets_standin.spreadsheet.document import Protection
from sheets_standin.workspace import Role

KIND = "SpreadsheetApp.ProtectionType"
_BOUNDS = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")


def _kind(grid: dict[str, Any]) -> str:
    return "RANGE" if any(bound in grid for bound in _BOUNDS) else "SHEET"


def found(spreadsheet: File, kind: Enumerated, sheet_id: int | None = None) -> list[ProtectionObject]:
    """Return the protections of a kind, on one tab or on all."""
    return [
        ProtectionObject(spreadsheet, protection.protected_range_id)
        for protection in spreadsheet.book.read().protections
        if _kind(protection.range) == kind.name and sheet_id in (None, protection.range.get("sheetId", 0))
    ]


def added(spreadsheet: File, grid: dict[str, Any]) -> ProtectionObject:
    """Protect a range: who may edit the spreadsheet now, may edit it still, until taken away."""
    given = secrets.randbelow(2**31 - 1)
    editors = spreadsheet.people(Role.EDITOR)
    request = {"protectedRange": {"protectedRangeId": given, "range": grid, "editors": {"users": editors}}}
    spreadsheet.book.later(lambda caller: batch.apply(caller, [{"addProtectedRange": request}]))
    return ProtectionObject(spreadsheet, given)


class ProtectionObject(ServiceObject):
    """One protection, known by its id."""

    js = "SpreadsheetApp.Protection"

    def __init__(self, spreadsheet: File, number: int) -> None:
        self._spreadsheet = spreadsheet
        self._number = number

    def getDescription(self) -> str:
        return self._read().description

    def getProtectionType(self) -> Enumerated:
        return Enumerated(KIND, _kind(self._read().range))

    def isWarningOnly(self) -> bool:
        return self._read().warning_only

    def canEdit(self) -> bool:
        caller = self._spreadsheet.book.caller
        protection = self._read()
        is_free = protection.warning_only or caller.email in protection.editors
        return caller.role is Role.OWNER or (caller.role is Role.EDITOR and is_free)

    def canDomainEdit(self) -> bool:
        return False

    def getEditors(self) -> list[UserObject]:
        protection = self._read()
        if protection.warning_only:
            return [UserObject(email) for email in self._spreadsheet.people(Role.EDITOR)]
        owners = self._spreadsheet.people(Role.OWNER)
        return [UserObject(email) for email in dict.fromkeys((*owners, *protection.editors))]

    def getRange(self) -> RangeObject:
        grid = self._read().range
        sheet = self._spreadsheet.tab(grid.get("sheetId", 0))
        size = sheet.shape().grid
        first, left = grid.get("startRowIndex", 0), grid.get("startColumnIndex", 0)
        last, right = grid.get("endRowIndex", size.row_count), grid.get("endColumnIndex", size.column_count)
        return made(sheet, first + 1, left + 1, last - first, right - left)

    def getRangeName(self) -> None:
        return None

    def getUnprotectedRanges(self) -> list[RangeObject]:
        return []

    def setDescription(self, text: str) -> ProtectionObject:
        return self._change(description=text)

    def setWarningOnly(self, warning_only: bool) -> ProtectionObject:
        return self._change(warning_only=warning_only)

    def addEditor(self, user: Any) -> ProtectionObject:
        return self.addEditors([user])

    def addEditors(self, users: list[Any]) -> ProtectionObject:
        emails = [user.email if isinstance(user, UserObject) else user for user in users]
        return self._change(more=emails)

    def removeEditor(self, user: Any) -> ProtectionObject:
        return self.removeEditors([user])

    def removeEditors(self, users: list[Any]) -> ProtectionObject:
        emails = [user.email if isinstance(user, UserObject) else user for user in users]
        return self._change(fewer=emails)

    def remove(self) -> None:
        request = {"protectedRangeId": self._number}

        def write(caller: Caller) -> None:
            self._refuse_outsider(caller)
            batch.apply(caller, [{"deleteProtectedRange": request}])

        self._spreadsheet.book.later(write)

    def _read(self) -> Protection:
        self._spreadsheet.book.flush()
        return self._entry(self._spreadsheet.book.document.protections)

    def _entry(self, entries: list[Protection]) -> Protection:
        for entry in entries:
            if entry.protected_range_id == self._number:
                return entry
        raise ScriptError("The protection no longer exists.")

    def _refuse_outsider(self, caller: Caller) -> None:
        entry = self._entry(caller.document.protections)
        if caller.role is not Role.OWNER and not entry.warning_only and caller.email not in entry.editors:
            raise ScriptError("You do not have permission to perform that action.")

    def _change(
        self,
        description: str | None = None,
        warning_only: bool | None = None,
        more: list[str] | None = None,
        fewer: list[str] | None = None,
    ) -> ProtectionObject:
        def write(caller: Caller) -> None:
            self._refuse_outsider(caller)
            entry = self._entry(caller.document.protections)
            if description is not None:
                entry.description = description
            if warning_only is not None:
                entry.warning_only = warning_only
            # Nobody can lock out the owner or, by removeEditor, the account at work.
            kept = [email for email in entry.editors if email not in (fewer or ()) or email == caller.email]
            entry.editors = tuple(dict.fromkeys([*kept, *(more or ())]))
            caller.document.noted("updateProtectedRange", str(self._number))

        self._spreadsheet.book.later(write)
        return self
