"""Long work with progress: a record in the spreadsheet that the sidebar reads, and a thread that does it.

The record is spreadsheet-level developer metadata. Starting is a commit, so of two that start at once one
finds the other's record and joins it. The heartbeat tells whether the instance that works is still alive.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from dataclasses import asdict, dataclass, replace
from typing import Any

from server.errors import AudienceError, LostError
from server.layout import METADATA_OPERATION, MODEL
from server.sheets import tabs
from server.sheets.cells import Json
from server.sheets.commit import Batch, Committer, Pace, retried
from server.sheets.failures import ApiFailure, CallError, explained
from server.sheets.snapshot import Snapshot

ANSWER_SECONDS = 45.0
"""A long call answers within this time: done, or with its operation."""
HEARTBEAT_SECONDS = 15.0
ALIVE_SECONDS = 60.0
"""An operation whose heartbeat is older is lost."""
PROGRESS_SECONDS = 3.0
"""The record is not written more often than this."""
AT_ONCE = 2
END_SECONDS = 60.0
"""How long the end of an operation is tried to be put on record; without it, it would be taken for lost."""
_KEPT = 50

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Operation:
    """The record of a long call.

    Attributes
    ----------
    state
        "running", "done", "failed" or "lost".
    stage
        What is being done, in the marketer's words.
    fraction
        How much is done, 0 to 1.
    startedAt, heartbeatAt
        UTC, ISO 8601.
    """

    id: str
    call: str
    state: str
    stage: str
    fraction: float
    startedAt: str  # noqa: N815 - the names of the record's JSON
    heartbeatAt: str  # noqa: N815
    message: str = ""
    problem: Mapping[str, Any] | None = None

    def as_seen(self, now: dt.datetime) -> Operation:
        """Return the operation as it is to be told: lost, where nobody has worked on it for a minute."""
        if self.state != "running" or self.is_alive(now):
            return self
        error = LostError("The operation was interrupted.", hint="Nothing of it was written. Run it again.")
        return replace(self, state="lost", message=f"{error.detail} {error.hint}")

    def is_alive(self, now: dt.datetime) -> bool:
        """Whether somebody works on it."""
        try:
            beat = dt.datetime.fromisoformat(self.heartbeatAt)
        except ValueError:
            return False
        return self.state == "running" and (now - beat).total_seconds() < ALIVE_SECONDS


def operation_id(webhook_id: str) -> str:
    """Return the id of the operation that a request starts: a repeated request joins it.

    >>> operation_id("msg_1") == operation_id("msg_1") != operation_id("msg_2")
    True
    """
    return "op-" + hashlib.sha256(webhook_id.encode()).hexdigest()[:16]


def read_operation(snapshot: Snapshot) -> Operation | None:
    """Return the record in a snapshot, None where there is none that can be read."""
    for entry in snapshot.metadata:
        if entry.get("metadataKey") == METADATA_OPERATION:
            try:
                return Operation(**json.loads(entry.get("metadataValue", "")))
            except (ValueError, TypeError):
                return None
    return None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a long call answers: `result` where it is done here."""

    operation: Operation
    result: Any = None


Work = Callable[[Callable[[str, float], None]], Any]
"""Does the work; is given what to call with the stage and the fraction. Its result has a `message`."""


class Operations:
    """Starts long calls, and tells how they are getting on.

    Parameters
    ----------
    committer
        Reads and writes spreadsheets.
    now
        Returns the time as an aware date-time.
    answer_seconds
        How long a call may take: it answers then, even if its work goes on.
    clock
        Seconds, never going back.
    """

    def __init__(
        self,
        committer: Committer,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        answer_seconds: float = ANSWER_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._committer = committer
        self._client = committer.client.for_long_work()
        self._now = now
        self._answer_seconds = answer_seconds
        self._clock = clock
        self._pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="operation")
        self._lock = threading.Lock()
        self._running: OrderedDict[str, Future[Answer]] = OrderedDict()

    def run(self, spreadsheet_id: str, call: str, webhook_id: str, work: Work) -> Answer:
        """Start a long call, or join the one that runs; wait for it a while.

        Raises
        ------
        AudienceError
            If it fails while it is waited for.
        """
        end = self._clock() + self._answer_seconds
        operation, future = self._begun(spreadsheet_id, operation_id(webhook_id), call, work)
        if future is None:
            return Answer(operation.as_seen(self._now()))
        try:
            return future.result(timeout=max(0.0, end - self._clock()))
        except StillRunning:
            return Answer(self.status(spreadsheet_id) or operation)

    def _begun(
        self, spreadsheet_id: str, identity: str, call: str, work: Work
    ) -> tuple[Operation, Future[Answer] | None]:
        """Return the operation on record and, where it is this process's, what it will end in.

        Only who has written the record does the work: another request, thread or instance joins.
        """
        with self._committer.alone(spreadsheet_id):
            operation, is_mine = self._start(spreadsheet_id, identity, call)
            with self._lock:
                if is_mine:
                    pulse = _Pulse(self, spreadsheet_id, operation)
                    pulse.start()  # before its turn comes: what waits for a free thread is alive, too
                    self._running[identity] = self._pool.submit(self._work, pulse, work)
                    self._forget_old()
                return operation, self._running.get(operation.id)

    def _forget_old(self) -> None:
        ended = [identity for identity, future in self._running.items() if future.done()]
        for identity in ended[: max(0, len(self._running) - _KEPT)]:
            del self._running[identity]

    def status(self, spreadsheet_id: str, wanted: str = "") -> Operation | None:
        """Return the operation on record, or None; the one of an id, if one is named."""
        try:
            snapshot = self._committer.read(spreadsheet_id, [])
        except ApiFailure as failure:
            raise explained(failure) from failure
        found = read_operation(snapshot)
        return found.as_seen(self._now()) if found and wanted in ("", found.id) else None

    def result(self, identity: str) -> Any:
        """Return the result of an operation that ended in this process, else None."""
        with self._lock:
            future = self._running.get(identity)
        if future is None or not future.done() or future.exception() is not None:
            return None
        return future.result().result

    def _start(self, spreadsheet_id: str, identity: str, call: str) -> tuple[Operation, bool]:
        """Return the operation on record and whether it was begun here.

        Begun is a new one, unless one is alive or this one has ended; one that was lost begins again.
        """
        found: list[Operation] = []

        def plan(snapshot: Snapshot) -> Batch | None:
            present = read_operation(snapshot)
            if present is not None:
                has_ended = present.id == identity and present.state != "running"
                if has_ended or present.is_alive(self._now()):
                    found[:] = [present]
                    return None
            stamp = self.stamp()
            found[:] = [Operation(identity, call, "running", "Starting", 0.0, stamp, stamp)]
            requests: list[Json] = []
            if MODEL not in snapshot.tabs:  # it carries the commit token
                taken = [tab.sheet_id for tab in snapshot.tabs.values()]
                requests = tabs.layout_requests([MODEL], taken)
            exists = any(e.get("metadataKey") == METADATA_OPERATION for e in snapshot.metadata)
            return Batch([*requests, _record(found[0], exists=exists)])

        try:
            outcome = self._committer.transact(spreadsheet_id, [], plan)
        except ApiFailure as failure:
            raise explained(failure) from failure
        return found[0], outcome.write is not None

    def _work(self, pulse: _Pulse, work: Work) -> Answer:
        try:
            result = work(pulse.progress)
        except AudienceError as error:
            problem = {"type": error.kind, "title": error.title, "detail": error.detail, "hint": error.hint}
            pulse.end("failed", error.detail, problem)
            raise
        except Exception:
            log.exception("a long call failed")
            pulse.end("failed", "The service met a problem of its own; nothing was written.")
            raise
        return Answer(pulse.end("done", getattr(result, "message", "")), result)

    def write(self, spreadsheet_id: str, operation: Operation) -> None:
        """Write the record; a sign of life that is not written is no more than one missing.

        The end of an operation is tried again for a while.
        """

        def put() -> None:
            record = _record(operation, exists=True)
            self._client.batch_update(spreadsheet_id, [record], seconds=HEARTBEAT_SECONDS)

        try:
            if operation.state == "running":
                put()
            else:
                retried(put, Pace(seconds=END_SECONDS, quota_seconds=END_SECONDS))
        except (CallError, AudienceError) as failure:
            log.warning("the record of an operation was not written: %s", type(failure).__name__)

    def stamp(self) -> str:
        """Return the time as the record has it."""
        return self._now().astimezone(dt.UTC).isoformat(timespec="seconds")


class _Pulse:
    """Keeps the record of one operation up to date, from a thread of its own."""

    def __init__(self, operations: Operations, spreadsheet_id: str, operation: Operation) -> None:
        self._operations = operations
        self._spreadsheet_id = spreadsheet_id
        self._operation = operation
        self._changed = threading.Event()
        self._over = threading.Event()
        self._writing = threading.Lock()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def progress(self, stage: str, fraction: float) -> None:
        self._operation = replace(self._operation, stage=stage, fraction=round(fraction, 3))
        self._changed.set()

    def end(self, state: str, message: str, problem: Mapping[str, Any] | None = None) -> Operation:
        self._over.set()
        self._changed.set()
        fraction = 1.0 if state == "done" else self._operation.fraction
        self._operation = replace(
            self._operation,
            state=state,
            fraction=fraction,
            message=message,
            problem=problem,
            heartbeatAt=self._operations.stamp(),
        )
        with self._writing:  # the end is written last, whatever beat is on its way
            self._operations.write(self._spreadsheet_id, self._operation)
        return self._operation

    def _beat(self) -> None:
        while True:
            self._changed.wait(HEARTBEAT_SECONDS)
            self._changed.clear()
            with self._writing:
                if self._over.is_set():
                    return
                beating = replace(self._operation, heartbeatAt=self._operations.stamp())
                self._operations.write(self._spreadsheet_id, beating)
            self._over.wait(PROGRESS_SECONDS)


def _record(operation: Operation, *, exists: bool) -> Json:
    text = json.dumps(asdict(operation), ensure_ascii=False)
    if exists:
        return {
            "updateDeveloperMetadata": {
                "dataFilters": [{"developerMetadataLookup": {"metadataKey": METADATA_OPERATION}}],
                "developerMetadata": {"metadataValue": text},
                "fields": "metadataValue",
            }
        }
    return {
        "createDeveloperMetadata": {
            "developerMetadata": {
                "metadataKey": METADATA_OPERATION,
                "metadataValue": text,
                "location": {"spreadsheet": True},
                "visibility": "DOCUMENT",
            }
        }
    }
