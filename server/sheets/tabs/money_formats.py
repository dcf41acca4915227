"""Number formats of money columns, renewed when the currency changes."""

from __future__ import annotations

from server.core.cells import text_of
from server.core.wording import Wording
from server.layout.columns import MONEY_FORMAT
from server.layout.headers import normalised
from server.layout.tabs import LAYOUTS
from server.sheets.api.requests import Json, grid_range
from server.sheets.commit.snapshot import Snapshot, Tab
from server.sheets.dashboard.marks import dashboard_tab, mark_of


def shown_wording(snapshot: Snapshot) -> Wording:
    """Return what writes texts, and money in the currency that the spreadsheet shows by now."""
    dashboard = dashboard_tab(snapshot)
    mark = mark_of(dashboard) if dashboard is not None else None
    return Wording(snapshot.locale, mark.currency if mark is not None else "")


def money_format_requests(snapshot: Snapshot, wording: Wording) -> list[Json]:
    """Return the requests that show the currency in all columns of money; none where it is shown already.

    Parameters
    ----------
    wording
        With the currency of the orders.
    """
    dashboard = dashboard_tab(snapshot)
    mark = mark_of(dashboard) if dashboard is not None else None
    if mark is None or not wording.currency or mark.currency == wording.currency:
        return []
    pattern = wording.money_pattern()
    return [
        request
        for title, layout in LAYOUTS.items()
        if title in snapshot.tabs
        for column in layout.columns
        if column.format == MONEY_FORMAT
        for request in _column(snapshot.tabs[title], column.header, pattern)
    ]


def _column(tab: Tab, header: str, pattern: str) -> list[Json]:
    present = [normalised(text_of(cell)) for cell in tab.header]
    if normalised(header) not in present:
        return []
    at = present.index(normalised(header))
    number = {"numberFormat": {"type": "NUMBER", "pattern": pattern}}
    return [
        {
            "repeatCell": {
                "range": grid_range(tab.sheet_id, 2, None, at, at),
                "cell": {"userEnteredFormat": number},
                "fields": "userEnteredFormat.numberFormat",
            }
        }
    ]
