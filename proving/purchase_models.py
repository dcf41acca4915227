"""The published models that expected spend is measured beside: BG/NBD, Gamma-Gamma, and tables of R, F, M cells.

They are here for the comparison alone; the service uses none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln, hyp2f1

Floats = NDArray[np.float64]

DAYS_A_WEEK = 7.0
SMALLEST_CELL = 30
"""A cell of fewer customers tells by the coarser one."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """What BG/NBD knows of a customer; time in weeks since the first purchase.

    Attributes
    ----------
    x
        Purchase days after the first.
    t_x
        Time of the last purchase.
    T
        Time until the end of the observation.
    z
        Mean money of a purchase day after the first; 0 where there is none.
    """

    x: Floats
    t_x: Floats
    T: Floats
    z: Floats


@dataclass(frozen=True, slots=True)
class BgNbd:
    """P. S. Fader, B. G. S. Hardie, K. L. Lee, "Counting Your Customers" the Easy Way, Marketing Science 24, 2005."""

    r: float
    alpha: float
    a: float
    b: float

    def expected(self, seen: Repeats, weeks: float) -> Floats:
        """Return the expected purchases in the weeks to come: equation (10)."""
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        x, T = seen.x, seen.T
        z = weeks / (alpha + T + weeks)
        shrunk = ((alpha + T) / (alpha + T + weeks)) ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, z)
        came = (a + b + x - 1) / (a - 1) * (1 - shrunk)
        silent = a / (b + np.maximum(x, 1) - 1) * ((alpha + T) / (alpha + seen.t_x)) ** (r + x)
        return np.asarray(came / (1 + np.where(x > 0, silent, 0.0)))


def fit_bg_nbd(seen: Repeats) -> BgNbd:
    """Return the parameters of largest likelihood."""
    x, t_x, T = seen.x, seen.t_x, seen.T

    def loss(logged: Floats) -> float:
        r, alpha, a, b = np.exp(np.clip(logged, -10, 10))
        both = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        both += gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        alive = -(r + x) * np.log(alpha + T)
        gone = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + t_x)
        return float(-(both + np.logaddexp(alive, np.where(x > 0, gone, -np.inf))).mean())

    return BgNbd(*_least(loss, 4))


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """P. S. Fader and B. G. S. Hardie, The Gamma-Gamma Model of Monetary Value, 2013."""

    p: float
    q: float
    gamma: float

    def expected(self, seen: Repeats) -> Floats:
        """Return the expected money of a purchase: equation (5)."""
        p, q, gamma = self.p, self.q, self.gamma
        return np.asarray(p * (gamma + seen.x * seen.z) / (p * seen.x + q - 1))


def fit_gamma_gamma(seen: Repeats) -> GammaGamma:
    """Return the parameters of largest likelihood; only customers with a repeat purchase count.

    Money is taken in units of its median: from amounts in the hundreds the search ends where the likelihood is small.
    """
    known = (seen.x > 0) & (seen.z > 0)
    unit = float(np.median(seen.z[known])) if known.any() else 1.0
    x, z = seen.x[known], seen.z[known] / unit

    def loss(logged: Floats) -> float:
        p, q, gamma = np.exp(np.clip(logged, -10, 10))
        log_likelihood = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma)
        log_likelihood += (p * x - 1) * np.log(z) + p * x * np.log(x) - (p * x + q) * np.log(gamma + x * z)
        return float(-log_likelihood.mean())

    p, q, gamma = _least(loss, 3)
    return GammaGamma(p, q, gamma * unit)


def _least(loss: Callable[[Floats], float], parameters: int) -> Sequence[float]:
    options = {"maxiter": 5000, "maxfev": 5000, "xatol": 1e-7, "fatol": 1e-11}
    optimum = minimize(loss, np.zeros(parameters), method="Nelder-Mead", options=options)
    again = minimize(loss, optimum.x, method="Nelder-Mead", options=options)
    return [float(parameter) for parameter in np.exp(again.x)]


def cell_means(then: NDArray[np.int64], came: Floats, now: NDArray[np.int64]) -> Floats:
    """Return what came of the customers in the same cell on an earlier day.

    Parameters
    ----------
    then, now
        R, F, M scores from 1 to 5, shape (n, 3) and (m, 3).
    came
        Of the customers of then, shape (n,).

    Examples
    --------
    >>> then, now = np.array([[5, 5, 5]] * 30 + [[1, 1, 1]] * 2), np.array([[5, 5, 5], [1, 1, 1]])
    >>> cell_means(then, np.array([4.0] * 30 + [1.0] * 2), now).round(4).tolist()
    [4.0, 3.8125]
    """
    out = np.full(len(now), float(came.mean()))
    for scores in range(1, 4):  # the finest table last: it has the last word where it has customers enough
        place = 5 ** np.arange(scores)
        cells, asked = (then[:, :scores] - 1) @ place, (now[:, :scores] - 1) @ place
        count = np.bincount(cells, minlength=5**scores)
        mean = np.bincount(cells, came, 5**scores) / np.maximum(count, 1)
        out = np.where(count[asked] >= SMALLEST_CELL, mean[asked], out)
    return out
