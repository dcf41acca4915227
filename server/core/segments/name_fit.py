"""Fit of a segment name to a customer, by plain RFM practice. Numpy alone.

This is plain RFM practice, not our model: it knows recency, frequency, money, their scores and the shop's rhythm, and
nothing of centres or axes. It judges names; it is not tuned to make a model look good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from server.core.segments.rhythm import Floats, Rhythm

Flags = NDArray[np.bool_]

REWARD, GROW, WELCOME, REMIND, WIN_BACK, LET_GO = (
    "reward",
    "grow",
    "welcome",
    "remind",
    "win back",
    "let go",
)
FAMILIES: Mapping[str, str] = {
    "Champions": REWARD,
    "Loyal": REWARD,
    "Potential Loyalists": GROW,
    "New, High Spend": WELCOME,
    "New": WELCOME,
    "Promising": WELCOME,
    "Need Attention": REMIND,
    "One Order, High Spend": REMIND,
    "About to Sleep": REMIND,
    "Cannot Lose Them": WIN_BACK,
    "At Risk": WIN_BACK,
    "One Order, High Spend, Away": WIN_BACK,
    "Hibernating": LET_GO,
    "Lost": LET_GO,
}
"""Family by name, the better names first."""
NAMES = tuple(FAMILIES)


@dataclass(frozen=True, slots=True)
class Judged:
    """Customers whose names are judged, shape (n,) each.

    Attributes
    ----------
    outlasted
        u: share of the shop's pauses that are shorter than the customer's silence, 0 to 1.
    frequency
        Orders.
    r, f, m
        Scores from 1 to 5; the most recent score 5.
    """

    outlasted: Floats
    frequency: Floats
    r: NDArray[np.int64]
    f: NDArray[np.int64]
    m: NDArray[np.int64]

    @property
    def recent(self) -> Flags:
        """Silent for no longer than half of all pauses; or among the two most recent fifths and not silent for long."""
        return np.asarray((self.outlasted <= 0.5) | ((self.r >= 4) & (self.outlasted <= 0.8)))

    @property
    def near(self) -> Flags:
        """Recent, or among the three most recent fifths and not silent for long."""
        return np.asarray(self.recent | ((self.r >= 3) & (self.outlasted <= 0.8)))

    @property
    def few(self) -> Flags:
        """One or two orders, or the lowest frequency score."""
        return np.asarray((self.frequency <= 2) | (self.f == 1))


def judged(
    rhythm: Rhythm, recency: ArrayLike, frequency: ArrayLike, r: ArrayLike, f: ArrayLike, m: ArrayLike
) -> Judged:
    """Return customers as the judge sees them.

    Parameters
    ----------
    r, f, m
        Scores from 1 to 5, see `server.core.segments.rfm.score`.
    """
    r, f, m = (np.asarray(figures, dtype=np.int64) for figures in (r, f, m))
    outlasted = rhythm.outlasted(rhythm.silence(recency))
    return Judged(outlasted, np.asarray(frequency, dtype=np.float64), r, f, m)


def fits(name: str, who: Judged) -> Flags:
    """Return whom a name fits, shape (n,); nobody where it is no known name."""
    return _fits(known_name(name), who)


def _fits(name: str, who: Judged) -> Flags:
    rule = _RULES.get(name)
    return np.asarray(rule(who)) if rule is not None else np.zeros(len(who.outlasted), dtype=bool)


def _repeats(who: Judged) -> Flags:
    return np.asarray(who.frequency >= 2)


def _best(who: Judged) -> Floats:
    return np.maximum(who.f, who.m)


def _away(who: Judged, least: float, most: float = np.inf) -> Flags:
    """Whether the customer's silence outlasts so many of the gaps between orders, as a share."""
    return np.asarray((who.outlasted > least) & (who.outlasted <= most))


def _at_the_top(who: Judged) -> Flags:
    return np.asarray((who.f == 5) & (who.m == 5))


_RULES: dict[str, Callable[[Judged], Flags]] = {
    "Champions": lambda who: _repeats(who) & who.recent & (_best(who) >= 4) & (who.m >= 3),
    "Loyal": lambda who: _repeats(who) & who.near & (_best(who) >= 3),
    "Potential Loyalists": lambda who: _repeats(who) & who.near & ~_at_the_top(who),
    "New, High Spend": lambda who: who.few & who.near & (who.m >= 3),
    "New": lambda who: who.few & who.near,
    "Promising": lambda who: who.few & (who.outlasted <= 0.9),
    "Need Attention": lambda who: _away(who, 0.35, 0.95) & _repeats(who) & (_best(who) >= 2),
    "One Order, High Spend": lambda who: _away(who, 0.35, 0.95) & who.few & (who.m >= 3),
    "About to Sleep": lambda who: _away(who, 0.35, 0.95) & ~_at_the_top(who),
    "Cannot Lose Them": lambda who: _away(who, 0.65) & _repeats(who) & (_best(who) >= 4),
    "At Risk": lambda who: _away(who, 0.65) & _repeats(who) & ((who.m >= 2) | (who.f >= 3)),
    "One Order, High Spend, Away": lambda who: _away(who, 0.65) & who.few & (who.m >= 3),
    "Hibernating": lambda who: _away(who, 0.8) & ~((who.m >= 4) & (who.f >= 4)),
    "Lost": lambda who: _away(who, 0.8) & (who.m <= 3) & (who.f <= 3),
}
"""Whom each name fits."""


def absurd(name: str, who: Judged) -> Flags:
    """Return for whom a name is absurd, shape (n,): a marketer who sees the customer laughs."""
    return _absurd(FAMILIES.get(known_name(name), ""), who)


def _absurd(family: str, who: Judged) -> Flags:
    u, r, f, m = who.outlasted, who.r, who.f, who.m
    once, repeats = who.frequency == 1, who.frequency >= 2
    buys = repeats & (r >= 4) & (f >= 4)
    match family:
        case "reward":
            flags = once | (u > 0.95)
        case "grow":
            flags = u > 0.95
        case "welcome":
            flags = (u > 0.95) | ((f >= 4) & (who.frequency >= 3))
        case "remind":
            flags = (buys & (u <= 0.5)) | (once & (r >= 4) & (u <= 0.5))
        case "win back":
            flags = (buys & (u <= 0.8)) | ((r >= 4) & (u <= 0.5))
        case "let go":
            gone = (buys & (u <= 0.8)) | ((r >= 4) & (u <= 0.5))
            flags = gone | ((m == 5) & (f >= 4) & (u <= 0.95))
        case _:
            flags = np.zeros(len(u), dtype=bool)
    return np.asarray(flags)


def known_name(text: str) -> str:
    """Return the name of `NAMES` that a segment's name is or begins with, "" where there is none.

    >>> known_name("Champions, High Spend"), known_name("One Order, High Spend, Away, Recent"), known_name("VIPs")
    ('Champions', 'One Order, High Spend, Away', '')
    """
    names = [name for name in NAMES if text == name or text.startswith(f"{name},")]
    return max(names, key=len, default="")


@dataclass(frozen=True, slots=True)
class NameFit:
    """Fit of names, as shares of the customers and of their revenue, 0 to 1."""

    fit: float
    absurd: float
    fit_revenue: float
    absurd_revenue: float

    @property
    def merit(self) -> float:
        """Fit less twice the absurd, each the mean of customers and revenue."""
        return (self.fit + self.fit_revenue) / 2 - (self.absurd + self.absurd_revenue)


def name_fit(who: Judged, money: ArrayLike, labels: ArrayLike, names: Sequence[str]) -> NameFit:
    """Return how well the names of segments fit their customers.

    Parameters
    ----------
    money
        Of each customer, shape (n,).
    labels
        Place in `names` of each customer's segment, shape (n,).
    names
        One a segment.
    """
    label, spent = np.asarray(labels), np.asarray(money, dtype=np.float64)
    fitting, odd = np.zeros(len(label), dtype=bool), np.zeros(len(label), dtype=bool)
    for place, name in enumerate(names):
        members = label == place
        fitting |= members & fits(name, who)
        odd |= members & absurd(name, who)
    total = float(spent.sum()) or 1.0
    return NameFit(
        fit=float(fitting.mean()),
        absurd=float(odd.mean()),
        fit_revenue=float(spent[fitting].sum()) / total,
        absurd_revenue=float(spent[odd].sum()) / total,
    )
