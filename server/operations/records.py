"""The record of long work in the spreadsheet: one is begun, renewed and closed, and tells how work is getting on."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from server.errors import AudienceError, BusyError
from server.layout import MODEL
from server.sheets import tabs
from server.sheets.cells import Json
from server.sheets.commit import Batch, Committer
from server.sheets.failures import ApiFailure, CallError, explained
from server.sheets.pace import patient
from server.sheets.progress import (
    Ended,
    Operation,
    heartbeat_request,
    new_metadata_id,
    read_operation,
    read_record,
)
from server.sheets.snapshot import Snapshot

AT_ONCE = 2
"""More operations at once in a process would need more memory than the smallest instance has."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Started:
    """What is known when a call has looked at the record: `is_ours` if it wrote it, so that it must work."""

    operation: Operation
    earlier: list[Ended]
    metadata_id: int
    is_ours: bool


class Records:
    """Reads and writes the records.

    Parameters
    ----------
    now
        Returns the time as an aware date-time.
    """

    def __init__(self, committer: Committer, now: Callable[[], dt.datetime]) -> None:
        self.now = now
        self._committer = committer
        self._client = committer.client.for_long_work()
        self._signs_of_life = committer.client.for_long_work(heartbeat=True)

    def find(self, spreadsheet_id: str, wanted: str = "") -> Operation | None:
        """Return the operation on record, or None; the one of an id, if one is named."""
        try:
            snapshot = self._committer.read(spreadsheet_id, [])
        except ApiFailure as failure:
            raise explained(failure) from failure
        record = read_record(snapshot)
        found = record.find(wanted) if wanted else record.operation
        return found.as_seen(self.now()) if found else None

    def begin(self, spreadsheet_id: str, identity: str, call: str, *, has_place: bool) -> Started:
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
        found: list[Started] = []

        def plan(snapshot: Snapshot) -> Batch | None:
            now, record = self.now(), read_record(snapshot)
            present = record.find(identity)
            if present is None and record.operation is not None and record.operation.is_alive(now):
                present = record.operation
            if present is not None:
                found[:] = [Started(present, [], 0, is_ours=False)]
                return None
            if not has_place:
                raise BusyError(
                    f"The service is at work on {AT_ONCE} other spreadsheets.",
                    hint="Nothing was begun. Try again in a minute or two.",
                    retry_after_seconds=60,
                )
            stamp, metadata_id = self.stamp(), new_metadata_id()
            operation = Operation(identity, call, "running", "Starting", 0.0, stamp, stamp)
            earlier = record.earlier_from(now)
            requests = record.replaced(operation, earlier, metadata_id)
            found[:] = [Started(operation, earlier, metadata_id, is_ours=True)]
            return Batch([*_model_tab(snapshot), *requests])

        self._committer.transact(spreadsheet_id, [], plan)
        return found[0]

    def is_superseded(self, spreadsheet_id: str, identity: str) -> bool:
        """Whether another operation has taken the place of one, which was given up for lost."""
        snapshot = self._committer.read(spreadsheet_id, [], client=self._client)
        present = read_operation(snapshot)
        return present is None or present.id != identity

    def renew(self, spreadsheet_id: str, operation: Operation, earlier: list[Ended], entry: int) -> None:
        """Write a sign of life.

        Raises
        ------
        CallError, OutsideError
            If it was not written.
        """
        self._signs_of_life.batch_update(spreadsheet_id, [heartbeat_request(operation, earlier, entry)])

    def close(self, spreadsheet_id: str, ended: Operation) -> None:
        """Put the end of an operation on record, unless another has taken its place."""

        def plan(snapshot: Snapshot) -> Batch | None:
            record = read_record(snapshot)
            is_ours = record.operation is not None and record.operation.id == ended.id
            return Batch(record.replaced(ended, record.earlier, new_metadata_id())) if is_ours else None

        try:
            self._committer.transact(spreadsheet_id, [], plan, pace=patient(), client=self._client)
        except (CallError, AudienceError) as failure:
            log.warning("the end of an operation was not written: %s", type(failure).__name__)

    def stamp(self) -> str:
        """Return the time as the record has it."""
        return self.now().astimezone(dt.UTC).isoformat(timespec="seconds")


def _model_tab(snapshot: Snapshot) -> list[Json]:
    """Return what makes the tab that carries the commit token, where it is missing."""
    return [] if MODEL in snapshot.tabs else tabs.layout_requests([MODEL], snapshot)
