"""Who calls, on which spreadsheet, and what strict protections let the account do."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.sheets_api.errors import PROTECTED, invalid
from sandbox.spreadsheet.document import Document, Protection, Sheet
from sandbox.workspace import Role


@dataclass(frozen=True, slots=True)
class Quirks:
    """Ways in which Google might differ from what its documents say.

    Attributes
    ----------
    protected_range_ids
        "honoured": a given id is taken; "ignored": another is chosen; "refused": giving one is an error.
    deletes_missing_silently
        Deleting a protected range that is not there is no error.
    """

    protected_range_ids: str = "honoured"
    deletes_missing_silently: bool = False


@dataclass(frozen=True, slots=True)
class Caller:
    """An account at work on a spreadsheet."""

    document: Document
    email: str
    role: Role
    quirks: Quirks = Quirks()

    def may_write(
        self, sheet: Sheet, first_row: int, last_row: int, first_column: int, last_column: int
    ) -> None:
        """Refuse to change cells that a strict protection keeps from this account."""
        for protection in self.document.protections:
            grid = protection.range
            if self.may_edit(protection) or grid.get("sheetId", 0) != sheet.sheet_id:
                continue
            rows = (grid.get("startRowIndex", 0), grid.get("endRowIndex", 10**9))
            columns = (grid.get("startColumnIndex", 0), grid.get("endColumnIndex", 10**9))
            if (
                first_row < rows[1]
                and rows[0] < last_row
                and first_column < columns[1]
                and columns[0] < last_column
            ):
                raise invalid(PROTECTED)

    def may_edit(self, protection: Protection) -> bool:
        """Whether a protection lets this account change what it protects."""
        return protection.warning_only or self.role is Role.OWNER or self.email in protection.editors

    def may_change(self, sheet: Sheet) -> None:
        """Refuse to change a tab as a whole while some strict protection on it keeps this account out."""
        self.may_write(sheet, 0, 10**9, 0, 10**9)
