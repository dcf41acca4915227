"""A model made by hand: every unit, mean and scale is plain, so that its answers can be worked out."""

from __future__ import annotations

from typing import Any

import pytest

from server.core.segments.model import FORMER_SCHEMA, SCHEMA, Model


def plain_model(**changes: Any) -> Model:
    """Return a model with two segments that differ in recency alone, split where log(1 + R) is 3.

    Trained on recencies 0 to 100, frequencies 1 (sixty of a hundred) to 5, money 0 to 1,000.
    """
    frequency = [1.0] * 60 + [2.0] * 20 + [3.0] * 10 + [4.0] * 10 + [5.0]
    fields: dict[str, Any] = {
        "schema": SCHEMA if "steps" in changes else FORMER_SCHEMA,
        "version": 1,
        "trained_at": "2026-01-01T00:00:00Z",
        "analysis_day": "2026-01-01",
        "customers": 1000,
        "transactions": 2000,
        "units": (1.0, 1.0, 1.0),
        "weights": (1.0, 1.0, 1.0),
        "mean": (0.0, 0.0, 0.0),
        "scale": (1.0, 1.0, 1.0),
        "centres": [(2.0, 1.0, 4.0), (4.0, 1.0, 4.0)],
        "clusters": [0, 1],
        "names": ["Champions", "Lost"],
        "next_cluster": 2,
        "quantiles": ((20.0, 40.0, 60.0, 80.0), (1.0, 1.0, 1.0, 2.0), (200.0, 400.0, 600.0, 800.0)),
        "ladder": ([float(i) for i in range(101)], frequency, [10.0 * i for i in range(101)]),
        "gaps": [float(i) for i in range(0, 42, 2)],
        "why_k": "2 segments.",
        "bootstrap": [[(2.0, 1.0, 4.0), (4.0, 1.0, 4.0)], [(2.0, 1.0, 4.0), (3.0, 1.0, 4.0)]],
        "figures": {},
        "warnings": [],
        **changes,
    }
    return Model(**fields)


@pytest.fixture
def model() -> Model:
    return plain_model()
