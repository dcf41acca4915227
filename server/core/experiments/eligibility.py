"""Who may be dealt into a test: frozen before anybody is dealt, so that the groups cannot differ by it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from server.texts import Text, to_say

Mask = NDArray[np.bool_]


class Why(StrEnum):
    """Why a customer of the chosen segments is not dealt."""

    NO_CONTACT = "no contact"
    IN_ANOTHER_TEST = "in another test"
    STANDING_CONTROL = "standing control"

    @property
    def phrase(self) -> Text:
        """Return the reason in words."""
        return _PHRASES[self]


_PHRASES = {
    Why.NO_CONTACT: to_say("cannot be reached, gave no consent or are suppressed"),
    Why.IN_ANOTHER_TEST: to_say("are in another running test"),
    Why.STANDING_CONTROL: to_say("are in the standing control group"),
}


@dataclass(frozen=True, slots=True)
class Eligible:
    """Who is dealt, shape (n,), and how many of the others are left out for what; each for its first reason."""

    mask: Mask
    left_out: Mapping[Why, int]


def eligible(
    customer_ids: Sequence[str],
    *,
    reachable: Collection[str] | None,
    in_tests: Collection[str],
    standing: Mask,
) -> Eligible:
    """Return who of the chosen segments may be dealt.

    Parameters
    ----------
    customer_ids
        Customers of the chosen segments, shape (n,).
    reachable
        Ids of who can be reached, consented and is not suppressed; None where nothing is known of contacts.
    in_tests
        Ids of the members of running tests.
    standing
        Who is in the standing control group, shape (n,).

    Examples
    --------
    >>> dealt = eligible(["a", "b", "c"], reachable={"a", "b"}, in_tests={"b"}, standing=np.array([0, 0, 0], bool))
    >>> dealt.mask.tolist(), {str(why): n for why, n in dealt.left_out.items()}
    ([True, False, False], {'no contact': 1, 'in another test': 1})
    """
    left = np.ones(len(customer_ids), dtype=bool)
    counts: dict[Why, int] = {}
    no_contact = (
        np.zeros(len(customer_ids), dtype=bool)
        if reachable is None
        else ~np.array([customer_id in reachable for customer_id in customer_ids], dtype=bool)
    )
    elsewhere = np.array([customer_id in in_tests for customer_id in customer_ids], dtype=bool)
    for why, mask in (
        (Why.NO_CONTACT, no_contact),
        (Why.IN_ANOTHER_TEST, elsewhere),
        (Why.STANDING_CONTROL, np.asarray(standing, dtype=bool)),
    ):
        counts[why] = int((left & mask).sum())
        left &= ~mask
    return Eligible(left, {why: count for why, count in counts.items() if count})
