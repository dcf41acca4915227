"""RangeList and Selection."""

from __future__ import annotations

from typing import Any, Protocol

from sandbox.runtime.services.cell_range import RangeObject
from sandbox.runtime.services.kinds import Tab
from sandbox.runtime.wire import ServiceObject


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
        for each in self.ranges:
            each.clearContent()
        return self

    def clearNote(self) -> RangeListObject:
        for each in self.ranges:
            each.clearNote()
        return self

    def setValue(self, value: Any) -> RangeListObject:
        for each in self.ranges:
            each.setValue(value)
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
        found = self.sheet.selected()
        return RangeObject(self.sheet, found.row, found.column, 1, 1)
