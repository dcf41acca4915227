"""The figures of the dashboard, worked out by hand from a handful of customers."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from server.core.dashboard import Figures, SegmentFigures, figures
from server.core.days import DAYS, scored_days
from server.core.migration import STAYED, Flow, Migration
from server.core.rfm import RfmTable

ANALYSIS = dt.date(2026, 1, 1)
GAPS = [float(5 * i) for i in range(21)]
"""Gaps between two purchases: 0, 5, 10 … 100 days, so half of them are longer than 50 days, one in five than 80."""


def table(recency: list[int], frequency: list[int], money: list[float]) -> RfmTable:
    return RfmTable(
        customer_ids=[f"C{i}" for i in range(len(recency))],
        recency=np.array(recency, dtype=np.int64),
        frequency=np.array(frequency, dtype=np.int64),
        monetary_value=np.array(money, dtype=np.float64),
        analysis_day=ANALYSIS,
        left_out=[],
    )


@pytest.fixture
def shop() -> Figures:
    """Ten customers: 1 bought yesterday … the last long ago; segment 0 spends most, 2 has left, 5 is empty."""
    recency = [1, 11, 21, 31, 41, 91, 92, 101, 111, 121]
    frequency = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
    money = [100.0, 90, 80, 70, 60, 50, 40, 30, 20, 10]
    clusters = [0, 0, 0, 2, 2, 7, 7, 7, 9, 9]
    return figures(table(recency, frequency, money), clusters, [9, 0, 2, 5, 7], GAPS, None, 90)


def test_headline_figures(shop: Figures) -> None:
    """Active is who bought within 90 days: of ten customers, five; a purchase 91 days ago is too old."""
    assert (shop.customers, shop.active, shop.active_share) == (10, 5, 0.5)
    assert shop.revenue == 550
    assert (shop.analysis_day, shop.last_day) == (ANALYSIS, dt.date(2025, 12, 31))


def test_a_purchase_on_the_last_day_counts_as_active() -> None:
    """The 90 days before the analysis date hold a purchase 90 days ago."""
    found = figures(table([90, 91], [1, 1], [1.0, 1.0]), [0, 0], [0], [], None, 90)

    assert found.active == 1


def test_segments_come_by_number_with_medians_and_shares(shop: Figures) -> None:
    """Segment 0: 100, 90 and 80 of 550; medians of three customers are the middle one's figures."""
    first = shop.segments[0]

    assert [each.cluster for each in shop.segments] == [0, 2, 5, 7, 9]
    assert (first.customers, first.share, first.revenue) == (3, 0.3, 270)
    assert first.revenue_share == pytest.approx(270 / 550)
    assert (first.recency, first.frequency, first.monetary_value) == (11, 9, 90)
    assert (shop.segments[1].recency, shop.segments[1].monetary_value) == (36, 65)


def test_a_segment_without_customers_has_no_medians(shop: Figures) -> None:
    """Number 5 is in the model, but nobody is in it."""
    empty = shop.segments[2]

    assert (empty.customers, empty.revenue, empty.recency, empty.r, empty.state) == (0, 0, None, None, "")
    assert not empty.is_at_risk


def test_states_follow_the_gaps_between_purchases(shop: Figures) -> None:
    """Silence counts from the most recent customer (1 day): 10, 35, 91 and 115 days."""
    states = {each.cluster: each.state for each in shop.segments if each.customers}

    assert states == {0: "Active", 2: "Active", 7: "Away", 9: "Away"}


def segment(state: str, f: float, m: float, revenue: float = 10.0) -> SegmentFigures:
    return SegmentFigures(0, 1, 1.0, revenue, 1.0, 1.0, 1.0, 1.0, 1.0, f, m, state)


@pytest.mark.parametrize(
    ("state", "f", "m", "is_at_risk"),
    [
        ("Active", 5, 5, False),
        ("Cooling", 3, 1, True),
        ("Away", 1, 3, True),
        ("Away", 2.9, 2.9, False),
    ],
)
def test_what_is_at_risk(state: str, f: float, m: float, is_at_risk: bool) -> None:
    """Silent for longer than is usual, and worth something: a mean F or M score of 3 or more."""
    assert segment(state, f, m).is_at_risk is is_at_risk


def test_revenue_at_risk_is_the_money_of_those_segments(shop: Figures) -> None:
    """Segment 7 spent 50 + 40 + 30; of ten customers its M scores are 3, 2 and 2, its F scores too: not enough.

    With the scores of a shop where nobody else spends, it is.
    """
    poorer = figures(
        table([1, 91, 92, 101], [1, 5, 4, 3], [1.0, 50, 40, 30]), [0, 7, 7, 7], [0, 7], GAPS, None, 90
    )

    assert shop.at_risk == 0
    assert (poorer.at_risk, poorer.segments_at_risk) == (120, 1)


def test_the_heat_map_counts_every_customer_once(shop: Figures) -> None:
    """Who buys most often also bought last here: two customers in each cell of the diagonal from R 5, F 5."""
    assert shop.heat == [
        [0, 0, 0, 0, 2],
        [0, 0, 0, 2, 0],
        [0, 0, 2, 0, 0],
        [0, 2, 0, 0, 0],
        [2, 0, 0, 0, 0],
    ]


def test_all_are_new_where_there_was_nobody_before(shop: Figures) -> None:
    """One row: the present segments' customers."""
    assert shop.migration == [(None, {0: 3, 2: 2, 5: 0, 7: 3, 9: 2})]


def test_migration_adds_up_reasons_and_puts_new_customers_last() -> None:
    """Two flows from 4 to 1 for different reasons are one number; 4 itself is no longer in use."""
    flows = [
        Flow(4, 1, "customer moved", 2, 0.0),
        Flow(4, 1, "model changed", 3, 0.0),
        Flow(None, 0, "new customer", 4, 0.0),
        Flow(0, 0, STAYED, 5, 0.0),
    ]
    found = figures(table([1], [1], [1.0]), [0], [0, 1], [], Migration(flows, [], []), 90)

    assert found.migration == [(0, {0: 5, 1: 0}), (4, {0: 0, 1: 5}), (None, {0: 4, 1: 0})]


def test_a_day_begins_at_midnight_of_the_settings_time_zone() -> None:
    """PredictedAt is the wall clock: the second before midnight belongs to the day before."""
    midnight = 46037.0
    found = scored_days([midnight, midnight - 1 / 86_400], [1, 1], [1], dt.date(2026, 1, 15))

    assert found.counts[-2:] == [[1, 0], [1, 0]]
    assert len(found.serials) == DAYS


def test_lines_of_other_days_and_without_a_number_are_passed_over() -> None:
    """The day after today (a clock that is ahead), the day before the first, and what somebody typed."""
    found = scored_days(
        [46038.0, 46007.9, "soon", True, 46008.0], [0, 0, 0, 0, "x"], [0], dt.date(2026, 1, 15)
    )

    assert found.total == 0
    assert not found.has_earlier
