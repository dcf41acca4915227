"""Prediction of spend, orders and likelihood to buy again. Numpy alone, as every scored row passes here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from server.core.cells import Cell
from server.core.value.features import scaled
from server.core.value.model import ValueModel

Floats = NDArray[np.float64]

_FURTHEST = 30.0
"""A linear predictor is kept within this: beyond it lies no figure that means anything."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Predictions of spend, orders and likelihood for the model's horizon, shape (n,) each.

    Attributes
    ----------
    spend
        Expected money.
    orders
        Expected purchase days; never less than `likely`, as who buys at all buys on a day or more.
    likely
        Likelihood to buy at all, 0 to 1.
    """

    spend: Floats
    orders: Floats
    likely: Floats


def outlook(model: ValueModel, measures: Floats) -> Outlook:
    """Return the figures of customers whose purchases are known.

    Parameters
    ----------
    model
        One that tells.
    measures
        As `server.core.value.features.DayMeasures` has them on the day that the horizon begins, shape (n, 8).
    """
    assert model.measured is not None
    regression = model.measured
    x = (scaled(measures, model.units, model.longest_tenure) - np.array(regression.mean)) / np.array(
        regression.sd
    )
    return _outlook(x, regression.spend, regression.buy, regression.visits)


def typed_outlook(model: ValueModel, rfm: ArrayLike) -> tuple[Outlook, NDArray[np.bool_]]:
    """Return the figures of customers of whom R, F and M are known, and whose inputs had to be clipped.

    Parameters
    ----------
    model
        One that tells.
    rfm
        Recency in days, frequency, monetary value, shape (n, 3).
    """
    assert model.typed is not None
    regression = model.typed
    given = np.asarray(rfm, dtype=np.float64)
    least, most = np.array(regression.limits).T
    within = np.clip(given, least, most)
    x = (typed_regressors(within, model.units) - np.array(regression.mean)) / np.array(regression.sd)
    clipped = (np.abs(given - within) > 1e-9 * np.abs(within)).any(axis=1)
    return _outlook(x, regression.spend, regression.buy, regression.visits), np.asarray(clipped)


def typed_regressors(rfm: Floats, units: Sequence[float]) -> Floats:
    """Return r, f, m, their squares and products before standardising, shape (n, 9).

    >>> import math
    >>> typed_regressors(np.array([[math.e - 1, math.e, math.e - 1]]), (1.0, 1.0)).round(9).tolist()
    [[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]]
    """
    gap, money = units
    r = np.log1p(rfm[:, 0] / gap)
    f = np.log(np.maximum(rfm[:, 1], 1.0))
    m = np.log1p(rfm[:, 2] / money)
    return np.column_stack([r, f, m, r * r, f * f, m * m, r * f, r * m, f * m])


def cells_of(model: ValueModel, forecast: Outlook) -> list[list[Cell]]:
    """Return the cells of each customer, in the order of `VALUE_HEADERS`; amounts that are withheld are blank.

    >>> one = Outlook(np.array([12.3456]), np.array([0.2]), np.array([0.12345]))
    >>> cells_of(ValueModel(horizon=90, day="", history_days=700, customers=1), one)
    [[12.35, 0.2, 0.1235]]
    """
    likely = [round(share, 4) for share in forecast.likely.tolist()]
    if model.amounts_withheld:
        return [["", "", share] for share in likely]
    return [
        [round(spend, 2), round(orders, 4), share]
        for spend, orders, share in zip(
            forecast.spend.tolist(), forecast.orders.tolist(), likely, strict=True
        )
    ]


def _outlook(x: Floats, spend: Sequence[float], buy: Sequence[float], visits: Sequence[float]) -> Outlook:
    likely = 1 / (1 + np.exp(-_predictor(x, buy)))
    return Outlook(
        spend=np.exp(_predictor(x, spend)),
        orders=np.maximum(np.exp(_predictor(x, visits)), likely),
        likely=np.asarray(likely),
    )


def _predictor(x: Floats, coefficients: Sequence[float]) -> Floats:
    """Return the linear predictor, added up column by column: alone or among a million, a customer gets the same."""
    out = np.full(len(x), coefficients[0])
    for column, coefficient in enumerate(coefficients[1:]):
        out += x[:, column] * coefficient
    return np.asarray(np.clip(out, -_FURTHEST, _FURTHEST))
