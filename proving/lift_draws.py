"""Simulated tests with a known effect, drawn from real customers, and the intervals computed for them.

Customers are drawn from real orders and dealt into two groups by the product's own dealing. Nothing is done to
either (A/A), or a lift is planted into the action group: so many more customers buy. Beside the product's intervals
stand the usual ones: Welch's t and the percentile bootstrap.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from server.core.experiments.adjusting import cap_of, capped, without_before, without_habits
from server.core.experiments.dealing import deal, held_out_of
from server.core.experiments.intervals import LEVEL, Interval, newcombe, permutation_interval
from server.core.experiments.outcomes import Before, before, spend_in
from server.core.experiments.redealing import DEALINGS, Hands, Size, redealt, studentised
from server.core.experiments.window import Window
from server.core.transactions.arrays import Transactions
from server.core.wall_clock import EPOCH

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

DAYS = 90
SEGMENTS = 4
"""Customers are dealt within quarters by spend before."""
RESAMPLES = 1_000
BATCH = 50
BUYERS, ADJUSTED, SPEND, WELCH, BOOTSTRAP = (
    "buyers (Newcombe)",
    "buyers adjusted",
    "spend",
    "Welch",
    "bootstrap",
)


@dataclass(frozen=True, slots=True)
class Shop:
    """All customers of a file: what they did before a day, and what they spent after it."""

    ids: Sequence[str]
    spend: Floats
    before: Before

    def of(self, chosen: NDArray[np.int64]) -> Shop:
        """Return some of them, in the order given."""
        return Shop(
            [self.ids[i] for i in chosen.tolist()],
            self.spend[chosen],
            Before(
                *(column[chosen] for column in (self.before.spend, self.before.orders, self.before.recency))
            ),
        )

    def bought(self) -> Mask:
        """Return who bought, shape (n,)."""
        return self.spend > 0

    def more_buyers(self, effect: float) -> float:
        """Return the share of customers who are expected to buy because of an action that brings so many more."""
        return effect * float(self.bought().mean())

    def more_spend(self, effect: float, cap: float) -> float:
        """Return what a customer is expected to spend more, capped: who would not have bought buys what buyers buy."""
        bought = self.bought()
        bring = float(np.minimum(self.spend[bought], cap).mean())
        return self.more_buyers(effect) * (bring - float(np.clip(self.spend[~bought], -cap, cap).mean()))


@dataclass(frozen=True, slots=True)
class Cell:
    """So many customers, so many of them held out, of whom so many more buy because of the action."""

    customers: int
    share: float
    effect: float = 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of the draws of a cell, by way.

    Attributes
    ----------
    worked
        Share of the intervals that lie above 0.
    covered
        Share of the intervals that hold the lift of the action among customers like these: what it brings to the
        customers of one draw is a matter of chance as well, and no interval can tell how much of it is.
    width
        Mean width of the intervals.
    """

    worked: dict[str, float]
    covered: dict[str, float]
    width: dict[str, float]


def shop_of(transactions: Transactions, start: dt.date, days: int = DAYS) -> Shop:
    """Return the customers who had bought before a day."""
    known = before(transactions, transactions.customer_ids, start)
    shop = Shop(
        transactions.customer_ids,
        spend_in(transactions, transactions.customer_ids, Window.of(start, days)),
        known,
    )
    return shop.of(np.flatnonzero(known.orders > 0))


@dataclass(frozen=True, slots=True)
class _Draw:
    """One test: its groups, what each customer would spend with and without the action."""

    control: Mask
    without: Floats
    with_action: Floats
    before: Before

    @property
    def spend(self) -> Floats:
        """What is seen."""
        return np.where(self.control, self.without, self.with_action)


def measure(shop: Shop, cell: Cell, draws: int, seed: int = 1, dealings: int = DEALINGS) -> Figures:
    """Return how the intervals do in so many draws.

    The draws of a batch share their dealings by chance: each draw is another set of customers, so that is as good, and
    all their sums are one matrix product. Welch and bootstrap stand beside where nothing is planted.
    """
    rng = np.random.default_rng([seed, cell.customers, round(1000 * cell.share)])
    part = cell.customers // SEGMENTS
    sizes = [Size(part, held_out_of(part, cell.share))] * SEGMENTS
    by_way: dict[str, list[tuple[Interval, float]]] = {}
    for first in range(0, draws, BATCH):
        batch = [_draw(shop, cell, rng, first + i) for i in range(min(BATCH, draws - first))]
        lift = partial(_truth, shop, cell.effect)
        intervals = [_ours(batch, sizes, redealt(sizes, seed + first, dealings), lift)]
        if not cell.effect:
            intervals.append(_usual(batch, rng))  # where the truth is 0
        for way, interval, truth in chain(*intervals):
            by_way.setdefault(way, []).append((interval, truth))
    return Figures(
        worked={way: _share(interval.is_more for interval, _ in pairs) for way, pairs in by_way.items()},
        covered={
            way: _share(interval.low <= truth <= interval.high for interval, truth in pairs)
            for way, pairs in by_way.items()
        },
        width={way: float(np.mean([i.high - i.low for i, _ in pairs])) for way, pairs in by_way.items()},
    )


def _share(hits: Iterator[bool]) -> float:
    return float(np.mean(list(hits)))


def _draw(shop: Shop, cell: Cell, rng: np.random.Generator, number: int) -> _Draw:
    """Return a test of customers drawn at random, in the order of their segments."""
    chosen = rng.choice(len(shop.ids), cell.customers, replace=False)
    chosen = chosen[np.argsort(shop.before.spend[chosen], kind="stable")]
    ours = shop.of(chosen)
    quarter = np.repeat(np.arange(SEGMENTS), cell.customers // SEGMENTS)
    control = deal(ours.ids, quarter, cell.share, f"draw {number}")
    bought, more = ours.bought(), shop.more_buyers(cell.effect)
    converted = rng.random(cell.customers) < more / max(1 - float(shop.bought().mean()), more, 1e-9)
    what = rng.choice(shop.spend[shop.spend > 0], cell.customers)
    return _Draw(control, ours.spend, np.where(converted & ~bought, what, ours.spend), ours.before)


def _ours(
    batch: Sequence[_Draw],
    sizes: Sequence[Size],
    hands: Iterable[Hands],
    truth: Callable[[float], tuple[float, float]],
) -> Iterator[tuple[str, Interval, float]]:
    """Yield way, interval and truth of each draw of a batch: the product's."""
    columns = []
    for draw in batch:
        seen, was = draw.spend, draw.before
        columns.append(without_habits((seen > 0).astype(float), was.recency, was.orders, was.spend))
        columns.append(without_before(capped(seen), capped(was.spend)))
    dealt, _ = studentised(np.column_stack(columns), sizes, hands)
    for place, draw in enumerate(batch):
        more, extra = truth(cap_of(draw.spend))
        yield BUYERS, _newcombe(draw.spend > 0, draw.control), more
        for way, column, planted in ((ADJUSTED, 2 * place, more), (SPEND, 2 * place + 1, extra)):
            yield way, permutation_interval(columns[column], draw.control, dealt[:, column]), planted


def _truth(shop: Shop, effect: float, cap: float) -> tuple[float, float]:
    """Return the lift of buyers and of spend."""
    return shop.more_buyers(effect), shop.more_spend(effect, cap)


def _usual(batch: Sequence[_Draw], rng: np.random.Generator) -> Iterator[tuple[str, Interval, float]]:
    """Yield the same of Welch and the percentile bootstrap, of spend as it is."""
    for draw, resampled in zip(batch, _bootstrap(batch, rng), strict=True):
        truth = float((draw.with_action - draw.without).mean())
        yield WELCH, welch(draw.spend, draw.control), truth
        yield BOOTSTRAP, resampled, truth


def _newcombe(bought: Mask, control: Mask) -> Interval:
    action, held = bought[~control], bought[control]
    return newcombe(int(action.sum()), len(action), int(held.sum()), len(held))


def welch(spend: Floats, control: Mask) -> Interval:
    """Return Welch's interval of the difference of means."""
    test = stats.ttest_ind(spend[~control], spend[control], equal_var=False)
    low, high = test.confidence_interval(LEVEL)
    return Interval(float(spend[~control].mean() - spend[control].mean()), float(low), float(high))


def _bootstrap(batch: Sequence[_Draw], rng: np.random.Generator) -> list[Interval]:
    """Return the percentile intervals of a batch; its draws share the places that are drawn again."""
    action = np.column_stack([draw.spend[~draw.control] for draw in batch])
    control = np.column_stack([draw.spend[draw.control] for draw in batch])
    differences = _resampled(action, rng) - _resampled(control, rng)
    lows, highs = np.quantile(differences, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    means = action.mean(axis=0) - control.mean(axis=0)
    return [Interval(*map(float, mean)) for mean in zip(means, lows, highs, strict=True)]


def _resampled(values: Floats, rng: np.random.Generator) -> Floats:
    """Return the means of bootstrap draws, shape (RESAMPLES, columns)."""
    n = len(values)
    counts = np.empty((RESAMPLES, n), dtype=np.float32)
    for row in counts:
        row[:] = np.bincount(rng.integers(n, size=n), minlength=n)
    return (counts @ values.astype(np.float32)).astype(np.float64) / n


def start_of(transactions: Transactions, days: int = DAYS) -> dt.date:
    """Return the first day of the last window that the orders fill."""
    return EPOCH + dt.timedelta(days=int(transactions.day.max()) + 1 - days)
