"""Training of the value model, its test on an earlier day, and the reason where it is withheld."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from server.core.segments.rfm import RfmTable
from server.core.settings.values import DEFAULT_HORIZON
from server.core.transactions.reader import Transactions
from server.core.value import words
from server.core.value.features import Ints, Purchases, Sweep, purchases_of
from server.core.value.model import ValueModel, rounded
from server.core.value.prediction import Outlook, outlook
from server.core.wall_clock import EPOCH
from server.core.wording import ENGLISH, Wording
from server.training.progress import Progress, unheard, within
from server.training.value_fit import SHORT_HORIZON, SHORT_LEAST_HISTORY_DAYS, Plan, plan_of
from server.training.value_learning import Learnt, learn
from server.training.value_typed import typed_regression

Floats = NDArray[np.float64]

LEAST_CUSTOMERS = 100
LEAST_BUYERS = 50
LEAST_AUC = 0.55
AMOUNTS_HISTORY_DAYS = 180
LEAST_DAYS = SHORT_HORIZON + SHORT_LEAST_HISTORY_DAYS
YEAR_DAYS = 365
USUAL_SEASON = (0.5, 2.0)
"""Sales of the same days a year ago by those of usual days: beyond it one year is not enough to tell amounts."""


@dataclass(frozen=True, slots=True)
class Valued:
    """Value model, with the predictions of all customers on its day.

    Attributes
    ----------
    outlook
        In the order of the RFM table; None where the model tells nothing.
    """

    model: ValueModel
    outlook: Outlook | None


def purchases_by_id(transactions: Transactions) -> tuple[Purchases, dict[str, int]]:
    """Return the purchases with codes in the order of the ids, and the code of each id.

    The order of rows does not matter then, to the last bit.
    """
    ids = transactions.customer_ids
    ascending = sorted(range(len(ids)), key=ids.__getitem__)
    code = np.empty(len(ids), dtype=np.int32)
    code[ascending] = np.arange(len(ids))
    purchases = purchases_of(
        code[transactions.customer], transactions.day, transactions.amount, transactions.cancelled, len(ids)
    )
    return purchases, {ids[old]: new for new, old in enumerate(ascending)}


def train_value(
    transactions: Transactions,
    table: RfmTable,
    horizon: int = DEFAULT_HORIZON,
    *,
    random_state: int = 0,
    progress: Progress = unheard,
    wording: Wording = ENGLISH,
) -> Valued:
    """Return the value model of the transactions and the figures of the customers in `table`.

    Parameters
    ----------
    transactions
        At least one.
    table
        Of the same transactions: it has the analysis day, and the customers with money above 0.
    horizon
        Days ahead.
    wording
        Writes the numbers in the reasons why figures are withheld: they are kept as they are said today.
    """
    purchases, codes = purchases_by_id(transactions)
    plan = plan_of(purchases.first_day, (table.analysis_day - EPOCH).days, horizon)
    model = ValueModel(
        horizon=plan.horizon,
        day=table.analysis_day.isoformat(),
        history_days=max(plan.day - purchases.first_day, 0),
        customers=len(table),
    )
    if not plan.cutoffs:
        return _withheld(model, words.too_short(model.history_days, LEAST_DAYS, wording))
    learnt = learn(purchases, plan, random_state, within(progress, 0.05, 0.9))
    why = _why_withheld(learnt, wording)
    if why:
        return _withheld(structs.replace(model, backtest=learnt.backtest), why)
    assert learnt.regression is not None
    model = structs.replace(
        model,
        units=learnt.units,
        longest_tenure=learnt.longest_tenure,
        measured=learnt.regression,
        season=plan.season,
        cutoffs=len(plan.cutoffs),
        spread=rounded(learnt.spread, 3),
        noise=rounded(learnt.noise, 4),
        backtest=learnt.backtest,
        amounts_withheld=_why_no_amounts(purchases, plan, wording),
    )
    places = np.array([codes[customer_id] for customer_id in table.customer_ids], dtype=np.int64)
    forecast = outlook(model, learnt.measures[places])
    progress(0.92)
    by_id = np.argsort(places)
    ordered = Outlook(forecast.spend[by_id], forecast.orders[by_id], forecast.likely[by_id])
    typed = typed_regression(table.matrix()[by_id], ordered, model.units)
    progress(1.0)
    return Valued(structs.replace(model, typed=typed), forecast)


def value_again(model: ValueModel, transactions: Transactions, table: RfmTable) -> Outlook | None:
    """Return the figures of the customers in `table`, on its day, by a model that was trained before."""
    if not model.tells:
        return None
    purchases, codes = purchases_by_id(transactions)
    places = np.array([codes[customer_id] for customer_id in table.customer_ids], dtype=np.int64)
    (on_day,) = Sweep(purchases).measures_on([(table.analysis_day - EPOCH).days])
    return outlook(model, on_day.measures[places])


def _withheld(model: ValueModel, why: str) -> Valued:
    return Valued(structs.replace(model, withheld=why), None)


def _why_withheld(learnt: Learnt, wording: Wording) -> str:
    """Return why the model withholds its predictions, "" where it does not."""
    if learnt.customers < LEAST_CUSTOMERS or learnt.buyers < LEAST_BUYERS:
        return words.too_few(
            learnt.customers, learnt.buyers, LEAST_CUSTOMERS, LEAST_BUYERS, learnt.horizon, wording
        )
    if learnt.regression is None or learnt.backtest is None or learnt.backtest.auc < LEAST_AUC:
        return wording.say(words.NO_SIGNAL)
    return ""


def _why_no_amounts(purchases: Purchases, plan: Plan, wording: Wording) -> str:
    """Return why no amounts are told, "" where they are."""
    history = plan.day - plan.first_day
    if history < AMOUNTS_HISTORY_DAYS:
        return words.too_short_for_amounts(history, AMOUNTS_HISTORY_DAYS, wording)
    if plan.season or history < YEAR_DAYS:
        return ""
    times = season_of(purchases, plan.day, plan.horizon)
    return "" if times is None else words.season_unlike(times, plan.horizon, wording)


def season_of(purchases: Purchases, day: int, horizon: int) -> float | None:
    """Return the sales of the same days a year ago by those of usual days, None where it is nothing unusual.

    A shop that began a year ago sold much to new customers then, and little to others. So both must be unusual,
    all sales and those after a customer's first day.

    Examples
    --------
    >>> peak = purchases_of([0] * 11, [0, *range(10, 90, 10), 200, 300], [100] * 11, [False] * 11, 1)
    >>> even = purchases_of([0] * 36, range(0, 360, 10), [100] * 36, [False] * 36, 1)
    >>> round(season_of(peak, 365, 90), 2), season_of(even, 365, 90)
    (3.32, None)
    """
    first = np.full(purchases.customers, np.iinfo(np.int64).max)
    np.minimum.at(first, purchases.customer, purchases.day)
    again = purchases.money_day > first[purchases.money_customer]
    ratios = [
        _times(purchases.money_day[part], purchases.money[part], day, horizon)
        for part in (slice(None), again)
    ]
    least, most = min(ratios), max(ratios)
    return ratios[0] if most < USUAL_SEASON[0] or least > USUAL_SEASON[1] else None


def _times(days: Ints, money: Floats, day: int, horizon: int) -> float:
    """Return a day's sales in the `horizon` days that began a year ago by those of that year; 1 where none sold."""
    start = day - YEAR_DAYS
    year = float(money[(days >= start) & (days < day)].sum()) / YEAR_DAYS
    window = float(money[(days >= start) & (days < start + horizon)].sum()) / horizon
    return window / year if year > 0 else 1.0
