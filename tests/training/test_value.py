"""A shop's value model: what it tells, what changes nothing, and when it says why it tells nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from server.core.segments.rfm import rfm_table
from server.core.transactions.reader import Transactions
from server.core.value.prediction import typed_outlook
from server.core.wall_clock import EPOCH
from server.training.value import Valued, train_value, value_again
from server.training.value_backtest import auc, calibration_error
from server.training.value_fit import cutoffs_of, plan_of

FIRST = (dt.date(2025, 1, 1) - EPOCH).days


def shop(customers: int = 400, days: int = 500, *, unlike: float = 1.0, seed: int = 1) -> Transactions:
    """Return orders of customers who buy at random, each at a rate of their own that differs by `unlike`."""
    rng = np.random.default_rng(seed)
    rate = np.exp(rng.normal(-4.0, unlike, customers)) if unlike else np.full(customers, 0.02)
    orders = 1 + rng.poisson(rate * days)
    customer = np.repeat(np.arange(customers), orders)
    day = FIRST + rng.integers(0, days, len(customer))
    day[:2] = FIRST, FIRST + days - 1
    amount = np.round(rng.lognormal(3.0, 0.5, len(customer)), 2)
    return Transactions(
        customer_ids=[f"C{i:05}" for i in range(customers)],
        customer=customer.astype(np.int32),
        day=day.astype(np.int32),
        amount=amount,
        order=None,
        cancelled=np.zeros(len(customer), dtype=bool),
    )


def valued(transactions: Transactions, horizon: int = 90) -> Valued:
    return train_value(transactions, rfm_table(transactions), horizon)


@pytest.fixture(scope="module")
def usual() -> Transactions:
    return shop()


@pytest.fixture(scope="module")
def usual_value(usual: Transactions) -> Valued:
    return valued(usual)


def test_busy_customers_are_told_more_than_others(usual: Transactions, usual_value: Valued) -> None:
    """By the rate that drew their orders: who has many orders is likelier to come, and to spend."""
    assert usual_value.outlook is not None
    many = rfm_table(usual).frequency >= 10

    assert usual_value.outlook.spend[many].mean() > 3 * usual_value.outlook.spend[~many].mean()
    assert usual_value.outlook.likely[many].mean() > usual_value.outlook.likely[~many].mean() + 0.15


def test_a_typed_row_is_told_nearly_what_its_customer_is(usual: Transactions, usual_value: Valued) -> None:
    """The totals are the same, and of two customers the better one by the full model is mostly the better one."""
    assert usual_value.outlook is not None
    typed, clipped = typed_outlook(usual_value.model, rfm_table(usual).matrix())

    assert typed.spend.sum() == pytest.approx(usual_value.outlook.spend.sum(), rel=0.001)
    assert typed.likely.sum() == pytest.approx(usual_value.outlook.likely.sum(), rel=0.001)
    assert auc(usual_value.outlook.spend > np.median(usual_value.outlook.spend), typed.spend) > 0.95
    assert not clipped.any()


def test_the_order_of_rows_changes_nothing(usual: Transactions, usual_value: Valued) -> None:
    """Not a bit of the model, and no customer's figures; the customers' codes are others too."""
    rng = np.random.default_rng(8)
    rows, codes = rng.permutation(len(usual)), rng.permutation(len(usual.customer_ids))
    shuffled = replace(
        usual,
        customer_ids=[usual.customer_ids[i] for i in np.argsort(codes).tolist()],
        customer=codes[usual.customer][rows].astype(np.int32),
        day=usual.day[rows],
        amount=usual.amount[rows],
        cancelled=usual.cancelled[rows],
    )
    other = valued(shuffled)
    assert other.outlook is not None
    assert usual_value.outlook is not None
    by_id = dict(zip(rfm_table(shuffled).customer_ids, other.outlook.spend.tolist(), strict=True))

    assert msgspec.json.encode(other.model) == msgspec.json.encode(usual_value.model)
    assert [
        by_id[customer_id] for customer_id in rfm_table(usual).customer_ids
    ] == usual_value.outlook.spend.tolist()


def test_orders_that_are_split_within_a_day_change_nothing(usual: Transactions, usual_value: Valued) -> None:
    """Each order in two halves: the customers' figures stay; a typed row's frequency is another, and is not told."""
    half = np.round(usual.amount / 2, 2)
    split = replace(
        usual,
        customer=np.concatenate([usual.customer, usual.customer]),
        day=np.concatenate([usual.day, usual.day]),
        amount=np.concatenate([half, np.round(usual.amount - half, 2)]),
        cancelled=np.concatenate([usual.cancelled, usual.cancelled]),
    )
    other = valued(split)
    assert other.outlook is not None
    assert usual_value.outlook is not None

    assert other.model.measured == usual_value.model.measured
    assert other.outlook.spend.tolist() == usual_value.outlook.spend.tolist()


def test_cents_instead_of_euros_change_the_unit_alone(usual: Transactions, usual_value: Valued) -> None:
    """A hundred times the spend, the same likelihood."""
    in_cents = valued(replace(usual, amount=np.round(usual.amount * 100)))
    assert in_cents.outlook is not None
    assert usual_value.outlook is not None

    assert in_cents.outlook.spend == pytest.approx(100 * usual_value.outlook.spend, rel=0.001)
    assert in_cents.outlook.likely == pytest.approx(usual_value.outlook.likely, rel=0.001)


def test_a_stored_model_tells_the_same_as_when_it_was_trained(
    usual: Transactions, usual_value: Valued
) -> None:
    """Segment customers uses the model in use, read from its JSON."""
    model = msgspec.json.decode(msgspec.json.encode(usual_value.model), type=type(usual_value.model))
    again = value_again(model, usual, rfm_table(usual))
    assert again is not None
    assert usual_value.outlook is not None

    assert again.spend == pytest.approx(usual_value.outlook.spend, rel=1e-12)
    assert len(msgspec.json.encode(usual_value.model)) <= 1536


def test_the_backtest_holds_an_earlier_model_against_what_came(
    usual: Transactions, usual_value: Valued
) -> None:
    """That of 90 days before: its day, all its customers' money, ten groups that fall."""
    backtest = usual_value.model.backtest
    assert backtest is not None
    day = FIRST + 500 - 90
    known = np.unique(usual.customer[usual.day < day])
    came = usual.amount[(usual.day >= day) & np.isin(usual.customer, known)].sum()

    assert backtest.day == str(EPOCH + dt.timedelta(days=day))
    assert backtest.customers == len(known)
    assert backtest.came == pytest.approx(came, rel=1e-5)
    assert backtest.auc > 0.6
    assert not backtest.halves
    assert [group[0] for group in backtest.groups] == sorted(
        (group[0] for group in backtest.groups), reverse=True
    )


def test_a_history_too_short_for_an_earlier_model_is_looked_at_by_halves() -> None:
    """200 days: an earlier model of 110 days would have 20 before its cutoff."""
    backtest = valued(shop(600, 200)).model.backtest
    assert backtest is not None

    assert backtest.halves
    assert backtest.came == pytest.approx(backtest.expected, rel=0.15)


def test_orders_at_random_tell_nothing() -> None:
    """Everybody buys at the same rate: the backtest finds no order among the customers, and all is withheld."""
    other = valued(shop(unlike=0.0))

    assert other.outlook is None
    assert other.model.withheld == "Past orders do not tell who buys again in this shop."
    assert other.model.backtest is not None
    assert other.model.backtest.auc < 0.55


@pytest.mark.parametrize(
    ("transactions", "said"),
    [
        (shop(days=80), "Training_Data has 80 days of history; expected spend needs at least 90."),
        (shop(90, 500), "90 customers 90 days ago"),
    ],
    ids=["80 days", "90 customers"],
)
def test_what_is_too_little_is_withheld_with_its_reason(transactions: Transactions, said: str) -> None:
    """Both sides are told: what there is, and what is needed."""
    other = valued(transactions)

    assert other.outlook is None
    assert said in other.model.withheld


def test_a_short_history_tells_thirty_days_and_no_amounts() -> None:
    """120 days: 90 days ahead need 180; amounts need 180 too."""
    short = valued(shop(1500, 120))

    assert short.model.horizon == 30
    assert short.model.tells
    assert not short.model.tells_amounts
    assert "120 days of history; amounts need at least 180" in short.model.amounts_withheld


def test_one_year_with_a_strong_season_tells_no_amounts() -> None:
    """Nine of ten orders fall into 90 days of which only one lot was seen; a usual shop of that age is told amounts."""
    usual = shop(800, 400)
    day = usual.day.copy()
    into = np.random.default_rng(2).random(len(day)) < 0.9
    day[into] = FIRST + 35 + (day[into] - FIRST) * 90 // 400
    seasonal = replace(usual, day=day)

    assert valued(usual).model.amounts_withheld == ""
    assert "The same 90 days a year ago sold" in valued(seasonal).model.amounts_withheld


def test_the_season_of_a_year_ago_sets_the_level() -> None:
    """Two years in which everybody buys twice as often from January to March: so much is expected again."""
    usual = shop(800, 730, seed=3)
    in_season = (usual.day - FIRST) % 365 < 90
    again = np.flatnonzero(in_season)
    day = np.concatenate([usual.day, usual.day[again] + 1])
    seasonal = replace(
        usual,
        customer=np.concatenate([usual.customer, usual.customer[again]]),
        day=day.astype(np.int32),
        amount=np.concatenate([usual.amount, usual.amount[again]]),
        cancelled=np.zeros(len(day), dtype=bool),
    )
    last = [valued(shop_orders) for shop_orders in (usual, seasonal)]
    assert last[0].outlook is not None
    assert last[1].outlook is not None

    assert [other.model.season for other in last] == [True, True]
    assert last[1].outlook.spend.sum() == pytest.approx(2 * last[0].outlook.spend.sum(), rel=0.15)


def test_earlier_days_have_ninety_days_before_them() -> None:
    """CDNOW's first 273 days give four days to learn from; eight years no more than twelve."""
    assert cutoffs_of(0, 273, 90) == [183, 153, 123, 93]
    assert len(cutoffs_of(0, 3000, 90)) == 12
    assert plan_of(0, 179, 90).horizon == 30
    assert plan_of(0, 180, 90).horizon == 90
    assert plan_of(0, 269, 180).horizon == 30


def test_a_calibrated_likelihood_has_no_error() -> None:
    """Ten of forty who are told 25 %, thirty of forty who are told 75 %."""
    likely = np.repeat([0.25, 0.75], 40)
    came = np.repeat([1, 0, 1, 0], [10, 30, 30, 10])

    assert calibration_error(came, likely, groups=2) == 0.0
    assert auc(came, likely) == pytest.approx(0.75)
