"""Read, decide, write once: a commit that is applied exactly once or not at all.

Every attempt begins with a read, whatever the last one ended in. If the token that is read holds the mark of
an earlier attempt, that attempt was applied and its answer got lost; else what it would have written is
decided anew from what the sheet shows now. A batch that Google applies late deletes a token that is gone, so
it is refused; so is one whose columns do not stand any more where they were read (`column_tags`). Where there is
no token, as somebody removed it, there is nothing to delete, and where a column bears no tag nothing tells that it
moved: a write of its own makes them first, which does no harm however late it is applied, and everybody reads again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from server.errors import BusyError
from server.layout import MODEL
from server.sheets.client import Json, SheetsClient
from server.sheets.column_tags import missing_tags, renewals
from server.sheets.failures import ApiFailure, CallError, NoAnswer, explained
from server.sheets.locks import Locks
from server.sheets.pace import SCORING_SECONDS, Pace, retried
from server.sheets.snapshot import FIELDS, Snapshot, fields_for, read_snapshot
from server.sheets.token import Token, new_nonce, token_requests

_SAME_REFUSALS = 2


class Write(Protocol):
    """What one commit writes."""

    @property
    def requests(self) -> Sequence[Json]:
        """Requests of the batch, without the token's."""

    @property
    def ranges(self) -> Sequence[str]:
        """What the answer shows as it is afterwards."""

    @property
    def tabs(self) -> Sequence[str]:
        """Titles of tabs whose columns must stand where they were read, or nothing is written."""

    @property
    def raises_base(self) -> bool:
        """Whether all customers change at once."""


W = TypeVar("W", bound=Write)


@dataclass(frozen=True, slots=True)
class Batch:
    """A plain `Write`."""

    requests: Sequence[Json]
    ranges: Sequence[str] = ()
    tabs: Sequence[str] = ()
    raises_base: bool = False


@dataclass(frozen=True, slots=True)
class Outcome(Generic[W]):
    """How a transaction ended.

    Attributes
    ----------
    write
        What was applied; None where there was nothing to write.
    before, after
        What was read to decide it, and what the sheet showed just after.
    """

    write: W | None
    before: Snapshot
    after: Snapshot


class Committer:
    """Makes commits to spreadsheets; one for each process.

    Parameters
    ----------
    client
        Calls Google.
    pace
        Returns how long a transaction may try.
    now
        Returns the time, in seconds since 1970.
    """

    def __init__(
        self,
        client: SheetsClient,
        pace: Callable[[], Pace] = Pace,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.client = client
        self.pace = pace
        self._now = now
        self._locks = Locks()
        self._names_id = True
        self._untagged: set[str] = set()

    @contextmanager
    def alone(self, spreadsheet_id: str, seconds: float = SCORING_SECONDS) -> Iterator[None]:
        """Hold the spreadsheet's lock in this process for a whole use case; wait at most `seconds` for it."""
        with self._locks.hold(spreadsheet_id, seconds):
            yield

    def read(
        self,
        spreadsheet_id: str,
        ranges: Sequence[str],
        *,
        client: SheetsClient | None = None,
        pace: Pace | None = None,
        parts: Sequence[str] = (),
    ) -> Snapshot:
        """Read once, again only where Google fails for a moment; without `ranges`, all tabs but no cells."""
        client, pace = client or self.client, pace or self.pace()
        fields = fields_for(ranges, parts)

        def look() -> Snapshot:
            return read_snapshot(client.get(spreadsheet_id, ranges, fields, seconds=pace.left))

        return retried(look, pace, self._account)

    def transact(
        self,
        spreadsheet_id: str,
        ranges: Sequence[str],
        decide: Callable[[Snapshot], W | None],
        *,
        pace: Pace | None = None,
        client: SheetsClient | None = None,
        parts: Sequence[str] = (),
    ) -> Outcome[W]:
        """Read `ranges`, ask `decide` what to write, and write it, once.

        Parameters
        ----------
        decide
            Called with what was read, at each attempt; None where nothing is to be written.
        parts
            What the read shows of each tab beside the usual, by the API's name.

        Raises
        ------
        ApiFailure
            If Google refuses to read `ranges` or refuses the same write twice with the same words though
            nobody else has written: the caller knows better what that means.
        AudienceError
            If the time was not enough, or trying again is no use.
        """
        client = client or self.client
        pace = pace or self.pace()
        tried: dict[str, tuple[W, Snapshot]] = {}
        refused: list[_Refusal] = []
        failure: CallError = NoAnswer("not tried")
        jumps = tags_made = False
        for attempt in pace.begin():
            try:
                read = client.get(spreadsheet_id, ranges, fields_for(ranges, parts), seconds=pace.left)
                before = read_snapshot(read)
            except CallError as error:
                failure = error
                if isinstance(error, ApiFailure) and error.status == 400:
                    raise
                pace.wait(attempt, error, self._account())
                continue
            for nonce, (applied, decided_on) in tried.items():
                if before.token.holds(nonce):
                    return Outcome(applied, decided_on, before)
            planned = decide(before)
            if planned is None:
                return Outcome(None, before, before)
            if tags_made and not renewals(before, planned.tabs):
                self._untagged.add(spreadsheet_id)  # Google took the tags and does not show them
            begins, tags = self._begins(spreadsheet_id, planned, before)
            write = Batch(()) if begins else planned
            nonce = new_nonce(self._now())
            if not begins:
                tried[nonce] = (planned, before)
            try:
                answer = self._write(
                    client, spreadsheet_id, write, tags, before, nonce, jumps=jumps, seconds=pace.left
                )
            except CallError as error:
                failure = error
                if isinstance(error, ApiFailure) and error.status == 400:
                    refusal = _Refusal(before.token, tags, error.message)
                    jumps = self._learn(error, refusal, refused, spreadsheet_id)
                pace.wait(attempt, error, self._account())
                continue
            if begins:
                tags_made = bool(tags)
                continue
            return Outcome(planned, before, read_snapshot(answer.get("updatedSpreadsheet", {})))
        if isinstance(failure, ApiFailure) and failure.status == 400:
            raise BusyError(
                "Others are writing to this spreadsheet at the same moment.",
                retry_after_seconds=5,
            ) from failure
        raise explained(failure, self._account()) from failure

    def _begins(self, spreadsheet_id: str, planned: Write, before: Snapshot) -> tuple[bool, Sequence[Json]]:
        """Return whether a token or tags have to be made before `planned` is written, and the requests about tags."""
        is_tagged = spreadsheet_id not in self._untagged
        missing = missing_tags(before, planned.tabs) if is_tagged else []
        if MODEL in before.tabs and (missing or not before.token.ids):
            return True, missing
        return False, renewals(before, planned.tabs) if is_tagged else []

    def _write(
        self,
        client: SheetsClient,
        spreadsheet_id: str,
        planned: Write,
        tags: Sequence[Json],
        before: Snapshot,
        nonce: str,
        *,
        jumps: bool,
        seconds: float,
    ) -> Mapping[str, Any]:
        successor = before.token.successor(nonce, raises_base=planned.raises_base, jumps=jumps)
        model_sheet = _model_sheet_id(before, planned.requests)
        token = token_requests(before.token, successor, model_sheet, names_id=self._names_id)
        return client.batch_update(
            spreadsheet_id,
            [*tags, *planned.requests, *token],
            ranges=planned.ranges,
            fields=FIELDS,
            seconds=seconds,
        )

    def _learn(
        self, error: ApiFailure, refusal: _Refusal, refused: list[_Refusal], spreadsheet_id: str
    ) -> bool:
        """Learn from a refused write; return whether the next token must take an id of its own.

        A refusal with a token that others have replaced meanwhile is the race that the token is for, one with
        columns that stand elsewhere what their tags are for. One that comes again though nobody has written or
        moved anything is about our own requests.
        """
        about_id = "addProtectedRange" in error.message
        again = [each for each in refused if each == refusal]
        refused.append(refusal)
        if again and refusal.tags and "DeveloperMetadata" in error.message:
            self._untagged.add(spreadsheet_id)
            return False
        if again and about_id and "already" not in error.message and self._names_id:
            self._names_id = False
        elif len(again) >= _SAME_REFUSALS - 1 and not about_id:
            raise error
        return bool(again) and about_id

    def _account(self) -> str:
        return self.client.service_account


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A write that Google refused: on what it was decided, and in which words it was refused."""

    token: Token
    tags: Sequence[Json]
    told: str


def _model_sheet_id(before: Snapshot, requests: Sequence[Json]) -> int:
    """Return the sheet of the tab `Model`: there already, or made by the same batch."""
    if MODEL not in before.tabs:
        for request in requests:
            properties = request.get("addSheet", {}).get("properties", {})
            if properties.get("title") == MODEL:
                return int(properties["sheetId"])
    return before.tab(MODEL).sheet_id
