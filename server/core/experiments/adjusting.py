"""What takes chance out of an outcome before two groups are compared: a cap, and what customers did before.

Source: A. Deng, Y. Xu, R. Kohavi, T. Walker, "Improving the sensitivity of online controlled experiments by utilizing
pre-experiment data" (CUPED), WSDM 2013. What a customer did before the start cannot depend on the group, so taking its
part off changes no difference but the chance in it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CAP_QUANTILE = 0.99


def cap_of(spend: Floats) -> float:
    """Return the spend that 99 in 100 buyers stay under, both groups together; 0 where nobody bought.

    Of buyers alone: of all customers most spend nothing, and a cap over them would cut most buyers.

    >>> cap_of(np.array([0.0] * 900 + [10.0] * 100))
    10.0
    """
    bought = spend[spend > 0]
    return float(np.quantile(bought, CAP_QUANTILE)) if len(bought) else 0.0


def capped(spend: Floats) -> Floats:
    """Return spend that counts at most the cap, and refunds of earlier orders at most as much below 0."""
    cap = cap_of(spend)
    return np.clip(spend, -cap, cap)


def without_before(spend: Floats, before: Floats) -> Floats:
    """Return spend less the part that spend before tells: y - theta (x - mean x), theta = cov / var (CUPED).

    Parameters
    ----------
    spend, before
        In and before the test, capped, shape (n,).
    """
    centred = before - before.mean()
    variance = float(centred @ centred)
    theta = float(centred @ spend) / variance if variance > 0 else 0.0
    return np.asarray(spend - theta * centred)


def without_habits(bought: Floats, recency: Floats, orders: Floats, money: Floats) -> Floats:
    """Return who bought less what recency, orders and money before tell of it: residuals, with the mean put back.

    Parameters
    ----------
    bought
        1 for a buyer, else 0, shape (n,).
    recency
        Days from the last order to the start, shape (n,).
    orders, money
        Before the start, shape (n,).
    """
    habits = np.column_stack(
        [np.ones(len(bought)), *(np.log1p(np.maximum(habit, 0.0)) for habit in (recency, orders, money))]
    )
    habitual = habits @ np.linalg.lstsq(habits, bought, rcond=None)[0]
    return np.asarray(bought - habitual + bought.mean())
