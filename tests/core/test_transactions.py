"""From rows of Training_Data to transactions: what counts, what is left out, and that it adds up."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.columns import recognise
from server.core.options import Options
from server.core.quality import QualityReport
from server.core.transactions import EPOCH, TransactionReader, Transactions
from server.errors import NoTransactionsError, TrainingDataError

TODAY = dt.date(2025, 12, 31)
Row = list[object]


def clean(
    header: list[str], rows: list[Row], options: Options | None = None, block_rows: int = 1000
) -> tuple[Transactions, QualityReport]:
    """Clean a table as the service does, block by block."""
    columns = recognise([header], (options or Options()).columns)
    reader = TransactionReader(columns, options or Options())
    for start in range(0, len(rows), block_rows):
        block = rows[start : start + block_rows]
        reader.add(2 + start, {role: [row[index] for row in block] for role, index in columns.needed})  # type: ignore[misc]  # cells of all kinds
    return reader.finish(TODAY)


def lines(transactions: Transactions) -> list[tuple[str, str, float, bool]]:
    """Return what counts: customer, day, amount, whether it is cancelled."""
    return [
        (transactions.customer_ids[code], str(EPOCH + dt.timedelta(days=day)), amount, cancelled)
        for code, day, amount, cancelled in zip(
            transactions.customer.tolist(),
            transactions.day.tolist(),
            transactions.amount.tolist(),
            transactions.cancelled.tolist(),
            strict=True,
        )
    ]


def left_out(report: QualityReport) -> dict[str, int]:
    """Return the count of rows left out, by reason."""
    return {reason: each.count for reason, each in report.left_out.items()}


SALES = ["CustomerID", "OrderDate", "Amount"]
ORDERS = ["Invoice", "CustomerID", "OrderDate", "Amount"]
ITEMS = ["Invoice", "Customer ID", "InvoiceDate", "Quantity", "Price"]


def test_ids_keep_leading_zeros_and_lose_a_needless_decimal() -> None:
    """00123 is itself; 13085, 13085.0 and the text 13085.0 are one customer."""
    rows: list[Row] = [
        [each, "2025-01-01", 1] for each in ("00123", 123, 13085, 13085.0, "13085.0", " 13085 ")
    ]

    transactions, _ = clean(SALES, rows)

    assert transactions.customer_ids == ["00123", "123", "13085"]
    assert transactions.customer.tolist() == [0, 1, 2, 2, 2, 2]


def test_an_email_is_the_same_customer_in_capitals() -> None:
    """Where the address is the id, capitals make no difference; elsewhere they do."""
    by_mail, _ = clean(
        ["Email", "Date", "Amount"], [["A@x.com", "2025-01-01", 1], ["a@X.com", "2025-01-02", 1]]
    )
    by_code, _ = clean(SALES, [["A1", "2025-01-01", 1], ["a1", "2025-01-02", 1]])

    assert by_mail.customer_ids == ["a@x.com"]
    assert by_code.customer_ids == ["A1", "a1"]


def test_quantity_times_price_where_there_is_no_amount() -> None:
    """The two are multiplied line by line."""
    transactions, _ = clean(ITEMS, [["1", "A", "2025-01-01", 3, "2.50"], ["1", "A", "2025-01-01", -1, 2.5]])

    assert lines(transactions) == [("A", "2025-01-01", 7.5, False), ("A", "2025-01-01", -2.5, True)]


def test_a_negative_quantity_cancels_also_beside_an_amount() -> None:
    """An amount that is written without its sign is taken off."""
    transactions, _ = clean(
        ["CustomerID", "OrderDate", "Quantity", "Amount"],
        [["A", "2025-01-01", 2, 20], ["A", "2025-01-05", -1, 10]],
    )

    assert [(amount, cancelled) for _, _, amount, cancelled in lines(transactions)] == [
        (20, False),
        (-10, True),
    ]


def test_an_order_id_of_c_and_digits_cancels_among_bare_digits() -> None:
    """C489449 beside 489434 is a cancellation, whatever sign the amount has."""
    transactions, report = clean(
        ORDERS,
        [
            [489434, "A", "2025-01-01", 20],
            ["489435", "A", "2025-01-02", 5],
            ["C489449", "A", "2025-01-03", 20],
        ],
    )

    assert [cancelled for *_, cancelled in lines(transactions)] == [False, False, True]
    assert transactions.amount.sum() == 5
    assert report.noted["cancellations"].count == 1


def test_an_order_id_with_letters_is_ordinary_among_others_like_it() -> None:
    """CA-2018-152156 is no cancellation, nor is C7 where the other ids are no bare digits."""
    transactions, _ = clean(
        ORDERS,
        [
            ["CA-2018-1", "A", "2025-01-01", 5],
            ["US-2018-2", "A", "2025-01-02", 5],
            ["C7", "A", "2025-01-03", 5],
        ],
    )

    assert not transactions.cancelled.any()


def test_every_row_is_used_or_left_out_for_one_reason() -> None:
    """Rows read = rows used + rows left out; each reason names its sheet rows and its money."""
    rows: list[Row] = [
        ["A", "2025-01-01", 10],
        ["", "2025-01-02", 20],
        ["nan", "", 1],
        ["B", "someday", 30],
        ["B", "2026-02-01", 40],
        ["B", "2025-01-03", "free"],
        ["", "", ""],
        ["B", "2025-01-03", -5],
        ["B", "2025-01-03", 0],
        ["Total", "", 96],
    ]

    transactions, report = clean(SALES, rows)

    assert report.rows_read == 9
    assert left_out(report) == {
        "totals_row": 1, "missing_customer": 2, "unreadable_date": 1, "future_date": 1, "unreadable_amount": 1,
    }  # fmt: skip
    assert report.rows_used == len(transactions) == 3
    assert report.left_out["missing_customer"].sheet_rows == (3, 4)
    assert report.left_out["future_date"].money == 40
    assert {what: each.sheet_rows for what, each in report.noted.items()} == {
        "cancellations": (9,), "zero_amounts": (10,),
    }  # fmt: skip


def test_the_last_row_without_customer_and_date_is_a_row_of_totals() -> None:
    """A sum at the foot need not be called so."""
    _, report = clean(SALES, [["A", "2025-01-01", 10], ["B", "2025-01-01", 5], ["", "", 15]])

    assert left_out(report) == {"totals_row": 1}


def test_rows_after_the_analysis_date_are_left_out() -> None:
    """The day itself counts, later ones do not."""
    rows: list[Row] = [["A", "2025-01-10", 1], ["A", "2025-01-11", 1]]

    _, report = clean(SALES, rows, Options(analysis_date=dt.date(2025, 1, 10)))

    assert left_out(report) == {"after_analysis_date": 1}


def test_further_lines_of_an_order_with_one_total_are_no_fault() -> None:
    """Shopify writes an order's total, date and customer on its first line alone."""
    transactions, report = clean(
        ["Name", "Email", "Financial Status", "Fulfillment Status", "Total", "Created at", "Lineitem name"],
        [
            ["#1", "a@x.com", "paid", "", 30, "2025-01-01 10:00:00 +0100", "Tea"],
            ["#1", "", "", "", "", "", "Cup"],
            ["#2", "b@x.com", "paid", "", 5, "2025-01-02 10:00:00 +0100", "Tea"],
        ],
    )

    assert left_out(report) == {"line_of_order": 1}
    assert [amount for _, _, amount, _ in lines(transactions)] == [30, 5]


TWICE: list[Row] = [
    ["1", "A", "2025-01-01", 10],
    ["1", "A", "2025-01-01", 10],
    ["2", "B", "2025-01-01", 7],
    ["1", "A", "2025-01-01", 10],
    ["1", "A", "2025-01-01", 10],
]


@pytest.mark.parametrize(
    ("repeated_lines", "used", "reason"),
    [("auto", 3, {"repeated_order": 2}), ("keep", 5, {}), ("once", 2, {"repeated_line": 3})],
)
def test_an_order_that_was_pasted_twice(repeated_lines: str, used: int, reason: dict[str, int]) -> None:
    """It counts once, with its repeated line; Settings can keep all lines, or one of those that are equal."""
    transactions, report = clean(ORDERS, TWICE, Options(repeated_lines=repeated_lines))

    assert len(transactions) == used
    assert left_out(report) == reason


def test_repeated_lines_inside_an_order_are_kept_and_reported() -> None:
    """Two equal lines of one order are two pieces bought."""
    transactions, report = clean(ORDERS, TWICE[:3])

    assert transactions.amount.sum() == 27
    assert report.noted["repeated_lines"].sheet_rows == (3,)


def test_repeated_lines_without_an_order_id_are_kept_and_reported() -> None:
    """Two equal purchases on one day may well be two."""
    transactions, report = clean(SALES, [["A", "2025-01-01", 10], ["A", "2025-01-01", 10]])

    assert len(transactions) == 2
    assert report.noted["repeated_lines"].count == 1


def test_an_order_pasted_again_with_other_lines_counts_whole() -> None:
    """A second part of an order is no copy of the first."""
    rows: list[Row] = [*TWICE[:3], ["1", "A", "2025-01-01", 11]]

    transactions, _ = clean(ORDERS, rows)

    assert len(transactions) == 4


def test_a_sheet_sorted_by_something_else_has_no_pasted_copies() -> None:
    """Where most orders lie in pieces, equal pieces are lines of one order that another sort drew apart."""
    rows: list[Row] = [[str(i % 50), f"C{i % 50}", "2025-01-01", 10 + (i // 50) % 2] for i in range(150)]

    transactions, report = clean(ORDERS, rows)

    assert len(transactions) == 150
    assert left_out(report) == {}


def test_blank_rows_are_passed_over_and_rows_keep_their_numbers() -> None:
    """Findings name the sheet's own rows."""
    _, report = clean(SALES, [["A", "2025-01-01", 1], ["", " ", None], ["B", "never", 1]])

    assert report.rows_read == 2
    assert report.left_out["unreadable_date"].sheet_rows == (4,)


def test_customers_who_net_to_nothing_are_told() -> None:
    """Refunds that eat up the spend leave the customer without a segment."""
    _, report = clean(SALES, [["A", "2025-01-01", 10], ["A", "2025-01-02", -10], ["B", "2025-01-01", 5]])

    assert (report.customers, report.net_to_nothing, report.net_to_nothing_ids) == (2, 1, ("A",))


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["A", "someday", 1]], "date that can be read in column B"),
        ([["A", "2025-01-01", "free"]], "amount that can be read in column C"),
        ([["", "2025-01-01", 1]], "customer id in column A"),
    ],
    ids=["dates", "amounts", "customers"],
)
def test_a_column_of_which_nothing_can_be_read_is_named(rows: list[Row], told: str) -> None:
    """The marketer hears which column, and where to name another."""
    with pytest.raises(TrainingDataError, match=told) as caught:
        clean(SALES, rows)

    assert "Settings" in caught.value.hint


def test_a_header_without_rows_says_so() -> None:
    """There is nothing to segment."""
    with pytest.raises(NoTransactionsError, match="headers in row 1"):
        clean(SALES, [])


cells = st.one_of(
    st.sampled_from(
        ["A", "B", "00123", 7, 7.0, "", "2025-01-01", 45000, "1/2/2025", "x", -3, 0, 12.5, "(4.00)", None]
    ),
    st.text(max_size=5),
)


@settings(max_examples=200)
@given(
    st.lists(st.lists(cells, min_size=5, max_size=5), min_size=1, max_size=30),
    st.integers(1, 7),
    st.sampled_from(["auto", "keep", "once"]),
)
def test_whatever_stands_in_the_sheet_the_account_adds_up(
    rows: list[Row], block_rows: int, repeated: str
) -> None:
    """rows read = rows used + left out, the size of the blocks makes no difference, and nothing else is raised."""
    options = Options(repeated_lines=repeated)
    try:
        transactions, report = clean(ITEMS, rows, options, block_rows)
    except TrainingDataError:
        return

    assert report.rows_read == len(transactions) + sum(left_out(report).values())
    whole, _ = clean(ITEMS, rows, options)
    assert lines(whole) == lines(transactions)
