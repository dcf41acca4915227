"""The value model as data: a kilobyte of JSON beside the segments' model.

It tells three figures of a customer for the days of its horizon: expected spend, expected orders (purchase
days) and the likelihood to buy again. Where past orders tell nothing, it holds the reason instead.
"""

from __future__ import annotations

import math
from typing import Annotated, Any

import msgspec

from server.core.value.features import MEASURES

TYPED = 9
"""Regressors from recency, frequency and monetary value: three, their squares, their products."""

_Positive = Annotated[float, msgspec.Meta(gt=0, le=1e15)]
_Number = Annotated[float, msgspec.Meta(ge=-1e15, le=1e15)]
_Row8 = Annotated[list[_Number], msgspec.Meta(min_length=MEASURES, max_length=MEASURES)]
_Row9 = Annotated[list[_Number], msgspec.Meta(min_length=TYPED, max_length=TYPED)]
_Row10 = Annotated[list[_Number], msgspec.Meta(min_length=TYPED + 1, max_length=TYPED + 1)]
_Range = tuple[_Positive, _Positive]


class Regression(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Three regressions on the same standardised regressors; the intercept comes first.

    Attributes
    ----------
    mean, sd
        Of the regressors.
    spend, buy, visits
        Coefficients: log of spend, logit of buying, log of purchase days.
    """

    mean: _Row8
    sd: _Row8
    spend: _Row9
    buy: _Row9
    visits: _Row9


class TypedRegression(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Regressions for a customer of whom only recency, frequency and monetary value are known.

    Attributes
    ----------
    limits
        Least and largest recency, frequency, monetary value of the training: inputs are clipped to them.
    """

    mean: _Row9
    sd: _Row9
    spend: _Row10
    buy: _Row10
    visits: _Row10
    limits: tuple[_Range, _Range, _Range]


class Backtest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the model of `horizon` days before the analysis day expected, and what came.

    Attributes
    ----------
    day
        The day it looked ahead from, ISO 8601.
    customers
        Customers of that day.
    expected, came
        Money of all of them.
    auc, auc_past
        How well the likelihood, and past spend, told who bought.
    gini, gini_past
        How well expected spend, and past spend, ordered the spend that came.
    halves
        The history is too short for an earlier model: each half of the customers was told by a model of the
        other half's same days, so that the totals agree by themselves.
    groups
        Ten groups of equal size by expected spend, most first: mean expected, mean that came.
    """

    day: str
    customers: int
    expected: float
    came: float
    auc: float
    auc_past: float
    gini: float
    gini_past: float
    halves: bool = False
    groups: Annotated[list[tuple[float, float]], msgspec.Meta(max_length=10)]


class SegmentMeans(msgspec.Struct, frozen=True, array_like=True):
    """Mean predictions of a segment's customers, on the day of the training.

    Attributes
    ----------
    cluster
        Its number, -1 for all customers.
    width
        The segment's spend comes between the expected one divided by this and times this in eight of ten cases.
    """

    cluster: int
    spend: float
    orders: float
    likely: float
    width: float


class ValueModel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Model of the three predictions, or the reason why they are withheld.

    Attributes
    ----------
    horizon
        Days ahead.
    day
        Analysis day, ISO 8601.
    history_days
        Days from the first purchase to the analysis day.
    withheld
        Why no figure is given; "" where they are.
    amounts_withheld
        Why only the likelihood is given; "" where all three are.
    units
        Usual gap between two purchases in days, a small customer's money.
    longest_tenure
        Longest tenure in training, days.
    season
        Whether the total comes from the same days of the year before.
    spread
        Standard deviation of the log of came / expected of the whole, as earlier days showed it.
    means
        Of each segment and of all customers; empty before segments were made.
    noise
        A customer's spend has the variance `noise` · expectation^1.9 about its expectation.
    """

    horizon: Annotated[int, msgspec.Meta(ge=1, le=365)]
    day: str
    history_days: Annotated[int, msgspec.Meta(ge=0)]
    customers: Annotated[int, msgspec.Meta(ge=0)]
    withheld: str = ""
    amounts_withheld: str = ""
    units: tuple[_Positive, _Positive] = (1.0, 1.0)
    longest_tenure: _Positive = 1.0
    measured: Regression | None = None
    typed: TypedRegression | None = None
    season: bool = False
    cutoffs: int = 0
    spread: float = 0.0
    noise: float = 0.0
    backtest: Backtest | None = None
    means: Annotated[list[SegmentMeans], msgspec.Meta(max_length=20)] = msgspec.field(default_factory=list)

    @property
    def tells(self) -> bool:
        """Whether it gives any figure."""
        return not self.withheld and self.measured is not None and self.typed is not None

    def means_of(self, cluster: int) -> SegmentMeans | None:
        """Return the means of a segment, None where it had no customer at the training; -1 asks for all customers."""
        return next((mean for mean in self.means if mean.cluster == cluster), None)

    @property
    def tells_amounts(self) -> bool:
        """Whether it gives expected spend and orders."""
        return self.tells and not self.amounts_withheld


def rounded(value: float, digits: int = 6) -> float:
    """Return a number with so many significant digits.

    >>> rounded(0.0123456789), rounded(1234567.0, 3), rounded(0.0)
    (0.0123457, 1230000.0, 0.0)
    """
    return float(f"{value:.{digits}g}")


def problem(model: ValueModel) -> str:
    """Return what is wrong with a model that was read, "" where nothing is."""
    if not all(map(math.isfinite, _numbers(msgspec.to_builtins(model)))):
        return "its value model holds a number that is not finite"
    regressions = [regression for regression in (model.measured, model.typed) if regression is not None]
    if any(sd < 1e-9 for regression in regressions for sd in regression.sd):
        return "its value model holds a scale of nothing"
    if not model.withheld and len(regressions) < 2:
        return "its value model lacks coefficients"
    return ""


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for part in value.values() for number in _numbers(part)]
    if isinstance(value, list | tuple):
        return [number for part in value for number in _numbers(part)]
    return [value] if isinstance(value, float) else []
