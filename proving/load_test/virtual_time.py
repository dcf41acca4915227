"""A clock for many threads of which one runs at a time: time passes only while all of them sleep."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar

_starter: ContextVar[int] = ContextVar("starter", default=0)
"""Identity of the thread of `VirtualTime` that a thread works for; pools take it over with the context."""


class VirtualTime:
    """Seconds from 0, and the threads that sleep until some later second.

    Threads that are started here take turns, so that a run is the same each time. A thread that one of them
    starts for itself may sleep here too; its starter then counts as asleep, as it waits for it.
    """

    def __init__(self) -> None:
        self._now = 0.0
        self._queue: list[tuple[float, int, threading.Event, threading.Thread | None]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._running = 0
        self._own: set[int] = set()
        self._strangers: Counter[int] = Counter()
        self.failures: list[BaseException] = []

    def now(self) -> float:
        """Return the time."""
        return self._now

    def start(self, at: float, work: Callable[[], None]) -> None:
        """Have a thread of its own do some work from a moment on."""
        event = threading.Event()

        def body() -> None:
            event.wait()
            self._own.add(threading.get_ident())
            _starter.set(threading.get_ident())
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - told at the end of the run
                self.failures.append(error)
            finally:
                with self._changed:
                    self._own.discard(threading.get_ident())
                    self._running -= 1
                    self._changed.notify_all()

        self._push(max(at, self._now), event, threading.Thread(target=body, daemon=True))

    def sleep(self, seconds: float) -> None:
        """Sleep; called by a thread that runs."""
        event = threading.Event()
        is_own, starter = threading.get_ident() in self._own, _starter.get()
        with self._changed:
            if not is_own:
                self._strangers[starter] += 1
            if is_own or self._strangers[starter] == 1:
                self._running -= 1
            self._push(self._now + max(0.0, seconds), event, None)
            self._changed.notify_all()
        event.wait()
        if not is_own:
            with self._changed:
                self._strangers[starter] -= 1
                if self._strangers[starter]:
                    self._running -= 1

    def run(self, until: float) -> None:
        """Let time pass as long as there is something to wait for before `until`."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._running == 0)
                if not self._queue or self._queue[0][0] > until:
                    self._now = max(self._now, until)
                    return
                moment, _, event, thread = heapq.heappop(self._queue)
                self._now = moment
                self._running += 1
            if thread is not None:
                thread.start()
            event.set()

    def _push(self, moment: float, event: threading.Event, thread: threading.Thread | None) -> None:
        heapq.heappush(self._queue, (moment, next(self._numbers), event, thread))
