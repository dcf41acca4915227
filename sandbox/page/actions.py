"""What a person does in the spreadsheet page. Nothing else raises the add-on's edit and change events.

That writes by the API and by scripts fire no triggers is therefore no rule that code has to remember: they
have no way to. Every act obeys roles and protections, is one entry of the journal, and can be taken back.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from sandbox.page.charts import Former, placed
from sandbox.page.guard import Area, AskFirst, Guard, Refused, refusals
from sandbox.page.history import History, Step
from sandbox.page.view import input_text
from sandbox.runtime.addon import Edit
from sandbox.runtime.sessions import Session
from sandbox.spreadsheet import structure
from sandbox.spreadsheet.cells import Cell, Content, full, lean, value_of, with_value
from sandbox.spreadsheet.document import Document, LimitError, Sheet, cleared
from sandbox.spreadsheet.formulas import shifted
from sandbox.spreadsheet.grid import Grid
from sandbox.spreadsheet.structure import COLUMNS, ROWS
from sandbox.workspace import Workspace

MOST_CELLS_PASTED = 2_000_000

__all__ = ["Actions", "Area", "AskFirst", "Refused"]


class Triggers(Protocol):
    """Who is told of people's edits: the add-on."""

    def edited(self, session: Session, edit: Edit) -> None:
        """Cells were changed."""

    def changed(self, session: Session, change_type: str) -> None:
        """The structure was changed."""


class Actions:
    """The acts of people in one spreadsheet."""

    def __init__(self, workspace: Workspace, document: Document, triggers: Triggers) -> None:
        self._workspace = workspace
        self._document = document
        self._triggers = triggers
        self._guard = Guard(workspace, document)
        self._history = History(document)

    # --- cells ---

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

    def undo(self, session: Session) -> None:
        """Take one's own last act back."""
        self._step(session, undone=False)

    def redo(self, session: Session) -> None:
        """Do again what was just taken back."""
        self._step(session, undone=True)

    # --- rows, columns ---

    def sort(
        self, session: Session, area: Area, column: int, *, descending: bool, confirmed: bool = False
    ) -> None:
        """Sort the rows of an area by one of its columns; the rows move as they are."""
        sheet = self._sheet(area.sheet_id)
        columns = (area.column, area.column + area.columns)
        order: list[int] = []
        with self._workspace.lock:
            self._guard.cells(session.email, area, confirmed=confirmed)
            with self._document.changing(session.email, "sort"):
                last = area.row + area.rows
                order = self._document.sort(sheet, area.row, last, columns, [(column, descending)])
            inverse = [0] * len(order)
            for position, row in enumerate(order):
                inverse[row - area.row] = area.row + position
            self._remember(
                session,
                sheet,
                lambda: self._reorder(area, inverse),
                lambda: self._reorder(area, order),
            )
        self._triggers.changed(session, "OTHER")

    def insert_rows(self, session: Session, sheet_id: int, before: int, count: int) -> None:
        """Insert rows; they look like the row above, or the row below where that is the header."""
        self._insert(session, self._sheet(sheet_id), ROWS, before, count)

    def insert_columns(self, session: Session, sheet_id: int, before: int, count: int) -> None:
        """Insert columns; those to the right keep their widths."""
        self._insert(session, self._sheet(sheet_id), COLUMNS, before, count)

    def delete_rows(
        self, session: Session, sheet_id: int, first: int, count: int, *, confirmed: bool = False
    ) -> None:
        """Delete rows; the last one that is not frozen stays."""
        sheet = self._sheet(sheet_id)
        if sheet.grid.row_count - count < sheet.frozen_rows + 1:
            raise Refused("Sorry, it is not possible to delete all non-frozen rows.")
        area = Area(sheet_id, first, 0, count, sheet.grid.column_count)
        self._delete(session, area, ROWS, first, count, confirmed=confirmed)

    def delete_columns(
        self, session: Session, sheet_id: int, first: int, count: int, *, confirmed: bool = False
    ) -> None:
        """Delete columns; the last one that is not frozen stays."""
        sheet = self._sheet(sheet_id)
        if sheet.grid.column_count - count < sheet.frozen_columns + 1:
            raise Refused("Sorry, it is not possible to delete all non-frozen columns.")
        area = Area(sheet_id, 0, first, max(1, sheet.grid.held_rows), count)
        self._delete(session, area, COLUMNS, first, count, confirmed=confirmed)

    def _insert(self, session: Session, sheet: Sheet, dimension: str, before: int, count: int) -> None:
        where = f"{sheet.title} {dimension} {before}:{before + count}"
        frozen = sheet.frozen_rows if dimension == ROWS else sheet.frozen_columns

        def forth() -> None:
            here = self._sheet(sheet.sheet_id)
            structure.insert(self._document, here, dimension, before, count, like_before=before > frozen)
            self._document.noted("insertDimension", where)

        def back() -> None:
            structure.delete(self._document, self._sheet(sheet.sheet_id), dimension, before, before + count)
            self._document.noted("deleteDimension", where)

        self._structure(session, sheet, forth, back, f"INSERT_{dimension[:-1]}")

    def _delete(
        self, session: Session, area: Area, dimension: str, first: int, count: int, *, confirmed: bool
    ) -> None:
        sheet = self._sheet(area.sheet_id)
        self._guard.cells(session.email, area, confirmed=confirmed)
        held = self._contents(area)
        spans = sheet.rows if dimension == ROWS else sheet.columns
        sizes = {at: dict(spans[at]) for at in range(first, first + count) if at in spans}
        where = f"{sheet.title} {dimension} {first}:{first + count}"
        former = Former(self._document)

        def forth() -> None:
            structure.delete(self._document, self._sheet(area.sheet_id), dimension, first, first + count)
            former.settle()
            self._document.noted("deleteDimension", where)

        def back() -> None:
            here = self._sheet(area.sheet_id)
            with former.restored():
                structure.insert(self._document, here, dimension, first, count)
            (here.rows if dimension == ROWS else here.columns).update(sizes)
            for offset, contents in enumerate(held):
                if any(content is not None for content in contents):
                    here.grid.put(area.row + offset, area.column, contents)
            self._document.noted("insertDimension", where)

        self._structure(session, sheet, forth, back, f"REMOVE_{dimension[:-1]}")

    def resize_column(self, session: Session, sheet_id: int, column: int, pixels: int) -> None:
        """Make a column wider or narrower."""
        with self._workspace.lock:
            self._guard.editor(session.email)
            with self._document.changing(session.email, "resize"):
                self._sheet(sheet_id).columns.setdefault(column, {})["pixelSize"] = max(20, min(2000, pixels))
                self._document.noted("updateDimensionProperties", self._sheet(sheet_id).title)

    # --- charts ---

    def move_chart(self, session: Session, sheet_id: int, chart_id: int, place: Mapping[str, int]) -> None:
        """Move a chart over its tab, or make it larger or smaller.

        Parameters
        ----------
        place
            Its anchor's row and column, how far from there it lies (x, y), width and height in pixels.
        """
        former = self._chart(sheet_id, chart_id)
        moved = placed(former, sheet_id, place)
        self._change_chart(session, sheet_id, former, moved, "updateEmbeddedObjectPosition")

    def delete_chart(self, session: Session, sheet_id: int, chart_id: int) -> None:
        """Delete a chart."""
        self._change_chart(session, sheet_id, self._chart(sheet_id, chart_id), None, "deleteEmbeddedObject")

    def _chart(self, sheet_id: int, chart_id: int) -> dict[str, Any]:
        try:
            return self._sheet(sheet_id).charts[chart_id]
        except KeyError:
            raise Refused("This chart has been deleted.") from None

    def _change_chart(
        self, session: Session, sheet_id: int, former: dict[str, Any], chart: dict[str, Any] | None, call: str
    ) -> None:
        self._guard.objects(session.email, self._sheet(sheet_id))

        def put(now: dict[str, Any] | None) -> None:
            sheet, identity = self._sheet(sheet_id), former["chartId"]
            if now is None:
                sheet.charts.pop(identity, None)
            else:
                sheet.charts[identity] = now
            self._document.noted(call, f"{sheet.title} {identity}")

        self._structure(session, self._sheet(sheet_id), lambda: put(chart), lambda: put(former), "OTHER")

    # --- tabs ---

    def add_tab(self, session: Session, title: str = "") -> int:
        """Add an empty tab at the end; return its id."""
        titles = {sheet.title for sheet in self._document.sheets}
        free = next(f"Sheet{n}" for n in range(1, len(titles) + 2) if f"Sheet{n}" not in titles)
        with self._workspace.lock:
            self._guard.editor(session.email)
            self._free_title(title or free)
            with self._document.changing(session.email, "addSheet"):
                sheet = Sheet(self._document.new_sheet_id(), title or free, Grid())
                self._document.sheets.append(sheet)
                self._document.noted("addSheet", sheet.title)
        self._triggers.changed(session, "INSERT_GRID")
        return sheet.sheet_id

    def rename_tab(self, session: Session, sheet_id: int, title: str) -> None:
        """Give a tab another name."""
        with self._workspace.lock:
            sheet = self._sheet(sheet_id)
            self._guard.tab(session.email, sheet)
            if title == sheet.title:
                return
            self._free_title(title)
            with self._document.changing(session.email, "renameSheet"):
                structure.retitle(self._document, sheet, title)
                self._document.noted("updateSheetProperties", title)
        self._triggers.changed(session, "OTHER")

    def delete_tab(self, session: Session, sheet_id: int) -> None:
        """Delete a tab with what stands on it."""
        with self._workspace.lock:
            sheet = self._sheet(sheet_id)
            self._guard.tab(session.email, sheet)
            if sum(not each.hidden for each in self._document.sheets) - (not sheet.hidden) < 1:
                raise Refused("You can't remove all the visible sheets in a document.")
            document = self._document
            with document.changing(session.email, "deleteSheet"):
                structure.delete_sheet(document, sheet)
                document.noted("deleteSheet", sheet.title)
        self._triggers.changed(session, "REMOVE_GRID")

    def hide_tab(self, session: Session, sheet_id: int, *, hidden: bool) -> None:
        """Hide a tab, or show a hidden one to everybody."""
        with self._workspace.lock:
            sheet = self._sheet(sheet_id)
            self._guard.editor(session.email)
            if hidden and sum(not each.hidden for each in self._document.sheets) == 1:
                raise Refused("You can't hide all the sheets in a document.")
            with self._document.changing(session.email, "hideSheet"):
                sheet.hidden = hidden
                self._document.noted("updateSheetProperties", sheet.title)
        self._triggers.changed(session, "OTHER")

    def loaded(self, session: Session, load: Callable[[], int]) -> int:
        """Have a file replace `Training_Data`, as File › Import does; return its rows."""
        with self._workspace.lock:
            self._guard.editor(session.email)
            rows = load()
        self._triggers.changed(session, "INSERT_GRID")
        return rows

    # --- how it is done ---

    def _sheet(self, sheet_id: int) -> Sheet:
        try:
            return self._document.sheet_by_id(sheet_id)
        except KeyError:
            raise Refused("This tab has been deleted.") from None

    def _free_title(self, title: str) -> None:
        if not title.strip() or len(title) > 100:
            raise Refused("A tab's name has 1 to 100 characters.")
        if any(sheet.title.casefold() == title.casefold() for sheet in self._document.sheets):
            raise Refused(f'A sheet with the name "{title}" already exists. Please enter another name.')

    def _typed(self, former: Content, text: str) -> Content:
        try:
            return self._document.typed(former, text)
        except LimitError as error:
            raise Refused(str(error)) from None

    def _contents(self, area: Area) -> list[list[Content]]:
        grid = self._sheet(area.sheet_id).grid
        return [
            [grid.cell(row, column) for column in range(area.column, area.column + area.columns)]
            for row in range(area.row, area.row + area.rows)
        ]

    def _write(
        self,
        session: Session,
        area: Area,
        contents: Sequence[Sequence[Content]],
        call: str,
        *,
        confirmed: bool,
        tells_value: bool = False,
    ) -> None:
        with self._workspace.lock:
            sheet = self._sheet(area.sheet_id)
            self._guard.cells(session.email, area, confirmed=confirmed)
            refusals(area.row, area.column, contents)
            before = self._contents(Area(area.sheet_id, area.row, area.column, len(contents), area.columns))
            try:
                with self._document.changing(session.email, call):
                    _grow(sheet, area.row + len(contents), area.column + area.columns)
                    self._document.put(sheet, area.row, area.column, contents, call)
            except LimitError as error:
                raise Refused(str(error)) from None
            self._remember(
                session,
                sheet,
                lambda: self._put_back(area, contents, before),
                lambda: self._put_back(area, before, contents),
                area,
            )
        self._raise_edit(session, area, before, contents if tells_value else None)

    def _raise_edit(
        self,
        session: Session,
        area: Area,
        before: Sequence[Sequence[Content]],
        after: Sequence[Sequence[Content]] | None,
    ) -> None:
        single = after is not None and area.rows == area.columns == 1 and bool(before)
        old = input_text(before[0][0]) if single else ""
        new = input_text(after[0][0]) if single and after else ""
        self._triggers.edited(
            session,
            Edit(area.sheet_id, area.row, area.column, area.rows, area.columns, new or None, old or None),
        )

    def _put_back(
        self, area: Area, written: Sequence[Sequence[Content]], former: Sequence[Sequence[Content]]
    ) -> None:
        """Put former contents back where still stands what was written; what others changed since stays."""
        sheet = self._sheet(area.sheet_id)
        rows: list[list[Content]] = []
        for i, line in enumerate(former):
            rows.append([])
            for j, content in enumerate(line):
                now = sheet.grid.cell(area.row + i, area.column + j)
                ours = written[i][j] if j < len(written[i]) else now
                rows[-1].append(_restored(now, content) if _same(now, ours) else now)
        self._document.put(sheet, area.row, area.column, rows, "undo")

    def _reorder(self, area: Area, order: Sequence[int]) -> None:
        sheet = self._sheet(area.sheet_id)
        sheet.grid.reorder(area.row, order, area.column, area.column + area.columns)
        self._document.noted("sortRange", sheet.title)

    def _structure(
        self,
        session: Session,
        sheet: Sheet,
        forth: Callable[[], None],
        back: Callable[[], None],
        change_type: str,
    ) -> None:
        with self._workspace.lock:
            self._guard.editor(session.email)
            try:
                with self._document.changing(session.email, change_type):
                    forth()
            except LimitError as error:
                raise Refused(str(error)) from None
            self._remember(session, sheet, back, forth, change_type=_OPPOSITE.get(change_type, change_type))
        self._triggers.changed(session, change_type)

    def _remember(
        self,
        session: Session,
        sheet: Sheet,
        back: Callable[[], None],
        forth: Callable[[], None],
        area: Area | None = None,
        change_type: str = "OTHER",
    ) -> None:
        number = len(self._document.journal.entries)
        self._history.add(session.email, Step(sheet.title, back, forth, area, number, change_type))

    def _step(self, session: Session, *, undone: bool) -> None:
        with self._workspace.lock:
            self._guard.editor(session.email)
            step = self._history.last(session.email, undone=undone)
            with self._document.changing(session.email, "redo" if undone else "undo"):
                (step.forth if undone else step.back)()
            self._history.did(session.email, step, undone=not undone)
        if step.area is not None:
            self._raise_edit(session, step.area, (), None)
        else:
            self._triggers.changed(session, step.change_type)


_OPPOSITE = {
    "INSERT_ROW": "REMOVE_ROW",
    "REMOVE_ROW": "INSERT_ROW",
    "INSERT_COLUMN": "REMOVE_COLUMN",
    "REMOVE_COLUMN": "INSERT_COLUMN",
}


def _grow(sheet: Sheet, rows: int, columns: int) -> None:
    """Make room for what is pasted beyond the grid's edge, as Sheets does."""
    if rows > sheet.grid.row_count or columns > sheet.grid.column_count:
        sheet.grid.resize(max(rows, sheet.grid.row_count), max(columns, sheet.grid.column_count))


def _repeats(selected: int, size: int) -> int:
    """Return how many rows or columns are pasted: a multiple of what was copied, or that once.

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


def _same(one: Content, other: Content) -> bool:
    first, second = full(one), full(other)
    if first.formula is not None or second.formula is not None:
        return first.formula == second.formula
    return first.value == second.value


def _restored(now: Content, former: Content) -> Content:
    here, there = full(now), full(former)
    return lean(Cell(there.value, there.formula, here.note, there.format, there.validation))
