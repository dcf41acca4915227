"""Who is held out: a salted hash of the id orders the customers, and the first share of them is the control group.

The same salt and the same customers give the same groups, on any machine and in any order of the rows. Nobody can
choose who is held out.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]

STANDING_SALT = "standing control group"
"""The standing control group is the same in every test, and in a copy of the spreadsheet."""
_HASH_BYTES = 8
_WHOLE = 2.0 ** (8 * _HASH_BYTES)


def position(salt: str, customer_id: str) -> float:
    """Return where a customer stands between 0 and 1: the first 8 bytes of SHA-256 of salt, line feed and id.

    >>> round(position("demo", "C-1001"), 6)
    0.624337
    """
    digest = hashlib.sha256(f"{salt}\n{customer_id}".encode()).digest()
    return int.from_bytes(digest[:_HASH_BYTES], "big") / _WHOLE


def positions(salt: str, customer_ids: Sequence[str]) -> NDArray[np.float64]:
    """Return the position of each customer, shape (n,)."""
    return np.array([position(salt, customer_id) for customer_id in customer_ids], dtype=np.float64)


def standing_control(customer_ids: Sequence[str], share: float) -> Mask:
    """Return who is in the standing control group, shape (n,); a new customer joins by the hash alone.

    Parameters
    ----------
    share
        From 0 (nobody) to below 1. A larger share keeps everybody who is in the group and adds others.

    Examples
    --------
    >>> ids = [f"C-{i}" for i in range(1000)]
    >>> small, large = standing_control(ids, 0.05), standing_control(ids, 0.1)
    >>> bool((small <= large).all()), int(small.sum()), int(large.sum())
    (True, 61, 108)
    """
    if share <= 0:
        return np.zeros(len(customer_ids), dtype=bool)
    return positions(STANDING_SALT, customer_ids) < share


def bound_of(share: float) -> str:
    """Return the 16 hexadecimal digits below which the first 8 bytes of a hash give a position under a share.

    For engines, which compare texts: the position itself is a number that is rounded.

    The 512 whole numbers below 2 ** 63 are rounded up to it, and so to the share of a half:

    >>> bound_of(0.5), bound_of(0.0)
    ('7ffffffffffffe00', '0000000000000000')
    """
    low, high = 0, 2 ** (8 * _HASH_BYTES) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if middle / _WHOLE >= share else (middle + 1, high)
    return f"{low:016x}"


def held_out_of(customers: int, share: float) -> int:
    """Return how many of so many customers are held out; halves go up.

    >>> held_out_of(10, 0.2), held_out_of(5, 0.5), held_out_of(2, 0.2)
    (2, 3, 0)
    """
    return math.floor(customers * share + 0.5)


def deal(customer_ids: Sequence[str], strata: Sequence[int] | Ints, share: float, salt: str) -> Mask:
    """Return who is held out, shape (n,): within each segment the first share by position.

    Parameters
    ----------
    strata
        Segment of each customer as a number, shape (n,).
    share
        Between 0 and 1.
    salt
        Name of the test, so that another test holds out others.

    Examples
    --------
    >>> ids = [f"C-{i}" for i in range(10)]
    >>> held = deal(ids, [0] * 5 + [1] * 5, 0.4, "Spring")
    >>> int(held[:5].sum()), int(held[5:].sum())
    (2, 2)
    >>> backwards = deal(ids[::-1], [1] * 5 + [0] * 5, 0.4, "Spring")
    >>> bool((backwards[::-1] == held).all())
    True
    """
    where = positions(salt, customer_ids)
    codes = np.asarray(strata, dtype=np.int64)
    held = np.zeros(len(codes), dtype=bool)
    for stratum in np.unique(codes):
        members = np.flatnonzero(codes == stratum)
        first = members[np.argsort(where[members], kind="stable")]
        held[first[: held_out_of(len(members), share)]] = True
    return held
