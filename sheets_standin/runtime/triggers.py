"""Installed triggers, and the short queues in which events wait for their handlers."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from sheets_standin.runtime.wire import ScriptError

MOST_TRIGGERS = 20
MOST_WAITING = 2
_NAMES = {"ON_EDIT": "edit", "ON_CHANGE": "change", "ON_OPEN": "open", "CLOCK": "time-based"}


@dataclass(eq=False, slots=True)
class Trigger:
    """One installed trigger.

    Attributes
    ----------
    event
        ON_EDIT, ON_CHANGE, ON_OPEN or CLOCK.
    hours, due
        Of a clock trigger: how often, and when next.
    is_dead
        Its creator lost access or took the consent back: it fires no more, and nobody is told.
    """

    uid: str
    handler: str
    event: str
    creator: str
    source_id: str
    hours: int | None = None
    due: dt.datetime | None = None
    is_dead: bool = False


class Triggers:
    """The triggers of one script in one spreadsheet.

    Parameters
    ----------
    now
        The time, aware.
    """

    def __init__(self, source_id: str, now: Callable[[], dt.datetime]) -> None:
        self._source_id = source_id
        self._now = now
        self._all: list[Trigger] = []
        self._lock = threading.Lock()

    def add(self, handler: str, event: str, creator: str, hours: int | None = None) -> Trigger:
        """Install a trigger.

        Raises
        ------
        ScriptError
            Where the account has one of this kind here already, or 20 of the script.
        """
        with self._lock:
            owned = [trigger for trigger in self._all if trigger.creator == creator]
            if any(trigger.event == event for trigger in owned):
                raise ScriptError(
                    f"This add-on has created too many {_NAMES[event]} triggers in this document for this "
                    "Google user account."
                )
            if len(owned) >= MOST_TRIGGERS:
                raise ScriptError(
                    "This script has too many triggers. Triggers must be deleted from the script before more "
                    "can be added."
                )
            due = None if hours is None else self._now() + dt.timedelta(hours=hours)
            uid = str(10**18 + secrets.randbelow(9 * 10**18))
            trigger = Trigger(uid, handler, event, creator, self._source_id, hours, due)
            self._all.append(trigger)
            return trigger

    def delete(self, trigger: Trigger, account: str) -> bool:
        """Delete an account's own trigger; return whether it was there."""
        with self._lock:
            if trigger not in self._all or trigger.creator != account:
                return False
            self._all.remove(trigger)
            return True

    def of(self, account: str) -> list[Trigger]:
        """Return the triggers that an account has installed: it sees no others."""
        with self._lock:
            return [trigger for trigger in self._all if trigger.creator == account]

    def firing(self, event: str) -> list[Trigger]:
        """Return the triggers of everybody that an event fires."""
        with self._lock:
            return [trigger for trigger in self._all if trigger.event == event and not trigger.is_dead]

    def due(self) -> list[Trigger]:
        """Return the clock triggers whose time has come, and set their next time."""
        moment = self._now()
        ready = [
            trigger for trigger in self.firing("CLOCK") if trigger.due is not None and trigger.due <= moment
        ]
        for trigger in ready:
            trigger.due = moment + dt.timedelta(hours=trigger.hours or 1)
        return ready


class Lane:
    """What one handler has to do: one run at a time, two waiting; what comes while two wait is dropped."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], None]] = deque()
        self._is_running = False
        self._lock = threading.Lock()
        self.dropped = 0

    def offer(self, work: Callable[[], None]) -> Callable[[], None] | None:
        """Take one more piece of work; return what the caller has to run in a thread now, None for nothing."""
        with self._lock:
            if not self._is_running:
                self._is_running = True
                return lambda: self._drain(work)
            if len(self._waiting) < MOST_WAITING:
                self._waiting.append(work)
            else:
                self.dropped += 1
            return None

    def _drain(self, work: Callable[[], None]) -> None:
        following: Callable[[], None] | None = work
        while following is not None:
            try:
                following()
            finally:
                with self._lock:
                    following = self._waiting.popleft() if self._waiting else None
                    self._is_running = following is not None
