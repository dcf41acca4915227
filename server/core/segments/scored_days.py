"""Rows scored on each of the last days, by segment, from the lines of `Prediction_Log`."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.core.cells import Cell
from server.core.wall_clock import serial_of

DAYS = 30


@dataclass(frozen=True, slots=True)
class ScoredDays:
    """Rows scored on each of the last `DAYS` days, the oldest first.

    Attributes
    ----------
    serials
        The days as a spreadsheet counts them.
    counts
        Rows by day and cluster, in the order of the clusters that were asked for; the last number of a day counts
        the clusters of earlier models. None for a day whose lines were not all read.
    """

    serials: list[int]
    counts: list[list[int] | None]

    @property
    def total(self) -> int:
        """All rows of these days."""
        return sum(sum(count) for count in self.counts if count)

    @property
    def has_earlier(self) -> bool:
        """Whether rows were scored with clusters that are no longer in use."""
        return any(count[-1] for count in self.counts if count)


def scored_days(
    moments: Sequence[Cell],
    clusters: Sequence[Cell],
    numbers: Sequence[int],
    today: dt.date,
    *,
    is_whole: bool = True,
) -> ScoredDays:
    """Return the counts of the last days.

    Parameters
    ----------
    moments, clusters
        PredictedAt, as serials, and Cluster of the lines, the newest first; what is no number is passed over.
    numbers
        The clusters in use, in the order in which they are to be counted.
    is_whole
        Whether no older lines were left out. Else only days later than the oldest line are known.

    Examples
    --------
    >>> days = scored_days([46037.5, 46037.1, 46036.9, ""], [0, 7, 0, 0], [0, 1], dt.date(2026, 1, 15))
    >>> days.serials[-2:], days.counts[-2:], len(days.counts)
    ([46036, 46037], [[1, 0, 0], [1, 0, 1]], 30)
    >>> scored_days([46037.5, 46036.9], [0, 0], [0], dt.date(2026, 1, 15), is_whole=False).counts[-2:]
    [None, [1, 0]]
    """
    last = serial_of(today)
    serials = list(range(last - DAYS + 1, last + 1))
    place = {float(number): i for i, number in enumerate(numbers)}
    counts = [[0] * (len(place) + 1) for _ in serials]
    oldest = last + 1
    for moment, cluster in zip(moments, clusters, strict=False):
        day = _day(moment)
        if day is None:
            continue
        oldest = min(oldest, day)
        if serials[0] <= day <= last and (number := _number(cluster)) is not None:
            counts[day - serials[0]][place.get(number, len(place))] += 1
    known = serials[0] if is_whole else oldest + 1
    return ScoredDays(
        serials, [count if day >= known else None for day, count in zip(serials, counts, strict=True)]
    )


def reaches_back(moments: Sequence[Cell], today: dt.date) -> bool:
    """Whether the lines that were read, the newest first, go back further than the days that are shown."""
    first = serial_of(today) - DAYS + 1
    days = [day for moment in moments[-1:] if (day := _day(moment)) is not None]
    return bool(days) and days[0] < first


def _number(cell: Cell) -> float | None:
    if not isinstance(cell, int | float) or isinstance(cell, bool) or not math.isfinite(cell):
        return None
    return float(cell)


def _day(cell: Cell) -> int | None:
    number = _number(cell)
    return math.floor(number) if number is not None else None
