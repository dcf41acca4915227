"""Who calls, on which spreadsheet, and what strict protections let the account do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sheets_standin.sheets_api.errors import PROTECTED, invalid
from sheets_standin.sheets_api.fields import Mask
from sheets_standin.spreadsheet.document import Document, Protection, Sheet
from sheets_standin.workspace import Role, Workspace


@dataclass(frozen=True, slots=True)
class Quirks:
    """Ways in which Google might differ from what its documents say.

    Attributes
    ----------
    protected_range_ids
        "honoured": a given id is taken; "ignored": another is chosen; "refused": giving one is an error.
    deletes_missing_silently
        Deleting a protected range that is not there is no error.
    renews_missing_silently
        Changing developer metadata that is not there is no error.
    """

    protected_range_ids: str = "honoured"
    deletes_missing_silently: bool = False
    renews_missing_silently: bool = False


@dataclass(frozen=True, slots=True)
class Caller:
    """An account at work on a spreadsheet.

    Attributes
    ----------
    url
        Where the spreadsheet is shown.
    mask
        What the answer is to hold; all where it is empty.
    after_commit
        What happens between a batch and the snapshot in its answer; None for nothing.
    """

    document: Document
    email: str
    role: Role
    quirks: Quirks = Quirks()
    workspace: Workspace | None = None
    url: str = ""
    mask: Mask = field(default_factory=dict)
    after_commit: Callable[[], None] | None = None

    def may_edit(self, protection: Protection) -> bool:
        """Whether this account may write within a protected range."""
        return (
            self.role is Role.OWNER
            or protection.warning_only
            or self.email in protection.editors
            or protection.domain_can_edit
        )

    def may_write(
        self, sheet: Sheet, first_row: int, last_row: int, first_column: int, last_column: int
    ) -> None:
        """Refuse to change cells that a strict protection keeps from this account."""
        part = (first_row, last_row, first_column, last_column)
        for protection in self.document.protections:
            grid = protection.range
            if grid.get("sheetId", 0) != sheet.sheet_id or self.may_edit(protection):
                continue
            if _meets(part, grid) and not any(_covers(area, part) for area in protection.unprotected):
                raise invalid(PROTECTED)

    def may_change(self, sheet: Sheet) -> None:
        """Refuse to change a tab as a whole while some strict protection on it keeps this account out."""
        self.may_write(sheet, 0, 10**9, 0, 10**9)


def _bounds(grid: Mapping[str, Any]) -> tuple[int, int, int, int]:
    return (
        grid.get("startRowIndex", 0),
        grid.get("endRowIndex", 10**9),
        grid.get("startColumnIndex", 0),
        grid.get("endColumnIndex", 10**9),
    )


def _meets(part: tuple[int, int, int, int], grid: Mapping[str, Any]) -> bool:
    top, bottom, left, right = _bounds(grid)
    return part[0] < bottom and top < part[1] and part[2] < right and left < part[3]


def _covers(grid: Mapping[str, Any], part: tuple[int, int, int, int]) -> bool:
    top, bottom, left, right = _bounds(grid)
    return top <= part[0] and part[1] <= bottom and left <= part[2] and part[3] <= right
