"""The tab `Action_Map`: the service writes its columns row by row, the marketer's texts stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.core.cells import Cell, is_empty, text_of
from server.core.segments.action_plans import Plan, plans_of
from server.core.segments.map_merge import MapRow, merged, repaired
from server.core.segments.profiles import Profile
from server.core.wording import Wording
from server.layout.headers import (
    ACTION_PLAN,
    CLUSTER,
    EARLIER_PLANS,
    EXPECTED_REVENUE,
    LISTS,
    NAME_FIT,
    SEGMENT,
)
from server.layout.segment_tabs import ACTION_MAP
from server.layout.tabs import ACTION_MAP_EDITABLE, ACTION_MAP_HEADERS, ACTION_MAP_OPTIONAL
from server.sheets.api.requests import Json, update_cells, write_by_header
from server.sheets.commit.snapshot import Snapshot, Tab, value
from server.sheets.tabs.later_columns import with_later_columns
from server.sheets.tabs.list_links import FIELDS


def action_map_requests(
    tab: Tab,
    profiles: Sequence[Profile],
    plans: Mapping[int, Plan],
    name_fits: Mapping[int, str],
    wording: Wording,
    *,
    parks_all: bool = False,
    expected: Mapping[int, float] | None = None,
    lists: Mapping[int, Json] | None = None,
) -> list[Json]:
    """Return the requests that bring `Action_Map` up to date.

    Parameters
    ----------
    tab
        The tab as it was just read.
    profiles
        The segments of the model.
    plans
        Name and plan by cluster number as they are to stand.
    name_fits
        What `NameFit` says, by cluster number.
    wording
        Writes numbers as the spreadsheet's locale does, and says ranges and notes.
    parks_all
        The meaning of the numbers is lost: the texts that stand there go under "Earlier plans", they are
        not given to other customers.
    expected
        Expected revenue by cluster number, where it is told.
    lists
        Cell that leads to the lists of a segment, by cluster number.
    """
    columns = _columns(tab)
    merge = merged(_map_rows(tab), [profile.cluster for profile in profiles], plans, parks_all=parks_all)
    service_columns = {h: at for h, at in columns.items() if h not in ACTION_MAP_EDITABLE}
    later, requests = with_later_columns(tab, _LATER, wording)
    service_columns[NAME_FIT] = later[NAME_FIT]
    blank: dict[str, Cell] = dict.fromkeys(service_columns, "")
    parked = {row: blank | {CLUSTER: EARLIER_PLANS} for row in merge.parked}
    figures: dict[int, dict[str, Cell]] = {
        merge.places[profile.cluster]: {
            **_figures(profile, wording, expected),
            NAME_FIT: name_fits.get(profile.cluster, ""),
        }
        for profile in sorted(profiles, key=lambda profile: profile.cluster)
    }
    figures |= {row: blank | {CLUSTER: cluster, "Customers": 0} for row, cluster in merge.gone.items()}
    texts: dict[int, dict[str, Cell]] = {
        row: {SEGMENT: segment, ACTION_PLAN: plan} for row, (segment, plan) in merge.texts.items()
    }
    requests = _grown(tab, merge.last) + requests
    requests += write_by_header(tab.sheet_id, service_columns, parked)
    requests += write_by_header(tab.sheet_id, service_columns, figures)
    requests += _linked(tab, later[LISTS], figures, lists or {})
    requests += write_by_header(tab.sheet_id, {h: columns[h] for h in (SEGMENT, ACTION_PLAN)}, texts)
    return requests


_LATER = (NAME_FIT, LISTS)
"""Columns that came after tabs were made: where one is missing it is added."""


def _linked(
    tab: Tab, column: int, rows: Mapping[int, Mapping[str, Cell]], lists: Mapping[int, Json]
) -> list[Json]:
    """Return the requests that put beside each cluster the links to its lists; none beside what is no cluster."""
    requests = []
    for row in sorted(rows):
        number = _number(rows[row][CLUSTER])
        cell = lists.get(number, {}) if number is not None else {}
        requests.append(update_cells(tab.sheet_id, row, column, [[cell]], FIELDS))
    return requests


def action_map_repairs(
    before: Tab,
    after: Tab,
    profiles: Sequence[Profile],
    wording: Wording,
    written: Mapping[int, Plan],
    name_fits: Mapping[int, str],
    expected: Mapping[int, float] | None = None,
    lists: Mapping[int, Json] | None = None,
) -> list[Json]:
    """Return requests that put `Action_Map` right where its rows were moved at the last moment.

    The service wrote numbers and figures by row. Where the marketer's texts in those rows are others than
    before, each text's row gets the number that it had, a row that shows another's number loses it, and a
    text that was written over comes back below.

    Parameters
    ----------
    written
        Name and plan by cluster number that the service wrote: the product's own texts move on.
    name_fits
        What `NameFit` says, by cluster number.
    """
    repair = repaired(
        _map_rows(before),
        _map_rows(after),
        {profile.cluster for profile in profiles},
        written,
        _last_filled(after),
    )
    if repair is None:
        return []
    columns = _columns(after)
    service_columns = {h: at for h, at in columns.items() if h not in ACTION_MAP_EDITABLE}
    service_columns |= after.present((NAME_FIT,))
    figures = {
        profile.cluster: {
            **_figures(profile, wording, expected),
            NAME_FIT: name_fits.get(profile.cluster, ""),
        }
        for profile in profiles
    }
    blank: dict[str, Cell] = dict.fromkeys(service_columns, "")
    rows = dict.fromkeys(repair.blank, blank)
    for cluster, row in repair.places.items():
        rows[row] = figures.get(cluster, blank | {CLUSTER: cluster, "Customers": 0})
    back: dict[int, dict[str, Cell]] = {
        row: {SEGMENT: segment, ACTION_PLAN: plan} for row, (segment, plan) in repair.back.items()
    }
    requests = _grown(after, repair.last)
    requests += write_by_header(after.sheet_id, service_columns, rows)
    if (place_of_lists := after.present((LISTS,)).get(LISTS)) is not None:
        requests += _linked(after, place_of_lists, rows, lists or {})
    requests += write_by_header(after.sheet_id, {h: columns[h] for h in (SEGMENT, ACTION_PLAN)}, back)
    return requests


def plans(snapshot: Snapshot) -> dict[int, Plan]:
    """Return names and actions by cluster as `Action_Map` has them."""
    tab = snapshot.tab(ACTION_MAP)
    columns = tab.columns((CLUSTER, SEGMENT, ACTION_PLAN))
    return plans_of(
        tuple(value(tab.cell(number, columns[header])) for header in (CLUSTER, SEGMENT, ACTION_PLAN))  # type: ignore[misc]  # three of them
        for number in sorted(tab.rows)
        if number > 1
    )


def _map_rows(tab: Tab) -> dict[int, MapRow]:
    """Return the rows below the headers as a read of `Action_Map` shows them."""
    columns = tab.columns(ACTION_MAP_HEADERS)

    def row_of(row: int) -> MapRow:
        cells = {header: value(tab.cell(row, columns[header])) for header in ACTION_MAP_HEADERS}
        return MapRow(
            _number(cells[CLUSTER]),
            text_of(cells[SEGMENT]),
            text_of(cells[ACTION_PLAN]),
            is_filled=not all(map(is_empty, cells.values())),
        )

    return {row: row_of(row) for row in sorted(tab.rows) if row > 1}


def _last_filled(tab: Tab) -> int:
    """Return the last row in which something stands, the marketer's own columns included."""
    filled = (row for row, cells in tab.rows.items() if not all(is_empty(value(cell)) for cell in cells))
    return max(filled, default=1)


def _number(cell: Cell) -> int | None:
    """Return a cluster's number, None for anything else."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and float(cell).is_integer():
        return int(cell)
    return None


def _grown(tab: Tab, last: int) -> list[Json]:
    """Return the request that makes the tab as long as its last row needs."""
    if last <= tab.row_count:
        return []
    length = last - tab.row_count
    return [{"appendDimension": {"sheetId": tab.sheet_id, "dimension": "ROWS", "length": length}}]


def _columns(tab: Tab) -> dict[str, int]:
    """Return the position of each header of ours: those that must be there, and the others where they are."""
    return tab.columns(ACTION_MAP_HEADERS) | tab.present(ACTION_MAP_OPTIONAL)


def _figures(profile: Profile, wording: Wording, expected: Mapping[int, float] | None) -> dict[str, Cell]:
    recency, frequency, money = profile.ranges(wording)
    return {
        CLUSTER: profile.cluster,
        "Customers": profile.customers,
        "RevenueShare": round(profile.revenue_share, 6),
        "RecencyRange": recency,
        "FrequencyRange": frequency,
        "MonetaryRange": money,
        EXPECTED_REVENUE: round((expected or {})[profile.cluster], 2)
        if profile.cluster in (expected or {})
        else "",
    }
