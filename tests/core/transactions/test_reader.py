"""From rows of Training_Data to transactions: what counts, what is left out, and that it adds up."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.options import Options
from server.core.transactions.columns import Role, recognise
from server.core.transactions.quality_report import QualityReport
from server.core.transactions.reader import TransactionReader, Transactions
from server.core.wall_clock import EPOCH
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
    return {reason: counted.count for reason, counted in report.left_out.items()}


SALES = ["CustomerID", "OrderDate", "Amount"]
ORDERS = ["Invoice", "CustomerID", "OrderDate", "Amount"]
ITEMS = ["Invoice", "Customer ID", "InvoiceDate", "Quantity", "Price"]


def test_ids_keep_leading_zeros_and_lose_a_needless_decimal() -> None:
    """00123 keeps its zeros; 13085, 13085.0 and the text 13085.0 are one customer."""
    rows: list[Row] = [
        [customer_id, "2025-01-01", 1] for customer_id in ("00123", 13085, 13085.0, "13085.0", " 13085 ")
    ]

    transactions, _ = clean(SALES, rows)

    assert transactions.customer_ids == ["00123", "13085"]
    assert transactions.customer.tolist() == [0, 1, 1, 1, 1]


def test_ids_that_lost_their_zeros_are_one_customer_which_is_said() -> None:
    """00123 and 123 are one, and the marketer may keep them apart."""
    rows: list[Row] = [[customer_id, "2025-01-01", 1] for customer_id in ("00123", 123)]

    transactions, report = clean(SALES, rows)
    apart, _ = clean(SALES, rows, Options(answers={"SimilarIds": "apart"}))

    assert transactions.customer_ids == ["00123"]
    assert "differ by leading zeros" in report.said[0].text
    assert apart.customer_ids == ["00123", "123"]


def test_an_email_is_the_same_customer_in_capitals() -> None:
    """Where the address is the id, capitals make no difference; elsewhere the marketer may say that they do."""
    by_mail, _ = clean(
        ["Email", "Date", "Amount"], [["A@x.com", "2025-01-01", 1], ["a@X.com", "2025-01-02", 1]]
    )
    codes: list[Row] = [["A1", "2025-01-01", 1], ["a1", "2025-01-02", 1]]
    by_code, _ = clean(SALES, codes, Options(answers={"SimilarIds": "apart"}))

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
    assert {what: note.sheet_rows for what, note in report.noted.items()} == {
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
    rows: list[Row] = [*TWICE[:3], ["1", "A", "2025-01-01", 12]]

    transactions, report = clean(ORDERS, rows)

    assert transactions.amount.sum() == 39
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
    ("rows", "message"),
    [
        ([["A", "someday", 1]], "date that can be read in column B"),
        ([["A", "2025-01-01", "free"]], "amount that can be read in column C"),
        ([["", "2025-01-01", 1]], "customer id in column A"),
    ],
    ids=["dates", "amounts", "customers"],
)
def test_a_column_of_which_nothing_can_be_read_is_named(rows: list[Row], message: str) -> None:
    """The marketer hears which column, and where to name another."""
    with pytest.raises(TrainingDataError, match=message) as caught:
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


@pytest.mark.slow
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


def test_amounts_that_can_be_read_in_two_ways_are_asked_about() -> None:
    """Both readings stand side by side with what they come to; the answer settles it."""
    rows: list[Row] = [["A", "2025-01-01", "1.250"], ["B", "2025-01-02", "2.400"]]

    _, report = clean(SALES, rows)
    _, answered = clean(SALES, rows, Options(answers={"DecimalSign": "comma"}))

    [question] = report.questions
    assert (question.setting, question.is_open) == ("DecimalSign", True)
    assert {reading.value: reading.money for reading in question.readings} == {"comma": 3650.0, "point": 3.65}
    assert (answered.money_used, answered.questions[0].is_open) == (3650.0, False)


def test_ids_that_may_be_one_customer_are_asked_about() -> None:
    """McDonald and Mcdonald: one customer or two."""
    rows: list[Row] = [
        [customer_id, "2025-01-01", 1] for customer_id in ("McDonald", "Mcdonald", *map(str, range(100, 140)))
    ]

    _, report = clean(SALES, rows)

    [question] = report.questions
    assert question.setting == "SimilarIds"
    assert {reading.value: reading.customers for reading in question.readings} == {"one": 41, "apart": 42}


def test_dates_that_may_be_swapped_are_asked_about() -> None:
    """Two dates of a day up to 12 beside texts of later days."""
    rows: list[Row] = [["A", day, 1] for day in (45598, 45477, "24/02/2024", "18/03/2024", "30/11/2024")]

    _, report = clean(SALES, rows)

    [question] = report.questions
    assert (question.setting, question.sheet_rows) == ("SwappedDates", (2, 3))
    assert [reading.value for reading in question.readings] == ["swap", "keep"]


def test_rounded_ids_stop_the_reading() -> None:
    """Many customers have become one: no segment of them would be true."""
    with pytest.raises(TrainingDataError, match="made rounded numbers of long ids"):
        clean(SALES, [["4.90151E+11", "2025-01-01", 1]])


def test_emails_are_read_afterwards_where_a_customer_is_missing() -> None:
    """In blocks of any size; a row that no e-mail came for has none."""
    header = ["customer_id", "email", "date", "amount"]
    columns = recognise([header])
    reader = TransactionReader(columns, Options())
    ids = ["C1", "", "guest", "C2", ""]
    for start in (0, 3):
        part = ids[start : start + 3]
        reader.add(
            2 + start,
            {
                Role.CUSTOMER_ID: part,
                Role.ORDER_DATE: ["2025-01-01"] * len(part),
                Role.AMOUNT: [1] * len(part),
            },
        )

    assert reader.wants_emails
    reader.add_emails(2, ["ann@x.com"])
    reader.add_emails(4, ["ANN@x.com", "bob@x.com"])
    transactions, report = reader.finish(TODAY)

    assert [transactions.customer_ids[code] for code in transactions.customer.tolist()] == ["C1", "C1", "C2"]
    assert report.left_out["missing_customer"].sheet_rows == (3, 6)


def test_emails_are_none_of_our_business_where_every_row_has_a_customer() -> None:
    """They are not asked for."""
    reader = TransactionReader(recognise([["customer_id", "email", "date", "amount"]]), Options())
    reader.add(2, {Role.CUSTOMER_ID: ["C1"], Role.ORDER_DATE: ["2025-01-01"], Role.AMOUNT: [1]})

    assert not reader.wants_emails


def test_amounts_that_became_dates_stop_the_reading() -> None:
    """46,070 instead of 17.2 would be the best customer of all."""
    rows: list[Row] = [["A", "2025-01-01", amount] for amount in ("470.1", "291.55", "88.3", 46070)]

    with pytest.raises(TrainingDataError, match="made dates of 1 cell of"):
        clean(SALES, rows)


def test_amounts_that_have_lost_their_thousands_stop_the_run() -> None:
    """1.234 of a sheet of the United States meant 1,234: the sum would be a thousandth of the truth."""
    header = ["CustomerID", "OrderDate", "Amount"]
    rows: list[Row] = [[f"C{n}", "2025-01-0" + str(n), 1.111 * n] for n in range(1, 9)]

    with pytest.raises(TrainingDataError, match=r"8 amounts in Amount have three decimals, such as 1\.111"):
        clean(header, rows)

    for answer in ({"DecimalSign": "point"}, {"Currency": "KWD"}):
        transactions, _ = clean(header, rows, Options(answers=answer))
        assert sum(transactions.amount.tolist()) == pytest.approx(39.996)
