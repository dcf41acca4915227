"""Transaction: read, decide, write once; a commit is applied exactly once or not at all.

Every attempt begins with a read, whatever the last one ended in. If the token that is read holds the nonce of an
earlier attempt, that attempt was applied and its answer got lost. Otherwise the write is decided anew from what the
sheet shows now. A batch that Google applies late deletes a token that is gone, so Google refuses it. Google also
refuses a batch whose columns moved since the read (`column_tags`).

Two things can be missing. Without a token (somebody removed it) there is nothing to delete. Without a tag nothing tells
that a column moved. A write of its own makes them first, which does no harm however late it is applied. Then everybody
reads again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Generic

from server.errors import AudienceError, BusyError
from server.layout.record_tabs import MODEL
from server.sheets.api.calls import SpreadsheetCalls
from server.sheets.api.client import Json
from server.sheets.api.failures import ApiFailure, CallError, NoAnswer, explained
from server.sheets.api.retry import RetryBudget
from server.sheets.commit.column_tags import missing_tags, renewals
from server.sheets.commit.snapshot import FIELDS, Snapshot, read_snapshot
from server.sheets.commit.token import Token, new_nonce, token_requests
from server.sheets.commit.writes import Batch, Outcome, Planned, R, W, Write
from server.texts import to_say

_SAME_REFUSALS = 2


@dataclass(slots=True)
class Capabilities:
    """Behaviour of Google, as learned from refused writes of this process.

    Attributes
    ----------
    names_id
        Whether a new protected range may name its own id.
    untagged
        Ids of spreadsheets in which columns' tags do nothing.
    """

    names_id: bool = True
    untagged: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Reading:
    """Ranges that each attempt reads, and how.

    Attributes
    ----------
    ranges
        Ranges whose cells are read; without any, all tabs but no cells.
    fields
        Field mask.
    """

    calls: SpreadsheetCalls
    ranges: Sequence[str]
    fields: str
    budget: RetryBudget
    while_waiting: Callable[[], AbstractContextManager[None]] = nullcontext

    def snapshot(self) -> Snapshot:
        """Read once."""
        return read_snapshot(self.calls.get(self.ranges, self.fields, seconds=self.budget.left))


class Transaction(Generic[W, R]):
    """One transaction, over all of its attempts.

    Parameters
    ----------
    decide
        Called with what was read, at each attempt.
    capabilities
        Shared by all transactions of the process; this one adds what it learns.
    now
        Returns the time, in seconds since 1970.
    """

    def __init__(
        self,
        reading: Reading,
        decide: Callable[[Snapshot], Planned[W, R]],
        capabilities: Capabilities,
        now: Callable[[], float],
    ) -> None:
        self._reading = reading
        self._decide = decide
        self._capabilities = capabilities
        self._now = now
        self._tried: dict[str, tuple[Planned[W, R], Snapshot]] = {}
        self._refused: list[_Refusal] = []
        self._failure: CallError = NoAnswer("not tried")
        self._jumps = False
        self._has_made_tags = False

    def run(self) -> Outcome[W, R]:
        """Try until the write is applied, there is nothing to write, or the time is up.

        Raises
        ------
        ApiFailure
            If Google refuses the read, or refuses the same write twice with the same words though nobody else has
            written: the caller knows better what that means.
        AudienceError
            If the time was not enough, or trying again is no use.
        """
        for attempt in self._reading.budget.begin():
            before = self._read(attempt)
            if before is None:
                continue
            outcome = self._applied_already(before) or self._planned_and_written(before, attempt)
            if outcome is not None:
                return outcome
        raise self._given_up() from self._failure

    def _read(self, attempt: int) -> Snapshot | None:
        """Return what the sheet shows, None where the read failed for a moment."""
        try:
            return self._reading.snapshot()
        except CallError as error:
            if _is_refusal(error):
                raise
            self._wait(attempt, error)
            return None

    def _applied_already(self, before: Snapshot) -> Outcome[W, R] | None:
        """Return the outcome of an earlier attempt that was applied though its answer got lost."""
        for nonce, (planned, decided_on) in self._tried.items():
            if before.token.holds(nonce):
                return Outcome(planned.write, planned.result, decided_on, before)
        return None

    def _planned_and_written(self, before: Snapshot, attempt: int) -> Outcome[W, R] | None:
        """Decide and write; return None where another attempt is needed."""
        planned = self._decide(before)
        if planned.write is None:
            return Outcome(None, planned.result, before, before)
        if self._has_made_tags and not renewals(before, planned.write.tabs):
            self._untagged.add(self._id)  # Google took the tags and shows none
        missing = self._missing_tags(planned.write, before)
        if MODEL in before.tabs and (missing or not before.token.ids):
            if self._write(Batch(()), missing, before, self._nonce(), attempt) is not None:
                self._has_made_tags = bool(missing)
            return None
        nonce = self._nonce()
        self._tried[nonce] = (planned, before)
        after = self._write(planned.write, self._renewals(planned.write, before), before, nonce, attempt)
        return None if after is None else Outcome(planned.write, planned.result, before, after)

    def _write(
        self, write: Write, tags: Sequence[Json], before: Snapshot, nonce: str, attempt: int
    ) -> Snapshot | None:
        """Send one batch with the next token; return what the sheet shows just after, None where it failed."""
        reading = self._reading
        successor = before.token.successor(nonce, raises_base=write.raises_base, jumps=self._jumps)
        token = token_requests(
            before.token,
            successor,
            _model_sheet_id(before, write.requests),
            names_id=self._capabilities.names_id,
        )
        try:
            answer = reading.calls.batch_update(
                [*tags, *write.requests, *token],
                ranges=write.ranges,
                fields=FIELDS,
                seconds=reading.budget.left,
            )
        except CallError as error:
            if isinstance(error, ApiFailure) and error.status == 400:
                self._learn(error, _Refusal(before.token, tags, error.message))
            self._wait(attempt, error)
            return None
        return read_snapshot(answer.get("updatedSpreadsheet", {}))

    def _learn(self, error: ApiFailure, refusal: _Refusal) -> None:
        """Learn from a refused write.

        A refusal with a token that others have replaced meanwhile is the race that the token is for. One with columns
        that moved is what their tags are for. One that comes again though nobody has written or moved anything is about
        our own requests.

        Raises
        ------
        ApiFailure
            If the write itself is refused, so that trying again is no use.
        """
        repeats = self._refused.count(refusal)
        self._refused.append(refusal)
        self._jumps = False
        if repeats and refusal.is_about_tags:
            self._untagged.add(self._id)
        elif not refusal.is_about_id:
            if repeats >= _SAME_REFUSALS - 1:
                raise error
        elif repeats:
            if refusal.refuses_ids:
                self._capabilities.names_id = False
            self._jumps = True

    @property
    def _id(self) -> str:
        return self._reading.calls.spreadsheet_id

    @property
    def _untagged(self) -> set[str]:
        return self._capabilities.untagged

    def _missing_tags(self, write: Write, before: Snapshot) -> list[Json]:
        return [] if self._id in self._untagged else missing_tags(before, write.tabs)

    def _renewals(self, write: Write, before: Snapshot) -> list[Json]:
        return [] if self._id in self._untagged else renewals(before, write.tabs)

    def _nonce(self) -> str:
        return new_nonce(self._now())

    def _wait(self, attempt: int, error: CallError) -> None:
        self._failure = error
        with self._reading.while_waiting():
            self._reading.budget.wait(attempt, error, self._account)

    def _given_up(self) -> AudienceError:
        if _is_refusal(self._failure):
            return BusyError(
                to_say("Others are writing to this spreadsheet at the same moment."),
                retry_after_seconds=5,
            )
        return explained(self._failure, self._account)

    @property
    def _account(self) -> str:
        return self._reading.calls.service_account


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A write that Google refused: the token and tags it was decided on, and Google's words."""

    token: Token
    tags: Sequence[Json]
    message: str

    @property
    def is_about_tags(self) -> bool:
        return bool(self.tags) and "DeveloperMetadata" in self.message

    @property
    def is_about_id(self) -> bool:
        return "addProtectedRange" in self.message

    @property
    def refuses_ids(self) -> bool:
        """Whether it is no matter of this one id, which somebody else's range may have."""
        return "already" not in self.message


def _is_refusal(error: CallError) -> bool:
    return isinstance(error, ApiFailure) and error.status == 400


def _model_sheet_id(before: Snapshot, requests: Sequence[Json]) -> int:
    """Return the sheet of the tab `Model`: there already, or made by the same batch."""
    if MODEL not in before.tabs:
        for request in requests:
            properties = request.get("addSheet", {}).get("properties", {})
            if properties.get("title") == MODEL:
                return int(properties["sheetId"])
    return before.tab(MODEL).sheet_id
