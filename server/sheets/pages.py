"""Read `Training_Data`, however long: by blocks of rows, only the columns that are needed.

The blocks are read one after the other, several in flight, so somebody may insert or sort rows meanwhile.
After the last block the borders of all blocks, the header and the number of rows are read again; if anything
moved, the whole is read once more, then refused.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from server.core.cells import Cell
from server.core.columns import Columns, Role, recognise
from server.errors import ChangedError, TrainingDataError
from server.layout import TRAINING_DATA
from server.sheets.client import SheetsClient
from server.sheets.commit import patient, retried
from server.sheets.failures import ApiFailure, explained
from server.sheets.snapshot import column_range, quoted, read_snapshot, spans

BLOCK_ROWS = 100_000
"""Rows of one values.batchGet: with three columns some 3 MB, so that the largest sheet is read within half of
a minute's quota."""
IN_FLIGHT = 2
"""Blocks asked for at the same time: one is decoded while the next is on its way."""
HEAD_ROWS = 50
"""Rows from the top in which the header is looked for."""

Block = Mapping[Role, Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Head:
    """The top of `Training_Data` and its size."""

    rows: Sequence[Sequence[Cell]]
    row_count: int


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
    fields = (
        "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),"
        "data(rowData(values(effectiveValue))))"
    )
    top = [f"{quoted(TRAINING_DATA)}!1:{rows}"]
    try:
        seen = retried(lambda: read_snapshot(client.get(spreadsheet_id, top, fields)), patient())
    except ApiFailure as failure:
        raise explained(failure) from failure
    tab = seen.tab(TRAINING_DATA)
    last = max(tab.rows, default=0)
    return Head(rows=[tab.values(row) for row in range(1, last + 1)], row_count=tab.row_count)


def read_columns(
    client: SheetsClient, spreadsheet_id: str, overrides: Mapping[str, str]
) -> tuple[Head, Columns]:
    """Return the top of `Training_Data` and its columns; rows below the first only where it is no header.

    Raises
    ------
    NoTransactionsError
        If the tab is empty.
    TrainingDataError
        If the columns are not found.
    """
    head = read_head(client, spreadsheet_id)
    try:
        return head, recognise(head.rows, overrides)
    except TrainingDataError:
        head = read_head(client, spreadsheet_id, HEAD_ROWS)
        return head, recognise(head.rows, overrides)


def read_blocks(
    client: SheetsClient,
    spreadsheet_id: str,
    columns: Columns,
    head: Head,
    take: Callable[[int, Block], None],
    *,
    progress: Callable[[float], None] = lambda _fraction: None,
    block_rows: int = BLOCK_ROWS,
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
    first = columns.header_row + 1
    starts = range(first, head.row_count + 1, block_rows)
    borders: dict[int, list[Cell]] = {}
    for start, block in _in_order(client, spreadsheet_id, columns, starts, block_rows, head.row_count):
        last = min(start + block_rows - 1, head.row_count)
        for row in (start, last):
            borders[row] = [_at(block[role], row - start) for role, _ in columns.needed]
        take(start, block)
        progress((last - first + 1) / max(1, head.row_count - first + 1))
    _check_nothing_moved(client, spreadsheet_id, columns, head, borders)


def _in_order(
    client: SheetsClient,
    spreadsheet_id: str,
    columns: Columns,
    starts: Sequence[int],
    block_rows: int,
    row_count: int,
) -> Iterator[tuple[int, Block]]:
    def fetch(start: int) -> Block:
        last = min(start + block_rows - 1, row_count)
        ranges = [column_range(TRAINING_DATA, index, start, last) for _, index in columns.needed]
        found = retried(lambda: client.columns(spreadsheet_id, ranges), patient())
        return {
            role: (part[0] if part else []) for (role, _), part in zip(columns.needed, found, strict=True)
        }

    waiting = iter(starts)
    with ThreadPoolExecutor(max_workers=IN_FLIGHT, thread_name_prefix="training-data") as pool:
        flight: list[tuple[int, Future[Block]]] = []
        try:
            flight += [(start, pool.submit(fetch, start)) for start in itertools.islice(waiting, IN_FLIGHT)]
            while flight:
                start, future = flight.pop(0)
                block = future.result()
                del future
                following = next(waiting, None)
                if following is not None:
                    flight.append((following, pool.submit(fetch, following)))
                yield start, block
                del block
        finally:
            for _, future in flight:
                future.cancel()


def _check_nothing_moved(
    client: SheetsClient,
    spreadsheet_id: str,
    columns: Columns,
    head: Head,
    borders: Mapping[int, Sequence[Cell]],
) -> None:
    top = columns.header_row
    now = read_head(client, spreadsheet_id, top)
    is_same = now.row_count == head.row_count and list(now.rows[:top]) == list(head.rows[:top])
    if is_same and borders:
        runs = spans(borders)
        ranges = [
            column_range(TRAINING_DATA, index, first, last)
            for first, last in runs
            for _, index in columns.needed
        ]
        parts = iter(retried(lambda: client.columns(spreadsheet_id, ranges), patient()))
        for first, last in runs:
            cells = [part[0] if part else [] for part in itertools.islice(parts, len(columns.needed))]
            for row in range(first, last + 1):
                is_same = is_same and list(borders[row]) == [_at(column, row - first) for column in cells]
    if not is_same:
        raise ChangedError(
            "Training_Data is being edited: rows or columns moved while it was read.",
            hint="Wait until nobody types into Training_Data, then run it again. Nothing was changed.",
        )


def _at(cells: Sequence[Cell], index: int) -> Cell:
    cell = cells[index] if index < len(cells) else ""
    return "" if cell is None else cell
