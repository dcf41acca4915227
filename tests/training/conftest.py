"""Customers of three plain kinds, and tables made of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import ArrayLike

from server.core.segments.purchase_days import Pauses
from server.core.segments.rfm import RfmTable
from server.training.holdout import History

TODAY = dt.date(2026, 1, 1)


def pauses(days: ArrayLike) -> Pauses:
    """Return pauses of as many customers, one each."""
    pauses_in_days = np.asarray(days, dtype=np.float64)
    return Pauses(pauses_in_days, np.ones(len(pauses_in_days)))


NO_PAUSES = History(pauses([]))
USUAL = History(pauses([10, 20, 20, 20, 30, 30, 30, 40, 60, 60]))
"""Half of all pauses are of 30 days at most, four of five of 40, all of 60."""


def table_of(rfm: ArrayLike, ids: Sequence[str] | None = None) -> RfmTable:
    """Return a table of recency, frequency and monetary value; shape (n, 3)."""
    rows = np.asarray(rfm, dtype=np.float64)
    return RfmTable(
        customer_ids=list(ids or [f"C{i:05}" for i in range(len(rows))]),
        recency=rows[:, 0],  # type: ignore[arg-type]
        frequency=rows[:, 1],  # type: ignore[arg-type]
        monetary_value=rows[:, 2],
        analysis_day=TODAY,
        left_out=[],
    )


def three_kinds(count: int = 60, seed: int = 5) -> np.ndarray:
    """Return customers who buy often and much, who came once lately, and who came once long ago."""
    rng = np.random.default_rng(seed)

    def kind(recency: int, frequency: int, money: float) -> np.ndarray:
        spread = rng.uniform(0.8, 1.25, (count, 3))
        rows = np.array([recency, frequency, money]) * spread
        rows[:, :2] = np.maximum(1, np.round(rows[:, :2]))
        rows[:, 2] = np.round(rows[:, 2], 2)
        return rows

    return np.vstack([kind(8, 12, 900.0), kind(12, 1, 40.0), kind(300, 1, 30.0)])


@pytest.fixture(autouse=True)
def trains_here(trains_anew: None) -> None:
    """No figure comes from another test."""


@pytest.fixture
def rfm() -> np.ndarray:
    return three_kinds()
