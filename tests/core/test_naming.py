"""Names are true of their segments, distinct, and each has a plan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.naming import OTHER_PLAN, PLANS, Portrait, default_plan, name_segments

BASE = Portrait(longer_gaps=0.0, one_time=0.9, median_frequency=1, value=0.1)
"""A segment that nothing good can be said of, beside the one in question."""


def name(longer_gaps: float, one_time: float, frequency: float, value: float) -> str:
    return name_segments([Portrait(longer_gaps, one_time, frequency, value), BASE])[0]


@pytest.mark.parametrize(
    ("portrait", "expected"),
    [
        ((0.8, 0.0, 8, 0.95), "Champions"),
        ((0.5, 0.0, 2, 0.70), "Champions"),
        ((0.8, 0.0, 3, 0.60), "Loyal"),
        ((0.8, 0.1, 2, 0.30), "Potential Loyalists"),
        ((0.8, 0.9, 1, 0.90), "New, High Spend"),
        ((0.8, 0.9, 1, 0.30), "New"),
        ((0.3, 0.0, 4, 0.90), "Need Attention"),
        ((0.3, 0.0, 2, 0.30), "About to Sleep"),
        ((0.3, 0.9, 1, 0.90), "One Order, High Spend"),
        ((0.3, 0.9, 1, 0.50), "Promising"),
        ((0.1, 0.0, 4, 0.90), "Cannot Lose Them"),
        ((0.1, 0.0, 3, 0.50), "At Risk"),
        ((0.1, 0.9, 1, 0.90), "One Order, High Spend, Away"),
        ((0.1, 0.9, 1, 0.50), "Hibernating"),
    ],
)
def test_each_family_has_its_names(portrait: tuple[float, float, float, float], expected: str) -> None:
    """How long ago by the gaps, one order or more, and how much, in this order."""
    assert name(*portrait) == expected


@pytest.mark.parametrize(
    "portrait",
    [(0.49, 0.0, 9, 0.99), (0.9, 0.6, 2, 0.99), (0.9, 0.4, 1, 0.99)],
    ids=["fewer than half of the gaps are longer", "most bought once", "the median customer bought once"],
)
def test_champions_and_loyal_have_come_back_and_are_here(portrait: tuple[float, float, float, float]) -> None:
    """Neither name is given to who is silent for longer than most gaps, or to first orders."""
    assert name(*portrait) not in ("Champions", "Loyal", "Potential Loyalists")


def test_the_better_of_a_family_gets_the_better_name() -> None:
    """Whatever the order in which they stand."""
    worse, better = Portrait(0.9, 0.0, 5, 0.75), Portrait(0.6, 0.0, 9, 0.95)

    assert name_segments([worse, better]) == ["Loyal", "Champions"]
    assert name_segments([better, worse]) == ["Champions", "Loyal"]


def test_what_no_name_fits_is_described() -> None:
    """A second segment of lost customers is told by what is true of it."""
    assert name_segments([BASE, Portrait(0.1, 0.8, 1, 0.05)]) == ["Lost", "One Order, Low Spend, Away"]


portraits = st.builds(
    Portrait,
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(1, 50),
    st.floats(0, 1),
    st.floats(0, 900),
    st.floats(1, 1e6),
)


@given(st.lists(portraits, min_size=2, max_size=12))
def test_no_two_names_are_equal_and_none_is_untrue(segments: list[Portrait]) -> None:
    """Over any segments: distinct, and each name keeps its guard."""
    names = name_segments(segments)

    assert len(set(names)) == len(segments)
    for each, given_name in zip(segments, names, strict=True):
        if given_name in ("Champions", "Loyal", "Potential Loyalists"):
            assert each.longer_gaps >= 0.5
            assert each.median_frequency >= 2
            assert each.one_time < 0.5
        if given_name.startswith("New"):
            assert each.longer_gaps >= 0.5
        if "High Spend" in given_name:
            assert each.value >= 0.7
        assert default_plan(given_name) != OTHER_PLAN


def test_each_plan_is_short_and_opens_with_a_sign() -> None:
    """A sign, a space, a word and a colon."""
    for plan in PLANS.values():
        sign, _space, words = plan.partition(" ")
        assert not sign[0].isalnum()
        assert ":" in words
        assert len(plan) <= 90
    assert len(set(PLANS.values())) == len(PLANS)


def test_one_segment_is_all_customers() -> None:
    """There is nothing to tell apart."""
    assert name_segments([BASE]) == ["All Customers"]
