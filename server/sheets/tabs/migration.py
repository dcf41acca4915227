"""The tab `Migration`: moves between segments at the last run that moved anybody, and when that was.

Segments are kept by number there, so that a rename is shown by the present name and is no move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from server.core.cells import Cell, text_of
from server.core.segments.migration import Flow, kind_of
from server.core.wording import Wording, versions
from server.layout.headers import CUSTOMERS, FROM_CLUSTER, NEW_CUSTOMER, REVENUE, RUN_AT, TO_CLUSTER
from server.layout.segment_tabs import MIGRATION
from server.layout.tabs import HEADERS, MIGRATION_HEADERS
from server.sheets.api.requests import Json, grid_range, write_by_header
from server.sheets.commit.snapshot import Tab, value
from server.sheets.tabs.later_columns import with_later_columns

_FROM, _TO, _REASON = MIGRATION_HEADERS[:3]


@dataclass(frozen=True, slots=True)
class LastMoves:
    """Moves at the last run that moved anybody.

    Attributes
    ----------
    run_at
        Wall clock of that run as a spreadsheet's serial; None where it was before such times were kept.
    names
        Segment by cluster as the tab shows it.
    """

    flows: Sequence[Flow]
    run_at: float | None
    names: Mapping[int, str] = field(default_factory=dict)


def migration_requests(tab: Tab, moves: LastMoves, names: Mapping[int, str], wording: Wording) -> list[Json]:
    """Return the requests that put who moved, and why, in the place of what `Migration` says now.

    Parameters
    ----------
    names
        Segment by cluster, former ones included.
    wording
        Says the reasons, and shows money with its currency.
    """
    columns = tab.columns(MIGRATION_HEADERS)
    later, requests = with_later_columns(tab, HEADERS[MIGRATION], wording)
    columns |= later
    rows: dict[int, Mapping[str, Cell]] = {}
    for number, flow in enumerate(moves.flows, start=2):
        source = wording.say(NEW_CUSTOMER) if flow.from_cluster is None else names[flow.from_cluster]
        rows[number] = {
            _FROM: source,
            _TO: names[flow.to_cluster],
            _REASON: wording.say(flow.kind),
            CUSTOMERS: flow.customers,
            REVENUE: round(flow.revenue, 2),
            RUN_AT: moves.run_at,
            FROM_CLUSTER: flow.from_cluster,
            TO_CLUSTER: flow.to_cluster,
        }
    last = max(rows, default=1)
    if last > tab.row_count:
        length = {"sheetId": tab.sheet_id, "dimension": "ROWS", "length": last - tab.row_count}
        requests.append({"appendDimension": length})
        requests += _like_the_last(tab, last, columns.values())
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


def _like_the_last(tab: Tab, last: int, places: Iterable[int]) -> list[Json]:
    """Return the requests that give the rows which the tab grows by the formats of its last row."""
    if tab.row_count < 2:
        return []
    return [
        {
            "copyPaste": {
                "source": grid_range(tab.sheet_id, tab.row_count, tab.row_count, place, place),
                "destination": grid_range(tab.sheet_id, tab.row_count + 1, last, place, place),
                "pasteType": "PASTE_FORMAT",
            }
        }
        for place in places
    ]


def last_moves(tab: Tab, numbers: Mapping[str, int]) -> LastMoves | None:
    """Return the moves in the tab, None where there are none or they cannot be read.

    Parameters
    ----------
    tab
        Read whole.
    numbers
        Cluster by segment at the last run, for a tab of before numbers were kept in it.
    """
    columns = tab.present(HEADERS[MIGRATION])
    if not columns.keys() >= set(MIGRATION_HEADERS):
        return None
    flows: list[Flow] = []
    names: dict[int, str] = {}
    run_at: float | None = None
    for row in sorted(tab.rows):
        cells = {header: value(tab.cell(row, at)) for header, at in columns.items()}
        source, target = text_of(cells[_FROM]), text_of(cells[_TO])
        if row == 1 or not (source and target):
            continue
        flow = _flow(cells, source, target, numbers)
        if flow is None:
            return None
        names[flow.to_cluster] = target
        if flow.from_cluster is not None:
            names[flow.from_cluster] = source
        flows.append(flow)
        moment = _number(cells.get(RUN_AT, ""))
        run_at = moment if moment is not None and 0 < moment < _YEAR_10000 else run_at
    return LastMoves(flows, run_at, names) if flows else None


def _flow(cells: Mapping[str, Cell], source: str, target: str, numbers: Mapping[str, int]) -> Flow | None:
    """Return the flow of a line, None where its customers or a cluster cannot be read."""
    customers = _number(cells[CUSTOMERS])
    from_cluster = _cluster(cells.get(FROM_CLUSTER, ""), source, numbers)
    to_cluster = _cluster(cells.get(TO_CLUSTER, ""), target, numbers)
    is_known = from_cluster is not None or source in versions(NEW_CUSTOMER)
    if customers is None or to_cluster is None or not is_known:
        return None
    kind, revenue = kind_of(text_of(cells[_REASON])), _number(cells[REVENUE]) or 0.0
    return Flow(from_cluster, to_cluster, kind, int(customers), revenue)


def _cluster(cell: Cell, name: str, numbers: Mapping[str, int]) -> int | None:
    cluster = _number(cell)
    return int(cluster) if cluster is not None and 0 <= cluster < _MOST else numbers.get(name)


_MOST = 1_000_000_000
_YEAR_10000 = 2_958_466
"""As a spreadsheet counts days: from there on it is no date."""


def _number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None
