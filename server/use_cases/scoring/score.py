"""Scoring of the requested rows; hands over to the sweep where more rows must be seen.

An edit costs one read and one write, however long `New User` and the log are.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from server.core.cells import is_empty, text_of
from server.core.scoring.decide import decide
from server.core.scoring.decisions import SheetRow
from server.core.scoring.inputs import parse_prediction_id
from server.layout.headers import PREDICTION_ID
from server.layout.limits import LOG_LINES_READ
from server.layout.record_tabs import PREDICTION_LOG
from server.layout.segment_tabs import NEW_USER
from server.layout.tabs import INPUT_HEADERS
from server.sheets.api.a1 import quoted, row_ranges
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.commit.committer import Committer
from server.sheets.commit.snapshot import Snapshot
from server.sheets.commit.writes import Planned
from server.sheets.scoring.new_user import RowsWrite, sheet_rows
from server.sheets.scoring.prediction_log import read_lines
from server.use_cases.score_result import AskedRow, ScoreResult
from server.use_cases.scoring.call import Decided, ScoringCall, planned
from server.use_cases.scoring.sweep import sweep


class _LookAtAll(Exception):
    """The rows do not show what the add-on saw, or a line may be given back: all rows must be seen."""


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
        force: bool = False,
        requested_by: str = "",
        asked_as: str = "",
    ) -> ScoreResult:
        """Score rows of `New User`, or all that wait.

        Parameters
        ----------
        rows
            At most `layout.limits.ROWS_PER_COMMIT`; None for the sweep.
        force
            Score the rows even if they are classified already.
        asked_as
            Id of the request. Its mark stands in the PredictionIds that `force` makes, so that the request does
            nothing when it is repeated.

        Raises
        ------
        NoModelError, DamagedModelError, LayoutError
            If the sheet cannot be scored as it stands.
        OutsideError
            If Google did not let the call through in time; nothing is lost.
        """
        budget = self._committer.budget()
        sheet = self._committer.sheet(spreadsheet_id, budget=lambda: budget)
        call = ScoringCall(sheet, trigger, requested_by, self._now, self._random_part)
        with sheet.lock(max(0.0, budget.left)):
            if rows is None:
                return sweep(call, self._clock)
            try:
                force_mark = hashlib.sha256(asked_as.encode()).hexdigest()[:8] if force and asked_as else ""
                return _score_rows(call, rows, force=force, force_mark=force_mark)
            except _LookAtAll:
                return sweep(call, self._clock)

    def replan(self, spreadsheet_id: str, *, trigger: str, requested_by: str = "") -> ScoreResult:
        """Give rows of `New User` whose segment has another name or plan by now that one, as new lines of the log.

        Rows that wait are scored beside. The errors are those of `score`.
        """
        budget = self._committer.budget()
        sheet = self._committer.sheet(spreadsheet_id, budget=lambda: budget)
        call = ScoringCall(sheet, trigger, requested_by, self._now, self._random_part)
        with sheet.lock(max(0.0, budget.left)):
            return sweep(call, self._clock, replans=True)


def _score_rows(call: ScoringCall, rows: Sequence[AskedRow], *, force: bool, force_mark: str) -> ScoreResult:
    asked = {row.row: row for row in rows if row.row > 1}
    numbers = itertools.count()

    def plan(snapshot: Snapshot) -> Planned[RowsWrite, Decided]:
        context = call.context(snapshot)
        present = sheet_rows(snapshot, asked)
        if force_mark:
            if _has_mark(snapshot, present, force_mark):
                return Planned(None, Decided())
            context = replace(context, random_part=lambda: f"{force_mark}{next(numbers) % 65_536:04x}")
        if not force and not _shows_what_was_seen(present, asked):
            raise _LookAtAll
        decision = decide(present, read_lines(snapshot).lines, context, force=force)
        if decision.looks_restorable:
            raise _LookAtAll
        return planned(snapshot, decision, context)

    ranges = [*row_ranges(NEW_USER, [1, *asked]), f"{quoted(PREDICTION_LOG)}!1:{LOG_LINES_READ + 1}"]
    try:
        result, _ = call.commit(ranges, plan)
    except ApiFailure as failure:
        if failure.is_outside_grid:
            raise _LookAtAll from failure
        raise explained(failure) from failure
    return result


def _has_mark(snapshot: Snapshot, rows: Sequence[SheetRow], mark: str) -> bool:
    """Whether a request to score again was carried out before; all its rows are in one commit, so one mark suffices."""
    ids = [line.prediction_id for line in read_lines(snapshot).lines]
    ids += [text_of(row.outputs[PREDICTION_ID]) for row in rows]
    parts = [parsed.random_part for text in ids if (parsed := parse_prediction_id(text))]
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
