"""Sorting, inserting, deleting and resizing of rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sheets_standin.page.actions.acting import Acting
from sheets_standin.page.charts import Former
from sheets_standin.page.guard import Area, Refused
from sheets_standin.runtime.sessions import Session
from sheets_standin.spreadsheet import structure
from sheets_standin.spreadsheet.document import LimitError, Sheet
from sheets_standin.spreadsheet.structure import COLUMNS, ROWS

_OPPOSITE = {
    "INSERT_ROW": "REMOVE_ROW",
    "REMOVE_ROW": "INSERT_ROW",
    "INSERT_COLUMN": "REMOVE_COLUMN",
    "REMOVE_COLUMN": "INSERT_COLUMN",
}


class DimensionActs(Acting):
    """The acts on rows and columns; each raises one change event."""

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
        self._tell_changed(session, "OTHER")

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
        self._tell_changed(session, change_type)
