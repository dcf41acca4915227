"""Adding, renaming, hiding and deleting of tabs, and a file that takes the place of one."""

from __future__ import annotations

from collections.abc import Callable

from sheets_standin.page.actions.acting import Acting
from sheets_standin.page.guard import Refused
from sheets_standin.runtime.sessions import Session
from sheets_standin.spreadsheet import structure
from sheets_standin.spreadsheet.document import Sheet
from sheets_standin.spreadsheet.grid import Grid


class TabActs(Acting):
    """The acts on whole tabs; each raises one change event."""

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
        self._tell_changed(session, "INSERT_GRID")
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
        self._tell_changed(session, "OTHER")

    def delete_tab(self, session: Session, sheet_id: int) -> None:
        """Delete a tab with its contents."""
        with self._workspace.lock:
            sheet = self._sheet(sheet_id)
            self._guard.tab(session.email, sheet)
            if sum(not sheet.hidden for sheet in self._document.sheets) - (not sheet.hidden) < 1:
                raise Refused("You can't remove all the visible sheets in a document.")
            document = self._document
            with document.changing(session.email, "deleteSheet"):
                structure.delete_sheet(document, sheet)
                document.noted("deleteSheet", sheet.title)
        self._tell_changed(session, "REMOVE_GRID")

    def hide_tab(self, session: Session, sheet_id: int, *, hidden: bool) -> None:
        """Hide a tab, or show a hidden one to everybody."""
        with self._workspace.lock:
            sheet = self._sheet(sheet_id)
            self._guard.editor(session.email)
            if hidden and sum(not sheet.hidden for sheet in self._document.sheets) == 1:
                raise Refused("You can't hide all the sheets in a document.")
            with self._document.changing(session.email, "hideSheet"):
                sheet.hidden = hidden
                self._document.noted("updateSheetProperties", sheet.title)
        self._tell_changed(session, "OTHER")

    def loaded(self, session: Session, load: Callable[[], int]) -> int:
        """Have a file replace `Training_Data`, as File › Import does; return its rows."""
        with self._workspace.lock:
            self._guard.editor(session.email)
            rows = load()
        self._tell_changed(session, "INSERT_GRID")
        return rows

    def _free_title(self, title: str) -> None:
        if not title.strip() or len(title) > 100:
            raise Refused("A tab's name has 1 to 100 characters.")
        if any(sheet.title.casefold() == title.casefold() for sheet in self._document.sheets):
            raise Refused(f'A sheet with the name "{title}" already exists. Please enter another name.')
