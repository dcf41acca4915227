"""The proof of lift, with few draws; make evaluate prints its tables with many."""

from __future__ import annotations

import numpy as np
import pytest

from local.load import cdnow
from proving.lift_draws import (
    ADJUSTED,
    BOOTSTRAP,
    BUYERS,
    SPEND,
    WELCH,
    Cell,
    Shop,
    measure,
    shop_of,
    start_of,
)
from proving.transactions import read_transactions
from server.core.experiments.outcomes import Before


@pytest.fixture(scope="module")
def shop() -> Shop:
    """Customers of whom 18 in 100 buy, for sums of which the largest are a hundred times the usual."""
    rng = np.random.default_rng(1)
    n = 2_000
    spend = np.where(rng.random(n) < 0.18, rng.lognormal(3, 1.2, n), 0.0)
    return Shop(
        [f"C{i}" for i in range(n)],
        spend,
        Before(rng.lognormal(4, 1, n), rng.integers(1, 9, n) * 1.0, rng.integers(1, 300, n) * 1.0),
    )


def test_where_nothing_happened_seldom_anything_is_told(shop: Shop) -> None:
    """Of 40 tests one is expected to say so; six come once in a thousand times."""
    figures = measure(shop, Cell(200, 0.2), draws=40, dealings=400)

    assert set(figures.worked) == {BUYERS, ADJUSTED, SPEND, WELCH, BOOTSTRAP}
    assert max(figures.worked[way] for way in (BUYERS, ADJUSTED, SPEND)) <= 5 / 40
    assert figures.width[SPEND] < figures.width[WELCH]


def test_a_large_lift_is_told_and_covered(shop: Shop) -> None:
    """Three times as many buyers."""
    figures = measure(shop, Cell(400, 0.5, effect=2.0), draws=20, dealings=400)

    assert figures.worked[ADJUSTED] >= 0.9
    assert min(figures.covered[way] for way in (BUYERS, ADJUSTED, SPEND)) >= 0.8


@pytest.mark.slow
def test_on_cdnow_one_test_in_forty_is_fooled() -> None:
    """2,000 customers, a fifth held out, 200 draws: 2.5 % are promised, 1.1 is the chance of so few draws."""
    transactions = read_transactions(cdnow())

    figures = measure(shop_of(transactions, start_of(transactions)), Cell(2_000, 0.2), draws=200)

    for way in (ADJUSTED, SPEND):
        assert 0.0 <= figures.worked[way] <= 0.058  # three such chances above
        assert figures.covered[way] >= 0.9
