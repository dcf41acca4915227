"""Which row of `Action_Map` each segment has, and how moved rows are put right."""

from __future__ import annotations

from server.core.segments.action_plans import Plan
from server.core.segments.map_merge import MapRow, merged, repaired

LOST, NEW, LOYAL = Plan("Lost", "Rest"), Plan("New", "Greet"), Plan("Loyal", "Thank")


def row(cluster: int | None, plan: Plan) -> MapRow:
    return MapRow(cluster, plan.segment, plan.action_plan)


def test_a_segment_keeps_its_row_and_a_new_one_comes_below() -> None:
    """Row 4 holds a note of the marketer, so the new segment has row 5."""
    rows = {2: row(1, NEW), 3: row(0, LOST), 4: MapRow(None, "my note", "")}

    merge = merged(rows, [0, 1, 2], {0: LOST, 1: NEW, 2: LOYAL}, parks_all=False)

    assert merge.places == {0: 3, 1: 2, 2: 5}
    assert merge.texts == {5: ("Loyal", "Thank")}
    assert merge.last == 5


def test_a_number_that_no_customer_has_any_more_keeps_its_row() -> None:
    """Cluster 7 is gone; its text is not given to others."""
    merge = merged({2: row(7, LOST)}, [0], {0: NEW}, parks_all=False)

    assert (merge.gone, merge.places) == ({2: 7}, {0: 3})


def test_where_numbers_lost_their_meaning_all_texts_are_parked() -> None:
    """The text in row 2 stays without a number, though its number is used again."""
    merge = merged({2: row(0, LOST)}, [0], {0: NEW}, parks_all=True)

    assert (merge.parked, merge.places, merge.texts) == ([2], {0: 3}, {3: ("New", "Greet")})


def test_rows_that_stand_where_they_stood_need_no_repair() -> None:
    """The text of row 2 is what the service wrote there."""
    before = {2: row(0, Plan("Old", "Old"))}

    assert repaired(before, {2: row(0, LOST)}, {0}, {0: LOST}, last=2) is None


def test_rows_that_were_sorted_meanwhile_get_their_numbers_back() -> None:
    """The marketer swapped two texts; the service had written the numbers by row."""
    before = {2: row(0, LOST), 3: row(1, NEW)}
    after = {2: row(0, NEW), 3: row(1, LOST)}

    repair = repaired(before, after, {0, 1}, {}, last=3)

    assert repair is not None
    assert (repair.places, repair.blank, repair.back) == ({0: 3, 1: 2}, [], {})


def test_a_text_that_was_written_over_comes_back_below() -> None:
    """Row 2 was deleted and row 3 moved up: the number 1 stands beside the text of 1 again, that of 0 comes back."""
    before = {2: row(0, LOST), 3: row(1, NEW)}
    after = {2: row(0, NEW)}

    repair = repaired(before, after, {0, 1}, {}, last=2)

    assert repair is not None
    assert (repair.places, repair.back, repair.last) == ({1: 2, 0: 3}, {3: ("Lost", "Rest")}, 3)


def test_a_row_that_shows_anothers_number_loses_it() -> None:
    """The text of 0 stands in row 4 now; the number 0 in row 2 is beside nothing."""
    before = {2: row(0, LOST)}
    after = {2: MapRow(0, "", ""), 4: MapRow(None, "Lost", "Rest")}

    repair = repaired(before, after, {0}, {}, last=4)

    assert repair is not None
    assert (repair.places, repair.blank) == ({0: 4}, [2])
