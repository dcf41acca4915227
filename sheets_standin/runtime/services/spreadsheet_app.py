"""SpreadsheetApp."""

from __future__ import annotations

import re

from sheets_standin.runtime.book import NO_ACCESS
from sheets_standin.runtime.execution import Execution
from sheets_standin.runtime.services.cell_range import RangeObject
from sheets_standin.runtime.services.selection import RangeListObject, SelectionObject
from sheets_standin.runtime.services.sheet import SheetObject
from sheets_standin.runtime.services.spreadsheet import SpreadsheetObject
from sheets_standin.runtime.services.ui import UiObject
from sheets_standin.runtime.wire import ScriptError, ServiceObject
from sheets_standin.workspace import Role


class SpreadsheetAppService(ServiceObject):
    """SpreadsheetApp, in a script that is bound to a spreadsheet."""

    js = "SpreadsheetApp"

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self._active = SpreadsheetObject(execution, execution.script.document)
        self._ui: UiObject | None = None

    def getActive(self) -> SpreadsheetObject:
        return self._active

    getActiveSpreadsheet = getActive

    def getActiveSheet(self) -> SheetObject:
        return self._active.getActiveSheet()

    def getActiveRange(self) -> RangeObject:
        return self._active.getActiveRange()

    def getActiveRangeList(self) -> RangeListObject:
        return self._active.getActiveRangeList()

    def getCurrentCell(self) -> RangeObject:
        return self._active.getCurrentCell()

    def getSelection(self) -> SelectionObject:
        return self._active.getSelection()

    def setActiveSheet(self, sheet: SheetObject, restore: bool = False) -> SheetObject:
        return self._active.setActiveSheet(sheet, restore)

    def setActiveRange(self, target: RangeObject) -> RangeObject:
        return target.activate()

    setCurrentCell = setActiveRange

    def getUi(self) -> UiObject:
        run = self._execution.run
        # An installed trigger runs as its creator: it can show nothing to whom it does not run as.
        is_present = run.session is not None and run.active == run.effective
        if not is_present:
            raise ScriptError("Cannot call SpreadsheetApp.getUi() from this context.")
        self._ui = self._ui or UiObject(self._execution)
        return self._ui

    def flush(self) -> None:
        self._execution.flush()

    def openById(self, identity: str) -> SpreadsheetObject:
        script = self._execution.script
        document = script.workspace.documents.get(identity)
        role = script.workspace.role_of(identity, self._execution.run.effective)
        if document is None or role is None or role < Role.VIEWER:
            raise ScriptError(NO_ACCESS)
        return SpreadsheetObject(self._execution, document)

    def openByUrl(self, url: str) -> SpreadsheetObject:
        match = re.search(r"/spreadsheets/d/([\w-]+)", url)
        if not match:
            raise ScriptError(f"Invalid argument: {url}")
        return self.openById(match[1])
