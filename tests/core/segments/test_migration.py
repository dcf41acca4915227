"""Who changed segment, and whether the customer or the model did."""

from __future__ import annotations

import pytest

from server.core.segments.migration import Flow, migration
from tests.core.conftest import plain_model

OLD = plain_model()
"""Champions (0) up to 19 days of recency, Lost (1) from then on."""
NEW = plain_model(version=2, centres=[(2.0, 1.0, 4.0), (3.0, 1.0, 4.0)])
"""The border is at log(1 + R) = 2.5 now: 11.2 days."""

THEN = {"stays": 2, "moves": 10, "is moved": 15, "both": 60, "back again": 15}
TODAY = {"stays": 3, "moves": 40, "is moved": 15, "both": 15, "back again": 5, "new": 1}


def found():  # type: ignore[no-untyped-def]
    return migration(
        list(THEN),
        [[r, 1, 50] for r in THEN.values()],
        list(TODAY),
        [[r, 1, 50] for r in TODAY.values()],
        OLD,
        NEW,
    )


def test_each_customer_is_attributed() -> None:
    """The old model on both figures shows the customer's move, both models on the new figures the model's."""
    kinds = dict(zip(TODAY, found().kinds, strict=True))

    assert kinds == {
        "stays": "stayed",
        "moves": "customer moved",  # the old model says Lost, and so does the new
        "is moved": "segments are new",  # the same figures, another border
        "both": "stayed",  # Lost before, Lost now, whatever the old model would say today
        "back again": "stayed",
        "new": "new customer",
    }


def test_both_kinds_at_once() -> None:
    """Where the old model would have given a third segment, customer and model both had a part."""
    centres = [(1.0, 1.0, 4.0), (2.0, 1.0, 4.0), (4.0, 1.0, 4.0)]
    three = {"clusters": [0, 1, 2], "names": ["A", "B", "C"], "next_cluster": 3, "bootstrap": []}
    old = plain_model(centres=centres, **three)
    new = plain_model(centres=[(1.0, 1.0, 4.0), (1.2, 1.0, 4.0), (2.0, 1.0, 4.0)], **three)

    seen = migration(["x"], [[1, 1, 50]], ["x"], [[6.4, 1, 50]], old, new)

    assert seen.kinds == ["customer moved and segments are new"]
    assert seen.flows == [Flow(0, 2, "customer moved and segments are new", 1, 50.0)]


def test_flows_count_customers_and_revenue_by_kind() -> None:
    """The two kinds stand apart, those who stayed last."""
    assert found().flows == [
        Flow(0, 1, "customer moved", 1, 50.0),
        Flow(0, 1, "segments are new", 1, 50.0),
        Flow(None, 0, "new customer", 1, 50.0),
        Flow(0, 0, "stayed", 2, 100.0),
        Flow(1, 1, "stayed", 1, 50.0),
    ]


def test_retention_is_of_those_who_did_not_move() -> None:
    """Three stayed, one was moved by the model; who moved and who is new do not count."""
    assert found().retention == pytest.approx(0.75)
    assert found().previous == [0, 0, 0, 1, 0, None]


def test_the_sentence() -> None:
    """Both kinds in the marketer's words; nothing where nobody was known."""
    assert found().sentence() == (
        "1 of 5 customers changed segment through their buying. 1 moved as the segments are new."
    )
    assert migration([], [], ["new"], [[1, 1, 50]], OLD, NEW).sentence() == ""
