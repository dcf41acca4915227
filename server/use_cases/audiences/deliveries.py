"""Delivery of files from a long call to the browser that waits for them: once, and for a short time.

A long call's result is kept as long as its process lives; contacts must not be.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.core.audiences.file_text import AudienceFile

HOLD_SECONDS = 120.0
"""Files that nobody has fetched by then are forgotten. The dialog looks every other second."""
MOST_AT_ONCE = 20


class Delivery:
    """The files of one audience: handed over once, and only for a while.

    Parameters
    ----------
    hold_seconds
        How long files wait for whoever comes for them.
    """

    def __init__(
        self, hold_seconds: float = HOLD_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._files: Sequence[AudienceFile] = ()
        self._is_closed = False
        self._hold_seconds = hold_seconds
        self._clock = clock
        self._until = float("inf")
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def put(self, files: Sequence[AudienceFile]) -> None:
        """Hand files over; nothing is kept where nobody waits any more."""
        with self._lock:
            if self._is_closed:
                return
            self._files, self._until = files, self._clock() + self._hold_seconds
            self._timer = threading.Timer(self._hold_seconds, self.take)
            self._timer.daemon = True
            self._timer.start()

    def take(self) -> Sequence[AudienceFile]:
        """Return the files, and take no more."""
        with self._lock:
            files, self._files, self._is_closed = self._files, (), True
            if self._timer is not None:
                self._timer.cancel()
            return files if self._clock() < self._until else ()


class Deliveries:
    """The deliveries of audiences on their way, by the id of their operation: one that is not done in time to be
    answered is fetched afterwards.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, Delivery] = {}
        self._lock = threading.Lock()

    def open(self, operation_id: str) -> Delivery:
        """Return the delivery of a new operation; the oldest gives way where there are too many."""
        delivery = Delivery()
        with self._lock:
            self._waiting[operation_id] = delivery
            gone = [self._waiting.pop(oldest) for oldest in list(self._waiting)[:-MOST_AT_ONCE]]
        for surplus in gone:
            surplus.take()
        return delivery

    def take(self, operation_id: str) -> Sequence[AudienceFile]:
        """Return the files of an operation that has ended, none where they are gone."""
        with self._lock:
            delivery = self._waiting.pop(operation_id, None)
        return delivery.take() if delivery is not None else ()
