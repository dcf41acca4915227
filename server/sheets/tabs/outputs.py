"""The tabs `RFM` and `Segmented_Customers`: reading, and the outputs of a segmentation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from server.core.cells import Cell, text_of
from server.core.segments.action_plans import Plan, moved_on
from server.core.segments.moves import Stood, previous_segments, segment_since
from server.core.wording import Wording
from server.layout.headers import (
    ACTION_PLAN,
    CLUSTER,
    CONFIDENCE,
    CUSTOMER_ID,
    EXPECTED_SPEND,
    FIRST_ORDER,
    FREQUENCY,
    GROUP,
    MONETARY_VALUE,
    PREVIOUS_SEGMENT,
    RECENCY,
    SEGMENT,
    SEGMENT_SINCE,
    STATE,
    normalised,
)
from server.layout.segment_tabs import RFM, SEGMENTED_CUSTOMERS
from server.layout.tabs import HEADERS, SWAPPED_TABS, VALUE_HEADERS
from server.sheets.api.a1 import column_range
from server.sheets.api.client import SheetsClient
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.api.retry import patient, retried
from server.sheets.commit.snapshot import Snapshot, Tab
from server.sheets.tabs.action_map import plans
from server.sheets.tabs.staging import Output, keep_rows

if TYPE_CHECKING:
    from server.core.segments.rfm import RfmTable, Scores


@dataclass(frozen=True, slots=True)
class Former:
    """Outputs of the last run, as they are in the tabs.

    Attributes
    ----------
    ids
        Customer ids by tab, in row order, "" for a blank row.
    numbers, segments
        Cluster and segment by customer id.
    figures
        Recency, frequency and monetary value by customer id, where all three stand there.
    since, previous
        Day from which a customer has been in the segment (a serial), and the segment before, by customer id.
    """

    ids: dict[str, list[str]]
    numbers: dict[str, int]
    segments: dict[str, str]
    figures: dict[str, tuple[float, float, float]]
    since: dict[str, float] = field(default_factory=dict)
    previous: dict[str, str] = field(default_factory=dict)

    @property
    def stood(self) -> Stood:
        """Customers as the last run left them."""
        return Stood(self.numbers, self.segments, self.since, self.previous)


Columns = dict[str, list[Cell]]
"""Cells of whole columns below their headers, by header."""


def read_former(
    client: SheetsClient, spreadsheet_id: str, tabs: Snapshot, *beside: tuple[str, Sequence[str]]
) -> tuple[Former, list[Columns]]:
    """Return the customers by row of the outputs, with figures and segment; one read.

    Parameters
    ----------
    beside
        Titles and headers of further columns, which are read with them.
    """
    wanted = ((SEGMENTED_CUSTOMERS, _FORMER), (RFM, (CUSTOMER_ID,)), *beside)
    columns = [(tabs.tab(title), headers) for title, headers in wanted]
    segmented, rfm, *others = read_columns(client, spreadsheet_id, *columns)
    return _former(segmented, rfm), others


_FORMER = (
    CUSTOMER_ID,
    CLUSTER,
    SEGMENT,
    RECENCY,
    FREQUENCY,
    MONETARY_VALUE,
    SEGMENT_SINCE,
    PREVIOUS_SEGMENT,
)


def _former(segmented: Columns, rfm: Columns) -> Former:
    ids = [text_of(cell) for cell in segmented[CUSTOMER_ID]]
    numbers: dict[str, int] = {}
    segments: dict[str, str] = {}
    figures: dict[str, tuple[float, float, float]] = {}
    since: dict[str, float] = {}
    previous: dict[str, str] = {}
    for i, who in enumerate(ids):
        if not who or who in segments:
            continue
        at = {header: cells[i] if i < len(cells) else "" for header, cells in segmented.items()}
        segments[who] = text_of(at[SEGMENT])
        previous[who] = text_of(at[PREVIOUS_SEGMENT])
        day = _number(at[SEGMENT_SINCE])
        if day is not None and day > 0:
            since[who] = day
        cluster = _number(at[CLUSTER])
        if cluster is not None and cluster >= 0:
            numbers[who] = int(cluster)
        if (own_figures := _figures(at)) is not None:
            figures[who] = own_figures
    return Former(
        ids={SEGMENTED_CUSTOMERS: ids, RFM: [text_of(cell) for cell in rfm[CUSTOMER_ID]]},
        numbers=numbers,
        segments=segments,
        figures=figures,
        since=since,
        previous=previous,
    )


def _figures(at: Mapping[str, Cell]) -> tuple[float, float, float] | None:
    """Return recency, frequency and money of a row, None where one is missing or makes no sense."""
    r, f, m = (_number(at[header]) for header in (RECENCY, FREQUENCY, MONETARY_VALUE))
    if r is None or f is None or m is None:
        return None
    return (r, f, m) if m > 0 and r >= 0 and f >= 0 else None


def _number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _ranges_of(wanted: Sequence[tuple[Tab, Sequence[str]]]) -> dict[tuple[int, str], str]:
    """Return the ranges of the columns that are there, by the position of their tab in `wanted` and their header."""
    ranges: dict[tuple[int, str], str] = {}
    for number, (tab, headers) in enumerate(wanted):
        present = [normalised(text_of(cell)) for cell in tab.header]
        for header in headers:
            if normalised(header) in present and tab.row_count > 1:
                place = present.index(normalised(header))
                ranges[number, header] = column_range(tab.title, place, 2)
    return ranges


def read_columns(
    client: SheetsClient, spreadsheet_id: str, *wanted: tuple[Tab, Sequence[str]]
) -> list[Columns]:
    """Return whole columns of tabs below their headers, in one read; a missing one is empty."""
    by_tab: list[Columns] = [{header: [] for header in headers} for _, headers in wanted]
    ranges = _ranges_of(wanted)
    if ranges:
        try:
            parts = retried(lambda: client.columns(spreadsheet_id, list(ranges.values())), patient())
        except ApiFailure as failure:  # a tab was renamed or made smaller a moment ago
            raise explained(failure) from failure
        for (number, header), part in zip(ranges, parts, strict=True):
            by_tab[number][header] = part[0] if part else []
    return by_tab


def blank_outputs(customers: int) -> list[Output]:
    """Return outputs of so many customers without any figures: as large as the real ones at least."""
    return [Output(title, HEADERS[title], [()] * customers) for title in SWAPPED_TABS]


def segment_texts(
    snapshot: Snapshot, names: Mapping[int, str], former_names: Mapping[int, str], *, parks_all: bool
) -> dict[int, Plan]:
    """Return name and plan of each segment: the marketer's of `Action_Map`, else the product's, which move on.

    Parameters
    ----------
    names, former_names
        The product's name by cluster, and the one before.
    """
    present, wording = {} if parks_all else plans(snapshot), Wording(snapshot.locale)
    return {
        number: moved_on(present.get(number, Plan("", "")), name, former_names.get(number, ""), wording)
        for number, name in names.items()
    }


@dataclass(frozen=True, slots=True)
class Moves:
    """Moves of customers in a run.

    Attributes
    ----------
    day
        Of the run, as a spreadsheet's serial.
    anybody
        Whether it moves anybody.
    """

    day: int
    anybody: bool


def outputs(
    table: RfmTable,
    clusters: Sequence[int],
    sure: Sequence[float],
    states: Sequence[str],
    former: Former,
    texts: Mapping[int, Plan],
    moves: Moves,
    worth: Sequence[Sequence[Cell]] | None = None,
    marks: Scores | None = None,
    groups: Sequence[str] | None = None,
) -> list[Output]:
    """Return the new contents of the tabs `RFM` and `Segmented_Customers`.

    Parameters
    ----------
    texts
        Name and plan by cluster, former ones included.
    worth
        Cells of each customer in the order of `layout.tabs.VALUE_HEADERS`; None where none are told.
    sure
        Confidence, NaN where nobody asked for it.
    marks
        Scores; None to work them out among these customers.
    groups
        What stands in `Group` of each customer; None for nobody in any.
    """
    from server.core.segments.rfm import scores

    marks = marks or scores(table)
    r, f, m, rfm = (scores.tolist() for scores in (marks.r, marks.f, marks.m, marks.rfm))
    recency, frequency, money = (
        figures.tolist() for figures in (table.recency, table.frequency, table.monetary_value)
    )
    ids = table.customer_ids
    value = _value(worth, money)
    order = sorted(range(len(ids)), key=lambda i: (clusters[i], -value[i], -money[i], ids[i]))

    plans_of = [texts[number] for number in clusters]
    names = {number: plan.segment for number, plan in texts.items()}
    figures: dict[str, Sequence[Cell]] = {
        RECENCY: recency,
        FREQUENCY: frequency,
        MONETARY_VALUE: money,
        "R_Score": r,
        "F_Score": f,
        "M_Score": m,
        "RFM_Score": rfm,
        CLUSTER: clusters,
        SEGMENT: [plan.segment for plan in plans_of],
        ACTION_PLAN: [plan.action_plan for plan in plans_of],
        CONFIDENCE: _confidences(sure),
        STATE: states,
        FIRST_ORDER: _first_orders(frequency),
        **_worth(worth, len(table)),
        GROUP: groups or [""] * len(table),
        SEGMENT_SINCE: segment_since(ids, clusters, former.stood, moves.day),
        PREVIOUS_SEGMENT: previous_segments(ids, former.stood, names, moved=moves.anybody),
    }
    return [_laid_out(title, figures, ids, former, order) for title in SWAPPED_TABS]


def _first_orders(frequency: Sequence[int]) -> list[Cell]:
    return ["yes" if orders == 1 else "" for orders in frequency]


def _confidences(sure: Sequence[float]) -> list[Cell]:
    return [round(share, 4) if not math.isnan(share) else "" for share in sure]


def _laid_out(
    title: str,
    figures: Mapping[str, Sequence[Cell]],
    ids: Sequence[str],
    former: Former,
    order: Sequence[int],
) -> Output:
    """Return a tab in which each customer keeps the former row; those who are gone leave theirs empty."""
    columns = [figures[header] for header in HEADERS[title] if header != CUSTOMER_ID]
    places, shown = keep_rows(former.ids[title], ids, order)
    rows = [
        [who, *(column[place] for column in columns)] if place is not None else [who]
        for place, who in zip(places, shown, strict=True)
    ]
    return Output(title, HEADERS[title], rows)


def _value(worth: Sequence[Sequence[Cell]] | None, money: Sequence[float]) -> Sequence[float]:
    """Return the figures that customers are ranked by: expected spend, where all have it, else money."""
    spend = [row[VALUE_HEADERS.index(EXPECTED_SPEND)] for row in worth or ()]
    expected = [float(cell) for cell in spend if isinstance(cell, int | float)]
    return expected if len(expected) == len(money) else money


def _worth(worth: Sequence[Sequence[Cell]] | None, customers: int) -> dict[str, Sequence[Cell]]:
    """Return the columns of predictions, blank where there are none."""
    rows = worth if worth is not None else [[""] * len(VALUE_HEADERS)] * customers
    return {header: [row[at] for row in rows] for at, header in enumerate(VALUE_HEADERS)}
