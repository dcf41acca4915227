"""One lock for each spreadsheet, in this process: its own requests do not race one another."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

from server.errors import BusyError
from server.texts import to_say

LONG_TURN_SECONDS = 120.0
"""How long a commit of a retrain waits for its turn: scoring calls may come one after the other."""


class Locks:
    """The locks of all spreadsheets that are in use."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._here = threading.local()
        self._locks: WeakValueDictionary[str, _Lock] = WeakValueDictionary()

    @contextmanager
    def hold(self, spreadsheet_id: str, seconds: float) -> Iterator[None]:
        """Hold the spreadsheet's lock.

        Raises
        ------
        BusyError
            If it is not free within `seconds`.
        """
        with self._guard:
            lock = self._locks.setdefault(spreadsheet_id, _Lock())
        if not lock.inner.acquire(timeout=seconds):
            raise BusyError(
                to_say("Another change to this spreadsheet is under way."),
                retry_after_seconds=5,
            )
        held = self._held()
        held.append(lock)
        try:
            yield
        finally:
            held.remove(lock)
            lock.inner.release()

    @contextmanager
    def left_to_others(self) -> Iterator[None]:
        """Have others hold meanwhile what this thread holds; afterwards wait for it, however long that takes."""
        held = [*self._held()]
        for lock in held:
            lock.inner.release()
        try:
            yield
        finally:
            for lock in held:
                lock.inner.acquire()

    def _held(self) -> list[_Lock]:
        """Return the locks that this thread holds."""
        held: list[_Lock] | None = getattr(self._here, "held", None)
        if held is None:
            held = self._here.held = []
        return held


class _Lock:
    """A lock that a weak reference can point at."""

    def __init__(self) -> None:
        self.inner = threading.Lock()
