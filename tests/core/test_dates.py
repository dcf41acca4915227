"""Dates as they stand in real sheets."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.dates import NO_DATE, DateReader

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
    """DayFirst in Settings decides, and nothing is left to report."""
    reader = DateReader(day_first=True)
    reader.add(["03/04/2025"])

    column = reader.finish()

    assert EPOCH + dt.timedelta(days=int(column.days[0])) == dt.date(2025, 4, 3)
    assert column.ambiguous == 0


@given(st.dates(dt.date(1970, 1, 1), dt.date(2100, 12, 31)))
def test_every_way_of_writing_a_date_gives_the_same_day(day: dt.date) -> None:
    """ISO, compact, named month and serial agree for every day there is."""
    serial = (day - dt.date(1899, 12, 30)).days

    found = read(day.isoformat(), f"{day:%Y%m%d}", f"{day:%d-%b-%Y}", f"{day:%b %d, %Y}", serial)

    assert found == [str(day)] * 5


@given(st.lists(st.one_of(st.text(max_size=20), st.floats(), st.booleans(), st.none(), st.integers())))
def test_no_cell_stops_the_reading(cells: list[object]) -> None:
    """Whatever stands in the column, there is one answer for each cell."""
    assert len(read(*cells)) == len(cells)
