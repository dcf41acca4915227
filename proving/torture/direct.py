"""Calls from the service to the stand-in without HTTP, with the same faults: thousands a second, repeatable."""

from __future__ import annotations

import random
from typing import Any, TypeVar

import msgspec

from local.launch import SERVICE_ACCOUNT
from server.sheets.api.client import SheetsClient
from server.sheets.api.failures import ApiFailure, NoAnswer
from server.sheets.api.retry import RetryBudget
from server.texts import in_english
from sheets_standin.sheets_api.faults import Faults, Kind
from sheets_standin.sheets_api.request import ApiRequest
from sheets_standin.sheets_api.service import SheetsService

_REFUSALS = {
    Kind.TOO_MANY: (429, "Quota exceeded (a fault that was switched on).", None),
    Kind.TOO_MANY_WITH_RETRY_AFTER: (429, "Quota exceeded (a fault that was switched on).", 1.0),
    Kind.INTERNAL: (500, "Internal error encountered.", None),
    Kind.UNAVAILABLE: (503, "The service is currently unavailable.", None),
}
LATEST_CALLS = 6
"""A batch that is applied late comes through at most so many calls afterwards."""


T = TypeVar("T")


class Killed(BaseException):
    """The process that made the call was killed."""


class Wire:
    """The way to the stand-in, which all clients of one run share.

    Parameters
    ----------
    kill_chance
        Probability of each call that its process is killed, before the call or just after it.
    """

    def __init__(
        self, service: SheetsService, faults: Faults, randomness: random.Random, kill_chance: float = 0.0
    ) -> None:
        self.service = service
        self.faults = faults
        self.kill_chance = kill_chance
        self.late: list[tuple[int, ApiRequest]] = []
        self.calls = 0
        self.writes = 0
        self._random = randomness

    def call(self, request: ApiRequest) -> Any:
        """Make a call, and return what Google answers."""
        self.calls += 1
        self.deliver()
        is_write = self.service.is_write(self.service.name_of(request)[0])
        fault = self.faults.next(self.service.name_of(request)[0])
        dies = self.kill_chance and self._random.random() < self.kill_chance
        if dies and self._random.random() < 0.5:
            raise Killed
        self._fail_before(fault, request, is_write=is_write)
        answer = self.service.call(request, SERVICE_ACCOUNT, fault)
        self.writes += is_write and answer.status == 200
        if dies:
            raise Killed
        if fault in (Kind.LOST_ANSWER, Kind.TRUNCATED, Kind.APPLIED_LATE):
            raise NoAnswer("cut")
        if fault is Kind.APPLIED_THEN_400 and is_write:
            raise ApiFailure(400, "Invalid requests[0]: a fault that was switched on, after the write.")
        if answer.status >= 400:
            raise ApiFailure(answer.status, str(answer.body["error"]["message"]))
        return answer.body

    def _fail_before(self, fault: Kind | None, request: ApiRequest, *, is_write: bool) -> None:
        """Raise what a fault makes of a call that Google does not get, or gets later."""
        if fault in _REFUSALS:
            raise ApiFailure(*_REFUSALS[fault])
        if fault in (Kind.CUT_BEFORE, Kind.HANG):
            raise NoAnswer("cut")
        if fault is Kind.APPLIED_LATE and is_write:
            self.late.append((self.calls + self._random.randint(1, LATEST_CALLS), request))
            raise NoAnswer("timeout")

    def deliver(self, *, every: bool = False) -> None:
        """Apply the batches that are late and whose time has come."""
        due = [batch for batch in self.late if every or batch[0] <= self.calls]
        self.late = [batch for batch in self.late if batch not in due]
        for _, request in due:
            self.service.call(request, SERVICE_ACCOUNT)


class DirectClient(SheetsClient):
    """The service's client, on a wire instead of HTTP."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(lambda: None)
        self._wire = wire

    def for_long_work(self, *, heartbeat: bool = False) -> SheetsClient:  # noqa: ARG002 - no limits differ
        """Return itself."""
        return self

    def for_spare_moments(self) -> SheetsClient:
        """Return itself."""
        return self

    @property
    def service_account(self) -> str:
        """E-mail address of the service account."""
        return SERVICE_ACCOUNT

    def _answer(
        self,
        spreadsheet_id: str,
        kind: str,  # noqa: ARG002 - nobody counts quota here
        method: str,
        path: str,
        shape: type[T],
        *,
        params: dict[str, Any],
        body: dict[str, Any] | None = None,
        seconds: float | None = None,  # noqa: ARG002 - nothing takes time here
    ) -> T:
        query: list[tuple[str, str]] = []
        for name, value in params.items():
            query += [(name, str(single)) for single in (value if isinstance(value, list) else [value])]
        data = msgspec.json.encode(body, enc_hook=in_english) if body is not None else b""
        address = f"/v4/spreadsheets/{spreadsheet_id}{path}"
        answer = self._wire.call(ApiRequest(method.upper(), address, query, data))
        return msgspec.json.decode(msgspec.json.encode(answer), type=shape)


def at_once() -> RetryBudget:
    """Try as often as the service does, without waiting."""
    return RetryBudget(clock=lambda: 0.0, sleep=lambda _seconds: None, jitter=lambda: 0.5)
