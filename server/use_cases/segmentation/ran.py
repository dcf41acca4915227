"""Record of a run: its line in `Runs` and the schedule record, in the commit of its segments."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from server.core.data_checks.check import Check, State
from server.core.schedule.lines import SCHEDULE, RunLine
from server.core.schedule.orders import OrdersSeen, new_orders, orders_seen, seen_days
from server.core.schedule.record import LastRun, read_moment, settled, stamp, with_flows, with_told
from server.core.schedule.record import State as RunState
from server.core.schedule.slots import Schedule
from server.core.segments.migration import STAYED
from server.core.wording import Wording
from server.errors import AudienceError, ChangedError
from server.sheets.api.requests import Json
from server.sheets.commit.snapshot import Snapshot
from server.sheets.tabs.runs import run_line_requests
from server.sheets.tabs.schedule_record import read_schedule, schedule_requests
from server.sheets.tabs.settings import refreshing_of, time_zone_of
from server.texts import to_say

if TYPE_CHECKING:
    from server.core.transactions.reader import Transactions
    from server.training.segmentation import Segmentation

NOTHING_NEW = to_say("No orders are newer than those of the last run.")
REFRESH = to_say("Refresh")
REFRESH_ANEW = to_say("Refresh, segments learned anew")
ALREADY = to_say("Another run has done this refresh already.")


class NotRun(Exception):
    """A refresh found that it is not to run; without a state, as another run has settled it already."""

    def __init__(self, state: RunState | None, result: str, new: int | None = None, title: str = "") -> None:
        super().__init__(result)
        self.title = title
        self.state = state
        self.result = result
        self.new_orders = new


@dataclass(frozen=True, slots=True)
class Turn:
    """The turn of a schedule: the slot that a refresh is for, in UTC."""

    slot: dt.datetime

    def is_settled(self, snapshot: Snapshot) -> bool:
        """Whether this slot, or a later one, is done with."""
        known = read_moment(read_schedule(snapshot).settled)
        return known is not None and known >= self.slot


@dataclass(frozen=True, slots=True)
class Ran:
    """Remarks about a run beside its segments.

    Attributes
    ----------
    what
        What ran; a text to say.
    by
        Address of who asked, "" where it is not known.
    turn
        Of a refresh; None for a run by hand.
    seen, new_orders
        The orders of the file, and how many are new.
    spreadsheet_id
        Whose turn within the hour is told.
    """

    what: str
    by: str
    turn: Turn | None
    moment: dt.datetime
    seen: OrdersSeen
    new_orders: int
    spreadsheet_id: str

    def refuse_settled(self, snapshot: Snapshot) -> None:
        """Refuse to write where another run has done this refresh meanwhile."""
        if self.turn is not None and self.turn.is_settled(snapshot):
            raise ChangedError(ALREADY, hint=to_say("Nothing of this run was written."))

    def requests(self, snapshot: Snapshot, segmentation: Segmentation, result: str) -> list[Json]:
        """Return the requests that put the run on record.

        Parameters
        ----------
        result
            What came of it, in words.
        """
        kinds = segmentation.migration
        moves = Counter(
            {(flow.from_cluster, flow.to_cluster, flow.kind): flow.customers for flow in kinds.flows}
            if kinds is not None
            else {}
        )
        flows: Counter[tuple[int | None, int]] = Counter()
        for (source, target, _), count in moves.items():
            flows[source, target] += count
        moved = sum(
            count for (source, _, kind), count in moves.items() if kind != STAYED and source is not None
        )
        before = read_schedule(snapshot)
        schedule = schedule_of(snapshot)
        last = LastRun(stamp(self.moment), str(self.what), "ran", result)
        slot = self.turn.slot if self.turn is not None else None
        after = settled(schedule, before, self.moment, self.spreadsheet_id, last, slot)
        if before.seen is not None:  # later runs are compared with the first
            after = with_told(with_flows(after, flows), orders=self.new_orders)
        after = msgspec.structs.replace(after, seen=self.seen)
        line = RunLine(
            moment=self.moment,
            what=self.what,
            by=SCHEDULE if self.turn is not None else self.by,
            result=result,
            new_orders=self.new_orders,
            customers=segmentation.customers,
            moved=moved,
            next_at=read_moment(after.next_at),
        )
        zone = time_zone_of(snapshot)
        return [*run_line_requests(snapshot, line, zone), *schedule_requests(snapshot, after)]


def counted(start: Snapshot, transactions: Transactions) -> tuple[OrdersSeen, int]:
    """Return the orders of the file, and how many are new since the last run."""
    seen, by_day = orders_seen(transactions)
    return seen, new_orders(read_schedule(start).seen, seen, by_day)


def counted_days(start: Snapshot, by_day: Mapping[int, int]) -> tuple[OrdersSeen, int]:
    """Return the same from how many orders an engine counted on each day (since 1970-01-01)."""
    seen, days = seen_days(by_day)
    return seen, new_orders(read_schedule(start).seen, seen, days)


def refuse_needless(new: int, checks: list[Check], wording: Wording) -> None:
    """Refuse a refresh where no order is new, or the data are too poor to mean anything.

    Raises
    ------
    NotRun
        With the reason.
    """
    if not new:
        raise NotRun("nothing-new", wording.say(NOTHING_NEW), 0)
    poor = next((check for check in checks if check.state is State.STOP), None)
    if poor is not None:
        text = wording.say("Not run, as the data are too poor to mean anything.")
        raise NotRun(
            "refused", " ".join(part for part in (text, poor.found, poor.to_do) if part), new, poor.title
        )


def schedule_of(snapshot: Snapshot) -> Schedule:
    """Return the schedule of `Settings`; one that is off where it cannot be read, as no run may fail for it."""
    try:
        return refreshing_of(snapshot).schedule
    except AudienceError:
        return Schedule()
