"""spreadsheets.values: read, write and clear plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.errors import invalid
from sheets_standin.sheets_api.ranges import Area
from sheets_standin.spreadsheet.a1 import column_letters, name
from sheets_standin.spreadsheet.cells import Cell, Content, Fault, full, shown_fault, with_value
from sheets_standin.spreadsheet.document import TEXT_LIMIT, Document, Sheet
from sheets_standin.spreadsheet.formats import displayed, number_format

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Render:
    """How values are given back.

    Attributes
    ----------
    option, dates
        The API's ValueRenderOption and DateTimeRenderOption.
    """

    option: str = "FORMATTED_VALUE"
    dates: str = "SERIAL_NUMBER"
    dimension: str = "ROWS"


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did: the answer, where, which cells were given a value, and the range to give back."""

    answer: Json
    sheet: Sheet
    cells: tuple[tuple[int, int], ...]
    part: Area


def value_range(document: Document, part: Area, render: Render) -> Json:
    """Return a range's values; trailing empty ones of each row or column are not there."""
    lines = _trimmed(_lines(document, part, render))
    answer: Json = {"range": part.name, "majorDimension": render.dimension}
    if lines:
        answer["values"] = lines
    return answer


def _lines(document: Document, part: Area, render: Render) -> list[list[Any]]:
    """Return a range's values, row by row or column by column."""
    rows = part.sheet.grid.rows(part.first_row, part.last_row)
    shown = _shown_by(render, document.locale)
    if render.dimension == "COLUMNS":
        return [
            [shown(row[column]) if column < len(row) else "" for row in rows]
            for column in range(part.first_column, part.last_column)
        ]
    return [[shown(cell) for cell in row[part.first_column : part.last_column]] for row in rows]


def _trimmed(lines: list[list[Any]]) -> list[list[Any]]:
    """Take off the empty values at the end of each line, and the empty lines at the end."""
    for line in lines:
        while line and line[-1] == "":
            line.pop()
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _shown_by(render: Render, locale: str) -> Any:
    def unformatted(content: Content) -> Any:
        if not isinstance(content, Cell):
            return "" if content is None else content
        value = content.value
        if isinstance(value, Fault):
            return shown_fault(value)
        if render.dates == "FORMATTED_STRING" and isinstance(value, int | float):
            kind = (number_format(content) or {}).get("type", "")
            if kind in ("DATE", "TIME", "DATE_TIME"):
                return displayed(content, locale)
        return "" if value is None else value

    if render.option == "FORMATTED_VALUE":
        return lambda content: displayed(content, locale)
    if render.option == "FORMULA":
        return lambda content: full(content).formula or unformatted(content)
    return unformatted


def update(
    caller: Caller, part: Area, values: Sequence[Sequence[Any]], *, option: str, dimension: str
) -> Written:
    """Write values from the corner of a range on; null leaves a cell as it is, "" empties it."""
    rows = as_rows(values, dimension)
    width = max(map(len, rows), default=0)
    _refuse_overflow(part, len(rows), width)
    written = put(caller, part.sheet, part.first_row, part.first_column, rows, option)
    last_row = part.first_row + max(1, len(rows))
    last_column = part.first_column + max(1, width)
    rectangle = (part.first_row, last_row, part.first_column, last_column)
    whole = Area(part.sheet, *rectangle, part.asked) if part.asked.is_cell else part
    return Written(answer_of(caller, part.sheet, written, rectangle), part.sheet, written, whole)


def give_back(caller: Caller, written: Sequence[tuple[Written, Render]]) -> None:
    """Add to answers the contents of their ranges after everything is written."""
    caller.document.recalculate()
    for done, render in written:
        done.answer["updatedData"] = value_range(caller.document, done.part, render)


def put(
    caller: Caller, sheet: Sheet, row: int, column: int, rows: Sequence[Sequence[Any]], option: str
) -> tuple[tuple[int, int], ...]:
    """Write rows of values; return the cells that were given one.

    Raises
    ------
    ApiError
        400 for what no cell can hold, and for cells that are protected.
    """
    grid = sheet.grid
    given = tuple(
        (row + i, column + j) for i, line in enumerate(rows) for j, v in enumerate(line) if v is not None
    )
    if given:
        columns = [at for _, at in given]
        caller.may_write(sheet, given[0][0], given[-1][0] + 1, min(columns), max(columns) + 1)
    contents: list[list[Content]] = []
    for i, line in enumerate(rows):
        held = grid.row(row + i)
        formers = [*held[column : column + len(line)], *[None] * (len(line) - max(0, len(held) - column))]
        contents.append(
            [
                value
                if type(value) is int and not isinstance(former, Cell)
                else _content(caller.document, former, value, option, (i, j))
                for j, (former, value) in enumerate(zip(formers, line, strict=False))
            ]
        )
    if given:
        caller.document.put(sheet, row, column, contents, "values.update")
    return given


def answer_of(
    caller: Caller, sheet: Sheet, cells: Sequence[tuple[int, int]], rectangle: tuple[int, int, int, int]
) -> Json:
    """Return the API's UpdateValuesResponse; counts of nothing are not there."""
    answer: Json = {
        "spreadsheetId": caller.document.spreadsheet_id,
        "updatedRange": name(sheet.title, *rectangle),
    }
    if cells:
        answer["updatedRows"] = len({row for row, _ in cells})
        answer["updatedColumns"] = len({column for _, column in cells})
        answer["updatedCells"] = len(cells)
    return answer


def totals(written: Sequence[Written]) -> Json:
    """Return the totals of several writes: distinct sheets, rows and columns, and all cells."""
    cells = [(id(write.sheet), row, column) for write in written for row, column in write.cells]
    counted = {
        "totalUpdatedRows": len({(sheet, row) for sheet, row, _ in cells}),
        "totalUpdatedColumns": len({(sheet, column) for sheet, _, column in cells}),
        "totalUpdatedCells": len(cells),
        "totalUpdatedSheets": len({sheet for sheet, _, _ in cells}),
    }
    return {name_: count for name_, count in counted.items() if count}


def clear(caller: Caller, part: Area) -> str:
    """Empty a range's values; return it as it was clipped."""
    caller.may_write(part.sheet, part.first_row, part.last_row, part.first_column, part.last_column)
    part.sheet.grid.change(
        part.first_row,
        min(part.last_row, part.sheet.grid.held_rows),
        part.first_column,
        part.last_column,
        lambda content: None if content is None else with_value(content, None),
    )
    caller.document.noted("values.clear", part.name)
    return part.name


def as_rows(values: Sequence[Sequence[Any]], dimension: str) -> list[list[Any]]:
    """Return values by row, whichever way they were given."""
    if dimension != "COLUMNS":
        return [list(row) for row in values]
    depth = max(map(len, values), default=0)
    return [[column[i] if i < len(column) else None for column in values] for i in range(depth)]


def _refuse_overflow(part: Area, rows: int, columns: int) -> None:
    grid, asked = part.sheet.grid, part.asked
    last_row = grid.row_count if asked.is_cell or asked.last_row is None else part.last_row
    last_column = grid.column_count if asked.is_cell or asked.last_column is None else part.last_column
    end_row, end_column = part.first_row + rows, part.first_column + columns
    if end_row <= last_row and end_column <= last_column:
        return
    if asked.is_cell:
        where = name(part.sheet.title, part.first_row, end_row, part.first_column, end_column)
        raise invalid(
            f"Range ({where}) exceeds grid limits. Max rows: {grid.row_count}, max columns: {grid.column_count}"
        )
    what = f"row [{last_row + 1}]" if end_row > last_row else f"column [{column_letters(last_column)}]"
    raise invalid(f"Requested writing within range [{part.name}], but tried writing to {what}")


def _content(document: Document, former: Content, value: Any, option: str, at: tuple[int, int]) -> Content:
    if value is None:
        return former
    if isinstance(value, dict | list):
        raise invalid(f"Invalid values[{at[0]}][{at[1]}]: {_proto_text(value)}")
    if isinstance(value, str) and option == "USER_ENTERED":
        return document.typed(former, value)
    if isinstance(value, str) and len(value) > TEXT_LIMIT:
        raise invalid(
            f"Your input contains more than the maximum of {TEXT_LIMIT} characters in a single cell."
        )
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return with_value(former, None if value == "" else value)


def _proto_text(value: Any, indent: str = "") -> str:
    """Return a JSON value as a protocol buffer's text has it.

    >>> print(_proto_text(["x"]), end="")
    list_value {
      values {
        string_value: "x"
      }
    }
    """
    if isinstance(value, dict):
        inner = indent + "    "
        fields = "".join(
            f'{indent}  fields {{\n{inner}key: "{key}"\n{inner}value {{\n{_proto_text(part, inner + "  ")}{inner}}}\n'
            f"{indent}  }}\n"
            for key, part in value.items()
        )
        return f"{indent}struct_value {{\n{fields}{indent}}}\n"
    if isinstance(value, list):
        lines = "".join(
            f"{indent}  values {{\n{_proto_text(element, indent + '    ')}{indent}  }}\n" for element in value
        )
        return f"{indent}list_value {{\n{lines}{indent}}}\n"
    if isinstance(value, bool):
        return f"{indent}bool_value: {'true' if value else 'false'}\n"
    if value is None:
        return f"{indent}null_value: NULL_VALUE\n"
    if isinstance(value, int | float):
        return f"{indent}number_value: {float(value)!r}\n"
    return f'{indent}string_value: "{value}"\n'
