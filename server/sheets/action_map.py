"""`Action_Map`: the service's columns are written row by row, the marketer's texts stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
    tab: Tab,
    profiles: Sequence[Profile],
    names: dict[int, str],
    number: Callable[[float], str],
    *,
    parks_all: bool = False,
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
    number
        Writes a number as the spreadsheet's locale does.
    parks_all
        The meaning of the numbers is lost: the texts that stand there go under "Earlier plans", they are
        not given to other customers.
    """
    columns = tab.columns(ACTION_MAP_HEADERS)
    rows = sorted(row for row in tab.rows if row > 1)
    known: dict[int, int] = {}
    last = 1
    for row in rows:
        cells = {header: value(tab.cell(row, columns[header])) for header in ACTION_MAP_HEADERS}
        if any(not is_empty(cell) for cell in cells.values()):
            last = row
        cluster = _number(cells[CLUSTER])
        if cluster is not None:
            known.setdefault(cluster, row)
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
        place = known.get(profile.cluster)
        if place is None:
            last += 1
            place = last
        used.add(place)
        figures[place] = _figures(profile, number)
        name = names[profile.cluster]
        segment = text_of(value(tab.cell(place, columns[SEGMENT]))) if place in known.values() else ""
        plan = text_of(value(tab.cell(place, columns[ACTION_PLAN]))) if place in known.values() else ""
        if not segment or not plan:
            texts[place] = {SEGMENT: segment or name, ACTION_PLAN: plan or default_plan(name)}
    for cluster, row in known.items():
        if row not in used:  # a number that no customer has any more
            figures[row] = {**dict.fromkeys(service_columns, ""), CLUSTER: cluster, "Customers": 0}
    requests = _grown(tab, last) + requests
    requests += write_by_header(tab.sheet_id, service_columns, figures)
    requests += write_by_header(
        tab.sheet_id, {SEGMENT: columns[SEGMENT], ACTION_PLAN: columns[ACTION_PLAN]}, texts
    )
    return requests


def action_map_mending(
    before: Tab, after: Tab, profiles: Sequence[Profile], number: Callable[[float], str]
) -> list[Json]:
    """Return requests that put `Action_Map` right where its rows were moved at the last moment.

    The service wrote numbers and figures by row. Where the marketer's texts in those rows are others than
    before, each text's row gets the number that it had, a row that shows another's number loses it, and a
    text that was written over comes back below.
    """
    texts = _Texts(before), _Texts(after)
    if all(texts[1].pair(row) == pair for row, pair in texts[0].rows.items()):
        return []
    place, lost = _placed(*texts)
    numbers = {profile.cluster for profile in profiles}
    for row, cluster in texts[1].numbers.items():  # new numbers, and those that had no text
        if cluster in numbers and cluster not in place and row not in place.values():
            place[cluster] = row
    figures = {profile.cluster: _figures(profile, number) for profile in profiles}
    columns = after.columns(ACTION_MAP_HEADERS)
    service_columns = {h: columns[h] for h in ACTION_MAP_HEADERS if h not in (SEGMENT, ACTION_PLAN)}
    blank: dict[str, Cell] = dict.fromkeys(service_columns, "")
    rows = {row: blank for row in texts[1].numbers if row not in place.values()}
    last = max([*after.rows, *rows, 1])
    while last > 1 and not any(not is_empty(value(cell)) for cell in after.rows.get(last, ())):
        last -= 1
    back: dict[int, dict[str, Cell]] = {}
    for cluster, (segment, plan) in lost.items():
        last += 1
        place[cluster] = last
        back[last] = {SEGMENT: segment, ACTION_PLAN: plan}
    for cluster, row in place.items():
        rows[row] = figures.get(cluster, blank | {CLUSTER: cluster, "Customers": 0})
    requests = _grown(after, last)
    requests += write_by_header(after.sheet_id, service_columns, rows)
    requests += write_by_header(after.sheet_id, {h: columns[h] for h in (SEGMENT, ACTION_PLAN)}, back)
    return requests


class _Texts:
    """Numbers and the marketer's texts by row, as a read of `Action_Map` shows them."""

    def __init__(self, tab: Tab) -> None:
        self._tab = tab
        self._columns = tab.columns(ACTION_MAP_HEADERS)
        self.numbers: dict[int, int] = {}
        self.rows: dict[int, tuple[str, str]] = {}
        for row in sorted(tab.rows):
            number = _number(value(tab.cell(row, self._columns[CLUSTER])))
            if row > 1 and number is not None:
                self.numbers[row] = number
                if any(self.pair(row)):
                    self.rows[row] = self.pair(row)

    def pair(self, row: int) -> tuple[str, str]:
        """Return Segment and ActionPlan of a row."""
        segment, plan = (
            text_of(value(self._tab.cell(row, self._columns[h]))) for h in (SEGMENT, ACTION_PLAN)
        )
        return segment, plan

    @property
    def last(self) -> int:
        return max(self._tab.rows, default=1)


def _placed(before: _Texts, after: _Texts) -> tuple[dict[int, int], dict[int, tuple[str, str]]]:
    """Return the row in which each number's text stands now, and the texts that stand nowhere."""
    former: dict[tuple[str, str], list[int]] = {}
    for row, pair in before.rows.items():
        former.setdefault(pair, []).append(before.numbers[row])
    place: dict[int, int] = {}
    for row in range(2, after.last + 1):
        if waiting := former.get(after.pair(row)):
            place[waiting.pop(0)] = row
    lost: dict[int, tuple[str, str]] = {}
    for row, pair in before.rows.items():
        number = before.numbers[row]
        if number in place:
            continue
        if after.numbers.get(row) == number and row not in place.values() and any(after.pair(row)):
            place[number] = row  # edited where it stands
        else:
            lost[number] = pair
    return place, lost


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


def _figures(profile: Profile, number: Callable[[float], str]) -> dict[str, Cell]:
    recency, frequency, money = profile.ranges(number)
    return {
        CLUSTER: profile.cluster,
        "Customers": profile.customers,
        "RevenueShare": round(profile.revenue_share, 6),
        "RecencyRange": recency,
        "FrequencyRange": frequency,
        "MonetaryRange": money,
    }
