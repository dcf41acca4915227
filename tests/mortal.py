"""An instance of the service that is killed at a call to Google of the test's choice."""

from __future__ import annotations

from typing import Any

from proving.torture.direct import DirectClient, Killed, Wire
from server.sheets.api.client import SheetsClient
from server.sheets.api.failures import NoAnswer


class Life:
    """How long a process lives.

    Parameters
    ----------
    dies_at
        At which of its calls to Google (from 1) it is killed; 0 for never.
    answered
        Whether Google has done what that call asked for.
    """

    def __init__(self, dies_at: int = 0, *, answered: bool = False) -> None:
        self.dies_at, self.answered = dies_at, answered
        self.calls = 0
        self.is_over = False

    def call_begins(self) -> None:
        """Count a call to Google, and end here if it is the last one."""
        if self.is_over:
            raise NoAnswer("the process is dead")  # a thread that is left of it
        self.calls += 1
        if self.calls == self.dies_at and not self.answered:
            self._end()

    def call_ends(self) -> None:
        """End here if the call that was answered is the last one."""
        if self.calls == self.dies_at:
            self._end()

    def _end(self) -> None:
        self.is_over = True
        raise Killed


class MortalClient(DirectClient):
    """Calls to Google of one process, without HTTP. Its signs of life are not counted, as they come by the clock."""

    def __init__(self, wire: Wire, life: Life, *, is_counted: bool = True) -> None:
        super().__init__(wire)
        self._life, self._is_counted = life, is_counted

    def for_long_work(self, *, heartbeat: bool = False) -> SheetsClient:
        """Return itself, or what makes signs of life."""
        return MortalClient(self._wire, self._life, is_counted=False) if heartbeat else self

    def _answer(self, *args: Any, **kwargs: Any) -> Any:
        if not self._is_counted:
            if self._life.is_over:
                raise NoAnswer("the process is dead")
            return super()._answer(*args, **kwargs)
        self._life.call_begins()
        answer = super()._answer(*args, **kwargs)
        self._life.call_ends()
        return answer
