"""What a person may change: roles, protected ranges and data validation, in the words that Sheets uses."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.sheets_api.errors import PROTECTED
from sandbox.spreadsheet.a1 import column_letters
from sandbox.spreadsheet.cells import Cell, Content, Fault, full
from sandbox.spreadsheet.document import Document, Protection, Sheet
from sandbox.workspace import Role, Workspace

VIEW_ONLY = "You have view-only access to this spreadsheet. Its owner can make you an editor."
NO_ACCESS = "You no longer have access to this spreadsheet."
HEADS_UP = "You're trying to edit part of this sheet that shouldn't be changed accidentally. Edit anyway?"
FAR = 10**9
_BOUNDS = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")


class Refused(ValueError):
    """The person may not do this; the text says so as Sheets does."""


class AskFirst(Exception):
    """A warning-only protection stands on the cells: the person is asked, and may go on."""


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
        touched = [each for each in self._document.protections if area.touches(each.range)]
        if any(self._keeps_out(email, each) for each in touched):
            raise Refused(PROTECTED)
        if not confirmed and any(each.warning_only for each in touched):
            raise AskFirst(HEADS_UP)

    def tab(self, email: str, sheet: Sheet) -> None:
        """Refuse to rename, hide or delete a tab on which something is protected from this person."""
        self.cells(email, Area(sheet.sheet_id, 0, 0, FAR, FAR), confirmed=True)

    def objects(self, email: str, sheet: Sheet) -> None:
        """Refuse to change charts on a tab that is protected from this person as a whole."""
        self.editor(email)
        for each in self._document.protections:
            is_whole = not any(name in each.range for name in _BOUNDS)
            if is_whole and each.range.get("sheetId", 0) == sheet.sheet_id and self._keeps_out(email, each):
                raise Refused(PROTECTED)

    def _keeps_out(self, email: str, protection: Protection) -> bool:
        is_owner = self._workspace.role_of(self._document.spreadsheet_id, email) is Role.OWNER
        return not protection.warning_only and not is_owner and email not in protection.editors


def violation(content: Content) -> str:
    """Return what is wrong with a cell's value by its data validation, nothing where it is right.

    >>> rule = {"condition": {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "0"}]}}
    >>> violation(Cell(-1, validation=rule)), violation(Cell(3, validation=rule))
    ('Input must be a number greater than 0.', '')
    """
    cell = full(content)
    if not cell.validation or cell.value is None or isinstance(cell.value, Fault):
        return ""
    condition = cell.validation.get("condition") or {}
    given = [str(each.get("userEnteredValue", "")) for each in condition.get("values") or []]
    told = _told(str(condition.get("type", "")), given, cell.value)
    return str(cell.validation.get("inputMessage") or told) if told else ""


def refusals(row: int, column: int, rows: Sequence[Sequence[Content]]) -> None:
    """Refuse values that a strict data validation does not let in; row and column from 0."""
    for i, contents in enumerate(rows):
        for j, content in enumerate(contents):
            if isinstance(content, Cell) and (content.validation or {}).get("strict"):
                told = violation(content)
                if told:
                    where = f"{column_letters(column + j)}{row + i + 1}"
                    raise Refused(
                        f"The data you entered in cell {where} violates the data validation rules set on "
                        f"this cell. {told}"
                    )


_NUMBERS: dict[str, tuple[str, Callable[[float, float], bool]]] = {
    "NUMBER_GREATER": ("greater than", operator.gt),
    "NUMBER_GREATER_THAN_EQ": ("at least", operator.ge),
    "NUMBER_LESS": ("less than", operator.lt),
    "NUMBER_LESS_THAN_EQ": ("at most", operator.le),
    "NUMBER_EQ": ("equal to", operator.eq),
    "NUMBER_NOT_EQ": ("other than", operator.ne),
}


def _told(kind: str, given: Sequence[str], value: object) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind in _NUMBERS and given:
        word, holds = _NUMBERS[kind]
        if not (is_number and holds(float(str(value)), float(given[0]))):
            return f"Input must be a number {word} {given[0]}."
    if kind in ("NUMBER_BETWEEN", "NUMBER_NOT_BETWEEN") and len(given) > 1:
        inside = is_number and float(given[0]) <= float(str(value)) <= float(given[1])
        if not is_number or inside != (kind == "NUMBER_BETWEEN"):
            word = "between" if kind == "NUMBER_BETWEEN" else "outside"
            return f"Input must be a number {word} {given[0]} and {given[1]}."
    if kind == "ONE_OF_LIST" and str(value) not in given:
        return "Input must be an item of the list: " + ", ".join(given) + "."
    if kind == "BOOLEAN" and not isinstance(value, bool):
        return "Input must be TRUE or FALSE."
    return ""
