"""Why a customer is in a segment: one row, read and explained; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.core.cells import text_of
from server.core.explain import Explanation, explain
from server.core.inputs import Incomplete, Invalid, read_inputs
from server.core.profiles import read_range
from server.core.standing import FEATURES, Range
from server.core.wording import Wording
from server.errors import LayoutError, RowError
from server.layout import ACTION_MAP, CLUSTER, INPUT_HEADERS, NEW_USER, SEGMENTED_CUSTOMERS
from server.sheets.a1 import quoted
from server.sheets.commit import Committer
from server.sheets.failures import ApiFailure, explained
from server.sheets.models import IN_USE_RANGE, model_in_use
from server.sheets.rows import plans
from server.sheets.snapshot import Snapshot, value

Explained = Literal["New User", "Segmented_Customers"]
TABS: tuple[str, ...] = (NEW_USER, SEGMENTED_CUSTOMERS)
"""Tabs whose rows can be explained."""
_RANGES = ("RecencyRange", "FrequencyRange", "MonetaryRange")


@dataclass(frozen=True, slots=True)
class ExplainedRow:
    """A row, whose it is, and why it is in its segment."""

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
        f"{quoted(ACTION_MAP)}!1:200",
        IN_USE_RANGE,
    ]
    try:
        snapshot = committer.read(spreadsheet_id, ranges)
    except ApiFailure as failure:
        if failure.is_outside_grid:
            raise RowError(
                f"The tab {title} has no row {row}.", hint="Select the row of a customer."
            ) from failure
        raise explained(failure) from failure
    wording = Wording(snapshot.locale)
    tab = snapshot.tab(title)
    columns = tab.columns(INPUT_HEADERS)
    read = read_inputs({header: value(tab.cell(row, columns[header])) for header in INPUT_HEADERS})
    if row == 1 or isinstance(read, Incomplete):
        raise RowError(
            f"Row {row} of {title} is no whole customer: CustomerID, Recency, Frequency and MonetaryValue "
            "are needed.",
            hint="Select a row in which all four stand.",
        )
    if isinstance(read, Invalid):
        told = "; ".join(f"{problem.column}: {problem.message(wording)}" for problem in read.problems)
        raise RowError(
            f"Row {row} of {title} cannot be explained. {told}", hint="Mend the cells and ask again."
        )
    names = {number: plan.segment for number, plan in plans(snapshot).items() if plan.segment}
    model, told_of = model_in_use(snapshot), _ranges(snapshot)
    found = explain(model, read.recency, read.frequency, read.monetary_value, names, told_of, wording)
    return ExplainedRow(row, read.customer_id, found)


def _ranges(snapshot: Snapshot) -> dict[int, dict[str, Range | None]]:
    """Return what `Action_Map` tells of each segment's figures; nothing where a column of it is gone."""
    tab = snapshot.tab(ACTION_MAP)
    try:
        columns = tab.columns((CLUSTER, *_RANGES))
    except LayoutError:
        return {}
    found = {}
    for row in sorted(tab.rows):
        cluster = value(tab.cell(row, columns[CLUSTER]))
        if isinstance(cluster, int | float):
            texts = [text_of(value(tab.cell(row, columns[header]))) for header in _RANGES]
            found[int(cluster)] = dict(zip(FEATURES, map(read_range, texts), strict=True))
    return found
