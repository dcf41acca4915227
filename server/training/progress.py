"""Progress of a training by its parts; the shares are those of the time that 60,000 customers take."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float], None]
"""Takes how much is done, 0 to 1."""


def unheard(_fraction: float) -> None:
    """Report no progress."""


def within(progress: Progress, start: float, end: float) -> Progress:
    """Return a progress function for a part that goes from one fraction of the whole to another.

    >>> fractions = []
    >>> within(fractions.append, 0.5, 0.75)(0.2)
    >>> fractions
    [0.55]
    """
    return lambda fraction: progress(start + (end - start) * fraction)
