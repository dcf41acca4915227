"""The colours of segments."""

from __future__ import annotations

from server.core.segments.colours import PALETTE, segment_colours


def test_each_segment_has_a_colour_of_its_own() -> None:
    colours = segment_colours([0, 3, 9, 12, 21, 30])

    assert len(set(colours.values())) == 6


def test_a_segment_keeps_its_colour_when_a_new_one_comes_whose_number_asks_for_the_same() -> None:
    before = segment_colours([0, 1, 2])

    after = segment_colours([0, 1, 2, 9])

    assert {number: after[number] for number in before} == before
    assert after[9] not in before.values()


def test_a_segment_keeps_its_colour_when_another_is_retired() -> None:
    assert segment_colours([0, 2, 3])[3] == segment_colours([0, 1, 2, 3])[3]


def test_more_segments_than_colours_have_colours_all_the_same() -> None:
    colours = segment_colours(range(len(PALETTE) + 3))

    assert len(colours) == len(PALETTE) + 3
    assert set(colours.values()) == set(PALETTE)
