"""Who is held out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.experiments.dealing import deal, held_out_of, position, standing_control
from server.core.experiments.eligibility import Why, eligible
from server.core.experiments.groups import RunningGroups

IDS = [f"C-{number}" for number in range(1000)]


def test_a_position_is_the_first_eight_bytes_of_the_salted_hash() -> None:
    """Worked out apart: salt demo, customer C-1001, 0.624337."""
    assert position("demo", "C-1001") == pytest.approx(0.624337, abs=5e-7)


def test_a_position_depends_on_the_salt() -> None:
    """Who is held out of one test is not held out of the next for it."""
    spring = deal(IDS, [0] * 1000, 0.2, "Spring")
    autumn = deal(IDS, [0] * 1000, 0.2, "Autumn")

    assert spring.sum() == autumn.sum() == 200
    assert 20 <= (spring & autumn).sum() <= 60  # 40 are expected of two independent dealings


@given(st.permutations(range(40)))
def test_the_order_of_the_rows_changes_no_group(order: list[int]) -> None:
    ids, segments = [IDS[i] for i in range(40)], [i % 3 for i in range(40)]
    held = deal(ids, segments, 0.3, "Spring")

    shuffled = deal([ids[i] for i in order], [segments[i] for i in order], 0.3, "Spring")

    assert shuffled.tolist() == [bool(held[i]) for i in order]


def test_each_segment_holds_out_its_own_share() -> None:
    """14 of 70, 3 of 13 (2.6 rounds up) and nobody of 2 (.4 rounds down)."""
    segments = np.array([0] * 70 + [1] * 13 + [2] * 2)

    held = deal(IDS[:85], segments, 0.2, "Spring")

    assert [int(held[segments == number].sum()) for number in range(3)] == [14, 3, 0]
    assert held_out_of(5, 0.5) == 3


def test_the_standing_group_keeps_its_members_as_it_grows() -> None:
    small, large = standing_control(IDS, 0.05), standing_control(IDS, 0.1)

    assert 0 < small.sum() < large.sum()
    assert not (small & ~large).any()
    assert not standing_control(IDS, 0).any()


def test_a_new_customer_joins_the_standing_group_by_the_hash_alone() -> None:
    alone = [bool(standing_control([who], 0.1)[0]) for who in IDS[:100]]

    assert alone == standing_control(IDS, 0.1)[:100].tolist()


def test_who_is_left_out_of_a_test_is_counted_for_the_first_reason() -> None:
    """b cannot be reached and is in another test: counted once."""
    eligibility = eligible(
        ["a", "b", "c", "d"],
        reachable={"a", "c", "d"},
        in_tests={"b", "c"},
        standing=np.array([False, False, False, True]),
    )

    assert eligibility.mask.tolist() == [True, False, False, False]
    assert eligibility.left_out == {Why.NO_CONTACT: 1, Why.IN_ANOTHER_TEST: 1, Why.STANDING_CONTROL: 1}


def test_without_contacts_everybody_counts_as_reachable() -> None:
    eligibility = eligible(["a", "b"], reachable=None, in_tests=(), standing=np.zeros(2, dtype=bool))

    assert eligibility.mask.all()
    assert not eligibility.left_out


def test_members_of_a_running_test_belong_to_its_groups_alone() -> None:
    """A customer of the action group is contacted though the standing group would hold them out."""
    standing = next(who for who in IDS if standing_control([who], 0.1)[0])
    other = next(who for who in IDS if not standing_control([who], 0.1)[0])
    running = RunningGroups(action={standing: "Spring"}, control={other: "Spring"})

    assert running.held_out([standing, other], 0.1).tolist() == [False, True]
    assert RunningGroups().held_out([standing, other], 0.1).tolist() == [True, False]
    assert running.texts([standing, other, "x"], 0.0) == ["action: Spring", "control: Spring", ""]
    assert RunningGroups().texts([standing], 0.1) == ["standing control"]
