"""Recency, frequency, monetary value and scores by their definitions, worked out by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.segments.rfm import quantile_points, rfm_table, score, scores
from server.core.transactions.reader import Transactions
from server.core.wall_clock import EPOCH

Line = tuple[str, str, float]


def transactions(*lines: Line, orders: list[int] | None = None) -> Transactions:
    """Return transactions of customer, day and amount; negative amounts are cancelled."""
    ids = list(dict.fromkeys(customer for customer, *_ in lines))
    amount = np.array([amount for *_, amount in lines])
    return Transactions(
        customer_ids=ids,
        customer=np.array([ids.index(customer) for customer, *_ in lines], dtype=np.int32),
        day=np.array([(dt.date.fromisoformat(day) - EPOCH).days for _, day, _ in lines], dtype=np.int32),
        amount=amount,
        order=np.array(orders, dtype=np.int32) if orders is not None else None,
        cancelled=amount < 0,
    )


def rows(table: object) -> dict[str, tuple[int, int, float]]:
    """Return recency, frequency and money by customer."""
    return {
        who: (r, f, m)
        for who, r, f, m in zip(
            table.customer_ids,  # type: ignore[attr-defined]
            table.recency.tolist(),  # type: ignore[attr-defined]
            table.frequency.tolist(),  # type: ignore[attr-defined]
            table.monetary_value.tolist(),  # type: ignore[attr-defined]
            strict=True,
        )
    }


def test_recency_counts_to_the_day_after_the_last_transaction() -> None:
    """Who bought on the last day has recency 1."""
    table = rfm_table(transactions(("A", "2025-01-01", 10), ("B", "2025-01-31", 5), ("A", "2025-01-11", 4)))

    assert rows(table) == {"A": (21, 2, 14), "B": (1, 1, 5)}
    assert table.analysis_day == dt.date(2025, 2, 1)


def test_recency_counts_to_the_analysis_date_of_settings() -> None:
    """A purchase on the day itself has recency 0."""
    table = rfm_table(transactions(("A", "2025-01-01", 10), ("B", "2025-01-31", 5)), dt.date(2025, 1, 31))

    assert rows(table) == {"A": (30, 1, 10), "B": (0, 1, 5)}


def test_a_cancelled_row_is_no_purchase_and_lowers_the_money() -> None:
    """It makes nobody recent, adds no event, and the day that it lies on still counts as the last."""
    table = rfm_table(transactions(("A", "2025-01-01", 10), ("A", "2025-01-21", -4), ("B", "2025-01-11", 1)))

    assert rows(table) == {"A": (21, 1, 6), "B": (11, 1, 1)}


def test_frequency_is_distinct_orders_where_there_are_order_ids() -> None:
    """Lines of one order are one event; a line without an order id is one of its own."""
    table = rfm_table(
        transactions(
            ("A", "2025-01-01", 1),
            ("A", "2025-01-01", 2),
            ("A", "2025-01-02", 3),
            ("A", "2025-01-03", 4),
            ("A", "2025-01-03", 5),
            ("B", "2025-01-03", 6),
            orders=[0, 0, 1, -1, -1, 0],
        )
    )

    assert rows(table) == {"A": (1, 4, 15), "B": (1, 1, 6)}


@pytest.mark.parametrize("refund", [10, 12], ids=["to nothing", "below"])
def test_who_nets_to_nothing_is_reported_and_left_out(refund: float) -> None:
    """No segment for a customer who brought no money."""
    table = rfm_table(
        transactions(("A", "2025-01-01", 10), ("A", "2025-01-02", -refund), ("B", "2025-01-01", 5))
    )

    assert table.customer_ids == ["B"]
    assert table.left_out == ["A"]


def test_sums_of_cents_are_no_spend() -> None:
    """.1 + .2 - .3 is nothing, though not in binary."""
    table = rfm_table(
        transactions(("A", "2025-01-01", 0.1), ("A", "2025-01-01", 0.2), ("A", "2025-01-02", -0.3))
    )

    assert table.left_out == ["A"]


def test_scores_count_the_points_below() -> None:
    """Of 1 to 6 the points are 2, 3, 4 and 5: equal to a point is not above it."""
    values = [1, 2, 3, 4, 5, 6]

    assert quantile_points(values) == (2, 3, 4, 5)
    assert score(values, quantile_points(values)).tolist() == [1, 1, 2, 3, 4, 5]
    assert score(values, quantile_points(values), reverse=True).tolist() == [5, 5, 4, 3, 2, 1]


def test_rfm_score_puts_recency_first() -> None:
    """100 R + 10 F + M; the most recent score 5."""
    table = rfm_table(
        transactions(*((f"C{i}", f"2025-01-{i:02}", float(i)) for i in range(1, 7)), ("C6", "2025-01-06", 1))
    )

    assert scores(table).rfm.tolist() == [111, 211, 312, 413, 514, 555]


@pytest.mark.parametrize("count", [1, 2, 5], ids="{} customers".format)
def test_few_customers_and_ties_get_scores_all_the_same(count: int) -> None:
    """Equal values get equal scores, and no point lies below all of them."""
    table = rfm_table(transactions(*((f"C{i}", "2025-01-01", 5.0) for i in range(count))))

    assert set(scores(table).rfm.tolist()) == {511}


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=60), st.randoms())
def test_the_order_of_customers_changes_no_score(values: list[float], random: object) -> None:
    """Scores go with the value, from 1 to 5, and never fall as it rises."""
    given_ = score(values, quantile_points(values)).tolist()
    by_value = dict(zip(values, given_, strict=True))
    shuffled = list(values)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert score(shuffled, quantile_points(shuffled)).tolist() == [by_value[value] for value in shuffled]
    assert [by_value[value] for value in sorted(values)] == sorted(given_)
    assert set(given_) <= {1, 2, 3, 4, 5}
