"""Cell formats: as they are kept, as a mask changes them, and as they take effect."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from sheets_standin.sheets_api.colors import default_theme, of_hex, twinned, twins
from sheets_standin.sheets_api.fields import Mask
from sheets_standin.spreadsheet.cells import Cell, Fault
from sheets_standin.spreadsheet.formats import default_pattern, number_format
from sheets_standin.spreadsheet.locales import locale_of

Json = dict[str, Any]

_WHITE = of_hex("FFFFFF")
DEFAULT: Json = {
    "backgroundColor": _WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": _WHITE},
}
"""What a new spreadsheet's SpreadsheetProperties.defaultFormat is."""

_WIDTHS = {"SOLID_MEDIUM": 2, "SOLID_THICK": 3, "DOUBLE": 3}


def kept(given: Mapping[str, Any]) -> Json:
    """Return a format as it is read back: colours twice, borders with their width."""
    whole: Json = twinned(copy.deepcopy(dict(given)))
    borders = {side: border(given_border) for side, given_border in (whole.get("borders") or {}).items()}
    drawn = {side: border for side, border in borders.items() if border}
    if drawn:
        whole["borders"] = drawn
    else:
        whole.pop("borders", None)
    return whole


def border(given: Mapping[str, Any]) -> Json:
    """Return a border as it is read back, nothing for one that is not drawn."""
    style = given.get("style", "STYLE_UNSPECIFIED")
    if style in ("NONE", "STYLE_UNSPECIFIED"):
        return {}
    whole: Json = twinned(dict(given))
    black: Json = {"color": {}, "colorStyle": {"rgbColor": {}}}
    return (
        {"style": style, "width": _WIDTHS.get(style, 1)}
        | black
        | {name: value for name, value in whole.items() if name not in ("style", "width")}
    )


def merged(former: Mapping[str, Any], given: Mapping[str, Any], mask: Mask) -> Json:
    """Return a format after the fields of a mask were set; those that are not given are cleared.

    Parameters
    ----------
    given
        As `kept` returns it.
    """
    if not mask or "*" in mask:
        return copy.deepcopy(dict(given))
    result = dict(former)
    for name, branch in mask.items():
        for twin in twins(name) or (name,):
            inner = given.get(twin)
            if branch and not twins(name):
                inside = merged(result.get(twin) or {}, inner or {}, branch)
                if inside:
                    result[twin] = inside
                else:
                    result.pop(twin, None)
            elif inner is None:
                result.pop(twin, None)
            else:
                result[twin] = copy.deepcopy(inner)
    return result


def effective(cell: Cell, locale: str) -> Json:
    """Return the format that takes effect: the default, the cell's own, and what its value brings."""
    own = cell.format or {}
    whole = {**copy.deepcopy(DEFAULT), "hyperlinkDisplayType": "PLAIN_TEXT"}
    whole["textFormat"]["fontFamily"] = default_theme()["primaryFontFamily"]
    alignment = _alignment(cell.value)
    if alignment:
        whole["horizontalAlignment"] = alignment
    if is_link(cell):
        whole["hyperlinkDisplayType"] = "LINKED"
    for name, value in own.items():
        if name in ("textFormat", "padding"):
            whole[name] = {**whole[name], **value}
        else:
            whole[name] = copy.deepcopy(value)
    form = dict(number_format(cell) or {})
    if form:
        usual = default_pattern(form.get("type", ""), locale_of(locale))
        whole["numberFormat"] = ({"pattern": usual} if usual else {}) | form
    return whole


def is_link(cell: Cell) -> bool:
    """Whether a cell is a link as a whole."""
    formula = (cell.formula or "").upper().replace(" ", "")
    return formula.startswith("=HYPERLINK(") or bool(
        ((cell.format or {}).get("textFormat") or {}).get("link")
    )


def _alignment(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | Fault):
        return "CENTER"
    return "RIGHT" if isinstance(value, int | float) else "LEFT"


def spreadsheet_properties(properties: Mapping[str, Any]) -> Json:
    """Return the parts of SpreadsheetProperties that a new spreadsheet has, with what differs in this one."""
    usual: Json = {
        "autoRecalc": "ON_CHANGE",
        "defaultFormat": copy.deepcopy(DEFAULT),
        "spreadsheetTheme": default_theme(),
    }
    return usual | copy.deepcopy(dict(properties))
