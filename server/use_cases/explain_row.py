"""Explanation of one row: why the customer is in its segment. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.core.cells import text_of
from server.core.scoring.inputs import Incomplete, Invalid, read_inputs
from server.core.segments.explain import Explanation, explain
from server.core.segments.percentiles import FEATURES, Range
from server.core.segments.profiles import read_range
from server.core.segments.state import STATES
from server.errors import LayoutError, RowError
from server.layout.headers import CLUSTER, STATE
from server.layout.segment_tabs import ACTION_MAP, NEW_USER, SEGMENTED_CUSTOMERS
from server.layout.tabs import INPUT_HEADERS, VALUE_HEADERS
from server.sheets.api.a1 import context_range, quoted
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.commit.committer import Committer
from server.sheets.commit.snapshot import MARKS, Snapshot, Tab, fields_for, value
from server.sheets.tabs.action_map import plans
from server.sheets.tabs.model import IN_USE_RANGE, model_in_use
from server.sheets.tabs.money_formats import shown_wording
from server.texts import to_say

Explained = Literal["New User", "Segmented_Customers"]
TABS: tuple[str, ...] = (NEW_USER, SEGMENTED_CUSTOMERS)
"""Tabs whose rows can be explained."""
_RANGES = ("RecencyRange", "FrequencyRange", "MonetaryRange")


@dataclass(frozen=True, slots=True)
class ExplainedRow:
    """Row with its customer and the explanation of its segment."""

    row: int
    customer_id: str
    explanation: Explanation


def explain_row(committer: Committer, spreadsheet_id: str, title: str, row: int) -> ExplainedRow:
    """Explain the customer in a sheet row, as the model in use sees the inputs that stand there now.

    Parameters
    ----------
    title
        One of `TABS`.
    row
        From 1.

    Raises
    ------
    RowError
        If no whole and valid customer stands there.
    NoModelError, DamagedModelError
        If there is no model to explain it by.
    """
    ranges = [
        f"{quoted(title)}!1:1",
        f"{quoted(title)}!{row}:{row}",
        context_range(ACTION_MAP),
        IN_USE_RANGE,
    ]
    try:
        snapshot = committer.sheet(spreadsheet_id).read(ranges, fields=fields_for(ranges, [MARKS]))
    except ApiFailure as failure:
        if failure.is_outside_grid:
            raise RowError(
                to_say("The tab {tab} has no row {row}.", tab=title, row=row),
                hint=to_say("Select the row of a customer."),
            ) from failure
        raise explained(failure) from failure
    wording = shown_wording(snapshot)
    tab = snapshot.tab(title)
    columns = tab.columns(INPUT_HEADERS)
    read = read_inputs({header: value(tab.cell(row, columns[header])) for header in INPUT_HEADERS})
    if row == 1 or isinstance(read, Incomplete):
        raise RowError(
            to_say(
                "Row {row} of {tab} is no whole customer: CustomerID, Recency, Frequency and "
                "MonetaryValue are needed.",
                row=row,
                tab=title,
            ),
            hint=to_say("Select a row in which all four stand."),
        )
    if isinstance(read, Invalid):
        problems = "; ".join(
            wording.say("{what}: {text}", what=problem.column, text=problem.message(wording))
            for problem in read.problems
        )
        raise RowError(
            to_say(
                "Row {row} of {tab} cannot be explained. {problems}", row=row, tab=title, problems=problems
            ),
            hint=to_say("Mend the cells and ask again."),
        )
    names = {number: plan.segment for number, plan in plans(snapshot).items() if plan.segment}
    explanation = explain(
        model_in_use(snapshot),
        read.recency,
        read.frequency,
        read.monetary_value,
        names,
        _ranges(snapshot),
        wording,
        _state(tab, row),
        _predictions(tab, row) if title == SEGMENTED_CUSTOMERS else None,
    )
    return ExplainedRow(row, read.customer_id, explanation)


def _state(tab: Tab, row: int) -> str:
    """Return the state that `Segmented_Customers` tells, by the customer's own rhythm; "" where there is none."""
    at = tab.present((STATE,)).get(STATE)
    state = text_of(value(tab.cell(row, at))) if at is not None else ""
    return state if state in STATES else ""


def _predictions(tab: Tab, row: int) -> tuple[float, float, float] | None:
    """Return the three predictions beside a customer, None where one is missing."""
    columns = tab.present(VALUE_HEADERS)
    cells = [value(tab.cell(row, columns[header])) for header in VALUE_HEADERS if header in columns]
    numbers = [float(cell) for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool)]
    return (numbers[0], numbers[1], numbers[2]) if len(numbers) == len(VALUE_HEADERS) else None


def _ranges(snapshot: Snapshot) -> dict[int, dict[str, Range | None]]:
    """Return the ranges of each segment's figures in `Action_Map`; nothing where a column of it is gone."""
    tab = snapshot.tab(ACTION_MAP)
    try:
        columns = tab.columns((CLUSTER, *_RANGES))
    except LayoutError:
        return {}
    ranges = {}
    for row in sorted(tab.rows):
        cluster = value(tab.cell(row, columns[CLUSTER]))
        if isinstance(cluster, int | float):
            texts = [text_of(value(tab.cell(row, columns[header]))) for header in _RANGES]
            ranges[int(cluster)] = dict(zip(FEATURES, map(read_range, texts), strict=True))
    return ranges
