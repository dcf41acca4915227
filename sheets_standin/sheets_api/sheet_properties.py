"""Properties of a tab, checked and set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.colors import twinned, twins
from sheets_standin.sheets_api.errors import invalid, unsupported
from sheets_standin.sheets_api.fields import Mask, leaves
from sheets_standin.spreadsheet.charts import shift_charts
from sheets_standin.spreadsheet.document import Document, Sheet
from sheets_standin.spreadsheet.references import Shift
from sheets_standin.spreadsheet.slicers import shift_slicers
from sheets_standin.spreadsheet.structure import retitle
from sheets_standin.spreadsheet.tables import shifted_tables

Request = Mapping[str, Any]

LONGEST_TITLE = 100
_GRID = (
    "rowCount",
    "columnCount",
    "frozenRowCount",
    "frozenColumnCount",
    "hideGridlines",
    "rowGroupControlAfter",
    "columnGroupControlAfter",
)
_SHEET = ("title", "index", "hidden", "tabColor", "rightToLeft")


def leaves_of(value: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Return the dotted names of what a body gives, colours as a whole."""
    paths = []
    for name, part in value.items():
        if isinstance(part, dict) and not twins(name):
            paths += leaves_of(part, f"{prefix}{name}.")
        else:
            paths.append(prefix + name)
    return paths


def refuse_title(document: Document, title: str, own: Sheet | None = None) -> None:
    """Refuse a title that is empty, too long, or another tab's, whatever its case."""
    if not title:
        raise invalid("The sheet name cannot be empty.")
    if len(title) > LONGEST_TITLE:
        raise invalid(f"Sheet name cannot be longer than {LONGEST_TITLE} characters.")
    if any(sheet.title.casefold() == title.casefold() and sheet is not own for sheet in document.sheets):
        raise invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')


def refuse_index(document: Document, index: int) -> None:
    """Refuse an index that is no place among the tabs."""
    if not 0 <= index <= len(document.sheets):
        raise invalid(f"index[{index}] must be between 0 and the number of sheets ({len(document.sheets)}).")


def named_by(mask: Mask) -> list[str]:
    """Return the dotted names of what is to be set; ``*`` is every property."""
    if "*" in mask:
        return [*_SHEET, *(f"gridProperties.{name}" for name in _GRID)]
    if mask.get("gridProperties") == {} or "*" in mask.get("gridProperties", {}):
        mask = mask | {"gridProperties": {name: {} for name in _GRID}}
    names = leaves(mask)
    return [name.split(".")[0] if twins(name.split(".")[0]) else name for name in names]


def set_properties(caller: Caller, sheet: Sheet, wanted: Request, names: list[str]) -> None:
    """Set the named properties of a tab; those that are not given go back to their default."""
    document = caller.document
    grid = wanted.get("gridProperties") or {}
    rows, columns = sheet.grid.row_count, sheet.grid.column_count
    for name in names:
        if name == "gridProperties.rowCount":
            rows = grid.get("rowCount", 0)
        elif name == "gridProperties.columnCount":
            columns = grid.get("columnCount", 0)
        elif name.startswith("gridProperties."):
            _set_grid_property(sheet, name.removeprefix("gridProperties."), grid)
        else:
            _set_property(document, sheet, name, wanted)
    _resize(document, sheet, rows, columns)


def _set_grid_property(sheet: Sheet, name: str, grid: Request) -> None:
    if name == "frozenRowCount":
        sheet.frozen_rows = grid.get("frozenRowCount", 0)
    elif name == "frozenColumnCount":
        sheet.frozen_columns = grid.get("frozenColumnCount", 0)
    else:
        put_or_drop(sheet.grid_extra, name, grid.get(name))


def _set_property(document: Document, sheet: Sheet, name: str, wanted: Request) -> None:
    top = name.partition(".")[0]
    if name == "title":
        refuse_title(document, wanted.get("title", ""), sheet)
        retitle(document, sheet, wanted["title"])
    elif name == "index":
        _move_sheet(document, sheet, wanted.get("index", len(document.sheets)))
    elif name == "hidden":
        _hide(document, sheet, hidden=bool(wanted.get("hidden")))
    elif twins(top):
        color = twinned({twin: wanted[twin] for twin in twins(top) if _is_given(twin, wanted)})
        for twin in twins(top):
            put_or_drop(sheet.extra, twin, color.get(twin))
    elif name == "rightToLeft":
        put_or_drop(sheet.extra, name, wanted.get(name))
    elif name not in ("sheetId", "sheetType"):
        raise unsupported(f"the sheet property {name}")


def _is_given(name: str, wanted: Request) -> bool:
    """Whether a body gives a colour; a style of no kind is none, while an empty Color is black."""
    return name in wanted and (wanted[name] != {} or not name.endswith("Style"))


def put_or_drop(into: dict[str, Any], name: str, value: Any) -> None:
    """Keep a property, or forget it where it is back to its default."""
    if value is None or value is False:
        into.pop(name, None)
    else:
        into[name] = value


def _hide(document: Document, sheet: Sheet, *, hidden: bool) -> None:
    if hidden and all(other.hidden for other in document.sheets if other is not sheet):
        raise invalid("You can't hide all the sheets in a document.")
    sheet.hidden = hidden


def _move_sheet(document: Document, sheet: Sheet, index: int) -> None:
    """Move a tab; the index counts the tabs as they are before the move (SheetProperties.index)."""
    refuse_index(document, index)
    at = document.sheets.index(sheet)
    if index in (at, at + 1):
        return
    document.sheets.remove(sheet)
    document.sheets.insert(index if index < at else index - 1, sheet)


def _resize(document: Document, sheet: Sheet, rows: int, columns: int) -> None:
    for what, count, former, frozen in (
        ("rows", rows, sheet.grid.row_count, sheet.frozen_rows),
        ("columns", columns, sheet.grid.column_count, sheet.frozen_columns),
    ):
        if count < 1:
            raise invalid(f"You can't delete all the {what} on the sheet.")
        if frozen >= count:
            if count < former:
                raise invalid(f"Sorry, it is not possible to delete all non-frozen {what}.")
            raise invalid(f"You can't freeze all visible {what} on the sheet.")
    if (rows, columns) != (sheet.grid.row_count, sheet.grid.column_count):
        former_rows, former_columns = sheet.grid.row_count, sheet.grid.column_count
        sheet.grid.resize(rows, columns)
        if rows < former_rows:
            _cut_off(document, sheet, Shift("ROWS", removed=(rows, former_rows)))
        if columns < former_columns:
            _cut_off(document, sheet, Shift("COLUMNS", removed=(columns, former_columns)))


def _cut_off(document: Document, sheet: Sheet, shift: Shift) -> None:
    shift_charts(document, sheet, shift)
    shift_slicers(document, sheet, shift)
    sheet.tables = shifted_tables(sheet.tables, shift)
