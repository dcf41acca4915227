"""Names and plans of segments on the dashboard, renewed when they are applied; figures and order stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.core.cells import text_of
from server.core.segments.action_plans import Plan
from server.core.segments.lists import Kind, link
from server.core.settings.values import MAX_CLUSTERS
from server.sheets.api.requests import Json, cell_data, update_cells
from server.sheets.commit.snapshot import Tab, value
from server.sheets.dashboard.places import (
    DAILY,
    LINES,
    MIGRATION,
    POSITIONS,
    REVENUE,
    SEGMENTS,
    Places,
    places,
)
from server.sheets.dashboard.segment_lines import LINE_COLUMNS, linked_name

_PLAN = LINE_COLUMNS[-1][0]
"""Column of the plan, from the first one of the lines."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A segment as the table of figures shows it."""

    cluster: int
    name: str
    customers: float
    revenue: float


def name_requests(tab: Tab, texts: Mapping[int, Plan], segmented_id: int) -> list[Json]:
    """Return the requests that put present names and plans wherever the dashboard shows former ones.

    Parameters
    ----------
    tab
        The service's dashboard, filled, read whole.
    texts
        Name and plan by cluster; a segment that is not among them stays as it is.
    segmented_id
        Of `Segmented_Customers`, which the names in the lines lead to.
    """
    at = places(tab)
    shown = _segments(tab, at)
    names = {segment.name: texts[segment.cluster].segment for segment in shown if segment.cluster in texts}
    in_order = [names.get(segment.name, segment.name) for segment in shown]
    return [
        *_lines(tab, at, shown, texts, segmented_id),
        *_column(tab, at[SEGMENTS], 2, in_order),
        *_column(tab, at[REVENUE], 3, _by_number(tab, at[REVENUE], texts)),
        *_column(tab, at[MIGRATION], 2, _former(tab, at[MIGRATION], names)),
        *(
            request
            for block in (MIGRATION, DAILY, POSITIONS)
            for request in _header(tab, at[block], in_order)
        ),
    ]


def _segments(tab: Tab, at: Places) -> list[_Shown]:
    """Return the segments that the table of figures shows, in its order."""
    row, column = at[SEGMENTS]
    segments = []
    for line in range(row + 2, row + 2 + MAX_CLUSTERS):
        name, cluster, customers, _share, revenue = (value(tab.cell(line, column + i)) for i in range(5))
        if isinstance(cluster, int | float):
            segments.append(_Shown(int(cluster), text_of(name), _number(customers), _number(revenue)))
    return segments


def _number(cell: object) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def _lines(
    tab: Tab, at: Places, shown: Sequence[_Shown], texts: Mapping[int, Plan], segmented_id: int
) -> list[Json]:
    """Return the requests for the lines, which go by revenue; each is known by its former name and its place."""
    row, column = at[LINES]
    requests = []
    ordered = sorted(shown, key=lambda segment: (-segment.revenue, segment.cluster))
    for line, segment in enumerate(ordered, start=row + 2):
        plan = texts.get(segment.cluster)
        if plan is None or text_of(value(tab.cell(line, column))) != segment.name:
            continue
        if plan.segment != segment.name:
            address = link(segmented_id, Kind.ALL, segment.cluster) if segment.customers else ""
            cell = linked_name(plan.segment, address)
            requests.append(
                update_cells(tab.sheet_id, line, column, [[cell]], "userEnteredValue,textFormatRuns")
            )
        if text_of(value(tab.cell(line, column + _PLAN))) != plan.action_plan:
            requests.append(_put(tab, line, column + _PLAN, [[plan.action_plan]]))
    return requests


def _by_number(tab: Tab, at: tuple[int, int], texts: Mapping[int, Plan]) -> list[str]:
    """Return the names of a table that has the segments' numbers beside them."""
    row, column = at
    names = []
    for line in range(row + 3, row + 3 + MAX_CLUSTERS):
        number = value(tab.cell(line, column + 1))
        plan = texts.get(int(number)) if isinstance(number, int | float) else None
        names.append(plan.segment if plan is not None else text_of(value(tab.cell(line, column))))
    return names


def _former(tab: Tab, at: tuple[int, int], names: Mapping[str, str]) -> list[str]:
    """Return the names of former segments; those that are no longer in use stay."""
    row, column = at
    present = [text_of(value(tab.cell(line, column))) for line in range(row + 2, row + 3 + MAX_CLUSTERS)]
    return [names.get(name, name) for name in present]


def _column(tab: Tab, at: tuple[int, int], below: int, names: Sequence[str]) -> list[Json]:
    """Return the request that writes names below a heading; none where they stand there."""
    row, column = at[0] + below, at[1]
    stands = [text_of(value(tab.cell(row + i, column))) for i in range(len(names))]
    return [] if stands == list(names) else [_put(tab, row, column, [[name] for name in names])]


def _header(tab: Tab, at: tuple[int, int], names: Sequence[str]) -> list[Json]:
    """Return the request that writes names above their columns; none where they stand there."""
    row, column = at[0] + 1, at[1] + 1
    stands = [text_of(value(tab.cell(row, column + i))) for i in range(len(names))]
    return [] if stands == list(names) else [_put(tab, row, column, [list(names)])]


def _put(tab: Tab, row: int, column: int, rows: Sequence[Sequence[str]]) -> Json:
    cells = [[cell_data(text) for text in line] for line in rows]
    return update_cells(tab.sheet_id, row, column, cells, "userEnteredValue")
