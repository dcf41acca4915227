"""Hostile values in every field of the calls about tests, and in the tabs that they read."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.core.experiments.records import read_experiments
from server.errors import AudienceError, BodyError, SheetContentError
from server.layout.experiment_tabs import TESTS
from server.layout.tabs import HEADERS
from server.sheets.commit.committer import Committer
from server.use_cases.experiments.calls import Experiments, Wanted
from server.web import bodies
from tests.attack.conftest import EVIL
from tests.attack.test_cells import cells, formulas, put
from tests.conftest import Now, Sheet

CELL = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["Spring", "stopped", "2026-01-01", 46037, 1e308, -1, "=1", "#REF!", "\x00"]),
)
LINES = st.lists(st.fixed_dictionaries(dict.fromkeys(HEADERS[TESTS], CELL)), max_size=6)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(lines=LINES)
def test_lines_of_tests_are_read_or_refused_in_words(lines: list[dict[str, Any]]) -> None:
    """Whatever people type there."""
    with contextlib.suppress(SheetContentError):
        for experiment in read_experiments(dict(enumerate(lines, start=2))):
            assert experiment.name
            assert experiment.window.days >= 1
            assert experiment.days_left(dt.date(2026, 1, 1)) >= 0


PLAN = {"name": "Spring", "segments": ["Champions"]}
HOSTILE: list[dict[str, Any]] = [
    {"plan": None},
    {"plan": {}},
    {"plan": []},
    {"plan": {**PLAN, "name": ""}},
    {"plan": {**PLAN, "name": "x" * 201}},
    {"plan": {**PLAN, "name": 7}},
    {"plan": {**PLAN, "segments": "Champions"}},
    {"plan": {**PLAN, "segments": [None]}},
    {"plan": {**PLAN, "segments": ["x"] * 51}},
    {"plan": {**PLAN, "segments": ["x" * 201]}},
    {"plan": {**PLAN, "controlShare": -0.1}},
    {"plan": {**PLAN, "controlShare": 1.1}},
    {"plan": {**PLAN, "controlShare": "0.2"}},
    {"plan": {**PLAN, "start": "soon"}},
    {"plan": {**PLAN, "start": "0000-01-01"}},
    {"plan": {**PLAN, "start": 46037}},
    {"plan": {**PLAN, "days": 0}},
    {"plan": {**PLAN, "days": 10_001}},
    {"plan": {**PLAN, "days": 1.5}},
    {"plan": {**PLAN, "what": "x" * 1_001}},
    {"plan": PLAN, "confirm": "yes"},
]


@pytest.mark.parametrize("fields", HOSTILE, ids=[json.dumps(text)[:60] for text in HOSTILE])
def test_a_field_of_another_kind_is_refused(fields: dict[str, Any]) -> None:
    """Before anything is read."""
    body = {"call": "tests/start", "spreadsheetId": "s" * 20, **fields}

    with pytest.raises(BodyError):
        bodies.read_body(json.dumps(body).encode(), bodies.StartTestRequest)


@pytest.mark.parametrize(
    "change",
    [
        {"start": dt.date(9999, 12, 31), "days": 10_000},
        {"start": dt.date(1, 1, 1)},
        {"share": 1.0},
        {"share": 0.0},
        {"name": "\x00" * 10},
        {"name": "a\nb" * 40},
    ],
    ids=str,
)
def test_a_plan_out_of_bounds_is_refused_in_words(
    segmented: Sheet, committer: Committer, now: Now, change: dict[str, Any]
) -> None:
    """Never an error of the service's own."""
    fields = {"name": "Spring", "segments": ["Nobody"], **change}

    with pytest.raises(AudienceError):
        Experiments(committer, now).preview(segmented.id, Wanted(**fields))


def test_no_text_of_a_test_becomes_a_formula(segmented: Sheet, committer: Committer, now: Now) -> None:
    """Name, what is done, segments and ids, through staging tabs, copies and a reading."""
    at = segmented.row("Segmented_Customers", 1)
    people = len(segmented.rows("Segmented_Customers"))
    for row in range(2, 2 + people):
        put(segmented, "Segmented_Customers", row, at.index("Segment") + 1, EVIL[row % len(EVIL)])
    experiments = Experiments(committer, now)
    there = {str(row[at.index("Segment")]) for row in segmented.rows("Segmented_Customers")}
    evil = EVIL[0][:60]
    wanted = Wanted(evil, sorted(there), share=0.4, days=60, what=EVIL[1])

    experiments.start(segmented.id, wanted, lambda _stage, _fraction: None, confirmed=True)
    experiments.read(segmented.id, evil, lambda _stage, _fraction: None)

    assert formulas(segmented) == []
    assert any(cell == evil for title, cell in cells(segmented) if title == "Lift")
