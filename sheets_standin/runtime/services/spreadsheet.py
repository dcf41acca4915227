"""Spreadsheet: one file."""

from __future__ import annotations

import re
from typing import Any

from sheets_standin.runtime.book import Book
from sheets_standin.runtime.execution import Execution
from sheets_standin.runtime.services import metadata, protection
from sheets_standin.runtime.services.cell_range import RangeObject, named
from sheets_standin.runtime.services.people import UserObject
from sheets_standin.runtime.services.selection import RangeListObject, SelectionObject
from sheets_standin.runtime.services.sheet import SheetObject
from sheets_standin.runtime.sessions import Selection
from sheets_standin.runtime.wire import Enumerated, NotSupported, ScriptError, ServiceObject, Undefined
from sheets_standin.sheets_api import batch
from sheets_standin.sheets_api.caller import Caller
from sheets_standin.spreadsheet.document import Document, Sheet
from sheets_standin.workspace import Role

TOAST_SECONDS = 5
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class SpreadsheetObject(metadata.Place, ServiceObject):
    """A spreadsheet as its script holds it."""

    js = "SpreadsheetApp.Spreadsheet"

    def __init__(self, execution: Execution, document: Document) -> None:
        self._execution = execution
        self.book: Book = execution.book(document)
        self.spreadsheet = self
        self.described = None

    def tab(self, sheet_id: int) -> SheetObject:
        """Return a tab by its id."""
        return SheetObject(self, sheet_id)

    def people(self, least: Role) -> list[str]:
        """Return the accounts that have at least a role."""
        accounts = self._execution.script.workspace.roles_of(self.book.document.spreadsheet_id)
        return [email for email, role in accounts.items() if role >= least]

    def selection(self) -> Selection:
        """Return what is selected for this run."""
        return self._execution.selection()

    def select(self, selection: Selection) -> None:
        """Select cells on the person's page; where nobody is there, nothing happens."""
        session = self._execution.run.session
        if session is not None and session.document is self.book.document:
            session.selection = selection
            session.feed.add(
                "activate",
                sheetId=selection.sheet_id,
                row=selection.row,
                column=selection.column,
                rows=selection.rows,
                columns=selection.columns,
            )

    # What it is

    def getId(self) -> str:
        return self.book.document.spreadsheet_id

    def getName(self) -> str:
        return self.book.read().title

    def getUrl(self) -> str:
        return f"https://docs.google.com/spreadsheets/d/{self.getId()}/edit"

    def getSpreadsheetTimeZone(self) -> str:
        return self.book.document.time_zone

    def getSpreadsheetLocale(self) -> str:
        return self.book.document.locale

    def rename(self, title: str) -> None:
        def write(caller: Caller) -> None:
            caller.document.title = title
            caller.document.noted("updateSpreadsheetProperties", title)

        self.book.later(write)

    def setSpreadsheetTimeZone(self, zone: str) -> None:
        def write(caller: Caller) -> None:
            caller.document.time_zone = zone
            caller.document.noted("updateSpreadsheetProperties", zone)

        self.book.later(write)

    # Its tabs

    def getSheets(self) -> list[SheetObject]:
        return [self.tab(sheet.sheet_id) for sheet in self.book.shape().sheets]

    def getNumSheets(self) -> int:
        return len(self.book.shape().sheets)

    def getSheetByName(self, title: str) -> SheetObject | None:
        return self._tab_where(lambda sheet: sheet.title == title)

    def getSheetById(self, sheet_id: float) -> SheetObject | None:
        return self._tab_where(lambda sheet: sheet.sheet_id == sheet_id)

    def getActiveSheet(self) -> SheetObject:
        chosen = self._execution.selection().sheet_id
        held = self.book.shape().sheets
        known = any(sheet.sheet_id == chosen for sheet in held)
        return self.tab(chosen if known else held[0].sheet_id)

    def setActiveSheet(self, sheet: SheetObject, _restore: bool = False) -> SheetObject:
        return sheet.activate()

    def insertSheet(self, *given: Any) -> SheetObject:
        title, index = "", len(self.book.shape().sheets)
        for argument in given:
            if isinstance(argument, str):
                title = argument
            elif isinstance(argument, int | float):
                index = int(argument)
            else:
                raise NotSupported("SpreadsheetApp.Spreadsheet.insertSheet with a template")
        sheet_id = self.book.document.new_sheet_id()
        wanted = {"sheetId": sheet_id, "index": index} | ({"title": title} if title else {})
        if title and any(sheet.title == title for sheet in self.book.shape().sheets):
            raise ScriptError(f'A sheet with the name "{title}" already exists. Please enter another name.')
        self.book.later(
            lambda caller: batch.apply(caller, [{"addSheet": {"properties": wanted}}]), structural=True
        )
        return self.tab(sheet_id).activate()

    def deleteSheet(self, sheet: SheetObject) -> None:
        request = {"deleteSheet": {"sheetId": sheet.sheet_id}}
        self.book.later(lambda caller: batch.apply(caller, [request]), structural=True)

    # Cells

    def getRange(self, text: str) -> RangeObject:
        return named(self.getActiveSheet(), text)

    def getRangeList(self, texts: list[str]) -> RangeListObject:
        return self.getActiveSheet().getRangeList(texts)

    def getDataRange(self) -> RangeObject:
        return self.getActiveSheet().getDataRange()

    def getLastRow(self) -> int:
        return self.getActiveSheet().getLastRow()

    def getLastColumn(self) -> int:
        return self.getActiveSheet().getLastColumn()

    def getActiveRange(self) -> RangeObject:
        return self.getActiveSheet().getActiveRange()

    def getActiveRangeList(self) -> RangeListObject:
        return self.getActiveSheet().getActiveRangeList()

    def getActiveCell(self) -> RangeObject:
        return self.getActiveSheet().getActiveCell()

    getCurrentCell = getActiveCell

    def getSelection(self) -> SelectionObject:
        return SelectionObject(self.getActiveSheet())

    def setActiveRange(self, target: RangeObject) -> RangeObject:
        return target.activate()

    setCurrentCell = setActiveRange

    def setActiveSelection(self, target: Any) -> RangeObject:
        return (self.getRange(target) if isinstance(target, str) else target).activate()

    # People

    def getOwner(self) -> UserObject | None:
        owners = self.people(Role.OWNER)
        return UserObject(owners[0]) if owners else None

    def getEditors(self) -> list[UserObject]:
        return [UserObject(email) for email in self.people(Role.EDITOR)]

    def getViewers(self) -> list[UserObject]:
        return [UserObject(email) for email in self.people(Role.VIEWER)]

    def addEditor(self, user: Any) -> SpreadsheetObject:
        return self._share([user], Role.EDITOR)

    def addEditors(self, users: list[Any]) -> SpreadsheetObject:
        return self._share(users, Role.EDITOR)

    def addViewer(self, user: Any) -> SpreadsheetObject:
        return self._share([user], Role.VIEWER)

    def addViewers(self, users: list[Any]) -> SpreadsheetObject:
        return self._share(users, Role.VIEWER)

    def removeEditor(self, user: Any) -> SpreadsheetObject:
        return self._share([user], None)

    def removeViewer(self, user: Any) -> SpreadsheetObject:
        return self._share([user], None)

    # The rest

    def toast(self, text: str, title: str = "", seconds: float | None = TOAST_SECONDS) -> None:
        session = self._execution.run.session
        if session is not None:
            given = TOAST_SECONDS if seconds is None or isinstance(seconds, Undefined) else seconds
            session.feed.add("toast", title=title, text=text, seconds=given)

    def getProtections(self, kind: Enumerated) -> list[protection.ProtectionObject]:
        return protection.found(self, kind)

    def _tab_where(self, fits: Any) -> SheetObject | None:
        tab: Sheet | None = next((sheet for sheet in self.book.shape().sheets if fits(sheet)), None)
        return self.tab(tab.sheet_id) if tab else None

    def _share(self, users: list[Any], role: Role | None) -> SpreadsheetObject:
        script, identity = self._execution.script, self.getId()
        if self.book.caller.role < Role.EDITOR:
            raise ScriptError("You do not have permission to perform that action.")
        for user in users:
            email = user.email if isinstance(user, UserObject) else str(user)
            if not _EMAIL.fullmatch(email):
                raise ScriptError(f"Invalid email: {email}")
            former = script.workspace.role_of(identity, email)
            if role is not None and script.sharing_refusal:
                raise ScriptError(script.sharing_refusal)
            if former is Role.OWNER or (role is not None and former is not None and former >= role):
                continue
            script.workspace.share(identity, email, role)
        return self
