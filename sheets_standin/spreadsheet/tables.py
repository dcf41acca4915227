"""Tables on tabs: where their parts lie, and how they follow rows and columns.

A table is the API's Table and is never changed in place. Its first row is the header, and the names of its columns
are what stands there; its last row is a footer if the table has a footer's colour.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sheets_standin.spreadsheet.formats import displayed
from sheets_standin.spreadsheet.references import Shift
from sheets_standin.spreadsheet.sheet import Sheet

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Box:
    """A table's rectangle, half open, from 0; `last_body_row` is where a footer begins or the table ends."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int
    has_footer: bool

    @property
    def last_body_row(self) -> int:
        """The end of the rows that hold data."""
        return self.last_row - self.has_footer


def box_of(table: Mapping[str, Any]) -> Box:
    """Return where a table lies."""
    grid = table["range"]
    return Box(
        grid["startRowIndex"],
        grid["endRowIndex"],
        grid["startColumnIndex"],
        grid["endColumnIndex"],
        "footerColorStyle" in table.get("rowsProperties", {}),
    )


def with_columns(table: Mapping[str, Any], sheet: Sheet, locale: str) -> Json:
    """Return a table with one entry for each of its columns, named as its header row names them."""
    box = box_of(table)
    known = {
        column_property.get("columnIndex", 0): column_property
        for column_property in table.get("columnProperties", [])
    }
    columns = []
    for index in range(box.last_column - box.first_column):
        column = copy.deepcopy(dict(known.get(index, {}))) | {"columnIndex": index}
        head = displayed(sheet.grid.cell(box.first_row, box.first_column + index), locale)
        if head:
            column["columnName"] = head
        columns.append({name: value for name, value in column.items() if name != "columnIndex" or value})
    return copy.deepcopy(dict(table)) | {"columnProperties": columns}


def shifted_tables(tables: list[Json], shift: Shift) -> list[Json]:
    """Return tables after rows or columns shifted; a column's type goes along with it."""
    moved = []
    for table in tables:
        grid = shift.grid_range(table["range"])
        if grid is None:
            continue
        answer = table | {"range": grid}
        if shift.dimension == "COLUMNS":
            first = table["range"]["startColumnIndex"]
            columns = []
            for column_property in table.get("columnProperties", []):
                at = shift.position(first + column_property.get("columnIndex", 0))
                if at is not None and at - grid["startColumnIndex"] >= 0:
                    columns.append(column_property | {"columnIndex": at - grid["startColumnIndex"]})
            answer["columnProperties"] = columns
        moved.append(answer)
    return moved
