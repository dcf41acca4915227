"""One person's open page: what scripts send to it, what is selected on it, and what it answers."""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from sheets_standin.spreadsheet.document import Document

KEPT_EVENTS = 5000


class PageClosed(Exception):
    """The page that was to answer a script's question is gone."""


class Feed:
    """Events for one page, numbered from 1; any thread may add, any may wait."""

    def __init__(self) -> None:
        self._events: deque[dict[str, Any]] = deque(maxlen=KEPT_EVENTS)
        self._last = 0
        self._changed = threading.Condition()

    def add(self, kind: str, **data: Any) -> int:
        """Add an event and return its number."""
        with self._changed:
            self._last += 1
            self._events.append({"number": self._last, "kind": kind} | data)
            self._changed.notify_all()
            return self._last

    def since(self, number: int, timeout_seconds: float = 0.0) -> list[dict[str, Any]]:
        """Return the events after `number`, oldest first; wait for one as long as there is none.

        Parameters
        ----------
        timeout_seconds
            After that the answer is an empty list.
        """
        end = time.monotonic() + timeout_seconds
        with self._changed:
            while self._last <= number:
                left = end - time.monotonic()
                if left <= 0:
                    return []
                self._changed.wait(left)
            return [event for event in self._events if event["number"] > number]


@dataclass(frozen=True, slots=True)
class Selection:
    """What is selected on a page: the corner from 0, and how many rows and columns."""

    sheet_id: int
    row: int = 0
    column: int = 0
    rows: int = 1
    columns: int = 1


class Session:
    """One open page of one person at one spreadsheet.

    Attributes
    ----------
    selection
        The page replaces it whenever another tab or other cells are selected.
    """

    def __init__(self, email: str, document: Document) -> None:
        self.id = secrets.token_urlsafe(12)
        self.email = email
        self.document = document
        self.feed = Feed()
        shown = [sheet for sheet in document.sheets if not sheet.hidden]
        self.selection = Selection((shown or document.sheets)[0].sheet_id)
        self._answers: dict[str, Any] = {}
        self._open: set[str] = set()
        self._closed = threading.Event()
        self._answered = threading.Condition()

    def ask(self, kind: str, **data: Any) -> Any:
        """Show a question on the page, wait for its answer and return it.

        Raises
        ------
        PageClosed
            If the page is closed before it has answered.
        """
        question = secrets.token_urlsafe(9)
        with self._answered:
            if self._closed.is_set():
                raise PageClosed
            self._open.add(question)
        self.feed.add(kind, question=question, **data)
        with self._answered:
            self._answered.wait_for(lambda: self._closed.is_set() or question in self._answers)
            self._open.discard(question)
            if question not in self._answers:
                raise PageClosed
            return self._answers.pop(question)

    def answer(self, question: str, value: Any) -> None:
        """Answer a question; an answer that nobody waits for is dropped."""
        with self._answered:
            if question in self._open:
                self._answers[question] = value
                self._answered.notify_all()

    def close(self) -> None:
        """End the page: scripts that wait for an answer of it are stopped."""
        with self._answered:
            self._closed.set()
            self._answered.notify_all()
