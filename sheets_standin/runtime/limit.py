"""Time limit of a run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Limit:
    """Real time that a run may take; waiting for a person does not count.

    Parameters
    ----------
    seconds
        After them the child is killed.
    """

    def __init__(self, seconds: float) -> None:
        self.is_up = False
        self._left = seconds
        self._since = 0.0
        self._kill: Callable[[], None] = lambda: None
        self._timer: threading.Timer | None = None

    def start(self, kill: Callable[[], None]) -> None:
        """Begin to count; `kill` is called when the time is up."""
        self._kill = kill
        self.resume()

    def pause(self) -> None:
        """Stop counting for a while."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._left -= time.monotonic() - self._since

    def resume(self) -> None:
        """Go on counting."""
        self._since = time.monotonic()
        self._timer = threading.Timer(max(0.0, self._left), self._ring)
        self._timer.daemon = True
        self._timer.start()

    def _ring(self) -> None:
        self.is_up = True
        self._kill()
