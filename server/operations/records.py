"""Record of a long operation in the spreadsheet: begun, renewed, closed and read."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from server.core.wording import Wording
from server.errors import AudienceError, BusyError
from server.layout.record_tabs import MODEL
from server.sheets.api.calls import SpreadsheetCalls
from server.sheets.api.failures import ApiFailure, CallError, explained
from server.sheets.api.requests import Json
from server.sheets.api.retry import patient
from server.sheets.commit.committer import Committer
from server.sheets.commit.snapshot import Snapshot
from server.sheets.commit.writes import Batch, Planned
from server.sheets.tabs import layouts
from server.sheets.tabs.operation_record import (
    Ended,
    Operation,
    heartbeat_request,
    new_metadata_id,
    read_operation,
    read_record,
)
from server.texts import to_say

AT_ONCE = 2
"""More operations at once in a process would need more memory than the smallest instance has."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Started:
    """State after a call has looked at the record: `is_ours` if it wrote it, so that it must work."""

    operation: Operation
    earlier: list[Ended]
    metadata_id: int
    is_ours: bool


class Record:
    """Record of one spreadsheet's long operations.

    Parameters
    ----------
    now
        Returns the time as an aware date-time.
    works_here
        Whether this process works on the operation of an id: then it is alive, whatever a clock that jumped says of
        its last sign of life.
    """

    def __init__(
        self,
        committer: Committer,
        now: Callable[[], dt.datetime],
        spreadsheet_id: str,
        works_here: Callable[[str], bool] = lambda _id: False,
    ) -> None:
        self.now = now
        self._works_here = works_here
        client = committer.client
        self.wording = partial(committer.wording, spreadsheet_id)
        self._sheet = committer.sheet(spreadsheet_id)
        self._long_sheet = committer.sheet(spreadsheet_id, client=client.for_long_work())
        self._patient_sheet = committer.sheet(spreadsheet_id, client=client.for_long_work(), budget=patient)
        self._signs_of_life = SpreadsheetCalls(client.for_long_work(heartbeat=True), spreadsheet_id)

    def lock(self) -> AbstractContextManager[None]:
        """Hold the spreadsheet's lock in this process."""
        return self._sheet.lock()

    def find(self, wanted: str = "") -> Operation | None:
        """Return the operation on record, or None; the one of an id, if one is named."""
        try:
            snapshot = self._sheet.read([])
        except ApiFailure as failure:
            raise explained(failure) from failure
        record = read_record(snapshot)
        operation = record.find(wanted) if wanted else record.operation
        if operation is None or self._works_here(operation.id):
            return operation
        return operation.as_seen(self.now())

    def begin(self, identity: str, call: str, *, has_place: bool) -> Started:
        """Write the record of a new operation, unless one is alive or this one was begun before.

        Parameters
        ----------
        has_place
            Whether this process can do the work.

        Raises
        ------
        BusyError
            If it would have to and cannot.
        AudienceError
            If the record could not be written.
        """

        def plan(snapshot: Snapshot) -> Planned[Batch, Started]:
            now, record = self.now(), read_record(snapshot)
            present = record.find(identity)
            if present is None and record.operation is not None and self._is_alive(record.operation, now):
                present = record.operation
            if present is not None:
                return Planned(None, Started(present, [], 0, is_ours=False))
            if not has_place:
                raise BusyError(
                    to_say(
                        "The service is at work on {spreadsheets} other spreadsheets.", spreadsheets=AT_ONCE
                    ),
                    hint=to_say("Nothing was begun. Try again in a minute or two."),
                    retry_after_seconds=60,
                )
            stamp, metadata_id, wording = self.stamp(), new_metadata_id(), Wording(snapshot.locale)
            operation = Operation(identity, call, "running", wording.say("Starting"), 0.0, stamp, stamp)
            earlier = record.earlier_from(now)
            requests = record.replaced(operation, earlier, metadata_id)
            started = Started(operation, earlier, metadata_id, is_ours=True)
            return Planned(Batch([*_model_tab(snapshot), *requests]), started)

        return self._sheet.transact([], plan).result

    def _is_alive(self, operation: Operation, now: dt.datetime) -> bool:
        return self._works_here(operation.id) or operation.is_alive(now)

    def is_superseded(self, identity: str) -> bool:
        """Whether another operation has taken the place of one, which was given up for lost."""
        snapshot = self._long_sheet.read([])
        present = read_operation(snapshot)
        return present is None or present.id != identity

    def renew(self, operation: Operation, earlier: list[Ended], entry: int) -> None:
        """Write a heartbeat.

        Raises
        ------
        CallError, OutsideError
            If it was not written.
        """
        self._signs_of_life.batch_update([heartbeat_request(operation, earlier, entry)])

    def close(self, ended: Operation) -> None:
        """Put the end of an operation on record, unless another has taken its place."""

        def plan(snapshot: Snapshot) -> Planned[Batch, None]:
            record = read_record(snapshot)
            if record.operation is None or record.operation.id != ended.id:
                return Planned(None, None)
            return Planned(Batch(record.replaced(ended, record.earlier, new_metadata_id())), None)

        try:
            self._patient_sheet.transact([], plan)
        except (CallError, AudienceError) as failure:
            log.warning("the end of an operation was not written: %s", type(failure).__name__)

    def stamp(self) -> str:
        """Return the time as the record has it."""
        return self.now().astimezone(dt.UTC).isoformat(timespec="seconds")


def _model_tab(snapshot: Snapshot) -> list[Json]:
    """Return what makes the tab that carries the commit token, where it is missing."""
    return layouts.first_use_requests(MODEL, snapshot)
