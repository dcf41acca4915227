"""Reader of `Training_Data` of any length: by blocks of rows, only the columns that are needed.

The blocks are read one after the other, several in flight, so somebody may insert or sort rows meanwhile.
After the last block the borders of all blocks, the header and the number of rows are read again; if anything
moved, the whole is read once more, then refused.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from server.core.cells import FAILED, Cell, is_empty
from server.core.transactions.columns import Columns, Role, doubtful, recognise
from server.errors import ChangedError, TrainingDataError
from server.layout.segment_tabs import TRAINING_DATA
from server.sheets.api.a1 import column_range, quoted, spans
from server.sheets.api.client import SheetsClient, decoded_column
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.api.retry import patient, retried
from server.sheets.commit.snapshot import Tab, read_snapshot, value
from server.texts import to_say

BLOCK_ROWS = 100_000
"""Rows of one column that are read at once."""
BLOCK_CELLS = 1_500_000
"""Cells of one values.batchGet, some 15 MB: Check my data, a segmentation and a retrain of half a million transactions
then fit into half of one minute's quota, which is what long work has."""
IN_FLIGHT = 2
"""Blocks asked for at the same time: they lie there as JSON, and one is decoded while the next is on its way."""
HEAD_ROWS = 50
"""Rows from the top in which the header is looked for."""

_FIELDS = (
    "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),"
    "data(startRow,startColumn,rowData(values(effectiveValue))))"
)

Block = Mapping[Role, Sequence[Cell]]


class ReadColumns(Protocol):
    """Which columns of `Training_Data` are read: those of the transactions, or others beside them."""

    @property
    def header_row(self) -> int:
        """Sheet row of the headers, from 1."""

    @property
    def needed(self) -> Sequence[tuple[Any, int]]:
        """Names and positions of the columns; a block has their cells by name."""


@dataclass(frozen=True, slots=True)
class Head:
    """The top of `Training_Data`, without the empty cells at the rows' ends, and the size of the tab."""

    rows: Sequence[Sequence[Cell]]
    row_count: int

    @classmethod
    def of(cls, tab: Tab) -> Head:
        """Return what was read of the tab, from its first row on."""
        last = max(tab.rows, default=0)
        return cls([_trimmed(tab.values(row)) for row in range(1, last + 1)], tab.row_count)


def read_head(client: SheetsClient, spreadsheet_id: str, rows: int = 1) -> Head:
    """Return the first rows of `Training_Data` and the size of the tab.

    Parameters
    ----------
    rows
        How many: the first alone where the header stands there, as the rows below it hold names and
        addresses that are none of our business.

    Raises
    ------
    LayoutError
        If there is no such tab.
    """
    top = [f"{quoted(TRAINING_DATA)}!1:{rows}"]
    try:
        seen = retried(lambda: read_snapshot(client.get(spreadsheet_id, top, _FIELDS)), patient())
    except ApiFailure as failure:
        raise explained(failure) from failure
    return Head.of(seen.tab(TRAINING_DATA))


def _trimmed(cells: Sequence[Cell]) -> list[Cell]:
    filled = [i for i, cell in enumerate(cells) if not is_empty(cell)]
    return list(cells[: filled[-1] + 1]) if filled else []


def read_columns(
    client: SheetsClient, spreadsheet_id: str, overrides: Mapping[str, str], head: Head | None = None
) -> tuple[Head, Columns]:
    """Return the top of `Training_Data` and its columns; rows below the first only where it is no header.

    Parameters
    ----------
    head
        The first row, where it was read a moment ago.

    Raises
    ------
    NoTransactionsError
        If the tab is empty.
    TrainingDataError
        If the columns are not found.
    """
    head = head or read_head(client, spreadsheet_id)
    try:
        return head, recognise(_with_samples(client, spreadsheet_id, overrides, head), overrides)
    except TrainingDataError:
        head = read_head(client, spreadsheet_id, HEAD_ROWS)
        return head, recognise(head.rows, overrides)


def _with_samples(
    client: SheetsClient, spreadsheet_id: str, overrides: Mapping[str, str], head: Head
) -> Sequence[Sequence[Cell]]:
    """Return the top of the tab; below the headers the first cells of those columns that may mean two things."""
    places = doubtful(head.rows, overrides)
    if not places or head.row_count < 2:
        return head.rows
    last = min(HEAD_ROWS, head.row_count)
    ranges = [column_range(TRAINING_DATA, place, 2, last) for place in places]
    try:
        parts = retried(lambda: client.columns(spreadsheet_id, ranges), patient())
    except ApiFailure as failure:
        if failure.is_outside_grid:
            raise _moved() from failure
        raise explained(failure) from failure
    cells = {place: (part[0] if part else []) for place, part in zip(places, parts, strict=True)}
    width = max(places) + 1
    below = [[_at(cells.get(at, []), row) for at in range(width)] for row in range(last - 1)]
    return [head.rows[0], *below]


def rows_of_block(columns: int) -> int:
    """Return how many rows of so many columns are read at once.

    >>> rows_of_block(3), rows_of_block(5), rows_of_block(30)
    (500000, 300000, 100000)
    """
    return max(BLOCK_ROWS, BLOCK_CELLS // columns)


def read_blocks(
    client: SheetsClient,
    spreadsheet_id: str,
    columns: ReadColumns,
    head: Head,
    take: Callable[[int, Any], None],
    *,
    progress: Callable[[float], None] = lambda _fraction: None,
    block_rows: int | None = None,
) -> None:
    """Read all rows below the header and hand them to `take`, block by block, in order.

    Parameters
    ----------
    take
        Called with the sheet row of the block's first element and the cells by role; columns end with their
        last filled cell.
    progress
        Called with the fraction that is read.

    Raises
    ------
    ChangedError
        If rows, columns or headers moved meanwhile; what was taken is to be thrown away.
    """
    try:
        rows = block_rows or rows_of_block(len(columns.needed))
        _read_blocks(client, spreadsheet_id, columns, head, take, progress, rows)
    except ApiFailure as failure:
        if failure.is_outside_grid:  # rows or columns were deleted
            raise _moved() from failure
        raise


def _read_blocks(
    client: SheetsClient,
    spreadsheet_id: str,
    columns: ReadColumns,
    head: Head,
    take: Callable[[int, Any], None],
    progress: Callable[[float], None],
    block_rows: int,
) -> None:
    first = columns.header_row + 1
    starts = range(first, head.row_count + 1, block_rows)
    borders: dict[int, list[Cell]] = {}
    for start, parts in _in_order(client, spreadsheet_id, columns, starts, block_rows, head.row_count):
        block = {role: decoded_column(part) for (role, _), part in zip(columns.needed, parts, strict=True)}
        parts.clear()
        last = min(start + block_rows - 1, head.row_count)
        for row in (start, last):
            borders[row] = [_at(block[role], row - start) for role, _ in columns.needed]
        take(start, block)
        del block
        progress((last - first + 1) / max(1, head.row_count - first + 1))
    _check_nothing_moved(client, spreadsheet_id, columns, head, borders)


def _in_order(
    client: SheetsClient,
    spreadsheet_id: str,
    columns: ReadColumns,
    starts: Sequence[int],
    block_rows: int,
    row_count: int,
) -> Iterator[tuple[int, list[msgspec.Raw]]]:
    def fetch(start: int) -> list[msgspec.Raw]:
        last = min(start + block_rows - 1, row_count)
        ranges = [column_range(TRAINING_DATA, index, start, last) for _, index in columns.needed]
        return retried(lambda: client.undecoded_columns(spreadsheet_id, ranges), patient())

    waiting = iter(starts)
    with ThreadPoolExecutor(max_workers=IN_FLIGHT, thread_name_prefix="training-data") as pool:
        flight: list[tuple[int, Future[list[msgspec.Raw]]]] = []

        def submit(start: int) -> Future[list[msgspec.Raw]]:
            return pool.submit(copy_context().run, fetch, start)

        try:
            flight += [(start, submit(start)) for start in itertools.islice(waiting, IN_FLIGHT)]
            while flight:
                start, future = flight.pop(0)
                parts = future.result()
                del future
                following = next(waiting, None)
                if following is not None:
                    flight.append((following, submit(following)))
                yield start, parts
        finally:
            for _, future in flight:
                future.cancel()


def _check_nothing_moved(
    client: SheetsClient,
    spreadsheet_id: str,
    columns: ReadColumns,
    head: Head,
    borders: Mapping[int, Sequence[Cell]],
) -> None:
    """Read the header, the borders of the blocks and the size of the tab again, all in one."""
    top, places = columns.header_row, [index for _, index in columns.needed]
    ranges = [f"{quoted(TRAINING_DATA)}!1:{top}"]
    ranges += [
        column_range(TRAINING_DATA, place, first, last) for first, last in spans(borders) for place in places
    ]
    answer = retried(lambda: client.get(spreadsheet_id, ranges, _FIELDS), patient())
    row_count = read_snapshot(answer).tab(TRAINING_DATA).row_count
    now = _by_place(answer["sheets"][0])
    then = {
        (row, column): cell for row in range(1, top + 1) for column, cell in enumerate(head.rows[row - 1])
    }
    then |= {
        (row, place): c for row, cells in borders.items() for place, c in zip(places, cells, strict=True)
    }
    then = {place: cell for place, cell in then.items() if not is_empty(cell)}
    is_same = now.keys() == then.keys() and all(_same(cell, then[place]) for place, cell in now.items())
    if row_count != head.row_count or not is_same:
        raise _moved()


def _by_place(sheet: Mapping[str, Any]) -> dict[tuple[int, int], Cell]:
    """Return the filled cells of an answer by row (from 1) and column (from 0)."""
    by_place = {
        (part.get("startRow", 0) + 1 + i, part.get("startColumn", 0) + j): value(cell)
        for part in sheet.get("data", [])
        for i, row in enumerate(part.get("rowData", []))
        for j, cell in enumerate(row.get("values", []))
    }
    return {place: cell for place, cell in by_place.items() if not is_empty(cell)}


def _same(cell: Cell, other: Cell) -> bool:
    """Whether a cell is unchanged; the two kinds of read may show numbers and errors a little differently.

    >>> _same("#DIVIDE_BY_ZERO", "#DIV/0!"), _same(45992.123456789, 45992.12345678901)
    (True, True)
    >>> _same("A", "B"), _same("#1001", "#1002")
    (False, False)
    """
    if isinstance(cell, str) and isinstance(other, str):
        return cell == other or (cell in FAILED and other in FAILED)
    if isinstance(cell, int | float) and isinstance(other, int | float):
        return math.isclose(cell, other, rel_tol=1e-12)
    return cell == other


def _moved() -> ChangedError:
    return ChangedError(
        to_say("Training_Data is being edited: rows or columns moved while it was read."),
        hint=to_say("Wait until nobody types into Training_Data, then run it again. Nothing was changed."),
    )


def _at(cells: Sequence[Cell], index: int) -> Cell:
    cell = cells[index] if index < len(cells) else ""
    return "" if cell is None else cell
