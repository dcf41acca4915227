"""Money as it stands in real sheets."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.money import MoneyReader


def read(*cells: object) -> list[float | None]:
    """Return the amounts of one column, None where there is none."""
    reader = MoneyReader()
    reader.add(cells)  # type: ignore[arg-type]  # cells of all kinds
    return [None if math.isnan(value) else value for value in reader.finish().tolist()]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (12.5, 12.5),
        (-3, -3.0),
        ("12.50", 12.5),
        ("$1,234.50", 1234.5),
        ("$ 12", 12.0),
        ("-$12.00", -12.0),
        ("$-12.00", -12.0),
        ("($12.00)", -12.0),
        ("12.00-", -12.0),
        ("−12.00", -12.0),
        ("1.234,50 €", 1234.5),
        ("€ 1 234,50", 1234.5),
        ("1'234.50", 1234.5),
        ("CHF 1’234.50", 1234.5),
        ("12.50 USD", 12.5),
        ("US$12.50", 12.5),
        ("$12.50 USD", 12.5),
        ("R$ 12,50", 12.5),
        ("Rs. 500", 500.0),
        ("500 kr", 500.0),
        ("₹1,23,456.00", 123456.0),
        ("1,234,567", 1234567.0),
        ("1.234.567", 1234567.0),
        (".5", 0.5),
        ("0,5", 0.5),
        ("free", None),
        ("5k", None),
        ("10x5", None),
        ("1e5", None),
        ("--5", None),
        ("1.2.3,4,5", None),
        ("12 apples", None),
        ("", None),
        (None, None),
        (True, None),
        (math.inf, None),
        (1e13, None),
    ],
    ids=str,
)
def test_one_cell(cell: object, expected: float | None) -> None:
    """Signs, separators, parentheses; a text that is no plain amount is none rather than a wrong one."""
    assert read(cell) == [expected]


def test_the_whole_column_decides_what_a_single_separator_means() -> None:
    """1.250 is a thousand where another cell has a decimal comma, and one and a quarter where one has a point."""
    assert read("1.250", "7,5") == [1250.0, 7.5]
    assert read("1.250", "7.5") == [1.25, 7.5]
    assert read("1,250", "7.5") == [1250.0, 7.5]


def test_the_proof_may_come_in_a_later_block() -> None:
    """The first block waits for what the last one shows."""
    reader = MoneyReader()
    reader.add(["1.250"])
    reader.add(["7,5"])

    assert reader.finish().tolist() == [1250.0, 7.5]


@given(st.integers(-(10**11), 10**11).map(lambda cents: cents / 100))
def test_every_way_of_writing_an_amount_gives_the_same_number(amount: float) -> None:
    """The English and the continental way, with signs and groups, are read to the cent."""
    english = f"{amount:,.2f}"
    continental = english.replace(",", " ").replace(".", ",").replace(" ", ".")

    assert read(english, f"${english}".replace("$-", "-$"), f"{amount:.2f}") == [amount] * 3
    assert read(continental, f"{continental} €") == [amount] * 2


@given(
    st.lists(
        st.one_of(st.text(max_size=20), st.floats(), st.booleans(), st.none(), st.integers(-(2**60), 2**60))
    )
)
def test_no_cell_stops_the_reading(cells: list[object]) -> None:
    """Whatever stands in the column, there is one answer for each cell, and it is finite or none."""
    found = read(*cells)

    assert len(found) == len(cells)
    assert all(value is None or abs(value) <= 1e12 for value in found)
