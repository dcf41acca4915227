"""Portrait of a segment's customers: one sentence of days, orders and money."""

from __future__ import annotations

import math

from server.core.wording import ENGLISH, Wording


def portrait(
    recency: float | None, frequency: float | None, money: float | None, wording: Wording = ENGLISH
) -> str:
    """Return what the median customer of a segment is like; "" where there is none.

    Parameters
    ----------
    recency
        Days since the last purchase.
    frequency
        Orders.
    money
        Spent in all.

    Examples
    --------
    >>> portrait(12.0, 11.0, 2466.0, Wording("en_US", "USD"))
    'Typical customer: last order 12 days ago, 11 orders, $2,466 in all.'
    >>> portrait(1.0, 1.5, 30.0)
    'Typical customer: last order 1 day ago, 1.5 orders, 30 in all.'
    >>> portrait(73.5, 4.0, 302.0)
    'Typical customer: last order 74 days ago, 4 orders, 302 in all.'
    >>> portrait(1.0, 1.0, 430.255)  # as `History` rounds it
    'Typical customer: last order 1 day ago, 1 order, 430.25 in all.'
    """
    if recency is None or frequency is None or money is None:
        return ""
    days = math.floor(recency + 0.5)  # as a cell shows a half
    return wording.say(
        "Typical customer: last order {ago}, {orders}, {money} in all.",
        ago=ago(days, wording),
        orders=_orders(frequency, wording),
        money=wording.money(round(money, 2)),
    )


def ago(days: int, wording: Wording = ENGLISH) -> str:
    """Return how long ago something was.

    >>> ago(0), ago(1), ago(1200)
    ('today', '1 day ago', '1,200 days ago')
    """
    if days < 1:
        return wording.say("today")
    return (
        wording.say("1 day ago") if days == 1 else wording.say("{days} days ago", days=wording.number(days))
    )


def _orders(count: float, wording: Wording) -> str:
    if count == 1:
        return wording.say("1 order")
    number = wording.number(count) if count == int(count) else wording.decimal(count, 1)
    return wording.say("{orders} orders", orders=number)
