"""Sharing of Google's quota: scoring first, long work at most half, one spreadsheet at most its part.

Google counts 60 reads and 60 writes a minute for a service account, whatever spreadsheets they are for.
This instance counts its own calls; what other instances use, Google's 429 tells.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, nullcontext

from server.errors import QuotaError
from server.texts import to_say

PER_MINUTE = 60
LONG_WORK = PER_MINUTE // 2
KEPT_FOR_SCORING = PER_MINUTE // 3
"""Long work leaves so many calls of the minute alone, whatever it has used itself."""
HEARTBEATS = 12
"""So many of the writes of long work are kept for its signs of life: without one it counts as lost."""
LEAST_FOR_LONG = 10
"""So many calls of the minute long work gets, however busy it is: else it would not end before the marketers do."""
CROWDED = PER_MINUTE // 2
"""From so many calls a minute on, a spreadsheet may use no more than its share."""
PER_CALL_OF_ONE = 10
"""A spreadsheet beyond its share still has one call for so many that are left: the fuller the minute, the fewer."""
A_TRANSACTION = {"read": 3, "write": 1}
"""Calls of a transaction of long work: its read, two that it is decided on, and its write."""
_MINUTE_SECONDS = 60.0


class QuotaShare:
    """Counter of the calls of the last minute.

    Parameters
    ----------
    clock
        Seconds, never going back.
    sleep
        Waits so many seconds; used for long work alone.
    while_waiting
        Entered for each of these waits: whoever waits leaves to others there what it holds.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        while_waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._while_waiting = while_waiting
        self._calls: dict[str, deque[tuple[float, str, str]]] = {"read": deque(), "write": deque()}
        self._lock = threading.Lock()
        self._long_work_until = 0.0

    def spend(
        self, spreadsheet_id: str, kind: str, *, long_work: bool, heartbeat: bool = False, spare: bool = False
    ) -> None:
        """Count one call; have long work wait for its half, refuse scoring beyond a spreadsheet's share.

        Raises
        ------
        QuotaError
            If the minute is crowded and the spreadsheet has had its part of it; if a heartbeat comes too soon
            after the last ones; or if half of the minute is used and the call can be spared.
        """
        purpose = "heartbeat" if heartbeat else "long" if long_work else "spare" if spare else "short"
        while True:
            with self._lock:
                wait = self._wait(spreadsheet_id, kind, purpose)
                if wait <= 0:
                    self._calls[kind].append((self._clock(), spreadsheet_id, purpose))
                    return
            if purpose != "long":
                raise QuotaError(
                    to_say("This spreadsheet has used its share of Google's calls for this minute."),
                    retry_after_seconds=max(1, round(wait)),
                )
            self._wait_for(wait)

    def wait_for_room(self, spreadsheet_id: str) -> None:
        """Wait until long work has room for the calls of a transaction."""
        while True:
            with self._lock:
                wait = max(
                    self._wait(spreadsheet_id, kind, "long", many) for kind, many in A_TRANSACTION.items()
                )
            if wait <= 0:
                return
            self._wait_for(wait)

    def _wait_for(self, seconds: float) -> None:
        with self._while_waiting():
            self._sleep(min(seconds, 5.0))

    def _wait(self, spreadsheet_id: str, kind: str, purpose: str, many: int = 1) -> float:
        """Return the seconds until so many calls may be made; 0 for now."""
        calls, now = self._calls[kind], self._clock()
        while calls and now - calls[0][0] >= _MINUTE_SECONDS:
            calls.popleft()
        own = [moment for moment, _, who in calls if who == purpose]
        everybodys = [moment for moment, _, _ in calls]
        if purpose == "heartbeat":
            return _until_room(own, HEARTBEATS, now)
        if purpose == "spare":
            return _until_room(everybodys, CROWDED, now)
        if purpose == "long":
            return self._wait_of_long_work(kind, own, everybodys, now, many - 1)
        return self._wait_of_scoring(spreadsheet_id, calls, now)

    def _wait_of_scoring(
        self, spreadsheet_id: str, calls: Collection[tuple[float, str, str]], now: float
    ) -> float:
        """Return the seconds until live scoring may call; the share promised to long work is kept for it."""
        own = [moment for moment, _, purpose in calls if purpose == "short"]
        kept = max(0, LEAST_FOR_LONG - (len(calls) - len(own))) if now < self._long_work_until else 0
        full = _until_room([moment for moment, _, _ in calls], PER_MINUTE - kept, now)
        if full > 0 or len(own) < CROWDED:
            return full
        return _wait_beyond_share(calls, spreadsheet_id, now)

    def _wait_of_long_work(
        self, kind: str, own: Sequence[float], everybodys: Sequence[float], now: float, more: int
    ) -> float:
        """Return the seconds until long work may call: its half of the minute, but never less than its least.

        Parameters
        ----------
        more
            Calls that are to have room beside.
        """
        self._long_work_until = now + _MINUTE_SECONDS
        least = max(
            _until_room(own, LEAST_FOR_LONG - more, now), _until_room(everybodys, PER_MINUTE - more, now)
        )
        room = _until_room(everybodys, PER_MINUTE - KEPT_FOR_SCORING - more, now)
        most = LONG_WORK - HEARTBEATS * (kind == "write") - more
        return max(_until_room(own, most, now), min(least, room))


def _wait_beyond_share(calls: Collection[tuple[float, str, str]], spreadsheet_id: str, now: float) -> float:
    """Return the seconds until a spreadsheet has had less than its share of a crowded minute."""
    short = [(moment, sheet) for moment, sheet, purpose in calls if purpose == "short"]
    share = PER_MINUTE // len({sheet for _, sheet in short} | {spreadsheet_id})
    share = max(1, share, (PER_MINUTE - len(calls)) // PER_CALL_OF_ONE)
    return _until_room([moment for moment, sheet in short if sheet == spreadsheet_id], share, now)


def _until_room(moments: Sequence[float], most: int, now: float) -> float:
    """Return the seconds until fewer than `most` calls lie within the last minute."""
    return moments[-most] + _MINUTE_SECONDS - now if len(moments) >= most else 0.0
