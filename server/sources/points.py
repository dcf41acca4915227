"""Percentiles of columns that an engine has counted: numpy's linear points, exact to the last bit.

No engine is asked for a percentile, as each has its own: values are counted there, and points worked out here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counted:
    """A column as its values and how many customers have each.

    Attributes
    ----------
    values
        Distinct, ascending, shape (u,).
    up_to
        Customers with at most that value, shape (u,).
    """

    values: Floats
    up_to: NDArray[np.int64]

    @classmethod
    def of(cls, values: ArrayLike, counts: ArrayLike) -> Counted:
        """Return counted values, in any order.

        >>> Counted.of([5, 1, 3], [1, 1, 2]).percentiles([0, 50, 100])
        [1.0, 3.0, 5.0]
        """
        distinct_values, many = np.asarray(values, dtype=np.float64), np.asarray(counts, dtype=np.int64)
        order = np.argsort(distinct_values, kind="stable")
        return cls(distinct_values[order], np.cumsum(many[order]))

    def __len__(self) -> int:
        return int(self.up_to[-1]) if len(self.up_to) else 0

    def at(self, ranks: Sequence[int]) -> list[float]:
        """Return the values at ranks from 0 among all customers."""
        places = np.searchsorted(self.up_to, np.asarray(ranks), side="right")
        return [float(value) for value in self.values[places]]

    def percentiles(self, percents: Iterable[float]) -> list[float]:
        """Return percentiles, linear between two customers."""
        wanted = list(percents)
        ranks = percentile_ranks(len(self), wanted)
        return between(dict(zip(ranks, self.at(ranks), strict=True)), len(self), wanted)

    def median(self) -> float:
        """Return the middle value, the mean of two where there are as many below as above."""
        return middle(dict(zip(ranks := median_ranks(len(self)), self.at(ranks), strict=True)), len(self))


def percentile_ranks(n: int, percents: Iterable[float]) -> list[int]:
    """Return the ranks from 0 that percentiles of `n` customers lie at or between.

    >>> percentile_ranks(6, [20, 50])
    [1, 2, 3]
    """
    ranks = set()
    for percent in percents:
        place = (n - 1) * (percent / 100)
        ranks |= {math.floor(place), min(math.floor(place) + 1, n - 1)}
    return sorted(ranks)


def between(values: Mapping[int, float], n: int, percents: Iterable[float]) -> list[float]:
    """Return percentiles from the values at their ranks, as `numpy.percentile` adds them up.

    >>> between({1: 2.0, 2: 4.0, 3: 5.0}, 6, [20, 50])
    [2.0, 4.5]
    """
    quantiles = []
    for percent in percents:
        place = (n - 1) * (percent / 100)
        low = math.floor(place)
        a, b, part = values[low], values[min(low + 1, n - 1)], place - low
        quantiles.append(b - (b - a) * (1 - part) if part >= 0.5 else a + (b - a) * part)
    return quantiles


def median_ranks(n: int) -> list[int]:
    """Return the ranks whose values' mean is the median.

    >>> median_ranks(4), median_ranks(5)
    ([1, 2], [2])
    """
    return [n // 2] if n % 2 else [n // 2 - 1, n // 2]


def middle(values: Mapping[int, float], n: int) -> float:
    """Return the median from the values at its ranks."""
    middle_values = [values[rank] for rank in median_ranks(n)]
    return sum(middle_values) / len(middle_values)


@dataclass(frozen=True, slots=True)
class Buckets:
    """Money counted in buckets, ascending.

    Attributes
    ----------
    numbers
        Shape (b,).
    up_to
        Customers up to and with each bucket, shape (b,).
    """

    numbers: NDArray[np.int64]
    up_to: NDArray[np.int64]

    @classmethod
    def of(cls, numbers: ArrayLike, counts: ArrayLike) -> Buckets:
        """Return counted buckets, in any order."""
        bucket_numbers, many = np.asarray(numbers, dtype=np.int64), np.asarray(counts, dtype=np.int64)
        order = np.argsort(bucket_numbers, kind="stable")
        return cls(bucket_numbers[order], np.cumsum(many[order]))

    def __len__(self) -> int:
        return int(self.up_to[-1]) if len(self.up_to) else 0

    def holding(self, ranks: Sequence[int]) -> set[int]:
        """Return the buckets that the customers of these ranks are in."""
        return set(self.numbers[np.searchsorted(self.up_to, np.asarray(ranks), side="right")].tolist())

    def values_at(
        self, ranks: Sequence[int], buckets: ArrayLike, values: ArrayLike, counts: ArrayLike
    ) -> dict[int, float]:
        """Return the value at each rank.

        Parameters
        ----------
        buckets, values, counts
            The amounts of the buckets that hold the ranks, and how many customers have each.
        """
        bucket, amount = np.asarray(buckets, dtype=np.int64), np.asarray(values, dtype=np.float64)
        order = np.lexsort((amount, bucket))
        bucket, amount, many = bucket[order], amount[order], np.asarray(counts, dtype=np.int64)[order]
        values_by_rank: dict[int, float] = {}
        for rank in ranks:
            place = int(np.searchsorted(self.up_to, rank, side="right"))
            before = int(self.up_to[place - 1]) if place else 0
            mine = slice(*np.searchsorted(bucket, [self.numbers[place], self.numbers[place] + 1]))
            at = int(np.searchsorted(np.cumsum(many[mine]), rank - before, side="right"))
            values_by_rank[rank] = float(amount[mine][at])
        return values_by_rank
