"""RangeList and Selection."""

from __future__ import annotations

from typing import Any, Protocol

from sheets_standin.runtime.services.cell_range import RangeObject
from sheets_standin.runtime.services.kinds import Tab
from sheets_standin.runtime.wire import ServiceObject


class Selectable(Tab, Protocol):
    """A tab on which something is selected."""

    def selected(self) -> RangeObject:
        """Return what is selected on this tab."""


class RangeListObject(ServiceObject):
    """Ranges of one tab."""

    js = "SpreadsheetApp.RangeList"

    def __init__(self, ranges: list[RangeObject]) -> None:
        self.ranges = ranges

    def getRanges(self) -> list[RangeObject]:
        return self.ranges

    def clearContent(self) -> RangeListObject:
        for area in self.ranges:
            area.clearContent()
        return self

    def clearNote(self) -> RangeListObject:
        for area in self.ranges:
            area.clearNote()
        return self

    def setValue(self, value: Any) -> RangeListObject:
        for area in self.ranges:
            area.setValue(value)
        return self

    def activate(self) -> RangeListObject:
        self.ranges[-1].activate()
        return self


class SelectionObject(ServiceObject):
    """What is selected."""

    js = "SpreadsheetApp.Selection"

    def __init__(self, sheet: Selectable) -> None:
        self.sheet = sheet

    def getActiveSheet(self) -> Tab:
        return self.sheet

    def getActiveRange(self) -> RangeObject:
        return self.sheet.selected()

    def getActiveRangeList(self) -> RangeListObject:
        return RangeListObject([self.sheet.selected()])

    def getCurrentCell(self) -> RangeObject:
        selection = self.sheet.selected()
        return RangeObject(self.sheet, selection.row, selection.column, 1, 1)
