"""Typing, pasting, filling and clearing of cells."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from sheets_standin.page.actions.acting import Acting
from sheets_standin.page.guard import Area, Refused
from sheets_standin.runtime.sessions import Session
from sheets_standin.spreadsheet.cells import Cell, Content, value_of, with_value
from sheets_standin.spreadsheet.document import LimitError, cleared
from sheets_standin.spreadsheet.formulas import shifted

MOST_CELLS_PASTED = 2_000_000


class CellActs(Acting):
    """The acts on cells; each raises one edit event."""

    def type(self, session: Session, area: Area, text: str, *, confirmed: bool = False) -> None:
        """Type a text into a cell."""
        sheet = self._sheet(area.sheet_id)
        former = sheet.grid.cell(area.row, area.column)
        self._write(
            session, area, [[self._typed(former, text)]], "type", confirmed=confirmed, tells_value=True
        )

    def paste(
        self, session: Session, area: Area, texts: Sequence[Sequence[str]], *, confirmed: bool = False
    ) -> Area:
        """Paste texts as one edit; they are repeated where a multiple of their size is selected.

        Returns
        -------
        Area
            The cells that were pasted into.
        """
        height, width = len(texts), max(map(len, texts), default=0)
        if not width:
            raise Refused("There is nothing to paste.")
        rows, columns = _repeats(area.rows, height), _repeats(area.columns, width)
        if rows * columns > MOST_CELLS_PASTED:
            raise Refused(f"At most {MOST_CELLS_PASTED:,} cells can be pasted at once.")
        grid = self._sheet(area.sheet_id).grid
        lines = [[*line, *[""] * (width - len(line))] for line in texts]
        contents = [
            [
                self._typed(grid.cell(area.row + i, area.column + j), text)
                for j, text in enumerate(lines[i % height] * (columns // width))
            ]
            for i in range(rows)
        ]
        target = Area(area.sheet_id, area.row, area.column, rows, columns)
        self._write(session, target, contents, "paste", confirmed=confirmed)
        return target

    def append(
        self, session: Session, sheet_id: int, texts: Sequence[Sequence[str]], *, confirmed: bool = False
    ) -> Area:
        """Paste texts from the first row on whose first cell is empty, below the frozen ones.

        The row is looked for where the cells are kept: a page may not have heard yet of what it wrote last.

        Returns
        -------
        Area
            The cells that were pasted into.
        """
        with self._workspace.lock:
            sheet = self._sheet(sheet_id)
            row = sheet.frozen_rows
            while row < sheet.grid.held_rows and value_of(sheet.grid.cell(row, 0)) not in (None, ""):
                row += 1
            return self.paste(session, Area(sheet_id, row, 0, 1, 1), texts, confirmed=confirmed)

    def paste_cells(
        self, session: Session, source: Area, target: Area, *, cut: bool = False, confirmed: bool = False
    ) -> Area:
        """Paste cells that were copied (or cut) in the page, with formats, notes and formulas."""
        held = self._contents(source)
        rows, columns = _repeats(target.rows, source.rows), _repeats(target.columns, source.columns)
        contents = [
            [
                _moved(
                    held[i % source.rows][j % source.columns],
                    (target.row + i) - (source.row + i % source.rows),
                    (target.column + j) - (source.column + j % source.columns),
                    keep=cut,
                )
                for j in range(columns)
            ]
            for i in range(rows)
        ]
        filled = Area(target.sheet_id, target.row, target.column, rows, columns)
        if cut:
            self._guard.cells(session.email, source, confirmed=confirmed)
            emptied: list[list[Content]] = [[None] * source.columns for _ in range(source.rows)]
            self._write(session, source, emptied, "cut", confirmed=confirmed)
        self._write(session, filled, contents, "paste", confirmed=confirmed)
        return filled

    def fill(self, session: Session, source: Area, target: Area, *, confirmed: bool = False) -> None:
        """Fill cells with copies of `source`; two or more numbers with equal steps are continued."""
        held = self._contents(source)
        contents: list[list[Content]] = []
        steps = [_step([row[j] for row in held]) for j in range(source.columns)]
        for i in range(target.rows):
            line = []
            for j in range(target.columns):
                k = i % source.rows
                content = held[k][j % source.columns]
                step = steps[j % source.columns]
                value = value_of(content)
                if step is not None and isinstance(value, int | float):
                    content = with_value(content, value + step * (1 + i // source.rows) * source.rows)
                line.append(_moved(content, (target.row + i) - (source.row + k), 0, keep=False))
            contents.append(line)
        self._write(session, target, contents, "fill", confirmed=confirmed)

    def clear(self, session: Session, area: Area, *, confirmed: bool = False) -> None:
        """Delete values; formats, notes and validations stay. A whole column is one edit, too."""
        held = max(0, min(area.rows, self._sheet(area.sheet_id).grid.held_rows - area.row))
        contents = [
            [cleared(c) for c in row]
            for row in self._contents(Area(area.sheet_id, area.row, area.column, held, area.columns))
        ]
        self._write(session, area, contents, "clear", confirmed=confirmed, tells_value=True)

    def _typed(self, former: Content, text: str) -> Content:
        try:
            return self._document.typed(former, text)
        except LimitError as error:
            raise Refused(str(error)) from None


def _repeats(selected: int, size: int) -> int:
    """Return how many rows or columns are pasted: a multiple of the copied ones, or those once.

    >>> _repeats(6, 2), _repeats(5, 2), _repeats(1, 3)
    (6, 2, 3)
    """
    return selected if selected % size == 0 else size


def _moved(content: Content, rows: int, columns: int, *, keep: bool) -> Content:
    """Return a copied cell at its new place; its relative references move along unless it was cut."""
    if keep or not isinstance(content, Cell) or content.formula is None:
        return content
    return Cell(
        None, shifted(content.formula, rows, columns), content.note, content.format, content.validation
    )


def _step(contents: Sequence[Content]) -> float | None:
    """Return by how much numbers rise from one to the next, None where they are no such series."""
    values = [value_of(content) for content in contents]
    if len(values) < 2 or any(isinstance(v, bool) or not isinstance(v, int | float) for v in values):
        return None
    numbers = [v for v in values if isinstance(v, int | float)]
    steps = {b - a for a, b in itertools.pairwise(numbers)}
    return steps.pop() if len(steps) == 1 else None
