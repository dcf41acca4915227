"""The figures of the dashboard, worked out by hand from a handful of customers."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from server.core.segments.at_risk import AtRisk
from server.core.segments.dashboard_figures import Figures, figures
from server.core.segments.migration import STAYED, Flow
from server.core.segments.rfm import RfmTable
from server.core.segments.scored_days import DAYS, scored_days

ANALYSIS = dt.date(2026, 1, 1)
AT_RISK = AtRisk(120.0, 2, 100.0)
STATES = np.array(["Active"] * 5 + ["Away"] * 5)


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
    return figures(table(recency, frequency, money), clusters, [9, 0, 2, 5, 7], STATES, AT_RISK, [], 90)


def test_headline_figures(shop: Figures) -> None:
    """Active is who bought within 90 days: of ten customers, five; a purchase 91 days ago is too old."""
    assert (shop.customers, shop.active, shop.active_share) == (10, 5, 0.5)
    assert shop.revenue == 550
    assert (shop.analysis_day, shop.last_day) == (ANALYSIS, dt.date(2025, 12, 31))


def test_a_purchase_on_the_last_day_counts_as_active() -> None:
    """The 90 days before the analysis date hold a purchase 90 days ago."""
    counted = figures(table([90, 91], [1, 1], [1.0, 1.0]), [0, 0], [0], STATES[:2], AT_RISK, [], 90)

    assert counted.active == 1


def test_segments_come_the_most_valuable_first_with_medians_and_shares(shop: Figures) -> None:
    """They earn 270, 130, 120, 30 and nothing; the medians of three customers are the middle one's figures."""
    first = shop.segments[0]

    assert [segment.cluster for segment in shop.segments] == [0, 2, 7, 9, 5]
    assert (first.customers, first.share, first.revenue) == (3, 0.3, 270)
    assert first.revenue_share == pytest.approx(270 / 550)
    assert (first.recency, first.frequency, first.monetary_value) == (11, 9, 90)
    assert (shop.segments[1].recency, shop.segments[1].monetary_value) == (36, 65)


def test_a_segment_without_customers_has_no_medians(shop: Figures) -> None:
    """Number 5 is in the model, but nobody is in it."""
    empty = shop.segments[-1]

    assert (empty.customers, empty.revenue, empty.recency, empty.r, empty.state) == (0, 0, None, None, "")


def test_states_are_those_of_the_customers(shop: Figures) -> None:
    """Of segments 0 and 2 all are active, of 7 and 9 all are away."""
    states = {segment.cluster: segment.state for segment in shop.segments if segment.customers}

    assert states == {0: "Active", 2: "Active", 7: "Away", 9: "Away"}
    assert shop.at_risk == AT_RISK


def test_the_state_of_a_segment_is_that_of_its_customers() -> None:
    """Two of three slip: the states that stand beside the customers are those of the dashboard."""
    shown = np.array(["Slipping", "Slipping", "Active"])

    counted = figures(table([1, 2, 3], [1, 1, 1], [1.0] * 3), [0, 0, 0], [0], shown, AT_RISK, [], 90)

    assert counted.segments[0].state == "Slipping"


def test_the_heat_map_counts_every_customer_once(shop: Figures) -> None:
    """Who buys most often also bought last here: two customers in each cell of the diagonal from R 5, F 5."""
    assert shop.heat == [
        [0, 0, 0, 0, 2],
        [0, 0, 0, 2, 0],
        [0, 0, 2, 0, 0],
        [0, 2, 0, 0, 0],
        [2, 0, 0, 0, 0],
    ]


def test_migration_adds_up_reasons_and_puts_new_customers_last() -> None:
    """Two flows from 4 to 1 for different reasons are one number; 4 itself is no longer in use."""
    flows = [
        Flow(4, 1, "customer moved", 2, 0.0),
        Flow(4, 1, "segments are new", 3, 0.0),
        Flow(None, 0, "new customer", 4, 0.0),
        Flow(0, 0, STAYED, 5, 0.0),
    ]
    counted = figures(table([1], [1], [1.0]), [0], [0, 1], STATES[:1], AT_RISK, flows, 90)

    assert counted.migration == [(0, {0: 5, 1: 0}), (4, {0: 0, 1: 5}), (None, {0: 4, 1: 0})]


def test_former_segments_stand_in_the_order_of_the_present_ones() -> None:
    """Segment 1 earns 2, segment 0 earns 1; 4 and 3 are no longer in use, and new customers come last."""
    flows = [Flow(former, 0, STAYED, 1, 0.0) for former in (4, None, 0, 3, 1)]
    counted = figures(table([1, 1], [1, 1], [1.0, 2.0]), [0, 1], [0, 1], STATES[:2], AT_RISK, flows, 90)

    assert [former for former, _counts in counted.migration] == [1, 0, 3, 4, None]


def test_a_day_begins_at_midnight_of_the_settings_time_zone() -> None:
    """PredictedAt is the wall clock: the second before midnight belongs to the day before."""
    midnight = 46037.0
    scored = scored_days([midnight, midnight - 1 / 86_400], [1, 1], [1], dt.date(2026, 1, 15))

    assert scored.counts[-2:] == [[1, 0], [1, 0]]
    assert len(scored.serials) == DAYS


def test_lines_of_other_days_and_without_a_number_are_passed_over() -> None:
    """The day after today (a clock that is ahead), the day before the first, and what somebody typed."""
    scored = scored_days(
        [46038.0, 46007.9, "soon", True, 46008.0], [0, 0, 0, 0, "x"], [0], dt.date(2026, 1, 15)
    )

    assert scored.total == 0
    assert not scored.has_earlier
