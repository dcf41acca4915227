"""The axes: monotone, without units, and back again."""

from __future__ import annotations

import numpy as np
import pytest

from server.core.segments.prediction import axes
from server.training.seeding import CELLS, portrayed, seeds
from server.training.space import Space, space_of
from tests.training.conftest import USUAL, pauses, three_kinds


@pytest.fixture
def space() -> Space:
    rfm = three_kinds()
    return space_of(rfm, USUAL.pauses.rhythm(rfm[:, 0]))


def test_each_axis_rises_with_its_figure(space: Space) -> None:
    """More orders never lie lower, longer silence and more money always higher."""
    days = axes([[day, 1, 10.0] for day in range(900)], space.units, space.steps)[:, 0]
    orders = axes([[1, f, 10.0] for f in range(1, 40)], space.units, space.steps)[:, 1]
    money = axes([[1, 1, m] for m in range(1, 900)], space.units, space.steps)[:, 2]

    latest = round(space.steps.latest)
    assert (np.diff(days[latest:]) > 0).all()
    assert (np.diff(orders) >= 0).all()
    assert (np.diff(money) > 0).all()


def test_silence_counts_most_at_the_usual_pauses(space: Space) -> None:
    """A day round the 30 days that half of all pauses do not exceed is worth more than one at 100 days."""
    latest = space.steps.latest
    days = axes([[latest + day, 1, 10.0] for day in (29, 31, 99, 101)], space.units, space.steps)[:, 0]

    assert days[1] - days[0] > 10 * (days[3] - days[2])


def test_the_second_order_counts_most(space: Space) -> None:
    """More than all further ones together."""
    one, two, many = axes([[1, 1, 1.0], [1, 2, 1.0], [1, 40, 1.0]], space.units, space.steps)[:, 1]

    assert one == 0
    assert two - one > many - two


def test_places_lead_back_to_figures(space: Space) -> None:
    """Recency and money come back; orders too, within what was seen."""
    rfm = np.array([[20.0, 3, 80], [300.0, 1, 15], [61.0, 12, 900]])

    back = space.back(space.of(rfm))

    assert np.allclose(back, rfm, rtol=1e-4)


def test_a_space_goes_part_of_the_way_to_another(space: Space) -> None:
    """Half of the way from a pause of 30 days to one of 60 is 45; all of the way is the other."""
    rfm = three_kinds()
    slower = space_of(
        rfm * np.array([2.0, 1, 1]),
        pauses(USUAL.pauses.days * 2).rhythm(rfm[:, 0]),
    )

    assert space.towards(slower, 0.5).steps.pauses[0] == 45
    assert space.towards(slower, 1.0) is slower


def test_seeds_are_the_merged_cells() -> None:
    """Three kinds of customers fill three cells and no more; their centres are the seeds."""
    rfm = three_kinds()
    rhythm = USUAL.pauses.rhythm(rfm[:, 0])
    space, cell = space_of(rfm, rhythm), portrayed(rfm, rhythm).cell
    X = space.of(rfm)

    centres = seeds(X, np.ones(len(X)), cell, 3)

    assert centres.shape == (3, 3)
    kinds = X.reshape(3, 60, 3)
    apart = np.abs(centres[:, None, :] - kinds.mean(axis=1)[None, :, :]).sum(axis=2)
    assert (apart.min(axis=0) < 0.2).all()
    assert len(seeds(X, np.ones(len(X)), cell, CELLS)) == len(np.unique(cell))
