"""The minutes that a statement may take."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def deadline(minutes: float, cancel: Callable[[], None]) -> Iterator[threading.Event]:
    """Cancel what still runs after so many minutes.

    Yields
    ------
    threading.Event
        Set where the time was up, so that the engine's error can be told from trouble of its own.
    """
    late = threading.Event()

    def stop() -> None:
        late.set()
        cancel()

    timer = threading.Timer(minutes * 60, stop)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
