"""Types that declare a tab: its columns, who writes them, and how the tab is made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Writer(Enum):
    """Who fills in a column."""

    MARKETER = "you"
    SERVICE = "service"


class Made(Enum):
    """When a tab is made."""

    AT_SET_UP = "at set-up"
    WHEN_FIRST_USED = "when first used"


Format = tuple[str, str]
"""Type and pattern of a number format, as the Sheets API takes them."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a tab.

    Attributes
    ----------
    width
        In pixels.
    note
        Note on the header: what the column means, with its unit.
    format
        Number format of its cells, None for Google's own.
    writer
        Who fills it.
    warns
        Whether Google warns people before they type into it; only of a column that the service writes.
    is_hidden
        Whether people see it only when they unhide it.
    claims
        Whether a column that people made under this header is the service's. Else only one that bears its tag is: they
        may have had one of their own before there was ours.
    wraps
        Whether a long text goes on in further lines of its cell, so that it can be read.
    came_later
        Whether a tab that an older version made may lack it, and is used all the same.
    """

    header: str
    width: int
    note: str = ""
    format: Format | None = None
    writer: Writer = Writer.SERVICE
    warns: bool = True
    is_hidden: bool = False
    claims: bool = True
    wraps: bool = False
    came_later: bool = False


@dataclass(frozen=True, slots=True)
class TabLayout:
    """A tab.

    Attributes
    ----------
    columns
        In the order in which the service lays them out; they are found by their headers, wherever people move them.
    spare_rows
        Rows that the tab is made with, its header row included, beside those that it is filled with.
    read_rows
        Sheet rows, as A1 notation has them, that are read of it for a decision about other tabs: its header, or all
        that can matter.
    written_by_segmentation
        Whether each segmentation writes it.
    swapped
        Whether a segmentation prepares it in a hidden tab and swaps it in, as it has a row for each customer.
    has_mark
        Whether the tab is known by a mark in its metadata, whatever it is called. The service writes such a tab whole.
    hidden
        Whether it is hidden from people, so that it needs no warnings and has no columns of theirs.
    made
        When it is made.
    headerless
        Widths of columns without headers, of a tab that the marketer fills under headers of their own.
    """

    title: str
    columns: tuple[Column, ...] = ()
    spare_rows: int = 2
    read_rows: str = "1:1"
    written_by_segmentation: bool = False
    swapped: bool = False
    has_mark: bool = False
    hidden: bool = False
    made: Made = Made.AT_SET_UP
    headerless: tuple[int, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """Return the headers in the order of the columns."""
        return tuple(column.header for column in self.columns)

    @property
    def required_headers(self) -> tuple[str, ...]:
        """Return the headers without which the tab cannot be used."""
        return tuple(column.header for column in self.columns if not column.came_later)

    @property
    def marketers_headers(self) -> tuple[str, ...]:
        """Return the headers of the columns that the marketer fills."""
        return tuple(column.header for column in self.columns if column.writer is Writer.MARKETER)

    @property
    def warned_headers(self) -> tuple[str, ...]:
        """Return the headers of the columns that have a warning."""
        return tuple(
            column.header
            for column in self.columns
            if column.writer is Writer.SERVICE and column.warns and not self.hidden
        )

    @property
    def writers(self) -> frozenset[Writer]:
        """Return who fills the tab."""
        if self.has_mark:
            return frozenset({Writer.SERVICE})
        return frozenset(column.writer for column in self.columns) or frozenset({Writer.MARKETER})
