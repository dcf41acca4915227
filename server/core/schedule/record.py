"""Record of a spreadsheet's schedule, kept between two looks, and the decision of a look.

The record stands in the spreadsheet and goes with each commit of a run, so that an instance which dies leaves either
both or neither. Times are UTC, ISO 8601, whole seconds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import msgspec

from server.core.schedule.orders import OrdersSeen
from server.core.schedule.slots import Schedule, is_overdue, last_slot, next_slot, spread

FAILURES_UNTIL_STOPPED = 3
TRIES = 3
"""How often one slot is tried where trying again may help: then it counts as a failure."""
LONGEST_TEXT = 300
MOST_TROUBLES = 10
MOST_FLOWS = 200
"""Ways from segment to segment that are kept until the next digest, the largest."""


State = Literal["ran", "nothing-new", "refused", "failed"]


class LastRun(msgspec.Struct, frozen=True):
    """The newest line of `Runs`, as the sidebar tells it: `state` is "ran", "nothing-new", "refused" or "failed"."""

    at: str
    what: str
    state: State
    result: str


class Sent(msgspec.Struct, frozen=True):
    """State of the digest: claimed, sent or failed.

    Attributes
    ----------
    at
        When the last one was sent, or found to have nothing to tell.
    claim, claimed_at
        Who is sending one, and since when; "" for nobody.
    tries
        How often sending the present one failed.
    problem
        Why the last one was not sent, "" where it was.
    """

    at: str = ""
    claim: str = ""
    claimed_at: str = ""
    tries: int = 0
    problem: str = ""


class Events(msgspec.Struct, frozen=True):
    """Events since the last digest.

    Attributes
    ----------
    runs, orders
        Runs that wrote segments, and the orders that were new to them.
    troubles
        When something failed or was refused, and what, in a title; the newest last. Never what a cell holds.
    """

    runs: int = 0
    orders: int = 0
    troubles: tuple[tuple[str, str], ...] = ()


class Record(msgspec.Struct, frozen=True):
    """Record of a spreadsheet's schedule.

    Attributes
    ----------
    schedule
        Text of the schedule that it is about: a changed one begins anew.
    since
        When that schedule was first seen: what was due before is not made up.
    settled
        The newest slot that is settled: run, or said why not.
    good_at
        When it last ran or found nothing new.
    failures
        In a row.
    stopped
        Why it has stopped itself, "" where it has not.
    next_at
        When the next turn is, "" for never.
    seen
        The orders that the last run saw.
    flows
        From cluster (-1 for new customers), to cluster, customers; since the last digest.
    """

    schedule: str = ""
    since: str = ""
    settled: str = ""
    good_at: str = ""
    failures: int = 0
    stopped: str = ""
    next_at: str = ""
    last: LastRun | None = None
    seen: OrdersSeen | None = None
    flows: tuple[tuple[int, int, int], ...] = ()
    sent: Sent = Sent()
    events: Events = msgspec.field(default=Events(), name="told")


class Standing(StrEnum):
    """State of a schedule, as a look finds it."""

    OFF = "off"
    STOPPED = "stopped"
    CHANGED = "changed"
    """Somebody has switched it on or changed it: the record is to be written first."""
    WAITS = "waits"
    SOON = "soon"
    """The hour has come, the spreadsheet's turn within it has not."""
    DUE = "due"
    SPENT = "spent"
    """The slot was tried so often that it counts as a failure."""


@dataclass(frozen=True, slots=True)
class Look:
    """Result of a look at a schedule.

    Attributes
    ----------
    slot
        The slot in question, UTC; None where none is.
    at
        When the turn is or was; of one that waits, the next; None for never.
    """

    standing: Standing
    slot: dt.datetime | None = None
    at: dt.datetime | None = None


def look(
    schedule: Schedule, record: Record, moment: dt.datetime, spreadsheet_id: str, tries: int = 0
) -> Look:
    """Return whether a refresh is due.

    However many slots were missed, the newest alone is made up.

    Parameters
    ----------
    moment
        An aware date-time.
    tries
        How often this slot was begun and not ended well.
    """
    at_rest = _at_rest(schedule, record)
    if at_rest is not None:
        return Look(at_rest)
    slot = last_slot(schedule, moment)
    known = [read_moment(stamp_text) for stamp_text in (record.since, record.settled)]
    turn = spread(spreadsheet_id)
    if any(settled_at is not None and slot <= settled_at for settled_at in known):
        return Look(Standing.WAITS, None, next_slot(schedule, moment) + turn)
    if moment < slot + turn:
        return Look(Standing.SOON, slot, slot + turn)
    return Look(Standing.SPENT if tries >= TRIES else Standing.DUE, slot, slot + turn)


def _at_rest(schedule: Schedule, record: Record) -> Standing | None:
    """Return why nothing is due whatever the hour, None for a schedule that is on and on record."""
    if not schedule.is_on:
        if record.schedule not in ("", schedule.text) and not record.stopped:
            return Standing.CHANGED
        return Standing.STOPPED if record.stopped else Standing.OFF
    if record.schedule != schedule.text:
        return Standing.CHANGED
    return Standing.STOPPED if record.stopped else None


def begun(schedule: Schedule, record: Record, moment: dt.datetime, spreadsheet_id: str) -> Record:
    """Return the record of a schedule that was just switched on, changed or switched off."""
    if not schedule.is_on:
        return msgspec.structs.replace(record, schedule=schedule.text, next_at="", stopped="", failures=0)
    turn = next_slot(schedule, moment) + spread(spreadsheet_id)
    return msgspec.structs.replace(
        record,
        schedule=schedule.text,
        since=stamp(moment),
        good_at=stamp(moment),
        failures=0,
        stopped="",
        next_at=stamp(turn),
    )


def settled(
    schedule: Schedule,
    record: Record,
    moment: dt.datetime,
    spreadsheet_id: str,
    last: LastRun,
    slot: dt.datetime | None = None,
) -> Record:
    """Return the record after a run, by hand (without a slot) or of a slot, however it ended.

    The third failure in a row stops the schedule.
    """
    is_scheduled = slot is not None
    failures = record.failures
    if last.state in ("ran", "nothing-new"):
        failures = 0
    elif is_scheduled and last.state == "failed":
        failures += 1
    stops = failures >= FAILURES_UNTIL_STOPPED
    is_good = last.state in ("ran", "nothing-new")
    on = schedule.is_on and record.schedule == schedule.text and not stops
    return msgspec.structs.replace(
        record,
        settled=stamp(slot) if slot is not None else record.settled,
        good_at=stamp(moment) if is_good else record.good_at,
        failures=failures,
        stopped=last.result[:LONGEST_TEXT] if stops else record.stopped,
        next_at=stamp(next_slot(schedule, moment) + spread(spreadsheet_id)) if on else "",
        last=msgspec.structs.replace(last, result=last.result[:LONGEST_TEXT]),
    )


def with_flows(record: Record, flows: Mapping[tuple[int | None, int], int]) -> Record:
    """Return the record with the customers who moved at a run, by former (None for new) and present cluster."""
    sums = {(source, target): count for source, target, count in record.flows}
    for (former, target), count in flows.items():
        source = -1 if former is None else former
        if source != target:
            sums[source, target] = sums.get((source, target), 0) + count
    largest = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_FLOWS]
    return msgspec.structs.replace(
        record, flows=tuple((source, target, count) for (source, target), count in sorted(largest))
    )


def with_told(record: Record, *, orders: int | None = None, trouble: tuple[str, str] | None = None) -> Record:
    """Return the record with a run that wrote segments, or with what went wrong."""
    tally = record.events
    if orders is not None:
        tally = msgspec.structs.replace(tally, runs=tally.runs + 1, orders=tally.orders + orders)
    if trouble is not None:
        tally = msgspec.structs.replace(tally, troubles=(*tally.troubles, trouble)[-MOST_TROUBLES:])
    return msgspec.structs.replace(record, events=tally)


def overdue(schedule: Schedule, record: Record, moment: dt.datetime) -> bool:
    """Whether the schedule is on and has not run well for two periods."""
    good_at = read_moment(record.good_at)
    if good_at is None or record.schedule != schedule.text:
        return False
    return is_overdue(schedule, good_at, moment)


def stamp(moment: dt.datetime) -> str:
    """Return a moment as the record has it.

    >>> stamp(dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC))
    '2026-01-05T08:00:00+00:00'
    """
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")


def read_moment(text: str) -> dt.datetime | None:
    """Return a moment of the record, None where it is missing or cannot be read."""
    try:
        read = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo is not None else None


def newest_failures(states: Sequence[tuple[str, str, str]], slot: dt.datetime, call: str) -> int:
    """Return how often a call was begun since a slot and did not end well.

    Parameters
    ----------
    states
        Call, state and begin of each operation that is remembered.
    """
    count = 0
    for called, state, started in states:
        began = read_moment(started)
        count += called == call and state in ("lost", "failed") and began is not None and began >= slot
    return count
