"""Line of the tab `Runs`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from server.core.cells import Cell
from server.core.wall_clock import wall_clock
from server.core.wording import Wording

SCHEDULE = "schedule"
"""Who asked for what nobody asked for."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """Line of `Runs`.

    Attributes
    ----------
    moment
        When it ended.
    what
        What ran; a text to say.
    by
        Address of who asked, `SCHEDULE`, or "" where it is not known.
    new_orders, customers, moved
        None where it did not get so far.
    result
        What came of it, in words.
    next_at
        When the next refresh is due, None for never.
    """

    moment: dt.datetime
    what: str
    by: str
    result: str
    new_orders: int | None = None
    customers: int | None = None
    moved: int | None = None
    next_at: dt.datetime | None = None

    def cells(self, time_zone: str, wording: Wording) -> dict[str, Cell]:
        """Return its cells by header."""
        return {
            "When": wall_clock(self.moment, time_zone)[0],
            "What": wording.say(self.what),
            "By": wording.say("schedule") if self.by == SCHEDULE else self.by,
            "NewOrders": _counted(self.new_orders),
            "Customers": _counted(self.customers),
            "Moved": _counted(self.moved),
            "Result": self.result,
            "Next": wall_clock(self.next_at, time_zone)[0] if self.next_at is not None else "",
        }


def _counted(number: int | None) -> Cell:
    return "" if number is None else number
