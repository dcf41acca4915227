"""Checks of a person's changes: roles, protected ranges and data validation, in the words that Sheets uses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheets_standin.sheets_api.errors import PROTECTED
from sheets_standin.spreadsheet.a1 import column_letters
from sheets_standin.spreadsheet.cells import Cell, Content, Fault, full
from sheets_standin.spreadsheet.conditions import predicate
from sheets_standin.spreadsheet.document import Document, Protection, Sheet
from sheets_standin.workspace import Role, Workspace

VIEW_ONLY = "You have view-only access to this spreadsheet. Its owner can make you an editor."
NO_ACCESS = "You no longer have access to this spreadsheet."
HEADS_UP = "You're trying to edit part of this sheet that shouldn't be changed accidentally. Edit anyway?"
FAR = 10**9
_BOUNDS = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")


class Refused(ValueError):
    """The person may not do this; the text says so as Sheets does."""


class AskFirst(Exception):
    """The cells have a warning-only protection: the person is asked, and may go on."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of one tab, from 0."""

    sheet_id: int
    row: int
    column: int
    rows: int = 1
    columns: int = 1

    def touches(self, grid: Mapping[str, Any]) -> bool:
        """Return whether it shares a cell with the API's GridRange."""
        return bool(
            grid.get("sheetId", 0) == self.sheet_id
            and self.row < grid.get("endRowIndex", FAR)
            and grid.get("startRowIndex", 0) < self.row + self.rows
            and self.column < grid.get("endColumnIndex", FAR)
            and grid.get("startColumnIndex", 0) < self.column + self.columns
        )


class Guard:
    """Decides what people may do in one spreadsheet."""

    def __init__(self, workspace: Workspace, document: Document) -> None:
        self._workspace = workspace
        self._document = document

    def editor(self, email: str) -> None:
        """Refuse who may only look, or not even that."""
        role = self._workspace.role_of(self._document.spreadsheet_id, email)
        if role is None:
            raise Refused(NO_ACCESS)
        if role < Role.EDITOR:
            raise Refused(VIEW_ONLY)

    def cells(self, email: str, area: Area, *, confirmed: bool) -> None:
        """Refuse cells that are protected from this person; ask first where there is a mere warning.

        Raises
        ------
        Refused
            By role, or by a strict protection.
        AskFirst
            If a warning stands on the cells and the person has not said yes to it.
        """
        self.editor(email)
        touched = [protection for protection in self._document.protections if area.touches(protection.range)]
        if any(self._keeps_out(email, cell) for cell in touched):
            raise Refused(PROTECTED)
        if not confirmed and any(cell.warning_only for cell in touched):
            raise AskFirst(HEADS_UP)

    def values(self, row: int, column: int, rows: Sequence[Sequence[Content]]) -> None:
        """Refuse values that a strict data validation does not let in; row and column from 0."""
        for i, contents in enumerate(rows):
            for j, content in enumerate(contents):
                if isinstance(content, Cell) and (content.validation or {}).get("strict"):
                    today = self._document.wall_clock().date()
                    problem = violation(content, self._document.locale, today)
                    if problem:
                        where = f"{column_letters(column + j)}{row + i + 1}"
                        raise Refused(
                            f"The data you entered in cell {where} violates the data validation rules set on "
                            f"this cell. {problem}"
                        )

    def tab(self, email: str, sheet: Sheet) -> None:
        """Refuse to rename, hide or delete a tab on which something is protected from this person."""
        self.cells(email, Area(sheet.sheet_id, 0, 0, FAR, FAR), confirmed=True)

    def objects(self, email: str, sheet: Sheet) -> None:
        """Refuse to change charts on a tab that is protected from this person as a whole."""
        self.editor(email)
        for protection in self._document.protections:
            is_whole = not any(name in protection.range for name in _BOUNDS)
            if (
                is_whole
                and protection.range.get("sheetId", 0) == sheet.sheet_id
                and self._keeps_out(email, protection)
            ):
                raise Refused(PROTECTED)

    def _keeps_out(self, email: str, protection: Protection) -> bool:
        is_owner = self._workspace.role_of(self._document.spreadsheet_id, email) is Role.OWNER
        return not protection.warning_only and not is_owner and email not in protection.editors


def violation(content: Content, locale: str, today: dt.date) -> str:
    """Return how a cell's value breaks its data validation, nothing where it does not.

    >>> rule = {"condition": {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "0,5"}]}}
    >>> day = dt.date(2026, 1, 1)
    >>> violation(Cell(0.4, validation=rule), "de_DE", day), violation(Cell(3, validation=rule), "de_DE", day)
    ('Input must be a number greater than 0,5.', '')
    """
    cell = full(content)
    if not cell.validation or cell.value is None or isinstance(cell.value, Fault):
        return ""
    condition = cell.validation.get("condition") or {}
    requirement = _requirement(condition)
    if not requirement:
        return ""
    is_met = predicate(condition, locale, today)
    if is_met is None or is_met(content):
        return ""
    return str(cell.validation.get("inputMessage") or requirement)


_WORDS = {
    "NUMBER_GREATER": "greater than",
    "NUMBER_GREATER_THAN_EQ": "at least",
    "NUMBER_LESS": "less than",
    "NUMBER_LESS_THAN_EQ": "at most",
    "NUMBER_EQ": "equal to",
    "NUMBER_NOT_EQ": "other than",
    "NUMBER_BETWEEN": "between",
    "NUMBER_NOT_BETWEEN": "outside",
}


def _requirement(condition: Mapping[str, Any]) -> str:
    """Return what a condition asks for, nothing for one that the page does not hold people to."""
    kind = str(condition.get("type", ""))
    given = [str(entered.get("userEnteredValue", "")) for entered in condition.get("values") or []]
    if kind in _WORDS:
        return f"Input must be a number {_WORDS[kind]} {' and '.join(given[:2])}."
    if kind == "ONE_OF_LIST":
        return "Input must be an item of the list: " + ", ".join(given) + "."
    return "Input must be TRUE or FALSE." if kind == "BOOLEAN" else ""
