"""Comparison of segment figures between runs, from the lines of `History`. Pure.

A run is compared with the newest one before it whose figures were others, so that pressing a button twice is no
comparison; and with the run nearest to a month before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from server.core.segments.dashboard_figures import SegmentFigures
from server.core.wall_clock import day_of, time_of
from server.core.wording import ENGLISH, Wording

MONTH_DAYS = 30
EARLIEST, LATEST = 21, 45
"""A run so many days ago at least, and at most, is one of a month ago."""


@dataclass(frozen=True, slots=True)
class Record:
    """Figures of one segment at one run.

    Attributes
    ----------
    revenue
        What its customers had spent in all.
    recency, frequency, monetary_value
        Of the median customer: days, orders, money; None where there was no customer.
    expected_revenue
        Of the days ahead; None where it was not told.
    at_risk
        Revenue at risk; None where it was not told.
    """

    cluster: int
    segment: str
    customers: int
    revenue: float
    recency: float | None = None
    frequency: float | None = None
    monetary_value: float | None = None
    expected_revenue: float | None = None
    at_risk: float | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """Figures of all segments at one run.

    Attributes
    ----------
    run_at
        Wall clock in the time zone of `Settings`, as a spreadsheet's serial.
    version
        Of the model that segmented; 0 where it is not told.
    segments
        By cluster.
    """

    run_at: float
    version: int
    segments: Mapping[int, Record]

    @property
    def customers(self) -> int:
        """Customers of all segments."""
        return sum(segment.customers for segment in self.segments.values())

    @property
    def revenue(self) -> float:
        """What all customers had spent."""
        return sum(segment.revenue for segment in self.segments.values())

    def has_figures_of(self, other: RunRecord) -> bool:
        """Whether the same segments had the same customers and figures."""
        return _figures(self) == _figures(other)


def _figures(run: RunRecord) -> dict[int, tuple[float | None, ...]]:
    return {
        number: (
            segment.customers,
            round(segment.revenue, 2),
            segment.recency,
            segment.frequency,
            None if segment.monetary_value is None else round(segment.monetary_value, 2),
        )
        for number, segment in run.segments.items()
    }


@dataclass(frozen=True, slots=True)
class Change:
    """Difference of a segment, or of all customers, from an earlier run.

    Attributes
    ----------
    customers, revenue
        More than then; negative: fewer, less.
    is_new
        Whether the segment was not there.
    """

    customers: int
    revenue: float
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """Present run, compared with earlier ones.

    Attributes
    ----------
    last
        The newest earlier run with other figures; None where there is none.
    month
        The run nearest to a month before; None where there is none, or where it is `last`.
    """

    present: RunRecord
    last: RunRecord | None = None
    month: RunRecord | None = None

    def change(self, cluster: int, since: RunRecord | None) -> Change | None:
        """Return how a segment differs from an earlier run, None where there is nothing to compare."""
        now = self.present.segments.get(cluster)
        if since is None or now is None:
            return None
        then = since.segments.get(cluster)
        if then is None:
            return Change(now.customers, now.revenue, is_new=True)
        return Change(now.customers - then.customers, now.revenue - then.revenue)

    def in_all(self, since: RunRecord | None) -> Change | None:
        """Return how all customers together differ from an earlier run."""
        if since is None:
            return None
        now = self.present
        return Change(now.customers - since.customers, now.revenue - since.revenue)

    def sentence(self, cluster: int | None, wording: Wording = ENGLISH) -> str:
        """Return the change in the number of customers of a segment, or of all with None; "" where it is unknown.

        Examples
        --------
        See ``tests/core/segments/test_history.py``.
        """
        changes = []
        for since in (self.last, self.month):
            change = self.in_all(since) if cluster is None else self.change(cluster, since)
            if since is not None and change is not None:
                changes.append(_change_text(change, self._when(since, wording), wording))
        text = "; ".join(changes)
        return text[:1].upper() + text[1:]

    def _when(self, since: RunRecord, wording: Wording) -> str:
        """Return the day of an earlier run; with the time of day where the present one was on the same day."""
        day = day_of(since.run_at)
        return (
            wording.date(day) if day != day_of(self.present.run_at) else wording.moment(time_of(since.run_at))
        )


def _change_text(change: Change, day: str, wording: Wording) -> str:
    if change.is_new:
        return wording.say("not there on {day}", day=day)
    if not change.customers:
        return wording.say("as many customers as on {day}", day=day)
    customers = wording.counted(abs(change.customers), "customer")
    if change.customers > 0:
        return wording.say("{customers} more than on {day}", customers=customers, day=day)
    return wording.say("{customers} fewer than on {day}", customers=customers, day=day)


def compared(present: RunRecord, earlier: Iterable[RunRecord]) -> Compared:
    """Return the present run with what it is compared with.

    Parameters
    ----------
    earlier
        Runs of whatever order; those that are not before the present one are passed over.
    """
    before = sorted((run for run in earlier if run.run_at < present.run_at), key=lambda run: -run.run_at)
    last = next((run for run in before if not run.has_figures_of(present)), None)
    about = [run for run in before if EARLIEST <= present.run_at - run.run_at <= LATEST]
    month = min(about, key=lambda run: abs(present.run_at - run.run_at - MONTH_DAYS), default=None)
    return Compared(present, last, None if month is last else month)


def newest_compared(runs: Iterable[RunRecord]) -> Compared | None:
    """Return the newest run with what it is compared with, None where there is no run."""
    known = list(runs)
    if not known:
        return None
    present = max(known, key=lambda run: run.run_at)
    return compared(present, known)


@dataclass(frozen=True, slots=True)
class Beside:
    """Figures of a record that the dashboard does not have, by cluster."""

    expected: Mapping[int, float] = field(default_factory=dict)
    at_risk: Mapping[int, float] = field(default_factory=dict)


def run_record(
    run_at: float, version: int, figures: Sequence[SegmentFigures], names: Mapping[int, str], beside: Beside
) -> RunRecord:
    """Return the record of a run from the figures of its segments."""
    return RunRecord(
        run_at,
        version,
        {
            figure.cluster: Record(
                figure.cluster,
                names[figure.cluster],
                figure.customers,
                figure.revenue,
                figure.recency,
                figure.frequency,
                figure.monetary_value,
                beside.expected.get(figure.cluster),
                beside.at_risk.get(figure.cluster),
            )
            for figure in figures
        },
    )
