"""Expected spend, orders and likelihood from coefficients that can be read."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest

from server.core.value.model import Regression, TypedRegression, ValueModel, problem
from server.core.value.prediction import outlook, typed_outlook
from server.core.value.sums import sum_of

NONE8, ONES8, NONE9, ONES9 = [0.0] * 8, [1.0] * 8, [0.0] * 9, [1.0] * 9


def plain(**changes: object) -> ValueModel:
    """Return a model whose spend is the recency plus 1, whose odds of buying are even, with one order in two."""
    recency = [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]
    fields: dict[str, object] = {
        "horizon": 90,
        "day": "2026-01-01",
        "history_days": 700,
        "customers": 10,
        "measured": Regression(
            mean=NONE8, sd=ONES8, spend=recency, buy=NONE9, visits=[math.log(0.25), *NONE8]
        ),
        "typed": TypedRegression(
            mean=NONE9,
            sd=ONES9,
            spend=[0.0, 0.0, 0.0, 1.0, *[0.0] * 6],
            buy=[math.log(3), *NONE9],
            visits=[math.log(2), *NONE9],
            limits=((1.0, 100.0), (1.0, 9.0), (5.0, 50.0)),
        ),
        **changes,
    }
    return ValueModel(**fields)  # type: ignore[arg-type]


def test_the_three_links_are_exp_logit_exp() -> None:
    """Silent for 4 days: exp(ln(1 + 4)) = 5; odds 1 to 1; a quarter of an order."""
    measures = np.zeros((1, 8))
    measures[0, 4] = 4.0

    forecast = outlook(plain(), measures)

    assert forecast.spend == pytest.approx([5.0])
    assert forecast.likely == pytest.approx([0.5])


def test_nobody_is_likelier_to_buy_than_they_have_orders() -> None:
    """Who buys with a chance of one half has half an order at the least, whatever the third regression says."""
    assert outlook(plain(), np.zeros((1, 8))).orders == pytest.approx([0.5])


def test_a_typed_row_has_all_three_figures() -> None:
    """Money of 9: exp(ln(1 + 9)) = 10; odds 3 to 1; two orders."""
    typed, clipped = typed_outlook(plain(), [[10.0, 2.0, 9.0]])

    assert (typed.spend[0], typed.likely[0], typed.orders[0]) == pytest.approx((10.0, 0.75, 2.0))
    assert clipped.tolist() == [False]


def test_a_typed_row_outside_the_training_is_told_as_the_nearest_within() -> None:
    """Money of 5,000 where nobody had more than 50: as for 50, and it is said."""
    typed, clipped = typed_outlook(plain(), [[10.0, 2.0, 5000.0], [10.0, 2.0, 50.0]])

    assert typed.spend.tolist() == pytest.approx([51.0, 51.0])
    assert clipped.tolist() == [True, False]


def test_a_customer_is_told_the_same_alone_and_among_others() -> None:
    """To the last bit: the log may be compared with a sheet."""
    rng = np.random.default_rng(1)
    rfm = rng.uniform([1, 1, 5], [100, 9, 50], (500, 3))
    together, _ = typed_outlook(plain(), rfm)
    alone = [typed_outlook(plain(), [row])[0].spend[0] for row in rfm]

    assert together.spend.tolist() == alone


def test_a_sum_is_as_sure_as_the_backtest_was() -> None:
    """Spread ln 2 / 1.2816: in eight of ten cases between half and twice; of few customers, further apart."""
    sure = plain(spread=math.log(2) / 1.2815515655446004)
    noisy = plain(spread=math.log(2) / 1.2815515655446004, noise=20.0)
    many, few = np.full(10_000, 2.0), np.full(3, 2.0)

    assert sum_of(sure, many).expected == 20_000.0
    assert (sum_of(sure, many).low, sum_of(sure, many).high) == pytest.approx((10_000.0, 40_000.0))
    assert sum_of(noisy, few).high / 6 > 2 * sum_of(noisy, many).high / 20_000
    assert sum_of(sure, np.zeros(3)).high == 0.0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"typed": None}, "lacks coefficients"),
        ({"spread": math.inf}, "not finite"),
        (
            {"measured": Regression(mean=NONE8, sd=NONE8, spend=NONE9, buy=NONE9, visits=NONE9)},
            "scale of nothing",
        ),
    ],
    ids=["no coefficients for a typed row", "an infinite number", "a scale of 0"],
)
def test_a_model_that_cannot_tell_is_a_problem(changes: dict[str, object], said: str) -> None:
    """It would tell nonsense, or divide by nothing."""
    assert said in problem(plain(**changes))
    assert problem(plain()) == ""


def test_a_model_comes_back_from_json_as_it_was() -> None:
    """And one that withholds needs no coefficients."""
    model = plain()
    withheld = plain(
        measured=None, typed=None, withheld="Past orders do not tell who buys again in this shop."
    )

    assert msgspec.json.decode(msgspec.json.encode(model), type=ValueModel) == model
    assert problem(withheld) == ""
    assert not withheld.tells
