"""Hourly look at the schedule: nothing, a refresh, or a place in the queue."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from server.core.schedule.record import Standing
from server.core.schedule.slots import spread
from server.errors import BusyError, QuotaError
from server.operations import Answer, Operations
from server.operations.turns import AGAIN_SECONDS, Turns
from server.use_cases.refresh import CALL, Looked, Refreshes
from server.use_cases.training_data import Progress

NO_WAIT = 0.0


@dataclass(frozen=True, slots=True)
class AskedRefresh:
    """What a look found: None where quota was too short to look; and the refresh that runs or has run."""

    looked: Looked | None
    answer: Answer | None = None


class RefreshCalls:
    """Looks at schedules, and has refreshes run.

    Parameters
    ----------
    now
        Returns the time as an aware date-time.
    """

    def __init__(
        self,
        refreshes: Refreshes,
        operations: Operations,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._refreshes = refreshes
        self._operations = operations
        self._now = now
        self.turns = Turns(self.begin)

    def ask(self, spreadsheet_id: str, message_id: str, *, chosen: bool = False) -> AskedRefresh:
        """Look whether a refresh is due; run it, or note when its turn comes.

        The hourly look is made only while quota abounds, else at the spreadsheet's turn: looks at a thousand of them
        would leave too little for the work, and for the labels of others.

        Parameters
        ----------
        chosen
            Whether somebody has just chosen the schedule and waits: what is due counts from this look.

        Raises
        ------
        AudienceError
            If what is to run by itself cannot be read, or the refresh failed while it was waited for.
        """
        try:
            looked = self._refreshes.look(spreadsheet_id, "live" if chosen else "spare")
        except QuotaError:
            self.turns.put(spreadsheet_id, spread(spreadsheet_id).total_seconds())
            return AskedRefresh(None)
        if looked.look.standing is Standing.SOON and looked.look.at is not None:
            self.turns.put(spreadsheet_id, (looked.look.at - self._now()).total_seconds())
        if looked.look.standing is not Standing.DUE:
            return AskedRefresh(looked)
        answer = self._run(spreadsheet_id, message_id, looked, None)
        if answer is None:
            self.turns.put(spreadsheet_id, AGAIN_SECONDS)
            return AskedRefresh(looked)
        if answer.operation.state == "done":
            return AskedRefresh(self._refreshes.look(spreadsheet_id), answer)
        return AskedRefresh(looked, answer)

    def begin(self, spreadsheet_id: str) -> bool:
        """Begin a refresh if one is due, without waiting for it; return False where there was no place for it.

        Google is asked only where there is a place, and from the share of long work.
        """
        if not self._operations.has_place:
            return False
        try:
            looked = self._refreshes.look(spreadsheet_id, "long")
            if looked.look.standing is not Standing.DUE:
                return True
            return self._run(spreadsheet_id, f"turn-{secrets.token_hex(8)}", looked, NO_WAIT) is not None
        except QuotaError:
            return False

    def _run(
        self, spreadsheet_id: str, message_id: str, looked: Looked, answer_seconds: float | None
    ) -> Answer | None:
        """Run the refresh that is due; None where there is no place, or another long call is at work there."""
        slot, tries = looked.look.slot, looked.tries
        assert slot is not None

        def work(progress: Progress) -> object:
            return self._refreshes.run(spreadsheet_id, slot, tries, progress)

        try:
            answer = self._operations.run(
                spreadsheet_id, CALL, message_id, work, answer_seconds=answer_seconds
            )
        except BusyError:
            return None
        is_others = answer.operation.call != CALL and answer.operation.state == "running"
        return None if is_others else answer
