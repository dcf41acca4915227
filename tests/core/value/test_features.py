"""What purchases tell of a customer, worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from server.core.value.features import Purchases, Sweep, came_between, purchases_of, scaled

A, B, C, D = range(4)


@pytest.fixture
def shop() -> Purchases:
    """Four customers, seen from day 90.

    A bought for 10 on day 0 and for 30 on day 60; B twice for 4 on day 60; C first on day 90; D for 5 on day 60
    and gave it all back on day 70.
    """
    customer = [A, A, B, B, C, D, D]
    day = [0, 60, 60, 60, 90, 60, 70]
    amount = [10.0, 30.0, 4.0, 4.0, 7.0, 5.0, -5.0]
    return purchases_of(customer, day, amount, [False] * 6 + [True], 4)


def test_a_purchase_counts_half_when_it_is_a_half_life_older(shop: Purchases) -> None:
    """A on day 90, three half-lives of 30 days into the history: 10 / 8 + 30 / 2, made up for the short history."""
    (on_day,) = Sweep(shop).measures_on([90])
    month, year = math.sqrt(1 - 1 / 8), math.sqrt(1 - 2 ** (-90 / 365))
    quarter, third = 2 ** (-90 / 365), 2 ** (-30 / 365)

    assert on_day.measures[A] == pytest.approx(
        [
            16.25 / month,
            (10 * quarter + 30 * third) / year,
            (1 / 8 + 1 / 2) / month,
            (quarter + third) / year,
            30,  # days of silence
            90,  # days since the first purchase
            0,  # not one purchase day
            math.log(30) - math.log(60),
        ]
    )


def test_orders_of_one_day_are_one_purchase_day(shop: Purchases) -> None:
    """B ordered twice on day 60: 8 spent, on one day, without a rhythm."""
    (on_day,) = Sweep(shop).measures_on([90])

    assert on_day.measures[B, 2] == pytest.approx(0.5 / math.sqrt(7 / 8))
    assert on_day.measures[B, 4:].tolist() == [30.0, 30.0, 1.0, 0.0]
    assert on_day.spent[B] == 8.0


def test_only_who_bought_before_the_day_and_kept_something_is_known(shop: Purchases) -> None:
    """C buys on the day itself; D has nothing left, and no negative spend either."""
    (on_day,) = Sweep(shop).measures_on([90])

    assert on_day.known.tolist() == [True, True, False, False]
    assert on_day.measures[D, 0] == 0.0


def test_a_day_tells_the_same_alone_and_after_others(shop: Purchases) -> None:
    """The sums are carried on from day to day."""
    *_, last = Sweep(shop).measures_on([30, 61, 90, 300])
    (alone,) = Sweep(shop).measures_on([300])

    assert last.measures == pytest.approx(alone.measures)


def test_what_comes_is_counted_from_the_day_on_to_before_the_end(shop: Purchases) -> None:
    """Days 60 to 89: D's refund takes all; C's purchase of day 90 is no longer within."""
    spend, days = came_between(shop, 60, 90)

    assert spend.tolist() == [30.0, 8.0, 0.0, 0.0]
    assert days.tolist() == [1.0, 1.0, 0.0, 1.0]


def test_some_customers_stand_as_they_do_among_all(shop: Purchases) -> None:
    """A sample of B and A, in that order."""
    (all_of_them,), (two,) = (
        list(Sweep(purchases).measures_on([90])) for purchases in (shop, shop.of(np.array([B, A])))
    )

    assert two.measures == pytest.approx(all_of_them.measures[[B, A]])


def test_a_mistyped_year_is_no_history() -> None:
    """One row of a thousand lies in 1925: the history begins with the others."""
    days = [-16_000, *range(1500)]

    purchases = purchases_of([0] * 1501, days, [1.0] * 1501, [False] * 1501, 1)

    assert purchases.first_day == 0


def test_regressors_have_no_unit() -> None:
    """Money 3 times the unit, N .1, recency and tenure 1 gap; tenure is cut at the longest of the training."""
    measures = np.array([[6.0, 2.0, 0.1, 0.0, 20.0, 900.0, 1.0, 0.0]])

    regressors = scaled(measures, (20.0, 2.0), 20.0)

    assert regressors[0] == pytest.approx(
        [math.log(4), *[math.log(2)] * 2, 0.0, *[math.log(2)] * 2, 1.0, 0.0]
    )
