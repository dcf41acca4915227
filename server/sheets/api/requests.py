"""Requests of spreadsheets.batchUpdate, made of plain values: no text ever becomes a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.core.cells import Cell
from server.layout.columns import SERIAL_FORMAT_DATE_TIME
from server.layout.limits import TEXT_LIMIT
from server.sheets.api.a1 import spans

Json = dict[str, Any]

PROTECTION = "Audience Targeting: written by the service; what you type here may be replaced."
"""Description of the warning-only protections on what the service writes."""


def cell_data(value: Cell) -> Json:
    """Return a typed cell: text stays text, whatever it begins with.

    >>> cell_data("=IMPORTXML(1)"), cell_data(3), cell_data(None), cell_data(True)
    ({'userEnteredValue': {'stringValue': '=IMPORTXML(1)'}}, {'userEnteredValue': {'numberValue': 3}}, {}, {'userEnteredValue': {'boolValue': True}})
    """  # noqa: E501 - one line of an example
    if isinstance(value, str):
        return {"userEnteredValue": {"stringValue": value[:TEXT_LIMIT]}} if value else {}
    if value is None:
        return {}
    if isinstance(value, bool):
        return {"userEnteredValue": {"boolValue": value}}
    return {"userEnteredValue": {"numberValue": value}}


def update_cells(
    sheet_id: int, row: int, column: int, rows: Iterable[Sequence[Mapping[str, Any]]], fields: str
) -> Json:
    """Return an updateCells from a sheet row (from 1) and a column (from 0) on."""
    return {
        "updateCells": {
            "start": {"sheetId": sheet_id, "rowIndex": row - 1, "columnIndex": column},
            "rows": [{"values": list(cells)} for cells in rows],
            "fields": fields,
        }
    }


def put_back(
    sheet_id: int, row: int, column: int, cell: Mapping[str, Any], *, has_format: bool = False
) -> Json:
    """Return a request that makes a cell what it was, empty without `userEnteredValue`.

    Parameters
    ----------
    has_format
        Whether a commit made its number format a date's: it becomes automatic.
    """
    kept = {"userEnteredValue": cell["userEnteredValue"]} if "userEnteredValue" in cell else {}
    fields = "userEnteredValue,userEnteredFormat.numberFormat" if has_format else "userEnteredValue"
    return update_cells(sheet_id, row, column, [[kept]], fields)


def grid_range(
    sheet_id: int, first_row: int, last_row: int | None, first_column: int, last_column: int | None
) -> Json:
    """Return a GridRange of sheet rows (from 1) and columns (from 0), both ends included; None = open."""
    grid = {"sheetId": sheet_id, "startRowIndex": first_row - 1, "startColumnIndex": first_column}
    if last_row is not None:
        grid["endRowIndex"] = last_row
    if last_column is not None:
        grid["endColumnIndex"] = last_column + 1
    return grid


def write_by_header(
    sheet_id: int, columns: Mapping[str, int], rows: Mapping[int, Mapping[str, Cell]]
) -> list[Json]:
    """Return requests that write values to sheet rows, wherever their columns stand.

    Parameters
    ----------
    columns
        Position from 0 of each header that is written.
    rows
        Values by header, by sheet row. Every row has all of `columns`.
    """
    by_position = {position: header for header, position in columns.items()}
    requests = []
    for first_row, last_row in spans(rows):
        for first, last in spans(by_position):
            headers = [by_position[column] for column in range(first, last + 1)]
            lines = (rows[row] for row in range(first_row, last_row + 1))
            block = [[cell_data(line[header]) for header in headers] for line in lines]
            requests.append(update_cells(sheet_id, first_row, first, block, "userEnteredValue"))
    return requests


def date_time_format(
    sheet_id: int, first_row: int, last_row: int | None, column: int, zone: str = ""
) -> Json:
    """Return a request that shows serials of one column as date and time, with the zone they are told in."""
    pattern = SERIAL_FORMAT_DATE_TIME + (f' "{zone}"' if zone else "")
    return {
        "repeatCell": {
            "range": grid_range(sheet_id, first_row, last_row, column, column),
            "cell": {"userEnteredFormat": {"numberFormat": {"type": "DATE_TIME", "pattern": pattern}}},
            "fields": "userEnteredFormat.numberFormat",
        }
    }


def plain_format(sheet_id: int, first_row: int, last_row: int, column: int) -> Json:
    """Return a request that shows the numbers of one column as Google does by itself."""
    return {
        "repeatCell": {
            "range": grid_range(sheet_id, first_row, last_row, column, column),
            "cell": {},
            "fields": "userEnteredFormat.numberFormat",
        }
    }


def insert_rows(sheet_id: int, before_row: int, count: int) -> Json:
    """Return a request that inserts `count` rows above a sheet row (from 1)."""
    return {
        "insertDimension": {
            "range": {
                "sheetId": sheet_id,
                "dimension": "ROWS",
                "startIndex": before_row - 1,
                "endIndex": before_row - 1 + count,
            },
            "inheritFromBefore": False,
        }
    }


def protection(
    sheet_id: int, first_column: int, last_column: int, first_row: int = 1, last_row: int | None = None
) -> Json:
    """Return a request that has people warned before they type into columns, or into some rows of them."""
    area = grid_range(sheet_id, first_row, last_row, first_column, last_column)
    return {
        "addProtectedRange": {
            "protectedRange": {"range": area, "description": PROTECTION, "warningOnly": True}
        }
    }
