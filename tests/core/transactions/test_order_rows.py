"""Customers and dates that stand once for several rows, and blocks that stand there twice."""

from __future__ import annotations

import pytest

from server.errors import TrainingDataError
from tests.core.transactions.small_files import bought, read


def test_lines_take_the_customer_and_the_date_of_their_order() -> None:
    """Order 1 is 10 + 4, order 2 is 10 + 2, order 3 is 30."""
    text = """Order No,Customer,Order Date,Item,Line Total
    1,Ann,2025-01-15,Cake,10
    1,,,Tea,4
    2,Bob,2025-01-16,Cake,10
    2,,,Tea,2
    3,Ann,2025-02-16,Cake,30"""

    assert bought(text) == {"Ann": (2, 44), "Bob": (1, 12)}
    _, report = read(text)
    said = "Without a customer: 2 rows. They are of the customer whom another row of their order names."
    assert said in report.sentences()


def test_the_sum_of_an_order_on_a_row_of_its_own_is_not_added() -> None:
    """Order 1 is 10 + 4, whose sum stands below; order 2 is 10 + 1, order 3 is 1."""
    text = """Order,Customer,Date,Item,Amount
    1,Ann,2025-01-15,Cake,10
    1,Ann,2025-01-15,Tea,4
    1,,,,14
    2,Bob,2025-01-16,Cake,10
    2,Bob,2025-01-16,Pie,1
    2,,,,11
    3,Bob,2025-01-17,Pie,1"""

    assert bought(text) == {"Ann": (1, 14), "Bob": (2, 12)}
    _, report = read(text)
    assert report.left_out["line_of_order"].sheet_rows == (4, 7)


def test_an_order_of_two_customers_tells_nothing() -> None:
    """Whose the third row is cannot be known."""
    text = """Order,Customer,Date,Amount
    1,Ann,2025-01-15,10
    1,Bob,2025-01-15,4
    1,,2025-01-15,3"""

    _, report = read(text)

    assert report.left_out["missing_customer"].sheet_rows == (4,)


def test_merged_cells_are_refused() -> None:
    """Without an order id, nothing says whose the rows are."""
    text = """Customer,Order Date,Item,Line Total
    Ann,2025-01-15,Cake,10
    ,,Tea,4
    ,,Tea,5
    Bob,2025-01-16,Cake,10
    ,,Tea,2
    Ann,2025-02-16,Cake,30"""

    with pytest.raises(
        TrainingDataError, match=r"3 rows \(row 3, 4, 6…\) have an amount and neither"
    ) as caught:
        read(text)

    assert caught.value.hint.startswith("Fill customer and date down")


def test_sums_below_each_customer_are_no_merged_cells() -> None:
    """14 = 10 + 4, 10, 13 = 10 + 3: none is a purchase."""
    text = """Customer,Order Date,Item,Line Total
    Ann,2025-01-15,Cake,10
    Ann,2025-01-15,Tea,4
    ,,,14
    Bob,2025-01-16,Cake,10
    ,,,10
    Cy,2025-01-16,Cake,10
    Cy,2025-01-16,Cake,3
    ,,,13"""

    assert bought(text) == {"Ann": (2, 14), "Bob": (1, 10), "Cy": (2, 13)}


ONCE = ["A,2025-01-03,10", "B,2025-01-04,20", "C,2025-01-05,30", "A,2025-02-03,11", "B,2025-02-04,21"]


@pytest.mark.parametrize("between", [[], ["customer_id,date,amount"], ["D,2025-02-05,7"]])
def test_a_block_that_was_pasted_twice_counts_once(between: list[str]) -> None:
    """Five rows of four days stand there again, at once or after other rows."""
    text = "\n".join(["customer_id,date,amount", *ONCE, *between, *ONCE])

    spent = bought(text)

    assert {who: spent[who] for who in "ABC"} == {"A": (2, 21), "B": (2, 41), "C": (1, 30)}
    _, report = read(text)
    assert report.left_out["repeated_block"].count == 5


def test_a_block_pasted_twice_can_be_kept() -> None:
    """RepeatedLines = keep counts all ten rows."""
    text = "\n".join(["customer_id,date,amount", *ONCE, *ONCE])

    assert bought(text, ("RepeatedLines", "keep"))["A"] == (4, 42)


@pytest.mark.parametrize(
    "rows",
    [
        [*ONCE, *ONCE[:4]],
        [
            f"{who},2025-01-03,{money}"
            for _ in range(2)
            for who, money in zip("ABCDEF", range(6), strict=True)
        ],
        [*ONCE, *reversed(ONCE)],
    ],
    ids=["four rows", "one day", "another order"],
)
def test_equal_purchases_by_chance_are_kept(rows: list[str]) -> None:
    """Fewer than five rows, one day, or another order prove nothing."""
    _, report = read("\n".join(["customer_id,date,amount", *rows]))

    assert report.rows_used == len(rows)
