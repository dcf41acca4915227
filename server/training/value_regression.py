"""Regressions with one intercept a day and a penalty towards a prior: Fisher scoring in numpy.

Observations of several days are stacked; each day has an intercept of its own, so that seasons and trends
do not pass for differences between customers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEPS = 50
_HALVINGS = 12
_ENOUGH = 1e-7
"""The fit ends where no coefficient moves by more."""
_FURTHEST = 30.0
"""A linear predictor beyond it overflows in the end."""


@dataclass(frozen=True, slots=True)
class Family:
    """A mean, its slope and its variance by the linear predictor: a quasi-likelihood (Wedderburn 1974).

    Attributes
    ----------
    mean
        Expected value by linear predictor.
    slope
        Derivative of the mean by the linear predictor, from the mean.
    variance
        By the mean, up to the dispersion.
    loss
        Negative quasi-likelihood of y given the linear predictor, up to what does not depend on it.
    """

    mean: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    variance: Callable[[Floats], Floats]
    loss: Callable[[Floats, Floats], Floats]


def power(p: float) -> Family:
    """Return the family with log link whose variance is the mean to the power `p`, from 1 (Poisson) to below 2."""
    if p == 1:
        return Family(np.exp, lambda mu: mu, lambda mu: mu, lambda y, eta: np.asarray(np.exp(eta) - y * eta))
    return Family(
        np.exp,
        lambda mu: mu,
        lambda mu: np.asarray(mu**p),
        lambda y, eta: np.asarray(np.exp(eta * (2 - p)) / (2 - p) + y * np.exp(eta * (1 - p)) / (p - 1)),
    )


def logistic(eta: Floats) -> Floats:
    """Return 1 / (1 + exp(-eta)).

    >>> logistic(np.array([0.0, 800.0, -800.0])).tolist()
    [0.5, 1.0, 0.0]
    """
    small = np.exp(-np.abs(eta))
    return np.asarray(np.where(eta >= 0, 1.0, small) / (1 + small))


LOGIT = Family(
    logistic,
    lambda mu: np.asarray(mu * (1 - mu)),
    lambda mu: np.asarray(mu * (1 - mu)),
    lambda y, eta: np.asarray(np.logaddexp(0.0, eta) - y * eta),
)


@dataclass(frozen=True, slots=True)
class Stack:
    """Observations of several days, one after the other.

    Attributes
    ----------
    X
        Regressors, standardised, shape (n, d).
    starts
        Place of each day's first observation, shape (J,).
    """

    X: Floats
    starts: NDArray[np.int64]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Number of observations of each day."""
        return np.diff(np.append(self.starts, len(self.X)))

    def sums(self, values: Floats) -> Floats:
        """Return the sum of each day, shape (J, …)."""
        return np.asarray(np.add.reduceat(values, self.starts, axis=0))

    def weighted_sums(self, weight: Floats) -> tuple[Floats, Floats]:
        """Return the weighted sums of the regressors of each day, shape (J, d), and X'WX, shape (d, d).

        Day by day: a weighted copy of X is the most that a training needs at once.
        """
        d = self.X.shape[1]
        crossed, squares = np.zeros((len(self.starts), d)), np.zeros((d, d))
        ends = self.starts + self.sizes
        for day, (a, b) in enumerate(zip(self.starts.tolist(), ends.tolist(), strict=True)):
            of_day = self.X[a:b]
            weighted = of_day * weight[a:b, None]
            crossed[day] = weighted.sum(axis=0)
            squares += of_day.T @ weighted
        return crossed, squares


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients of shape (d,), intercepts of shape (J,), and the dispersion of y about the mean."""

    beta: Floats
    intercepts: Floats
    dispersion: float


def fit(stack: Stack, y: Floats, family: Family, prior: Floats, penalty: float) -> Fit:
    """Return the coefficients that minimise the loss and half of ``penalty`` · |beta - prior|².

    Parameters
    ----------
    y
        Observations, shape (n,); every day has some above 0, and some below 1 for the logit.
    """
    beta = prior.copy()
    intercepts = _first_intercepts(stack, y, family, beta)
    reached = _objective(stack, y, family, intercepts, beta, prior, penalty)
    for _ in range(STEPS):
        step_a, step_b = _step(stack, y, family, intercepts, beta, prior, penalty)
        for _halving in range(_HALVINGS):
            tried = _objective(stack, y, family, intercepts + step_a, beta + step_b, prior, penalty)
            if tried <= reached + 1e-9 * abs(reached):
                break
            step_a, step_b = step_a / 2, step_b / 2
        else:
            break
        intercepts, beta, reached = intercepts + step_a, beta + step_b, tried
        if max(np.abs(step_a).max(), np.abs(step_b).max()) < _ENOUGH:
            break
    mu = family.mean(_predictor(stack, intercepts, beta))
    dispersion = float(np.mean((y - mu) ** 2 / np.maximum(family.variance(mu), 1e-12)))
    return Fit(beta, intercepts, dispersion)


def _predictor(stack: Stack, intercepts: Floats, beta: Floats) -> Floats:
    eta = stack.X @ beta + np.repeat(intercepts, stack.sizes)
    return np.asarray(np.clip(eta, -_FURTHEST, _FURTHEST))


def _objective(
    stack: Stack, y: Floats, family: Family, intercepts: Floats, beta: Floats, prior: Floats, penalty: float
) -> float:
    loss = family.loss(y, _predictor(stack, intercepts, beta)).sum()
    return float(loss + penalty / 2 * ((beta - prior) ** 2).sum())


def _first_intercepts(stack: Stack, y: Floats, family: Family, beta: Floats) -> Floats:
    offset = stack.X @ beta
    ends = np.append(stack.starts[1:], len(y))
    return np.array(
        [
            level(offset[a:b], float(y[a:b].sum()), family)
            for a, b in zip(stack.starts.tolist(), ends.tolist(), strict=True)
        ]
    )


def level(offset: Floats, total: float, family: Family) -> float:
    """Return the intercept with which the means add up to `total`.

    Parameters
    ----------
    offset
        Linear predictor without the intercept, shape (n,).
    total
        Above 0, and below n for the logit.

    Examples
    --------
    >>> round(level(np.zeros(4), 8.0, power(1)), 9), round(level(np.zeros(4), 1.0, LOGIT), 9)
    (0.693147181, -1.098612289)
    """
    if family is not LOGIT:
        shift = float(offset.max())
        return float(np.log(total) - np.log(np.exp(offset - shift).sum()) - shift)
    low, high = -_FURTHEST - float(offset.max()), _FURTHEST - float(offset.min())
    for _ in range(60):  # bisection: the sum grows with the intercept
        middle = (low + high) / 2
        if float(logistic(offset + middle).sum()) < total:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _step(
    stack: Stack, y: Floats, family: Family, intercepts: Floats, beta: Floats, prior: Floats, penalty: float
) -> tuple[Floats, Floats]:
    """Return the step of Fisher scoring: the intercepts are eliminated, as each has a day of its own."""
    mu = family.mean(_predictor(stack, intercepts, beta))
    slope, variance = family.slope(mu), np.maximum(family.variance(mu), 1e-300)
    residual = (y - mu) * slope / variance
    weight = slope**2 / variance
    by_day = np.maximum(stack.sums(weight), 1e-12)
    crossed, squares = stack.weighted_sums(weight)
    hessian = squares - crossed.T @ (crossed / by_day[:, None]) + penalty * np.eye(len(beta))
    pull = stack.sums(residual)
    gradient = stack.X.T @ residual - penalty * (beta - prior) - crossed.T @ (pull / by_day)
    step = np.linalg.solve(hessian, gradient)
    return np.asarray((pull - crossed @ step) / by_day), np.asarray(step)
