"""Why a customer is in a segment, and what would change it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.segments.explain import explain
from server.core.segments.model import Model, Steps
from server.core.segments.prediction import assign
from server.core.segments.turning_points import crossing
from tests.core.conftest import plain_model


def test_standing_in_words(model: Model) -> None:
    """Of recencies 0 to 100 a customer of 8 days is more recent than 92 %; 60 % have one order."""
    sentences = explain(model, 8, 2, 750).sentences

    assert sentences[0] == (
        "Bought 8 days ago: more recently than 92% of customers, and sooner than half of all usual pauses."
    )
    assert sentences[1] == "2 orders: more than 60% of customers have."
    assert sentences[2] == "Spent 750.00 in all: more than 75% of customers."


def test_standing_at_the_ends(model: Model) -> None:
    """One order is more than nobody's; today is more recent than all others."""
    sentences = explain(model, 0, 1, 5_000).sentences

    assert sentences[0].startswith("Bought today: more recently than 100%")
    assert sentences[1] == "1 order: more than 0% of customers have."
    assert sentences[2].endswith("more than 100% of customers.")


def test_the_day_of_leaving_is_solved_for(model: Model) -> None:
    """Halfway between the centres log(1 + R) is 3, so R is e³ - 1 = 19.09: from 5 days that is 15 more days."""
    explained = explain(model, 5, 1, 50)

    assert crossing(model, (5, 1, 50), "recency", 0, 1) == pytest.approx(math.exp(3) - 1)
    assert explained.segment == "Champions"
    assert explained.silence is not None
    assert (explained.silence.days, explained.silence.segment) == (15, "Lost")
    assert explained.silence.sentence == "After 15 more days without an order this customer moves to Lost."


def test_who_is_furthest_away_never_leaves_by_silence(model: Model) -> None:
    """There is no further segment in that direction."""
    assert explain(model, 60, 1, 50).silence is None


def test_a_usual_order_sets_recency_to_one_and_adds_the_usual_amount() -> None:
    """Two orders of 30 each: the next makes it 1 day, 3 orders, 90. Money alone separates these segments at e^4.3."""
    model = plain_model(centres=[(1.0, 1.0, 4.6), (1.0, 1.0, 4.0)])

    explained = explain(model, 40, 2, 60)

    assert explained.segment == "Lost"  # log 61 = 4.11 is nearer to 4
    assert explained.next_order.segment == "Champions"  # log 91 = 4.51 is nearer to 4.6
    assert explained.next_order.sentence == "Another usual order moves this customer to Champions."
    assert explained.usual_order == 30


def test_an_order_that_changes_nothing_is_told_so(model: Model) -> None:
    """A customer of Champions stays in it."""
    sentence = explain(model, 5, 1, 50).next_order.sentence

    assert sentence == "Another usual order leaves this customer in Champions."


def test_the_marketers_names_are_used(model: Model) -> None:
    """Renamed segments are told by their new name, also in what would change."""
    explained = explain(model, 5, 1, 50, {0: "Stars", 1: "Sleepers"})

    assert (explained.segment, explained.next_nearest) == ("Stars", "Sleepers")
    assert "moves to Sleepers" in (explained.silence.sentence if explained.silence else "")


def test_confidence_is_told_as_a_count(model: Model) -> None:
    """At log(1 + R) = 2.75 the second model says otherwise: its border is 2.5."""
    explained = explain(model, math.exp(2.75) - 1, 1, 50)

    assert explained.confidence == 0.5
    assert any("Same answer in 1 of 2 re-checks" in sentence for sentence in explained.sentences)


def test_inputs_outside_of_the_training_are_flagged(model: Model) -> None:
    """Each is named with what was seen and what is known."""
    assert explain(model, 5, 1, 50).flags == []
    assert explain(model, 101, 6, 50).flags == [
        "Recency 101 is outside of what the segments were made from (0 to 100 days).",
        "Frequency 6 is outside of what the segments were made from (1 to 5 orders).",
    ]


def test_one_segment_has_no_next() -> None:
    """Nothing to leave for, nothing next nearest."""
    explained = explain(
        plain_model(centres=[(2.0, 1.0, 4.0)], clusters=[0], names=["All Customers"], bootstrap=[]), 5, 1, 50
    )

    assert explained.next_nearest is None
    assert explained.silence is None
    assert explained.confidence == 1.0


_points = st.tuples(*[st.floats(-3, 3)] * 3)


@settings(max_examples=60)
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
    horizon = 730
    days = [(recency + day, frequency, money) for day in range(horizon + 1)]
    clusters = assign(model, days)
    changed = [day for day in range(1, horizon + 1) if clusters[day] != clusters[0]]

    silence = explain(model, recency, frequency, money).silence

    if changed:
        assert silence is not None
        assert (silence.days, silence.cluster) == (changed[0], clusters[changed[0]])
    else:
        assert silence is None or silence.days > horizon


STEPS = Steps(
    latest=1.0,
    pauses=(20.0, 32.0, 38.0),
    longest=99.0,
    orders=[(1.0, 0.0), (2.0, 1.0), (9.0, 1.6)],
    is_known=True,
)


@settings(max_examples=40)
@given(
    st.lists(_points, min_size=2, max_size=8, unique=True),
    st.integers(0, 400),
    st.integers(1, 30),
    st.floats(1, 5_000),
)
def test_silence_is_exact_to_the_day_in_steps_too(
    centres: list[tuple[float, float, float]], recency: int, frequency: int, money: float
) -> None:
    """The day told is the first on which the model itself gives another segment."""
    k = len(centres)
    model = plain_model(
        steps=STEPS,
        units=(20.0, 1.0, 12.5),
        centres=centres,
        clusters=list(range(k)),
        names=[f"S{i}" for i in range(k)],
        next_cluster=k,
        bootstrap=[],
    )
    days = [(recency + day, frequency, money) for day in range(731)]
    clusters = assign(model, days)
    changed = [day for day in range(1, 731) if clusters[day] != clusters[0]]

    silence = explain(model, recency, frequency, money).silence

    if changed:
        assert silence is not None
        assert (silence.days, silence.cluster) == (changed[0], clusters[changed[0]])
    else:
        assert silence is None or silence.days > 730


def test_the_state_is_the_sheets_or_that_of_the_shops_rhythm(model: Model) -> None:
    """Pauses of 0 to 40 days: 20 are usual, 32 long, so the slack is 1.6 and two orders slip after 32 days."""
    assert explain(model, 32, 2, 50).state == "Active"
    assert explain(model, 33, 2, 50).state == "Slipping"
    assert explain(model, 33, 2, 50, state="Away").state == "Away"


def test_a_first_order_is_told(model: Model) -> None:
    """In the sentence of the state."""
    explained = explain(model, 5, 1, 50)

    assert explained.is_first_order
    assert "Active: silent for no longer than is usual; this was a first order." in explained.sentences
    assert not explain(model, 5, 2, 50).is_first_order


def test_what_the_name_says_is_told_and_whom_it_does_not_fit() -> None:
    """A first order near the centre of Champions is told that the name does not fit; who came back is not."""
    model = plain_model(steps=STEPS, centres=[(0.0, 1.0, 4.0), (2.5, 0.0, 4.0)], bootstrap=[])

    first, best = explain(model, 5, 1, 50), explain(model, 5, 5, 900)

    assert first.segment == best.segment == "Champions"
    assert any(
        sentence.startswith("Champions: customers who came back, bought lately")
        for sentence in best.sentences
    )
    assert any("its name does not fit" in flag for flag in first.flags)
    assert not any("its name does not fit" in flag for flag in best.flags)
