"""Request and result of a scoring call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from server.core.cells import Cell
from server.core.scoring.decisions import Decision, Problem
from server.core.wording import ENGLISH, Wording


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A row of `New User` as the add-on saw it: a hint, as the sheet decides.

    Attributes
    ----------
    seen
        Input values by header; headers may be left out.
    """

    row: int
    seen: Mapping[str, Cell] = field(default_factory=dict)


class ScoredRow(msgspec.Struct, frozen=True):
    """One row as it is now classified."""

    row: int
    customer_id: str
    cluster: int
    segment: str
    action_plan: str
    predicted_at: float
    prediction_id: str
    confidence: float


@dataclass(slots=True)
class ScoreResult:
    """Result of a scoring call.

    Attributes
    ----------
    scored, restored, cleared, relogged
        Rows scored anew, rows that got the log's line back, rows whose outputs went, lines put in again.
    waiting
        Rows that wait and were not reached.
    wording
        Writes the message.
    """

    scored: int = 0
    restored: int = 0
    cleared: int = 0
    relogged: int = 0
    waiting: int = 0
    incomplete: int = 0
    invalid: list[Problem] = field(default_factory=list)
    rows: list[ScoredRow] = field(default_factory=list)
    model_version: int = 0
    wording: Wording = ENGLISH

    @property
    def message(self) -> str:
        """Return the result as a sentence for a toast."""
        parts = []
        plural = self.wording.plural
        if self.scored:
            parts.append(plural(self.scored, "1 row labelled.", "{number} rows labelled."))
        if self.restored:
            parts.append(
                plural(
                    self.restored,
                    "1 row got its earlier label back.",
                    "{number} rows got their earlier labels back.",
                )
            )
        if self.cleared:
            parts.append(
                plural(self.cleared, "1 incomplete row cleared.", "{number} incomplete rows cleared.")
            )
        if self.invalid:
            rows = sorted({problem.row for problem in self.invalid})
            named = ", ".join(map(str, rows[:3])) + ("…" if len(rows) > 3 else "")
            sentence = plural(
                len(rows), "See the note in row {rows}.", "See the notes in rows {rows}.", rows=named
            )
            parts.append(sentence)
        if self.waiting:
            parts.append(plural(self.waiting, "1 row is still to do.", "{number} rows are still to do."))
        return " ".join(parts) or self.wording.say("All rows are labelled.")


def score_result(decision: Decision, model_version: int, wording: Wording = ENGLISH) -> ScoreResult:
    """Return what a decision that was written has done."""
    return ScoreResult(
        scored=sum(classified.is_new for classified in decision.classified),
        restored=sum(not classified.is_new for classified in decision.classified)
        + sum(change.line is not None for change in decision.realigned),
        cleared=len(decision.cleared),
        relogged=len(decision.relogged),
        waiting=decision.left_alone,
        incomplete=decision.incomplete,
        invalid=decision.problems,
        model_version=model_version,
        wording=wording,
        rows=[
            ScoredRow(
                row=classified.row,
                customer_id=classified.line.customer_id,
                cluster=classified.line.cluster,
                segment=classified.line.segment,
                action_plan=classified.line.action_plan,
                predicted_at=classified.line.predicted_at,
                prediction_id=classified.line.prediction_id,
                confidence=classified.line.confidence,
            )
            for classified in decision.classified
        ],
    )


def add(total: ScoreResult, result: ScoreResult) -> None:
    """Add what one more commit of a sweep has done; problems are told as they stand at last."""
    total.scored += result.scored
    total.restored += result.restored
    total.cleared += result.cleared
    total.relogged += result.relogged
    total.rows += result.rows
    total.incomplete, total.invalid = result.incomplete, result.invalid
    total.model_version = result.model_version or total.model_version
    total.wording = result.wording
