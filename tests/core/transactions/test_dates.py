"""Dates as they stand in real sheets."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.transactions.dates import NO_DATE, DateColumn, DateReader

EPOCH = dt.date(1970, 1, 1)


def read(*cells: object, day_first: bool | None = None) -> list[str | None]:
    """Return the dates of one column, None where there is none."""
    reader = DateReader(day_first)
    reader.add(cells)  # type: ignore[arg-type]  # cells of all kinds
    days = reader.finish().days.tolist()
    return [None if day == int(NO_DATE) else str(EPOCH + dt.timedelta(days=day)) for day in days]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (45750, "2025-04-03"),
        (45750.99, "2025-04-03"),
        (20250403, "2025-04-03"),
        ("20250403", "2025-04-03"),
        ("2025-04-03", "2025-04-03"),
        ("2025-4-3", "2025-04-03"),
        ("2025/04/03", "2025-04-03"),
        ("2025-04-03 17:45:12", "2025-04-03"),
        ("2025-04-03T17:45:12Z", "2025-04-03"),
        ("2025-04-03 17:45:12 +0200", "2025-04-03"),
        ("14-Jan-15", "2015-01-14"),
        ("14 January 2015", "2015-01-14"),
        ("Jan 14, 2015", "2015-01-14"),
        ("January 14th, 2015", "2015-01-14"),
        ("14.01.2015", "2015-01-14"),
        ("31/12/2024", "2024-12-31"),
        ("12/31/2024 8:05", "2024-12-31"),
        ("12/31/68", "2068-12-31"),
        ("12/31/69", None),
        (1_743_638_400, "2025-04-03"),
        (1_743_638_400_000, "2025-04-03"),
        ("2025-02-30", None),
        ("20251340", None),
        ("soon", None),
        ("12", None),
        ("", None),
        (None, None),
        (True, None),
        (-1, None),
        (float("nan"), None),
        (1e300, None),
    ],
    ids=str,
)
def test_one_cell(cell: object, expected: str | None) -> None:
    """Serials, compact numbers, seconds since 1970 and texts; what is none is none."""
    assert read(cell) == [expected]


def test_the_whole_column_decides_whether_the_day_comes_first() -> None:
    """One date that can be read in one way only tells how the others are meant."""
    assert read("03/04/2025", "05/06/2025", "25/06/2025") == ["2025-04-03", "2025-06-05", "2025-06-25"]
    assert read("03/04/2025", "05/06/2025", "06/25/2025") == ["2025-03-04", "2025-05-06", "2025-06-25"]


def test_the_proof_may_come_in_a_later_block() -> None:
    """The first block waits for what the last one shows."""
    reader = DateReader()
    reader.add(["03/04/2025"])
    reader.add(["25/06/2025"])

    column = reader.finish()

    assert column.day_first is True
    assert column.ambiguous == 0
    assert EPOCH + dt.timedelta(days=int(column.days[0])) == dt.date(2025, 4, 3)


def test_an_undecided_column_is_read_month_first_and_reported() -> None:
    """Nothing tells: the count of texts that may be wrong is given."""
    reader = DateReader()
    reader.add(["03/04/2025", "05/06/2025", "07/07/2025"])

    column = reader.finish()

    assert (column.day_first, column.ambiguous) == (False, 2)


def test_the_marketers_word_wins() -> None:
    """DayFirst in Settings decides; what it decided is still counted."""
    reader = DateReader(day_first=True)
    reader.add(["03/04/2025"])

    column = reader.finish()

    assert EPOCH + dt.timedelta(days=int(column.days[0])) == dt.date(2025, 4, 3)
    assert column.ambiguous == 1


@given(st.dates(dt.date(1970, 1, 1), dt.date(2100, 12, 31)))
def test_every_way_of_writing_a_date_gives_the_same_day(day: dt.date) -> None:
    """ISO, compact, named month and serial agree for every day there is."""
    serial = (day - dt.date(1899, 12, 30)).days

    dates = read(day.isoformat(), f"{day:%Y%m%d}", f"{day:%d-%b-%Y}", f"{day:%b %d, %Y}", serial)

    assert dates == [str(day)] * 5


@pytest.mark.slow
@given(st.lists(st.one_of(st.text(max_size=20), st.floats(), st.booleans(), st.none(), st.integers())))
def test_no_cell_stops_the_reading(cells: list[object]) -> None:
    """Whatever stands in the column, there is one answer for each cell."""
    assert len(read(*cells)) == len(cells)


@pytest.mark.parametrize(
    "cell",
    [
        "15. Mär 2024",
        "15. März 2024",
        "15-Mrz-24",
        "15 mars 2024",
        "vendredi 15 mars 2024",
        "15 de marzo de 2024",
        "ven 15 mar 2024",
        "15/mar/2024",
        "15 de março de 2024",
        "15 mrt. 2024",
        "15 marca 2024",
        "15. března 2024",
        "2024. március 15.",
        "15 martie 2024",
        "15 марта 2024 г.",
        "15 березня 2024 р.",
        "15 Μαρτίου 2024",
        "15 Mart 2024",
        "15. maaliskuuta 2024",
        "15. marts 2024",
        "2024 m. kovo 15 d.",
        "15 thg 3, 2024",
        "15 Maret 2024",
        "15 במרץ 2024",
        "15 مارس 2024",
        "١٥ مارس ٢٠٢٤",
        "15 मार्च 2024",
        "15 มี.ค. 2567",
        "2024年3月15日",
        "2024년 3월 15일",
        "2024. 3. 15. 오후 3:10",
        "Fri, 15 Mar 2024 10:22:33 +0100",
        "Fri Mar 15 2024 10:00:00 GMT+0100 (Central European Standard Time)",
        "Thu Mar 15 10:22:33 UTC 2024",
        "Friday, March 15, 2024 at 10:30 AM",
        "Mar 15, 2024 3:14:05 AM PST",
        "15 Mar '24",
        "10:22 15.03.2024",
        "3:05:10 PM 3/15/2024",
        "3/15/2024 3:05:10 p.m.",
        "15.3.2024 klo 12.30",
        "20240315T101010",
        "45366",
        "45366.52",
        "45366,52",
        "1710460800",
        "1710460800000",
        "1710460800000000",
        1710460800000000,
        '="2024-03-15"',
        "\u200e2024-03-15\u200f",
        "２０２４/０３/１５",
    ],
    ids=str,
)
def test_one_day_in_many_words(cell: object) -> None:
    """Months in other languages, times before and behind, serials and Unix time as text: all are 15 March 2024."""
    assert read(cell) == ["2024-03-15"]


@pytest.mark.parametrize(
    "cell", ["5 apples 2024", "Mar 2024", "31. Feb 2024", "March 15", "Order 15 Mar 2024"]
)
def test_a_text_with_other_words_is_no_date(cell: str) -> None:
    """A word that no date bears, or a day that does not exist."""
    assert read(cell) == [None]


def test_months_that_languages_name_alike_are_told_by_the_others() -> None:
    """Listopad is November in Polish and October in Croatian; alone it is none."""
    assert read("3 listopad 2024", "5 kwietnia 2024") == ["2024-11-03", "2024-04-05"]
    assert read("3 listopad 2024", "5 travnja 2024") == ["2024-10-03", "2024-04-05"]
    assert read("3 listopad 2024") == [None]


TODAY = dt.date(2025, 1, 31)


def column(*cells: object, **answers: bool | None) -> DateColumn:
    reader = DateReader()
    reader.add(cells)  # type: ignore[arg-type]  # cells of all kinds
    return reader.finish(latest_day=TODAY, **answers)


def days(dates: DateColumn) -> list[str]:
    return [str(EPOCH + dt.timedelta(days=day)) for day in dates.days.tolist()]


HALF_SWAPPED = ["24/02/2024", "18/03/2024", "30/11/2024"]
"""Beside these, days up to 12 became dates with day and month swapped."""
SERIALS = [45598, 45477, 45296, 45511, 45545, 45509]
"""2024-11-02, 2024-07-04, 2024-01-05, 2024-08-07, 2024-09-10, 2024-08-05."""
SWAPPED_BACK = ["2024-02-11", "2024-04-07", "2024-05-01", "2024-07-08", "2024-10-09", "2024-05-08"]


@pytest.mark.parametrize(
    "dates",
    [
        SERIALS,
        [str(serial) for serial in SERIALS],
        ["2024-11-02", "2024-07-04", "2024-01-05", "2024-08-07", "2024-09-10 10:30", "2024-08-05"],
    ],
    ids=["numbers", "numbers as text", "ISO"],
)
@pytest.mark.parametrize("month_first", [False, True], ids=["a US sheet", "a European sheet"])
def test_dates_that_a_spreadsheet_half_converted_are_swapped_back(
    dates: list[object], *, month_first: bool
) -> None:
    """No date has a day after the 12th and no text one up to it: that is unmistakable, in both directions."""
    texts = [f"{t[3:5]}/{t[:2]}/{t[6:]}" for t in HALF_SWAPPED] if month_first else HALF_SWAPPED

    read_dates = column(*dates, *texts)

    assert days(read_dates) == [*SWAPPED_BACK, "2024-02-24", "2024-03-18", "2024-11-30"]
    assert (read_dates.order.swapped, read_dates.order.undecided_swap) == (6, 0)


def test_few_half_converted_dates_are_asked_about() -> None:
    """Two dates may have a day up to 12 by chance."""
    dates = column(*SERIALS[:2], *HALF_SWAPPED)

    assert (dates.order.swapped, dates.order.undecided_swap, dates.order.swapped_places) == (0, 2, (0, 1))
    assert days(column(*SERIALS[:2], *HALF_SWAPPED, swapped=True))[:2] == SWAPPED_BACK[:2]
    assert days(column(*SERIALS[:2], *HALF_SWAPPED, swapped=False))[:2] == ["2024-11-02", "2024-07-04"]


def test_dates_with_all_days_are_not_swapped() -> None:
    """A date of the 24th beside them shows that dates were read as they are meant."""
    dates = column(*SERIALS, "2024-05-24", *HALF_SWAPPED)

    assert days(dates)[0] == "2024-11-02"
    assert (dates.order.swapped, dates.order.undecided_swap) == (0, 0)


def test_two_exports_below_each_other_have_an_order_each() -> None:
    """Both orders are proved, one below the other; the sequence of the dates tells where the second begins."""
    dates = column(
        "13/01/2024", "30/01/2024", "06/02/2024", "15/02/2024",  # day first
        "03/04/2024", "03/20/2024", "05/04/2024", "06/30/2024",  # month first: 4 March, then 4 May
    )  # fmt: skip

    assert days(dates) == [
        "2024-01-13", "2024-01-30", "2024-02-06", "2024-02-15",
        "2024-03-04", "2024-03-20", "2024-05-04", "2024-06-30",
    ]  # fmt: skip
    assert (dates.day_first, dates.order.splits, dates.ambiguous) == (None, (4,), 0)


def test_a_row_between_two_exports_that_both_orders_fit_is_asked_about() -> None:
    """3 April or 4 March: both lie between 1 March and 30 May."""
    dates = column("13/01/2024", "15/02/2024", "03/04/2024", "05/30/2024", "06/30/2024")

    assert (dates.ambiguous, dates.order.places) == (1, (2,))
    assert days(column("13/01/2024", "15/02/2024", "03/04/2024", "05/30/2024", "06/30/2024", day_first=True))[
        2
    ] == ("2024-04-03")


def test_mixed_orders_are_asked_about() -> None:
    """Row by row another order: what has a meaning in both is open."""
    cells = ["13/01/2024", "01/14/2024", "15/01/2024", "01/16/2024"] * 3 + ["03/04/2024"]

    dates = column(*cells)

    assert (dates.ambiguous, dates.order.places) == (1, (12,))


def test_an_order_that_leads_into_the_future_is_the_wrong_one() -> None:
    """On 31 January 2025, 02/01/2025 can only be 2 January."""
    dates = column("02/01/2025", "05/06/2024")

    assert days(dates) == ["2025-01-02", "2024-06-05"]
    assert (dates.ambiguous, dates.order.by_future) == (0, True)


@pytest.mark.parametrize("sign", ["/", "-", "."])
def test_short_years_may_come_first(sign: str) -> None:
    """24/03/15: read with the year last, the column would reach into 2031, or hold eight years instead of two."""
    texts = ["24/03/15", "24/03/31", "23/11/08", "24/01/02", "23/12/19", "24/02/07", "24/05/11", "23/10/05"]

    dates = column(*(text.replace("/", sign) for text in texts))

    assert days(dates)[:3] == ["2024-03-15", "2024-03-31", "2023-11-08"]
    assert (dates.order.year_first, dates.order.undecided_year) == (True, 0)


def test_short_years_at_the_end_are_found_too() -> None:
    """15/03/24 and 31/12/23: the year stands at the end."""
    dates = column("15/03/24", "31/12/23")

    assert days(dates) == ["2024-03-15", "2023-12-31"]
    assert dates.order.year_first is False


def test_short_years_that_nothing_tells_are_asked_about() -> None:
    """05/03/06 three times over: each of the three may be the year."""
    dates = column("05/03/06", "06/03/05")

    assert dates.order.undecided_year == 2
    assert days(column("05/03/06", year_first=True)) == ["2005-03-06"]


def test_an_export_that_was_half_converted_below_a_whole_one_is_swapped_back_alone() -> None:
    """The texts tell which rows: dates of all days stand above them, only days up to 12 among them."""
    whole = [45306, 45320, 45341]  # 2024-01-15, 2024-01-29, 2024-02-19
    texts = iter(HALF_SWAPPED)
    mixed: list[object] = [next(texts), *SERIALS[:3], next(texts), *SERIALS[3:], next(texts)]

    dates = column(*whole, *mixed)

    assert days(dates)[:3] == ["2024-01-15", "2024-01-29", "2024-02-19"]
    assert days(dates)[4:7] == SWAPPED_BACK[:3]
    assert dates.order.swapped == 6


@pytest.mark.parametrize(
    "text",
    [
        "5/3/2567",
        "05.03.2567",
        "2567-03-05",
        "Di. 05.03.2024",
        "Tuesday, 05.03.2024",
        "05.03.2024 (Di)",
        "2024/3/5(火)",
    ],
)
def test_buddhist_years_and_weekdays_beside_digits_are_read(text: str) -> None:
    """All are 5 March 2024, as is the date with a day above 12 that tells the order: one day before 25 March."""
    reader = DateReader()
    reader.add([text, "25/03/2024"])
    column = reader.finish()

    assert column.days[1] - column.days[0] == 20
