"""What a segment looks like: its customers, its share of the revenue, and ranges that hold for most of it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

_COVERED = 0.8
_TOLD = re.compile(r"([\d,]+)(?:–([\d,]+))?(?: days?| orders?)?")


@dataclass(frozen=True, slots=True)
class Profile:
    """One segment in figures.

    Attributes
    ----------
    revenue_share
        Of all customers' monetary value, 0 to 1.
    recency_range, frequency_range, monetary_range
        Texts such as "3–45 days"; each holds for at least 80 % of the segment.
    """

    cluster: int
    customers: int
    revenue_share: float
    recency_range: str
    frequency_range: str
    monetary_range: str


def segment_profiles(rfm: NDArray[np.float64], clusters: ArrayLike, numbers: Sequence[int]) -> list[Profile]:
    """Return the profile of each cluster number.

    Parameters
    ----------
    rfm
        Recency in days, frequency, monetary value; shape (n, 3).
    clusters
        Cluster number of each customer, shape (n,).
    numbers
        The clusters to describe; one without customers has empty ranges.
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
                recency_range=_range(members[:, 0], " days"),
                frequency_range=_range(members[:, 1], " orders"),
                monetary_range=_range(members[:, 2], ""),
            )
        )
    return profiles


def _range(values: NDArray[np.float64], unit: str) -> str:
    """Return the range of the middle 80 % of the values, or a little more, in whole numbers around them.

    >>> _range(np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9.5, 100]), " days")
    '2–10 days'
    """
    if not len(values):
        return ""
    ordered = np.sort(values)
    size = math.ceil(_COVERED * len(ordered))
    first = (len(ordered) - size) // 2
    low, high = math.floor(ordered[first]), math.ceil(ordered[first + size - 1])
    told = f"{low:,}" if low == high else f"{low:,}–{high:,}"
    return told + (unit[:-1] if told == "1" and unit else unit)


def read_range(text: str) -> tuple[float, float] | None:
    """Return the ends of a range that a profile tells; None where the text is none.

    >>> read_range("3–1,045 days"), read_range("1 order"), read_range("many")
    ((3.0, 1045.0), (1.0, 1.0), None)
    """
    found = _TOLD.fullmatch(text.strip())
    if found is None:
        return None
    low, high = (each.replace(",", "") for each in (found[1], found[2] or found[1]))
    return (float(low), float(high)) if low and high else None
