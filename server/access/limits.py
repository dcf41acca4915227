"""Rate limits, counted in this process over the last minutes.

What another instance of the service counts is not known here; the limits are guards against floods, not a
price list.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from server.errors import TooManyCallsError
from server.texts import to_say

CALLS_A_MINUTE = 120
"""Signed calls for one spreadsheet: a person types a row every few seconds, the sidebar asks every ten."""
CONNECTS_OF_A_PERSON, CONNECTS_OF_A_SPREADSHEET, CONNECTS_IN_ALL = 6, 12, 30
"""Second steps of the handshake within `CONNECT_SECONDS`, as each costs up to three calls to Google."""
CONNECT_SECONDS = 60.0
KEYS_KEPT = 10_000
"""Of so many spreadsheets or persons the counts are remembered; the longest silent are forgotten."""


class Limit:
    """Rate limit: at most `most` calls in `seconds`, for each key.

    Parameters
    ----------
    clock
        Seconds, never going back.
    message
        What a refusal says, with {most} where the number belongs.
    """

    def __init__(
        self,
        most: int,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        message: str = to_say("This spreadsheet has made more than {most} calls within a minute."),
    ) -> None:
        self._most = most
        self._message = message
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._moments: OrderedDict[str, deque[float]] = OrderedDict()

    def count(self, key: str) -> None:
        """Count one.

        Raises
        ------
        TooManyCallsError
            If it is one too many; it is not counted then.
        """
        with self._lock:
            now = self._clock()
            moments = self._moments.setdefault(key, deque(maxlen=self._most))
            self._moments.move_to_end(key)
            while len(self._moments) > KEYS_KEPT:
                self._moments.popitem(last=False)
            if len(moments) == self._most and now - moments[0] < self._seconds:
                raise TooManyCallsError(
                    to_say(self._message, most=self._most),
                    retry_after_seconds=max(1, round(moments[0] + self._seconds - now)),
                )
            moments.append(now)


class ConnectLimits:
    """The limits on the second step of the handshake, the one that asks Google.

    One person's comes first, so that nobody alone uses up what a spreadsheet, or all, may have.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._person = Limit(
            CONNECTS_OF_A_PERSON,
            CONNECT_SECONDS,
            clock,
            to_say("You have connected spreadsheets more than {most} times within a minute."),
        )
        self._spreadsheet = Limit(
            CONNECTS_OF_A_SPREADSHEET,
            CONNECT_SECONDS,
            clock,
            to_say("This spreadsheet was connected more than {most} times within a minute."),
        )
        self._all = Limit(
            CONNECTS_IN_ALL,
            CONNECT_SECONDS,
            clock,
            to_say("More than {most} spreadsheets were connected within a minute."),
        )

    def count(self, spreadsheet_id: str, subject: str) -> None:
        """Count one connect, or raise `TooManyCallsError`."""
        self._person.count(subject)
        self._spreadsheet.count(spreadsheet_id)
        self._all.count("")
