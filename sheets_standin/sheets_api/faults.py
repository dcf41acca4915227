"""Faults between a client and Google, switched on to try and test clients."""

from __future__ import annotations

import random
import threading
from collections import deque
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Kind of fault.

    With the last two nothing fails, but somebody acts (`SheetsService.meddle`): just before a write is applied,
    or after it and before the snapshot in its answer is taken.
    """

    TOO_MANY = "429"
    TOO_MANY_WITH_RETRY_AFTER = "429 with Retry-After"
    INTERNAL = "500"
    UNAVAILABLE = "503"
    HANG = "hang"
    CUT_BEFORE = "cut before"
    LOST_ANSWER = "lost answer"
    APPLIED_THEN_400 = "applied, then 400"
    APPLIED_LATE = "applied late"
    TRUNCATED = "truncated"
    ACT_BEFORE = "an act before the write"
    LATER_SNAPSHOT = "a later snapshot"


MEDDLING = (Kind.ACT_BEFORE, Kind.LATER_SNAPSHOT)
"""Kinds that need somebody who acts; without one, nothing happens."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, for the next call of a method; any method where `method` is empty."""

    kind: Kind
    method: str = ""


class Faults:
    """A plan of faults: those named for the next calls, and those that come by chance.

    Attributes
    ----------
    latency_seconds
        Added to every call.
    hang_seconds
        How long a call hangs, and how late a late one is applied if its client waits.
    late_seconds
        How long after its client has gone a late one is applied.
    """

    def __init__(self) -> None:
        self.latency_seconds = 0.0
        self.hang_seconds = 20.0
        self.late_seconds = 0.0
        self._planned: deque[Fault] = deque()
        self._chance = 0.0
        self._kinds: tuple[Kind, ...] = ()
        self._random = random.Random(0)
        self._lock = threading.Lock()

    def plan(self, *faults: Fault) -> None:
        """Have faults happen, each to the next call that it is for."""
        with self._lock:
            self._planned.extend(faults)

    def by_chance(self, chance: float, kinds: tuple[Kind, ...] = tuple(Kind), seed: int = 0) -> None:
        """Have a fault of one of `kinds` happen to each call with a probability."""
        with self._lock:
            self._chance, self._kinds, self._random = chance, kinds, random.Random(seed)

    def clear(self) -> None:
        """Switch all faults off."""
        with self._lock:
            self._planned.clear()
            self._chance = 0.0

    def next(self, method: str) -> Kind | None:
        """Return the fault of a call, None for none."""
        with self._lock:
            for fault in self._planned:
                if fault.method in ("", method):
                    self._planned.remove(fault)
                    return fault.kind
            if self._chance and self._random.random() < self._chance:
                return self._random.choice(self._kinds)
        return None
