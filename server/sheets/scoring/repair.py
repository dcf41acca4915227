"""Repair of a commit after people moved rows or columns between its read and its write."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from server.core.cells import Cell, text_of
from server.core.scoring.decisions import Classified, Decision, Realigned
from server.layout.headers import PREDICTED_AT, PREDICTION_ID
from server.layout.record_tabs import PREDICTION_LOG
from server.layout.segment_tabs import NEW_USER
from server.layout.tabs import INPUT_HEADERS, NEW_USER_HEADERS, NEW_USER_OPTIONAL, OUTPUT_HEADERS
from server.sheets.api.requests import Json, put_back, update_cells
from server.sheets.commit.snapshot import CellData, Snapshot, entered, note, value
from server.sheets.scoring import prediction_log
from server.sheets.scoring.new_user import RowsWrite


def repairs(write: RowsWrite, before: Snapshot, after: Snapshot) -> list[Json]:
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
        requests += _row_repairs(write.decision, before, after)
    if write.decision.new_lines and PREDICTION_LOG in after.tabs:
        requests += prediction_log.repairs(write.decision.new_lines, before, after, write.time_zone)
    return requests


def stands_beside_others(write: RowsWrite, before: Snapshot, after: Snapshot) -> set[int]:
    """Return the rows in which a write is beside another customer: it is taken back."""
    if NEW_USER not in after.tabs:
        return set()
    look = _Look(before, after, write.decision.realigned)
    return {
        classified.row
        for classified in write.decision.classified
        if look.bears(classified) and (look.columns_moved or look.origin(classified.row) != classified.row)
    }


def _row_repairs(decision: Decision, before: Snapshot, after: Snapshot) -> list[Json]:
    look = _Look(before, after, decision.realigned)
    requests: list[Json] = []
    for classified in decision.classified:
        if not look.columns_moved and look.stayed(classified.row):
            continue
        if not look.bears(classified):
            continue
        has_moved = look.origin(classified.row) != classified.row
        for header, position in look.written.items():
            is_foreign = look.now.get(header) != position
            if is_foreign or has_moved:
                cell = look.former(classified.row, position)
                has_format = is_foreign and header == PREDICTED_AT
                requests.append(
                    put_back(look.new.sheet_id, classified.row, position, cell, has_format=has_format)
                )
    requests += _realigned_repairs(decision.realigned, look)
    return requests + _clearing_repairs(decision, look) + _note_repairs(decision, look)


def _realigned_repairs(realigned: Sequence[Realigned], look: _Look) -> list[Json]:
    """Return requests that make rows what they were into which another row was put right."""
    requests: list[Json] = []
    for change in realigned:
        if look.stayed(change.row) and not look.columns_moved:
            continue
        written = {look.then[header] for header in change.inputs} | {
            *look.written.values(),
            *change.places.values(),
        }
        for position in sorted(position for position in written if position < look.new.column_count):
            cell = look.former(change.row, position)
            if entered(cell) or look.is_blank(change.row):
                requests.append(put_back(look.new.sheet_id, change.row, position, cell))
    return requests


def _clearing_repairs(decision: Decision, look: _Look) -> list[Json]:
    """Return requests that put back cells of others that were emptied in the place of outputs."""
    requests: list[Json] = []
    for row in decision.cleared:
        for header, position in look.written.items():
            if look.now.get(header) != position and not entered(look.new.cell(row, position)):
                cell = look.former(row, position)
                if entered(cell):
                    requests.append(put_back(look.new.sheet_id, row, position, cell))
    return requests


def _note_repairs(decision: Decision, look: _Look) -> list[Json]:
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


def undone(requests: Sequence[Json], before: Snapshot, after: Snapshot) -> list[Json]:
    """Return requests that take back a repair which came to rows that had moved meanwhile.

    A row is known by its cells that the repair did not touch. Where columns were moved as well nothing is done.

    Parameters
    ----------
    requests
        The repair; of each of its `updateCells` one cell counts.
    before
        What it was decided on; the more rows of `New User` it shows, the better.
    """
    if NEW_USER not in after.tabs or before.tab(NEW_USER).header != after.tab(NEW_USER).header:
        return []
    old, new = before.tab(NEW_USER), after.tab(NEW_USER)
    stood: dict[frozenset[int], dict[str, int]] = {}
    taken_back: list[Json] = []
    for row, columns in _touched(requests, new.sheet_id).items():
        shown = _around(new.rows.get(row, ()), columns)
        if shown == _around(old.rows.get(row, ()), columns):
            continue
        if columns not in stood:
            stood[columns] = _places((number, _around(cells, columns)) for number, cells in old.rows.items())
        # Nothing stood in a row that was just inserted.
        origin = 0 if shown == _NOTHING else stood[columns].get(shown)
        if origin is not None:
            taken_back += [
                put_back(new.sheet_id, row, column, old.cell(origin, column)) for column in sorted(columns)
            ]
    return taken_back


def _touched(requests: Iterable[Json], sheet_id: int) -> dict[int, frozenset[int]]:
    """Return the columns (from 0) that requests write to, by sheet row (from 1) of one tab."""
    touched: dict[int, set[int]] = {}
    for request in requests:
        start = request.get("updateCells", {}).get("start", {})
        if start.get("sheetId") == sheet_id:
            touched.setdefault(start["rowIndex"] + 1, set()).add(start["columnIndex"])
    return {row: frozenset(columns) for row, columns in touched.items()}


def _places(rows: Iterable[tuple[int, str]]) -> dict[str, int]:
    """Return the row of each content that occurs in one row alone."""
    rows_of: dict[str, int] = {}
    twice = set()
    for number, content in rows:
        if rows_of.setdefault(content, number) != number:
            twice.add(content)
    return {content: number for content, number in rows_of.items() if content not in twice}


def _around(cells: Sequence[CellData], columns: Collection[int]) -> str:
    """Return what was typed into a row beside some columns, to be compared."""
    return repr(
        [(at, typed) for at, cell in enumerate(cells) if at not in columns and (typed := entered(cell))]
    )


_NOTHING = _around((), ())


class _Look:
    """`New User` before a commit was decided, and just after it."""

    def __init__(self, before: Snapshot, after: Snapshot, realigned: Iterable[Realigned] = ()) -> None:
        self.old, self.new = before.tab(NEW_USER), after.tab(NEW_USER)
        beside = self.old.ours(NEW_USER_OPTIONAL)
        self.then = self.old.columns(NEW_USER_HEADERS) | beside
        self.now = self.new.ours((*NEW_USER_HEADERS, *NEW_USER_OPTIONAL))
        outputs = (*OUTPUT_HEADERS, *beside)
        self.columns_moved = any(self.now.get(h) != self.then[h] for h in outputs)
        self.written = {h: self.then[h] for h in outputs if self.then[h] < self.new.column_count}
        self._visible = tuple(
            h for h in INPUT_HEADERS if self.now.get(h, -1) not in (-1, *self.written.values())
        )
        self._origins: dict[tuple[str, ...], dict[str, int]] = {}
        self._rewritten = {change.row: change.inputs for change in realigned}
        self._id = self.then[PREDICTION_ID]

    def bears(self, classified: Classified) -> bool:
        """Whether a row shows the PredictionId that this commit wrote into it."""
        return text_of(value(self.new.cell(classified.row, self._id))) == classified.line.prediction_id

    def former(self, row: int, position: int) -> CellData:
        """Return a cell as it was before something was written over it, empty where that cannot be told."""
        origin, foreign = self.origin(row), _former(self.old.header, self.new.header, position)
        return {} if origin is None or foreign is None else self.old.cell(origin, foreign)

    def origin(self, row: int) -> int | None:
        """Return the former position of the row that is here now, None where it is unknown.

        It is known by what was typed into its inputs, as far as the commit has not written over them.
        """
        if self.stayed(row):
            return row
        headers = self._left(row)
        if headers not in self._origins:
            typed = [self.then[header] for header in headers]
            self._origins[headers] = _places(
                (number, repr(_entered(self.old.cells(number, typed))))
                for number in self.old.rows
                if number > 1
            )
        shown = _entered(self.new.cells(row, (self.now[header] for header in headers)))
        return self._origins[headers].get(repr(shown))

    def stayed(self, row: int) -> bool:
        """Whether a row shows what was typed into it before."""
        headers = self._left(row)
        now = self.new.cells(row, (self.now[header] for header in headers))
        then = self.old.cells(row, (self.then[header] for header in headers))
        return now == then or _entered(now) == _entered(then)

    def is_blank(self, row: int) -> bool:
        """Whether nothing is typed into a row, as far as the commit has not written over it."""
        return not any(_entered(self.new.cells(row, (self.now[header] for header in self._left(row)))))

    def _left(self, row: int) -> tuple[str, ...]:
        """Return the inputs that the commit has not written over."""
        rewritten = self._rewritten.get(row)
        return self._visible if rewritten is None else tuple(h for h in self._visible if h not in rewritten)


def _entered(cells: Iterable[CellData]) -> list[CellData]:
    return [entered(cell) for cell in cells]


def _former(old: Sequence[Cell], new: Sequence[Cell], position: int) -> int | None:
    """Return where the column now at `position` stood before, None where that cannot be told."""
    text = text_of(new[position]) if position < len(new) else ""
    places = [i for i, cell in enumerate(old) if text and text_of(cell) == text]
    return places[0] if len(places) == 1 else None
