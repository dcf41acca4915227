"""The measurement of models by the sample that they were found on: its figures, and that samples differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from proving.bench.sources import write_orders
from proving.source_draws import DRAWS, draw, first_models, measure, optimum, read, retrained
from server.core.options import Options


@dataclass(frozen=True)
class Placed:
    """Customers whose clusters are written down for each model."""

    ids: Sequence[str]
    by_model: dict[str, list[int]]

    def clusters(self, model: Any) -> Any:
        return np.array(self.by_model[model])


def test_who_is_kept_is_counted_among_those_whom_their_buying_did_not_move() -> None:
    """A and B stay by the former model, C moves by it, D is new; one retrain moves B, the other nobody."""
    then = Placed(["A", "B", "C"], {"former": [0, 1, 1]})
    now = Placed(["A", "B", "C", "D"], {"former": [0, 1, 0, 0], "one": [0, 0, 0, 0], "other": [0, 1, 0, 0]})

    after = retrained(then, now, "former", ["one", "other"])  # type: ignore[arg-type,list-item]

    assert after.kept == (0.5, 1.0)
    assert after.unmoved == 2
    assert after.agreement == 0.0  # one puts all into one cluster: it agrees as far as chance does


def test_two_retrains_that_part_alike_agree_whatever_their_numbers() -> None:
    """The numbers of clusters are names."""
    everybody = Placed(["A", "B", "C"], {"former": [0, 1, 1], "one": [5, 7, 7], "other": [2, 0, 0]})

    assert retrained(everybody, everybody, "former", ["one", "other"]).agreement == 1.0  # type: ignore[arg-type,list-item]


@pytest.mark.slow
def test_draws_are_samples_of_their_own_and_come_near_the_best_fit(tmp_path: Path) -> None:
    """Of 1,590 customers some 500 each; the labels of the best fit are those of nobody's model."""
    orders = tmp_path / "orders" / "orders.parquet"
    orders.parent.mkdir()
    write_orders(orders, 30_000)
    shop = read(orders, tmp_path, sample=500)

    draws = [draw(shop, salt, options=Options(clusters=3)) for salt in DRAWS[:2]]
    firsts = first_models(shop, draws)

    assert 1_550 < len(shop.ids) <= 1_590
    assert draws[0].customers != draws[1].customers
    assert draws[0].on_sample.centres != draws[1].on_sample.centres
    assert all(400 < found.customers <= 560 for found in draws)
    assert all(one.segments == 3 and one.after_steps > 0.9 for one in firsts)
    assert sum(one.after_steps for one in firsts) > sum(one.on_sample for one in firsts)
    assert np.unique(optimum(shop, draws[0].pauses, 4)).tolist() == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="all in the sample"):
        measure(orders, tmp_path)
