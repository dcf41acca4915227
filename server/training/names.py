"""Election of segment names: each segment gets the name that fits most of its customers and their revenue.

The product's own names move on where another name has become plainly better; a name that the marketer gave stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from server.core.segments.model import Model, Named
from server.core.segments.name_fit import FAMILIES, LET_GO, NAMES, absurd, fits, known_name
from server.core.segments.naming import ALL_CUSTOMERS, plan_rank, told_apart
from server.core.segments.rhythm import Floats
from server.training.seeding import GRID_NAMES, KINDS, Portrayed

OWN_NAME = 0.15
"""How much the name of a customer's own cell of the grid counts beside the fit."""
SECOND_USE = 0.15
"""Cost of a second segment of one name."""
KEPT = 0.15
"""How much better another name must be before a segment of ours is renamed."""
ABSURD_COUNTS = 2.0
LEAST_FIT, MOST_ABSURD = 0.75, 0.05
"""Bounds beyond which a name has left the customers of its segment."""
_ONCE = "One Order, High Spend, Away"
"""Too long a name to tell two segments apart behind it."""


class Ballot:
    """Fit of each name to each customer, ready to be counted for any segments.

    Customers who say the same of all names are one pattern: there are some hundred of them, however many customers.
    """

    def __init__(self, customers: Portrayed) -> None:
        who = customers.who
        self.customers = customers
        code = customers.cell.copy()
        for name in NAMES:
            code = code * 4 + 2 * fits(name, who) + absurd(name, who)
        patterns, place = np.unique(code, return_inverse=True)
        self._pattern = np.asarray(place).reshape(-1)
        self._count = len(patterns)
        rest = patterns.copy()
        says = np.zeros((len(patterns), len(NAMES), 2))
        for column in reversed(range(len(NAMES))):
            says[:, column, 0], says[:, column, 1] = (rest // 2) % 2, rest % 2
            rest //= 4
        own = [NAMES.index(GRID_NAMES[cell // KINDS][cell % KINDS]) for cell in rest.tolist()]
        self._fit, self._absurd = says[:, :, 0], says[:, :, 1]
        self._own = np.eye(len(NAMES))[own]

    def count(self, labels: NDArray[np.int64], k: int) -> Votes:
        """Return the votes of segments.

        Parameters
        ----------
        labels
            Place of each customer's segment, 0 to `k` - 1, shape (n,).
        """
        code = labels * self._count + self._pattern
        size = k * self._count
        heads = np.bincount(code, minlength=size).reshape(k, -1).astype(np.float64)
        money = np.bincount(code, self.customers.money, minlength=size).reshape(k, -1)
        heads_of, money_of = heads.sum(axis=1), money.sum(axis=1)
        share = heads / np.maximum(heads_of, 1)[:, None]
        worth = money / np.where(money_of > 0, money_of, 1.0)[:, None]
        half = (share + worth) / 2
        return Votes(
            fit=half @ self._fit,
            absurd=half @ self._absurd,
            own=half @ self._own,
            fit_customers=share @ self._fit,
            absurd_customers=share @ self._absurd,
            customers=heads_of / max(heads_of.sum(), 1),
            revenue=money_of / (money_of.sum() or 1.0),
        )


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes on names, shape (k, names) each: means of a segment's customers and of its revenue, half each.

    Attributes
    ----------
    fit, absurd
        Whom the name fits, and for whom it is absurd.
    own
        Whose own cell of the grid has the name.
    fit_customers, absurd_customers
        The same by customers alone.
    customers, revenue
        Share of each segment, shape (k,).
    """

    fit: Floats
    absurd: Floats
    own: Floats
    fit_customers: Floats
    absurd_customers: Floats
    customers: Floats
    revenue: Floats

    @property
    def merit(self) -> Floats:
        """Fit less twice the absurd."""
        return self.fit - ABSURD_COUNTS * self.absurd

    @property
    def total(self) -> Floats:
        """The merit, and the own names a little."""
        return self.merit + OWN_NAME * self.own

    def has_left(self, row: int, name: int) -> bool:
        """Whether a name fits too few of a segment's customers, or is absurd for too many."""
        fit, odd = self.fit_customers[row, name], self.absurd_customers[row, name]
        return bool(fit < LEAST_FIT or odd > MOST_ABSURD)

    def merit_of(self, chosen: Sequence[int]) -> tuple[float, float]:
        """Return merit and absurd share of all segments with these names: means of customers and revenue.

        Parameters
        ----------
        chosen
            Place in `NAMES` of each segment's name.
        """
        rows = np.arange(len(chosen))
        fit, odd = (
            (of_customers * self.customers + (2 * of_both - of_customers) * self.revenue).sum() / 2
            for of_customers, of_both in (
                (self.fit_customers[rows, chosen], self.fit[rows, chosen]),
                (self.absurd_customers[rows, chosen], self.absurd[rows, chosen]),
            )
        )
        return float(fit - ABSURD_COUNTS * odd), float(odd)


def elected(votes: Votes, kept: Sequence[int] | None = None) -> list[int]:
    """Return the place in `NAMES` of each segment's name: the assignment with the most votes.

    Parameters
    ----------
    kept
        Place of the name that each segment has, -1 where it has none: another must be better by `KEPT`, unless the
        name has left its customers altogether.
    """
    total = np.array(votes.total)
    k = len(total)
    for row, column in enumerate(kept or []):
        if column >= 0 and not votes.has_left(row, column):
            total[row, column] += KEPT
    uses = [(column, use) for column, name in enumerate(NAMES) for use in range(1 if name == _ONCE else k)]
    worth = np.column_stack([total[:, column] - SECOND_USE * use for column, use in uses])
    rows, places = linear_sum_assignment(-worth)
    chosen = dict(zip(rows.tolist(), places.tolist(), strict=True))
    return [uses[chosen[row]][0] for row in range(k)]


SAME = 0.05
"""Two medians that differ by less than this part are the same for the order of plans."""
_PLANS = [plan_rank(name) for name in NAMES]


def in_order(chosen: Sequence[int], votes: Votes, medians: Floats) -> list[int]:
    """Return the names so that a better segment never has the worse plan, changed where they must be.

    Better is who is silent for no longer, orders no less and spends no less, and in one of these by more than a little.
    Among those whom one lets go silence decides alone, so that the longest silent are the last.

    Parameters
    ----------
    chosen
        Place of each segment's name in `NAMES`, which has the best plan first.
    medians
        Recency, frequency and money of each median customer, shape (k, 3).
    """
    names = list(chosen)
    for _ in range(len(names) ** 2):
        wrong = next(
            (
                (i, j)
                for i in range(len(names))
                for j in range(len(names))
                if _PLANS[names[i]] > _PLANS[names[j]]
                and _is_better(medians[i], medians[j], names[i], names[j])
            ),
            None,
        )
        if wrong is None:
            break
        i, j = wrong
        mends = ((names[j], names[i]), (names[j], names[j]), (names[i], names[i]))
        names[i], names[j] = max(mends, key=lambda pair: _votes_of(pair, (i, j), votes))
    return names


def _is_better(one: Floats, other: Floats, name: int, others: int) -> bool:
    """Whether one segment's median customer is better than another's, by the figures that matter for this name."""
    longer = other[0] > one[0] * (1 + SAME)
    is_as_recent = one[0] <= other[0] * (1 + SAME)
    if longer and FAMILIES[NAMES[name]] == FAMILIES[NAMES[others]] == LET_GO:
        return True
    is_worth_more = bool((one[1:] > other[1:] * (1 + SAME)).any())
    return bool(is_as_recent and (one[1:] >= other[1:]).all() and (longer or is_worth_more))


def _votes_of(pair: tuple[int, int], rows: tuple[int, int], votes: Votes) -> float:
    shared = sum(float(votes.total[row, name]) for row, name in zip(rows, pair, strict=True))
    return shared - SECOND_USE * (pair[0] == pair[1])


@dataclass(frozen=True, slots=True)
class GivenNames:
    """The names of a model's segments: the product's, and what each was given to."""

    names: list[str]
    named: list[Named]


def given_names(
    votes: Votes,
    rfm: Floats,
    labels: NDArray[np.int64],
    clusters: Sequence[int],
    model: Model | None,
    texts: Mapping[int, str],
) -> GivenNames:
    """Return the names of segments: kept as long as no other is plainly better, told apart where used twice.

    Parameters
    ----------
    clusters
        Number of each segment, in the order of `votes`.
    model
        The model before.
    texts
        Segment by cluster as `Action_Map` has it.
    """
    k = len(clusters)
    if k == 1:
        return GivenNames([ALL_CUSTOMERS], [Named(stands_for=ALL_CUSTOMERS, medians=_median(rfm))])
    before = dict(zip(model.clusters, model.names, strict=True)) if model else {}
    kept = [before.get(number, "") for number in clusters]
    places = [_place_of(name) for name in kept]
    medians = [_median(rfm[labels == row]) for row in range(k)]
    chosen = in_order(elected(votes, places), votes, np.array(medians))
    bases = [NAMES[place] for place in chosen]
    totals = [float(votes.total[row, place]) for row, place in enumerate(chosen)]
    names = told_apart(bases, _median_ranks(rfm, labels, k).tolist(), totals, kept)
    former = dict(zip(model.clusters, model.named, strict=True)) if model and model.named else {}
    named = [
        _named(base, here, former.get(number), before.get(number), texts.get(number, ""))
        for number, base, here in zip(clusters, bases, medians, strict=True)
    ]
    return GivenNames(names, named)


def _place_of(name: str) -> int:
    """Return the place of the product's name that a name is, -1 where it is none."""
    known = known_name(name)
    return NAMES.index(known) if known else -1


def _named(
    base: str,
    here: tuple[float, float, float],
    known: Named | None,
    before: str | None,
    text: str,
) -> Named:
    """Return what a segment's name was given to: as before where the name is.

    Parameters
    ----------
    here
        Medians of its customers now.
    known
        What the former name was given to; None where there is none.
    before
        Its name in the model before; None where it is new.
    text
        Its name in `Action_Map`; the marketer's own where it is another than `before`.
    """
    is_own = bool(text) and before is not None and text != before
    if not is_own:
        is_kept = known is not None and known.stands_for == base and not known.text
        return known if known is not None and is_kept else Named(stands_for=base, medians=here)
    if known is not None and known.text == text:
        return known
    meant = known_name(text) or known_name(before or "") or base
    return Named(text=text, stands_for=meant, medians=known.medians if known is not None else here)


def _median(rfm: Floats) -> tuple[float, float, float]:
    a, b, c = np.median(rfm, axis=0).tolist()
    return a, b, c


def _median_ranks(rfm: Floats, labels: NDArray[np.int64], k: int) -> Floats:
    """Return the rank of each segment's median customer by recency, frequency and money, the best last."""
    medians = np.array([_median(rfm[labels == place]) for place in range(k)])
    ranks = []
    for axis in range(3):
        ascending = np.sort(rfm[:, axis])
        low = np.searchsorted(ascending, medians[:, axis], side="left")
        high = np.searchsorted(ascending, medians[:, axis], side="right")
        ranks.append((low + high) / 2 / len(ascending))
    ranks[0] = 1 - ranks[0]
    return np.column_stack(ranks)
