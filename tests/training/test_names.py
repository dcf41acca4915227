"""Names by vote, kept by the truth, and never the worse plan for the better customer."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from server.core.segments.model import Model
from server.core.segments.name_fit import NAMES, absurd, fits
from server.core.segments.naming import plan_rank
from server.core.segments.prediction import assign
from server.training.names import Ballot, Votes, elected, given_names, in_order
from server.training.seeding import GRID_NAMES, KINDS, portrayed
from server.training.train import train
from server.training.warm_start import Previous
from tests.training.conftest import USUAL, table_of, three_kinds


def votes_for(*fit: dict[str, float]) -> Votes:
    """Return votes in which each segment's names fit so many, and none is absurd."""
    rows = np.array([[shares.get(name, 0.0) for name in NAMES] for shares in fit])
    nothing, share = np.zeros_like(rows), np.full(len(fit), 1 / len(fit))
    return Votes(rows, nothing, nothing, rows, nothing, share, share)


def named(votes: Votes, kept: list[int] | None = None) -> list[str]:
    return [NAMES[place] for place in elected(votes, kept)]


def test_the_votes_are_those_of_customers_and_revenue() -> None:
    """Counted by patterns, they are the plain means of what the judge says of each customer."""
    rfm = three_kinds()
    customers = portrayed(rfm, USUAL.pauses.rhythm(rfm[:, 0]))
    labels = np.arange(len(rfm)) % 4

    votes = Ballot(customers).count(labels, 4)

    for row in range(4):
        members, money = labels == row, rfm[labels == row, 2]
        for place, name in enumerate(NAMES):
            fit, odd = fits(name, customers.who)[members], absurd(name, customers.who)[members]
            assert votes.fit[row, place] == pytest.approx(
                (fit.mean() + (fit * money).sum() / money.sum()) / 2
            )
            assert votes.absurd[row, place] == pytest.approx(
                (odd.mean() + (odd * money).sum() / money.sum()) / 2
            )
        own = [GRID_NAMES[cell // KINDS][cell % KINDS] for cell in customers.cell[members].tolist()]
        assert votes.own[row].sum() == pytest.approx(1.0)
        assert {NAMES[i] for i in np.flatnonzero(votes.own[row])} == set(own)


def test_the_whole_assignment_gets_the_most_votes() -> None:
    """Champions fits the first better, but the second has nothing else."""
    votes = votes_for({"Champions": 1.0, "Loyal": 0.95}, {"Champions": 0.9})

    assert named(votes) == ["Loyal", "Champions"]


def test_a_name_is_used_twice_where_the_other_fits_much_worse() -> None:
    """A second use costs .15."""
    assert named(votes_for({"Lost": 1.0}, {"Lost": 1.0, "Hibernating": 0.9})) == ["Lost", "Hibernating"]
    assert named(votes_for({"Lost": 1.0}, {"Lost": 1.0, "Hibernating": 0.8})) == ["Lost", "Lost"]


def test_a_name_of_ours_stays_until_another_is_plainly_better() -> None:
    """By .15; or the name has left its customers: fits fewer than three of four."""
    champions = [NAMES.index("Champions")]

    assert named(votes_for({"Champions": 0.80, "Loyal": 0.94}), champions) == ["Champions"]
    assert named(votes_for({"Champions": 0.80, "Loyal": 0.96}), champions) == ["Loyal"]
    assert named(votes_for({"Champions": 0.74, "Loyal": 0.80}), champions) == ["Loyal"]


def test_the_better_customer_never_has_the_worse_plan() -> None:
    """Who bought later, more and for more is not Lost while the other is Champions."""
    votes = votes_for({"Lost": 1.0, "Champions": 0.9}, {"Champions": 1.0, "Lost": 0.9})
    lost, champions = NAMES.index("Lost"), NAMES.index("Champions")

    ordered = in_order([lost, champions], votes, np.array([[5.0, 9, 900], [300, 1, 10]]))

    assert ordered == [champions, lost]


def test_the_longest_silent_are_the_last() -> None:
    """Of two groups that one lets go, the fresher is not Lost, though it be worth less."""
    votes = votes_for({"Lost": 1.0, "Hibernating": 0.9}, {"Lost": 0.9, "Hibernating": 1.0})
    lost, hibernating = NAMES.index("Lost"), NAMES.index("Hibernating")

    ordered = in_order([lost, hibernating], votes, np.array([[200.0, 1, 10], [400, 2, 50]]))

    assert ordered == [hibernating, lost]


def trained(rfm: np.ndarray, previous: Previous | None = None) -> Model:
    return train(
        table_of(rfm),
        transactions=0,
        version=1,
        trained_at="",
        history=USUAL,
        previous=previous,
        n_clusters=3,
    )


@pytest.fixture(scope="module")
def before() -> Model:
    return trained(three_kinds())


def test_default_names_move_on_by_themselves(before: Model) -> None:
    """The Champions of the last training, silent for 300 days now, are no Champions any more."""
    champions = before.clusters[before.names.index("Champions")]
    rfm = three_kinds()
    labels = np.array([before.clusters.index(cluster) for cluster in assign(before, rfm).tolist()])
    rfm[:60, 0] += 300
    customers = portrayed(rfm, USUAL.pauses.rhythm(rfm[:, 0]))

    given = given_names(Ballot(customers).count(labels, 3), rfm, labels, before.clusters, before, {})

    place = before.clusters.index(champions)
    assert given.names[place] == "Cannot Lose Them"
    assert given.named[place].medians[0] > 300


def test_a_marketers_name_keeps_what_it_was_given_to(before: Model) -> None:
    """VIPs stands for Champions with the medians of the training before, also after the name of ours moved on."""
    champions = before.clusters[before.names.index("Champions")]
    texts = {champions: "VIPs"}
    rfm = three_kinds()
    labels = np.array([before.clusters.index(cluster) for cluster in assign(before, rfm).tolist()])
    rfm[:60, 0] += 300
    votes = Ballot(portrayed(rfm, USUAL.pauses.rhythm(rfm[:, 0]))).count(labels, 3)

    once = given_names(votes, rfm, labels, before.clusters, before, texts)
    model = msgspec.structs.replace(before, names=once.names, named=once.named)
    twice = given_names(votes, rfm, labels, before.clusters, model, texts)

    place = before.clusters.index(champions)
    assert (once.named[place].text, once.named[place].stands_for) == ("VIPs", "Champions")
    assert once.named[place].medians == before.named[place].medians
    assert twice.named[place] == once.named[place]


def test_a_better_customer_has_no_worse_plan_in_a_whole_model() -> None:
    """Over random shops: of any two segments, who is better in all three medians has the better plan, or as good."""
    for seed in range(5):
        rng = np.random.default_rng(seed)
        orders = rng.geometric(0.4, 400)
        rfm = np.column_stack(
            [rng.integers(1, 300, 400), orders, orders * rng.lognormal(3, 0.7, 400)]
        ).astype(float)

        model = trained(rfm)

        labels = assign(model, rfm)
        medians = [np.median(rfm[labels == number], axis=0) for number in model.clusters]
        for one, name in zip(medians, model.names, strict=True):
            for other, theirs in zip(medians, model.names, strict=True):
                if one[0] * 1.05 < other[0] and (one[1:] >= other[1:]).all():
                    assert plan_rank(name) <= plan_rank(theirs)
