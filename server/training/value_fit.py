"""Fit of the value model: earlier days as cut-offs, coefficients from what came after each, level of today.

The coefficients come from a sample of customers; the level, how much is bought at all, from all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.value.features import MEASURES, DayMeasures, Purchases, Sweep, came_between, scaled
from server.training.value_regression import LOGIT, Family, Fit, Stack, fit, level, power

Floats = NDArray[np.float64]

CUTOFFS = 12
EVERY_DAYS = 30
LEAST_HISTORY_DAYS = 90
"""History that lies before a cutoff."""
LEVEL_CUTOFFS = 3
SEASON_DAYS = 365
SEASON_HISTORY_DAYS = 270
"""History before the cutoff a year ago, from which on it sets the level."""
SPEND_POWER = 1.9
PRIOR_WIDTH = {"spend": 0.5, "buy": 0.7, "visits": 0.7}
"""Standard deviation of a coefficient about its prior."""
PRIOR_AT = {"spend": 1, "buy": 3, "visits": 3}
"""The regressor whose prior is 1: ln(1 + W365/m), ln(1 + 10 N365)."""


@dataclass(frozen=True, slots=True)
class Cut:
    """State of customers on an earlier day, and what they did in the `horizon` days from it on.

    Attributes
    ----------
    measures
        Of the customers known then, shape (n, 8).
    who
        Their codes, shape (n,).
    past
        Money until then, shape (n,).
    spend, days
        Money and purchase days that came, shape (n,).
    """

    day: int
    who: NDArray[np.int64]
    measures: Floats
    past: Floats
    spend: Floats
    days: Floats

    def part(self, chosen: NDArray[np.bool_]) -> Cut:
        """Return the cut of some customers, chosen by their codes."""
        keep = chosen[self.who]
        return Cut(
            self.day, self.who[keep], self.measures[keep], self.past[keep], self.spend[keep], self.days[keep]
        )


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Coefficients of the three fits, and the means and deviations that standardise their regressors.

    Attributes
    ----------
    noise
        Variance of a customer's spend by its expectation to the power 1.9.
    """

    units: tuple[float, float]
    longest_tenure: float
    mean: Floats
    sd: Floats
    spend: Fit
    buy: Fit
    visits: Fit
    noise: float

    def x(self, measures: Floats) -> Floats:
        """Return the regressors, standardised, shape (n, 8)."""
        x = scaled(measures, self.units, self.longest_tenure)
        x -= self.mean
        x /= self.sd
        return x


SHORT_HORIZON = 30
SHORT_LEAST_HISTORY_DAYS = 60
"""Where the history is too short for the horizon asked for: 30 days ahead, learned from 60 days and more."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Days that a model of `day` is learned from.

    Attributes
    ----------
    cutoffs
        Earlier days whose `horizon` days are over, the latest first; empty where the history is too short.
    level_days
        Those whose level stands for that of `day`.
    season
        Whether that is the day a year ago.
    """

    day: int
    first_day: int
    horizon: int
    cutoffs: tuple[int, ...]
    level_days: tuple[int, ...]
    season: bool

    @property
    def days(self) -> set[int]:
        """All days that are looked at before `day`."""
        return {*self.cutoffs, *self.level_days}

    def earlier(self) -> Plan:
        """Return the plan of a model that could have been made `horizon` days earlier."""
        return _plan(self.first_day, self.day - self.horizon, self.horizon, LEAST_HISTORY_DAYS)


def plan_of(first_day: int, day: int, horizon: int) -> Plan:
    """Return the plan; of a shorter horizon where the history is too short for the one asked for.

    >>> plan_of(0, 273, 90).cutoffs, plan_of(0, 150, 90).horizon, plan_of(0, 89, 90).cutoffs
    ((183, 153, 123, 93), 30, ())
    """
    if day - first_day >= horizon + LEAST_HISTORY_DAYS:
        return _plan(first_day, day, horizon, LEAST_HISTORY_DAYS)
    return _plan(first_day, day, SHORT_HORIZON, SHORT_LEAST_HISTORY_DAYS)


def _plan(first_day: int, day: int, horizon: int, least_history: int) -> Plan:
    cutoffs = cutoffs_of(first_day, day, horizon, least_history)
    level_days, season = level_days_of(first_day, day, cutoffs)
    return Plan(day, first_day, horizon, tuple(cutoffs), tuple(level_days), season)


def cutoffs_of(first_day: int, day: int, horizon: int, least_history: int = LEAST_HISTORY_DAYS) -> list[int]:
    """Return the earlier days to learn from, the latest first.

    >>> cutoffs_of(0, 273, 90)
    [183, 153, 123, 93]
    """
    days = [day - horizon - EVERY_DAYS * j for j in range(CUTOFFS)]
    return [day for day in days if day - first_day >= least_history]


def level_days_of(first_day: int, day: int, cutoffs: Sequence[int]) -> tuple[list[int], bool]:
    """Return the days whose level is used for that of `day`, and whether it is the season's of a year ago.

    >>> level_days_of(0, 635, [545, 515, 485, 455]), level_days_of(0, 634, [544, 514, 484, 454])
    (([270], True), ([544, 514, 484], False))
    """
    a_year_ago = day - SEASON_DAYS
    if a_year_ago - first_day >= SEASON_HISTORY_DAYS:
        return [a_year_ago], True
    return list(cutoffs[:LEVEL_CUTOFFS]), False


def units_of(purchases: Purchases, day: int) -> tuple[float, float]:
    """Return the usual gap between two purchases and a small customer's money, as they were on a day.

    The gap is the median of all; the money the 10 % point of the customers with money above 0.
    """
    bought = purchases.day < day
    gaps = purchases.gap[bought & (purchases.gap > 0)]
    paid = purchases.money_day < day
    net = np.bincount(purchases.money_customer[paid], purchases.money[paid], purchases.customers)
    net = np.round(net[np.round(net, 6) > 0], 6)
    money = float(np.quantile(net, 0.1)) if len(net) else 0.0
    return float(np.median(gaps)) if len(gaps) else 30.0, money if money > 0 else 1.0


def cut_of(on_day: DayMeasures, purchases: Purchases, horizon: int) -> Cut:
    """Return what the customers of a day did from it on."""
    spend, days = came_between(purchases, on_day.day, on_day.day + horizon)
    known = on_day.known
    who = np.flatnonzero(known)
    return Cut(on_day.day, who, on_day.measures[who], on_day.spent[who], spend[who], days[who])


def cuts_of(purchases: Purchases, days: Sequence[int], horizon: int) -> dict[int, Cut]:
    """Return the cuts at these days."""
    return {on_day.day: cut_of(on_day, purchases, horizon) for on_day in Sweep(purchases).measures_on(days)}


def usable(cut: Cut) -> bool:
    """Whether some customers bought, some did not, and money came: without that a day shows no difference."""
    bought = int((cut.days > 0).sum())
    return 0 < bought < len(cut.days) and float(cut.spend.sum()) > 0


def coefficients(cuts: Sequence[Cut], units: tuple[float, float], horizon: int) -> Coefficients:
    """Return the coefficients that the cuts, of which each is usable, teach."""
    longest = max(float(cut.measures[:, 5].max()) for cut in cuts)
    starts = np.cumsum([0, *(len(cut.measures) for cut in cuts)])
    x = np.empty((int(starts[-1]), MEASURES))
    for cut, start in zip(cuts, starts.tolist(), strict=False):
        x[start : start + len(cut.measures)] = scaled(cut.measures, units, longest)
    mean = x.mean(axis=0)
    x -= mean
    sd = np.sqrt(np.einsum("ij,ij->j", x, x) / len(x))
    sd = np.where(sd > 1e-6, sd, 1.0)
    x /= sd
    stack = Stack(x, starts[:-1])
    spend, days = (np.concatenate([getattr(cut, what) for cut in cuts]) for what in ("spend", "days"))
    # Windows of `horizon` days that begin every 30 days overlap: so many times is each purchase seen.
    seen = max(1.0, min(len(cuts), horizon / EVERY_DAYS))
    mean_spend = float(spend.mean())
    money = _twice(stack, spend / mean_spend, power(SPEND_POWER), "spend", seen)
    buy = _fit(stack, (days > 0).astype(np.float64), LOGIT, "buy", seen)
    visits = _twice(stack, days, power(1), "visits", seen)
    noise = money.dispersion * mean_spend ** (2 - SPEND_POWER)
    return Coefficients(units, longest, mean, sd, money, buy, visits, noise)


def _twice(stack: Stack, y: Floats, family: Family, what: str, seen: float) -> Fit:
    """Fit once to learn the dispersion, and once more with the penalty that goes with it."""
    return _fit(stack, y, family, what, seen * _fit(stack, y, family, what, seen).dispersion)


def _fit(stack: Stack, y: Floats, family: Family, what: str, strength: float) -> Fit:
    prior = np.zeros(MEASURES)
    prior[PRIOR_AT[what]] = 1.0
    return fit(stack, y, family, prior, strength / PRIOR_WIDTH[what] ** 2)


@dataclass(frozen=True, slots=True)
class Level:
    """Intercepts of spend, buying and purchase days with which the expected totals are those that came."""

    spend: float
    buy: float
    visits: float


def level_of(fitted: Coefficients, cut: Cut, an_order: float) -> Level:
    """Return the level of a cut; where nothing was bought, half an order counts.

    Parameters
    ----------
    an_order
        Money of a usual purchase day.
    """
    x = fitted.x(cut.measures)
    n, bought = len(x), float((cut.days > 0).sum())
    money, days = float(cut.spend.sum()), float(cut.days.sum())
    return Level(
        spend=level(x @ fitted.spend.beta, money or 0.5 * an_order, power(SPEND_POWER)),
        buy=level(x @ fitted.buy.beta, min(max(bought, 0.5), n - 0.5), LOGIT),
        visits=level(x @ fitted.visits.beta, days or 0.5, power(1)),
    )


def mean_level(levels: Sequence[Level]) -> Level:
    """Return the mean of several levels."""
    return Level(
        *(float(np.mean([getattr(level, what) for level in levels])) for what in ("spend", "buy", "visits"))
    )
