"""The open pages: whose they are, when each was last heard of, and the events that go to all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from sheets_standin.page.answers import PageError
from sheets_standin.runtime.sessions import Session
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Workspace

GONE_SECONDS = 60.0


class Visitors:
    """The sessions at one spreadsheet.

    Parameters
    ----------
    people
        Accounts to choose from, by their e-mail addresses; the first opens where none is named.
    left
        Is told of each session that ends.
    """

    def __init__(
        self, workspace: Workspace, document: Document, people: list[str], left: Callable[[Session], None]
    ) -> None:
        self._workspace = workspace
        self._document = document
        self._people = people
        self._left = left
        self._sessions: dict[str, Session] = {}
        self._seen: dict[str, float] = {}
        self._frames: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def open(self, email: str) -> Session:
        """Return a new session of somebody, as if the page had been opened."""
        session = Session(email, self._document)
        with self._lock:
            self._sessions[session.id] = session
            self._seen[session.id] = time.monotonic()
        self._tell_people()
        return session

    def admit(self, email: str) -> tuple[Session, str]:
        """Return a new session and the role of whom it belongs to.

        Raises
        ------
        PageError
            If the spreadsheet is not shared with them.
        """
        session = self.open(email or self._people[0])
        role = self._workspace.role_of(self._document.spreadsheet_id, session.email)
        if role is None:
            self.leave(session)
            raise PageError(
                403, f"{session.email} has no access to this spreadsheet. Ask its owner to share it."
            )
        return session, role.name.lower()

    def of(self, query: Mapping[str, Any]) -> Session:
        """Return the session that a request names.

        Raises
        ------
        PageError
            If there is no such session, or its person has lost access.
        """
        session = self._sessions.get(str(query.get("session", "")))
        if session is None:
            raise PageError(410, "This page is from before the stand-in was started again: load it anew.")
        self.heard(session)
        if self._workspace.role_of(self._document.spreadsheet_id, session.email) is None:
            raise PageError(403, "You no longer have access to this spreadsheet.")
        return session

    def heard(self, session: Session) -> None:
        """Note that a page has just been heard of."""
        self._seen[session.id] = time.monotonic()

    def leave(self, session: Session) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(session.id, None)
            self._seen.pop(session.id, None)
            for key in [key for key in self._frames if key[0] == session.id]:
                del self._frames[key]
        session.close()
        self._left(session)
        self._tell_people()

    def leave_all(self) -> None:
        """End every session."""
        for session in list(self._sessions.values()):
            self.leave(session)

    def leave_gone(self) -> None:
        """End the sessions whose pages have not been heard of for long."""
        now = time.monotonic()
        for identity, seen in list(self._seen.items()):
            session = self._sessions.get(identity)
            if session is not None and now - seen > GONE_SECONDS:
                self.leave(session)

    def tell(self, kind: str, **data: Any) -> None:
        """Add an event to every page's feed."""
        for session in list(self._sessions.values()):
            session.feed.add(kind, **data)

    def people(self) -> list[dict[str, Any]]:
        """Return who can be chosen, with their roles."""
        return [self._person(email) for email in self._people]

    def keep_frame(self, session: Session, frame: str, html: str) -> None:
        """Keep the HTML of a sidebar or dialog until its page asks for it."""
        self._frames[session.id, frame] = html

    def frame(self, session: Session, frame: str) -> str | None:
        """Return the HTML of a sidebar or dialog, None where it is closed."""
        return self._frames.get((session.id, frame))

    def _person(self, email: str) -> dict[str, Any]:
        role = self._workspace.role_of(self._document.spreadsheet_id, email)
        return {"email": email, "role": role.name.lower() if role else None}

    def _tell_people(self) -> None:
        here = [session.email for session in list(self._sessions.values())]
        self.tell("people", here=here, people=self.people())
