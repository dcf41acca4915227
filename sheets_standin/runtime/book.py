"""A spreadsheet as one run sees it, and what the run wrote but has not flushed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sheets_standin.runtime.script import Run, Script
from sheets_standin.runtime.wire import NotSupported, ScriptError
from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.errors import ApiError
from sheets_standin.spreadsheet.document import Document, LimitError, Sheet
from sheets_standin.workspace import Role

NO_ACCESS = "You do not have permission to access the requested document."
_PLACE = re.compile(r"^Invalid requests\[\d+\]\.\w+: ")

Write = Callable[[Caller], Any]


def tab_of(document: Document, sheet_id: int) -> Sheet:
    """Return a tab by its id; one that somebody has deleted meanwhile is an error of the script."""
    try:
        return document.sheet_by_id(sheet_id)
    except KeyError:
        raise ScriptError(f"Sheet {sheet_id} not found") from None


class Book:
    """A spreadsheet as one run sees it: its own writes wait until they are flushed."""

    def __init__(self, script: Script, run: Run, document: Document) -> None:
        self.document = document
        self._script = script
        self._run = run
        self._pending: list[Write] = []
        self._is_structural = False

    def later(self, write: Write, *, structural: bool = False) -> None:
        """Keep a write for the next flush; a structural one changes tabs, rows or columns."""
        self._pending.append(write)
        self._is_structural = self._is_structural or structural

    def read(self) -> Document:
        """Return the spreadsheet with all that this run has written."""
        self.flush()
        return self.document

    def shape(self) -> Document:
        """Return the spreadsheet, its tabs and their sizes being as this run has made them."""
        return self.read() if self._is_structural else self.document

    @property
    def caller(self) -> Caller:
        """The account at work; refused where it may not even look."""
        email = self._run.effective
        role = self._script.workspace.role_of(self.document.spreadsheet_id, email)
        if role is None:
            raise ScriptError(NO_ACCESS)
        return Caller(self.document, email, role)

    def flush(self) -> None:
        """Apply what waits, all together.

        Raises
        ------
        ScriptError
            If the account may not, or a limit would be passed.
        """
        if not self._pending:
            return
        pending, self._pending, self._is_structural = self._pending, [], False
        caller = self.caller
        if caller.role < Role.EDITOR:
            raise ScriptError("You do not have permission to perform that action.")
        try:
            with self.document.changing(caller.email, f"Apps Script: {self._run.function}"):
                for write in pending:
                    write(caller)
        except ApiError as error:
            raise script_error(error) from error
        except LimitError as error:
            raise ScriptError(str(error)) from error


def script_error(error: ApiError) -> ScriptError:
    """Return an API's refusal as scripts see it."""
    if error.code == 501:
        return NotSupported(error.message)
    return ScriptError(_PLACE.sub("", error.message))
