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


@pytest.mark.parametrize(
    ("discounts", "money"),
    [
        (("10%", "0%", "50%"), 36 + 15 + 10),
        (("0.1", "0", "0.5"), 36 + 15 + 10),
        (("4.00", "", "10.00"), 36 + 15 + 10),
        (("-4", "0", "-10"), 36 + 15 + 10),
    ],
    ids=["percent", "shares", "money", "negative money"],
)
def test_a_discount_is_taken_off_quantity_times_price(discounts: tuple[str, str, str], money: float) -> None:
    """Two at 20, three at 5 and one at 20, less 10 %, nothing and a half."""
    text = """Customer,Order,Date,Product,Quantity,Unit price,Discount
        A,1,2025-01-02,mug,2,20,{}
        A,1,2025-01-02,cup,3,5,{}
        A,2,2025-01-04,pan,1,20,{}""".format(*discounts)

    assert bought(text) == {"A": (2, money)}


def test_one_discount_on_all_lines_of_an_order_is_the_orders() -> None:
    """5 stands on both lines of each order: it is taken off once, 40 + 15 - 5 and 20 + 9 - 5."""
    text = """Customer,Order,Date,Product,Quantity,Unit price,Discount
        A,1,2025-01-02,mug,2,20,5
        A,1,2025-01-02,cup,3,5,5
        B,2,2025-01-04,pan,1,20,5
        B,2,2025-01-04,lid,1,9,5"""

    assert bought(text) == {"A": (1, 50), "B": (1, 24)}


def test_a_discount_beside_an_amount_is_in_it_already() -> None:
    """The amount of the line is what was paid."""
    text = """Customer,Order,Date,Amount,Discount
        A,1,2025-01-02,36,4
        A,2,2025-01-04,10,10"""

    assert bought(text) == {"A": (2, 46)}


def test_pieces_that_came_back_are_taken_off() -> None:
    """One of two mugs came back, and all three cups: 20 is left of the first order, and the second is no purchase."""
    text = """Customer,Order,Date,Product,Quantity,Quantity returned,Unit price
        A,1,2025-01-02,mug,2,1,20
        A,2,2025-01-03,cup,3,3,5
        B,3,2025-01-04,pan,1,0,30"""

    assert bought(text) == {"A": (1, 20), "B": (1, 30)}


def test_pieces_that_came_back_are_not_taken_off_twice() -> None:
    """A row of its own takes them off already: 40 - 20."""
    text = """Customer,Order,Date,Product,Quantity,Quantity returned,Unit price
        A,1,2025-01-02,mug,2,1,20
        A,1,2025-01-09,mug,-1,0,20"""

    assert bought(text) == {"A": (1, 20)}


@pytest.mark.parametrize("header", ["amount_cents", "Total price in cents", "totalCents"])
def test_whole_amounts_in_cents_are_divided(header: str) -> None:
    """The header names cents: 1999 is 19.99."""
    text = f"""Customer,Order,Date,{header}
        A,1,2025-01-02,1999
        B,2,2025-01-03,500"""

    assert bought(text) == {"A": (1, 19.99), "B": (1, 5)}


def test_amounts_with_decimals_are_not_divided_whatever_the_header_says() -> None:
    """One amount has a decimal, so none is in cents."""
    text = """Customer,Order,Date,amount_cents
        A,1,2025-01-02,19.99
        B,2,2025-01-03,500"""

    assert bought(text) == {"A": (1, 19.99), "B": (1, 500)}
