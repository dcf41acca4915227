"""Readers of what people type never fail in another way than their own."""

from __future__ import annotations

import contextlib

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.options import parse_options
from server.core.scoring.inputs import (
    Incomplete,
    Invalid,
    NewUserInput,
    fingerprint,
    parse_prediction_id,
    read_inputs,
)
from server.core.scoring.log_lines import read_log_line
from server.core.transactions.columns import Role, recognise
from server.core.transactions.customer_ids import id_key
from server.errors import SettingsError, TrainingDataError
from server.layout.tabs import INPUT_HEADERS
from server.sheets.commit.token import read_token
from server.web.bodies import SpreadsheetId
from sheets_standin.spreadsheet import a1

pytestmark = pytest.mark.slow

CELL = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["Date", "amount", "Customer ID", "email", "qty", "price", "=1", "#REF!", "\x00"]),
)
ROWS = st.lists(st.lists(CELL, max_size=8), max_size=12)


@settings(max_examples=400)
@given(rows=ROWS, overrides=st.dictionaries(st.sampled_from(list(Role)), st.text(max_size=12)))
def test_the_header_finder_finds_columns_of_the_sheet_or_says_why_not(
    rows: list[list[object]], overrides: dict[str, str]
) -> None:
    """Each role has a column of its own row, whatever stands there."""
    with contextlib.suppress(TrainingDataError):
        columns = recognise(rows, overrides)  # type: ignore[arg-type]
        header = rows[columns.header_row - 1]
        assert all(0 <= column.index < len(header) for column in columns.roles.values())
        assert {Role.CUSTOMER_ID, Role.ORDER_DATE} <= columns.roles.keys()


@settings(max_examples=300)
@given(rows=ROWS)
def test_settings_are_read_or_refused(rows: list[list[object]]) -> None:
    """No value of a setting makes another error than the one that names it."""
    named = (
        [["TimeZone", *row] for row in rows[:1]]
        + [["Clusters", *row] for row in rows[1:2]]
        + [["AnalysisDate", *row] for row in rows[2:3]]
    )
    with contextlib.suppress(SettingsError):
        parse_options([*named, *rows])  # type: ignore[list-item]


@settings(max_examples=400)
@given(cells=st.fixed_dictionaries(dict.fromkeys(INPUT_HEADERS, CELL)))
def test_inputs_are_whole_valid_or_told(cells: dict[str, object]) -> None:
    """And what is valid has a fingerprint."""
    read = read_inputs(cells)  # type: ignore[arg-type]

    assert isinstance(read, Incomplete | Invalid | NewUserInput)
    if isinstance(read, NewUserInput):
        assert len(fingerprint(read)) == 12


@settings(max_examples=400)
@given(cells=st.lists(CELL, max_size=15))
def test_lines_of_the_log_are_lines_or_none(cells: list[object]) -> None:
    """Whoever typed into the log."""
    read_log_line(cells)  # type: ignore[arg-type]
    read_log_line(["v1-0123456789ab-20260115T170000Z-abcd", *cells])  # type: ignore[list-item]


@settings(max_examples=400)
@given(text=st.one_of(st.text(), st.text("aZ9-_./:\n\u00e9", min_size=9, max_size=14)))
def test_texts_that_could_be_ids_are_ids_or_not(text: str) -> None:
    """PredictionIds, spreadsheet ids, customer ids, commit tokens."""
    parse_prediction_id(text)
    id_key(text, folds_case=True)
    read_token([{"description": text, "protectedRangeId": 5}])
    with contextlib.suppress(msgspec.ValidationError):
        assert not set(msgspec.convert(text, SpreadsheetId)) & set("/.:?#%@\\ \n")
        assert text.isascii()


@settings(max_examples=500)
@given(
    text=st.one_of(
        st.text(max_size=30),
        st.from_regex(r"('[^']{0,5}'!)?\$?[A-Z]{0,4}\$?[0-9]{0,9}(:[A-Z]{0,4}[0-9]{0,9})?", fullmatch=True),
    )
)
def test_a1_notation_is_read_or_refused(text: str) -> None:
    """The stand-in's parser raises its own error alone."""
    for read in (a1.split_title, a1.parse_cells, a1.parse_r1c1):
        with contextlib.suppress(a1.A1Error):
            read(text)
