"""Facts of a digest: plain figures, without ids, names or addresses of customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

MOST_CALLS = 10
"""Customers to call, at most."""
MOST_FAILURES, MOST_TESTS = 10, 20


@dataclass(frozen=True, slots=True)
class SegmentMoves:
    """Customers who came into a segment and left it since the last digest, and who are in it."""

    segment: str
    moved_in: int
    moved_out: int
    customers: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Figure now and about a week before; None where it is not known."""

    now: float
    before: float | None = None


@dataclass(frozen=True, slots=True)
class ToCall:
    """A row of `Segmented_Customers`: expected spend is None where it is not told."""

    row: int
    segment: str
    expected: float | None
    link: str


@dataclass(frozen=True, slots=True)
class TestLine:
    """A test that is under way or has ended; `end` as the sheet shows it."""

    __test__ = False

    name: str
    status: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that failed or was refused: its day in words, and what it was about; why stands in `Runs`."""

    day: str
    title: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts of one digest.

    Attributes
    ----------
    spreadsheet
        Its title.
    link
        Where it opens.
    since
        Day of the last digest, in words; "" where this is the first.
    new_customers
        Since the last digest.
    moves
        Of each segment, those without any left out.
    revenue, at_risk
        None where no run has told them.
    compared_with
        Day of the run before, in words; "" where there is none.
    horizon
        Days of expected spend.
    failed
        Runs that failed or were refused since the last digest, the newest first.
    trouble
        What is wrong with the schedule itself, in sentences.
    """

    spreadsheet: str
    link: str
    since: str = ""
    runs: int = 0
    new_orders: int = 0
    new_customers: int = 0
    moves: Sequence[SegmentMoves] = field(default_factory=list)
    revenue: Compared | None = None
    at_risk: Compared | None = None
    compared_with: str = ""
    currency: str = ""
    horizon: int = 90
    to_call: Sequence[ToCall] = field(default_factory=list)
    tests: Sequence[TestLine] = field(default_factory=list)
    failed: Sequence[Failure] = field(default_factory=list)
    trouble: Sequence[str] = field(default_factory=list)

    @property
    def is_news(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.runs or self.new_customers or self.moves or self.failed or self.trouble)
