"""Which orders are new, counted by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np

from server.core.schedule.orders import OrdersSeen, new_orders, orders_seen
from server.core.transactions.arrays import Transactions
from server.core.wall_clock import EPOCH


def file(days: list[str], order: list[int] | None = None, cancelled: tuple[int, ...] = ()) -> Transactions:
    """Return rows with their days; those of `cancelled` are refunds."""
    count = len(days)
    return Transactions(
        customer_ids=["A"],
        customer=np.zeros(count, np.int32),
        day=np.array([(dt.date.fromisoformat(day) - EPOCH).days for day in days], np.int32),
        amount=np.ones(count),
        order=None if order is None else np.array(order, np.int32),
        cancelled=np.isin(np.arange(count), cancelled),
    )


def test_orders_are_order_ids_on_their_first_day_and_rows_without_one() -> None:
    """Order 0 has two rows on two days, order 1 one, a row has none, the last is a refund: three orders."""
    days = ["2026-01-06", "2026-01-05", "2026-01-06", "2026-01-06", "2026-01-07"]

    seen, by_day = orders_seen(file(days, [0, 0, 1, -1, 2], cancelled=(4,)))

    assert by_day == {"2026-01-05": 1, "2026-01-06": 2}
    assert seen == OrdersSeen(3, "2026-01-06", 2)


def test_without_order_ids_each_row_is_one() -> None:
    """And a file of refunds alone has none."""
    assert orders_seen(file(["2026-01-05", "2026-01-05"]))[0] == OrdersSeen(2, "2026-01-05", 2)
    assert orders_seen(file(["2026-01-05"], cancelled=(0,))) == (OrdersSeen(0), {})


def test_a_list_of_customers_counts_its_orders() -> None:
    """Two customers with 3 and 4 orders."""
    listed = file(["2026-01-05", "2026-01-06"])
    counted = Transactions(
        listed.customer_ids,
        listed.customer,
        listed.day,
        listed.amount,
        None,
        listed.cancelled,
        np.array([3, 4]),
    )

    assert orders_seen(counted)[0] == OrdersSeen(7, "2026-01-06", 4)


def test_a_window_that_moves_on_has_new_orders_though_there_are_no_more() -> None:
    """An export of the last 30 days: two fell out, two came in, one of them on the day that was the newest."""
    before = OrdersSeen(10, "2026-01-05", 2)
    by_day = {"2026-01-04": 6, "2026-01-05": 3, "2026-01-06": 1}

    assert new_orders(before, OrdersSeen(10, "2026-01-06", 1), by_day) == 2


def test_nothing_is_new_where_orders_were_only_taken_away() -> None:
    """Two of the newest day were deleted."""
    assert new_orders(OrdersSeen(10, "2026-01-05", 4), OrdersSeen(8, "2026-01-05", 2), {"2026-01-05": 2}) == 0


def test_all_are_new_where_no_run_is_known() -> None:
    """A spreadsheet that an older version segmented."""
    assert new_orders(None, OrdersSeen(8, "2026-01-05", 2), {"2026-01-05": 2}) == 8
