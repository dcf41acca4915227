"""Whether a test worked: buyers first, then money, of all members as they were assigned.

One pooled verdict is told, of buyers adjusted by what customers did before. Money is part of it only where buyers tell
something: so one verdict in forty is false where nothing happened, not two. Single segments are exploratory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from server.core.experiments.adjusting import capped, without_before, without_habits
from server.core.experiments.intervals import (
    LEAST_IN_A_GROUP,
    Interval,
    holm,
    newcombe,
    permutation_interval,
)
from server.core.experiments.outcomes import Before
from server.core.experiments.power import smallest_visible_lift
from server.core.experiments.redealing import DEALINGS, Size, redealt, studentised

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

IN = 100
"""Buyers are told of so many customers."""
CORRECTED_LEVEL = 0.05


class Measure(StrEnum):
    """What is compared, with its unit."""

    BUYERS = "Buyers in 100 customers"
    ADJUSTED = "Buyers in 100 customers, adjusted"
    SPEND = "Spend a customer"


@dataclass(frozen=True, slots=True)
class Members:
    """The members of a test with what they did, shape (n,) each.

    Attributes
    ----------
    control
        Who was held out.
    segment
        Segment at the start, as a place in `segments`.
    spend
        In the window, refunds taken off.
    """

    control: Mask
    segment: Ints
    segments: Sequence[str]
    spend: Floats
    before: Before


@dataclass(frozen=True, slots=True)
class Line:
    """One measure, of all members or of one segment.

    Attributes
    ----------
    segment
        "" for all.
    action, control
        Mean of either group: buyers in 100 customers, or money a customer.
    in_action
        Customers in the action group.
    unseen
        Relative change that would not have shown.
    corrected
        Probability after Holm's correction, of an exploratory line; None of a pooled one.
    """

    segment: str
    measure: Measure
    action: float
    control: float
    in_action: int
    interval: Interval
    unseen: float
    corrected: float | None = None

    @property
    def relative(self) -> float | None:
        """The difference by the control group's mean; None where that is 0."""
        return self.interval.difference / self.control if self.control > 0 else None

    @property
    def extra_money(self) -> float | None:
        """Money that the action group spent more, in all; None of buyers."""
        return self.interval.difference * self.in_action if self.measure is Measure.SPEND else None

    @property
    def tells(self) -> bool:
        """Whether the interval leaves out 0, after correction where there is one."""
        outside = self.interval.is_more or self.interval.is_less
        return outside and (self.corrected is None or self.corrected < CORRECTED_LEVEL)


@dataclass(frozen=True, slots=True)
class Found:
    """What a test shows.

    Attributes
    ----------
    pooled
        Buyers, buyers adjusted, spend; empty where no segment has both groups.
    exploratory
        Buyers adjusted and spend of each segment, where there are several.
    not_compared
        Members whose segment has one group only.
    """

    pooled: Sequence[Line]
    exploratory: Sequence[Line]
    not_compared: int


def read_groups(
    members: Members,
    seed: int,
    dealings: int = DEALINGS,
    progress: Callable[[float], None] = lambda _fraction: None,
) -> Found:
    """Return what a test shows; the same members and seed give the same.

    Parameters
    ----------
    seed
        Of the dealings by chance.
    dealings
        How many.
    """
    order, sizes, names = _comparable(members)
    not_compared = len(members.control) - len(order)
    if not sizes or min(_both(sizes)) < LEAST_IN_A_GROUP:
        return Found([], [], len(members.control))
    control = members.control[order]
    spend = capped(members.spend[order])
    bought = (members.spend[order] > 0).astype(np.float64)
    before = members.before
    adjusted = without_habits(bought, before.recency[order], before.orders[order], before.spend[order])
    values = np.column_stack([adjusted * IN, without_before(spend, capped(before.spend[order]))])
    plain = np.column_stack([bought * IN, spend])
    dealt, dealt_alone = studentised(values, sizes, redealt(sizes, seed, dealings, progress))
    pooled = [_newcombe_line(bought, control), *_lines("", plain, values, control, dealt)]
    exploratory: list[Line] = []
    if len(sizes) > 1:
        first = 0
        for name, size, t in zip(names, sizes, dealt_alone, strict=True):
            part = slice(first, first + size.customers)
            first += size.customers
            if min(_both([size])) >= LEAST_IN_A_GROUP:
                exploratory += _lines(name, plain[part], values[part], control[part], t)
    return Found(pooled, _corrected(exploratory), not_compared)


def _comparable(members: Members) -> tuple[Ints, list[Size], list[str]]:
    """Return the members whose segment has both groups, segment by segment, with the sizes and names."""
    order: list[Ints] = []
    sizes, names = [], []
    for place, name in enumerate(members.segments):
        there = np.flatnonzero(members.segment == place)
        held = int(members.control[there].sum())
        if 0 < held < len(there):
            order.append(there)
            sizes.append(Size(len(there), held))
            names.append(name)
    return np.concatenate(order) if order else np.zeros(0, dtype=np.int64), sizes, names


def _both(sizes: Sequence[Size]) -> tuple[int, int]:
    """Return the customers of the action and of the control group."""
    held = sum(size.held_out for size in sizes)
    return sum(size.customers for size in sizes) - held, held


def _newcombe_line(bought: Floats, control: Mask) -> Line:
    interval = newcombe(
        int(bought[~control].sum()), int((~control).sum()), int(bought[control].sum()), int(control.sum())
    )
    scaled = Interval(interval.difference * IN, interval.low * IN, interval.high * IN)
    return _line("", Measure.BUYERS, bought * IN, bought * IN, control, scaled)


def _lines(segment: str, plain: Floats, values: Floats, control: Mask, dealt: Floats) -> list[Line]:
    return [
        _line(
            segment,
            measure,
            plain[:, place],
            values[:, place],
            control,
            _possible(permutation_interval(values[:, place], control, dealt[:, place]), measure),
        )
        for place, measure in enumerate((Measure.ADJUSTED, Measure.SPEND))
    ]


def _possible(interval: Interval, measure: Measure) -> Interval:
    """Return an interval of buyers without what cannot be: of 100 customers, at most 100 more buy."""
    if measure is Measure.SPEND:
        return interval
    return replace(interval, low=max(interval.low, -float(IN)), high=min(interval.high, float(IN)))


def _line(
    segment: str, measure: Measure, plain: Floats, values: Floats, control: Mask, interval: Interval
) -> Line:
    action, held = plain[~control], plain[control]
    level = float(held.mean())
    unseen = (
        smallest_visible_lift(float(values.var(ddof=1)) / level**2, len(action), len(held))
        if level > 0
        else float("inf")
    )
    return Line(segment, measure, float(action.mean()), level, len(action), interval, unseen)


def _corrected(lines: Sequence[Line]) -> list[Line]:
    """Return exploratory lines with Holm's correction, measure by measure."""
    by_measure = {
        measure: holm([line.interval.p or 1.0 for line in lines if line.measure is measure])
        for measure in Measure
    }
    waiting = {measure: iter(own_lines) for measure, own_lines in by_measure.items()}
    return [replace(line, corrected=next(waiting[line.measure])) for line in lines]
