"""The judge of names, on single customers of a shop whose pauses are 1 to 100 days."""

from __future__ import annotations

import numpy as np
import pytest

from server.core.segments.name_fit import (
    NAMES,
    Judged,
    absurd,
    fits,
    judged,
    known_name,
    name_fit,
)
from server.core.segments.naming import OTHER_PLAN, PLANS, default_plan, is_default_plan, plan_rank
from server.core.segments.rhythm import rhythm_of

SHOP = rhythm_of(np.arange(1.0, 101.0), np.ones(100), [0.0])


def who(recency: float, orders: int, r: int, f: int, m: int) -> Judged:
    return judged(SHOP, [recency], [orders], [r], [f], [m])


BEST = who(20, 10, 5, 5, 5)
FIRST_ORDER = who(5, 1, 5, 1, 2)
QUIET = who(70, 4, 3, 4, 4)
GONE = who(300, 1, 1, 1, 1)
FORMER_BEST = who(90, 12, 1, 5, 5)


@pytest.mark.parametrize(
    ("customer", "fitting"),
    [
        (BEST, {"Champions", "Loyal"}),
        (FIRST_ORDER, {"New", "Promising"}),
        (
            QUIET,
            {
                "Loyal",
                "Potential Loyalists",
                "Need Attention",
                "About to Sleep",
                "Cannot Lose Them",
                "At Risk",
            },
        ),
        (GONE, {"Hibernating", "Lost"}),
        (FORMER_BEST, {"Need Attention", "Cannot Lose Them", "At Risk"}),
    ],
    ids=[
        "the best customer",
        "a first order",
        "silent for longer than 2 of 3 pauses",
        "gone",
        "was the best",
    ],
)
def test_which_names_fit(customer: Judged, fitting: set[str]) -> None:
    """By hand from the criterion's table."""
    assert {name for name in NAMES if fits(name, customer)[0]} == fitting


@pytest.mark.parametrize(
    ("customer", "odd"),
    [
        (
            BEST,
            {
                "New, High Spend",
                "New",
                "Promising",
                "Need Attention",
                "One Order, High Spend",
                "About to Sleep",
            }
            | {"Cannot Lose Them", "At Risk", "One Order, High Spend, Away", "Hibernating", "Lost"},
        ),
        (
            FIRST_ORDER,
            {"Champions", "Loyal", "Need Attention", "One Order, High Spend", "About to Sleep"}
            | {"Cannot Lose Them", "At Risk", "One Order, High Spend, Away", "Hibernating", "Lost"},
        ),
        (GONE, {"Champions", "Loyal", "Potential Loyalists", "New, High Spend", "New", "Promising"}),
        (FORMER_BEST, {"New, High Spend", "New", "Promising", "Hibernating", "Lost"}),
    ],
    ids=["the best customer", "a first order", "gone", "was the best"],
)
def test_which_names_are_absurd(customer: Judged, odd: set[str]) -> None:
    """A reminder to who bought last week, a welcome to who is gone, letting go of who spent most."""
    assert {name for name in NAMES if absurd(name, customer)[0]} == odd


def test_shares_are_of_customers_and_of_revenue() -> None:
    """Of two customers the one with nine tenths of the money has a name that fits, the other an absurd one."""
    both = judged(SHOP, [20, 5], [10, 1], [5, 5], [5, 1], [5, 2])

    fit = name_fit(both, [90.0, 10.0], [0, 0], ["Champions"])

    assert (fit.fit, fit.absurd) == (0.5, 0.5)
    assert (fit.fit_revenue, fit.absurd_revenue) == (0.9, 0.1)
    assert fit.merit == pytest.approx((0.5 + 0.9) / 2 - 2 * (0.5 + 0.1) / 2)


def test_an_unknown_name_fits_nobody() -> None:
    """And is absurd for nobody."""
    assert not fits("VIPs", BEST)[0]
    assert not absurd("VIPs", BEST)[0]
    assert known_name("One Order, High Spend, Fewer Orders") == "One Order, High Spend"


def test_each_name_has_a_plan_and_the_better_customer_the_better_one() -> None:
    """Who is here comes before who is quiet, who is quiet before who is away; the last is Lost."""
    assert all(default_plan(name) == PLANS[name] != OTHER_PLAN for name in NAMES)
    order = sorted(NAMES, key=plan_rank)
    assert order[:3] == ["Champions", "Loyal", "Potential Loyalists"]
    assert order[-1] == "Lost"
    assert plan_rank("Need Attention") < plan_rank("Cannot Lose Them") < plan_rank("Hibernating")


@pytest.mark.parametrize("name", ["Champions", "Loyal", "Potential Loyalists", "New", "New, High Spend"])
def test_no_discount_to_those_who_buy_anyway(name: str) -> None:
    """Their plans speak of no discount, offer or free shipping, but to say that none is needed."""
    plan = PLANS[name].replace("no discount needed", "")

    assert not any(word in plan for word in ("discount", "offer", "free shipping"))


def test_earlier_texts_of_plans_are_the_products_own() -> None:
    """Who has the former plan of New in Action_Map has not written it."""
    assert is_default_plan(
        "🌱 Welcome: a welcome series, and an offer for the second order within 30 days.", "New"
    )
    assert not is_default_plan("🌱 Welcome: call them.", "New")
