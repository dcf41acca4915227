"""The sweep: look at all of `New User` and the log, and make them agree from any state.

Run twice, the second run writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.core.scoring.decide import decide
from server.core.scoring.decisions import Decision
from server.core.scoring.triage import id_owners
from server.errors import OutsideError
from server.layout.limits import ROWS_PER_COMMIT, SCATTERED_RANGES
from server.layout.record_tabs import PREDICTION_LOG
from server.layout.segment_tabs import NEW_USER
from server.sheets.api.a1 import quoted, row_ranges, spans
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.commit.snapshot import Snapshot
from server.sheets.commit.writes import Planned
from server.sheets.scoring.full_scan import full_scan, is_fresh, unmoved
from server.sheets.scoring.new_user import RowsWrite, sheet_rows
from server.sheets.scoring.prediction_log import read_lines
from server.use_cases.score_result import ScoreResult, add, score_result
from server.use_cases.scoring.call import CONTEXT_RANGES, SMALL_ROWS, Decided, ScoringCall, planned

SWEEP_SECONDS = 6.0
"""A sweep begins no further commit after this time; what still waits is told in the answer."""
SWEPT_ROWS = 5_000
"""Rows that one commit of a sweep reads at most, where those to be written stand scattered."""


class _TooLong(Exception):
    """One read does not show the whole of the tabs."""


@dataclass(frozen=True, slots=True)
class _Swept:
    """Result of one commit of a sweep.

    Attributes
    ----------
    left
        Count of rows that need something still.
    is_stale
        Whether nothing was done, as others wrote or moved rows since the scan of all of them.
    """

    result: ScoreResult
    left: int
    is_stale: bool = False


def sweep(call: ScoringCall, clock: Callable[[], float], *, replans: bool = False) -> ScoreResult:
    """Commit until nothing waits, or the time is up.

    Parameters
    ----------
    clock
        Seconds, never going back.
    replans
        Whether rows whose segment has another name or plan by now get it, as new lines of the log.
    """
    end = clock() + SWEEP_SECONDS
    total = ScoreResult()
    looked_at: set[int] = set()
    try:
        while True:
            try:
                swept = _sweep_small(call, replans=replans) or _sweep_large(call, looked_at, replans=replans)
            except OutsideError:
                if not total.waiting:
                    raise
                return total  # report what was committed; the rest waits for the next sweep
            add(total, swept.result)
            total.waiting = swept.left + swept.result.waiting
            if not (swept.left or swept.is_stale) or clock() >= end:
                return total
    except ApiFailure as failure:
        raise explained(failure) from failure


def _sweep_small(call: ScoringCall, *, replans: bool) -> _Swept | None:
    """Sweep tabs that one read shows whole; None where they are longer."""

    def plan(snapshot: Snapshot) -> Planned[RowsWrite, Decided]:
        if any(snapshot.tab(title).row_count > SMALL_ROWS for title in (NEW_USER, PREDICTION_LOG)):
            raise _TooLong
        context = call.context(snapshot)
        rows, log = sheet_rows(snapshot), read_lines(snapshot)
        owners = id_owners(rows)
        decision = decide(rows, log.lines, context, owners=owners, replans=replans)
        batch = set(sorted(decision.rows)[:ROWS_PER_COMMIT])
        left = len(decision.rows) - len(batch)
        if left:
            some = [row for row in rows if row.row in batch]
            problems, incomplete = decision.problems, decision.incomplete
            decision = decide(some, log.lines, context, owners=owners, replans=replans)
            decision.problems, decision.incomplete = problems, incomplete
        decision.shifted = log.shifted
        return planned(snapshot, decision, context, left=left)

    whole = [f"{quoted(title)}!1:{SMALL_ROWS}" for title in (NEW_USER, PREDICTION_LOG)]
    try:
        result, decided = call.commit(whole, plan)
    except _TooLong:
        return None
    return _Swept(result, decided.left)


def _sweep_large(call: ScoringCall, looked_at: set[int], *, replans: bool) -> _Swept:
    """Sweep tabs of any length: a light scan of all of them, then a read of the rows that need it.

    Parameters
    ----------
    looked_at
        Rows that this sweep has dealt with; more are added. Each row has its turn, also if one of them
        should look wrong again and again.
    """
    scan = full_scan(call.sheet)
    first = call.sheet.read([f"{quoted(NEW_USER)}!1:1", *CONTEXT_RANGES])
    context = call.context(first)
    overview = decide(scan.rows, scan.log.lines, context, owners=scan.owners, replans=replans)
    suspects = sorted(overview.rows - looked_at)
    batch = _reachable(suspects)
    shifted = [line.row for line in scan.log.shifted[:SWEPT_ROWS]]
    if not batch and not shifted:
        problems = Decision(problems=overview.problems, incomplete=overview.incomplete)
        return _Swept(score_result(problems, context.model.version, context.wording), 0)

    def plan(snapshot: Snapshot) -> Planned[RowsWrite, Decided]:
        rows = unmoved(scan, sheet_rows(snapshot, batch))
        if not is_fresh(scan, snapshot) or (batch and not rows):
            return Planned(None, Decided(is_stale=True))
        context = call.context(snapshot)
        decision = decide(rows, scan.log.lines, context, owners=scan.owners, replans=replans)
        decision.problems, decision.incomplete = overview.problems, overview.incomplete
        decision.shifted = read_lines(snapshot).shifted
        return planned(snapshot, decision, context, seen=[row.row for row in rows])

    lines = row_ranges(PREDICTION_LOG, [1, 2, *shifted])
    result, decided = call.commit([*row_ranges(NEW_USER, [1, *batch]), *lines], plan)
    if decided.is_stale:
        return _Swept(ScoreResult(wording=context.wording), len(suspects), is_stale=True)
    looked_at.update(decided.seen)
    return _Swept(result, len(suspects) - len(decided.seen))


def _reachable(rows: Sequence[int]) -> list[int]:
    """Return the rows of the next commit: not too many, and not so scattered that too much is read."""
    count = min(len(rows), ROWS_PER_COMMIT)
    while count > 1 and _read_for(rows[:count]) > SWEPT_ROWS:
        count = max(1, count * 3 // 4)
    return list(rows[:count])


def _read_for(rows: Sequence[int]) -> int:
    return sum(last - first + 1 for first, last in spans(rows, at_most=SCATTERED_RANGES))
