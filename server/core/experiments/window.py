"""The days in which a test counts orders."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """The days in which a test counts orders, both included; fixed at the start."""

    start: dt.date
    end: dt.date

    @classmethod
    def of(cls, start: dt.date, days: int) -> Window:
        """Return a window of so many days.

        >>> Window.of(dt.date(2026, 3, 1), 90).end
        datetime.date(2026, 5, 29)
        """
        return cls(start, start + dt.timedelta(days=days - 1))

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1
