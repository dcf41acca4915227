"""A model is read as it was written, or refused with a clear error."""

from __future__ import annotations

import json
from typing import Any

import pytest

from server.core.segments.model import Model, Steps, checksum, load_model, to_json
from server.core.segments.prediction import assign, confidence
from server.errors import DamagedModelError
from tests.core.conftest import plain_model


def test_a_model_comes_back_to_the_last_bit() -> None:
    """Numbers that binary fractions cannot hold are no exception."""
    model = plain_model(mean=(0.1, 1 / 3, 2e-17))
    text = to_json(model)

    assert load_model(text, checksum(text)) == model


def test_a_changed_model_is_refused(model: Model) -> None:
    """One digit is enough."""
    text = to_json(model)

    with pytest.raises(DamagedModelError, match="it was changed since it was written"):
        load_model(text.replace("1000", "1001"), checksum(text))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"names": ["One"]}, "different lengths"),
        ({"clusters": [0, 0]}, "cluster numbers"),
        ({"next_cluster": 1}, "cluster numbers"),
        ({"bootstrap": [[[1, 1, 1]]]}, "different lengths"),
        ({"scale": [0, 1, 1]}, "scale"),
        ({"ladder": [[1.0], [1.0], [1.0]]}, "ladder"),
        ({"schema": 99}, "it is of format 99"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_model_that_makes_no_sense_is_refused(model: Model, change: dict[str, Any], named: str) -> None:
    """Even with a checksum that fits."""
    text = json.dumps({**json.loads(to_json(model)), **change})

    with pytest.raises(DamagedModelError, match=named):
        load_model(text, checksum(text))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"steps": None}, "its axes are not those of its format"),
        ({"schema": 1}, "its axes are not those of its format"),
        ({"named": [{}]}, "different lengths"),
        ({"pauses": [30, 20, 40]}, "its steps do not rise"),
        ({"orders": [[1, 0], [2, 1], [3, 0.5]]}, "its steps do not rise"),
        ({"longest": 0}, "longest"),
        ({"pauses": [1e-300, 20, 40]}, "beyond all use"),
    ],
    ids=["no steps", "steps in the former format", "names", "pauses", "orders", "no silence", "a tiny pause"],
)
def test_steps_that_make_no_sense_are_refused(change: dict[str, Any], named: str) -> None:
    """Silence and orders grow along their axes, or the day of leaving could not be solved for."""
    steps = Steps(
        latest=1.0, pauses=(20.0, 30.0, 40.0), longest=99.0, orders=[(1.0, 0.0), (2.0, 1.0)], is_known=True
    )
    stored = json.loads(to_json(plain_model(steps=steps)))
    inside = {key: value for key, value in change.items() if key in stored["steps"]}
    outside = {key: value for key, value in change.items() if key not in inside}
    text = json.dumps({**stored, "steps": {**stored["steps"], **inside}, **outside})

    with pytest.raises(DamagedModelError, match=named):
        load_model(text, checksum(text))


def test_a_customer_is_classified_by_the_nearest_centre(model: Model) -> None:
    """The border is at 19.09 days; alone and among others the answer is the same."""
    rows = [[19.0, 1, 50], [19.2, 1, 50]]

    assert assign(model, rows).tolist() == [0, 1]
    assert [int(assign(model, [row])[0]) for row in rows] == [0, 1]


def test_confidence_is_the_share_of_models_that_agree(model: Model) -> None:
    """The second of two models has its border at 11.2 days."""
    assert confidence(model, [[5, 1, 50], [15, 1, 50]], [0, 0]).tolist() == [1.0, 0.5]
    assert confidence(plain_model(bootstrap=[]), [[5, 1, 50]], [0]).tolist() == [1.0]
