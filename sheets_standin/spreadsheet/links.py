"""The link of a cell: by its format as a whole, by the formula HYPERLINK, or by runs of its text."""

from __future__ import annotations

import re

from sheets_standin.spreadsheet.cells import Cell

_FORMULA = re.compile(r'=\s*HYPERLINK\s*\(\s*"((?:[^"]|"")*)"', re.IGNORECASE)


def cell_link(cell: Cell) -> str:
    """Return the one address that a cell leads to (the API's hyperlink), nothing where it is none or several.

    "If the cell contains multiple hyperlinks, this field will be empty." A run's link counts where it "spans
    the entire cell" (CellData in the API's reference).

    >>> cell_link(Cell("see", runs=({"format": {"link": {"uri": "#gid=7"}}},)))
    '#gid=7'
    >>> cell_link(Cell("see row 12", runs=({}, {"startIndex": 4, "format": {"link": {"uri": "#gid=7"}}})))
    ''
    """
    if match := _FORMULA.match(cell.formula or ""):
        return match[1].replace('""', '"')
    if own := _uri((cell.format or {}).get("textFormat")):
        return own
    if not cell.runs or cell.runs[0].get("startIndex", 0):
        return ""
    links = {_uri(run.get("format")) for run in cell.runs}
    return links.pop() if len(links) == 1 else ""


def _uri(letters: object) -> str:
    link = letters.get("link") if isinstance(letters, dict) else None
    return str(link.get("uri", "")) if isinstance(link, dict) else ""
