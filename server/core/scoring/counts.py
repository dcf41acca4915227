"""Counts of rows of `New User`, for the status of a spreadsheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from server.core.cells import is_empty
from server.core.scoring.decisions import Conditions, SheetRow
from server.core.scoring.inputs import NewUserInput
from server.core.scoring.log_lines import LogLine
from server.core.scoring.triage import id_owners, triage
from server.core.segments.drift import Drift, aged, population_stability
from server.core.segments.model import Model
from server.layout.headers import CLUSTER


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Number of rows by state.

    Attributes
    ----------
    waiting
        Complete and valid rows that are to be scored.
    incomplete
        Rows in which some inputs are filled and some are not.
    invalid
        Rows with an input that cannot be used.
    """

    waiting: int = 0
    incomplete: int = 0
    invalid: int = 0


def count_rows(rows: Sequence[SheetRow], log: Iterable[LogLine], conditions: Conditions) -> RowCounts:
    """Count rows by state, as a sweep of all `rows` and all lines would take them."""
    result = triage(rows, log, conditions, owners=id_owners(rows))
    return RowCounts(
        waiting=len(result.waiting),
        incomplete=sum(map(_is_partly_filled, rows)),
        invalid=len({problem.row for problem in result.decision.problems}),
    )


def count_aged(model: Model, rows: Iterable[SheetRow], now: dt.datetime) -> int:
    """Count rows classified by `model` that the calendar has carried out of their segment."""
    inputs, clusters, days = [], [], []
    for row in rows:
        cluster = row.outputs.get(CLUSTER)
        if not isinstance(row.read, NewUserInput) or row.identity is None:
            continue
        if row.identity.model_version == model.version and not row.has_formula and _is_number(cluster):
            inputs.append((row.read.recency, row.read.frequency, row.read.monetary_value))
            clusters.append(int(cluster))
            days.append((now - row.identity.moment).days)
    return int(aged(model, inputs, clusters, days).sum()) if inputs else 0


def scored_drift(model: Model, lines: Iterable[LogLine]) -> Drift:
    """Return how far the newest customers scored by a model are from those it was trained on."""
    own = [line for line in lines if line.model_version == model.version]
    return population_stability(model, [(line.recency, line.frequency, line.monetary_value) for line in own])


def _is_number(cell: object) -> TypeGuard[float]:
    return isinstance(cell, int | float)


def _is_partly_filled(row: SheetRow) -> bool:
    filled = sum(not is_empty(cell) for cell in row.inputs.values())
    return 0 < filled < len(row.inputs)
