"""Input of a training: the feature space, distinct customers, an earlier day, and votes on names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.segments.rfm import RfmTable
from server.core.segments.rhythm import Rhythm
from server.errors import TooFewCustomersError
from server.texts import to_say
from server.training.candidates import Earlier, earlier
from server.training.clustering import Floats, Points, distinct
from server.training.holdout import History, Split
from server.training.names import Ballot
from server.training.seeding import Portrayed, portrayed
from server.training.space import Space, space_of
from server.training.warm_start import Previous, former_numbers, space_after

FEWEST_CUSTOMERS = 15


@dataclass(frozen=True, slots=True)
class Ground:
    """Input shared by the fits of a training.

    Attributes
    ----------
    rfm
        Customers in one order whatever that of the table is, shape (n, 3).
    points, places
        Different customers in the space, and the point of each customer, shape (n,).
    then
        The customers as they were at the split; None without one.
    former
        Cluster of each customer in the model before, -1 where there is none, shape (n,).
    """

    rfm: Floats
    rhythm: Rhythm
    space: Space
    portrayed: Portrayed
    ballot: Ballot
    split: Split | None
    then: Earlier | None
    points: Points
    places: NDArray[np.int64]
    former: NDArray[np.int64]
    next_cluster: int


def ground_of(table: RfmTable, history: History, previous: Previous) -> Ground:
    """Return the customers in their space.

    Raises
    ------
    TooFewCustomersError
        If there are fewer than 15.
    """
    unsorted = table.matrix()
    order = np.lexsort((table.customer_ids, *unsorted.T))
    rfm = unsorted[order]
    _refuse_few(rfm)
    rhythm = history.pauses.rhythm(rfm[:, 0])
    space = space_after(rfm, space_of(rfm, rhythm), previous.model)
    seen = portrayed(rfm, rhythm)
    points, places = distinct(space.of(rfm), seen.cell)
    ids = [table.customer_ids[i] for i in order.tolist()]
    former, next_cluster = former_numbers(ids, rfm, previous)
    return Ground(
        rfm=rfm,
        rhythm=rhythm,
        space=space,
        portrayed=seen,
        ballot=Ballot(seen),
        split=history.split,
        then=earlier(history.split),
        points=points,
        places=places,
        former=former,
        next_cluster=next_cluster,
    )


def _refuse_few(rfm: Floats) -> None:
    if len(rfm) < FEWEST_CUSTOMERS:
        raise TooFewCustomersError(
            to_say(
                "Training_Data has 1 customer with spend above 0; segments need at least {fewest}."
                if len(rfm) == 1
                else "Training_Data has {customers} customers with spend above 0; segments need at least {fewest}.",
                customers=len(rfm),
                fewest=FEWEST_CUSTOMERS,
            ),
            hint=to_say("Paste more orders into Training_Data and run it again."),
        )


def refuse_alike(points: Points, n_clusters: int | None) -> None:
    """Refuse more segments than there are customers with different values.

    Raises
    ------
    TooFewCustomersError
        If `n_clusters` is larger than the number of points.
    """
    if n_clusters is not None and n_clusters > len(points.X):
        raise TooFewCustomersError(
            to_say(
                "Clusters = {clusters} in Settings needs at least {clusters} customers with different"
                " values; Training_Data has {customers}.",
                clusters=n_clusters,
                customers=len(points.X),
            ),
            hint=to_say("Set Clusters to auto, or to a smaller number."),
        )
