"""Profile of a segment: its customers, its share of the revenue, and the ranges that hold for most of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from server.core.wording import ENGLISH, Wording

_COVERED = 0.8

Range = tuple[int, int]
_ONE: Range = (1, 1)
"""A range that is told in the singular."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Profile of one segment in figures.

    Attributes
    ----------
    revenue_share
        Of all customers' monetary value, 0 to 1.
    recency, frequency, monetary_value
        Whole numbers between which at least 80 % of the segment lie; None for a segment without customers.
    """

    cluster: int
    customers: int
    revenue_share: float
    recency: Range | None
    frequency: Range | None
    monetary_value: Range | None

    def ranges(self, wording: Wording = ENGLISH) -> tuple[str, str, str]:
        """Return the three ranges as texts, such as "3–45 days".

        >>> Profile(0, 9, 0.5, (3, 1045), (1, 1), None).ranges()
        ('3–1,045 days', '1 order', '')
        >>> Profile(0, 9, 0.5, (3, 1045), (2, 2), (8, 20)).ranges(Wording("de_DE"))
        ('3–1.045 Tage', '2 Bestellungen', '8–20')
        """
        say = wording.say
        days, orders, money = (
            "" if interval is None else _range_text(interval, wording)
            for interval in (self.recency, self.frequency, self.monetary_value)
        )
        return (
            days and say("1 day" if self.recency == _ONE else "{range} days", range=days),
            orders and say("1 order" if self.frequency == _ONE else "{range} orders", range=orders),
            money,
        )


def segment_profiles(rfm: NDArray[np.float64], clusters: ArrayLike, numbers: Sequence[int]) -> list[Profile]:
    """Return the profile of each cluster number.

    Parameters
    ----------
    rfm
        Recency in days, frequency, monetary value; shape (n, 3).
    clusters
        Cluster number of each customer, shape (n,).
    numbers
        The clusters to describe; one without customers has no ranges.
    """
    clusters = np.asarray(clusters)
    total = float(rfm[:, 2].sum()) or 1.0
    profiles = []
    for number in numbers:
        members = rfm[clusters == number]
        profiles.append(
            Profile(
                cluster=number,
                customers=len(members),
                revenue_share=float(members[:, 2].sum()) / total,
                recency=_range(members[:, 0]),
                frequency=_range(members[:, 1]),
                monetary_value=_range(members[:, 2]),
            )
        )
    return profiles


def _range(values: NDArray[np.float64]) -> Range | None:
    """Return the range of the middle 80 % of the values, or a little more, in whole numbers around them.

    >>> _range(np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9.5, 100]))
    (2, 10)
    """
    if not len(values):
        return None
    ordered = np.sort(values)
    first, last = covered_ranks(len(ordered))
    return math.floor(ordered[first]), math.ceil(ordered[last])


def covered_ranks(n: int) -> tuple[int, int]:
    """Return the ranks from 0 of the first and the last of the middle 80 % of `n` values, or a little more.

    >>> covered_ranks(10)
    (1, 8)
    """
    size = math.ceil(_COVERED * n)
    first = (n - size) // 2
    return first, first + size - 1


def _range_text(interval: Range, wording: Wording) -> str:
    low, high = map(wording.number, interval)
    return low if low == high else f"{low}–{high}"


def read_range(text: str) -> tuple[float, float] | None:
    """Return the ends of a range that a profile tells, however its locale groups digits; None where it is none.

    >>> read_range("3–1,045 days"), read_range("1 order"), read_range("1.045–12.300"), read_range("many")
    ((3.0, 1045.0), (1.0, 1.0), (1045.0, 12300.0), None)
    """
    ends = ["".join(c for c in part if c.isdecimal()) for part in text.split("–")]
    if not 1 <= len(ends) <= 2 or not all(ends):
        return None
    return float(ends[0]), float(ends[-1])
