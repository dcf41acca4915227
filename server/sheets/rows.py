"""Rows of `New User`, and the commit that carries out a decision: from a snapshot, to a write, and the check after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.core.cells import Cell, text_of
from server.core.decisions import Classified, Decision, Realigned, SheetRow
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
from server.sheets.cells import Json, put_back, update_cells, write_by_header
from server.sheets.snapshot import (
    CellData,
    Snapshot,
    Tab,
    column_range,
    entered,
    is_formula,
    note,
    quoted,
    row_ranges,
    value,
)


def sheet_rows(snapshot: Snapshot, wanted: Iterable[int] | None = None) -> list[SheetRow]:
    """Return the rows of `New User` that were read, or those of them that are `wanted`, in sheet order."""
    tab = snapshot.tab(NEW_USER)
    columns = tab.columns(NEW_USER_HEADERS)
    input_columns = [columns[header] for header in INPUT_HEADERS]
    output_columns = [columns[header] for header in OUTPUT_HEADERS]
    rows = []
    for number in sorted(tab.rows.keys() if wanted is None else set(wanted) & tab.rows.keys()):
        if number == 1:
            continue
        inputs = tab.cells(number, input_columns)
        outputs = tab.cells(number, output_columns)
        rows.append(
            SheetRow(
                row=number,
                inputs=dict(zip(INPUT_HEADERS, map(value, inputs), strict=True)),
                outputs=dict(zip(OUTPUT_HEADERS, map(value, outputs), strict=True)),
                has_formula=any(map(is_formula, inputs)),
                notes={
                    h: note(cell) for h, cell in zip(INPUT_HEADERS, inputs, strict=True) if "note" in cell
                },
                cells=tab.values(number),
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
    raises_base: bool = False


def rows_write(snapshot: Snapshot, decision: Decision, time_zone: str) -> RowsWrite:
    """Return the write that carries a decision out on the sheet that `snapshot` shows."""
    new_user, log = snapshot.tab(NEW_USER), snapshot.tab(PREDICTION_LOG)
    columns = new_user.columns(NEW_USER_HEADERS)
    outputs = {header: columns[header] for header in OUTPUT_HEADERS}
    written = {each.row: each.line.outputs for each in decision.classified}
    requests = write_by_header(new_user.sheet_id, outputs, written)
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
    requests += _realigning(new_user, decision.realigned, time_zone)
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
    alike: dict[tuple[int, ...], list[Realigned]] = {}
    for each in realigned:
        alike.setdefault(tuple(each.places), []).append(each)
    requests: list[Json] = []
    for places, rows in alike.items():
        lines = {each.row: each.line for each in rows}
        shown = {each.row: {**each.inputs, **each.line.outputs} for each in rows}
        now = {header: columns[header] for header in (*rows[0].inputs, *OUTPUT_HEADERS)}
        then = dict(zip(OUTPUT_HEADERS, places, strict=True))
        requests += prediction_log.emptied(tab.sheet_id, lines, then)
        requests += write_by_header(tab.sheet_id, now, shown)
        requests += prediction_log.stamps_shown(tab.sheet_id, columns[PREDICTED_AT], lines, time_zone)
    return requests


def mending(write: RowsWrite, before: Snapshot, after: Snapshot) -> list[Json]:
    """Return requests that take back what a commit put beside the wrong customer or under a wrong header.

    People insert, move and sort rows and columns between the read and the write, and the API knows no
    precondition for that. A cell is wrong only if it carries a PredictionId of this commit beside entered
    values other than those scored, or stands in a foreign column. Other rows are never touched.

    Parameters
    ----------
    before
        What the write was decided on.
    after
        What the sheet showed just after it.
    """
    requests: list[Json] = []
    if NEW_USER in after.tabs:
        requests += _row_mending(write.decision, before, after)
    if write.decision.new_lines and PREDICTION_LOG in after.tabs:
        requests += prediction_log.mending(write.decision.new_lines, before, after, write.time_zone)
    return requests


def stands_beside_others(write: RowsWrite, before: Snapshot, after: Snapshot) -> set[int]:
    """Return the rows in which what was written does not stand where it should: it is taken back."""
    if NEW_USER not in after.tabs:
        return set()
    look = _Look(before, after)
    return {
        each.row
        for each in write.decision.classified
        if look.bears(each) and (look.columns_moved or look.origin(each.row) != each.row)
    }


def _row_mending(decision: Decision, before: Snapshot, after: Snapshot) -> list[Json]:
    look = _Look(before, after)
    requests: list[Json] = []
    for each in decision.classified:
        if not look.columns_moved and look.stayed(each.row):
            continue
        if not look.bears(each):
            continue
        for header, position in look.written.items():
            if look.now.get(header) != position:
                cell = look.former(each.row, position)
                has_format = header == PREDICTED_AT
                requests.append(put_back(look.new.sheet_id, each.row, position, cell, has_format=has_format))
            elif look.origin(each.row) != each.row:
                requests.append(put_back(look.new.sheet_id, each.row, position, {}))
    return requests + _clearing_mending(decision, look) + _note_mending(decision, look)


def _clearing_mending(decision: Decision, look: _Look) -> list[Json]:
    """Return requests that put back cells of others that were emptied in the place of outputs."""
    requests: list[Json] = []
    for row in decision.cleared:
        for header, position in look.written.items():
            if look.now.get(header) != position and not entered(look.new.cell(row, position)):
                cell = look.former(row, position)
                if entered(cell):
                    requests.append(put_back(look.new.sheet_id, row, position, cell))
    return requests


def _note_mending(decision: Decision, look: _Look) -> list[Json]:
    """Return requests that take back notes which came to, or went from, cells of others."""
    requests: list[Json] = []
    for change in decision.notes:
        position = look.then[change.column]
        if (
            look.now.get(change.column) == position
            or note(look.new.cell(change.row, position)) != change.text
        ):
            continue
        kept = note(look.former(change.row, position))
        if kept != change.text:
            cell = {"note": kept} if kept else {}
            requests.append(update_cells(look.new.sheet_id, change.row, position, [[cell]], "note"))
    return requests


class _Look:
    """`New User` as it was when a commit was decided and as it is just after it."""

    def __init__(self, before: Snapshot, after: Snapshot) -> None:
        self.old, self.new = before.tab(NEW_USER), after.tab(NEW_USER)
        self.then = self.old.columns(NEW_USER_HEADERS)
        self.now = self.new.present(NEW_USER_HEADERS)
        self.written = {header: self.then[header] for header in OUTPUT_HEADERS}
        self.columns_moved = any(self.now.get(h) != position for h, position in self.written.items())
        visible = [h for h in INPUT_HEADERS if self.now.get(h, -1) not in (-1, *self.written.values())]
        self._shown = [self.now[header] for header in visible]
        self._typed = [self.then[header] for header in visible]
        self._id = self.then[PREDICTION_ID]

    def bears(self, each: Classified) -> bool:
        """Whether a row shows the PredictionId that this commit wrote into it."""
        return text_of(value(self.new.cell(each.row, self._id))) == each.line.prediction_id

    def former(self, row: int, position: int) -> CellData:
        """Return a cell as it was before something was written over it, empty where that cannot be told."""
        origin, foreign = self.origin(row), _former(self.old.header, self.new.header, position)
        return {} if origin is None or foreign is None else self.old.cell(origin, foreign)

    def origin(self, row: int) -> int | None:
        """Return where the row stood that stands here now, None where that cannot be told.

        It is known by what was typed into its inputs, as far as the commit has not written over them.
        """
        if self.stayed(row):
            return row
        if not self.columns_moved:
            return None
        shown = _entered(self.new.cells(row, self._shown))
        found = [
            number
            for number in self.old.rows
            if number > 1 and shown == _entered(self.old.cells(number, self._typed))
        ]
        return found[0] if len(found) == 1 else None

    def stayed(self, row: int) -> bool:
        """Whether a row shows what was typed into it before."""
        now, then = self.new.cells(row, self._shown), self.old.cells(row, self._typed)
        return now == then or _entered(now) == _entered(then)


def _entered(cells: Iterable[CellData]) -> list[CellData]:
    return [entered(cell) for cell in cells]


def _former(old: Sequence[Cell], new: Sequence[Cell], position: int) -> int | None:
    """Return where the column now at `position` stood before, None where that cannot be told."""
    text = text_of(new[position]) if position < len(new) else ""
    places = [i for i, cell in enumerate(old) if text and text_of(cell) == text]
    return places[0] if len(places) == 1 else None
