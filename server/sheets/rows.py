"""Rows of `New User`, and the commit that carries out a decision: from a snapshot, to a write, and the check after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.core.cells import Cell
from server.core.decisions import Decision, Realigned, SheetRow
from server.core.plans import Plan, plans_of
from server.layout import (
    ACTION_MAP,
    ACTION_PLAN,
    CLUSTER,
    INPUT_HEADERS,
    NEW_USER,
    NEW_USER_HEADERS,
    OUTPUT_HEADERS,
    PREDICTED_AT,
    PREDICTION_ID,
    PREDICTION_LOG,
    SEGMENT,
)
from server.sheets import prediction_log
from server.sheets.a1 import column_range, quoted, row_ranges
from server.sheets.cells import Json, update_cells, write_by_header
from server.sheets.snapshot import Snapshot, Tab, is_formula, note, value


def sheet_rows(snapshot: Snapshot, wanted: Iterable[int] | None = None) -> list[SheetRow]:
    """Return the rows of `New User` that were read, or those of them that are `wanted`, in sheet order."""
    tab = snapshot.tab(NEW_USER)
    columns = tab.columns(NEW_USER_HEADERS)
    input_columns = [columns[header] for header in INPUT_HEADERS]
    width = 1 + max(columns.values())
    rows = []
    for number in sorted(tab.rows.keys() if wanted is None else set(wanted) & tab.rows.keys()):
        if number == 1:
            continue
        inputs, values = tab.cells(number, input_columns), tab.values(number)
        padded = [*values, *[""] * (width - len(values))]
        rows.append(
            SheetRow(
                row=number,
                inputs={header: padded[columns[header]] for header in INPUT_HEADERS},
                outputs={header: padded[columns[header]] for header in OUTPUT_HEADERS},
                has_formula=any(map(is_formula, inputs)),
                notes={
                    h: note(cell) for h, cell in zip(INPUT_HEADERS, inputs, strict=True) if "note" in cell
                },
                cells=values,
                positions=columns,
            )
        )
    return rows


def plans(snapshot: Snapshot) -> dict[int, Plan]:
    """Return names and actions by cluster as `Action_Map` has them."""
    tab = snapshot.tab(ACTION_MAP)
    columns = tab.columns((CLUSTER, SEGMENT, ACTION_PLAN))
    return plans_of(
        tuple(value(tab.cell(number, columns[header])) for header in (CLUSTER, SEGMENT, ACTION_PLAN))  # type: ignore[misc]  # three of them
        for number in sorted(tab.rows)
        if number > 1
    )


@dataclass(frozen=True, slots=True)
class RowsWrite:
    """One commit of live scoring: what `decision` says, as requests."""

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
    written = {each.row: each.line.outputs for each in decision.classified}
    requests = _realigning(new_user, decision.realigned, time_zone)
    requests += write_by_header(new_user.sheet_id, outputs, written)
    requests += write_by_header(
        new_user.sheet_id, outputs, {row: dict.fromkeys(OUTPUT_HEADERS, "") for row in decision.cleared}
    )
    requests += prediction_log.stamps_shown(
        new_user.sheet_id,
        columns[PREDICTED_AT],
        {each.row: each.line for each in decision.classified},
        time_zone,
    )
    for change in decision.notes:
        cell = {"note": change.text} if change.text else {}
        requests.append(update_cells(new_user.sheet_id, change.row, columns[change.column], [[cell]], "note"))
    requests += prediction_log.realigning(log, decision.misplaced, time_zone)
    lines = decision.new_lines
    ranges = row_ranges(NEW_USER, [1, *decision.rows])
    if lines:
        requests += prediction_log.inserting(log, lines, time_zone)
        # What the mending looks at, not the thirteen cells of each line.
        at = log.columns((PREDICTION_ID,))[PREDICTION_ID]
        ranges += [f"{quoted(PREDICTION_LOG)}!1:1", column_range(PREDICTION_LOG, at, 2, len(lines) + 1)]
    return RowsWrite(decision, requests, ranges, time_zone)


def _realigning(tab: Tab, realigned: Sequence[Realigned], time_zone: str) -> list[Json]:
    """Put outputs under their headers, and back what they were written over, as far as the log tells it."""
    columns = tab.columns(NEW_USER_HEADERS)
    alike: dict[tuple[object, ...], list[Realigned]] = {}
    for each in realigned:
        alike.setdefault((*each.places.items(), *each.inputs, each.line is None), []).append(each)
    requests: list[Json] = []
    for rows in alike.values():
        blank: dict[str, Cell] = dict.fromkeys(OUTPUT_HEADERS, "")
        shown = {each.row: {**each.inputs, **(each.line.outputs if each.line else blank)} for each in rows}
        now = {header: columns[header] for header in (*rows[0].inputs, *OUTPUT_HEADERS)}
        requests += prediction_log.emptied(tab.sheet_id, shown, rows[0].places)
        requests += write_by_header(tab.sheet_id, now, shown)
        lines = {each.row: each.line for each in rows if each.line is not None}
        requests += prediction_log.stamps_shown(tab.sheet_id, columns[PREDICTED_AT], lines, time_zone)
    return requests
