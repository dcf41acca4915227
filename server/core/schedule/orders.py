"""Count of orders that are new since the last run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from server.core.wall_clock import date_of

if TYPE_CHECKING:
    from server.core.transactions.arrays import Transactions


class OrdersSeen(msgspec.Struct, frozen=True):
    """Orders that a run has read.

    Attributes
    ----------
    count
        In all.
    newest
        Day of the newest, ISO 8601; "" where there is none.
    on_newest
        How many have that day.
    """

    count: int
    newest: str = ""
    on_newest: int = 0


def orders_seen(transactions: Transactions) -> tuple[OrdersSeen, dict[str, int]]:
    """Return the orders of a file, and how many there are on each day.

    An order is what an order id names, else a row; refunds are none. One of several days counts on its first.
    """
    import numpy as np

    bought = ~transactions.cancelled
    days, weights = transactions.day[bought], None
    if transactions.events is not None:
        weights = transactions.events[bought]
    elif transactions.order is not None:
        codes = transactions.order[bought]
        named = codes >= 0
        order = np.lexsort((days[named], codes[named]))
        first = np.unique(codes[named][order], return_index=True)[1]
        days = np.concatenate([days[named][order][first], days[~named]])
    if not len(days):
        return OrdersSeen(0), {}
    distinct_days, places = np.unique(days, return_inverse=True)
    counts = np.bincount(places, weights=weights, minlength=len(distinct_days)).astype(np.int64)
    return seen_days(dict(zip(distinct_days.tolist(), counts.tolist(), strict=True)))


def seen_days(counts: Mapping[int, int]) -> tuple[OrdersSeen, dict[str, int]]:
    """Return the orders that there are, and how many on each day.

    Parameters
    ----------
    counts
        By day since 1970-01-01.

    Examples
    --------
    >>> seen_days({0: 3, 1: 2})
    (OrdersSeen(count=5, newest='1970-01-02', on_newest=2), {'1970-01-01': 3, '1970-01-02': 2})
    """
    by_day = {date_of(day).isoformat(): count for day, count in counts.items()}
    newest = max(by_day, default="")
    return OrdersSeen(sum(by_day.values()), newest, by_day.get(newest, 0)), by_day


def new_orders(before: OrdersSeen | None, now: OrdersSeen, by_day: dict[str, int]) -> int:
    """Return how many orders have come since the last run; all, where none is known.

    They are those that are newer than its newest, with those that came on that day; where old ones were added as
    well, as many as there are more.

    >>> new_orders(OrdersSeen(10, "2026-01-05", 2), OrdersSeen(9, "2026-01-06", 1), {"2026-01-05": 3, "2026-01-06": 1})
    2
    >>> new_orders(OrdersSeen(10, "2026-01-05", 2), OrdersSeen(15, "2026-01-05", 2), {"2026-01-05": 2})
    5
    """
    if before is None:
        return now.count
    newer = sum(count for day, count in by_day.items() if day > before.newest)
    newer += max(0, by_day.get(before.newest, 0) - before.on_newest)
    return max(newer, now.count - before.count, 0)
