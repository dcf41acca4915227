"""Why a customer is in a segment, and what would change it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.explain import crossing, explain
from server.core.model import Model
from server.core.prediction import assign
from tests.core.conftest import plain_model


def test_standing_in_words(model: Model) -> None:
    """Of recencies 0 to 100 a customer of 8 days is more recent than 92 %; 60 % have one order."""
    told = explain(model, 8, 2, 750).sentences

    assert told[0] == "Bought 8 days ago: more recently than 92% of customers."
    assert told[1] == "2 orders: more than 60% of customers have."
    assert told[2] == "Spent 750.00 in all: more than 75% of customers."


def test_standing_at_the_ends(model: Model) -> None:
    """One order is more than nobody's; today is more recent than all others."""
    told = explain(model, 0, 1, 5_000).sentences

    assert told[0].startswith("Bought today: more recently than 100%")
    assert told[1] == "1 order: more than 0% of customers have."
    assert told[2].endswith("more than 100% of customers.")


def test_the_day_of_leaving_is_solved_for(model: Model) -> None:
    """Halfway between the centres log(1 + R) is 3, so R is e³ - 1 = 19.09: from 5 days that is 15 more days."""
    found = explain(model, 5, 1, 50)

    assert crossing(model, (5, 1, 50), "recency", 0, 1) == pytest.approx(math.exp(3) - 1)
    assert found.segment == "Champions"
    assert found.silence is not None
    assert (found.silence.days, found.silence.segment) == (15, "Lost")
    assert found.silence.sentence == "After 15 more days without an order this customer goes to Lost."


def test_who_is_furthest_away_never_leaves_by_silence(model: Model) -> None:
    """There is no further segment in that direction."""
    assert explain(model, 60, 1, 50).silence is None


def test_a_usual_order_sets_recency_to_one_and_adds_the_usual_amount() -> None:
    """Two orders of 30 each: the next makes it 1 day, 3 orders, 90. Money alone separates these segments at e^4.3."""
    model = plain_model(centres=[(1.0, 1.0, 4.6), (1.0, 1.0, 4.0)])

    found = explain(model, 40, 2, 60)

    assert found.segment == "Lost"  # log 61 = 4.11 is nearer to 4
    assert found.next_order.segment == "Champions"  # log 91 = 4.51 is nearer to 4.6
    assert found.next_order.sentence == "Another usual order makes this customer Champions."
    assert found.usual_order == 30


def test_an_order_that_changes_nothing_is_told_so(model: Model) -> None:
    """A customer of Champions stays in it."""
    told = explain(model, 5, 1, 50).next_order.sentence

    assert told == "Another usual order leaves this customer in Champions."


def test_the_marketers_names_are_used(model: Model) -> None:
    """Renamed segments are told by their new name, also in what would change."""
    found = explain(model, 5, 1, 50, {0: "Stars", 1: "Sleepers"})

    assert (found.segment, found.next_nearest) == ("Stars", "Sleepers")
    assert "goes to Sleepers" in (found.silence.sentence if found.silence else "")


def test_confidence_is_told_as_a_count(model: Model) -> None:
    """At log(1 + R) = 2.75 the second model says otherwise: its border is 2.5."""
    found = explain(model, math.exp(2.75) - 1, 1, 50)

    assert found.confidence == 0.5
    assert any("so say 1 of 2 models" in told for told in found.sentences)


def test_inputs_outside_of_the_training_are_flagged(model: Model) -> None:
    """Each is named with what was seen and what is known."""
    assert explain(model, 5, 1, 50).flags == []
    assert explain(model, 101, 6, 50).flags == [
        "Recency 101 is outside of what the segments were made from (0 to 100 days).",
        "Frequency 6 is outside of what the segments were made from (1 to 5 orders).",
    ]


def test_one_segment_has_no_next() -> None:
    """Nothing to leave for, nothing next nearest."""
    found = explain(
        plain_model(centres=[(2.0, 1.0, 4.0)], clusters=[0], names=["All Customers"], bootstrap=[]), 5, 1, 50
    )

    assert found.next_nearest is None
    assert found.silence is None
    assert found.confidence == 1.0


_points = st.tuples(*[st.floats(-3, 3)] * 3)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(_points, min_size=2, max_size=8, unique=True),
    st.integers(0, 400),
    st.integers(1, 30),
    st.floats(1, 5_000),
)
def test_silence_is_exact_to_the_day(
    centres: list[tuple[float, float, float]], recency: int, frequency: int, money: float
) -> None:
    """The day told is the first on which the model itself gives another segment, whatever the centres."""
    k = len(centres)
    model = plain_model(
        units=(27.0, 1.0, 12.5),
        weights=(1.25, 0.25, 1.0),
        mean=(1.6, 0.9, 1.7),
        scale=(0.8, 0.5, 0.9),
        centres=centres,
        clusters=list(range(k)),
        names=[f"S{i}" for i in range(k)],
        next_cluster=k,
        bootstrap=[],
    )
    horizon = 3_000
    days = [(recency + day, frequency, money) for day in range(horizon + 1)]
    clusters = assign(model, days)
    changed = [day for day in range(1, horizon + 1) if clusters[day] != clusters[0]]

    silence = explain(model, recency, frequency, money).silence

    if changed:
        assert silence is not None
        assert (silence.days, silence.cluster) == (changed[0], clusters[changed[0]])
    else:
        assert silence is None or silence.days > horizon
