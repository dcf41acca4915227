"""The four inputs of a New User row: whole, valid, and what marks them."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.core.scoring.inputs import (
    Incomplete,
    Invalid,
    NewUserInput,
    fingerprint,
    parse_prediction_id,
    prediction_id,
    read_inputs,
)

GOOD: dict[str, object] = {"CustomerID": "A", "Recency": 3, "Frequency": 2, "MonetaryValue": 9.5}


def read(**cells: object) -> NewUserInput | Incomplete | Invalid:
    return read_inputs({**GOOD, **cells})  # type: ignore[arg-type]  # cells of all kinds


@pytest.mark.parametrize("header", list(GOOD))
@pytest.mark.parametrize("empty", ["", "  ", None], ids=["empty", "blanks", "none"])
def test_a_row_with_an_empty_input_is_incomplete(header: str, empty: object) -> None:
    """It is left alone, whatever else stands in it."""
    assert read(**{header: empty, "Frequency" if header != "Frequency" else "Recency": "wrong"}) == (
        read(**{header: empty})
    )
    assert isinstance(read(**{header: empty}), Incomplete)


@pytest.mark.parametrize(
    "cells",
    [
        {"Recency": 0},
        {"Recency": 36_500},
        {"Recency": 3.5},
        {"Frequency": 1},
        {"Frequency": 1_000_000.0},
        {"MonetaryValue": 0.01},
        {"MonetaryValue": 1e12},
        {"CustomerID": "x" * 200},
        {"CustomerID": 0},
        {"CustomerID": "#VIP"},
        {"CustomerID": "🛍️ Zoë"},
        {"CustomerID": "=1+1"},
    ],
    ids=str,
)
def test_the_ends_of_what_is_allowed_are_allowed(cells: dict[str, object]) -> None:
    """The bounds themselves count as valid; an id is any text or number."""
    assert isinstance(read(**cells), NewUserInput)


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"Recency": -1}, "Recency", "0 to 36,500; it is -1"),
        ({"Recency": 36_501}, "Recency", "0 to 36,500"),
        ({"Recency": "last week"}, "Recency", "the text “last week”"),
        ({"Recency": True}, "Recency", "it is TRUE"),
        ({"Recency": math.nan}, "Recency", "a number"),
        ({"Frequency": 0}, "Frequency", "whole number from 1 to 1,000,000"),
        ({"Frequency": 1.5}, "Frequency", "whole number"),
        ({"Frequency": 1_000_001}, "Frequency", "1 to 1,000,000"),
        ({"MonetaryValue": 0}, "MonetaryValue", "above 0"),
        ({"MonetaryValue": -2}, "MonetaryValue", "above 0"),
        ({"MonetaryValue": 1e308}, "MonetaryValue", "up to 1,000,000,000,000"),
        ({"MonetaryValue": math.inf}, "MonetaryValue", "above 0"),
        ({"MonetaryValue": "#DIV/0!"}, "MonetaryValue", "#DIV/0!"),
        ({"CustomerID": "x" * 201}, "CustomerID", "at most 200 characters; there are 201"),
        ({"CustomerID": "y" * 50_000}, "CustomerID", "there are 50,000"),
        ({"CustomerID": "#N/A"}, "CustomerID", "the formula fails"),
        ({"CustomerID": "#DIVIDE_BY_ZERO"}, "CustomerID", "the formula fails"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_input_is_told_with_what_is_expected(
    cells: dict[str, object], column: str, message: str
) -> None:
    """One problem for the one wrong cell, with both sides."""
    problem_row = read(**cells)

    assert isinstance(problem_row, Invalid)
    assert [problem.column for problem in problem_row.problems] == [column]
    assert message in problem_row.problems[0].message()


def test_all_wrong_inputs_are_told_at_once() -> None:
    """Each wrong cell gets its note."""
    problem_row = read(Recency="x", Frequency="y", MonetaryValue="z")

    assert isinstance(problem_row, Invalid)
    assert [problem.column for problem in problem_row.problems] == ["Recency", "Frequency", "MonetaryValue"]


def test_a_shown_text_is_cut() -> None:
    """A note does not repeat 50,000 characters."""
    problem_row = read(Recency="x" * 50_000)

    assert isinstance(problem_row, Invalid)
    assert len(problem_row.problems[0].message()) < 200


@pytest.mark.parametrize(
    ("cells", "is_same"),
    [
        ({"CustomerID": " A "}, True),
        ({"Recency": 3.9}, True),
        ({"MonetaryValue": 9.50}, True),
        ({"Frequency": 2.0}, True),
        ({"CustomerID": "a"}, False),
        ({"Recency": 4}, False),
        ({"Frequency": 3}, False),
        ({"MonetaryValue": 9.51}, False),
    ],
    ids=str,
)
def test_the_fingerprint_marks_the_inputs_in_canonical_form(cells: dict[str, object], is_same: bool) -> None:
    """Blanks, a time of day and a needless .0 make no other customer; anything else does."""
    before, after = read(), read(**cells)

    assert isinstance(before, NewUserInput)
    assert isinstance(after, NewUserInput)
    assert (fingerprint(before) == fingerprint(after)) is is_same


def test_the_parts_of_a_fingerprint_do_not_run_together() -> None:
    """Customer 1 with recency 12 is not customer 11 with recency 2."""
    assert fingerprint(NewUserInput("1", 12, 1, 5)) != fingerprint(NewUserInput("11", 2, 1, 5))


@given(
    st.integers(1, 999_999_999),
    st.from_regex(r"[0-9a-f]{12}", fullmatch=True),
    st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 12, 31)),  # noqa: DTZ001 - the zone is given below
    st.from_regex(r"[0-9a-f]{4,16}", fullmatch=True),
)
def test_a_prediction_id_tells_what_it_was_made_of(
    version: int, mark: str, moment: dt.datetime, part: str
) -> None:
    """What is put in comes out, to the second, in UTC."""
    text = prediction_id(version, mark, moment.replace(tzinfo=dt.UTC), part)

    read_ = parse_prediction_id(text)

    assert read_ is not None
    assert (read_.model_version, read_.fingerprint, read_.random_part) == (version, mark, part)
    assert read_.moment == moment.replace(tzinfo=dt.UTC, microsecond=0)


@example("v3-8f2c41aa90b1-20261123T101500Z-4f1c\n")
@example("v٣-8f2c41aa90b1-20261123T101500Z-4f1c")
@example("v3-8f2c41aa90b1-20261399T101500Z-4f1c")
@given(st.text(max_size=60))
def test_no_other_text_is_a_prediction_id(text: str) -> None:
    """What is read back is written the same, or it is none."""
    parsed = parse_prediction_id(text)

    assert parsed is None or (
        prediction_id(parsed.model_version, parsed.fingerprint, parsed.moment, parsed.random_part) == text
    )
