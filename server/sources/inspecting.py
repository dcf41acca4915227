"""A look at a source: what would be used, what would be left out and why, with a few keys to find it by."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from server.core.data_checks.check import Check
from server.core.transactions.headers import LABELS as ROLE_LABELS
from server.core.transactions.headers import Role
from server.core.transactions.quality_report import LABELS, QualityReport
from server.core.wall_clock import date_of
from server.core.wording import Wording
from server.sources.engines.engine import Engine
from server.sources.expressions import settling
from server.sources.look import looked_at
from server.sources.source import Source
from server.sources.stages import READING_ENDS, Progress, read_source
from server.texts import to_say

EXAMPLES = 3
"""Rows of a reason that are named."""
READ_TO = 0.7
"""Which part of a look the reading is."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a look found.

    Attributes
    ----------
    columns
        Role, what it is called, and the declared column.
    examples
        Sentences that name a few rows of each reason by their keys.
    """

    columns: list[tuple[str, str, str]]
    report: QualityReport
    checks: list[Check]
    customers: int
    examples: list[str]


def inspected(
    engine: Engine,
    source: Source,
    today: dt.date,
    analysis_date: dt.date | None,
    wording: Wording,
    progress: Progress,
) -> Inspected:
    """Return what a source holds.

    Raises
    ------
    SourceError, TrainingDataError
        If it cannot be read, or no row of it can be used.
    """
    staged = read_source(
        engine,
        source,
        today,
        analysis_date,
        lambda stage, fraction: progress(stage, READ_TO * fraction / READING_ENDS),
    )
    progress(to_say("Looking at the customers"), READ_TO)
    look = looked_at(staged, source, wording)
    progress(to_say("Looking for examples"), 0.9)
    rows = staged.tables.rows(settling.examples_of(staged.lines, EXAMPLES))
    return Inspected(
        columns=[(role, ROLE_LABELS[Role(role)], column) for role, column in source.columns.named().items()],
        report=look.report,
        checks=look.checks,
        customers=int(look.head["counted"]),
        examples=_examples(rows, wording),
    )


def _examples(rows: list[dict[str, Any]], wording: Wording) -> list[str]:
    sentences = []
    for reason, label in LABELS.items():
        mine = [_named(row, wording) for row in rows if row["reason"] == reason]
        if mine:
            sentences.append(
                wording.say(
                    "For example with {reason}: {rows}.", reason=wording.say(label), rows="; ".join(mine)
                )
            )
    return sentences


def _named(row: dict[str, Any], wording: Wording) -> str:
    parts = []
    if row["order_id"] is not None:
        parts.append(wording.say("order {id}", id=str(row["order_id"])[:60]))
    if row["customer_id"] is not None:
        parts.append(wording.say("customer {id}", id=str(row["customer_id"])[:60]))
    if row["day"] is not None:
        parts.append(wording.date(date_of(int(row["day"]))))
    parts.append(wording.decimal(float(row["amount"]), 2))
    return ", ".join(parts)
