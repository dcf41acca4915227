"""Customers of `Segmented_Customers`, with the fields that audiences are selected by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.core.audiences.selection import Customer
from server.core.cells import Cell, text_of
from server.core.wall_clock import day_of
from server.layout.headers import CLUSTER, CUSTOMER_ID, EXPECTED_SPEND, MONETARY_VALUE, SEGMENT, STATE

SEGMENT_SINCE = "SegmentSince"
GROUP = "Group"
PREVIOUS = "PreviousSegment"
COLUMNS = (
    CUSTOMER_ID,
    CLUSTER,
    SEGMENT,
    PREVIOUS,
    STATE,
    SEGMENT_SINCE,
    GROUP,
    MONETARY_VALUE,
    EXPECTED_SPEND,
)
"""What is read; a column that is not there is empty."""


def customers(columns: Mapping[str, Sequence[Cell]]) -> list[Customer]:
    """Return the customers, in the order of the rows, without those who are gone and have no segment any more.

    Parameters
    ----------
    columns
        Cells of `COLUMNS` below their headers.
    """
    all_customers = []
    for at in range(len(columns[CUSTOMER_ID])):
        row = {header: cells[at] if at < len(cells) else "" for header, cells in columns.items()}
        who, segment = text_of(row[CUSTOMER_ID]), text_of(row[SEGMENT])
        if not who or not segment:
            continue
        cluster = _number(row[CLUSTER])
        all_customers.append(
            Customer(
                who,
                at + 2,
                None if cluster is None else int(cluster),
                segment,
                text_of(row[PREVIOUS]),
                text_of(row[STATE]),
                _day(row[SEGMENT_SINCE]),
                text_of(row[GROUP]),
                _number(row[MONETARY_VALUE]),
                _number(row[EXPECTED_SPEND]),
            )
        )
    return all_customers


def _number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _day(cell: Cell) -> str:
    """Return a day as YYYY-MM-DD, whether the sheet has it as a date or as a text."""
    number = _number(cell)
    return day_of(number).isoformat() if number is not None and 0 < number < 3e6 else text_of(cell)[:10]
