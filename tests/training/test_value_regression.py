"""The regressions beside a general minimiser, and where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from server.training.value_regression import LOGIT, Family, Stack, fit, level, power

STARTS = np.array([0, 80])


@pytest.fixture
def stack() -> Stack:
    X = np.random.default_rng(3).normal(0, 1, (200, 3))
    return Stack(X, STARTS)


def observed(stack: Stack, family: Family) -> np.ndarray:
    """Return observations of two days, the second busier, that follow the regressors with noise."""
    rng = np.random.default_rng(4)
    eta = stack.X @ [0.8, -0.4, 0.0] + np.repeat([-0.5, 0.5], stack.sizes)
    if family is LOGIT:
        return (rng.random(200) < 1 / (1 + np.exp(-eta))).astype(float)
    return np.round(rng.poisson(np.exp(eta)) * rng.gamma(2, 0.5, 200), 2)


@pytest.mark.parametrize(
    "family", [LOGIT, power(1), power(1.5), power(1.9)], ids=["logit", "1", "1.5", "1.9"]
)
def test_the_fit_is_the_minimum_of_loss_and_penalty(stack: Stack, family: Family) -> None:
    """A general minimiser of the same loss, which knows nothing of Fisher scoring, ends in the same place."""
    y, prior, penalty = observed(stack, family), np.array([0.0, 1.0, 0.0]), 3.0

    def loss(values: np.ndarray) -> float:
        eta = stack.X @ values[2:] + np.repeat(values[:2], stack.sizes)
        return float(family.loss(y, eta).sum() + penalty / 2 * ((values[2:] - prior) ** 2).sum())

    fitted = fit(stack, y, family, prior, penalty)
    wanted = minimize(loss, np.zeros(5), method="BFGS", options={"gtol": 1e-8}).x

    assert [*fitted.intercepts, *fitted.beta] == pytest.approx(wanted, abs=1e-4)


def test_the_loss_falls_fastest_where_the_mean_is_what_was_seen() -> None:
    """Of each family: the loss of one observation is least at its own mean."""
    grid = np.linspace(-3, 3, 6001)
    for family, y, eta in [
        (LOGIT, 0.25, np.log(1 / 3)),
        (power(1), 2.0, np.log(2)),
        (power(1.9), 2.0, np.log(2)),
    ]:
        assert grid[np.argmin(family.loss(np.full(6001, y), grid))] == pytest.approx(eta, abs=1e-3)


def test_a_strong_penalty_leaves_the_prior(stack: Stack) -> None:
    """Few customers teach little: the prior is what small shops get."""
    prior = np.array([0.0, 1.0, 0.0])

    fitted = fit(stack, observed(stack, power(1.9)), power(1.9), prior, 1e9)

    assert fitted.beta == pytest.approx(prior, abs=1e-5)


def test_without_a_penalty_each_day_adds_up(stack: Stack) -> None:
    """The intercepts of Poisson and logit make expected and came the same on each day."""
    for family in (power(1), LOGIT):
        y = observed(stack, family)
        fitted = fit(stack, y, family, np.zeros(3), 5.0)
        mu = family.mean(stack.X @ fitted.beta + np.repeat(fitted.intercepts, stack.sizes))
        assert stack.sums(mu) == pytest.approx(stack.sums(y), rel=1e-5)


@pytest.mark.parametrize("total", [0.5, 10.0, 99.5])
def test_the_level_makes_the_total_right(total: float) -> None:
    """Of a hundred customers, from half a buyer to nearly all."""
    offset = np.linspace(-2, 5, 100)

    assert (1 / (1 + np.exp(-(offset + level(offset, total, LOGIT))))).sum() == pytest.approx(total)
    assert np.exp(offset + level(offset, total, power(1.9))).sum() == pytest.approx(total)
