"""Reading of the newest lines of `Prediction_Log` for the dashboard: when rows were scored, and as what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from server.core.cells import Cell, is_empty
from server.core.segments.scored_days import ScoredDays, reaches_back, scored_days
from server.layout.headers import CLUSTER, PREDICTED_AT
from server.layout.tabs import LOG_HEADERS
from server.sheets.api.a1 import column_range
from server.sheets.api.client import SheetsClient
from server.sheets.api.retry import RetryBudget, retried
from server.sheets.commit.snapshot import Tab

FEW_LINES, MOST_LINES = 2_000, 50_000
"""Lines of the log that are read at first, and where they do not reach back far enough."""


@dataclass(frozen=True, slots=True)
class Logged:
    """Newest lines of the log: when rows were scored, and as what.

    Attributes
    ----------
    is_whole
        Whether no line of the days that are shown was left out.
    """

    moments: Sequence[Cell] = ()
    clusters: Sequence[Cell] = ()
    is_whole: bool = True
    today: dt.date = dt.date.min

    def days(self, numbers: Sequence[int]) -> ScoredDays:
        """Return the counts of the last days, by the given clusters."""
        return scored_days(self.moments, self.clusters, numbers, self.today, is_whole=self.is_whole)


def read_logged(
    client: SheetsClient, spreadsheet_id: str, tab: Tab, day: dt.date, budget: RetryBudget
) -> Logged:
    """Return the lines of the log that the dashboard counts; no read where there are none.

    Parameters
    ----------
    tab
        `Prediction_Log`, of which two rows were read.
    day
        Today.
    """
    at = tab.columns(LOG_HEADERS)
    if tab.row_count < 2 or all(is_empty(cell) for cell in tab.values(2)):
        return Logged(today=day)
    columns = (at[PREDICTED_AT], at[CLUSTER])

    def read(first: int, last: int) -> list[list[Cell]]:
        ranges = [column_range(tab.title, column, first, last) for column in columns]
        parts = retried(lambda: client.columns(spreadsheet_id, ranges, seconds=budget.left), budget)
        length = last - first + 1
        return [[*(part[0] if part else []), *[""] * length][:length] for part in parts]

    last = min(tab.row_count, 1 + FEW_LINES)
    moments, clusters = read(2, last)
    if last < tab.row_count and not reaches_back(moments, day):
        further = min(tab.row_count, 1 + MOST_LINES)
        older = read(last + 1, further)
        moments, clusters, last = [*moments, *older[0]], [*clusters, *older[1]], further
    is_whole = last == tab.row_count or reaches_back(moments, day)
    return Logged(moments, clusters, is_whole, day)
