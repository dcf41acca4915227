"""`Action_Map`: the service's columns are written row by row, the marketer's texts stay."""

from __future__ import annotations

from collections.abc import Sequence

from server.core.cells import Cell, is_empty, text_of
from server.core.naming import default_plan
from server.core.profiles import Profile
from server.layout import (
    ACTION_MAP_HEADERS,
    ACTION_PLAN,
    CLUSTER,
    EARLIER_PLANS,
    SEGMENT,
)
from server.sheets.cells import Json, write_by_header
from server.sheets.snapshot import Tab, value


def action_map_requests(
    tab: Tab, profiles: Sequence[Profile], names: dict[int, str], *, parks_all: bool = False
) -> list[Json]:
    """Return the requests that bring `Action_Map` up to date.

    Parameters
    ----------
    tab
        The tab as it was just read.
    profiles
        The segments of the model.
    names
        Default name by cluster number, for cells that are blank.
    parks_all
        The meaning of the numbers is lost: the texts that stand there go under "Earlier plans", they are
        not given to other customers.
    """
    columns = tab.columns(ACTION_MAP_HEADERS)
    rows = sorted(number for number in tab.rows if number > 1)
    known: dict[int, int] = {}
    last = 1
    for number in rows:
        cells = {header: value(tab.cell(number, columns[header])) for header in ACTION_MAP_HEADERS}
        if any(not is_empty(cell) for cell in cells.values()):
            last = number
        cluster = cells[CLUSTER]
        if isinstance(cluster, int | float) and not isinstance(cluster, bool) and float(cluster).is_integer():
            known.setdefault(int(cluster), number)
    service_columns = {h: columns[h] for h in ACTION_MAP_HEADERS if h not in (SEGMENT, ACTION_PLAN)}
    requests: list[Json] = []
    texts: dict[int, dict[str, Cell]] = {}
    parked = parks_all and bool(known)
    if parked:
        requests += write_by_header(
            tab.sheet_id,
            service_columns,
            {n: {**dict.fromkeys(service_columns, ""), CLUSTER: EARLIER_PLANS} for n in known.values()},
        )
        known = {}
    figures: dict[int, dict[str, Cell]] = {}
    used = set()
    for profile in sorted(profiles, key=lambda each: each.cluster):
        row = known.get(profile.cluster)
        if row is None:
            last += 1
            row = last
        used.add(row)
        figures[row] = _figures(profile)
        name = names[profile.cluster]
        segment = text_of(value(tab.cell(row, columns[SEGMENT]))) if row in known.values() else ""
        plan = text_of(value(tab.cell(row, columns[ACTION_PLAN]))) if row in known.values() else ""
        if not segment or not plan:
            texts[row] = {SEGMENT: segment or name, ACTION_PLAN: plan or default_plan(name)}
    for cluster, row in known.items():
        if row not in used:  # a number that no customer has any more
            figures[row] = {**dict.fromkeys(service_columns, ""), CLUSTER: cluster, "Customers": 0}
    if last > tab.row_count:
        requests.insert(
            0,
            {
                "appendDimension": {
                    "sheetId": tab.sheet_id,
                    "dimension": "ROWS",
                    "length": last - tab.row_count,
                }
            },
        )
    requests += write_by_header(tab.sheet_id, service_columns, figures)
    requests += write_by_header(
        tab.sheet_id, {SEGMENT: columns[SEGMENT], ACTION_PLAN: columns[ACTION_PLAN]}, texts
    )
    return requests


def action_map_mending(before: Tab, after: Tab, profiles: Sequence[Profile]) -> list[Json]:
    """Return requests that put figures right where rows of `Action_Map` were moved at the last moment.

    The service wrote numbers and figures by row. Where the marketer's texts in those rows are others than
    before, each text's row gets the number that it had.
    """
    columns = before.columns(ACTION_MAP_HEADERS)
    now = after.columns(ACTION_MAP_HEADERS)

    def texts(tab: Tab, row: int, at: dict[str, int]) -> tuple[str, str]:
        return text_of(value(tab.cell(row, at[SEGMENT]))), text_of(value(tab.cell(row, at[ACTION_PLAN])))

    former: dict[tuple[str, str], int] = {}
    moved = False
    for row in sorted(before.rows):
        cluster = value(before.cell(row, columns[CLUSTER]))
        if row > 1 and isinstance(cluster, int | float) and any(pair := texts(before, row, columns)):
            former.setdefault(pair, int(cluster))
            moved = moved or texts(after, row, now) != pair
    if not moved:
        return []
    figures = {profile.cluster: profile for profile in profiles}
    rows: dict[int, dict[str, Cell]] = {}
    for row in sorted(after.rows):
        number = former.get(texts(after, row, now)) if row > 1 else None
        profile = figures.get(number) if number is not None else None
        if profile is not None:
            rows[row] = _figures(profile)
    service_columns = {h: now[h] for h in ACTION_MAP_HEADERS if h not in (SEGMENT, ACTION_PLAN)}
    return write_by_header(after.sheet_id, service_columns, rows)


def _figures(profile: Profile) -> dict[str, Cell]:
    return {
        CLUSTER: profile.cluster,
        "Customers": profile.customers,
        "RevenueShare": round(profile.revenue_share, 6),
        "RecencyRange": profile.recency_range,
        "FrequencyRange": profile.frequency_range,
        "MonetaryRange": profile.monetary_range,
    }
