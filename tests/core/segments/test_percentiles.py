"""Where a customer and the segment stand among those of the training, worked out on the plain model's ladders."""

from __future__ import annotations

import pytest

from server.core.segments.model import Model
from server.core.segments.percentiles import SegmentRange, percentile_ranks


def test_places_rise_with_the_customers_worth(model: Model) -> None:
    """8 days of 0 to 100 are ahead of 92 %; 750 of 0 to 1,000 ahead of 75 %."""
    recency, _frequency, money = percentile_ranks(model, (8, 2, 750))

    assert (recency.ahead, money.ahead) == pytest.approx((0.92, 0.75))
    assert (recency.place, money.place) == pytest.approx((0.92, 0.75))


def test_equals_share_the_middle_of_their_places(model: Model) -> None:
    """One order have the lower sixty of a hundred: ahead of nobody, in the middle at .3; two stand at .6 to .8."""
    once, twice = (percentile_ranks(model, (8, orders, 750))[1] for orders in (1, 2))

    assert (once.ahead, once.place) == pytest.approx((0, 0.3), abs=0.005)
    assert (twice.ahead, twice.place) == pytest.approx((0.6, 0.7), abs=0.01)


def test_the_segments_range_spans_all_who_have_its_values(model: Model) -> None:
    """10 to 40 days end at .6 and .9, the later the worse; 1 order spans the lower sixty of a hundred."""
    ranges = {"recency": (10.0, 40.0), "frequency": (1.0, 1.0), "money": None}

    recency, frequency, money = percentile_ranks(model, (8, 2, 750), ranges)

    assert recency.segment == SegmentRange(10, 40, pytest.approx(0.6), pytest.approx(0.9))  # type: ignore[arg-type]
    assert frequency.segment == SegmentRange(1, 1, 0, pytest.approx(0.6, abs=0.006))  # type: ignore[arg-type]
    assert money.segment is None


def test_outside_of_the_training_the_place_is_an_end(model: Model) -> None:
    """Longer ago than anybody is 0, more money than anybody 1."""
    recency, _frequency, money = percentile_ranks(model, (900, 1, 9_000))

    assert (recency.place, money.place) == (0, 1)
