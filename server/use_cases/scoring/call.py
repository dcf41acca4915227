"""One scoring call: the state its commits share, and how each is made and repaired."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from server.core.scoring.decisions import Context, Decision
from server.core.scoring.triage import VERIFIED_AFTER
from server.core.wording import Wording
from server.layout.record_tabs import SETTINGS
from server.layout.segment_tabs import ACTION_MAP, NEW_USER
from server.sheets.api.a1 import context_range, quoted
from server.sheets.api.requests import Json
from server.sheets.commit.snapshot import Snapshot
from server.sheets.commit.spreadsheet import Spreadsheet
from server.sheets.commit.writes import Batch, Outcome, Planned
from server.sheets.scoring.new_user import RowsWrite, rows_write
from server.sheets.scoring.repair import repairs, stands_beside_others, undone
from server.sheets.tabs.action_map import plans
from server.sheets.tabs.model import IN_USE_RANGE, model_in_use
from server.sheets.tabs.settings import time_zone_of
from server.use_cases.score_result import ScoreResult, score_result

SMALL_ROWS = 2_000
"""Tabs up to this length are swept with one read of whole cells; longer ones are scanned first."""
REPAIRS = 3
"""How often a commit is repaired, where people moved rows or columns meanwhile; the sweep does the rest."""

CONTEXT_RANGES = (context_range(ACTION_MAP), context_range(SETTINGS), IN_USE_RANGE)
"""What every classification reads beside the rows and the log."""


@dataclass(frozen=True, slots=True)
class Decided:
    """Decision of one read, with what it was based on.

    Attributes
    ----------
    left
        Count of rows that need something still.
    seen
        Sheet rows that were dealt with.
    is_stale
        Whether nothing was decided, as others wrote or moved rows since the scan of all of them.
    """

    decision: Decision = field(default_factory=Decision)
    model_version: int = 0
    left: int = 0
    seen: Sequence[int] = ()
    is_stale: bool = False


def planned(
    snapshot: Snapshot, decision: Decision, context: Context, *, left: int = 0, seen: Sequence[int] = ()
) -> Planned[RowsWrite, Decided]:
    """Return the write that carries a decision out, none where it is empty."""
    write = None if decision.is_empty else rows_write(snapshot, decision, context.time_zone)
    return Planned(write, Decided(decision, context.model.version, left, seen))


@dataclass(frozen=True, slots=True)
class ScoringCall:
    """One scoring call.

    Attributes
    ----------
    sheet
        The spreadsheet; all commits of the call share its time.
    now
        Returns the time as an aware date-time.
    random_part
        Returns the random part of a PredictionId.
    """

    sheet: Spreadsheet
    trigger: str
    requested_by: str
    now: Callable[[], dt.datetime]
    random_part: Callable[[], str]

    def context(self, snapshot: Snapshot) -> Context:
        """Return what the classification needs, as a read shows it."""
        wording = Wording(snapshot.locale)
        now = self.now()
        return Context(
            model=model_in_use(snapshot),
            plans=plans(snapshot),
            now=now,
            time_zone=time_zone_of(snapshot),
            trigger=self.trigger,
            random_part=self.random_part,
            requested_by=self.requested_by,
            is_unverified=abs(now.timestamp() - snapshot.token.committed_at) < VERIFIED_AFTER.total_seconds(),
            wording=wording,
        )

    def commit(
        self, ranges: Sequence[str], decide: Callable[[Snapshot], Planned[RowsWrite, Decided]]
    ) -> tuple[ScoreResult, Decided]:
        """Read, decide, write; return what was done and decided.

        What people's moves between read and write put in the wrong place is taken back, and counts as waiting.
        """
        outcome = self.sheet.transact([*ranges, *CONTEXT_RANGES], decide)
        decided = outcome.result
        result = score_result(decided.decision, decided.model_version, Wording(outcome.before.locale))
        if outcome.write is not None and repairs(outcome.write, outcome.before, outcome.after):
            lost = stands_beside_others(outcome.write, outcome.before, outcome.after)
            self._repair(outcome.write, outcome.before)
            _take_back(result, decided.decision, lost)
        return result, decided

    def _repair(self, write: RowsWrite, before: Snapshot) -> None:
        """Put right what is wrong of a commit, and then what rows that moved made wrong of that."""
        made: Outcome[Batch, None] | None = None

        def wrong(seen: Snapshot) -> list[Json]:
            again = undone(made.write.requests, made.before, seen) if made and made.write else []
            return again + repairs(write, before, seen)

        def decide(seen: Snapshot) -> Planned[Batch, None]:
            requests = wrong(seen)
            return Planned(Batch(requests, write.ranges, write.tabs) if requests else None, None)

        for _ in range(REPAIRS):
            made = self.sheet.transact(
                # The tab Model carries the commit token; all rows tell which of them moved.
                [f"{quoted(NEW_USER)}!1:{SMALL_ROWS}", *write.ranges, IN_USE_RANGE],
                decide,
            )
            if not wrong(made.after):
                return


def _take_back(result: ScoreResult, decision: Decision, lost: set[int]) -> None:
    """Count rows whose outputs were taken back as waiting."""
    gone = [classified for classified in decision.classified if classified.row in lost]
    result.rows = [row for row in result.rows if row.row not in lost]
    result.scored -= sum(classified.is_new for classified in gone)
    result.restored -= sum(not classified.is_new for classified in gone)
    result.waiting += len(gone)
