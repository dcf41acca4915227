"""Heartbeat of one running operation."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from msgspec.structs import replace

from server.errors import AudienceError, ChangedError, OutsideError
from server.operations.records import Record, Started
from server.sheets.api.failures import ApiFailure, CallError
from server.sheets.tabs.operation_record import Operation, State
from server.texts import to_say

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds between two renewals of a record.

    Attributes
    ----------
    longest
        It is renewed at least so often.
    between
        Returns how long it is left alone after that.
    """

    longest: float
    between: Callable[[], float]


class Heartbeat:
    """Keeps the record of one operation up to date, from a thread of its own.

    Attributes
    ----------
    operation
        As it is now; the record follows.
    """

    def __init__(self, record: Record, started: Started, pauses: Pauses) -> None:
        self.operation = started.operation
        self._record = record
        self._pauses = pauses
        self._earlier = started.earlier
        self._metadata_id = started.metadata_id
        self._is_superseded = False
        self._stop: Callable[[], None] | None = None
        self._changed = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def progress(self, stage: str, fraction: float) -> None:
        """Record the progress of the work; stop the work where another run has taken its place."""
        if self._is_superseded:
            raise _superseded()
        stage = self._record.wording().say(stage)
        self.operation = replace(self.operation, stage=stage, fraction=round(fraction, 3))
        self._changed.set()

    @contextmanager
    def stopping(self, stop: Callable[[], None]) -> Iterator[None]:
        """See `stopped_by_successor`."""
        self._stop = stop
        try:
            yield
        except Exception as error:
            if self._is_superseded and not isinstance(error, ChangedError):
                raise _superseded() from error
            raise
        finally:
            self._stop = None

    def end(self, state: State, message: str, problem: dict[str, str] | None = None) -> Operation:
        """Record the end of the operation; no heartbeat follows it, not even one that is on its way."""
        self._over.set()
        self._changed.set()
        self.operation = replace(
            self.operation,
            state=state,
            fraction=1.0 if state == "done" else self.operation.fraction,
            message=message,
            problem=problem,
            heartbeatAt=self._record.stamp(),
        )
        self._record.close(self.operation)
        return self.operation

    def _beat(self) -> None:
        while not self._over.is_set():
            pause = self._pauses.between()
            self._changed.wait(max(0.0, self._pauses.longest - pause))
            self._changed.clear()
            if self._over.is_set():
                return
            self._renew()
            self._over.wait(pause)

    def _renew(self) -> None:
        """Write a heartbeat; a failed one is skipped, unless the record of this operation is gone."""
        beating = replace(self.operation, heartbeatAt=self._record.stamp())
        try:
            self._record.renew(beating, self._earlier, self._metadata_id)
        except (CallError, OutsideError) as failure:
            log.warning("the record of an operation was not renewed: %s", type(failure).__name__)
            if isinstance(failure, ApiFailure) and failure.status == 400:
                self._look_for_successor()

    def _look_for_successor(self) -> None:
        try:
            self._is_superseded = self._record.is_superseded(self.operation.id)
        except (CallError, AudienceError) as failure:
            log.warning("the record of an operation was not read: %s", type(failure).__name__)
        stop = self._stop
        if self._is_superseded and stop is not None:
            stop()


AT_WORK: ContextVar[Heartbeat | None] = ContextVar("the operation that is done here", default=None)


@contextmanager
def stopped_by_successor(stop: Callable[[], None]) -> Iterator[None]:
    """Have `stop` called, from another thread, where another run takes the place of the operation that is done here.

    For work that waits long for one answer, as of a warehouse; between its steps `Heartbeat.progress` ends it.

    Raises
    ------
    ChangedError
        Instead of whatever the work raises when it is stopped.
    """
    heartbeat = AT_WORK.get()
    if heartbeat is None:
        yield
        return
    with heartbeat.stopping(stop):
        yield


def _superseded() -> ChangedError:
    return ChangedError(
        to_say("This run was interrupted for more than a minute, and another one has begun since."),
        hint=to_say("Nothing of this run was written."),
    )
