"""The script project as its users meet it in one spreadsheet: menu, triggers, sidebar calls."""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sheets_standin.google.tokens import AUDIENCE, TokenIssuer
from sheets_standin.runtime.authorization import Consents
from sheets_standin.runtime.background import Background
from sheets_standin.runtime.calls import NOT_AUTHORIZED, illegal, refused
from sheets_standin.runtime.child import Outcome
from sheets_standin.runtime.consent import ask_consent
from sheets_standin.runtime.events import (
    arguments_of_change,
    arguments_of_clock,
    arguments_of_edit,
    arguments_of_opening,
)
from sheets_standin.runtime.project import Project
from sheets_standin.runtime.runner import Arguments, Limits, Runner
from sheets_standin.runtime.script import Record, Run, Script
from sheets_standin.runtime.sessions import PageClosed, Selection, Session
from sheets_standin.runtime.stores import Stores
from sheets_standin.runtime.triggers import Trigger, Triggers
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Role, Workspace

NAME = "Audience Targeting Engine"
MOST_CALLS = 10
CLOSING_SECONDS = 5.0

_FUNCTION = re.compile(
    r"\bfunction\s*\*?\s*([A-Za-z_$][\w$]*)\s*\(|^var\s+([A-Za-z_$][\w$]*)\s*=", re.MULTILINE
)
"""What may be a global function; the run itself finds out."""


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

    @property
    def selection(self) -> Selection:
        """The rectangle."""
        return Selection(self.sheet_id, self.row, self.column, self.rows, self.columns)


class AddOn:
    """A project as a script that is bound to one spreadsheet.

    Its methods may be called by any thread. All but `called` and `run_now` return at once: scripts run in the
    background and speak through the feeds of the sessions.

    Parameters
    ----------
    project
        The script project's files.
    hosts
        Where a URL really leads, by its beginning: {"https://service.example/": "http://127.0.0.1:8080/"}.
    issuer_url, audience
        Who identity tokens say they are from, and for whom.
    opening
        The mode in which onOpen runs: LIMITED; NONE for an add-on that is installed but not enabled here.
    sleep
        What Utilities.sleep does; takes seconds.
    """

    def __init__(
        self,
        workspace: Workspace,
        document: Document,
        issuer: TokenIssuer,
        *,
        project: Project,
        hosts: Mapping[str, str],
        issuer_url: str,
        audience: str = AUDIENCE,
        opening: str = "LIMITED",
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        now = workspace.clock.now
        self.script = Script(
            workspace,
            document,
            issuer,
            project,
            hosts,
            issuer_url,
            audience,
            NAME,
            secrets.token_urlsafe(42),
            Stores(now),
            Consents(),
            Triggers(document.spreadsheet_id, now),
            sleep,
        )
        self._opening = opening
        texts = [text for _, text in self.script.project.scripts]
        self._functions = {match[1] or match[2] for text in texts for match in _FUNCTION.finditer(text)}
        self._runner = Runner(self.script, limits or Limits())
        self._background = Background()
        self._calls: defaultdict[str, threading.Semaphore] = defaultdict(
            lambda: threading.Semaphore(MOST_CALLS)
        )
        self._background.start(self._runner.warm)

    @property
    def records(self) -> list[Record]:
        """What was run, the newest last: what Google shows under Executions."""
        return list(self._runner.records)

    def callable_functions(self) -> list[str]:
        """Return the names that google.script.run has."""
        return sorted(name for name in self._functions if not name.endswith("_"))

    def authorize(self, email: str) -> None:
        """Have an account consent to all that the project asks for."""
        self.script.consents.give(email, self.script.project.scopes)

    def revoke(self, email: str) -> None:
        """Have an account take its consent back: its triggers stop."""
        self.script.consents.revoke(email)

    def opened(self, session: Session) -> None:
        """Somebody opened the spreadsheet: onOpen runs, and the menu comes through the feed.

        Who can only look at the spreadsheet gets no menu: simple triggers do not run for viewers.
        """
        if not self._may_edit(session.email):
            return
        if "onOpen" in self._functions:
            run = Run("onOpen", session.email, session.email, self._opening, "simple", session)
            self._background.start(lambda: self._runner.run(run, arguments_of_opening))
        for trigger in self.script.triggers.firing("ON_OPEN"):
            self._fire(trigger, session, arguments_of_opening)

    def left(self, session: Session) -> None:
        """A page is closed: scripts that wait for its answers are stopped."""
        session.close()
        self._calls.pop(session.id, None)

    def chosen(self, session: Session, function: str) -> None:
        """Somebody chose a menu item.

        An account that has not consented to everything is asked. What it gives ends the matter: Google does not carry
        the choice over the consent, and the item is to be chosen again.
        """
        self._background.start(lambda: self._chosen(session, function))

    def called(self, session: Session, frame: str, function: str, arguments: list[Any]) -> dict[str, Any]:
        """Run a function for google.script.run, in the caller's thread.

        Parameters
        ----------
        frame
            The sidebar or dialog that calls, as its event named it.
        arguments
            As JSON; a Date, a function or a DOM element, which Google refuses, comes as {"$illegal": "Date"}.

        Returns
        -------
        dict
            {"ok": True, "value": …} or {"ok": False, "error": {"name": …, "message": …}}.
        """
        if function not in self._functions or function.endswith("_"):
            return refused("TypeError", f"google.script.run.{function} is not a function")
        for place, value in enumerate(arguments):
            if (wrong := illegal(value, str(place))) is not None:
                return refused("Error", f"Failed due to illegal value in property: {wrong}")
        if not self.script.consents.is_settled(session.email, self.script.project.scopes):
            return refused("ScriptError", NOT_AUTHORIZED)
        run = Run(function, session.email, session.email, "FULL", "call", session, frame=frame)
        with self._calls[session.id]:
            outcome = self._runner.run(run, lambda _: arguments, plain=True)
        if outcome.error is not None:
            return refused(outcome.error["name"], outcome.error["message"])
        return {"ok": True, "value": outcome.value}

    def edited(self, session: Session, edit: Edit) -> None:
        """A person changed cells: the edit triggers of everybody fire, and the change triggers."""
        arguments = arguments_of_edit(edit.selection, edit.value, edit.old_value)
        if "onEdit" in self._functions:
            run = Run("onEdit", session.email, session.email, "LIMITED", "simple", session, edit.selection)
            self._background.queue("onEdit", lambda: self._runner.run(run, arguments))
        for trigger in self.script.triggers.firing("ON_EDIT"):
            self._fire(trigger, session, arguments, edit.selection)
        self._changed(session, "EDIT", edit.selection)

    def changed(self, session: Session, change_type: str) -> None:
        """A person changed the spreadsheet's structure (INSERT_ROW, REMOVE_ROW…): the change triggers fire."""
        self._changed(session, change_type, None)

    def subscribe(self, listener: Callable[[int], None]) -> None:
        """Call `listener` with the number of running menu items and triggers whenever it changes."""
        self._background.listeners.append(listener)

    def tick(self) -> int:
        """Start the time-driven triggers that are due; return how many were."""
        due = self.script.triggers.due()
        for trigger in due:
            self._fire(trigger, None, arguments_of_clock)
        return len(due)

    def run_now(self, handler: str) -> None:
        """Run the time-driven triggers of a handler now, due or not, and wait for them."""
        for trigger in self.script.triggers.firing("CLOCK"):
            if trigger.handler == handler:
                self._run_trigger(trigger, None, arguments_of_clock, None)

    def settle(self, timeout_seconds: float = 30.0) -> bool:
        """Wait until no script runs and no event waits; return whether that came to be."""
        return self._background.settle(timeout_seconds)

    def close(self) -> None:
        """Stop all scripts."""
        self._background.close()
        self._runner.close()
        self.settle(CLOSING_SECONDS)

    def _chosen(self, session: Session, function: str) -> None:
        try:
            if not self._has_consented(session.email):
                is_given = ask_consent(session, self.script)
                if is_given or not self.script.consents.of(session.email):
                    return
        except PageClosed:
            return
        run = Run(function, session.email, session.email, "FULL", "menu", session)
        outcome = self._runner.run(run, lambda _: [])
        if outcome.error is not None and not self._background.is_closed:
            session.feed.add("failed", text=f"{outcome.error['name']}: {outcome.error['message']}")

    def _has_consented(self, email: str) -> bool:
        return set(self.script.project.scopes) <= self.script.consents.of(email)

    def _changed(self, session: Session, change_type: str, selection: Selection | None) -> None:
        for trigger in self.script.triggers.firing("ON_CHANGE"):
            self._fire(trigger, session, arguments_of_change(change_type), selection)

    def _may_edit(self, email: str) -> bool:
        role = self.script.workspace.role_of(self.script.document.spreadsheet_id, email)
        return role is not None and role >= Role.EDITOR

    def _fire(
        self,
        trigger: Trigger,
        session: Session | None,
        arguments: Callable[..., Arguments] | Any,
        selection: Selection | None = None,
    ) -> None:
        self._background.queue(trigger.uid, lambda: self._run_trigger(trigger, session, arguments, selection))

    def _run_trigger(
        self, trigger: Trigger, session: Session | None, arguments: Any, selection: Selection | None
    ) -> Outcome | None:
        script, creator = self.script, trigger.creator
        if script.workspace.role_of(
            script.document.spreadsheet_id, creator
        ) is None or not script.consents.of(creator):
            trigger.is_dead = True
        if trigger.is_dead or not script.consents.is_settled(creator, script.project.scopes):
            return None  # a scope that was withheld keeps nothing else from running
        kind = "time" if trigger.event == "CLOCK" else "trigger"
        active = session.email if session else ""
        run = Run(trigger.handler, creator, active, "FULL", kind, session, selection, trigger.uid)
        return self._runner.run(run, arguments)
