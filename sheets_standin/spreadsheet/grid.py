"""The cells of one tab. Rows are replaced, never changed in place, so that a rollback is a list of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from sheets_standin.spreadsheet.cells import Cell, Content

Row = tuple[Content, ...]


class Grid:
    """Cells by row and column, from 0.

    Rows below the last filled one, and cells right of a row's last filled one, are not held. A million rows
    of plain values need little more than their values.

    Attributes
    ----------
    version
        Rises with each write, so that what was computed of the cells is known to hold still.
    """

    def __init__(self, row_count: int = 1000, column_count: int = 26, rows: list[Row] | None = None) -> None:
        self.row_count = row_count
        self.column_count = column_count
        self._rows: list[Row] = rows if rows is not None else []
        self._is_shared = False
        self.formulas: set[int] = set()
        self.version = 0

    def fork(self) -> Grid:
        """Return a copy that costs nothing until one of the two is written to."""
        twin = Grid(self.row_count, self.column_count, self._rows)
        twin.formulas = set(self.formulas)
        twin.version = self.version
        self._is_shared = twin._is_shared = True
        return twin

    def row(self, number: int) -> Row:
        """Return the cells of a row, as far as they are filled."""
        return self._rows[number] if number < len(self._rows) else ()

    def rows(self, first: int, last: int) -> Sequence[Row]:
        """Return the rows from `first` to before `last` that are held."""
        return self._rows[first:last]

    def cell(self, row: int, column: int) -> Content:
        """Return one cell."""
        cells = self.row(row)
        return cells[column] if column < len(cells) else None

    @property
    def held_rows(self) -> int:
        """Rows down to the last one that was ever filled."""
        return len(self._rows)

    def put(self, row: int, column: int, contents: Sequence[Content]) -> None:
        """Replace cells of one row."""
        self._own()
        while len(self._rows) <= row:
            self._rows.append(())
        cells = list(self._rows[row])
        cells += [None] * (column + len(contents) - len(cells))
        cells[column : column + len(contents)] = contents
        self._set(row, cells)

    def change(
        self, first_row: int, last_row: int, first: int, last: int, to: Callable[[Content], Content]
    ) -> None:
        """Replace each cell of a rectangle by what `to` makes of it."""
        for row in range(first_row, last_row):
            cells = self.row(row)
            block = [cells[c] if c < len(cells) else None for c in range(first, last)]
            changed = [to(cell) for cell in block]
            if changed != block:
                self.put(row, first, changed)

    def extend(self, rows: Iterable[Row]) -> None:
        """Add rows of plain values below the last one."""
        self._own()
        self._rows.extend(rows)
        self.row_count = max(self.row_count, len(self._rows))

    def insert_rows(self, before: int, count: int, like: Row = ()) -> None:
        """Insert rows, formatted as the cells of `like`."""
        self._own()
        new = tuple(Cell(format=c.format) if isinstance(c, Cell) and c.format else None for c in like)
        while len(self._rows) < before:
            self._rows.append(())
        self._rows[before:before] = [_trimmed(new)] * count
        self.row_count += count
        self._find_formulas()

    def delete_rows(self, first: int, last: int) -> None:
        """Delete rows."""
        self._own()
        del self._rows[first:last]
        self.row_count -= last - first
        self._find_formulas()

    def insert_columns(self, before: int, count: int, like: int | None = None) -> None:
        """Insert columns, formatted as the cells of the column `like`."""
        self._own()
        gap: Row = (None,) * count

        def widened(row: Row) -> Row:
            beside = row[like] if like is not None and like < len(row) else None
            if isinstance(beside, Cell) and beside.format:
                padded = row + (None,) * (before - len(row))
                return padded[:before] + (Cell(format=beside.format),) * count + padded[before:]
            return row[:before] + gap + row[before:] if len(row) > before else row

        self._rows = [widened(row) for row in self._rows]
        self.column_count += count

    def move_rows(self, first: int, last: int, target: int) -> None:
        """Move rows so that the first of them comes to be at `target`."""
        self._own()
        self._rows += [()] * (max(last, target + last - first) - len(self._rows))
        moved = self._rows[first:last]
        del self._rows[first:last]
        self._rows[target:target] = moved
        self._drop_empty_end()
        self._find_formulas()

    def move_columns(self, first: int, last: int, target: int) -> None:
        """Move columns so that the first of them comes to be at `target`."""
        self._own()
        width = max(last, target + last - first)

        def moved(row: Row) -> Row:
            if len(row) <= min(first, target):
                return row
            wide = row + (None,) * (width - len(row))
            rest = wide[:first] + wide[last:]
            return _trimmed(rest[:target] + wide[first:last] + rest[target:])

        self._rows = [moved(row) for row in self._rows]

    def delete_columns(self, first: int, last: int) -> None:
        """Delete columns."""
        self._own()
        self._rows = [_trimmed(r[:first] + r[last:]) for r in self._rows]
        self.column_count -= last - first
        self._find_formulas()

    def resize(self, row_count: int, column_count: int) -> None:
        """Make the grid larger or smaller; what falls out is gone."""
        self._own()
        del self._rows[row_count:]
        if column_count < self.column_count:
            self._rows = [_trimmed(r[:column_count]) for r in self._rows]
        self.row_count, self.column_count = row_count, column_count
        self._find_formulas()

    def reorder(self, first: int, order: Sequence[int], first_column: int, last_column: int) -> None:
        """Put rows into another order, within some columns; `order` are the rows that come, from `first` on."""
        blocks = [tuple(self.cell(row, c) for c in range(first_column, last_column)) for row in order]
        for offset, block in enumerate(blocks):
            self.put(first + offset, first_column, block)

    def formula_cells(self) -> Iterator[tuple[int, int, Cell]]:
        """Yield row, column and cell of each formula."""
        for row in sorted(self.formulas):
            for column, content in enumerate(self.row(row)):
                if isinstance(content, Cell) and content.formula is not None:
                    yield row, column, content

    def _set(self, row: int, cells: Sequence[Content]) -> None:
        self._rows[row] = _trimmed(tuple(cells))
        if any(isinstance(c, Cell) and c.formula is not None for c in cells):
            self.formulas.add(row)
        else:
            self.formulas.discard(row)

    def _drop_empty_end(self) -> None:
        while self._rows and not self._rows[-1]:
            self._rows.pop()

    def _find_formulas(self) -> None:
        if self.formulas:
            self.formulas = {
                i
                for i, row in enumerate(self._rows)
                if any(isinstance(c, Cell) and c.formula is not None for c in row)
            }

    def _own(self) -> None:
        self.version += 1
        if self._is_shared:
            self._rows = list(self._rows)
            self._is_shared = False


def _trimmed(row: Row) -> Row:
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]
