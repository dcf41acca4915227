"""Rows of one order: its total beside its lines, or on each of them where there are no order ids."""

from __future__ import annotations

from tests.core.transactions.small_files import bought, questions

MASTER_DETAIL = """customer,order no,date,sku,amount
    A,1,2025-01-02,,30
    A,1,2025-01-02,mug,10
    A,1,2025-01-02,cup,20
    A,2,2025-01-03,,9
    A,2,2025-01-03,mug,4
    A,2,2025-01-03,cup,5
    B,3,2025-01-04,,8
    B,3,2025-01-04,mug,2
    B,3,2025-01-04,cup,6
    B,4,2025-01-05,,12
    B,4,2025-01-05,cup,12
    B,5,2025-01-06,mug,3"""

REPEATED = """customer,date,sku,{header}
    A,2025-01-02 10:00,mug,30
    A,2025-01-02 10:00,cup,30
    A,2025-01-03 11:00,mug,9
    A,2025-01-03 11:00,cup,9
    B,2025-01-04 12:00,mug,8
    B,2025-01-04 12:00,cup,8
    B,2025-01-05 13:00,mug,12
    B,2025-01-05 13:00,cup,12
    C,2025-01-06 14:00,mug,3
    C,2025-01-06 14:00,pan,3
    C,2025-01-07 14:00,cup,5"""


def test_a_row_with_the_sum_of_its_order_is_not_added() -> None:
    """The order's own row stands above its lines, with customer, date and id: only the lines count."""
    assert bought(MASTER_DETAIL) == {"A": (2, 39), "B": (3, 23)}


def test_sums_below_the_lines_are_not_added_either() -> None:
    """The same rows the other way round."""
    head, *rows = MASTER_DETAIL.splitlines()

    assert bought("\n".join([head, *reversed(rows)])) == {"A": (2, 39), "B": (3, 23)}


def test_lines_of_which_one_is_by_chance_the_sum_are_added() -> None:
    """In one order of three the first line is the sum of the others: that is chance, and all lines count."""
    text = """customer,order no,date,amount
        A,1,2025-01-02,30
        A,1,2025-01-02,10
        A,1,2025-01-02,20
        A,2,2025-01-03,9
        A,2,2025-01-03,1
        A,2,2025-01-03,2
        B,3,2025-01-04,8
        B,3,2025-01-04,7
        B,3,2025-01-04,6"""

    assert bought(text) == {"A": (2, 72), "B": (1, 21)}


def test_an_order_total_without_order_ids_counts_once_a_moment() -> None:
    """The header says that the amount is the order's: rows of one customer and one moment are an order."""
    text = REPEATED.format(header="order_total")

    assert bought(text) == {"A": (2, 39), "B": (2, 20), "C": (2, 8)}


def test_equal_amounts_of_one_moment_are_asked_about() -> None:
    """A plain amount may be the order's or each row's: both readings are offered, 67 or 129."""
    text = REPEATED.format(header="amount")

    assert questions(text) == {"AmountCovers": [("order", 67.0), ("line", 129.0)]}


def test_a_few_equal_purchases_of_one_day_are_no_question() -> None:
    """Four of the repeated moments, one short of what is asked about: the rows count as they stand."""
    text = "\n".join(REPEATED.format(header="amount").splitlines()[:9])

    assert bought(text) == {"A": (4, 78), "B": (4, 40)}


def test_two_products_of_one_price_in_the_only_order_of_a_day_both_count() -> None:
    """A mug and a cup at 20 each: no paste, though all orders of that day have equal lines."""
    text = """customer,order no,date,sku,amount
        A,1,2025-01-02,mug,20
        A,1,2025-01-02,cup,20
        A,2,2025-01-03,mug,9
        B,3,2025-01-04,pan,8
        B,3,2025-01-04,lid,3"""

    assert bought(text) == {"A": (2, 49), "B": (1, 11)}
