"""The space that customers are compared in: logarithms of plain ratios, standardised and weighted.

log(1 + R/g), log(1 + F), log(1 + M/m) have no units: g is the usual gap between two purchases of a customer, m
a small customer's money. Money in cents or recency in weeks gives the same segments.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.prediction import transform

Floats = NDArray[np.float64]

WEIGHTS = (1.25, 0.25, 1.0)
"""Recency, frequency, money. Frequency counts least as money says most of it again; see docs/model.md."""
SMALL_MONEY = 0.1
"""m is this quantile of money."""
_DIGITS = 9
"""Digits that training looks at: what is the same in other units is the same to the last bit then."""


@dataclass(frozen=True, slots=True)
class Space:
    """The transform of one model; see `server.core.model.Model`."""

    units: tuple[float, float, float]
    mean: Floats
    scale: Floats

    def of(self, rfm: Floats) -> Floats:
        """Return customers in this space, shape (n, 3)."""
        return np.round(transform(rfm, self.units, self.mean, self.scale, WEIGHTS), _DIGITS)


def space_of(rfm: Floats, gaps: Floats) -> Space:
    """Return the space of these customers.

    Parameters
    ----------
    rfm
        Recency, frequency, monetary value, shape (n, 3); the order of rows does not matter.
    gaps
        Days between two purchases of a customer; where nobody came twice, the median recency stands in.
    """
    usual_gap = float(np.median(gaps)) if len(gaps) else float(np.median(rfm[:, 0]))
    small_money = float(np.quantile(rfm[:, 2], SMALL_MONEY))
    units = (usual_gap if usual_gap > 0 else 1.0, 1.0, small_money if small_money > 0 else 1.0)
    logged = np.sort(np.round(np.log1p(rfm / np.array(units)), _DIGITS), axis=0)
    scale = logged.std(axis=0)
    return Space(units, logged.mean(axis=0), np.where(scale > 1e-6, scale, 1.0))
