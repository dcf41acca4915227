"""The model as data: a few kilobytes of JSON, checked against a schema and a checksum when it is read."""

from __future__ import annotations

import hashlib
import math
from typing import Annotated, Any

import msgspec

from server.errors import DamagedModelError

SCHEMA = 1
_Positive = Annotated[float, msgspec.Meta(gt=0)]
_LARGEST = 1e15
"""Beyond it, and below its inverse as a step, distances overflow and everybody falls into one segment."""
_Point = tuple[float, float, float]
_Ladder = Annotated[list[float], msgspec.Meta(min_length=101, max_length=101)]
_Quantiles = tuple[float, float, float, float]


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that classifies a customer.

    A customer's recency (days), frequency and monetary value become ``log1p(value / unit)``, then
    ``(… - mean) / scale * weight``; the nearest of the centres is the cluster.

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
        The 0, 5, 10 … 100 % points of the days between two purchases; empty where nobody came twice.
    why_k
        A sentence or two on the number of segments.
    bootstrap
        Centres of models trained on random draws, shape (b, k, 3), matched to `centres`.
    figures
        What the scorecard shows, numbers by name.
    warnings
        Sentences.
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
    gaps: Annotated[list[float], msgspec.Meta(max_length=21)]
    why_k: str
    bootstrap: Annotated[list[list[_Point]], msgspec.Meta(max_length=50)]
    figures: dict[str, float]
    warnings: list[str]

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
    if model.schema != SCHEMA:
        return f"it is of format {model.schema}, this service reads format {SCHEMA}"
    if not len(model.clusters) == len(model.names) == model.k:
        return "its lists have different lengths"
    if len(set(model.clusters)) != model.k or max(model.clusters) >= model.next_cluster:
        return "its cluster numbers do not fit together"
    if any(len(centres) != model.k for centres in model.bootstrap):
        return "its lists have different lengths"
    if not all(map(math.isfinite, _numbers(msgspec.to_builtins(model)))):
        return "it holds a number that is not finite"
    steps = [*model.units, *model.scale, *model.weights]
    places = [model.mean, *model.centres, *(centre for centres in model.bootstrap for centre in centres)]
    if not all(1 / _LARGEST <= each <= _LARGEST for each in steps) or any(
        abs(each) > _LARGEST for place in places for each in place
    ):
        return "it holds a number beyond all use"
    return ""


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for each in value.values() for number in _numbers(each)]
    if isinstance(value, list | tuple):
        return [number for each in value for number in _numbers(each)]
    return [value] if isinstance(value, float) else []


def _damaged(why: str) -> DamagedModelError:
    return DamagedModelError(
        f"The model in row 2 of the tab Model cannot be read: {why}.",
        hint="Choose Retrain in the sidebar: it makes a new model and keeps your segment names and plans. "
        "Or undo the change to the tab Model in the version history.",
    )
