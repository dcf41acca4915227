"""A test as its line in `Tests` tells it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from server.core.cells import Cell, is_empty, text_of
from server.core.experiments.window import Window
from server.core.wall_clock import day_of
from server.errors import SheetContentError
from server.layout.experiment_tabs import TESTS
from server.texts import joined, to_say

LONGEST_NAME = 80


class Status(StrEnum):
    """How a test stands."""

    RUNNING = "running"
    OVER = "over"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Experiment:
    """A line of `Tests`.

    Attributes
    ----------
    row
        Sheet row.
    segments
        As they stand in the cell.
    share
        Share that is held out, of 1.
    smallest
        Smallest visible lift of buyers, None where none would show.
    is_stopped
        Whether somebody ended it early: it gets no verdict.
    """

    row: int
    name: str
    segments: str
    what: str
    share: float
    window: Window
    customers: int
    control: int
    smallest: float | None
    is_stopped: bool
    verdict: str

    def days_left(self, today: dt.date) -> int:
        """Return how many days until its last day is over, today included; 0 where it is or where it was stopped."""
        return 0 if self.is_stopped else max(0, (self.window.end - today).days + 1)

    def is_running(self, today: dt.date) -> bool:
        """Whether its groups are to be kept apart: from the dealing on, until its last day is over."""
        return self.days_left(today) > 0

    def status(self, today: dt.date) -> Status:
        """Return how it stands."""
        if self.is_stopped:
            return Status.STOPPED
        return Status.RUNNING if self.is_running(today) else Status.OVER


def named(name: str) -> str:
    """Return a test's name as names are compared.

    >>> named(" Spring  Mailing ") == named("spring mailing")
    True
    """
    return " ".join(name.split()).casefold()


def read_experiments(rows: Mapping[int, Mapping[str, Cell]]) -> list[Experiment]:
    """Return the tests of the lines of `Tests`, in their order; lines without a name are passed over.

    Parameters
    ----------
    rows
        Cells by header, by sheet row.

    Raises
    ------
    SheetContentError
        If a test stands there twice, or its first or last day is no date; all such lines are named.
    """
    problems: list[str] = []
    tests: list[Experiment] = []
    seen: dict[str, int] = {}
    for row, cells in sorted(rows.items()):
        name = text_of(cells["Test"])
        if not name:
            continue
        first = seen.setdefault(named(name), row)
        if first != row:
            problems.append(
                to_say("rows {first} and {row} both name {test}", first=first, row=row, test=name)
            )
            continue
        start, end = _day(cells["Start"]), _day(cells["End"])
        if start is None or end is None or end < start:
            problems.append(
                to_say(
                    "row {row}: Start and End of {test} are no days in order, such as 2026-03-01",
                    row=row,
                    test=name,
                )
            )
            continue
        tests.append(_experiment(row, name, Window(start, end), cells))
    if problems:
        raise SheetContentError(
            to_say("In the tab {tab}, {problems}.", tab=TESTS, problems=joined("; ", problems)),
            hint=to_say(
                "Put back what stood there (File, Version history), or delete the line and its lines in Test_Members."
            ),
        )
    return tests


def _experiment(row: int, name: str, window: Window, cells: Mapping[str, Cell]) -> Experiment:
    smallest = _number(cells["SmallestVisibleLift"])
    return Experiment(
        row=row,
        name=name,
        segments=text_of(cells["Segments"]),
        what=text_of(cells["WhatIsDone"]),
        share=_number(cells["ControlShare"]) or 0.0,
        window=window,
        customers=int(_number(cells["Customers"]) or 0),
        control=int(_number(cells["Control"]) or 0),
        smallest=smallest,
        is_stopped=text_of(cells["Status"]).casefold() == Status.STOPPED,
        verdict=text_of(cells["Verdict"]),
    )


def find(tests: Sequence[Experiment], name: str) -> Experiment | None:
    """Return the test of a name, None where there is none."""
    return next((test for test in tests if named(test.name) == named(name)), None)


def _number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _day(cell: Cell) -> dt.date | None:
    number = _number(cell)
    if number is not None:
        return day_of(number) if 20_000 < number < 80_000 else None
    if is_empty(cell):
        return None
    try:
        return dt.date.fromisoformat(text_of(cell)[:10])
    except ValueError:
        return None
