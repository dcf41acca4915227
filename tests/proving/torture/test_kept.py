"""The judge of History and of the lists of customers finds what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from proving.torture.kept import doubled_runs, kept_problems
from tests.conftest import Sheet

SEGMENTED, HISTORY = "Segmented_Customers", "History"


def _list_gone(sheet: Sheet) -> None:
    sheet.document.sheet(SEGMENTED).filter_views.clear()


def _list_of_another_column(sheet: Sheet) -> None:
    view = sheet.document.sheet(SEGMENTED).filter_views[0]
    view["filterSpecs"] = [view["filterSpecs"][0] | {"columnIndex": 2}]


def _list_too_short(sheet: Sheet) -> None:
    view = sheet.document.sheet(SEGMENTED).filter_views[0]
    view["range"] = view["range"] | {"endRowIndex": 60}


def _list_twice(sheet: Sheet) -> None:
    views = sheet.document.sheet(SEGMENTED).filter_views
    views.append({**views[0], "filterViewId": 77})


def _customer_uncounted(sheet: Sheet) -> None:
    at = sheet.row(HISTORY, 1).index("Customers")
    sheet.document.sheet(HISTORY).grid.put(1, at, [1])


def _line_twice(sheet: Sheet) -> None:
    grid = sheet.document.sheet(HISTORY).grid
    grid.put(grid.held_rows, 0, grid.row(1))


def _run_without_lines(sheet: Sheet) -> None:
    grid = sheet.document.sheet("Runs").grid
    grid.put(grid.held_rows, 0, [46_040.5, *grid.row(1)[1:]])


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_list_gone, "has no list"),
        (_list_of_another_column, "filters by"),
        (_list_too_short, "ends at row 60"),
        (_list_twice, "2 lists are called"),
        (_customer_uncounted, "History counts"),
        (_line_twice, "has 2 lines in History"),
        (_run_without_lines, "the run at 46040.5 has no line in History"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_kind_of_harm_is_found(segmented: Sheet, harm: Callable[[Sheet], None], words: str) -> None:
    """Nothing is wrong after a run; then one thing is."""
    assert [*kept_problems(segmented.document), *doubled_runs(segmented.document)] == []

    harm(segmented)

    problems = [*kept_problems(segmented.document), *doubled_runs(segmented.document)]
    assert [problem for problem in problems if words in problem]
