"""The groups dealt again by chance, thousands of times: what a difference looks like where nothing happened.

The cards of each segment are shuffled and laid in a circle; hands of the control group's size are taken from it one
after the other. Each hand is a control group that chance could have dealt, so one shuffle gives several dealings. The
sums of a chunk of dealings are one matrix product a segment.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Hands = NDArray[np.float32]

DEALINGS = 2_000
MOST_HANDS = 10
"""More hands of one shuffle would leave too few shuffles."""
CHUNK_BYTES = 16_000_000
_NOTHING = 1e-9
"""A variance below this, of values with variance 1, is rounding."""


@dataclass(frozen=True, slots=True)
class Size:
    """A segment: its customers, and how many of them are held out; at least one is, and one is not."""

    customers: int
    held_out: int


def redealt(
    sizes: Sequence[Size],
    seed: int,
    dealings: int = DEALINGS,
    progress: Callable[[float], None] = lambda _fraction: None,
) -> Iterator[Hands]:
    """Yield control groups that chance could have dealt, chunk by chunk: 1 for who is held out, else 0.

    Parameters
    ----------
    sizes
        Segments, in the order of the customers.
    seed
        The same seed deals the same.
    dealings
        How many, at least: of the last shuffle all hands are used.
    progress
        Called with the fraction that is dealt.

    Yields
    ------
    numpy.ndarray
        Shape (dealings of the chunk, customers).
    """
    customers, held_out = _total(sizes)
    hands = min(MOST_HANDS, max(1, round(customers / held_out)))
    pack = np.concatenate([_pack(size, hands) for size in sizes])
    shuffles = math.ceil(dealings / hands)
    at_once = max(1, CHUNK_BYTES // (4 * customers))
    rng = np.random.Generator(np.random.PCG64(seed))
    for done in range(0, shuffles, at_once):
        shuffled = np.repeat(pack[None, :], min(at_once, shuffles - done), axis=0)
        for cards in _slices(sizes):
            shuffled[:, cards] = rng.permuted(shuffled[:, cards], axis=1)
        for hand in range(hands):
            yield (shuffled >> np.uint16(hand) & np.uint16(1)).astype(np.float32)
        progress(min(1.0, (done + at_once) / shuffles))


def _pack(size: Size, hands: int) -> NDArray[np.uint16]:
    """Return the cards of a segment: bit h is set where a card belongs to hand h."""
    cards = np.zeros(size.customers, dtype=np.uint16)
    for hand in range(hands):
        places = (np.arange(size.held_out) + hand * size.held_out) % size.customers
        cards[places] |= np.uint16(1 << hand)
    return cards


def _slices(sizes: Iterable[Size]) -> Iterator[slice]:
    first = 0
    for size in sizes:
        yield slice(first, first + size.customers)
        first += size.customers


def _total(sizes: Iterable[Size]) -> tuple[int, int]:
    """Return all customers, and those of them who are held out."""
    both = [(size.customers, size.held_out) for size in sizes]
    return sum(customers for customers, _ in both), sum(held_out for _, held_out in both)


def studentised(values: ArrayLike, sizes: Sequence[Size], hands: Iterable[Hands]) -> tuple[Floats, Floats]:
    """Return t of each dealing and measure: the action group's mean less the control group's, by its error.

    Parameters
    ----------
    values
        One row a customer in the order of the segments, one column a measure, shape (n, measures).
    hands
        From `redealt`.

    Returns
    -------
    numpy.ndarray
        Of all customers, shape (dealings, measures).
    numpy.ndarray
        Of each segment alone, shape (segments, dealings, measures).

    Notes
    -----
    The error is Welch's, of two groups that differ in variance. Values are centred and scaled first, so that single
    precision is enough for the sums. What does not vary, or a group of one, gives 0.
    """
    plain = np.asarray(values, dtype=np.float64)
    spread = plain.std(axis=0)
    scaled = (plain - plain.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    both = np.hstack([scaled, scaled**2]).astype(np.float32)
    cards = list(_slices(sizes))
    chunks = [np.stack([chunk[:, card] @ both[card] for card in cards]) for chunk in hands]
    held = np.concatenate(chunks, axis=1).astype(np.float64)
    total = np.stack([both[card].sum(axis=0, dtype=np.float64) for card in cards])
    alone = [_t(held[i], total[i], size.customers, size.held_out) for i, size in enumerate(sizes)]
    return _t(held.sum(axis=0), total.sum(axis=0), *_total(sizes)), np.stack(alone)


def _t(held: Floats, total: Floats, customers: int, held_out: int) -> Floats:
    """Return t of each dealing; `held` are sums and sums of squares of the control group, `total` of all."""
    measures = held.shape[1] // 2
    mean_c, variance_c = _moments(held[:, :measures], held[:, measures:], held_out)
    rest = total - held
    mean_a, variance_a = _moments(rest[:, :measures], rest[:, measures:], customers - held_out)
    error = np.sqrt(variance_a / (customers - held_out) + variance_c / held_out)
    return np.divide(mean_a - mean_c, error, out=np.zeros_like(error), where=error > 0)


def _moments(sums: Floats, squares: Floats, n: int) -> tuple[Floats, Floats]:
    """Return mean and variance; of one customer, or where nothing varies, the variance is 0."""
    mean = sums / n
    variance = (squares - n * mean**2) / max(n - 1, 1)
    return mean, np.where(variance > _NOTHING, variance, 0.0)
