"""The model as data: a few kilobytes of JSON, checked against a schema and a checksum when it is read."""

from __future__ import annotations

import hashlib
import math
from typing import Annotated, Any

import msgspec

from server.core.value.model import ValueModel
from server.core.value.model import problem as value_problem
from server.errors import DamagedModelError
from server.texts import to_say

SCHEMA = 2
FORMER_SCHEMA = 1
"""Models without steps, made before names were put to the judge: they are read, score and explain as they did."""
_Positive = Annotated[float, msgspec.Meta(gt=0)]
_LARGEST = 1e15
"""Beyond it, and below its inverse as a step, distances overflow and everybody falls into one segment."""
_Point = tuple[float, float, float]
_Ladder = Annotated[list[float], msgspec.Meta(min_length=101, max_length=101)]
_Quantiles = tuple[float, float, float, float]


class Steps(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How silence and orders become axes: silence rises in steps at the shop's usual pauses.

    Attributes
    ----------
    latest
        Recency of the most recent customer: silence counts from there.
    pauses
        Days that 50, 80 and 95 % of all pauses between purchases do not exceed.
    longest
        Longest silence of the training, in days, above 0.
    orders
        Frequency and its place on the second axis, both ascending; linear between two.
    is_known
        Whether `pauses` are of pauses; else too few customers came twice, and silences stand in.
    """

    latest: float
    pauses: tuple[_Positive, _Positive, _Positive]
    longest: _Positive
    orders: Annotated[list[tuple[float, float]], msgspec.Meta(min_length=1, max_length=80)]
    is_known: bool


class Named(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Basis of a segment's name: its meaning, and the median customer when it was given.

    Attributes
    ----------
    text
        The marketer's own name; "" where the segment bears the product's.
    stands_for
        The product's name whose meaning it has.
    medians
        Recency, frequency and monetary value of the median customer when it got the name.
    """

    text: Annotated[str, msgspec.Meta(max_length=1_000)] = ""
    stands_for: Annotated[str, msgspec.Meta(max_length=100)] = ""
    medians: _Point = (0.0, 0.0, 0.0)


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Model that classifies customers.

    A customer's recency (days), frequency and monetary value become three axes, see
    `server.core.segments.prediction.axes`, then ``(… - mean) / scale * weight``; the nearest of the centres is the
    cluster.

    Attributes
    ----------
    version
        From 1, never given twice.
    trained_at
        UTC, ISO 8601.
    analysis_day
        Day that recency was counted to, ISO 8601.
    units, mean, scale, weights
        One each for recency, frequency and monetary value.
    centres
        Shape (k, 3), transformed and weighted.
    clusters
        Number of each centre: ours, kept through retrains.
    names
        Default segment name of each centre.
    next_cluster
        The number that a new group would get; numbers below that are not in `clusters` are retired.
    quantiles
        20, 40, 60 and 80 % points of recency, frequency and monetary value.
    ladder
        The 0, 1, 2 … 100 % points of each: what the model was trained on.
    gaps
        The 0, 1, 2 … 100 % points of the pauses between two purchase days, each customer weighing one
        (`server.core.segments.rhythm`). Of the former format: in steps of 5 %, each pause weighing one, and empty
        where nobody came twice.
    why_k
        A sentence or two on the number of segments.
    bootstrap
        Centres of models trained on random draws, shape (b, k, 3), matched to `centres`.
    figures
        What the scorecard shows, numbers by name.
    warnings
        Sentences.
    steps
        None in a model of the former format.
    named
        What each name was given to, in the order of `clusters`; empty in a model of the former format.
    value
        Expected spend and likelihood to buy again; None in a model of before there were such.
    settings
        Values of the settings that it was made with, of those that need new segments; empty in a model of before
        they were kept.
    """

    schema: int = SCHEMA
    version: Annotated[int, msgspec.Meta(ge=1, le=999_999_999)]
    trained_at: str
    analysis_day: str
    customers: Annotated[int, msgspec.Meta(ge=1)]
    transactions: Annotated[int, msgspec.Meta(ge=0)]
    units: tuple[_Positive, _Positive, _Positive]
    weights: tuple[_Positive, _Positive, _Positive]
    mean: _Point
    scale: tuple[_Positive, _Positive, _Positive]
    centres: Annotated[list[_Point], msgspec.Meta(min_length=1, max_length=12)]
    clusters: list[Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]]
    names: list[Annotated[str, msgspec.Meta(min_length=1, max_length=100)]]
    next_cluster: int
    quantiles: tuple[_Quantiles, _Quantiles, _Quantiles]
    ladder: tuple[_Ladder, _Ladder, _Ladder]
    gaps: Annotated[list[float], msgspec.Meta(max_length=101)]
    why_k: str
    bootstrap: Annotated[list[list[_Point]], msgspec.Meta(max_length=50)]
    figures: dict[str, float]
    warnings: list[str]
    steps: Steps | None = None
    named: list[Named] = []
    value: ValueModel | None = None
    settings: dict[str, str] = {}

    @property
    def k(self) -> int:
        """Number of segments."""
        return len(self.centres)


def to_json(model: Model) -> str:
    """Return the model as canonical JSON; the numbers come back to the last bit."""
    return msgspec.json.encode(model, order="sorted").decode()


def checksum(text: str) -> str:
    """Return the checksum of a model's JSON: 16 hexadecimal digits of SHA-256.

    >>> checksum("{}")
    '44136fa355b3678a'
    """
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def load_model(text: str, expected_checksum: str) -> Model:
    """Read a model.

    Raises
    ------
    DamagedModelError
        If the text is not what was written, or does not make sense.
    """
    if checksum(text) != expected_checksum.strip():
        raise _damaged("it was changed since it was written")
    try:
        model = msgspec.json.decode(text, type=Model)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise _damaged(str(error)[:120]) from error
    problem = _problem(model)
    if problem:
        raise _damaged(problem)
    return model


def _problem(model: Model) -> str:
    """Return what is wrong with a model that could be read, "" where nothing is."""
    problems = (check(model) for check in (_problem_of_format, _problem_of_lists, _problem_of_numbers))
    problem = next(filter(None, problems), "")
    if problem or model.value is None:
        return problem
    return value_problem(model.value)


def _problem_of_format(model: Model) -> str:
    if model.schema not in (FORMER_SCHEMA, SCHEMA):
        return f"it is of format {model.schema}, this service reads formats {FORMER_SCHEMA} and {SCHEMA}"
    if (model.schema == SCHEMA) is not (model.steps is not None):
        return "its axes are not those of its format"
    if model.steps is not None and not _ascend(model.steps):
        return "its steps do not rise"
    return ""


def _problem_of_lists(model: Model) -> str:
    lengths = {len(model.clusters), len(model.names), *map(len, model.bootstrap)}
    if model.named:
        lengths.add(len(model.named))
    if lengths != {model.k}:
        return "its lists have different lengths"
    if len(set(model.clusters)) != model.k or max(model.clusters) >= model.next_cluster:
        return "its cluster numbers do not fit together"
    return ""


def _problem_of_numbers(model: Model) -> str:
    if not all(map(math.isfinite, _numbers(msgspec.to_builtins(model)))):
        return "it holds a number that is not finite"
    steps = [*model.units, *model.scale, *model.weights]
    if model.steps is not None:
        steps += [*model.steps.pauses, model.steps.longest]
    points = [model.mean, *model.centres, *(centre for centres in model.bootstrap for centre in centres)]
    are_steps_usual = all(1 / _LARGEST <= step <= _LARGEST for step in steps)
    are_points_usual = all(abs(number) <= _LARGEST for point in points for number in point)
    return "" if are_steps_usual and are_points_usual else "it holds a number beyond all use"


def _ascend(steps: Steps) -> bool:
    """Whether silence and orders grow along their axes, as all that is solved for takes it."""
    pairs = zip(steps.orders, steps.orders[1:], strict=False)
    return list(steps.pauses) == sorted(steps.pauses) and all(a[0] < b[0] and a[1] <= b[1] for a, b in pairs)


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for part in value.values() for number in _numbers(part)]
    if isinstance(value, list | tuple):
        return [number for part in value for number in _numbers(part)]
    return [value] if isinstance(value, float) else []


def _damaged(why: str) -> DamagedModelError:
    return DamagedModelError(
        to_say("The model in row 2 of the tab Model cannot be read: {why}.", why=why),
        hint=to_say(
            "Choose Find new segments in the sidebar: it keeps your segment names and plans. "
            "Or undo the change to the tab Model in the version history."
        ),
    )
