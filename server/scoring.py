"""Live scoring: read the rows, decide what becomes of them, write once.

An edit costs one read and one write, however long `New User` and the log are. The sweep looks at all of both
and makes them agree from any state; run twice, the second run writes nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from server.core.cells import is_empty, text_of
from server.core.classification import VERIFIED_AFTER, decide, rightful_bearers
from server.core.decisions import Context, Decision, SheetRow
from server.core.inputs import parse_prediction_id
from server.core.options import parse_time_zone
from server.core.wording import Wording
from server.errors import OutsideError
from server.layout import (
    ACTION_MAP,
    INPUT_HEADERS,
    LOG_LINES_READ,
    NEW_USER,
    PREDICTION_ID,
    PREDICTION_LOG,
    ROWS_PER_COMMIT,
    SCATTERED_RANGES,
    SETTINGS,
)
from server.score_result import AskedRow, ScoreResult, add, score_result
from server.sheets.a1 import quoted, row_ranges, spans
from server.sheets.cells import Json
from server.sheets.commit import Batch, Committer, Outcome
from server.sheets.failures import ApiFailure, explained
from server.sheets.mending import mending, stands_beside_others, undone
from server.sheets.models import IN_USE_RANGE, model_in_use
from server.sheets.pace import Pace
from server.sheets.prediction_log import read_lines
from server.sheets.rows import (
    RowsWrite,
    plans,
    rows_write,
    sheet_rows,
)
from server.sheets.snapshot import Snapshot
from server.sheets.survey import is_fresh, survey, unmoved

SWEEP_SECONDS = 6.0
"""A sweep begins no further commit after this time; what still waits is told in the answer."""
SMALL_ROWS = 2_000
"""Tabs up to this length are swept with one read of whole cells; longer ones are looked over first."""
SWEPT_ROWS = 5_000
"""Rows that one commit of a sweep reads at most, where those to be written stand scattered."""
MENDINGS = 3
"""How often a commit is put right, where people moved rows or columns meanwhile; the sweep does the rest."""

CONTEXT_RANGES = (f"{quoted(ACTION_MAP)}!1:200", f"{quoted(SETTINGS)}!1:100", IN_USE_RANGE)
"""What every classification reads beside the rows and the log."""


class _TooLong(Exception):
    """One read does not show the whole of the tabs."""


class _LookAtAll(Exception):
    """The rows do not show what the add-on saw, or a line may be given back: all rows must be seen."""


@dataclass(slots=True)
class _Planned:
    """What was decided last, to be told once it is sure what was written."""

    decision: Decision = field(default_factory=Decision)
    model_version: int = 0

    def write(self, snapshot: Snapshot, decision: Decision, context: Context) -> RowsWrite | None:
        self.decision, self.model_version = decision, context.model.version
        return None if decision.is_empty else rows_write(snapshot, decision, context.time_zone)


class Scoring:
    """The use case of live scoring.

    Parameters
    ----------
    committer
        Reads and writes spreadsheets.
    now
        Returns the time as an aware date-time.
    random_part
        Returns the random part of a PredictionId.
    """

    def __init__(
        self,
        committer: Committer,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        random_part: Callable[[], str] = lambda: secrets.token_hex(3),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._committer = committer
        self._now = now
        self._random_part = random_part
        self._clock = clock

    def score(
        self,
        spreadsheet_id: str,
        rows: Sequence[AskedRow] | None,
        *,
        trigger: str,
        again: bool = False,
        requested_by: str = "",
        asked_as: str = "",
    ) -> ScoreResult:
        """Score rows of `New User`, or all that wait.

        Parameters
        ----------
        rows
            At most `layout.ROWS_PER_COMMIT`; None for the sweep.
        again
            Score the rows even if they are classified already.
        asked_as
            Id of the request. Its mark stands in the PredictionIds that `again` makes, so that the request does
            nothing when it is repeated.

        Raises
        ------
        NoModelError, DamagedModelError, LayoutError
            If the sheet cannot be scored as it stands.
        OutsideError
            If Google did not let the call through in time; nothing is lost.
        """
        call = _Call(spreadsheet_id, trigger, requested_by, self._committer.pace())
        with self._committer.alone(spreadsheet_id, max(0.0, call.pace.left)):
            if rows is None:
                return self._sweep(call)
            try:
                again_as = hashlib.sha256(asked_as.encode()).hexdigest()[:8] if again and asked_as else ""
                return self._score_rows(call, rows, again=again, again_as=again_as)
            except _LookAtAll:
                return self._sweep(call)

    def _score_rows(
        self,
        call: _Call,
        rows: Sequence[AskedRow],
        *,
        again: bool,
        again_as: str,
    ) -> ScoreResult:
        asked = {row.row: row for row in rows if row.row > 1}
        planned = _Planned()
        numbers = itertools.count()

        def plan(snapshot: Snapshot) -> RowsWrite | None:
            context = self._context(snapshot, call)
            present = sheet_rows(snapshot, asked)
            if again_as:
                if _has_mark(snapshot, present, again_as):
                    return None
                context = replace(context, random_part=lambda: f"{again_as}{next(numbers) % 65_536:04x}")
            if not again and not _shows_what_was_seen(present, asked):
                raise _LookAtAll
            decision = decide(present, read_lines(snapshot).lines, context, again=again)
            if decision.looks_restorable:
                raise _LookAtAll
            return planned.write(snapshot, decision, context)

        ranges = [
            *row_ranges(NEW_USER, [1, *asked]),
            f"{quoted(PREDICTION_LOG)}!1:{LOG_LINES_READ + 1}",
            *CONTEXT_RANGES,
        ]
        try:
            outcome = self._committer.transact(call.spreadsheet_id, ranges, plan, pace=call.pace)
            return self._checked(call, outcome, planned)
        except ApiFailure as failure:
            if failure.is_outside_grid:
                raise _LookAtAll from failure
            raise explained(failure) from failure

    def _sweep(self, call: _Call) -> ScoreResult:
        """Commit until nothing waits, or the time is up."""
        end = self._clock() + SWEEP_SECONDS
        total = ScoreResult()
        looked_at: set[int] = set()
        try:
            while True:
                try:
                    swept = self._sweep_small(call) or self._sweep_large(call, looked_at)
                except OutsideError:
                    if not total.waiting:
                        raise
                    return total  # what was committed is told; the rest waits for the next sweep
                add(total, swept.result)
                total.waiting = swept.left + swept.result.waiting
                if not (swept.left or swept.is_stale) or self._clock() >= end:
                    return total
        except ApiFailure as failure:
            raise explained(failure) from failure

    def _sweep_small(self, call: _Call) -> _Swept | None:
        """Sweep tabs that one read shows whole; None where they are longer."""
        planned = _Planned()
        left = 0

        def plan(snapshot: Snapshot) -> RowsWrite | None:
            nonlocal left
            if any(snapshot.tab(title).row_count > SMALL_ROWS for title in (NEW_USER, PREDICTION_LOG)):
                raise _TooLong
            context = self._context(snapshot, call)
            rows, log = sheet_rows(snapshot), read_lines(snapshot)
            standing = rightful_bearers(rows)
            decision = decide(rows, log.lines, context, standing=standing)
            batch = set(sorted(decision.rows)[:ROWS_PER_COMMIT])
            left = len(decision.rows) - len(batch)
            if left:
                some = [row for row in rows if row.row in batch]
                problems, incomplete = decision.problems, decision.incomplete
                decision = decide(some, log.lines, context, standing=standing)
                decision.problems, decision.incomplete = problems, incomplete
            decision.misplaced = log.misplaced
            return planned.write(snapshot, decision, context)

        whole = [f"{quoted(title)}!1:{SMALL_ROWS}" for title in (NEW_USER, PREDICTION_LOG)]
        try:
            outcome = self._committer.transact(
                call.spreadsheet_id, [*whole, *CONTEXT_RANGES], plan, pace=call.pace
            )
        except _TooLong:
            return None
        return _Swept(self._checked(call, outcome, planned), left)

    def _sweep_large(self, call: _Call, looked_at: set[int]) -> _Swept:
        """Sweep tabs of any length: a light look at all of them, then a read of the rows that need it.

        Parameters
        ----------
        looked_at
            Rows that this sweep has dealt with; more are added. Each row has its turn, also if one of them
            should look wrong again and again.
        """
        found = survey(self._committer.client, call.spreadsheet_id, call.pace)
        first = self._committer.read(
            call.spreadsheet_id, [f"{quoted(NEW_USER)}!1:1", *CONTEXT_RANGES], pace=call.pace
        )
        context = self._context(first, call)
        overview = decide(found.rows, found.log.lines, context, standing=found.standing)
        suspects = sorted(overview.rows - looked_at)
        batch = _reachable(suspects)
        told = Decision(problems=overview.problems, incomplete=overview.incomplete)
        planned = _Planned(told, context.model.version)
        astray = [each.row for each in found.log.misplaced[:SWEPT_ROWS]]
        if not batch and not astray:
            return _Swept(score_result(told, context.model.version, context.wording), 0)
        is_stale = False
        seen: list[int] = []

        def plan(snapshot: Snapshot) -> RowsWrite | None:
            nonlocal is_stale
            rows = unmoved(found, sheet_rows(snapshot, batch))
            seen[:] = [row.row for row in rows]
            is_stale = not is_fresh(found, snapshot) or bool(batch and not rows)
            if is_stale:
                return None
            context = self._context(snapshot, call)
            decision = decide(rows, found.log.lines, context, standing=found.standing)
            decision.problems, decision.incomplete = overview.problems, overview.incomplete
            decision.misplaced = read_lines(snapshot).misplaced
            return planned.write(snapshot, decision, context)

        lines = row_ranges(PREDICTION_LOG, [1, 2, *astray])
        ranges = [*row_ranges(NEW_USER, [1, *batch]), *lines, *CONTEXT_RANGES]
        outcome = self._committer.transact(call.spreadsheet_id, ranges, plan, pace=call.pace)
        if is_stale:
            return _Swept(ScoreResult(wording=context.wording), len(suspects), is_stale=True)
        looked_at.update(seen)
        return _Swept(self._checked(call, outcome, planned), len(suspects) - len(seen))

    def _context(self, snapshot: Snapshot, call: _Call) -> Context:
        settings, wording = snapshot.tab(SETTINGS), Wording(snapshot.locale)
        now = self._now()
        return Context(
            model=model_in_use(snapshot),
            plans=plans(snapshot),
            now=now,
            time_zone=parse_time_zone([settings.values(row) for row in sorted(settings.rows)], wording),
            trigger=call.trigger,
            random_part=self._random_part,
            requested_by=call.requested_by,
            is_unverified=abs(now.timestamp() - snapshot.token.committed_at) < VERIFIED_AFTER.total_seconds(),
            wording=wording,
        )

    def _checked(self, call: _Call, outcome: Outcome[RowsWrite], planned: _Planned) -> ScoreResult:
        """Take back what people's moves between read and write put in the wrong place; tell the rest."""
        write, before, after = outcome.write, outcome.before, outcome.after
        decision = write.decision if write is not None else planned.decision
        result = score_result(decision, planned.model_version, Wording(before.locale))
        if write is None:
            return result
        wrong = mending(write, before, after)
        lost = stands_beside_others(write, before, after) if wrong else set()
        if wrong:
            self._mend(call, write, before)
        if lost:
            result.rows = [row for row in result.rows if row.row not in lost]
            gone = [each for each in decision.classified if each.row in lost]
            result.scored -= sum(each.is_new for each in gone)
            result.restored -= sum(not each.is_new for each in gone)
            result.waiting += len(gone)
        return result

    def _mend(self, call: _Call, write: RowsWrite, before: Snapshot) -> None:
        """Put right what is wrong of a commit, and then what rows that moved made wrong of that."""
        made: Outcome[Batch] | None = None

        def wrong(seen: Snapshot) -> list[Json]:
            again = undone(made.write.requests, made.before, seen) if made and made.write else []
            return again + mending(write, before, seen)

        for _ in range(MENDINGS):
            made = self._committer.transact(
                call.spreadsheet_id,
                # The tab Model carries the commit token; all rows tell which of them moved.
                [f"{quoted(NEW_USER)}!1:{SMALL_ROWS}", *write.ranges, IN_USE_RANGE],
                lambda seen: Batch(found, write.ranges, write.tabs) if (found := wrong(seen)) else None,
                pace=call.pace,
            )
            if not wrong(made.after):
                return


@dataclass(frozen=True, slots=True)
class _Swept:
    """What one commit of a sweep came to.

    Attributes
    ----------
    left
        Rows that need something still.
    is_stale
        Whether nothing was done, as others wrote or moved rows since the look at all of them.
    """

    result: ScoreResult
    left: int
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class _Call:
    """One scoring call: what all of its commits share, the time for them among it."""

    spreadsheet_id: str
    trigger: str
    requested_by: str
    pace: Pace


def _has_mark(snapshot: Snapshot, rows: Sequence[SheetRow], mark: str) -> bool:
    """Whether a request to score again was carried out before: in one commit, so one id of it tells of all."""
    ids = [line.prediction_id for line in read_lines(snapshot).lines]
    ids += [text_of(row.outputs[PREDICTION_ID]) for row in rows]
    parts = [parsed.random_part for each in ids if (parsed := parse_prediction_id(each))]
    return any(len(part) == len(mark) + 4 and part.startswith(mark) for part in parts)


def _shows_what_was_seen(present: Sequence[SheetRow], asked: Mapping[int, AskedRow]) -> bool:
    """Whether the rows still show what the add-on saw; formulas change by themselves and do not count."""
    by_row = {row.row: row for row in present}
    for number, hint in asked.items():
        row = by_row.get(number)
        for header in INPUT_HEADERS:
            seen = hint.seen.get(header)
            if seen is None or is_empty(seen):
                continue
            if row is None:
                return False
            if not row.has_formula and text_of(row.inputs[header]) != text_of(seen):
                return False
    return True


def _reachable(rows: Sequence[int]) -> list[int]:
    """Return the rows of the next commit: not too many, and not so scattered that too much is read."""
    count = min(len(rows), ROWS_PER_COMMIT)
    while count > 1 and _read_for(rows[:count]) > SWEPT_ROWS:
        count = max(1, count * 3 // 4)
    return list(rows[:count])


def _read_for(rows: Sequence[int]) -> int:
    return sum(last - first + 1 for first, last in spans(rows, at_most=SCATTERED_RANGES))
