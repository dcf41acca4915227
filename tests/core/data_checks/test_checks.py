"""Whether the data can mean anything: each check fires where it should, and not a step before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from server.core.data_checks.check import TITLES, Check, State, check_sentences, too_poor, worst
from server.core.data_checks.checks import checks
from server.core.options import Options
from server.core.segments.rfm import rfm_table
from server.core.transactions.columns import recognise
from server.core.transactions.quality_report import QualityReport
from server.core.transactions.reader import TransactionReader

TODAY = dt.date(2030, 1, 1)
START = dt.date(2025, 1, 1)
Row = list[object]
SALES = ["CustomerID", "OrderDate", "Amount"]
ORDERS = ["OrderId", "CustomerID", "OrderDate", "Amount"]


def report_of(
    rows: list[Row], header: list[str] | None = None, **options: object
) -> tuple[QualityReport, list[Check]]:
    """Read a table as the service does; return its account and all checks."""
    chosen = Options(**options)  # type: ignore[arg-type]  # options by name
    columns = recognise([header or SALES], chosen.columns)
    reader = TransactionReader(columns, chosen)
    reader.add(2, {role: [row[index] for row in rows] for role, index in columns.needed})  # type: ignore[misc]  # cells of all kinds
    transactions, report = reader.finish(TODAY)
    return report, checks(report, rfm_table(transactions, chosen.analysis_date))


def found(name: str, rows: list[Row], header: list[str] | None = None, **options: object) -> Check:
    """Return one check of a table."""
    return next(check for check in report_of(rows, header, **options)[1] if check.name == name)


def day(number: int) -> str:
    """Return a day by its number, 0 the first."""
    return (START + dt.timedelta(days=number)).isoformat()


def shop(customers: int = 120, days: int = 120, orders: int = 2) -> list[Row]:
    """Return sales of a shop in good order: on each day somebody buys, everybody comes `orders` times."""
    sold = max(days, customers * orders)
    return [[f"C{i % customers}", day(i % days), 10 + i / 8] for i in range(sold)]


def test_a_shop_in_good_order_has_nothing_to_look_at() -> None:
    """120 customers, 120 days, two orders each: every check is answered, and all is well."""
    _, all_checks = report_of(shop())

    assert [check.name for check in all_checks] == list(TITLES)
    assert {check.name: check.found for check in all_checks if check.state is not State.OK} == {}
    assert worst(all_checks) is State.OK
    assert all(not check.to_do and not check.sheet_rows for check in all_checks)


@pytest.mark.parametrize(
    ("days", "state"),
    [(27, State.STOP), (28, State.LOOK), (89, State.LOOK), (90, State.OK)],
)
def test_the_history_is_too_short_under_four_weeks_and_short_under_ninety_days(
    days: int, state: State
) -> None:
    """The first and the last day count."""
    check = found("history", shop(days=days))

    assert check.state is state
    assert f"span {days} days" in check.found


def test_a_history_of_years_is_told_as_people_say_it() -> None:
    """400 days are a year and a month; only less than a year lacks a season."""
    assert "1 year and 1 month" in found("history", shop(days=400)).found
    assert "season" in found("history", shop(days=364)).found
    assert "season" not in found("history", shop(days=365)).found


def test_four_weeks_without_a_sale_are_a_gap_in_a_shop_that_sells_daily() -> None:
    """Days 0 to 59 and 88 to 147: 28 silent days from 2 March to 29 March; row 62 is the first after them."""
    rows: list[Row] = [[f"C{i}", day(i if i < 60 else i + 28), 10 + i] for i in range(120)]

    check = found("gaps", rows)

    assert check.state is State.LOOK
    assert "Mar 2, 2025 to Mar 29, 2025" in check.found
    assert check.sheet_rows == (62,)
    assert "missing" in check.to_do


def test_three_weeks_and_six_days_without_a_sale_are_a_holiday() -> None:
    """27 days."""
    rows: list[Row] = [[f"C{i}", day(i if i < 60 else i + 27), 10 + i] for i in range(120)]

    assert found("gaps", rows).state is State.OK


def test_a_shop_that_sells_twice_a_month_has_silent_months() -> None:
    """One sale in 14 days, and once 42 days without: (13/14)^41 is 5 %, so it may well be chance."""
    rows: list[Row] = [[f"C{i}", day(14 * i + (28 if i > 30 else 0)), 10 + i] for i in range(60)]

    assert found("gaps", rows).state is State.OK


def test_a_lone_row_years_before_the_others_is_taken_for_a_wrong_year() -> None:
    """The row itself is named, not the first after the gap."""
    rows: list[Row] = [*shop(), ["C5", "2021-01-01", 10]]

    check = found("gaps", rows)

    assert "Jan 2, 2021 to Dec 31, 2024 (1 row before it)" in check.found
    assert check.sheet_rows == (len(rows) + 1,)
    assert "year" in check.to_do


def test_a_stray_row_beside_a_real_gap_does_not_hide_it() -> None:
    """The longest gap comes first; what is missing is asked for."""
    rows: list[Row] = [[f"C{i}", day(i if i < 60 else i + 28), 10 + i] for i in range(120)]

    check = found("gaps", [*rows, ["C5", "2021-01-01", 10]])

    assert "Jan 2, 2021 to Dec 31, 2024 (1 row before it); Mar 2, 2025 to Mar 29, 2025" in check.found
    assert check.sheet_rows == (122, 62)
    assert "missing" in check.to_do


def test_a_lone_row_after_the_others_is_named_too() -> None:
    """The same on the other side; a refund does not end a gap."""
    rows: list[Row] = [*shop(), ["C5", "2025-08-01", -10], ["C5", "2026-01-01", 10]]

    check = found("gaps", rows)

    assert "May 1, 2025 to Dec 31, 2025 (1 row after it)" in check.found
    assert check.sheet_rows == (len(rows) + 1,)


@pytest.mark.parametrize(
    ("customers", "state"), [(29, State.STOP), (30, State.LOOK), (99, State.LOOK), (100, State.OK)]
)
def test_few_customers_make_no_segments(customers: int, state: State) -> None:
    """Those who spent something count; one who sent all back does not."""
    rows: list[Row] = [*shop(customers), ["back", day(3), 10], ["back", day(4), -10]]

    check = found("customers", rows)

    assert (check.state, check.customers) == (state, customers)


@pytest.mark.parametrize(("once", "state"), [(79, State.OK), (80, State.LOOK)])
def test_four_of_five_who_bought_once_are_told(once: int, state: State) -> None:
    """Of 100 customers, each with 10 spent an order."""
    rows: list[Row] = [[f"C{i}", day(i % 50), 10] for i in range(100)]
    rows += [[f"C{i}", day(100 + i), 10] for i in range(once, 100)]

    check = found("one_time", rows)

    assert (check.state, check.customers, check.share, check.money) == (state, once, once / 100, 10.0 * once)


def test_one_date_and_one_order_each_leave_nothing_to_tell_customers_apart() -> None:
    """Recency and frequency are the same for everybody; money alone makes no segments."""
    rows: list[Row] = [*[[f"C{i}", day(100), 10 + i] for i in range(120)], ["C0", day(0), 5]]

    check = found("apart", rows)

    assert check.state is State.STOP
    assert check.share == pytest.approx(1.0)
    assert "100% of the customers bought last on the same day" in check.found
    assert "More than 99%" not in check.found
    assert "more than 99% of the customers bought equally often" in check.found


@pytest.mark.parametrize(("others", "state"), [(6, State.LOOK), (7, State.OK)])
def test_one_last_day_for_nineteen_of_twenty_is_told(others: int, state: State) -> None:
    """120 customers, of whom every other comes three times, else twice: 114 last on one day (95 %), or 113."""
    rows: list[Row] = [[f"C{i}", day(i % 60), 10 + i] for i in range(120)]
    rows += [[f"C{i}", day(60 + i % 30), 10] for i in range(0, 120, 2)]
    rows += [[f"C{i}", day(100 if i >= others else 101 + i), 20] for i in range(120)]

    check = found("apart", rows)

    assert check.state is state
    assert ("95% of the customers bought last on the same day" in check.found) == (state is State.LOOK)


def test_everybody_spends_the_same_in_a_subscription() -> None:
    """Recency and frequency still tell customers apart: nothing to look at."""
    rows: list[Row] = [[f"C{i % 120}", day(i), 10 if i < 120 else 0] for i in range(200)]

    check = found("apart", rows)

    assert check.state is State.OK
    assert "spent the same" in check.found


@pytest.mark.parametrize(
    ("amount", "share", "state", "words"),
    [
        (395, 0.2493, State.OK, ""),
        (400, 0.2516, State.LOOK, "a quarter of the revenue or more"),
        (1190, 0.5, State.LOOK, "half of the revenue or more"),
    ],
)
def test_a_customer_with_a_quarter_of_the_revenue_is_named_by_rows(
    amount: float, share: float, state: State, words: str
) -> None:
    """119 customers spend 10 each, in rows 2 to 120; one spends the rest in rows 121 and 122."""
    rows: list[Row] = [[f"C{i}", day(i), 10] for i in range(119)]
    rows += [["till", day(5), amount - 100], ["till", day(9), 100]]

    check = found("richest", rows)

    assert check.state is state
    assert check.share == pytest.approx(share, abs=1e-4)
    assert (check.rows, check.customers, check.money) == (2, 1, amount)
    assert words in check.found
    assert check.sheet_rows == ((121, 122) if state is State.LOOK else ())
    assert "till" not in check.found + check.to_do.replace("(a till", "")


@pytest.mark.parametrize(("lost", "state"), [(9, State.OK), (10, State.LOOK), (60, State.LOOK)])
def test_a_tenth_of_rows_without_customer_is_a_loss(lost: int, state: State) -> None:
    """Of 100 rows; guests are no reason to give up, however many they are."""
    rows: list[Row] = [[f"C{i}" if i >= lost else "", day(i), 10] for i in range(100)]

    report, all_checks = report_of(rows)
    by_name = {check.name: check for check in all_checks}

    for name in ("lost_rows", "lost_money"):
        assert (by_name[name].state, by_name[name].share) == (state, lost / 100)
        assert (by_name[name].rows, by_name[name].money) == (lost, 10.0 * lost)
    assert report.rows_used + lost == 100
    assert report.money_used == 1000 - 10 * lost


@pytest.mark.parametrize(("wrong", "state"), [(50, State.LOOK), (51, State.STOP)])
def test_most_rows_without_a_date_mean_another_column(wrong: int, state: State) -> None:
    """More than half of 100 rows."""
    rows: list[Row] = [[f"C{i}", day(i) if i >= wrong else "soon", 10] for i in range(100)]

    check = found("lost_rows", rows)

    assert check.state is state
    assert ("right column" in check.to_do) == (state is State.STOP)


def test_rows_that_are_no_purchases_are_no_loss() -> None:
    """Further lines of an order and a row of totals: left out, and nothing to look at."""
    rows: list[Row] = [[f"O{i}", f"C{i}", day(i), 10] for i in range(100)]
    rows += [[f"O{i}", f"C{i}", day(i), ""] for i in range(50)]
    rows.append(["", "Total", "", 1000])

    report, all_checks = report_of(rows, ORDERS)
    by_name = {check.name: check for check in all_checks}

    assert report.rows_used == 100
    assert (by_name["lost_rows"].state, by_name["lost_rows"].rows) == (State.OK, 0)


@pytest.mark.parametrize(("twice", "state"), [(5, State.OK), (6, State.LOOK)])
def test_one_row_in_twenty_that_stands_there_twice_is_told(twice: int, state: State) -> None:
    """100 lines and copies of the first, in another order so that they are no block: 5 of 105 are 4.8 %, 6 of 106 are
    5.7 %; rows 102 on are the copies."""
    rows: list[Row] = [[f"C{i}", day(i), 10] for i in range(100)]
    rows += rows[:twice][::-1]

    check = found("repeated", rows)

    assert (check.state, check.rows, check.money) == (state, twice, 10.0 * twice)
    assert check.sheet_rows == (tuple(range(102, 108)) if state is State.LOOK else ())
    assert ("raise money and frequency" in check.found) == (state is State.LOOK)


def test_equal_lines_of_one_order_are_different_products() -> None:
    """Each order has two lines of 10 and one of 11: ordinary, where order ids tell what belongs together."""
    rows: list[Row] = [[f"O{i // 3}", f"C{i // 3}", day(i // 3), 10 + i % 3 // 2] for i in range(300)]

    assert found("repeated", rows, ORDERS).state is State.OK


def test_equal_lines_of_one_order_that_settings_leave_out_are_told() -> None:
    """RepeatedLines = once takes a third of these products away."""
    rows: list[Row] = [[f"O{i // 3}", f"C{i // 3}", day(i // 3), 10 + i % 3 // 2] for i in range(300)]

    check = found("repeated", rows, ORDERS, repeated_lines="once")

    assert (check.state, check.rows) == (State.LOOK, 100)
    assert "auto" in check.to_do


@pytest.mark.parametrize("headers", [ORDERS, ORDERS[1:]], ids=["with order ids", "without"])
def test_an_export_that_was_pasted_twice_counts_once(headers: Row) -> None:
    """The copies are left out, and it is said."""
    rows: list[Row] = [[f"O{i}", f"C{i}", day(i), 10][-len(headers) :] for i in range(100)]

    check = found("repeated", rows + rows, headers)

    assert (check.state, check.rows, check.share) == (State.LOOK, 100, 0.5)
    assert "They count once." in check.found


def baskets(
    ending: Callable[[int], int], base: Callable[[int], int] = lambda i: 1000 + 100 * (i % 60)
) -> list[Row]:
    """Return 400 amounts: a base in hundreds with an ending each."""
    return [[f"C{i % 150}", day(i % 120), base(i) + ending(i)] for i in range(400)]


def of_prices_in_cents(i: int) -> int:
    """One in five ends in 99, the others anywhere: sums, shipping, discounts."""
    return 99 if i % 5 == 0 else i * 7 % 97


def test_amounts_that_end_like_prices_in_cents_are_asked_about() -> None:
    """80 of 400 amounts end in 99 and some more by chance; all are whole, the median is 4,000 or so."""
    check = found("cents", baskets(of_prices_in_cents))

    assert check.state is State.LOOK
    assert "are they cents?" in check.found
    assert check.sheet_rows[0] == 2
    assert check.rows == sum(of_prices_in_cents(i) in (99, 95, 49) for i in range(400))


@pytest.mark.parametrize(
    "rows",
    [
        baskets(lambda i: 99 if i % 7 == 0 else i * 7 % 97 // 2 * 2),
        baskets(lambda i: (80, 0, 50, 30)[i % 4]),
        baskets(lambda i: i % 100),
        baskets(lambda i: (99, 49, 0, 50, 29, 79)[i % 6]),
        baskets(of_prices_in_cents, lambda i: 400 + 100 * (i % 10)),
        [
            [who, when, 60 + i % 39 if i % 10 == 1 else amount]
            for i, (who, when, amount) in enumerate(baskets(of_prices_in_cents))
        ],
        [*baskets(of_prices_in_cents) * 3, ["C1", day(1), 1999.5]],
        baskets(of_prices_in_cents)[:199],
    ],
    ids=[
        "one in seven ends in 99",
        "yen end in 0",
        "whole euros end anywhere",
        "prices in whole euros keep to few endings",
        "the median is below 1,000",
        "one in ten is below 100",
        "one amount is not whole",
        "too few amounts",
    ],
)
def test_amounts_that_may_be_something_else_are_not_taken_for_cents(rows: list[Row]) -> None:
    """Each lacks one of the signs."""
    assert found("cents", rows).state is State.OK


def test_a_header_that_names_cents_leaves_nothing_to_ask() -> None:
    """The same amounts that are asked about are divided where the header says what they are."""
    rows = baskets(of_prices_in_cents)

    assert found("cents", rows).state is State.LOOK
    assert found("cents", rows, ["CustomerID", "OrderDate", "amount_cents"]).state is State.OK


def test_only_one_currency_counts_until_it_is_said_otherwise() -> None:
    """Three of 120 amounts are in euros: 30 of money that are left out, and asked about."""
    rows: list[Row] = [[f"C{i}", day(i), f"${10 + i}" if i > 2 else "10 €"] for i in range(120)]

    check = found("currencies", rows)

    assert check.state is State.OK
    assert check.found.startswith("Only the amounts in $ count")
    assert (check.rows, check.money) == (3, 30.0)


def test_amounts_said_to_be_in_one_currency_are_worth_a_look() -> None:
    """Settings says that all are in one already: they are added up, and that is told."""
    rows: list[Row] = [[f"C{i}", day(i), f"${10 + i}" if i > 2 else "10 €"] for i in range(120)]

    check = found("currencies", rows, answers={"Currency": "any"})

    assert (check.state, check.rows) == (State.LOOK, 120)


@pytest.mark.parametrize(
    "texts",
    [
        ("$10", "10 USD"),
        ("US$ 10", "$10.00"),
        ("€10", "EUR 10"),
        ("10 kr", "SEK 10"),
        ("$10", "10"),
        ("10", "ca 10"),
    ],
    ids=lambda texts: " | ".join(texts),
)
def test_two_ways_to_write_one_currency_are_no_two(texts: tuple[str, str]) -> None:
    """A sign and its code, a name that several share, and words that are no currency."""
    rows: list[Row] = [[f"C{i}", day(i), texts[i % 2]] for i in range(120)]

    assert found("currencies", rows).state is State.OK


@pytest.mark.parametrize("texts", [("10 USD", "10 CAD"), ("$10", "10¢"), ("¥10", "$10")], ids=" | ".join)
def test_two_dollars_and_a_cent_are_two_units(texts: tuple[str, str]) -> None:
    """They are never added up as if they were one: half of the rows is left out."""
    rows: list[Row] = [[f"C{i}", day(i), texts[i % 2]] for i in range(120)]

    assert found("currencies", rows).rows == 60


def test_currencies_beside_prices_count_as_well() -> None:
    """Quantity times unit price, where the price is in euros in one row of a hundred."""
    rows: list[Row] = [[f"C{i}", day(i), 2, "$5" if i else "€5"] for i in range(100)]

    check = found("currencies", rows, ["CustomerID", "OrderDate", "Quantity", "Price"])

    assert (check.rows, check.money) == (1, 10.0)


def test_a_column_of_currencies_tells_which_it_is() -> None:
    """One currency for all rows is told, and nothing is asked."""
    rows: list[Row] = [[*row, "USD"] for row in shop()]

    check = found("currencies", rows, [*SALES, "Currency"])

    assert (check.state, check.found) == (State.OK, "The amounts are in USD.")


def test_nothing_that_can_be_used_is_answered_too() -> None:
    """All rows lack a customer but one, which is in the future: no check fails."""
    rows: list[Row] = [["", "2025-01-01", 5], ["A", "2031-01-01", 5]]
    columns = recognise([SALES])
    reader = TransactionReader(columns, Options())
    reader.add(2, {role: [row[index] for row in rows] for role, index in columns.needed})  # type: ignore[misc]  # cells of all kinds

    transactions, report = reader.finish(TODAY)

    assert len(transactions) == 0
    assert report.rows_used == 0
    assert report.anomalies is not None


def test_sentences_name_rows_and_what_is_too_poor_comes_by_name() -> None:
    """Notes are told in words; a model's warnings are by subject."""
    _, all_checks = report_of(shop(customers=20, days=20))

    assert set(too_poor(all_checks)) == {"history", "customers"}
    assert worst(all_checks) is State.STOP
    assert check_sentences(all_checks, State.STOP)[0].startswith(
        "Too poor to mean anything: The orders span 20 days"
    )
    lost = Check("lost_rows", State.LOOK, "A.", "B.", sheet_rows=(2, 3, 4, 5))
    assert lost.sentence() == "Rows that are lost: A. B. (row 2, 3, 4…)"
