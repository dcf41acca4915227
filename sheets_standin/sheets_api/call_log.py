"""The calls that were made: the last ones, and counts of all."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

_CALLS_KEPT = 500


@dataclass(frozen=True, slots=True)
class Call:
    """One call to the Sheets API, for the log."""

    moment: float
    name: str
    is_write: bool
    status: int
    milliseconds: float
    spreadsheet_id: str
    fault: str = ""


class CallLog:
    """The last calls, and counts of all since the last reset."""

    def __init__(self) -> None:
        self.calls: deque[Call] = deque(maxlen=_CALLS_KEPT)
        self.counts: Counter[str] = Counter()
        self.reads = 0
        self.writes = 0
        self.listeners: list[Callable[[Call], None]] = []
        self._lock = threading.Lock()

    def add(self, call: Call) -> None:
        """Count a call, and notify the listeners."""
        with self._lock:
            self.calls.append(call)
            self.counts[call.name] += 1
            self.reads += not call.is_write
            self.writes += call.is_write
        for listener in self.listeners:
            listener(call)

    def reset(self) -> None:
        """Begin to count anew."""
        with self._lock:
            self.counts.clear()
            self.reads = self.writes = 0
