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
from functools import partial
from typing import Any

from server.errors import AudienceError, BusyError, error_texts
from server.logs import where
from server.operations.heartbeat import AT_WORK, Heartbeat, Pauses
from server.operations.records import AT_ONCE, Record, Started
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.commit.committer import Committer
from server.sheets.tabs.operation_record import Operation
from server.texts import to_say

ANSWER_SECONDS = 43.0
"""A long call answers within 45 s: done, or with its operation."""
HEARTBEAT_SECONDS = 15.0
PROGRESS_SECONDS = 5.0
"""The records of this process are not written more often than this, all together."""
CLOSING_SECONDS = 20.0
"""How long a thread may take from the record that says done to its end: at most one answer of Google."""
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
    """Answer of a long call: `result` where it is done here."""

    operation: Operation
    result: Any = None


@dataclass(frozen=True, slots=True)
class _Running:
    future: Future[Answer]
    heartbeat: Heartbeat


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

    Attributes
    ----------
    record
        Returns the record of a spreadsheet.
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
        self.record: Callable[[str], Record] = partial(Record, committer, now, works_here=self._works_on)
        self._committer = committer
        self._now = now
        self._clock = clock
        self._answer_seconds = answer_seconds
        self._progress_seconds = progress_seconds
        self._pauses = Pauses(heartbeat_seconds, self._leaves_alone)
        self._pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="operation")
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._running: OrderedDict[str, _Running] = OrderedDict()

    def run(
        self,
        spreadsheet_id: str,
        call: str,
        webhook_id: str,
        work: Work,
        *,
        answer_seconds: float | None = None,
        joins: bool = True,
    ) -> Answer:
        """Start a long call, or join the one that is running; wait for it for a while.

        Parameters
        ----------
        joins
            Whether it joins another call's work; else that refuses it.
        answer_seconds
            How long; None for as long as a call may take until it answers.

        Raises
        ------
        BusyError
            If another call's work is under way, and this one does not join it.
        AudienceError
            If it fails while it is waited for, or this process has as much to do as it can.
        """
        end = self._clock() + (self._answer_seconds if answer_seconds is None else answer_seconds)
        identity = operation_id(spreadsheet_id, webhook_id)
        running = self._here(identity)
        if running is None:
            started = self._start(self.record(spreadsheet_id), identity, call, work)
            if started.id != identity and not joins:
                raise BusyError(
                    to_say("Other work on this spreadsheet is under way."),
                    hint=to_say("Nothing was begun. Wait until it has ended, then try again."),
                    retry_after_seconds=30,
                )
            running = self._here(started.id)
            if running is None:
                return Answer(started.as_seen(self._now()))
        wait_for([running.future], timeout=max(0.0, end - self._clock()))
        return running.future.result() if running.future.done() else Answer(running.heartbeat.operation)

    @property
    def has_place(self) -> bool:
        """Whether this process could begin one more."""
        with self._lock:
            return sum(not running.future.done() for running in self._running.values()) < AT_ONCE

    def status(self, spreadsheet_id: str, wanted: str = "") -> Operation | None:
        """Return the operation on record, or None; the one of an id, if one is named."""
        return self.record(spreadsheet_id).find(wanted)

    def result(self, operation: Operation) -> Any:
        """Return the result of an operation that is done by its record, and was done in this process; else None.

        The record tells so a moment before the thread that wrote it has Google's answer: that is waited for.
        """
        running = self._here(operation.id)
        if running is None or operation.state != "done":
            return None
        wait_for([running.future], timeout=CLOSING_SECONDS)
        if not running.future.done() or running.future.exception() is not None:
            return None
        return running.future.result().result

    def _leaves_alone(self) -> float:
        """Return how long to leave a record alone: the longer, the more operations run here."""
        with self._lock:
            count = sum(not running.future.done() for running in self._running.values())
        return self._progress_seconds * max(1, count)

    def _works_on(self, identity: str) -> bool:
        running = self._here(identity)
        return running is not None and not running.future.done()

    def _here(self, identity: str) -> _Running | None:
        with self._lock:
            return self._running.get(identity)

    def _start(self, record: Record, identity: str, call: str, work: Work) -> Operation:
        """Begin the work, if its record can be written; return the operation that is on record then."""
        has_place = self._places.acquire(blocking=False)
        begun = False
        try:
            with record.lock():
                started = record.begin(identity, call, has_place=has_place)
                if started.is_ours:
                    self._begin(record, started, work)
                    begun = True
        except ApiFailure as failure:
            raise explained(failure, self._committer.client.service_account) from failure
        finally:
            if has_place and not begun:
                self._places.release()
        return started.operation

    def _begin(self, record: Record, started: Started, work: Work) -> None:
        heartbeat = Heartbeat(record, started, self._pauses)
        with self._lock:
            future = self._pool.submit(copy_context().run, self._work, record, heartbeat, work)
            self._running[started.operation.id] = _Running(future, heartbeat)
            done = [identity for identity, running in self._running.items() if running.future.done()]
            for identity in done[: max(0, len(self._running) - _KEPT)]:
                del self._running[identity]

    def _work(self, record: Record, heartbeat: Heartbeat, work: Work) -> Answer:
        AT_WORK.set(heartbeat)
        try:
            heartbeat.start()
            result = work(heartbeat.progress)
        except AudienceError as error:
            problem = error_texts(error, record.wording().say)
            heartbeat.end("failed", problem.detail, {"type": error.kind, **problem._asdict()})
            raise
        except Exception as error:
            log.error("a long call failed: %s at %s", type(error).__name__, where(error))
            text = record.wording().say("The service met a problem of its own; nothing was written.")
            heartbeat.end("failed", text)
            raise
        finally:
            self._places.release()
        return Answer(heartbeat.end("done", getattr(result, "message", "")), result)
