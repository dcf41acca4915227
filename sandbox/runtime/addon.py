"""The script project as its users meet it in one spreadsheet: menu, triggers, sidebar calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.google.tokens import TokenIssuer
from sandbox.runtime.sessions import Session
from sandbox.spreadsheet.document import Document
from sandbox.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Edit:
    """One act of a person that changed cells: the rectangle from 0, and for a single cell its texts.

    Attributes
    ----------
    value, old_value
        What the cell holds now and held before, as text; None where it is empty or more than one cell changed.
    """

    sheet_id: int
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    value: str | None = None
    old_value: str | None = None


class AddOn:
    """The project in `project` as a script that is bound to one spreadsheet.

    Its methods may be called by any thread. All but `called` and `run_now` return at once: scripts run in the
    background and speak through the feeds of the sessions.

    Parameters
    ----------
    project
        Folder with appsscript.json, the .js and the .html files.
    hosts
        Where a URL really leads, by its beginning: {"https://service.example/": "http://127.0.0.1:8080/"}.
    service_account
        The address that the deploy step writes into config.js.
    issuer_url
        Who identity tokens say they are from.
    """

    def __init__(
        self,
        workspace: Workspace,
        document: Document,
        issuer: TokenIssuer,
        *,
        project: Path,
        hosts: Mapping[str, str],
        service_account: str,
        issuer_url: str,
    ) -> None:
        raise NotImplementedError

    def opened(self, session: Session) -> None:
        """Somebody opened the spreadsheet: onOpen runs, and the menu comes through the feed."""
        raise NotImplementedError

    def left(self, session: Session) -> None:
        """A page is closed: its questions are given up, it gets no more events."""
        raise NotImplementedError

    def chosen(self, session: Session, function: str) -> None:
        """Somebody chose a menu item; an account that has not consented yet is asked first."""
        raise NotImplementedError

    def called(self, session: Session, frame: str, function: str, arguments: list[Any]) -> dict[str, Any]:
        """Run a function for google.script.run, in the caller's thread.

        Parameters
        ----------
        frame
            The sidebar or dialog that calls, as its event named it.

        Returns
        -------
        dict
            {"ok": True, "value": …} or {"ok": False, "error": {"name": …, "message": …}}.
        """
        raise NotImplementedError

    def edited(self, session: Session, edit: Edit) -> None:
        """A person changed cells: the edit triggers of everybody fire."""
        raise NotImplementedError

    def changed(self, session: Session, change_type: str) -> None:
        """A person changed the spreadsheet's structure (INSERT_ROW, REMOVE_ROW…): the change triggers fire."""
        raise NotImplementedError

    def tick(self) -> int:
        """Start the time-driven triggers that are due; return how many were."""
        raise NotImplementedError

    def run_now(self, handler: str) -> None:
        """Run the time-driven triggers of a handler now, due or not, and wait for them."""
        raise NotImplementedError

    def settle(self, timeout_seconds: float = 30.0) -> bool:
        """Wait until no script runs and no event waits; return whether that came to be."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop all scripts."""
        raise NotImplementedError
