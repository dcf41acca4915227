"""Types through which the objects of a spreadsheet know each other.

A file holds tabs, a tab holds ranges, and each leads back to what holds it. A module imports what its objects hold;
the way back is declared here, so that no import is circular.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sheets_standin.runtime.book import Book
from sheets_standin.runtime.sessions import Selection
from sheets_standin.spreadsheet.document import Sheet
from sheets_standin.workspace import Role


class Tab(Protocol):
    """A tab, as its ranges and what describes it see it."""

    sheet_id: int
    book: Book

    @property
    def spreadsheet(self) -> File:
        """The file that it is in."""

    def read(self) -> Sheet:
        """Return the tab with all that this run has written."""

    def shape(self) -> Sheet:
        """Return the tab, its size being as this run has made it."""

    def select(self, selection: Selection) -> None:
        """Select cells on the person's page."""

    def apply(self, kind: str, request: Mapping[str, Any], *, structural: bool = False) -> Any:
        """Do what a request of the API does, at the next flush."""


class File(Protocol):
    """A spreadsheet, as its tabs and what describes it see it."""

    book: Book

    def tab(self, sheet_id: int) -> Tab:
        """Return a tab by its id."""

    def people(self, least: Role) -> list[str]:
        """Return the accounts that have at least a role."""

    def selection(self) -> Selection:
        """Return what is selected for this run."""

    def select(self, selection: Selection) -> None:
        """Select cells on the person's page; where nobody is there, nothing happens."""

    def getSheetByName(self, title: str) -> Tab | None:
        """Return a tab by its title, None where there is none."""
