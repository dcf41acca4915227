"""Compares what an engine found with what memory holds, customer by customer."""

from __future__ import annotations

from typing import Any

import numpy as np

from server.core.segments.rfm import scores
from server.sources.run import SourceRun
from server.training.segmentation import Segmentation

WHAT = ("recency", "frequency", "monetary_value", "rfm_score", "cluster", "confidence", "state")


def by_customer(found: SourceRun) -> dict[str, dict[str, Any]]:
    """Return the placed customers by id."""
    return {row["customer_id"]: row for row in found.staged.tables.rows(found.placed)}


def differences(here: Segmentation, there: SourceRun, what: tuple[str, ...] = WHAT) -> list[tuple[str, str]]:
    """Return customer and figure of each difference; a customer who is on one side alone differs in all."""
    placed = by_customer(there)
    table = here.table
    figures = {
        "recency": table.recency.tolist(),
        "frequency": table.frequency.tolist(),
        "monetary_value": table.monetary_value.tolist(),
        "rfm_score": scores(table).rfm.tolist(),
        "cluster": here.clusters.tolist(),
        "confidence": np.round(here.confidence, 4).tolist(),
        "state": here.states.tolist(),
    }
    found = [(who, "all") for who in placed.keys() ^ set(table.customer_ids)]
    for i, who in enumerate(table.customer_ids):
        if who in placed:
            found += [(who, name) for name in what if placed[who][name] != figures[name][i]]
    return found
