"""Names are told apart in words, and each has a plan."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from server.core.segments.action_plans import Plan, moved_on
from server.core.segments.name_fit import NAMES, known_name
from server.core.segments.naming import MEANINGS, PLANS, default_plan, told_apart

LONGEST_SAME = 24


def test_the_one_that_fits_best_bears_the_name_alone() -> None:
    """The other is told by what they differ in most: money."""
    ranks = [(0.9, 0.8, 0.5), (0.9, 0.9, 0.95)]

    assert told_apart(["Champions", "Champions"], ranks, [0.9, 0.7], ["", ""]) == [
        "Champions",
        "Champions, Higher Spend",
    ]


def test_a_kept_name_stays_as_it_is() -> None:
    """The second Champions of the last month is told so this month too, whoever fits better now."""
    kept = ["Champions, Higher Spend", "Champions", ""]
    ranks = [(0.9, 0.9, 0.95), (0.9, 0.8, 0.5), (0.1, 0.1, 0.1)]

    names = told_apart(["Champions", "Champions", "Lost"], ranks, [0.99, 0.7, 0.9], kept)

    assert names == ["Champions, Higher Spend", "Champions", "Lost"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([name for name in NAMES if name != "One Order, High Spend, Away"]),
            st.tuples(*[st.floats(0, 1)] * 3),
            st.floats(-1, 1),
        ),
        min_size=2,
        max_size=12,
    )
)
def test_no_two_names_are_equal_and_the_difference_shows_soon(
    segments: list[tuple[str, tuple[float, float, float], float]],
) -> None:
    """Words, no number; each keeps its usual name in front; two with one name differ within 24 characters."""
    names, ranks, votes = zip(*segments, strict=True)

    distinct = told_apart(names, ranks, votes, [""] * len(names))

    assert len(set(distinct)) == len(distinct)
    assert not any(c.isdigit() for text in distinct for c in text)
    assert [known_name(text) for text in distinct] == list(names)
    if max(map(names.count, names)) <= 6:  # beyond, two of the words stand behind a name
        for one, other in combinations(distinct, 2):
            same = next(
                (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
                min(len(one), len(other)),
            )
            assert same <= LONGEST_SAME


def test_each_plan_is_short_and_opens_with_a_sign() -> None:
    """A sign, a space, a word and a colon."""
    for plan in PLANS.values():
        sign, _space, words = plan.partition(" ")
        assert not sign[0].isalnum()
        assert ":" in words
        assert len(plan) <= 90
    assert len(set(PLANS.values())) == len(PLANS)
    assert set(MEANINGS) == set(NAMES)


def test_the_products_own_texts_move_on_and_the_marketers_stay() -> None:
    """Name and plan each by themselves; a new segment gets the product's."""
    ours = Plan("Champions", default_plan("Champions"))

    assert moved_on(ours, "Lost", "Champions") == Plan("Lost", default_plan("Lost"))
    assert moved_on(Plan("VIPs", ours.action_plan), "Lost", "Champions") == Plan("VIPs", default_plan("Lost"))
    assert moved_on(Plan("", ""), "Lost") == Plan("Lost", default_plan("Lost"))
    assert moved_on(Plan("VIPs", "Call."), "Lost") == Plan("VIPs", "Call.")
