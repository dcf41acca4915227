"""Who came into which segment, when, and from where."""

from __future__ import annotations

from server.core.segments.migration import CUSTOMER, NEW, STAYED, Flow
from server.core.segments.moves import (
    Stood,
    flows_of,
    moves_anybody,
    previous_segments,
    renames,
    segment_since,
)


def test_where_nobody_was_before_all_are_new() -> None:
    """Three customers in two segments: one flow a segment, with what they have spent."""
    flows = flows_of(None, [1, 0, 1], [10.0, 5.0, 2.5])

    assert flows == [Flow(None, 0, NEW, 1, 5.0), Flow(None, 1, NEW, 2, 12.5)]
    assert moves_anybody(flows)


def test_a_run_in_which_all_stay_moves_nobody() -> None:
    """One who moved is enough for a run that did."""
    stayed = Flow(0, 0, STAYED, 5, 1.0)

    assert not moves_anybody([stayed])
    assert moves_anybody([stayed, Flow(0, 1, CUSTOMER, 1, 1.0)])


def test_a_rename_is_no_move() -> None:
    """Number 0 was Champions and is Our best: who stayed there came from Our best, since the same day."""
    stood = Stood({"a": 0}, {"a": "Champions"}, {"a": 46_000.0}, {"a": "Champions"})

    assert previous_segments(["a"], stood, {0: "Our best"}, moved=True) == ["Our best"]
    assert previous_segments(["a"], stood, {0: "Our best"}, moved=False) == ["Our best"]
    assert segment_since(["a"], [0], stood, 46_010) == [46_000]


def test_a_segment_that_is_no_longer_in_use_keeps_its_name() -> None:
    """Number 7 belonged to a model before the last one: nothing names it but the cells themselves."""
    stood = Stood({"a": 7}, {"a": "Night owls"})

    assert previous_segments(["a"], stood, {0: "Champions"}, moved=True) == ["Night owls"]


def test_a_name_that_two_segments_bore_is_not_followed() -> None:
    """Which of the two a former segment was cannot be told by its name."""
    stood = Stood({"a": 0, "b": 1}, {"a": "Good", "b": "Good"}, previous={"a": "Good"})

    assert renames(stood, {0: "Better", 1: "Good"}) == {}
    assert previous_segments(["a"], stood, {0: "Better", 1: "Good"}, moved=False) == ["Good"]


def test_who_comes_back_into_a_segment_is_there_from_that_day() -> None:
    """A day that stands beside somebody who was elsewhere meanwhile counts no longer."""
    stood = Stood({"a": 1}, {"a": "Lost"}, {"a": 45_000.0})

    assert segment_since(["a"], [0], stood, 46_010) == [46_010]
