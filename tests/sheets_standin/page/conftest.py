"""A spreadsheet with people at work in it, and an add-on that only notes what it is told."""

from __future__ import annotations

from typing import Any

import pytest

from local.launch import OWNER
from sheets_standin.page.actions import Actions
from sheets_standin.page.guard import Area
from sheets_standin.runtime.addon import Edit
from sheets_standin.runtime.sessions import Session
from sheets_standin.spreadsheet.cells import Cell, value_of
from sheets_standin.spreadsheet.document import Document, Sheet
from sheets_standin.spreadsheet.formats import displayed
from sheets_standin.workspace import Role, Workspace

ANNA = "anna@example.com"
VERA = "vera@example.com"


class Noting:
    """Stands where the add-on does and notes what happens."""

    def __init__(self) -> None:
        self.edits: list[Edit] = []
        self.changes: list[str] = []
        self.chose: list[str] = []

    def edited(self, session: Session, edit: Edit) -> None:
        self.edits.append(edit)

    def changed(self, session: Session, change_type: str) -> None:
        self.changes.append(change_type)

    def opened(self, session: Session) -> None:
        session.feed.add("menu", title="Audience Targeting", items=[{"label": "About", "function": "about"}])

    def left(self, session: Session) -> None:
        session.close()

    def chosen(self, session: Session, function: str) -> None:
        self.chose.append(function)

    def called(self, session: Session, frame: str, function: str, arguments: list[Any]) -> dict[str, Any]:
        return {"ok": True, "value": [function, *arguments]}

    def tick(self) -> int:
        return 0


class Desk:
    """A tab of ten rows and five columns, and those who may open it."""

    def __init__(self) -> None:
        self.workspace = Workspace()
        self.document: Document = self.workspace.create("My customers", OWNER)
        self.workspace.share(self.document.spreadsheet_id, ANNA, Role.EDITOR)
        self.workspace.share(self.document.spreadsheet_id, VERA, Role.VIEWER)
        self.sheet: Sheet = self.document.sheets[0]
        self.sheet.grid.resize(10, 5)
        self.sheet.frozen_rows = 1
        self.addon = Noting()
        self.actions = Actions(self.workspace, self.document, self.addon)
        self.owner, self.anna, self.vera = (Session(e, self.document) for e in (OWNER, ANNA, VERA))

    def area(self, row: int, column: int, rows: int = 1, columns: int = 1) -> Area:
        return Area(self.sheet.sheet_id, row, column, rows, columns)

    def fill(self, rows: list[list[str]], row: int = 0) -> None:
        """Have the contents typed by nobody: no edit is raised."""
        self.document.type_rows(self.sheet, row, 0, rows, OWNER)

    def values(self, first: int, last: int) -> list[list[object]]:
        return [[value_of(c) for c in self.sheet.grid.row(r)] for r in range(first, last)]

    def shown(self, row: int, column: int) -> str:
        return displayed(self.sheet.grid.cell(row, column))

    def cell(self, row: int, column: int) -> Cell:
        cell = self.sheet.grid.cell(row, column)
        assert isinstance(cell, Cell)
        return cell


@pytest.fixture
def desk() -> Desk:
    return Desk()
