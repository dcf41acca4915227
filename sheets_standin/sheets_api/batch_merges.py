"""Requests that merge cells and take merges apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.errors import invalid
from sheets_standin.sheets_api.ranges import Area, grid_area
from sheets_standin.spreadsheet.cells import with_value

Request = Mapping[str, Any]
Merge = tuple[int, int, int, int]


def _covers(part: Area, merge: Merge) -> bool:
    return (
        part.first_row <= merge[0]
        and merge[1] <= part.last_row
        and part.first_column <= merge[2]
        and merge[3] <= part.last_column
    )


def _touches(part: Area, merge: Merge) -> bool:
    return (
        merge[0] < part.last_row
        and part.first_row < merge[1]
        and merge[2] < part.last_column
        and part.first_column < merge[3]
    )


def _refuse_partial(part: Area, doing: str) -> None:
    if any(_touches(part, merge) and not _covers(part, merge) for merge in part.sheet.merges):
        raise invalid(f"You must select all cells in a merged range to {doing} them.")


def _merge_cells(caller: Caller, request: Request) -> None:
    part = grid_area(caller.document, request.get("range"))
    kind = request.get("mergeType", "MERGE_ALL")
    _refuse_partial(part, "merge or unmerge")
    caller.may_write(part.sheet, part.first_row, part.last_row, part.first_column, part.last_column)
    rows, columns = (part.first_row, part.last_row), (part.first_column, part.last_column)
    if kind == "MERGE_ROWS":
        merges = [(row, row + 1, *columns) for row in range(*rows)]
    elif kind == "MERGE_COLUMNS":
        merges = [(*rows, column, column + 1) for column in range(*columns)]
    else:
        merges = [(*rows, *columns)]
    part.sheet.merges = [merge for merge in part.sheet.merges if not _covers(part, merge)]
    for merge in merges:
        if (merge[1] - merge[0]) * (merge[3] - merge[2]) > 1:
            part.sheet.merges.append(merge)
            _keep_first(part, merge)
    caller.document.noted("mergeCells", part.name)


def _keep_first(part: Area, merge: Merge) -> None:
    """Empty all cells of a merge but the first."""
    grid = part.sheet.grid
    for row in range(merge[0], min(merge[1], grid.held_rows)):
        first = merge[2] + 1 if row == merge[0] else merge[2]
        grid.change(
            row,
            row + 1,
            first,
            merge[3],
            lambda content: None if content is None else with_value(content, None),
        )


def _unmerge_cells(caller: Caller, request: Request) -> None:
    part = grid_area(caller.document, request.get("range"))
    _refuse_partial(part, "merge or unmerge")
    part.sheet.merges = [merge for merge in part.sheet.merges if not _covers(part, merge)]
    caller.document.noted("unmergeCells", part.name)


HANDLERS = {"mergeCells": _merge_cells, "unmergeCells": _unmerge_cells}
