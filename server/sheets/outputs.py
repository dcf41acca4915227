"""The tabs `RFM`, `Segmented_Customers` and `Migration`: as they are, and as they are to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.core.cells import Cell, text_of
from server.core.naming import default_plan
from server.core.plans import Plan
from server.layout import (
    CLUSTER,
    CUSTOMER_ID,
    FREQUENCY,
    MIGRATION_HEADERS,
    MONETARY_VALUE,
    RECENCY,
    RFM,
    RFM_HEADERS,
    SEGMENT,
    SEGMENTED_CUSTOMERS,
    SEGMENTED_HEADERS,
    normalised,
)
from server.sheets.a1 import column_range
from server.sheets.cells import Json, grid_range, write_by_header
from server.sheets.client import SheetsClient
from server.sheets.failures import ApiFailure, explained
from server.sheets.pace import patient, retried
from server.sheets.rows import plans
from server.sheets.snapshot import Snapshot, Tab
from server.sheets.staging import Output, keep_rows

if TYPE_CHECKING:
    from server.core.migration import Migration
    from server.core.rfm import RfmTable

NEW_CUSTOMER = "(new)"
"""Stands in `Migration` where a customer comes from nowhere."""


@dataclass(frozen=True, slots=True)
class Former:
    """The outputs as they stand.

    Attributes
    ----------
    ids
        Customer ids by tab, in row order, "" for a blank row.
    numbers, segments
        Cluster and segment by customer id.
    figures
        Recency, frequency and monetary value by customer id, where all three stand there.
    """

    ids: dict[str, list[str]]
    numbers: dict[str, int]
    segments: dict[str, str]
    figures: dict[str, tuple[float, float, float]]


Columns = dict[str, list[Cell]]
"""Cells of whole columns below their headers, by header."""


def read_former(
    client: SheetsClient, spreadsheet_id: str, tabs: Snapshot, *beside: tuple[str, Sequence[str]]
) -> tuple[Former, list[Columns]]:
    """Return who stands in which row of the outputs, with figures and segment; one read.

    Parameters
    ----------
    beside
        Titles and headers of further columns, which are read with them.
    """
    wanted = ((SEGMENTED_CUSTOMERS, _FORMER), (RFM, (CUSTOMER_ID,)), *beside)
    columns = [(tabs.tab(title), headers) for title, headers in wanted]
    segmented, rfm, *others = read_columns(client, spreadsheet_id, *columns)
    return _former(segmented, rfm), others


_FORMER = (CUSTOMER_ID, CLUSTER, SEGMENT, RECENCY, FREQUENCY, MONETARY_VALUE)


def _former(segmented: Columns, rfm: Columns) -> Former:
    ids = [text_of(cell) for cell in segmented[CUSTOMER_ID]]
    numbers: dict[str, int] = {}
    segments: dict[str, str] = {}
    figures: dict[str, tuple[float, float, float]] = {}
    for i, who in enumerate(ids):
        if not who or who in segments:
            continue
        at = {header: cells[i] if i < len(cells) else "" for header, cells in segmented.items()}
        segments[who] = text_of(at[SEGMENT])
        cluster = _number(at[CLUSTER])
        if cluster is not None and cluster >= 0:
            numbers[who] = int(cluster)
        r, f, m = (_number(at[header]) for header in (RECENCY, FREQUENCY, MONETARY_VALUE))
        if r is not None and f is not None and m is not None and m > 0 and r >= 0 and f >= 0:
            figures[who] = (r, f, m)
    return Former(
        ids={SEGMENTED_CUSTOMERS: ids, RFM: [text_of(cell) for cell in rfm[CUSTOMER_ID]]},
        numbers=numbers,
        segments=segments,
        figures=figures,
    )


def _number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def read_columns(
    client: SheetsClient, spreadsheet_id: str, *wanted: tuple[Tab, Sequence[str]]
) -> list[Columns]:
    """Return whole columns of tabs below their headers, in one read; one that is not there is empty."""
    found: list[Columns] = [{header: [] for header in headers} for _, headers in wanted]
    ranges, places = [], []
    for number, (tab, headers) in enumerate(wanted):
        present = [normalised(text_of(cell)) for cell in tab.header]
        for header in headers:
            if normalised(header) in present and tab.row_count > 1:
                ranges.append(column_range(tab.title, present.index(normalised(header)), 2))
                places.append((number, header))
    if ranges:
        try:
            parts = retried(lambda: client.columns(spreadsheet_id, ranges), patient())
        except ApiFailure as failure:  # a tab was renamed or made smaller a moment ago
            raise explained(failure) from failure
        for (number, header), part in zip(places, parts, strict=True):
            found[number][header] = part[0] if part else []
    return found


def blank_outputs(customers: int) -> list[Output]:
    """Return outputs of so many customers without any figures: as large as the real ones at least."""
    return [
        Output(title, headers, [()] * customers)
        for title, headers in ((RFM, RFM_HEADERS), (SEGMENTED_CUSTOMERS, SEGMENTED_HEADERS))
    ]


def segment_texts(snapshot: Snapshot, names: Mapping[int, str], *, parks_all: bool) -> dict[int, Plan]:
    """Return name and plan of each segment: the marketer's of `Action_Map`, else the defaults."""
    present = {} if parks_all else plans(snapshot)
    texts = {}
    for number, name in names.items():
        own = present.get(number, Plan("", ""))
        texts[number] = Plan(own.segment or name, own.action_plan or default_plan(name))
    return texts


def outputs(
    table: RfmTable,
    clusters: Sequence[int],
    sure: Sequence[float],
    former: Former,
    texts: Mapping[int, Plan],
) -> list[Output]:
    """Return the tabs `RFM` and `Segmented_Customers` as they are to be."""
    from server.core.rfm import scores

    marks = scores(table)
    r, f, m, rfm = (each.tolist() for each in (marks.r, marks.f, marks.m, marks.rfm))
    recency, frequency, money = (
        each.tolist() for each in (table.recency, table.frequency, table.monetary_value)
    )
    ids = table.customer_ids
    order = sorted(range(len(ids)), key=lambda i: (clusters[i], -money[i], ids[i]))

    def rfm_row(i: int) -> list[Cell]:
        return [recency[i], frequency[i], money[i], r[i], f[i], m[i], rfm[i]]

    def segmented_row(i: int) -> list[Cell]:
        number = clusters[i]
        return [
            recency[i],
            frequency[i],
            money[i],
            rfm[i],
            number,
            texts[number].segment,
            texts[number].action_plan,
            round(sure[i], 4),
            former.segments.get(ids[i], ""),
        ]

    laid_out = []
    for title, headers, row_of in (
        (RFM, RFM_HEADERS, rfm_row),
        (SEGMENTED_CUSTOMERS, SEGMENTED_HEADERS, segmented_row),
    ):
        places, shown = keep_rows(former.ids[title], ids, order)
        rows = [
            [who, *(row_of(place) if place is not None else [])]
            for place, who in zip(places, shown, strict=True)
        ]
        laid_out.append(Output(title, headers, rows))
    return laid_out


def migration_requests(tab: Tab, migration: Migration | None, names: Mapping[int, str]) -> list[Json]:
    """Return the requests that put who moved, and why, in the place of what `Migration` says now.

    Parameters
    ----------
    names
        Segment by cluster, former ones included.
    """
    columns = tab.columns(MIGRATION_HEADERS)
    rows: dict[int, Mapping[str, Cell]] = {}
    for number, flow in enumerate(migration.flows if migration else [], start=2):
        source = NEW_CUSTOMER if flow.from_cluster is None else names[flow.from_cluster]
        cells: list[Cell] = [
            source,
            names[flow.to_cluster],
            flow.kind,
            flow.customers,
            round(flow.revenue, 2),
        ]
        rows[number] = dict(zip(MIGRATION_HEADERS, cells, strict=True))
    requests: list[Json] = []
    last = max(rows, default=1)
    if last > tab.row_count:
        length = {"sheetId": tab.sheet_id, "dimension": "ROWS", "length": last - tab.row_count}
        requests.append({"appendDimension": length})
    if tab.row_count > last:
        requests += [
            {
                "updateCells": {
                    "range": grid_range(tab.sheet_id, last + 1, tab.row_count, column, column),
                    "fields": "userEnteredValue",
                }
            }
            for column in columns.values()
        ]
    return requests + write_by_header(tab.sheet_id, columns, rows)
