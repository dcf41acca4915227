"""Steps of a person's act: check that it is allowed, write one journal entry, notify the add-on, keep it for undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from sheets_standin.page.guard import Area, Guard, Refused
from sheets_standin.page.history import History, Step
from sheets_standin.page.retyping import input_text
from sheets_standin.runtime.addon import Edit
from sheets_standin.runtime.sessions import Session
from sheets_standin.spreadsheet.cells import Content, full, lean
from sheets_standin.spreadsheet.document import Document, LimitError, Sheet
from sheets_standin.workspace import Workspace


class Triggers(Protocol):
    """Receiver of people's edits: the add-on."""

    def edited(self, session: Session, edit: Edit) -> None:
        """Cells were changed."""

    def changed(self, session: Session, change_type: str) -> None:
        """The structure was changed."""


class Acting:
    """Runs the acts of people on one spreadsheet, notifies the add-on, and undoes."""

    def __init__(self, workspace: Workspace, document: Document, triggers: Triggers) -> None:
        self._workspace = workspace
        self._document = document
        self._triggers = triggers
        self._guard = Guard(workspace, document)
        self._history = History(document)

    def undo(self, session: Session) -> None:
        """Take one's own last act back."""
        self._step(session, undone=False)

    def redo(self, session: Session) -> None:
        """Redo the act that was undone last."""
        self._step(session, undone=True)

    def _sheet(self, sheet_id: int) -> Sheet:
        try:
            return self._document.sheet_by_id(sheet_id)
        except KeyError:
            raise Refused("This tab has been deleted.") from None

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
            self._guard.values(area.row, area.column, contents)
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
        """Restore the former contents of cells that nobody has changed since."""
        sheet = self._sheet(area.sheet_id)
        rows: list[list[Content]] = []
        for i, line in enumerate(former):
            rows.append([])
            for j, content in enumerate(line):
                now = sheet.grid.cell(area.row + i, area.column + j)
                ours = written[i][j] if j < len(written[i]) else now
                rows[-1].append(_restored(now, content) if _same(now, ours) else now)
        self._document.put(sheet, area.row, area.column, rows, "undo")

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
            self._tell_changed(session, step.change_type)

    def _tell_changed(self, session: Session, change_type: str) -> None:
        self._triggers.changed(session, change_type)


def _grow(sheet: Sheet, rows: int, columns: int) -> None:
    """Make room for what is pasted beyond the grid's edge, as Sheets does."""
    if rows > sheet.grid.row_count or columns > sheet.grid.column_count:
        sheet.grid.resize(max(rows, sheet.grid.row_count), max(columns, sheet.grid.column_count))


def _same(one: Content, other: Content) -> bool:
    first, second = full(one), full(other)
    if first.formula is not None or second.formula is not None:
        return first.formula == second.formula
    return first.value == second.value


def _restored(now: Content, former: Content) -> Content:
    here, there = full(now), full(former)
    return lean(replace(there, note=here.note, inferred=None))
