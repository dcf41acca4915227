"""Queue of long calls whose turn comes later, kept in this process alone, as callers ask again within the hour."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

from server.logs import where

AGAIN_SECONDS = 20.0
"""After so long a turn is tried again for which there was no place."""
MOST = 5_000
"""Spreadsheets that wait here at most."""

log = logging.getLogger(__name__)


class Turns:
    """Queue of spreadsheets, each with the moment at which its work is to begin.

    Parameters
    ----------
    begin
        Begins it; returns whether there was a place for it.
    clock
        Seconds, never going back.
    """

    def __init__(
        self,
        begin: Callable[[str], bool],
        clock: Callable[[], float] = time.monotonic,
        again_seconds: float = AGAIN_SECONDS,
    ) -> None:
        self._begin = begin
        self._clock = clock
        self._again_seconds = again_seconds
        self._changed = threading.Condition()
        self._queue: list[tuple[float, int, str]] = []
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None

    def put(self, spreadsheet_id: str, seconds: float) -> None:
        """Queue a spreadsheet, to begin after `seconds`; one that is queued already keeps its moment."""
        with self._changed:
            if len(self._queue) >= MOST or self.holds(spreadsheet_id):
                return
            moment = self._clock() + max(0.0, seconds)
            heapq.heappush(self._queue, (moment, next(self._numbers), spreadsheet_id))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="turns", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def holds(self, spreadsheet_id: str) -> bool:
        """Whether a spreadsheet waits here."""
        with self._changed:
            return any(queued == spreadsheet_id for _, _, queued in self._queue)

    @property
    def waiting(self) -> list[str]:
        """The spreadsheets that wait, the next first."""
        with self._changed:
            return [queued for _, _, queued in sorted(self._queue)]

    def take(self) -> str | None:
        """Return a spreadsheet whose turn has come, which waits here no more; None where there is none."""
        with self._changed:
            if not self._queue or self._queue[0][0] > self._clock():
                return None
            return heapq.heappop(self._queue)[2]

    def try_begin(self, spreadsheet_id: str) -> None:
        """Begin for one spreadsheet; where there is no place, it waits again."""
        try:
            has_begun = self._begin(spreadsheet_id)
        except Exception as error:  # noqa: BLE001 - whoever asked asks again within the hour
            log.warning("a turn was missed: %s at %s", type(error).__name__, where(error))
            return
        if not has_begun:
            self.put(spreadsheet_id, self._again_seconds)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._queue or self._queue[0][0] > self._clock():
                    wait = self._queue[0][0] - self._clock() if self._queue else None
                    self._changed.wait(wait)
            if (spreadsheet_id := self.take()) is not None:
                self.try_begin(spreadsheet_id)
