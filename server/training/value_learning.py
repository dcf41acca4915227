"""Learning of a value model and of the one that could have been learned `horizon` days earlier, in two sweeps.

The first sweep looks at a sample of customers on all earlier days, for the coefficients. The second looks at all
customers on the few days that set the level.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from server.core.distinct import distinct
from server.core.value.features import MEASURES, Purchases, Sweep
from server.core.value.model import Backtest, Regression, ValueModel, rounded
from server.core.value.prediction import Outlook, outlook
from server.core.wall_clock import date_of
from server.training.progress import Progress
from server.training.value_backtest import backtest_of, replayed, spread_of
from server.training.value_fit import (
    EVERY_DAYS,
    LEVEL_CUTOFFS,
    Coefficients,
    Cut,
    Level,
    Plan,
    coefficients,
    cut_of,
    cuts_of,
    level_of,
    mean_level,
    units_of,
    usable,
)

Floats = NDArray[np.float64]

SAMPLE = 20_000
"""Customers that the coefficients are learned from."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """Result of learning a value model.

    Attributes
    ----------
    customers, buyers
        Of the sample, at the latest cutoff.
    regression
        None where no earlier day tells a difference between customers.
    measures
        Of all customers on the plan's day, shape (n, 8).
    """

    horizon: int
    customers: int
    buyers: int
    measures: Floats
    units: tuple[float, float] = (1.0, 1.0)
    longest_tenure: float = 1.0
    regression: Regression | None = None
    spread: float = 0.0
    noise: float = 0.0
    backtest: Backtest | None = None


@dataclass(frozen=True, slots=True)
class _Made:
    """A model of one day: its plan, its coefficients and its level."""

    plan: Plan
    coefficients: Coefficients
    level: Level

    def outlook(self, measures: Floats) -> Outlook:
        model = ValueModel(
            horizon=self.plan.horizon,
            day="",
            history_days=0,
            customers=0,
            units=self.coefficients.units,
            longest_tenure=self.coefficients.longest_tenure,
            measured=regression_of(self.coefficients, self.level),
        )
        return outlook(model, measures)


def learn(purchases: Purchases, plan: Plan, random_state: int, progress: Progress) -> Learnt:
    """Return what the purchases teach by a plan that has cutoffs."""
    earlier = plan.earlier()
    cuts = cuts_of(
        _sample(purchases, plan.day, random_state), [*plan.cutoffs, *earlier.cutoffs], plan.horizon
    )
    progress(0.25)
    own = _coefficients(purchases, plan, cuts)
    progress(0.55)
    former = _coefficients(purchases, earlier, cuts)
    progress(0.8)
    latest = cuts[plan.cutoffs[0]].days
    customers, buyers = len(latest), int((latest > 0).sum())
    spend_levels = _spend_levels(purchases, plan, own, cuts) if own is not None else []
    backtest = _by_halves(purchases, plan, cuts, random_state) if own is not None and former is None else None
    del cuts, latest  # before all customers are looked at
    seen = _look(purchases, (plan, own), (earlier, former))
    progress(1.0)
    learnt = Learnt(plan.horizon, customers, buyers, seen.measures)
    if own is None:
        return learnt
    if former is not None:
        made = _Made(earlier, former, mean_level(seen.earlier_levels))
        backtest = backtest_of(date_of(earlier.day), made.outlook(seen.came.measures), seen.came)
    return replace(
        learnt,
        units=own.units,
        longest_tenure=own.longest_tenure,
        regression=regression_of(own, mean_level(seen.levels)),
        spread=_spread(plan, spend_levels, backtest, earlier),
        noise=own.noise,
        backtest=backtest,
    )


def regression_of(fitted: Coefficients, level: Level) -> Regression:
    """Return the coefficients as the model keeps them."""
    fits = {"spend": (level.spend, fitted.spend), "buy": (level.buy, fitted.buy)}
    fits["visits"] = (level.visits, fitted.visits)
    rows = {
        what: [rounded(float(number), 5) for number in (intercept, *estimate.beta)]
        for what, (intercept, estimate) in fits.items()
    }
    mean, sd = ([rounded(float(value), 5) for value in values] for values in (fitted.mean, fitted.sd))
    return Regression(mean=mean, sd=sd, spend=rows["spend"], buy=rows["buy"], visits=rows["visits"])


@dataclass(frozen=True, slots=True)
class _Seen:
    """Result of the second sweep, over all customers."""

    measures: Floats
    came: Cut
    levels: list[Level]
    earlier_levels: list[Level]


def _look(
    purchases: Purchases, own: tuple[Plan, Coefficients | None], former: tuple[Plan, Coefficients | None]
) -> _Seen:
    (plan, own_fit), (earlier, earlier_fit) = own, former
    an_order = order_value(purchases)
    measures, came = np.empty((0, MEASURES)), None
    levels: list[Level] = []
    earlier_levels: list[Level] = []
    days = {plan.day, earlier.day, *plan.level_days, *earlier.level_days}
    for on_day in Sweep(purchases).measures_on(sorted(days)):
        if on_day.day == plan.day:
            measures = on_day.measures
            continue
        day, cut = on_day.day, cut_of(on_day, purchases, plan.horizon)
        del on_day  # its customers are in the cut
        if day == earlier.day:
            came = cut
        if own_fit is not None and day in plan.level_days:
            levels.append(level_of(own_fit, cut, an_order))
        if earlier_fit is not None and day in earlier.level_days:
            earlier_levels.append(level_of(earlier_fit, cut, an_order))
    assert came is not None
    return _Seen(measures, came, levels, earlier_levels)


def order_value(purchases: Purchases) -> float:
    """Return the mean money of a purchase day, 1 where there is none."""
    total = float(purchases.money.sum())
    return total / len(purchases.day) if len(purchases.day) and total > 0 else 1.0


def _coefficients(purchases: Purchases, plan: Plan, cuts: Mapping[int, Cut]) -> Coefficients | None:
    chosen = [cuts[day] for day in plan.cutoffs if usable(cuts[day])]
    return coefficients(chosen, units_of(purchases, plan.day), plan.horizon) if chosen else None


def _sample(purchases: Purchases, day: int, random_state: int) -> Purchases:
    """Return the purchases of a random draw of the customers of a day, of all where they are not more."""
    known = distinct(purchases.customer[purchases.day < day])
    if len(known) <= SAMPLE:
        return purchases
    rng = np.random.default_rng(random_state)
    return purchases.of(np.sort(rng.choice(known, SAMPLE, replace=False)))


def _by_halves(
    purchases: Purchases, plan: Plan, cuts: Mapping[int, Cut], random_state: int
) -> Backtest | None:
    """Return how well a model of one half of the customers predicts the other half."""
    latest = cuts[plan.cutoffs[0]]
    rng = np.random.default_rng(random_state)
    first = rng.permutation(int(max(cut.who.max(initial=0) for cut in cuts.values())) + 1) % 2 == 0
    forecasts, came = [], []
    for half in (first, ~first):
        fitted = _coefficients(purchases, plan, {day: cut.part(half) for day, cut in cuts.items()})
        if fitted is None:
            return None
        here, there = latest.part(half), latest.part(~half)
        made = _Made(plan, fitted, level_of(fitted, here, order_value(purchases)))
        forecasts.append(made.outlook(there.measures))
        came.append(there)
    joined = Outlook(
        *(
            np.concatenate([getattr(line, name) for line in forecasts])
            for name in ("spend", "orders", "likely")
        )
    )
    whole = Cut(
        latest.day,
        *(
            np.concatenate([getattr(cut, name) for cut in came])
            for name in ("who", "measures", "past", "spend", "days")
        ),
    )
    return backtest_of(date_of(latest.day), joined, whole, halves=True)


def _spend_levels(
    purchases: Purchases, plan: Plan, own: Coefficients, cuts: Mapping[int, Cut]
) -> list[float]:
    """Return the level of spend of each earlier day, the latest first."""
    an_order = order_value(purchases)
    return [level_of(own, cuts[day], an_order).spend for day in plan.cutoffs if len(cuts[day].who)]


def _spread(plan: Plan, levels: list[float], backtest: Backtest | None, earlier: Plan) -> float:
    """Return the spread of the whole's total, by how far the level of earlier days was off."""
    lag = max(1, plan.horizon // EVERY_DAYS)
    if plan.season:
        known = backtest is not None and earlier.season and backtest.expected > 0 and backtest.came > 0
        errors = [math.log(backtest.came / backtest.expected)] if known and backtest is not None else []
        return spread_of(errors, 1.0, season=True)
    return spread_of(replayed(levels, lag, LEVEL_CUTOFFS), float(lag), season=False)
