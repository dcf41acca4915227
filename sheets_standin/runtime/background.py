"""Background work of the page: threads, queues of events, and a wait until all is done."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sheets_standin.runtime.triggers import Lane


class Background:
    """Threads that run scripts."""

    def __init__(self) -> None:
        self._lanes: defaultdict[str, Lane] = defaultdict(Lane)
        self._busy = 0
        self._settled = threading.Condition()
        self.is_closed = False
        self.listeners: list[Callable[[int], None]] = []

    def start(self, work: Callable[[], Any]) -> None:
        """Do some work in a thread of its own."""

        def go() -> None:
            try:
                work()
            finally:
                with self._settled:
                    self._busy -= 1
                    self._settled.notify_all()
                self._tell()

        with self._settled:
            if self.is_closed:
                return
            self._busy += 1
        self._tell()
        threading.Thread(target=go, name="apps-script", daemon=True).start()

    def queue(self, lane: str, work: Callable[[], Any]) -> None:
        """Do some work after what the lane does now; where two wait already it is dropped."""
        with self._settled:
            begin = self._lanes[lane].offer(work)
        if begin is not None:
            self.start(begin)

    def _tell(self) -> None:
        """Tell how many threads are at work."""
        for listener in self.listeners:
            listener(self._busy)

    def settle(self, timeout_seconds: float) -> bool:
        """Wait until nothing is done and nothing waits; return whether that came to be."""
        with self._settled:
            return self._settled.wait_for(lambda: self._busy == 0, timeout_seconds)

    def close(self) -> None:
        """Start nothing any more."""
        with self._settled:
            self.is_closed = True
