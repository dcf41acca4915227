"""Customers in the model's space: axes, nearest centre, confidence, scores, state, and what they are worth next.

The formulas are those of `server.core.segments.prediction`, `.quintiles`, `.state` and `server.core.value.prediction`.
Each step is a select of its own: an expression is written out at each use.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import ibis
import numpy as np

from server.core.segments.model import Model, Steps
from server.core.segments.prediction import SILENCE_SLOPE, STEP_HEIGHTS, STEP_WIDTH
from server.core.segments.rhythm import Rhythm
from server.core.segments.state import ACTIVE, AWAY, SHOP_PAUSES, SLIPPING, slack
from server.core.value.model import ValueModel
from server.sources.expressions.compiling import Table

Centres = Sequence[Sequence[float]]
FIGURES = ("recency", "frequency", "monetary_value")
AXES = ("x", "y", "z")
FURTHEST = 30.0
_ROUNDING = 1e-9
"""Distances are told this much too long rather than too short."""
MEASURED = ("w30", "w365", "n30", "n365", "silence", "tenure", "once", "rhythm")


def with_space(
    customers: Table, model: Model, figures: Sequence[str] = FIGURES, names: Sequence[str] = AXES
) -> Table:
    """Return customers with their place in the space of a model.

    Parameters
    ----------
    figures
        Columns of recency, frequency and monetary value.
    names
        Of the columns that are added.
    """
    recency, frequency, money = (customers[name].cast("float64") for name in figures)
    if model.steps is None:
        axes = [
            _log1p(value / unit) for value, unit in zip((recency, frequency, money), model.units, strict=True)
        ]
        staged = customers.mutate(**dict(zip(names, axes, strict=True)))
    else:
        steps = model.steps
        silent = recency - steps.latest
        days = _log1p((silent > 0).ifelse(silent, 0.0) / steps.pauses[0])
        first = customers.mutate(silent_days=days)
        axes = [
            _silence_axis(first.silent_days, steps),
            _interpolated(first[figures[1]].cast("float64"), steps.orders),
            _log1p(first[figures[2]].cast("float64") / model.units[2]),
        ]
        staged = first.mutate(**dict(zip(names, axes, strict=True))).drop("silent_days")
    scaled = {
        name: (staged[name] - mean) / scale * weight
        for name, mean, scale, weight in zip(names, model.mean, model.scale, model.weights, strict=True)
    }
    return staged.mutate(**scaled)


def with_nearest(points: Table, centres: Centres, name: str, axes: Sequence[str] = AXES) -> Table:
    """Return points with the position of the nearest centre in the column `name`; of equally near ones the first."""
    return _nearest(points, {name: centres}, axes)


def _nearest(points: Table, asked: dict[str, Centres], axes: Sequence[str]) -> Table:
    x, y, z = (points[axis] for axis in axes)
    distances: dict[str, Any] = {}
    for name, centres in asked.items():
        for i, centre in enumerate(centres):
            distances[f"d_{name}_{i}"] = _squared_distance((x, y, z), centre)
    far = points.mutate(**distances)
    least: dict[str, Any] = {}
    for name, centres in asked.items():
        least[f"l_{name}"] = _least([far[f"d_{name}_{i}"] for i in range(len(centres))])
    near = far.mutate(**least)
    nearest: dict[str, Any] = {}
    for name, centres in asked.items():
        cases = [(near[f"d_{name}_{i}"] <= near[f"l_{name}"], i) for i in range(len(centres) - 1)]
        last = ibis.literal(len(centres) - 1, "int64")
        nearest[name] = ibis.cases(*cases, else_=last).cast("int64") if cases else last
    return near.mutate(**nearest).drop(*distances, *least)


def with_cluster(points: Table, model: Model, name: str, axes: Sequence[str] = AXES) -> Table:
    """Return points with the number of their cluster."""
    placed = with_nearest(points, model.centres, f"p_{name}", axes)
    return placed.mutate(**{name: _number_at(placed[f"p_{name}"], model.clusters)}).drop(f"p_{name}")


def with_confidence(placed: Table, figures: Table, model: Model) -> Table:
    """Return placed customers with the share of the model's bootstrap models that put them into the same `cluster`.

    Most are so near to one centre that no bootstrap model can put them elsewhere: only the others are asked about.

    Parameters
    ----------
    figures
        Of the same: customer_id, recency, frequency and monetary_value.
    """
    if not model.bootstrap:
        return placed.mutate(confidence=ibis.literal(1.0))
    doubts = _doubts(figures, model)
    beside = placed.left_join(doubts, placed.customer_id == doubts.doubted)
    return beside.mutate(confidence=beside.confidence.fill_null(1.0)).drop("doubted")


def _doubts(figures: Table, model: Model) -> Table:
    """Return whom some bootstrap model may put elsewhere, `doubted`, with the share that do not."""
    points = with_cluster(with_space(figures, model), model, "cluster").select(
        "customer_id", *AXES, "cluster"
    )
    known = _with_rivals(points, model)
    near = known.filter(known.rivals > 1).drop("rivals")
    asked = {f"b{i}": centres for i, centres in enumerate(model.bootstrap)}
    placed = _nearest(near, dict(asked), AXES)
    own = placed.mutate(own=_position(placed.cluster, model.clusters))
    agree = sum((own[name] == own.own).cast("int64") for name in asked)
    return own.select(doubted=own.customer_id, confidence=(agree.cast("float64") / len(asked)).round(4))


def _with_rivals(points: Table, model: Model) -> Table:
    """Return points with how many centres can be the nearest one in some bootstrap model, `rivals`, 1 or more.

    By the triangle inequality no centre comes nearer than its distance less the furthest it lies off in any of them.
    """
    centres = np.array(model.centres)
    offs = (
        np.linalg.norm(np.array(model.bootstrap) - centres, axis=2).max(axis=0) * (1 + _ROUNDING) + _ROUNDING
    )
    distances = {
        f"d_{i}": _squared_distance([points[axis] for axis in AXES], centre).sqrt()
        for i, centre in enumerate(model.centres)
    }
    far = points.mutate(**distances)
    bound = _least([far[name] + float(off) for name, off in zip(distances, offs, strict=True)])
    bounded = far.mutate(bound=bound)
    rivals = sum(
        (bounded[name] - float(off) <= bounded.bound).cast("int64")
        for name, off in zip(distances, offs, strict=True)
    )
    return bounded.mutate(rivals=rivals).drop(*distances, "bound")


def step_sums(points: Table, centres: Centres) -> Table:
    """Return customers and sums of the axes by nearest centre: a step of Lloyd's iteration."""
    placed = with_nearest(points, centres, "place")
    return placed.group_by("place").agg(
        customers=placed.count(), x=placed.x.sum(), y=placed.y.sum(), z=placed.z.sum()
    )


def with_scores(customers: Table, quantiles: Sequence[Sequence[float]]) -> Table:
    """Return customers with scores from 1 to 5 by the 20, 40, 60 and 80 % points of recency, frequency and money."""
    above = [
        sum(((customers[name] > float(point)).cast("int64") for point in points), ibis.literal(1, "int64"))
        for name, points in zip(FIGURES, quantiles, strict=True)
    ]
    scored = customers.mutate(r_score=ibis.literal(6, "int64") - above[0], f_score=above[1], m_score=above[2])
    return scored.mutate(rfm_score=scored.r_score * 100 + scored.f_score * 10 + scored.m_score)


def with_state(customers: Table, rhythm: Rhythm) -> Table:
    """Return customers with their state: Active, Slipping or Away."""
    silent = customers.recency.cast("float64") - rhythm.latest
    own_days = (customers.last_day - customers.first_day).cast("float64")
    pauses = (customers.purchase_days - 1).cast("float64")
    first = customers.mutate(
        silent_for=(silent > 0).ifelse(silent, 0.0),
        bearable=(own_days + SHOP_PAUSES * rhythm.usual) / (pauses + SHOP_PAUSES) * slack(rhythm),
    )
    silence, limit = first.silent_for, first.bearable
    comes_back = first.frequency >= 2
    is_late = silence > limit
    is_gone = is_late & (silence > rhythm.longest) & (silence > 2 * limit)
    state = ibis.cases(
        (~comes_back & (silence > rhythm.long), AWAY),
        (~comes_back, ACTIVE),
        (is_gone, AWAY),
        (is_late, SLIPPING),
        else_=ACTIVE,
    )
    return first.mutate(state=state).drop("silent_for", "bearable")


def with_worth(customers: Table, value: ValueModel | None) -> Table:
    """Return customers with `expected`, `expected_orders` and `likely`; NULL where nothing is told.

    Parameters
    ----------
    customers
        With their measures, where something is told: see `expressions.customers.with_measures`.
    """
    if value is None or not value.tells:
        empty = ibis.null("float64")
        return customers.mutate(expected=empty, expected_orders=empty, likely=empty)
    assert value.measured is not None
    gap, money = value.units
    tenure = (customers.tenure > value.longest_tenure).ifelse(value.longest_tenure, customers.tenure)
    scaled = customers.mutate(
        w30=_log1p(customers.w30 / money),
        w365=_log1p(customers.w365 / money),
        n30=_log1p(10 * customers.n30),
        n365=_log1p(10 * customers.n365),
        silence=_log1p(customers.silence / gap),
        tenure=_log1p(tenure / gap),
    )
    regression = value.measured
    standard = scaled.mutate(
        **{
            name: (scaled[name] - mean) / sd
            for name, mean, sd in zip(MEASURED, regression.mean, regression.sd, strict=True)
        }
    )
    fits = {"expected": regression.spend, "likely": regression.buy, "expected_orders": regression.visits}
    linear = standard.mutate(**{name: _predictor(standard, fit) for name, fit in fits.items()})
    predicted = linear.mutate(
        expected=linear.expected.exp(),
        likely=1 / (1 + (-linear.likely).exp()),
        expected_orders=linear.expected_orders.exp(),
    )
    orders = (predicted.expected_orders < predicted.likely).ifelse(
        predicted.likely, predicted.expected_orders
    )
    if value.amounts_withheld:
        empty = ibis.null("float64")
        return predicted.mutate(expected=empty, expected_orders=empty).drop(*MEASURED)
    return predicted.mutate(expected_orders=orders).drop(*MEASURED)


def _predictor(x: Table, coefficients: Sequence[float]) -> Any:
    first, *rest = coefficients
    total: Any = ibis.literal(float(first))
    for name, coefficient in zip(MEASURED, rest, strict=True):
        total = total + x[name] * float(coefficient)
    return total.clip(-FURTHEST, FURTHEST)


def _silence_axis(days: Any, steps: Steps) -> Any:
    usual = steps.pauses[0]
    axis = days * SILENCE_SLOPE / math.log1p(steps.longest / usual)
    for pause, height in zip(steps.pauses, STEP_HEIGHTS, strict=True):
        risen = (days - math.log1p(pause / usual) + STEP_WIDTH / 2) / STEP_WIDTH
        axis = axis + risen.clip(0.0, 1.0) * height
    return axis


def _interpolated(value: Any, knots: Sequence[tuple[float, float]]) -> Any:
    """Return the piecewise linear function through `knots`, level outside them."""
    cases = [(value <= knots[0][0], ibis.literal(float(knots[0][1])))]
    for (left, low), (right, high) in itertools.pairwise(knots):
        slope = (high - low) / (right - left)
        cases.append((value <= right, (value - left) * slope + low))
    return ibis.cases(*cases, else_=ibis.literal(float(knots[-1][1])))


def _number_at(position: Any, numbers: Sequence[int]) -> Any:
    cases = [(position == i, ibis.literal(number, "int64")) for i, number in enumerate(numbers[:-1])]
    last = ibis.literal(numbers[-1], "int64")
    return ibis.cases(*cases, else_=last) if cases else last


def _position(number: Any, numbers: Sequence[int]) -> Any:
    cases = [(number == other, ibis.literal(i, "int64")) for i, other in enumerate(numbers)]
    return ibis.cases(*cases, else_=ibis.literal(-1, "int64"))


def _log1p(value: Any) -> Any:
    return (value + 1.0).ln()


def _squared_distance(place: Sequence[Any], centre: Sequence[float]) -> Any:
    x, y, z = (value - middle for value, middle in zip(place, centre, strict=True))
    return x * x + y * y + z * z


def _least(values: Sequence[Any]) -> Any:
    """Return the least of values, of which there may be one."""
    return values[0] if len(values) == 1 else ibis.least(*values)
