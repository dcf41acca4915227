"""State of a customer: active, slipping or away. Decided here alone.

A customer who came back has a rhythm of their own. It is drawn towards the shop's by two usual pauses, as one or two
pauses of one's own tell little.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from server.core.segments.rhythm import Floats, OwnRhythm, Rhythm

ACTIVE, SLIPPING, AWAY = "Active", "Slipping", "Away"
STATES = (ACTIVE, SLIPPING, AWAY)
SHOP_PAUSES = 2
"""Usual pauses of the shop that are counted with a customer's own."""
_LEAST_FACTOR, _MOST_FACTOR = 1.5, 3.0


def states(
    rhythm: Rhythm, recency: ArrayLike, frequency: ArrayLike, own: OwnRhythm | None = None
) -> NDArray[np.str_]:
    """Return the state of each customer.

    *Slipping*: came back before, and is silent for longer than `slack` times the own pause. *Away*: longer than twice
    that, and than nineteen of twenty pauses in the shop. Who has one order has no rhythm to slip from: away is who is
    silent for longer than four of five pauses.

    Parameters
    ----------
    recency, frequency
        Days and orders, shape (n,).
    own
        Without it, as for a typed row, the own pause is the shop's.

    Returns
    -------
    states
        Of `STATES`, shape (n,).
    """
    silence = rhythm.silence(recency)
    limit = own_pause(rhythm, len(silence), own) * slack(rhythm)
    repeats = np.asarray(frequency, dtype=np.float64) >= 2
    late = silence > limit
    gone = np.where(repeats, late & (silence > np.maximum(rhythm.longest, 2 * limit)), silence > rhythm.long)
    return np.where(gone, AWAY, np.where(repeats & late, SLIPPING, ACTIVE))


def own_pause(rhythm: Rhythm, n: int, own: OwnRhythm | None) -> Floats:
    """Return each customer's usual pause in days, drawn towards the shop's."""
    if own is None:
        return np.full(n, rhythm.usual)
    return np.asarray((own.days + SHOP_PAUSES * rhythm.usual) / (own.pauses + SHOP_PAUSES))


def slack(rhythm: Rhythm) -> float:
    """Return how many times the own pause a silence may last: more where pauses differ more."""
    return float(np.clip(rhythm.long / rhythm.usual, _LEAST_FACTOR, _MOST_FACTOR))


def most_common(customer_states: Sequence[str] | NDArray[np.str_]) -> str:
    """Return the state that most of some customers have, of equal ones the worse; "" where there are none.

    >>> most_common(["Active", "Away", "Away"]), most_common([])
    ('Away', '')
    """
    counts = {
        state: int(np.count_nonzero(np.asarray(customer_states) == state)) for state in reversed(STATES)
    }
    return max(counts, key=lambda count: counts[count]) if len(customer_states) else ""
