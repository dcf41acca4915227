"""Retry budget of a call to Google: how long, how often and after which waits."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from server.sheets.api.failures import ApiFailure, CallError, NoAnswer, explained

QUOTA_PATIENCE_SECONDS = 3.0
"""Live scoring never waits longer than this for quota: the rows wait in the sheet instead."""
SCORING_SECONDS = 8.0
"""Time for a whole scoring call, from the wait for its turn to the last commit: it answers within ten."""
LONG_SECONDS = 240.0
"""Time for all attempts of one commit of a retrain."""
ATTEMPTS = 8
_LONGEST_QUOTA_WAIT = 32.0
_JITTER = random.Random()  # noqa: S311  # spreads waits, keeps no secret
"""A generator of its own: threads that wait leave the one of others alone, whose numbers may be asked to come again."""


@dataclass(slots=True)
class RetryBudget:
    """Time and attempts of a transaction; several that share a budget share its time.

    Attributes
    ----------
    seconds
        For all attempts together, from the first look at `left` on.
    quota_seconds
        Longest wait for quota, all waits together.
    attempts
        How often one transaction tries.
    """

    seconds: float = SCORING_SECONDS
    quota_seconds: float = QUOTA_PATIENCE_SECONDS
    attempts: int = ATTEMPTS
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = _JITTER.random
    _end: float | None = field(default=None, init=False)
    _waited: float = field(default=0.0, init=False)

    @property
    def left(self) -> float:
        """Seconds that are left, below 0 where the time is up."""
        if self._end is None:
            self._end = self.clock() + self.seconds
        return self._end - self.clock()

    def begin(self) -> Iterator[int]:
        """Yield the number of each attempt as long as there is time."""
        for attempt in range(self.attempts):
            if self.left <= 0 and attempt:
                return
            yield attempt

    def wait(self, attempt: int, failure: CallError, service_account: str = "") -> None:
        """Wait before the next attempt, or raise the error of `failure` where waiting is no use."""
        seconds = self._seconds(attempt, failure)
        if seconds is None:
            raise explained(failure, service_account) from failure
        self.sleep(seconds)

    def _seconds(self, attempt: int, failure: CallError) -> float | None:
        """Return how long to wait before the next attempt, None where waiting is no use."""
        if isinstance(failure, ApiFailure) and failure.is_quota:
            return self._seconds_for_quota(attempt, failure)
        if isinstance(failure, ApiFailure) and failure.status == 400:
            return 0.05 * (1 + attempt) * self.jitter()
        if isinstance(failure, ApiFailure) and not failure.is_retryable:
            return None
        seconds = min(0.2 * 2.0**attempt, 5.0) * (0.5 + self.jitter())
        return seconds if seconds < self.left else None

    def _seconds_for_quota(self, attempt: int, failure: ApiFailure) -> float | None:
        asked = failure.retry_after_seconds
        if asked is None:
            asked = min(2.0 ** (attempt + 1), _LONGEST_QUOTA_WAIT)
        patience = min(self.quota_seconds - self._waited, self.left)
        if asked > patience:
            return None
        seconds = min(asked + 0.2 * self.jitter(), patience)
        self._waited += seconds
        return seconds


T = TypeVar("T")


def retried(
    call: Callable[[], T], budget: RetryBudget, service_account: Callable[[], str] = str, *, forgives: int = 0
) -> T:
    """Return what a call returns that does no harm if it is made twice, made again while Google fails.

    Parameters
    ----------
    service_account
        Returns the address that the spreadsheet must be shared with, for the hint.
    forgives
        How many refusals (400) are tried again: a write may have been applied all the same.

    Raises
    ------
    ApiFailure
        If Google refuses the call itself (400).
    AudienceError
        If the time was not enough, or trying again is no use.
    """
    failure: CallError = NoAnswer("not tried")
    for attempt in budget.begin():
        try:
            return call()
        except CallError as error:
            failure = error
            if isinstance(error, ApiFailure) and error.status == 400:
                forgives -= 1
                if forgives < 0:
                    raise
            budget.wait(attempt, error, service_account())
    raise explained(failure, service_account()) from failure


def patient() -> RetryBudget:
    """Return the budget of long work: it waits for the next minute's quota rather than give up."""
    return RetryBudget(seconds=LONG_SECONDS, quota_seconds=LONG_SECONDS, attempts=20)
