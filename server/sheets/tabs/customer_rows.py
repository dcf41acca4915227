"""Requests that erase the rows of one customer, and that restore rows of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.sheets.api.a1 import spans
from server.sheets.api.requests import Json, grid_range, insert_rows


@dataclass(frozen=True, slots=True)
class CustomerColumn:
    """The columns of customers in one tab; rows count from 1, columns from 0.

    Attributes
    ----------
    columns
        A row is the customer's whose name stands in any of them.
    keys
        What names the customer there; () for the id itself.
    """

    title: str
    sheet_id: int
    columns: tuple[int, ...]
    first_row: int
    row_count: int
    column_count: int
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CustomerRows:
    """Rows of the customer in one tab."""

    where: CustomerColumn
    rows: Sequence[int]


def erasing(tabs: Sequence[CustomerRows], copy_id: int, title: str) -> list[Json]:
    """Return the requests that copy the rows to a new hidden tab, one below the other, and delete them."""
    count = sum(len(tab.rows) for tab in tabs)
    width = max(tab.where.column_count for tab in tabs)
    grid = {"rowCount": count, "columnCount": width}
    properties = {"sheetId": copy_id, "title": title, "hidden": True, "gridProperties": grid}
    requests: list[Json] = [{"addSheet": {"properties": properties}}]
    at = 1
    for tab in tabs:
        for first, last in spans(tab.rows):
            there = at + last - first
            requests.append(_copy(tab.where, first, last, copy_id, at, there))
            at = there + 1
    for tab in tabs:
        sheet_id = tab.where.sheet_id
        if (
            len(tab.rows) >= tab.where.row_count - 1
        ):  # Google keeps no tab without a row below the frozen ones
            requests.append({"appendDimension": {"sheetId": sheet_id, "dimension": "ROWS", "length": 1}})
        requests += [_delete_rows(sheet_id, first, last) for first, last in reversed(spans(tab.rows))]
    return requests


def restoring(tabs: Sequence[CustomerRows], wrong: Sequence[Sequence[int]], copy_id: int) -> list[Json]:
    """Return the requests that put rows of others back from the copy, near to where they stood."""
    requests: list[Json] = []
    start = 1
    for tab, rows in zip(tabs, wrong, strict=True):
        for row in rows:
            copied = start + tab.rows.index(row)
            gone = sum(other < row for other in tab.rows) - sum(other < row for other in rows)
            where = tab.where
            requests.append(insert_rows(where.sheet_id, row - gone, 1))
            target = grid_range(where.sheet_id, row - gone, row - gone, 0, where.column_count - 1)
            source = grid_range(copy_id, copied, copied, 0, where.column_count - 1)
            requests.append(_paste(source, target))
        start += len(tab.rows)
    return requests


def _copy(where: CustomerColumn, first: int, last: int, copy_id: int, to_first: int, to_last: int) -> Json:
    right = where.column_count - 1
    source = grid_range(where.sheet_id, first, last, 0, right)
    return _paste(source, grid_range(copy_id, to_first, to_last, 0, right))


def _paste(source: Json, destination: Json) -> Json:
    return {"copyPaste": {"source": source, "destination": destination, "pasteType": "PASTE_NORMAL"}}


def _delete_rows(sheet_id: int, first: int, last: int) -> Json:
    place = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": first - 1, "endIndex": last}
    return {"deleteDimension": {"range": place}}


def delete_sheet(sheet_id: int) -> Json:
    """Return the request that deletes a tab."""
    return {"deleteSheet": {"sheetId": sheet_id}}
