"""Value model for a typed row: learned from R, F and M alone, on the predictions of the full model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from server.core.value.model import TYPED, TypedRegression, rounded
from server.core.value.prediction import Outlook, typed_regressors
from server.training.value_regression import LOGIT, Family, Stack, fit, level, power

Floats = NDArray[np.float64]

SPEND_POWER = 1.5
PENALTY = 1e-3
"""Squares and products of a small shop's customers are nearly the same: this keeps their coefficients finite."""
_LEAST = 1e-9


def typed_regression(rfm: Floats, forecast: Outlook, units: tuple[float, float]) -> TypedRegression:
    """Return the regressions of the three figures on recency, frequency and monetary value.

    Parameters
    ----------
    rfm
        Of the customers on the analysis day, shape (n, 3).
    forecast
        Their figures by the full model.
    units
        Usual gap and small money of the full model.
    """
    raw = typed_regressors(rfm, units)
    mean, sd = raw.mean(axis=0), raw.std(axis=0)
    sd = np.where(sd > 1e-6, sd, 1.0)
    stack = Stack((raw - mean) / sd, np.array([0]))
    scale = float(forecast.spend.mean())
    limits = [(rounded(float(column.min()), 9), rounded(float(column.max()), 9)) for column in rfm.T]
    spend = _coefficients(stack, forecast.spend / scale, power(SPEND_POWER))
    spend[0] += np.log(scale)
    return TypedRegression(
        mean=_rounded(mean),
        sd=_rounded(sd),
        spend=_rounded(spend),
        buy=_rounded(_coefficients(stack, forecast.likely, LOGIT)),
        visits=_rounded(_coefficients(stack, forecast.orders, power(1))),
        limits=(limits[0], limits[1], limits[2]),
    )


def _coefficients(stack: Stack, y: Floats, family: Family) -> Floats:
    """Return the intercept and the coefficients; the totals are those of the full model."""
    y = np.clip(y, _LEAST, 1 - _LEAST) if family is LOGIT else np.maximum(y, _LEAST)
    fitted = fit(stack, y, family, np.zeros(TYPED), PENALTY * len(y))
    intercept = level(stack.X @ fitted.beta, float(y.sum()), family)
    return np.append(intercept, fitted.beta)


def _rounded(values: Floats) -> list[float]:
    return [rounded(float(value), 5) for value in values]
