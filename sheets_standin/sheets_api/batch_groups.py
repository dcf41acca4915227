"""Requests about groups of rows and columns.

A group is nothing but a depth of each row or column: a group of depth d is a run of them whose depth is d or more.
So the rules of AddDimensionGroupRequest and DeleteDimensionGroupRequest come down to adding or taking away 1.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.errors import invalid
from sheets_standin.sheets_api.fields import for_request
from sheets_standin.sheets_api.ranges import dimension_range
from sheets_standin.sheets_api.sheet_json import groups_json
from sheets_standin.spreadsheet.document import Sheet
from sheets_standin.spreadsheet.sheet import Group

Request = Mapping[str, Any]

DEEPEST = 8
_CONTROL_AFTER = {"ROWS": "rowGroupControlAfter", "COLUMNS": "columnGroupControlAfter"}
"""The property of the grid that the first group of a dimension switches on; it outlives the group."""


def _groups(sheet: Sheet, dimension: str) -> list[Group]:
    return sheet.row_groups if dimension == "ROWS" else sheet.column_groups


def _deepened(sheet: Sheet, dimension: str, first: int, last: int, by: int) -> None:
    former = _groups(sheet, dimension)
    end = max([last, *(group.end for group in former)])
    depths = [sum(group.start <= at < group.end for group in former) for at in range(end)]
    for at in range(first, last):
        depths[at] += by
    collapsed = {(group.start, group.depth) for group in former if group.collapsed}
    groups = _groups_at(depths, collapsed)
    if dimension == "ROWS":
        sheet.row_groups = groups
    else:
        sheet.column_groups = groups


def _groups_at(depths: Sequence[int], collapsed: Collection[tuple[int, int]]) -> list[Group]:
    """Return the groups of rows or columns whose depths are known.

    Parameters
    ----------
    collapsed
        Start and depth of each group that is folded.
    """
    groups = []
    for depth in range(1, max(depths, default=0) + 1):
        start = None
        for at, level in enumerate([*depths, 0]):
            if level >= depth and start is None:
                start = at
            elif level < depth and start is not None:
                groups.append(Group(start, at, depth, (start, depth) in collapsed))
                start = None
    return groups


def _add(caller: Caller, request: Request) -> dict[str, Any]:
    sheet, dimension, first, last = dimension_range(caller.document, request.get("range"))
    if last <= first:
        raise invalid("DimensionRange endIndex must be after startIndex")
    _deepened(sheet, dimension, first, last, 1)
    if any(group.depth > DEEPEST for group in _groups(sheet, dimension)):
        raise invalid(f"Groups can be at most {DEEPEST} deep.")
    sheet.grid_extra[_CONTROL_AFTER[dimension]] = True
    caller.document.noted("addDimensionGroup", sheet.title)
    return {"dimensionGroups": groups_json(sheet, dimension)}


def _delete(caller: Caller, request: Request) -> dict[str, Any]:
    sheet, dimension, first, last = dimension_range(caller.document, request.get("range"))
    covered = {at for group in _groups(sheet, dimension) for at in range(group.start, group.end)}
    if not covered.issuperset(range(first, last)) or last <= first:
        raise invalid("There is no group over the specified range.")
    _deepened(sheet, dimension, first, last, -1)
    caller.document.noted("deleteDimensionGroup", sheet.title)
    left = groups_json(sheet, dimension)
    return {"dimensionGroups": left} if left else {}


def _update(caller: Caller, request: Request) -> None:
    wanted = request.get("dimensionGroup") or {}
    for_request(request.get("fields"), "DimensionGroup")
    sheet, dimension, first, last = dimension_range(caller.document, wanted.get("range"))
    depth = wanted.get("depth", 0)
    for group in _groups(sheet, dimension):
        if (group.start, group.end, group.depth) == (first, last, depth):
            group.collapsed = bool(wanted.get("collapsed"))
            spans = sheet.rows if dimension == "ROWS" else sheet.columns
            for at in range(first, last):
                span = {name: value for name, value in spans.get(at, {}).items() if name != "hiddenByUser"}
                spans[at] = span | ({"hiddenByUser": True} if group.collapsed else {})
            caller.document.noted("updateDimensionGroup", sheet.title)
            return
    raise invalid("There is no group over the specified range with the specified depth.")


HANDLERS = {
    "addDimensionGroup": _add,
    "deleteDimensionGroup": _delete,
    "updateDimensionGroup": _update,
}
