"""A test on a source is read by the same figures as one on the sheet, member by member."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from server.core.experiments.outcomes import OrdersInMemory
from server.core.experiments.window import Window
from server.core.transactions.arrays import Transactions
from server.sources.engines.duckdb import DuckDb
from server.sources.outcomes import SourceOrders
from server.sources.source import Source
from server.sources.stages import Staged, read_source
from tests.sources import memory, nasty
from tests.sources.agreement import STRANGERS, member_differences
from tests.sources.conftest import CHOSEN, declare

START = dt.date(2025, 6, 1)
CUSTOMERS = 150


def staged_of(source: Source, start: dt.date = START) -> Staged:
    """Return a source, read for a test that starts on a day."""
    return read_source(DuckDb(source, "r1"), source, nasty.TODAY, None, lambda _stage, _fraction: None, start)


@pytest.fixture(scope="module")
def transactions() -> Transactions:
    """The hostile orders in memory."""
    return memory.read(nasty.HEADER, nasty.lines(CUSTOMERS), nasty.TODAY, CHOSEN)[0]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """The same in a file."""
    folder = tmp_path_factory.mktemp("orders")
    return declare(nasty.write(folder / "orders.csv", nasty.lines(CUSTOMERS)), folder / "shop")


@pytest.fixture(scope="module")
def staged(source: Source) -> Staged:
    """The file, read for a test."""
    return staged_of(source)


@pytest.mark.parametrize(
    "window",
    [
        Window.of(START, 90),
        Window.of(START, 1),
        Window.of(dt.date(2025, 2, 1), 60),
        Window.of(dt.date(2026, 2, 1), 730),
        Window.of(dt.date(2019, 1, 1), 30),
    ],
    ids=["90 days", "a day", "before the start", "beyond the last order", "before the first"],
)
def test_no_member_differs(
    staged: Staged, source: Source, transactions: Transactions, window: Window
) -> None:
    """Spend in the window, and recency, orders and spend before: to the bit, of orders that are hostile."""
    assert member_differences(transactions, staged, source, START, window) == []


def test_the_orders_tell_something(transactions: Transactions) -> None:
    """The comparison above is of figures that differ: who bought, who gave back, who came later, who is unknown."""
    outcomes = OrdersInMemory(transactions, START).of(
        [*STRANGERS, *transactions.customer_ids], Window.of(START, 90)
    )

    assert (outcomes.spend > 0).sum() > 30
    assert (outcomes.spend < 0).sum() > 0
    assert (outcomes.before.orders > 1).sum() > 50
    assert (outcomes.before.orders == 0).sum() > 10
    assert outcomes.known == len(transactions.customer_ids) > CUSTOMERS


def test_figures_by_hand(tmp_path: Path) -> None:
    """Ann: two orders before, the later of three lines on two days; in the window 20 less 5. Bob bought and gave all
    back before: as if he had bought nothing, so a day further than all orders. Cem bought in the window alone. Dee's
    sale was no purchase, as it was paid back later; Eli was paid back more than he spent.
    """
    lines = [
        ("ann", "2025-01-10", "30.00", "1", "paid"),
        ("ann", "2025-05-29", "10.00", "2", "paid"),
        ("ann", "2025-05-29", "2.50", "2", "paid"),
        ("ann", "2025-05-30", "1.00", "2", "paid"),
        ("ann", "2025-06-01", "20.00", "3", "paid"),
        ("ann", "2025-06-30", "-5.00", "", "credit note"),
        ("ann", "2025-07-01", "99.00", "4", "paid"),
        ("bob", "2025-02-01", "8.00", "5", "paid"),
        ("bob", "2025-02-03", "-8.00", "5", "paid"),
        ("cem", "2025-06-30", "7.00", "6", "paid"),
        ("dee", "2025-05-10", "33.00", "7", "refunded"),
        ("dee", "2025-06-10", "-33.00", "", "paid"),
        ("eli", "2025-02-01", "8.00", "8", "paid"),
        ("eli", "2025-03-01", "-9.00", "", "credit note"),
    ]
    source = declare(nasty.write(tmp_path / "orders.csv", lines), tmp_path / "shop")
    orders = SourceOrders(staged_of(source), source, START)

    outcomes = orders.of(["bob", "ann", "dan", "cem", "dee", "eli"], Window.of(START, 30))

    assert orders.reach == dt.date(2025, 7, 1)
    assert outcomes.spend.tolist() == [0.0, 15.0, 0.0, 7.0, -33.0, 0.0]
    assert outcomes.before.spend.tolist() == [0.0, 43.5, 0.0, 0.0, 0.0, 0.0]
    assert outcomes.before.orders.tolist() == [0.0, 2.0, 0.0, 0.0, 0.0, 0.0]
    assert outcomes.before.recency.tolist() == [143.0, 2.0, 143.0, 143.0, 143.0, 143.0]
    assert outcomes.known == 5
    assert orders.spend_of_buyers(Window.of(START, 30)).tolist() == [7.0, 15.0]


def test_spend_of_buyers_is_that_of_a_sample_beyond_its_size(
    staged: Staged, source: Source, transactions: Transactions
) -> None:
    """Of about so many customers as the sample holds, each of them among those of all."""
    window = Window.of(dt.date(2024, 1, 1), 730)
    all_of_them = OrdersInMemory(transactions, START).spend_of_buyers(window).tolist()

    some = SourceOrders(staged, replace(source, sample_customers=60), START).spend_of_buyers(window)

    assert 30 < len(some) < 90 < len(all_of_them)
    assert set(some.tolist()) < set(all_of_them)
    assert np.all(np.diff(some) >= 0)
