"""Columns added to a tab after it was made, laid out at its right edge as set-up would have made them."""

from __future__ import annotations

from collections.abc import Sequence

from server.core.cells import is_empty
from server.core.wording import Wording
from server.layout.columns import MONEY_FORMAT
from server.layout.tabs import LAYOUTS
from server.sheets.api.requests import Json, cell_data, grid_range, update_cells
from server.sheets.commit.snapshot import Tab
from server.tab_layout import Column, Format


def with_later_columns(
    tab: Tab, headers: Sequence[str], wording: Wording
) -> tuple[dict[str, int], list[Json]]:
    """Return the place of each header, and the requests that add those that the tab lacks.

    Parameters
    ----------
    tab
        With its first row.
    headers
        Of the tab's declaration.
    wording
        Says the notes, and shows money with its currency.
    """
    places = tab.present(headers)
    missing = [header for header in headers if header not in places]
    if not missing:
        return places, []
    first = 1 + max((i for i, text in enumerate(tab.header) if not is_empty(text)), default=-1)
    places |= {header: first + i for i, header in enumerate(missing)}
    requests: list[Json] = []
    if (lacking := first + len(missing) - tab.column_count) > 0:
        length = {"sheetId": tab.sheet_id, "dimension": "COLUMNS", "length": lacking}
        requests.append({"appendDimension": length})
    for header in missing:
        requests += heading(tab.title, tab.sheet_id, header, places[header], wording)
    return places, requests


def heading(title: str, sheet_id: int, header: str, place: int, wording: Wording) -> list[Json]:
    """Return the requests that write a header with its note, and give its column the declared number format."""
    [column] = [column for column in LAYOUTS[title].columns if column.header == header]
    cell = {**cell_data(header), "userEnteredFormat": {"textFormat": {"bold": True}}}
    if column.note:
        cell["note"] = wording.say(column.note)
    fields = "userEnteredValue,note,userEnteredFormat.textFormat.bold"
    return [
        update_cells(sheet_id, 1, place, [[cell]], fields),
        *number_format(sheet_id, column, place, wording),
    ]


def number_format(sheet_id: int, column: Column, place: int, wording: Wording) -> list[Json]:
    """Return the request that gives the cells below a header their declared number format, none where it has none."""
    if column.format is None:
        return []
    kind, pattern = said_format(column.format, wording)
    return [
        {
            "repeatCell": {
                "range": grid_range(sheet_id, 2, None, place, place),
                "cell": {"userEnteredFormat": {"numberFormat": {"type": kind, "pattern": pattern}}},
                "fields": "userEnteredFormat.numberFormat",
            }
        }
    ]


def said_format(declared: Format, wording: Wording) -> Format:
    """Return a number format, with the currency where it is that of money.

    >>> said_format(("NUMBER", "#,##0.00"), Wording("de_DE", "EUR")), said_format(("PERCENT", "0%"), Wording())
    (('NUMBER', '#,##0.00 [$€]'), ('PERCENT', '0%'))
    """
    return (declared[0], wording.money_pattern()) if declared == MONEY_FORMAT else declared
