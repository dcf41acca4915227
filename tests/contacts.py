"""A tab of contacts in a spreadsheet of the tests."""

from __future__ import annotations

from collections.abc import Sequence

from local.launch import OWNER
from sheets_standin.spreadsheet.cells import Content
from sheets_standin.spreadsheet.document import Document
from sheets_standin.spreadsheet.document import Sheet as Tab
from sheets_standin.spreadsheet.grid import Grid

HEADER = [
    "CustomerID",
    "Email",
    "Phone",
    "FirstName",
    "LastName",
    "Country",
    "Zip",
    "AdConsent",
    "EmailConsent",
]
HEADER += ["Suppress"]


def paste(document: Document, title: str, rows: Sequence[Sequence[Content]]) -> None:
    """Make a tab of rows, in the place of one that is there."""
    grid = Grid(row_count=len(rows) + 5, column_count=max(map(len, rows)))
    grid.extend([tuple(row) for row in rows])
    with document.changing(OWNER, "paste"):
        there = [tab for tab in document.sheets if tab.title == title]
        if there:
            there[0].grid = grid
        else:
            document.sheets.append(Tab(document.new_sheet_id(), title, grid))
        document.noted("paste", title)


def contact(who: str, number: int, **more: Content) -> list[Content]:
    """Return a row whose customer has an address and has agreed to all, unless it is told otherwise."""
    row: dict[str, Content] = {
        "CustomerID": who,
        "Email": f"c{number}@example.com",
        "Phone": f"+49 171 {2000000 + number}",
        "FirstName": "Ann",
        "LastName": f"Miller {number}",
        "Country": "DE",
        "Zip": "01067",
        "AdConsent": "yes",
        "EmailConsent": "yes",
    }
    row |= more
    return [row.get(header) for header in HEADER]
