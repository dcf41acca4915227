"""A training tells how far it is, in small steps: the bar in the sidebar moves throughout."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from server.training.candidates import DRAWS
from server.training.choosing_k import CANDIDATES
from server.training.train import BOOTSTRAP_MODELS, train
from tests.training.conftest import USUAL, table_of


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n_clusters", "longest", "fewest"),
    [(None, 0.08, len(CANDIDATES) * (DRAWS + 1) + BOOTSTRAP_MODELS), (3, 0.22, DRAWS + BOOTSTRAP_MODELS)],
    ids=["k chosen", "k given"],
)
def test_no_step_is_long_and_none_goes_back(
    rfm: np.ndarray, n_clusters: int | None, longest: float, fewest: int
) -> None:
    """Each candidate, each draw that it is tried on and each bootstrap model is told when it is done."""
    steps_told = [0.0]

    train(
        table_of(rfm),
        transactions=1,
        version=1,
        trained_at="2026-01-01T00:00:00Z",
        history=USUAL,
        n_clusters=n_clusters,
        progress=steps_told.append,
    )

    steps = [later - earlier for earlier, later in itertools.pairwise(steps_told)]
    assert steps_told[-1] == 1.0
    assert min(steps) >= 0
    assert max(steps) <= longest
    assert sum(step > 0 for step in steps) >= fewest
