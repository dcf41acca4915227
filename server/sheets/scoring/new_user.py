"""Rows of `New User`: read from a snapshot, written by a decision, checked after the commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from server.core.cells import Cell
from server.core.scoring.decisions import Decision, Realigned, SheetRow
from server.layout.headers import PREDICTED_AT, PREDICTION_ID, SEGMENT
from server.layout.record_tabs import PREDICTION_LOG
from server.layout.segment_tabs import NEW_USER
from server.layout.tabs import INPUT_HEADERS, NEW_USER_HEADERS, NEW_USER_OPTIONAL, OUTPUT_HEADERS
from server.sheets.api.a1 import column_range, quoted, row_ranges
from server.sheets.api.requests import Json, update_cells, write_by_header
from server.sheets.commit.snapshot import CellData, Snapshot, Tab, is_formula, note
from server.sheets.scoring import prediction_log


def sheet_rows(snapshot: Snapshot, wanted: Iterable[int] | None = None) -> list[SheetRow]:
    """Return the rows of `New User` that were read, or those of them that are `wanted`, in sheet order."""
    tab = snapshot.tab(NEW_USER)
    positions = row_positions(tab)
    inputs = [positions[header] for header in INPUT_HEADERS]
    numbers = tab.rows.keys() if wanted is None else set(wanted) & tab.rows.keys()
    return [
        sheet_row(number, tab.values(number), positions, tab.cells(number, inputs))
        for number in sorted(numbers)
        if number != 1
    ]


def row_positions(tab: Tab) -> dict[str, int]:
    """Return the position from 0 of each header: those that must be there, and Segment where it is ours."""
    return tab.columns(NEW_USER_HEADERS) | tab.ours((SEGMENT,))


def sheet_row(
    number: int, cells: Sequence[Cell], positions: Mapping[str, int], inputs: Sequence[CellData]
) -> SheetRow:
    """Return one row of `New User`.

    Parameters
    ----------
    cells
        Values of the row; they may end early.
    positions
        Position from 0 of each header.
    inputs
        Cells of the inputs, for their formulas and notes; none where the row has neither.
    """

    def values(headers: Iterable[str]) -> dict[str, Cell]:
        return {h: cells[positions[h]] if positions[h] < len(cells) else "" for h in headers}

    return SheetRow(
        row=number,
        inputs=values(INPUT_HEADERS),
        outputs=values((*OUTPUT_HEADERS, *(header for header in (SEGMENT,) if header in positions))),
        has_formula=any(map(is_formula, inputs)),
        notes={h: note(cell) for h, cell in zip(INPUT_HEADERS, inputs, strict=False) if "note" in cell},
        cells=cells,
        positions=positions,
    )


@dataclass(frozen=True, slots=True)
class RowsWrite:
    """Commit of live scoring: the requests of a `decision`."""

    decision: Decision
    requests: Sequence[Json]
    ranges: Sequence[str]
    time_zone: str
    tabs: Sequence[str] = (NEW_USER, PREDICTION_LOG)
    raises_base: bool = False


def rows_write(snapshot: Snapshot, decision: Decision, time_zone: str) -> RowsWrite:
    """Return the write that carries a decision out on the sheet that `snapshot` shows."""
    new_user, log = snapshot.tab(NEW_USER), snapshot.tab(PREDICTION_LOG)
    columns = new_user.columns(NEW_USER_HEADERS)
    outputs = {header: columns[header] for header in OUTPUT_HEADERS}
    written = {classified.row: classified.line.outputs for classified in decision.classified}
    requests = _realigning(new_user, decision.realigned, time_zone)
    requests += write_by_header(new_user.sheet_id, outputs, written)
    requests += write_by_header(
        new_user.sheet_id, outputs, {row: dict.fromkeys(OUTPUT_HEADERS, "") for row in decision.cleared}
    )
    beside = {row.row: row.line.beside for row in decision.classified}
    beside |= {row: dict.fromkeys(NEW_USER_OPTIONAL, "") for row in decision.cleared}
    requests += write_by_header(new_user.sheet_id, new_user.ours(NEW_USER_OPTIONAL), beside)
    requests += prediction_log.stamps_shown(
        new_user.sheet_id,
        columns[PREDICTED_AT],
        {classified.row: classified.line for classified in decision.classified},
        time_zone,
    )
    for change in decision.notes:
        cell = {"note": change.text} if change.text else {}
        requests.append(update_cells(new_user.sheet_id, change.row, columns[change.column], [[cell]], "note"))
    requests += prediction_log.realigning(log, decision.shifted, time_zone)
    lines = decision.new_lines
    ranges = row_ranges(NEW_USER, [1, *decision.rows])
    if lines:
        requests += prediction_log.inserting(log, lines, time_zone)
        # What a repair looks at, not the thirteen cells of each line.
        at = log.columns((PREDICTION_ID,))[PREDICTION_ID]
        ranges += [f"{quoted(PREDICTION_LOG)}!1:1", column_range(PREDICTION_LOG, at, 2, len(lines) + 1)]
    return RowsWrite(decision, requests, ranges, time_zone)


def _realigning(tab: Tab, realigned: Sequence[Realigned], time_zone: str) -> list[Json]:
    """Move outputs under their headers, and restore what they had overwritten, as far as the log has it."""
    columns = row_positions(tab)
    headers = (*OUTPUT_HEADERS, *(header for header in (SEGMENT,) if header in columns))
    alike: dict[tuple[object, ...], list[Realigned]] = {}
    for change in realigned:
        alike.setdefault((*change.places.items(), *change.inputs, change.line is None), []).append(change)
    requests: list[Json] = []
    for rows in alike.values():
        blank: dict[str, Cell] = dict.fromkeys(headers, "")
        shown = {
            change.row: {
                **change.inputs,
                **(change.line.outputs | change.line.beside if change.line else blank),
            }
            for change in rows
        }
        now = {header: columns[header] for header in (*rows[0].inputs, *headers)}
        requests += prediction_log.emptied(tab.sheet_id, shown, rows[0].places)
        requests += write_by_header(tab.sheet_id, now, shown)
        lines = {change.row: change.line for change in rows if change.line is not None}
        requests += prediction_log.stamps_shown(tab.sheet_id, columns[PREDICTED_AT], lines, time_zone)
    return requests
