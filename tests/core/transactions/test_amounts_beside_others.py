"""Amounts beside other columns of money: what was refunded, and other currencies."""

from __future__ import annotations

import pytest

from tests.core.transactions.small_files import bought, questions


@pytest.mark.parametrize(
    ("amount", "refunded", "money"),
    [("Amount", "Refunded amount", 170), ("Net sales", "Refunds", 170)],
)
def test_an_amount_that_is_left_after_refunds_is_not_lowered_again(
    amount: str, refunded: str, money: float
) -> None:
    """Two amounts of 0 stand beside refunds of 40 and 25: what stands there is left after them. 100 + 70 count."""
    text = f"""Customer,Order,Date,{amount},{refunded}
        A,1,2025-01-02,100,20
        A,2,2025-01-03,0,40
        A,3,2025-01-04,0,25
        A,4,2025-01-05,70,"""

    assert bought(text) == {"A": (2, money)}


def test_one_refund_above_its_amount_is_goodwill() -> None:
    """A single refund of more than was paid turns nothing round: 100 - 20 and 70 count."""
    text = """Customer,Order,Date,Amount,Refunded amount
        A,1,2025-01-02,100,20
        A,2,2025-01-03,40,45
        A,3,2025-01-05,70,"""

    assert bought(text) == {"A": (2, 150)}


def test_the_total_is_used_where_a_net_amount_stands_beside_refunds() -> None:
    """100 less 20: the net amount of 80 has the refund taken off already."""
    text = """Customer,Order,Date,Total,Refunded amount,Net amount
        A,1,2025-01-02,100,20,80
        A,2,2025-01-05,70,,70"""

    assert bought(text) == {"A": (2, 150)}


def test_a_currency_of_rows_that_are_no_sale_is_no_question() -> None:
    """Euros stand in a failed payment alone: the sales are in dollars."""
    text = """Customer,Order,Date,Amount,Currency,Status
        A,1,2025-01-02,100,USD,Completed
        A,2,2025-01-03,40,EUR,Failed
        B,3,2025-01-05,70,USD,Completed"""

    assert bought(text) == {"A": (1, 100), "B": (1, 70)}


def test_a_currency_of_sales_is_a_question() -> None:
    """The same file with the payment in euros completed."""
    text = """Customer,Order,Date,Amount,Currency,Status
        A,1,2025-01-02,100,USD,Completed
        A,2,2025-01-03,40,EUR,Completed
        B,3,2025-01-05,70,USD,Failed"""

    assert questions(text) == {"Currency": [("USD", 100.0), ("EUR", 40.0), ("any", 140.0)]}
