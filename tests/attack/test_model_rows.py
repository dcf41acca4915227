"""A tampered row of `Model`: it is refused, or it classifies as a model may; it never crashes nor misleads."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.launch import OWNER
from server.core.segments.model import Model, checksum, load_model
from server.core.segments.prediction import assign, confidence
from server.errors import DamagedModelError
from server.layout.limits import TEXT_LIMIT
from server.layout.tabs import MODEL_HEADERS
from server.sheets.commit.committer import Committer
from server.use_cases.score_result import AskedRow
from server.use_cases.scoring import Scoring
from server.use_cases.status import status
from sheets_standin.spreadsheet.document import Document
from tests.conftest import Sheet

CUSTOMERS = np.array([[0, 1, math.ulp(0.0)], [36_500, 1_000_000, 1e12], [12, 3, 420.5]])
PARAMETERS = MODEL_HEADERS.index("Parameters") + 1


@pytest.fixture(scope="module")
def parameters(first_segmentation: Document) -> dict[str, Any]:
    row = Sheet(first_segmentation).row("Model", 2)
    read: dict[str, Any] = json.loads(str(row[PARAMETERS - 1]))
    return read


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the places of all that is no list and no object, and of the lists."""
    if isinstance(value, dict):
        return [
            place
            for key, element in value.items()
            for place in [(*path, key), *leaves(element, (*path, key))]
        ]
    if isinstance(value, list):
        return [
            place for i, element in enumerate(value) for place in [(*path, i), *leaves(element, (*path, i))]
        ]
    return [path]


def changed(parameters: dict[str, Any], place: tuple[Any, ...], value: Any) -> str:
    twin: Any = json.loads(json.dumps(parameters))
    at = twin
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    return json.dumps(twin)


def behaves(text: str) -> Model | None:
    """Load what somebody wrote with a checksum that fits, and classify; None where it is refused."""
    try:
        model = load_model(text, checksum(text))
    except DamagedModelError:
        return None
    clusters = assign(model, CUSTOMERS)
    sure = confidence(model, CUSTOMERS, clusters)
    assert set(clusters.tolist()) <= set(model.clusters)
    assert all(0 <= value <= 1 for value in sure.tolist())
    return model


HOSTILE = st.one_of(
    st.sampled_from(
        [1e308, -1e308, 5e-324, 1e-300, 1e16, 10**400, -1, 0, 2**63, True, None, "", "=1", [], {}]
    ),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(),
    st.text(max_size=5),
)


@pytest.mark.slow
@settings(max_examples=300)
@given(data=st.data())
def test_any_one_value_may_be_anything(parameters: dict[str, Any], data: st.DataObject) -> None:
    """Numbers beyond all use, other types, other lengths: refused, or harmless."""
    place = data.draw(st.sampled_from(leaves(parameters)))

    behaves(changed(parameters, place, data.draw(HOSTILE)))


ANY_JSON = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda integer: st.lists(integer) | st.dictionaries(st.text(), integer),
).map(json.dumps)


@pytest.mark.slow
@settings(max_examples=200)
@given(text=st.one_of(st.text(), ANY_JSON))
def test_any_text_may_stand_there(text: str) -> None:
    """It is no model, and that is said."""
    with pytest.raises(DamagedModelError):
        load_model(text, checksum(text))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "null", '"1"'])
def test_numbers_that_are_none_are_refused(parameters: dict[str, Any], number: str) -> None:
    """JSON has no NaN; what becomes infinite is none either."""
    text = json.dumps(parameters).replace(json.dumps(parameters["mean"][0]), number, 1)

    with pytest.raises(DamagedModelError):
        load_model(text, checksum(text))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mean", [1e200, 0.0, 0.0]),
        ("scale", [1e-300, 1.0, 1.0]),
        ("scale", [-1.0, 1.0, 1.0]),
        ("units", [1e-320, 1.0, 1.0]),
        ("weights", [1e300, 1.0, 1.0]),
        ("centres", [[1e200, 0, 0]]),
        ("schema", 3),
        ("schema", 0),
        ("version", 0),
        ("customers", -5),
        ("clusters", [0] * 12),
        ("names", []),
        ("next_cluster", 0),
        ("unknown", 1),
    ],
)
def test_a_model_that_would_mislead_is_refused(parameters: dict[str, Any], field: str, value: Any) -> None:
    """Everybody would fall into one segment, or into one that there is not; the sentence says what to do."""
    if field not in parameters and field != "unknown":
        pytest.skip(f"models have no {field}")

    text = json.dumps(parameters | {field: value})

    with pytest.raises(DamagedModelError) as refused:
        load_model(text, checksum(text))
    assert "Find new segments" in refused.value.hint


def test_ten_thousand_brackets_are_refused() -> None:
    """Nor does depth hurt."""
    text = "[" * TEXT_LIMIT

    with pytest.raises(DamagedModelError):
        load_model(text, checksum(text))


def test_a_row_without_its_checksum_is_refused(parameters: dict[str, Any]) -> None:
    """An edit by hand is seen."""
    text = json.dumps(parameters)

    with pytest.raises(DamagedModelError, match="changed since it was written"):
        load_model(text + " ", checksum(text))


def test_scoring_and_status_say_it_and_nothing_is_written(
    segmented: Sheet, scoring: Scoring, committer: Committer
) -> None:
    """A marketer is told; rows wait."""
    segmented.type("New User", 2, [["A", "3", "2", "90"]])
    document = segmented.document
    with document.changing(OWNER, "tamper"):
        document.put(document.sheet("Model"), 1, PARAMETERS - 1, [["{}"]], "tamper")
    revision = document.revision

    with pytest.raises(DamagedModelError):
        scoring.score(segmented.id, [AskedRow(2)], trigger="edit")
    answer = status(committer, segmented.id)

    assert answer.model is None
    assert "Find new segments" in answer.warnings[0]
    assert document.revision == revision
