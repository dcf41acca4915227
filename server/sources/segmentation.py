"""A run on a source as a segmentation of the sheet: figures of all customers, rows of a few."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np

from server.core.cells import Cell
from server.core.segments.dashboard_figures import Figures
from server.core.segments.migration import Flow
from server.core.segments.moves import Stood
from server.core.segments.rfm import RfmTable, Scores
from server.core.value.sums import ALL_CUSTOMERS, Sum
from server.sources.figures import EngineFigures
from server.sources.run import SourceRun
from server.training.segmentation import Segmentation, Stands


@dataclass(frozen=True, slots=True)
class SourceSegmentation(Segmentation):
    """Segments of a source's customers, as the sheet shows them.

    Attributes
    ----------
    from_engine
        Figures of all customers.
    cells
        What the customers in `table` are worth next, in the order of `layout.tabs.VALUE_HEADERS`.
    scored
        Their scores among all customers.
    before
        How those in `table` stood before who were known then.
    """

    from_engine: EngineFigures = field(kw_only=True)
    cells: list[list[Cell]] = field(kw_only=True)
    scored: Scores = field(kw_only=True)
    before: Stood = field(kw_only=True)

    @property
    def customers(self) -> int:
        """Number of all customers."""
        return self.from_engine.customers

    @property
    def marks(self) -> Scores:
        """Scores of the customers in `table`, among all customers."""
        return self.scored

    def known_before(self, stood: Stands) -> Stands:
        """Return how customers stood before: the sheet's, and the published table's of whom it did not show."""
        known: Any = stood
        before = self.before
        merged: Any = replace(
            known,
            numbers={**known.numbers, **before.numbers},
            segments={**known.segments, **before.segments},
            since={**known.since, **before.since},
        )
        return cast(Stands, merged)

    def flows(self) -> list[Flow]:
        """Return who went where in this run."""
        return self.from_engine.flows()

    @property
    def worth(self) -> list[list[Cell]] | None:
        """Cells of each customer in the order of `layout.tabs.VALUE_HEADERS`; None where nothing is told."""
        return None if self.model.value is None else self.cells

    def figures(self, flows: Sequence[Flow], active_days: int) -> Figures:
        """Return the figures of the dashboard."""
        return self.from_engine.figures(flows, active_days)

    def risk_by_segment(self) -> dict[int, float]:
        """Return the revenue at risk by cluster."""
        return dict(self.from_engine.risk_by_segment)

    def expected_revenue(self) -> dict[int, Sum]:
        """Return the expected spend of each segment's customers together, by cluster; empty where none is told."""
        return {
            number: expected
            for number, expected in self.from_engine.expected.items()
            if number != ALL_CUSTOMERS
        }

    def expected_in_all(self) -> Sum | None:
        """Return the expected spend of all customers together, None where none is told."""
        return self.from_engine.expected.get(ALL_CUSTOMERS)


def as_segmentation(source_run: SourceRun, limit: int) -> SourceSegmentation:
    """Return a run as a segmentation whose rows are `limit` customers at most: who moved, and who spent most."""
    rows = source_run.shown(limit) if limit else []
    table = RfmTable(
        customer_ids=[row["customer_id"] for row in rows],
        recency=_whole(rows, "recency"),
        frequency=_whole(rows, "frequency"),
        monetary_value=np.array([row["monetary_value"] for row in rows], dtype=np.float64),
        analysis_day=source_run.staged.analysis_day,
        left_out=[],
    )
    before = source_run.asked.before
    names = dict(zip(before.model.clusters, before.model.names, strict=True)) if before.model else {}
    names |= before.texts
    return SourceSegmentation(
        table=table,
        model=source_run.model,
        trained=source_run.trained,
        candidate_because=source_run.because,
        clusters=_whole(rows, "cluster"),
        confidence=np.array([_or_nan(row["confidence"]) for row in rows], dtype=np.float64),
        profiles=source_run.from_engine.profiles,
        migration=source_run.from_engine.migration,
        states=np.array([row["state"] for row in rows], dtype=np.str_),
        at_risk=source_run.from_engine.at_risk,
        spend_at_risk=np.zeros(len(rows)),
        name_checks=source_run.name_checks,
        renamed=source_run.renamed,
        is_new_space=source_run.is_new_space,
        checks=source_run.checks,
        from_engine=source_run.from_engine,
        cells=[_worth(row) for row in rows],
        scored=Scores(*(_whole(rows, name) for name in ("r_score", "f_score", "m_score"))),
        before=_stood(rows, names),
    )


def _stood(rows: Sequence[Mapping[str, Any]], names: Mapping[int, str]) -> Stood:
    """Return how customers stood in the published table before."""
    numbers = {
        row["customer_id"]: int(row["previous_cluster"])
        for row in rows
        if not np.isnan(_or_nan(row["previous_cluster"]))
    }
    since = {
        row["customer_id"]: serial_of_day(row["segment_since"])
        for row in rows
        if numbers.get(row["customer_id"]) == int(row["cluster"])
    }
    segments = {who: names[number] for who, number in numbers.items() if number in names}
    return Stood(numbers, segments, since)


def serial_of_day(day: Any) -> float:
    """Return a date as a spreadsheet keeps it, however an engine's client gives it.

    >>> serial_of_day(dt.date(2024, 3, 15)), serial_of_day(np.datetime64("2024-03-15"))
    (45366.0, 45366.0)
    """
    date = np.datetime64(day, "D").astype(dt.date)
    return float((date - dt.date(1899, 12, 30)).days)


def _worth(row: Mapping[str, Any]) -> list[Cell]:
    names = (("expected_spend", 2), ("expected_orders", 4), ("likely_to_buy_again", 4))
    predictions = [(_or_nan(row[name]), digits) for name, digits in names]
    return ["" if np.isnan(value) else round(value, digits) for value, digits in predictions]


def _whole(rows: Sequence[Mapping[str, Any]], name: str) -> Any:
    return np.array([int(row[name]) for row in rows], dtype=np.int64)


def _or_nan(value: Any) -> float:
    return float("nan") if value is None else float(value)
