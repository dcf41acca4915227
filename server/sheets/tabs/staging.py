"""Staged writes of large outputs: in pieces to hidden tabs, then swapped in by one batch.

Nothing that a marketer looks at changes before the swap, and the swap is atomic: a crash at any moment
leaves the old result whole. Charts and formulas keep their references, as the tabs themselves stay.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from server.core.cells import Cell, text_of
from server.core.wording import Wording
from server.errors import SpreadsheetFullError
from server.layout.headers import column_letter, normalised
from server.layout.limits import CELL_LIMIT, STAGING_PREFIX
from server.layout.segment_tabs import TRAINING_DATA
from server.sheets.api.a1 import quoted
from server.sheets.api.client import SheetsClient
from server.sheets.api.requests import Json, grid_range
from server.sheets.api.retry import patient, retried
from server.sheets.commit.snapshot import Snapshot, Tab
from server.sheets.tabs.later_columns import heading
from server.texts import to_say

PIECE_CELLS = 100_000
"""Cells of one values.batchUpdate: some 1.5 MB of customers; Google recommends at most 2 MB a request."""
REFUSALS = 2
"""How often a refused piece is sent again: Google may have applied it all the same, and twice does no harm."""


@dataclass(frozen=True, slots=True)
class Output:
    """A tab as it is to be: the header and one row a customer (rows may be empty)."""

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Staged:
    """An output that lies in a staging tab."""

    output: Output
    sheet_id: int
    title: str


@dataclass(frozen=True, slots=True)
class Making:
    """Commit that makes the staging tabs."""

    requests: Sequence[Json]
    staged: Sequence[Staged]
    ranges: Sequence[str] = ()
    tabs: Sequence[str] = ()
    raises_base: bool = False


def new_cells(requests: Iterable[Json]) -> int:
    """Return how many cells the tabs have that requests make."""
    grids = [
        request["addSheet"]["properties"]["gridProperties"] for request in requests if "addSheet" in request
    ]
    return sum(grid["rowCount"] * grid["columnCount"] for grid in grids)


def refuse_overflow(snapshot: Snapshot, outputs: Sequence[Output], *, cells: int = 0) -> None:
    """Refuse to begin where cells now, outputs and staging would pass Google's limit.

    Parameters
    ----------
    cells
        Of tabs that are made beside.

    Raises
    ------
    SpreadsheetFullError
        If they would; the largest tab is named.
    """
    staging = sum(_cells(output) for output in outputs)
    grown = sum(
        max(0, len(output.rows) + 1 - tab.row_count) * max(tab.column_count, len(output.headers))
        for output in outputs
        if (tab := snapshot.tabs.get(output.title))
    )
    stale = sum(t.row_count * t.column_count for t in stale_tabs(snapshot))
    total = snapshot.cells_in_all - stale + staging + grown + cells
    if total > CELL_LIMIT:
        largest = max(snapshot.tabs.values(), key=lambda tab: tab.row_count * tab.column_count)
        size = largest.row_count * largest.column_count
        number = Wording(snapshot.locale).number
        raise SpreadsheetFullError(
            to_say(
                "The result needs {needed} cells with what is there; a spreadsheet holds {most}.",
                needed=number(total),
                most=number(CELL_LIMIT),
            ),
            hint=to_say(
                "The largest tab is Training_Data with {cells} cells: delete its empty rows and columns, or columns "
                "that are no order's date, customer or amount."
                if largest.title == TRAINING_DATA
                else "The largest tab is {tab} with {cells} cells: delete its empty rows and columns.",
                tab=largest.title,
                cells=number(size),
            ),
        )


def stale_tabs(snapshot: Snapshot) -> list[Tab]:
    """Return staging tabs that an earlier run left behind."""
    return [tab for tab in snapshot.tabs.values() if tab.title.startswith(STAGING_PREFIX)]


def making(snapshot: Snapshot, outputs: Sequence[Output], beside: Sequence[Json] = ()) -> Making:
    """Return what makes hidden tabs for outputs, and clears away those of earlier runs.

    Parameters
    ----------
    snapshot
        All tabs.
    beside
        Requests of the same commit.
    """
    run = secrets.token_hex(3)
    taken = {tab.sheet_id for tab in snapshot.tabs.values()}
    staged = []
    for output in outputs:
        sheet_id = next(i for i in iter(lambda: 1 + secrets.randbelow(2**31 - 2), None) if i not in taken)
        taken.add(sheet_id)
        staged.append(Staged(output, sheet_id, f"{STAGING_PREFIX}{run} {output.title}"))
    gone = [{"deleteSheet": {"sheetId": tab.sheet_id}} for tab in stale_tabs(snapshot)]
    return Making([*gone, *beside, *(_add(tab) for tab in staged)], staged)


def _add(staged: Staged) -> Json:
    output = staged.output
    grid = {"rowCount": len(output.rows) + 1, "columnCount": len(output.headers)}
    properties = {"sheetId": staged.sheet_id, "title": staged.title, "hidden": True, "gridProperties": grid}
    return {"addSheet": {"properties": properties}}


def fill(
    client: SheetsClient,
    spreadsheet_id: str,
    staged: Sequence[Staged],
    progress: Callable[[float], None] = lambda _fraction: None,
) -> None:
    """Write outputs to their staging tabs, piece by piece; each piece may be written twice without harm."""
    total = sum(_cells(tab.output) for tab in staged)
    written = 0
    for piece in _pieces(staged):
        retried(partial(client.put_rows, spreadsheet_id, piece), patient(), forgives=REFUSALS)
        written += sum(len(row) for rows in piece.values() for row in rows)
        progress(written / total)


def _cells(output: Output) -> int:
    return (len(output.rows) + 1) * len(output.headers)


def _pieces(staged: Sequence[Staged]) -> Iterator[dict[str, list[list[Cell]]]]:
    """Yield rows by range, at most `PIECE_CELLS` cells at once: small outputs go together."""
    piece: dict[str, list[list[Cell]]] = {}
    room = PIECE_CELLS
    for tab in staged:
        width = len(tab.output.headers)
        lines = itertools.chain([tab.output.headers], tab.output.rows)
        first = 1
        while rows := [
            [*row, *[""] * (width - len(row))] for row in itertools.islice(lines, max(1, room // width))
        ]:
            last = first + len(rows) - 1
            piece[f"{quoted(tab.title)}!A{first}:{column_letter(width - 1)}{last}"] = rows
            first = last + 1
            room -= len(rows) * width
            if room < width:
                yield piece
                piece, room = {}, PIECE_CELLS
    if piece:
        yield piece


def swap_requests(target: Tab, staged: Staged, wording: Wording) -> list[Json]:
    """Return the requests that put a staged output in the place of a tab's old content.

    Columns go to where their headers stand, so that a marketer's own columns stay whole, also between ours;
    a header of ours that is not there comes to the right of all, with its note and number format. A filter is taken
    off for the moment, as rows that it hides would be passed over.

    Parameters
    ----------
    wording
        Says the note, and shows money with its currency.
    """
    requests: list[Json] = []
    places = places_of(target, staged.output.headers)
    rows = len(staged.output.rows) + 1
    grid = {
        "rowCount": max(rows, target.row_count),
        "columnCount": max(max(places) + 1, target.column_count),
    }
    if target.basic_filter:
        requests.append({"clearBasicFilter": {"sheetId": target.sheet_id}})
    if grid != {"rowCount": target.row_count, "columnCount": target.column_count}:
        properties = {"sheetId": target.sheet_id, "gridProperties": grid}
        fields = "gridProperties.rowCount,gridProperties.columnCount"
        requests.append({"updateSheetProperties": {"properties": properties, "fields": fields}})
    for header, place in zip(staged.output.headers, places, strict=True):
        if place >= len(target.header) or not text_of(target.header[place]):
            requests += heading(target.title, target.sheet_id, header, place, wording)
    for first, last in runs(places):
        requests.append(
            {
                "copyPaste": {
                    "source": grid_range(staged.sheet_id, 1, rows, first, last),
                    "destination": grid_range(target.sheet_id, 1, rows, places[first], places[last]),
                    "pasteType": "PASTE_VALUES",
                }
            }
        )
        if rows > target.row_count > 1:
            requests.append(_like_above(target, rows, places[first], places[last]))
        if target.row_count > rows:
            tail = grid_range(target.sheet_id, rows + 1, target.row_count, places[first], places[last])
            requests.append({"updateCells": {"range": tail, "fields": "userEnteredValue"}})
    if target.basic_filter:
        requests.append({"setBasicFilter": {"filter": dict(target.basic_filter)}})
    requests.append({"deleteSheet": {"sheetId": staged.sheet_id}})
    return requests


def _like_above(target: Tab, rows: int, first: int, last: int) -> Json:
    """Return the request that gives the rows which a tab grows by the format of its last row."""
    return {
        "copyPaste": {
            "source": grid_range(target.sheet_id, target.row_count, target.row_count, first, last),
            "destination": grid_range(target.sheet_id, target.row_count + 1, rows, first, last),
            "pasteType": "PASTE_FORMAT",
        }
    }


def places_of(target: Tab, headers: Sequence[str]) -> list[int]:
    """Return the column of each header in the target, once its swap is done."""
    present = [normalised(text_of(cell)) for cell in target.header]
    used = max((i for i, text in enumerate(present) if text), default=-1)
    places = []
    for header in headers:
        if normalised(header) in present:
            places.append(present.index(normalised(header)))
        else:
            used += 1
            places.append(used)
    return places


def runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Return runs of source columns whose targets are adjacent too.

    >>> runs([0, 1, 4, 5, 6])
    [(0, 1), (2, 4)]
    """
    runs: list[tuple[int, int]] = []
    for index, place in enumerate(places):
        if runs and place == places[index - 1] + 1:
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return runs


def keep_rows(
    former_ids: Sequence[str], ids: Sequence[str], order: Sequence[int]
) -> tuple[list[int | None], list[str]]:
    """Return the customer of each row: those who have a row keep it, new ones come below.

    Parameters
    ----------
    former_ids
        Customer ids in the tab's rows now, "" for a blank row.
    ids
        Customers of the result.
    order
        Places in `ids`, in the order in which new customers are added.

    Returns
    -------
    list
        For each row a place in `ids`; None for a row that stays without figures.
    list of str
        The id that the row shows: a customer who is gone keeps the id, so that a marketer's own columns
        beside it still tell of whom they are.

    Examples
    --------
    >>> keep_rows(["b", "gone", "a"], ["a", "b", "c"], [2, 0, 1])
    ([1, None, 0, 2], ['b', 'gone', 'a', 'c'])
    >>> keep_rows(["x", "y"], ["a", "b"], [1, 0])
    ([1, 0], ['b', 'a'])
    """
    place = {identity: i for i, identity in enumerate(ids)}
    rows: list[int | None] = []
    shown: list[str] = []
    seen: set[int] = set()
    for former in former_ids:
        position = place.get(former)
        if position is None or position in seen:
            rows.append(None)
            shown.append(former if position is None else "")
        else:
            seen.add(position)
            rows.append(position)
            shown.append(former)
    if not seen:  # other data altogether: nobody keeps a row
        rows, shown = [], []
    for index in order:
        if index not in seen:
            rows.append(index)
            shown.append(ids[index])
    return rows, shown
