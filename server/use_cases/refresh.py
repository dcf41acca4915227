"""Refreshes of segments by schedule, as `Settings` says.

A look costs one read. What it decides by is the record in the spreadsheet's metadata, which each run writes in the
commit of its segments. So an instance that dies in a refresh leaves it as due as before, or done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import msgspec

from server.core.refresh_choices import OFF
from server.core.schedule.lines import SCHEDULE, RunLine
from server.core.schedule.record import (
    TRIES,
    LastRun,
    Look,
    Record,
    Standing,
    State,
    begun,
    look,
    newest_failures,
    overdue,
    read_moment,
    settled,
    stamp,
    with_told,
)
from server.core.schedule.slots import last_slot
from server.core.wording import Wording
from server.errors import AudienceError, ChangedError, LayoutError, error_texts
from server.layout.record_tabs import MODEL, RUNS, SETTINGS
from server.operations import Operation
from server.sheets.api.a1 import context_range, quoted
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.api.requests import Json
from server.sheets.api.retry import patient
from server.sheets.commit.committer import Committer
from server.sheets.commit.long_work import LongWork
from server.sheets.commit.snapshot import Snapshot
from server.sheets.commit.spreadsheet import Spreadsheet
from server.sheets.commit.writes import Batch, Planned
from server.sheets.tabs.layouts import first_use_requests
from server.sheets.tabs.operation_record import read_record
from server.sheets.tabs.runs import run_line_requests
from server.sheets.tabs.schedule_record import read_schedule, schedule_requests
from server.sheets.tabs.settings import Refreshing, refreshing_of, switched_off, time_zone_of
from server.texts import to_say
from server.use_cases.segmentation.ran import REFRESH, NotRun, Turn
from server.use_cases.segmentation.result import TrainingResult
from server.use_cases.segmentation.run import Retraining, Run
from server.use_cases.training_data import Progress

CALL = "refresh"
LOST = to_say("The service was interrupted three times while it ran.")
_TOKEN = f"{quoted(MODEL)}!A1"
_RANGES = (context_range(SETTINGS), _TOKEN)


@dataclass(frozen=True, slots=True)
class Looked:
    """State of a spreadsheet's refresh, after a look.

    Attributes
    ----------
    tries
        How often the slot was begun and did not end well.
    overdue
        Whether it has not run well for two periods.
    """

    look: Look
    record: Record
    refreshing: Refreshing
    operation: Operation | None = None
    tries: int = 0
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Refreshed:
    """Outcome of a refresh: `state` is "ran", "nothing-new", "refused" or "settled"."""

    state: str
    message: str
    result: TrainingResult | None = None


@dataclass(frozen=True, slots=True)
class _Ended:
    """Outcome of a refresh without segments, as it is recorded."""

    slot: dt.datetime
    state: State
    result: str
    new_orders: int | None = None
    title: str = ""


Share = Literal["live", "spare", "long"]


class Refreshes:
    """Use case: check whether a refresh is due, and run it.

    Parameters
    ----------
    now
        Returns the time as an aware date-time.
    """

    def __init__(
        self,
        committer: Committer,
        retraining: Retraining,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._committer = committer
        self._retraining = retraining
        self._now = now

    def look(self, spreadsheet_id: str, share: Share = "live") -> Looked:
        """Return whether a refresh is due; record a changed schedule, or a slot that is spent.

        Parameters
        ----------
        share
            Of Google's quota: that of live scoring, what is spare, or that of long work, which is waited for.

        Raises
        ------
        SettingsError, LayoutError
            If what is to run by itself cannot be read.
        """
        sheet = self._sheet(spreadsheet_id, share)
        try:
            looked = self._looked(sheet.read(_RANGES), spreadsheet_id)
            if looked.look.standing is Standing.CHANGED:
                with sheet.lock():
                    looked = sheet.transact(_RANGES, lambda seen: self._begun(seen, spreadsheet_id)).result
        except ApiFailure as failure:
            raise explained(failure, self._committer.client.service_account) from failure
        if looked.look.standing is Standing.SPENT and looked.look.slot is not None:
            self._settle(
                spreadsheet_id, _Ended(looked.look.slot, "failed", self._why_lost(looked), title=LOST)
            )
            return self._looked(sheet.read(_RANGES), spreadsheet_id)
        return looked

    def _sheet(self, spreadsheet_id: str, share: Share) -> Spreadsheet:
        committer = self._committer
        match share:
            case "live":
                return committer.sheet(spreadsheet_id)
            case "spare":
                return committer.sheet(spreadsheet_id, client=committer.client.for_spare_moments())
            case "long":
                client = committer.client.for_long_work()
                return committer.sheet(spreadsheet_id, client=client, budget=patient)

    def run(self, spreadsheet_id: str, slot: dt.datetime, tries: int, progress: Progress) -> Refreshed:
        """Refresh, or record why not.

        Raises
        ------
        AudienceError
            If it failed. Where trying again may help, the slot stays due until it was tried three times; else the
            failure is on record.
        """
        try:
            asked = Run(turn=Turn(slot), requested_by=SCHEDULE)
            result = self._retraining.run(spreadsheet_id, asked, progress)
        except NotRun as why:
            if why.state is not None:
                self._settle(spreadsheet_id, _Ended(slot, why.state, why.result, why.new_orders, why.title))
            return Refreshed(why.state or "settled", why.result)
        except AudienceError as error:
            may_help = error.retryable or isinstance(error, ChangedError)
            if not (may_help and tries + 1 < TRIES):
                problem = error_texts(error, self._committer.wording(spreadsheet_id).say)
                text = " ".join(part for part in (problem.detail, problem.hint) if part)
                self._settle(spreadsheet_id, _Ended(slot, "failed", text, title=problem.title))
            raise
        return Refreshed("ran", result.message, result)

    def _looked(self, snapshot: Snapshot, spreadsheet_id: str) -> Looked:
        now, record, refreshing = self._now(), read_schedule(snapshot), refreshing_of(snapshot)
        operations = read_record(snapshot)
        operation = operations.operation.as_seen(now) if operations.operation else None
        tries = 0
        if refreshing.schedule.is_on:
            states = [(record.call, record.state, record.startedAt) for record in operations.earlier]
            if operation is not None:
                states.append((operation.call, operation.state, operation.startedAt))
            tries = newest_failures(states, last_slot(refreshing.schedule, now), CALL)
        state = look(refreshing.schedule, record, now, spreadsheet_id, tries)
        is_overdue = overdue(refreshing.schedule, record, now)
        return Looked(state, record, refreshing, operation, tries, is_overdue)

    def _begun(self, snapshot: Snapshot, spreadsheet_id: str) -> Planned[Batch, Looked]:
        """Return the commit that takes note of a changed schedule."""
        looked = self._looked(snapshot, spreadsheet_id)
        if looked.look.standing is not Standing.CHANGED:
            return Planned(None, looked)
        now, schedule = self._now(), looked.refreshing.schedule
        record = begun(schedule, looked.record, now, spreadsheet_id)
        after = Looked(
            look(schedule, record, now, spreadsheet_id), record, looked.refreshing, looked.operation
        )
        return Planned(Batch(schedule_requests(snapshot, record)), after)

    def _settle(self, spreadsheet_id: str, ended: _Ended) -> None:
        """Record the end of a refresh that wrote no segments: a line of `Runs` and the schedule's record."""
        long_work = LongWork(self._committer, spreadsheet_id)

        def plan(snapshot: Snapshot) -> Planned[Batch, None]:
            if Turn(ended.slot).is_settled(snapshot):
                return Planned(None, None)
            return Planned(Batch(self._requests(snapshot, spreadsheet_id, ended), tabs=(RUNS,)), None)

        ranges = [*_RANGES, context_range(RUNS)]
        try:
            long_work.transact(ranges, plan)
        except LayoutError:
            long_work.transact([], _runs_made)
            long_work.transact(ranges, plan)

    def _requests(self, snapshot: Snapshot, spreadsheet_id: str, ended: _Ended) -> list[Json]:
        now, schedule, wording = self._now(), refreshing_of(snapshot).schedule, Wording(snapshot.locale)
        result = wording.say(ended.result)
        last = LastRun(stamp(now), str(REFRESH), ended.state, result)
        record = settled(schedule, read_schedule(snapshot), now, spreadsheet_id, last, ended.slot)
        if ended.title:
            record = with_told(record, trouble=(stamp(now), wording.say(ended.title)))
        requests: list[Json] = []
        if record.stopped and (off := switched_off(snapshot)):
            requests += off
            record = msgspec.structs.replace(record, schedule=OFF)
        if record.stopped:
            stopped = wording.say("Switched off after three failures in a row.")
            result = f"{result} {stopped}"
        line = RunLine(
            moment=now,
            what=REFRESH,
            by=SCHEDULE,
            result=result,
            new_orders=ended.new_orders,
            next_at=read_moment(record.next_at),
        )
        requests += run_line_requests(snapshot, line, time_zone_of(snapshot))
        return [*requests, *schedule_requests(snapshot, record)]

    def _why_lost(self, looked: Looked) -> str:
        """Return why a slot was given up."""
        operation = looked.operation
        if operation is not None and operation.state == "failed" and operation.message:
            return operation.message
        return LOST


def _runs_made(overview: Snapshot) -> Planned[Batch, None]:
    """Return the commit that makes the tab `Runs`."""
    made = first_use_requests(RUNS, overview)
    return Planned(Batch(made) if made else None, None)
