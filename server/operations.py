"""Long work with progress: a record in the spreadsheet that the sidebar reads, and a thread that does it.

Starting is a commit, so of two that start at once one finds the other's record and joins it. Whoever wrote the
record does the work, nobody else: a repeated request finds the record of the first, also after it has ended.
The heartbeat tells whether the instance that works is still alive.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from server.errors import AudienceError, BusyError, ChangedError, OutsideError, way_out
from server.layout import MODEL
from server.logs import where
from server.sheets import tabs
from server.sheets.cells import Json
from server.sheets.commit import Batch, Committer
from server.sheets.failures import ApiFailure, CallError, explained
from server.sheets.pace import patient
from server.sheets.progress import (
    Ended,
    Operation,
    State,
    heartbeat_request,
    new_metadata_id,
    read_operation,
    read_record,
)
from server.sheets.snapshot import Snapshot

__all__ = ["Answer", "Operation", "Operations", "operation_id", "read_operation"]

ANSWER_SECONDS = 43.0
"""A long call answers within 45 s: done, or with its operation."""
HEARTBEAT_SECONDS = 15.0
PROGRESS_SECONDS = 5.0
"""The records of this process are not written more often than this, all together."""
AT_ONCE = 2
"""More would need more memory than the smallest instance has."""
_KEPT = 50

log = logging.getLogger(__name__)

Progress = Callable[[str, float], None]
Work = Callable[[Progress], Any]
"""Does the work; is given what to call with the stage and the fraction. Its result has a `message`."""


def operation_id(spreadsheet_id: str, webhook_id: str) -> str:
    """Return the id of the operation that a request starts: a repeated request joins it.

    >>> operation_id("sheet", "msg_1") == operation_id("sheet", "msg_1") != operation_id("sheet", "msg_2")
    True
    """
    return "op-" + hashlib.sha256(f"{spreadsheet_id}\n{webhook_id}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a long call answers: `result` where it is done here."""

    operation: Operation
    result: Any = None


@dataclass(frozen=True, slots=True)
class _Started:
    """What is known when a call has looked at the record: `is_ours` if it wrote it, so that it must work."""

    operation: Operation
    earlier: list[Ended]
    metadata_id: int
    is_ours: bool


@dataclass(frozen=True, slots=True)
class _Running:
    future: Future[Answer]
    pulse: _Pulse


class Operations:
    """Starts long calls, and tells how they are getting on.

    Parameters
    ----------
    committer
        Reads and writes spreadsheets.
    now
        Returns the time as an aware date-time.
    answer_seconds
        How long a call may take until it answers.
    heartbeat_seconds, progress_seconds
        How often the record is renewed at least, and at most.
    """

    def __init__(
        self,
        committer: Committer,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        answer_seconds: float = ANSWER_SECONDS,
        *,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
        progress_seconds: float = PROGRESS_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._committer = committer
        self._client = committer.client.for_long_work()
        self._signs_of_life = committer.client.for_long_work(heartbeat=True)
        self._now = now
        self._clock = clock
        self._answer_seconds = answer_seconds
        self.heartbeat_seconds = heartbeat_seconds
        self._progress_seconds = progress_seconds
        self._pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="operation")
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._running: OrderedDict[str, _Running] = OrderedDict()

    def run(self, spreadsheet_id: str, call: str, webhook_id: str, work: Work) -> Answer:
        """Start a long call, or join the one that runs; wait for it a while.

        Raises
        ------
        AudienceError
            If it fails while it is waited for, or this process has as much to do as it can.
        """
        end = self._clock() + self._answer_seconds
        identity = operation_id(spreadsheet_id, webhook_id)
        running = self._here(identity)
        if running is None:
            started = self._start(spreadsheet_id, identity, call, work)
            running = self._here(started.id)
            if running is None:
                return Answer(started.as_seen(self._now()))
        wait_for([running.future], timeout=max(0.0, end - self._clock()))
        return running.future.result() if running.future.done() else Answer(running.pulse.operation)

    def status(self, spreadsheet_id: str, wanted: str = "") -> Operation | None:
        """Return the operation on record, or None; the one of an id, if one is named."""
        try:
            snapshot = self._committer.read(spreadsheet_id, [])
        except ApiFailure as failure:
            raise explained(failure) from failure
        record = read_record(snapshot)
        found = record.find(wanted) if wanted else record.operation
        return found.as_seen(self._now()) if found else None

    def result(self, identity: str) -> Any:
        """Return the result of an operation that ended in this process, else None."""
        running = self._here(identity)
        if running is None or not running.future.done() or running.future.exception() is not None:
            return None
        return running.future.result().result

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

    def progress_seconds(self) -> float:
        """Return how long to leave a record alone: the longer, the more operations run here."""
        with self._lock:
            count = sum(not each.future.done() for each in self._running.values())
        return self._progress_seconds * max(1, count)

    def stamp(self) -> str:
        """Return the time as the record has it."""
        return self._now().astimezone(dt.UTC).isoformat(timespec="seconds")

    def _here(self, identity: str) -> _Running | None:
        with self._lock:
            return self._running.get(identity)

    def _start(self, spreadsheet_id: str, identity: str, call: str, work: Work) -> Operation:
        """Begin the work, if its record can be written; return the operation that is on record then."""
        has_place = self._places.acquire(blocking=False)
        begun = False
        try:
            with self._committer.alone(spreadsheet_id):
                started = self._recorded(spreadsheet_id, identity, call, has_place=has_place)
                if started.is_ours:
                    self._begin(spreadsheet_id, started, work)
                    begun = True
        except ApiFailure as failure:
            raise explained(failure, self._client.service_account) from failure
        finally:
            if has_place and not begun:
                self._places.release()
        return started.operation

    def _recorded(self, spreadsheet_id: str, identity: str, call: str, *, has_place: bool) -> _Started:
        """Write the record of a new operation, unless one is alive or this one was begun before."""
        found: list[_Started] = []

        def plan(snapshot: Snapshot) -> Batch | None:
            now, record = self._now(), read_record(snapshot)
            present = record.find(identity)
            if present is None and record.operation is not None and record.operation.is_alive(now):
                present = record.operation
            if present is not None:
                found[:] = [_Started(present, [], 0, is_ours=False)]
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
            found[:] = [_Started(operation, earlier, metadata_id, is_ours=True)]
            return Batch([*_model_tab(snapshot), *requests])

        self._committer.transact(spreadsheet_id, [], plan)
        return found[0]

    def _begin(self, spreadsheet_id: str, started: _Started, work: Work) -> None:
        pulse = _Pulse(self, spreadsheet_id, started)
        with self._lock:
            future = self._pool.submit(copy_context().run, self._work, pulse, work)
            self._running[started.operation.id] = _Running(future, pulse)
            done = [identity for identity, each in self._running.items() if each.future.done()]
            for identity in done[: max(0, len(self._running) - _KEPT)]:
                del self._running[identity]

    def _work(self, pulse: _Pulse, work: Work) -> Answer:
        try:
            pulse.start()
            result = work(pulse.progress)
        except AudienceError as error:
            problem = {
                "type": error.kind,
                "title": error.title,
                "detail": error.detail,
                "hint": way_out(error),
            }
            pulse.end("failed", error.detail, problem)
            raise
        except Exception as error:
            log.error("a long call failed: %s at %s", type(error).__name__, where(error))
            pulse.end("failed", "The service met a problem of its own; nothing was written.")
            raise
        finally:
            self._places.release()
        return Answer(pulse.end("done", getattr(result, "message", "")), result)


class _Pulse:
    """Keeps the record of one operation up to date, from a thread of its own."""

    def __init__(self, operations: Operations, spreadsheet_id: str, started: _Started) -> None:
        self.operation = started.operation
        self._operations = operations
        self._spreadsheet_id = spreadsheet_id
        self._earlier = started.earlier
        self._metadata_id = started.metadata_id
        self._is_superseded = False
        self._changed = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def progress(self, stage: str, fraction: float) -> None:
        """Note how far the work is; stop it here where another run has taken its place."""
        if self._is_superseded:
            raise ChangedError(
                "This run was interrupted for more than a minute, and another one has begun since.",
                hint="Nothing of this run was written.",
            )
        self.operation = replace(self.operation, stage=stage, fraction=round(fraction, 3))
        self._changed.set()

    def end(self, state: State, message: str, problem: dict[str, str] | None = None) -> Operation:
        """Put the end on record; no sign of life follows it, not even one that is on its way."""
        self._over.set()
        self._changed.set()
        self.operation = replace(
            self.operation,
            state=state,
            fraction=1.0 if state == "done" else self.operation.fraction,
            message=message,
            problem=problem,
            heartbeatAt=self._operations.stamp(),
        )
        self._operations.close(self._spreadsheet_id, self.operation)
        return self.operation

    def _beat(self) -> None:
        while not self._over.is_set():
            pause = self._operations.progress_seconds()
            self._changed.wait(max(0.0, self._operations.heartbeat_seconds - pause))
            self._changed.clear()
            if self._over.is_set():
                return
            self._renew()
            self._over.wait(pause)

    def _renew(self) -> None:
        """Write a sign of life; one that fails is missing, no more, unless our record has gone."""
        beating = replace(self.operation, heartbeatAt=self._operations.stamp())
        try:
            self._operations.renew(self._spreadsheet_id, beating, self._earlier, self._metadata_id)
        except (CallError, OutsideError) as failure:
            log.warning("the record of an operation was not renewed: %s", type(failure).__name__)
            if isinstance(failure, ApiFailure) and failure.status == 400:
                self._look_for_successor()

    def _look_for_successor(self) -> None:
        try:
            self._is_superseded = self._operations.is_superseded(self._spreadsheet_id, self.operation.id)
        except (CallError, AudienceError) as failure:
            log.warning("the record of an operation was not read: %s", type(failure).__name__)


def _model_tab(snapshot: Snapshot) -> list[Json]:
    """Return what makes the tab that carries the commit token, where it is missing."""
    return [] if MODEL in snapshot.tabs else tabs.layout_requests([MODEL], snapshot)
