"""Matching of a new model's centres with the previous ones, so that number, name and plan stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

LEAST_OVERLAP = 0.3
"""Two clusters are the same group only if they share at least this part of the smaller one."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The number of each centre, and the number that the next new group would get."""

    clusters: list[int]
    next_cluster: int


def match(
    labels: NDArray[np.int64], k: int, former: NDArray[np.int64], next_cluster: int, order: Sequence[int]
) -> Numbers:
    """Match new clusters to former ones by the customers they share.

    Parameters
    ----------
    labels
        New cluster of each customer, 0 to `k` - 1, shape (n,).
    former
        Former number of each customer, -1 where there is none, shape (n,).
    next_cluster
        The first number that was never used.
    order
        New clusters in the order in which new numbers are given out.

    Examples
    --------
    >>> match(np.array([0, 0, 1, 1, 2]), 3, np.array([7, 7, 4, 4, -1]), 9, [0, 1, 2])
    Numbers(clusters=[7, 4, 9], next_cluster=10)
    """
    known = former >= 0
    numbers = np.unique(former[known])
    clusters = [-1] * k
    if len(numbers):
        shared = np.zeros((k, len(numbers)))
        np.add.at(shared, (labels[known], np.searchsorted(numbers, former[known])), 1)
        new_sizes = shared.sum(axis=1)
        old_sizes = shared.sum(axis=0)
        for row, column in zip(*linear_sum_assignment(-shared), strict=True):
            smaller = min(new_sizes[row], old_sizes[column])
            if smaller and shared[row, column] >= LEAST_OVERLAP * smaller:
                clusters[row] = int(numbers[column])
    for row in order:
        if clusters[row] < 0:
            clusters[row] = next_cluster
            next_cluster += 1
    return Numbers(clusters, next_cluster)
