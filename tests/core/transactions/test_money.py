"""Money as it stands in real sheets."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.transactions.money import MoneyReader, NumberVerdict, shared_decimal


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
        ("5k", 5000.0),
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
    amounts = read(*cells)

    assert len(amounts) == len(cells)
    assert all(value is None or abs(value) <= 1e12 for value in amounts)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1'250.-", 1250.0),
        ("1’250.–", 1250.0),
        ("1'250.--", 1250.0),
        ("kr 250,-", 250.0),
        ("250:-", 250.0),
        ("12.50 CR", -12.5),
        ("12.50 Cr.", -12.5),
        ("12.50 DR", 12.5),
        ("$(12.50)", -12.5),
        ("(12.50 €)", -12.5),
        ("(-12.50)", -12.5),
        ("12.50-", -12.5),
        ("12,50- €", -12.5),
        ("▲1,250.00", -1250.0),
        ("<12.50>", -12.5),
        ("1.5K", 1500.0),
        ("2,3k €", 2300.0),
        ("1.2M", 1_200_000.0),
        ("1,5 Mio.", 1_500_000.0),
        ("１，２５０．５０", 1250.5),
        ("￥１２", 12.0),
        ("١٢٣٫٤٥", 123.45),
        ("١٬٢٣٤٫٥", 1234.5),
        ("१२३.४५", 123.45),
        ("\u200e12.50\u200f", 12.5),
        ("\u202a-12.50\u202c", -12.5),
        ("1\u2009234,50", 1234.5),
        ("1\u202f234\u202f567,8", 1234567.8),
        ("1\u00a0234.50", 1234.5),
        ("12,34,567.50", 1234567.5),
        ("1,00,000.00", 100000.0),
        ("12 Euro", 12.0),
        ("1250円", 1250.0),
        ('="12.50"', 12.5),
        ("1.25E+03", 1250.0),
        ("12²", None),
        ("10 5", None),
        ("1,2345.6", None),
        ("12.03.2024", None),
        ("12.50 / 13.00", None),
        ("- 12 -", None),
        ("12%", None),
    ],
    ids=str,
)
def test_how_shops_and_ledgers_write_amounts(cell: str, expected: float | None) -> None:
    """Negative forms, amounts without cents, thousands, other digits and blanks, marks that nobody sees."""
    assert read(cell) == [expected]


def verdict(*cells: object) -> NumberVerdict:
    reader = MoneyReader()
    reader.add(cells)  # type: ignore[arg-type]  # cells of all kinds
    return reader.verdict()


@pytest.mark.parametrize(
    ("cells", "amounts"),
    [
        (("980 €", "1.250 €", "12.400 €"), [980.0, 1250.0, 12400.0]),
        (("980", "1,250", "12,400"), [980.0, 1250.0, 12400.0]),
        ((980, "1.250 €", 12), [980.0, 1250.0, 12.0]),
        (("1.250", "1.250.000"), [1250.0, 1250000.0]),
        (("1,250", "12,34,567"), [1250.0, 1234567.0]),
        (("1.250", "1'250.50"), [1.25, 1250.5]),
        (("1.250", "0.875"), [1.25, 0.875]),
        (("1.250 KWD", "12.500 KWD"), [1.25, 12.5]),
    ],
    ids=[
        "whole with points",
        "whole with commas",
        "numbers beside",
        "millions",
        "lakh",
        "apostrophes",
        "0.875",
        "dinars",
    ],
)
def test_a_column_decides_by_itself(cells: tuple[object, ...], amounts: list[float]) -> None:
    """Grouped in threes without any decimals, or one amount that can be read in one way only, settles the others."""
    assert read(*cells) == amounts
    assert verdict(*cells).is_sure


@pytest.mark.parametrize(
    "cells",
    [
        ("1.250", "2.400"),
        ("1.250", "1,250", "900"),
        ("1.250", "1250"),
        ("1.250", "7,5", "7.5"),
        ("12.50", "8.25", "7.99", "3.10", "4.20", "1.250"),
    ],
    ids=["nothing else", "both signs", "1250 beside", "both proved", "three decimals among two"],
)
def test_what_a_column_leaves_open_is_told(cells: tuple[object, ...]) -> None:
    """Both readings are possible, and each can be had."""
    reader = MoneyReader()
    reader.add(cells)  # type: ignore[arg-type]  # cells of all kinds
    open_verdict = reader.verdict()
    at = open_verdict.places[0]

    assert not open_verdict.is_sure
    assert open_verdict.example == cells[at] == "1.250"
    assert (reader.finish("point")[at], reader.finish("comma")[at]) == (1.25, 1250.0)


def test_a_stray_amount_does_not_outweigh_a_hundred() -> None:
    """One amount with a point among two hundred with a comma is read as it stands, and decides nothing."""
    judged = verdict("1.250", "7.5", *["7,50"] * 200)

    assert (judged.decimal, judged.is_sure, judged.points, judged.commas) == ("comma", True, 1, 200)


def test_other_columns_settle_what_one_leaves_open() -> None:
    """A quantity of 1.000 beside prices such as 12,50 is a thousand."""
    assert shared_decimal([verdict("1.000", "2.000"), verdict("12,50")]) == "comma"
    assert shared_decimal([verdict("1.000"), verdict("12,50"), verdict("12.50")]) == ""


def test_shortened_amounts_are_counted() -> None:
    """1.5K is exact to a hundred at best, which is told."""
    assert verdict("1.5K", "2M", "12").shortened == 2


def test_amounts_that_became_dates_are_counted() -> None:
    """A German sheet makes 17 February 2026 of 17.2 and leaves 470.1 a text: 46,070 is no amount."""
    texts = ["470.1", "291.55", "88.3"]

    assert verdict(*texts, 46070, 85).dates == 1
    assert verdict(*texts, 46070, 85.5).dates == 0
    assert verdict("470,1", "291,55", "88,3", 46070).dates == 0


LOST = [1.234, 2.345, 5.349, 12.99, 7.001, 3.5, 9.876, 8.762, 250]


def test_numbers_that_have_lost_their_thousands_are_counted() -> None:
    """A sheet of the United States makes 1.234 of the text 1.234, which meant 1,234."""
    assert verdict(*LOST).thousandths == 6
    assert verdict(*LOST).thousandth == 1.234


@pytest.mark.parametrize(
    "numbers",
    [
        [1.23, 2.34, 5.34, 12.99, 7.01, 9.87],
        [*LOST, 0.125],
        [*LOST, 1234.567],
        [*LOST, 3.3333],
        [1.125, 2.345, 5.345, 12.995, 7.005, 9.875, 1.001],
        [1.234, 2.345, 5.346, 7.007],
        [1.234, 2.346, 5.347, 7.008, 9.871, *[12.5] * 30],
    ],
    ids=["cents", "below 1", "a thousand", "computed", "halves", "few", "a small share"],
)
def test_other_numbers_with_three_decimals_are_as_they_stand(numbers: list[float]) -> None:
    assert verdict(*numbers).thousandths == 0
