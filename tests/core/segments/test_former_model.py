"""Models made before names were put to the judge still load, score and explain as they did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from server.core.segments.explain import explain
from server.core.segments.model import checksum, load_model, to_json
from server.core.segments.prediction import assign, confidence
from server.core.segments.rhythm import rhythm_of_model
from server.core.segments.state import STATES


@pytest.fixture(scope="module")
def former() -> dict[str, Any]:
    """Return a model of CDNOW's customers, and what the code of its time said of some of them."""
    text = Path(__file__).with_name("former_model.json").read_text(encoding="utf-8")
    stored: dict[str, Any] = json.loads(text)
    return stored


def test_it_scores_as_it_did(former: dict[str, Any]) -> None:
    """Segments and confidence to the last digit."""
    model = load_model(former["model"], checksum(former["model"]))

    clusters = assign(model, former["customers"])

    assert clusters.tolist() == former["clusters"]
    assert confidence(model, former["customers"], clusters).tolist() == former["confidence"]


def test_it_explains_as_it_did(former: dict[str, Any]) -> None:
    """The day of leaving is the same, but is not said over two years away; the state comes from the gaps."""
    model = load_model(former["model"], checksum(former["model"]))

    explanations = [explain(model, *customer) for customer in former["customers"]]

    assert [line.silence.days if line.silence else None for line in explanations] == [
        days if days is None or days <= 730 else None for days in former["silence"]
    ]
    assert {line.state for line in explanations} <= set(STATES)
    assert rhythm_of_model(model).is_known


def test_it_is_written_back_whole(former: dict[str, Any]) -> None:
    """An earlier version that is put back in use is the same model."""
    model = load_model(former["model"], checksum(former["model"]))
    text = to_json(model)

    assert load_model(text, checksum(text)) == model
