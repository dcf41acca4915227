"""A model of customers: the same whatever the order and the units, and sensible on odd data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from server.core.segments.model import Model, checksum, load_model, to_json
from server.core.segments.prediction import assign, confidence, scaled
from server.errors import TooFewCustomersError
from server.training.holdout import History
from server.training.scorecard import summary
from server.training.train import train
from server.training.warm_start import Previous
from tests.training.conftest import NO_PAUSES, USUAL, pauses, table_of, three_kinds


def trained(rfm: Any, ids: Any = None, **options: Any) -> Model:
    options = {"history": USUAL, "version": 1, "transactions": 0, "trained_at": "", **options}
    return train(table_of(rfm, ids), **options)


def test_a_model_finds_the_kinds_that_there_are(rfm: np.ndarray) -> None:
    """Customers of a kind share a segment, customers of two kinds do not."""
    model = trained(rfm)

    clusters = assign(model, rfm).reshape(3, 60)
    assert [len(set(kind)) for kind in clusters.tolist()] == [1, 1, 1]
    assert len(np.unique(clusters)) == model.k == 3
    assert model.names[model.clusters.index(int(clusters[0, 0]))] == "Champions"


def test_the_first_model_numbers_by_value(rfm: np.ndarray) -> None:
    """0 is the segment that spent most."""
    model = trained(rfm)

    assert set(assign(model, rfm[:60]).tolist()) == {0}


@pytest.mark.slow
def test_the_order_of_customers_does_not_matter(rfm: np.ndarray) -> None:
    """A shuffled sheet gives the same model, to the last bit."""
    shuffled = np.random.default_rng(1).permutation(len(rfm))
    ids = np.array([f"C{i:05}" for i in range(len(rfm))])

    model, other = trained(rfm, ids.tolist()), trained(rfm[shuffled], ids[shuffled].tolist())

    assert to_json(model) == to_json(other)


@pytest.mark.slow
@pytest.mark.parametrize("factor", [100.0, 0.013], ids=["cents", "another currency"])
def test_the_currency_does_not_matter(rfm: np.ndarray, factor: float) -> None:
    """Money in another unit gives the same segments."""
    model = trained(rfm)
    other = trained(rfm * np.array([1, 1, factor]))

    assert assign(model, rfm).tolist() == assign(other, rfm * np.array([1, 1, factor])).tolist()
    assert np.allclose(model.centres, other.centres, atol=1e-7)


@pytest.mark.slow
def test_weeks_give_the_segments_that_days_give(rfm: np.ndarray) -> None:
    """Recency and gaps in weeks give the same segments."""
    weeks = rfm / np.array([7, 1, 1])
    model, other = trained(rfm), trained(weeks, history=History(pauses(USUAL.pauses.days / 7)))

    assert assign(model, rfm).tolist() == assign(other, weeks).tolist()
    assert model.units[0] == pytest.approx(30)
    assert other.units[0] == pytest.approx(30 / 7)


def test_prediction_agrees_with_scikit_learn_on_every_row(rfm: np.ndarray) -> None:
    """The service's own nearest centre is that of KMeans.predict."""
    model = trained(rfm, n_clusters=5)
    reference = KMeans(n_clusters=5, n_init=1, init=np.array(model.centres), max_iter=1)
    reference.fit(np.array(model.centres))
    rng = np.random.default_rng(3)
    typed = np.column_stack(
        [rng.integers(0, 900, 5_000), rng.integers(1, 60, 5_000), rng.uniform(0.01, 9_000, 5_000)]
    )

    for rows in (rfm, typed):
        given = np.array([model.clusters[i] for i in reference.predict(scaled(model, rows))])
        assert (assign(model, rows) == given).all()


def test_a_model_survives_its_own_json(rfm: np.ndarray) -> None:
    """What was written is what is read."""
    model = trained(rfm)
    text = to_json(model)

    assert load_model(text, checksum(text)) == model
    assert len(text) < 50_000


@pytest.mark.slow
class TestIdentity:
    def test_numbers_and_names_stay_when_customers_come(self, rfm: np.ndarray) -> None:
        """A retrain on more customers of the same kinds keeps numbers and names."""
        model = trained(rfm)
        more = np.vstack([rfm, three_kinds(30, seed=9)])

        again = trained(more, version=2, previous=Previous(model))

        assert sorted(zip(again.clusters, again.names, strict=True)) == sorted(
            zip(model.clusters, model.names, strict=True)
        )
        assert (assign(again, rfm) == assign(model, rfm)).mean() >= 0.98
        assert again.figures["agreement"] >= 0.98

    @pytest.mark.parametrize("seed", range(6))
    def test_who_did_not_move_is_left_in_place_where_nothing_holds(self, seed: int) -> None:
        """Customers without any structure, and a month later others like them: 98 % of the former keep theirs."""
        rng = np.random.default_rng(seed)

        def customers(n: int) -> np.ndarray:
            return np.column_stack([rng.integers(1, 400, n), rng.integers(1, 9, n), rng.lognormal(5, 1, n)])

        then = customers(200)
        model = trained(then)

        again = trained(
            np.vstack([then, customers(60)]),
            history=History(pauses(USUAL.pauses.days * 1.4)),
            version=2,
            previous=Previous(model),
        )

        assert (assign(again, then) == assign(model, then)).mean() >= 0.98

    def test_a_number_is_never_used_again(self, rfm: np.ndarray) -> None:
        """A kind that goes takes its number along; a new kind gets a new one."""
        model = trained(rfm, n_clusters=3)
        without = trained(rfm[:120], version=2, n_clusters=2, previous=Previous(model))

        back = trained(rfm, version=3, n_clusters=3, previous=Previous(without))

        gone = set(model.clusters) - set(without.clusters)
        assert len(gone) == 1
        assert not gone & set(back.clusters)
        assert max(back.clusters) == 3
        assert back.next_cluster == 4

    def test_the_number_of_segments_stays_in_a_retrain(self, rfm: np.ndarray) -> None:
        """Four segments that the marketer once asked for stay four when the setting is auto again."""
        model = trained(rfm, n_clusters=4)

        again = trained(rfm, version=2, previous=Previous(model))

        assert again.k == 4
        assert "as before" in again.why_k

    def test_numbers_are_matched_from_the_sheet_where_the_model_is_lost(self, rfm: np.ndarray) -> None:
        """Segmented_Customers alone is enough to keep the numbers."""
        ids = [f"C{i:05}" for i in range(len(rfm))]
        former = {who: 7 + i // 60 for i, who in enumerate(ids)}

        model = trained(rfm, ids, previous=Previous(None, former))

        assert assign(model, rfm).tolist() == [former[who] for who in ids]
        assert model.next_cluster == 10


@pytest.mark.slow
class TestOddData:
    def test_everyone_bought_once(self) -> None:
        """Frequency is constant and counts for nothing; no name says loyal."""
        rng = np.random.default_rng(2)
        rfm = np.column_stack([rng.integers(1, 400, 300), np.ones(300), rng.lognormal(3, 1, 300)])

        model = trained(rfm, history=NO_PAUSES)

        assert model.k >= 3
        assert not {"Champions", "Loyal", "Potential Loyalists"} & set(model.names)
        assert any("100% of the customers bought once" in warning for warning in model.warnings)

    def test_all_customers_are_equal(self) -> None:
        """There is one segment, and that is said."""
        model = trained(np.tile([5.0, 2, 30], (40, 1)))

        assert model.k == 1
        assert model.names == ["All Customers"]
        assert assign(model, [[5, 2, 30], [900, 1, 1]]).tolist() == [0, 0]
        assert any("one segment" in warning for warning in model.warnings)
        assert summary(model)

    @pytest.mark.parametrize("customers", [15, 16, 30, 100])
    def test_few_customers(self, customers: int) -> None:
        """From 15 customers on there are segments, with a warning below 100."""
        model = trained(three_kinds(40)[:: max(1, 120 // customers)][:customers])

        assert 1 <= model.k <= 8
        assert len(set(model.names)) == model.k
        assert any("Few customers" in warning for warning in model.warnings) == (customers < 100)

    def test_fourteen_customers_are_too_few(self) -> None:
        """The error names both figures."""
        with pytest.raises(
            TooFewCustomersError, match="14 customers with spend above 0; segments need at least 15"
        ):
            trained(three_kinds(5)[:14])

    def test_more_segments_than_different_customers(self) -> None:
        """The setting is named with what there is."""
        with pytest.raises(TooFewCustomersError, match="Clusters = 3 in Settings needs at least 3"):
            trained(np.tile([[5.0, 2, 30], [90, 1, 10]], (10, 1)), n_clusters=3)

    def test_one_whale_among_five_thousand(self) -> None:
        """The whale does not get a segment of its own: no segment is below 3 % of the customers."""
        rng = np.random.default_rng(4)
        frequency = rng.geometric(0.4, 5_000)
        rfm = np.column_stack(
            [rng.integers(1, 365, 5_000), frequency, frequency * rng.lognormal(3, 0.6, 5_000)]
        )
        rfm[0] = [1, 400, 5_000_000]

        model = trained(rfm)

        assert model.figures["smallest_share"] >= 0.03
        best = model.clusters[
            int(np.argmax([np.mean(rfm[assign(model, rfm) == n, 2]) for n in model.clusters]))
        ]
        assert assign(model, rfm[:1])[0] == best

    def test_recency_beyond_the_training(self, rfm: np.ndarray) -> None:
        """A customer of a hundred years ago is with those who have been away longest."""
        model = trained(rfm)

        assert assign(model, [[36_500, 1, 30.0]])[0] == assign(model, rfm[-1:])[0]

    def test_recency_of_nought_for_all(self) -> None:
        """An analysis date on the day of the only sale gives segments by money alone."""
        money = np.repeat([5.0, 50.0, 500.0], 20) + np.tile(np.arange(20) / 10, 3)
        rfm = np.column_stack([np.zeros(60), np.ones(60), money])

        model = trained(rfm, history=NO_PAUSES)

        assert np.isfinite(model.centres).all()
        assert model.k >= 3


@pytest.mark.slow
@settings(max_examples=12)
@given(
    st.lists(
        st.tuples(st.integers(0, 900), st.integers(1, 40), st.floats(0.01, 1e6, allow_nan=False)),
        min_size=15,
        max_size=60,
    )
)
def test_any_customers_get_a_model(rows: list[tuple[int, int, float]]) -> None:
    """Whatever the customers, numbers and names are distinct and equal customers are together."""
    rfm = np.array(rows + rows[:1], dtype=np.float64)

    model = trained(rfm)

    clusters = assign(model, rfm)
    assert clusters[0] == clusters[-1]
    assert len(set(model.names)) == len(set(model.clusters)) == model.k
    text = to_json(model)
    assert load_model(text, checksum(text)) == model


@pytest.mark.slow
def test_confidence_is_a_share_of_the_bootstrap_models(rfm: np.ndarray) -> None:
    """A customer in the middle of a kind is sure; one between two kinds is less so."""
    model = trained(rfm)
    centre = np.median(rfm[:60], axis=0)

    sure = confidence(model, [centre], assign(model, [centre]))

    assert sure.tolist() == [1.0]
    between = np.column_stack([np.full(900, 10.0), np.linspace(1, 12, 900), np.geomspace(35, 900, 900)])
    assert confidence(model, between, assign(model, between)).min() < 1.0
