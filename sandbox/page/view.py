"""What the page is told of a tab: a window of cells, as they are displayed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.page.guard import violation
from sandbox.spreadsheet.cells import Content, Fault, full
from sandbox.spreadsheet.document import Document, Sheet
from sandbox.spreadsheet.entry import entered
from sandbox.spreadsheet.formats import displayed

MOST_ROWS = 2_000
"""Rows in one window."""


def tabs(document: Document) -> list[dict[str, Any]]:
    """Return what the page needs to know of each tab."""
    return [
        {
            "id": sheet.sheet_id,
            "title": sheet.title,
            "hidden": sheet.hidden,
            "rows": sheet.grid.row_count,
            "columns": sheet.grid.column_count,
            "held": filled_rows(sheet),
            "frozenRows": sheet.frozen_rows,
            "frozenColumns": sheet.frozen_columns,
            "widths": {str(column): pixels for column, pixels in sheet.pixel_sizes.items()},
            "protected": [_span(each.range) for each in document.protections if _is_on(each.range, sheet)],
            "filtered": bool(sheet.basic_filter),
            "charts": len(sheet.charts),
        }
        for sheet in document.sheets
    ]


def filled_rows(sheet: Sheet) -> int:
    """Return the number of rows down to the last one that shows something."""
    last = sheet.grid.held_rows
    while last and not any(_is_filled(content) for content in sheet.grid.row(last - 1)):
        last -= 1
    return last


def _is_filled(content: Content) -> bool:
    return content is not None and full(content).value not in (None, "")


def edge(sheet: Sheet, row: int, column: int, down: int, right: int) -> tuple[int, int]:
    """Return where Ctrl and an arrow lead: the end of the filled or of the empty stretch.

    Parameters
    ----------
    down, right
        -1, 0 or 1; one of them is 0.
    """
    grid = sheet.grid
    last_row, last_column = grid.row_count - 1, grid.column_count - 1

    def is_inside(r: int, c: int) -> bool:
        return 0 <= r <= last_row and 0 <= c <= last_column

    def is_filled(r: int, c: int) -> bool:
        return _is_filled(grid.cell(r, c))

    if not is_inside(row + down, column + right):
        return row, column
    in_block = is_filled(row, column) and is_filled(row + down, column + right)
    while is_inside(row + down, column + right):
        if in_block and not is_filled(row + down, column + right):
            break
        if down > 0 and not in_block and row >= grid.held_rows:
            return last_row, column
        row, column = row + down, column + right
        if not in_block and is_filled(row, column):
            break
    return row, column


def _is_on(grid: Mapping[str, Any], sheet: Sheet) -> bool:
    return bool(grid.get("sheetId", 0) == sheet.sheet_id)


def _span(grid: Mapping[str, Any]) -> list[int | None]:
    """Return first and last row, first and last column, half open; None is an open end."""
    return [
        grid.get("startRowIndex", 0),
        grid.get("endRowIndex"),
        grid.get("startColumnIndex", 0),
        grid.get("endColumnIndex"),
    ]


def window(sheet: Sheet, first: int, last: int) -> list[list[Any]]:
    """Return the cells of some rows; what is empty at a row's end is left out.

    See Also
    --------
    cell : what each of them is.
    """
    last = min(last, first + MOST_ROWS, sheet.grid.row_count)
    return [[cell(content) for content in row] for row in sheet.grid.rows(first, last)]


def text(sheet: Sheet, row: int, column: int, rows: int, columns: int) -> str:
    """Return cells as tab-separated text, as they are copied to the clipboard."""
    lines = []
    for number in range(row, row + rows):
        shown = [displayed(sheet.grid.cell(number, each)) for each in range(column, column + columns)]
        lines.append("\t".join(_quoted(each) for each in shown))
    return "\n".join(lines)


def _quoted(shown: str) -> str:
    return '"' + shown.replace('"', '""') + '"' if any(c in shown for c in "\t\n\r") else shown


def cell(content: Content) -> Any:
    """Return a cell for the page: None, a bare text, a bare whole number, or an object.

    The object's `t` is the text as displayed, `k` the kind (n number, b boolean, e error), `i` the text for
    the formula bar where it differs, `n` the note, `w` what the data validation finds wrong, `f` the format.
    """
    if content is None or isinstance(content, str):
        return _input_needed(content)
    if isinstance(content, int) and not isinstance(content, bool) and abs(content) < 10**15:
        return content
    return _object(content)


def _input_needed(content: str | None) -> Any:
    if content is None or content == "":
        return None
    typed = input_text(content)
    return content if typed == content else {"t": content, "i": typed}


def _object(content: Content) -> dict[str, Any]:
    held = full(content)
    shown, typed = displayed(content), input_text(content)
    answer: dict[str, Any] = {"t": shown}
    if kind := _kind(held.value):
        answer["k"] = kind
    if typed != shown:
        answer["i"] = typed
    if held.note:
        answer["n"] = held.note
    if wrong := violation(content):
        answer["w"] = wrong
    if held.format and (look := _look(held.format)):
        answer["f"] = look
    if held.validation and (listed := _listed(held.validation)):
        answer["l"] = listed
    return answer


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "b"
    if isinstance(value, int | float):
        return "n"
    return "e" if isinstance(value, Fault) else ""


def _listed(validation: Mapping[str, Any]) -> list[str]:
    condition = validation.get("condition") or {}
    if condition.get("type") != "ONE_OF_LIST":
        return []
    return [str(each.get("userEnteredValue", "")) for each in condition.get("values") or []]


def _look(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return what can be seen of a format."""
    letters = form.get("textFormat") or {}
    look: dict[str, Any] = {}
    for name, key in (("bold", "b"), ("italic", "i"), ("underline", "u"), ("strikethrough", "s")):
        if letters.get(name):
            look[key] = 1
    if background := _colour(form, "backgroundColor"):
        look["bg"] = background
    if colour := _colour(letters, "foregroundColor"):
        look["fg"] = colour
    if aligned := form.get("horizontalAlignment"):
        look["h"] = aligned.lower()
    if (wrapped := form.get("wrapStrategy")) and wrapped != "OVERFLOW_CELL":
        look["w"] = wrapped.lower()
    return look


def _colour(form: Mapping[str, Any], name: str) -> str:
    given = form.get(name) or (form.get(name + "Style") or {}).get("rgbColor")
    if given is None:
        return ""
    return "#" + "".join(f"{round(255 * given.get(part, 0)):02x}" for part in ("red", "green", "blue"))


def input_text(content: Content) -> str:
    """Return what the formula bar shows: the text that, typed again, gives the same cell.

    >>> input_text(0.1), input_text("0042"), input_text("Ann"), input_text(True)
    ('0.1', "'0042", 'Ann', 'TRUE')
    """
    held = full(content)
    value = held.value
    if held.formula is not None:
        return held.formula
    if value is None or isinstance(value, Fault):
        return ""
    if isinstance(value, str):
        read = entered(value)
        return "'" + value if not isinstance(read, str) or read != value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    kind = ((held.format or {}).get("numberFormat") or {}).get("type", "")
    if kind in ("DATE", "DATE_TIME", "TIME"):
        return displayed(content)
    if kind == "PERCENT":
        return f"{_plain(value * 100)}%"
    return _plain(value)


def _plain(value: float) -> str:
    """Return a number with at most 15 digits, as short as it goes.

    >>> _plain(12.0), _plain(0.1 + 0.2), _plain(1e21)
    ('12', '0.3', '1E+21')
    """
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}".replace("e", "E")
