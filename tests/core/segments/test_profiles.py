"""Ranges hold for most of a segment."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.segments.profiles import Profile, read_range, segment_profiles
from server.core.wording import Wording

WORDS = {
    "de_DE": ("Tage", "1 Bestellung"),
    "fr_FR": ("jours", "1 commande"),
    "es_ES": ("días", "1 pedido"),
}


def test_a_profile_by_hand() -> None:
    """Of ten customers the middle eight make the range; shares are of all money."""
    recency = np.arange(1.0, 11)
    rfm = np.column_stack([recency, np.ones(10), recency * 10 + 0.5])
    rfm = np.vstack([rfm, [[5, 2, 45.0]]])

    first, second, third = segment_profiles(rfm, [4] * 10 + [2], [4, 2, 9])

    assert (first.customers, first.ranges()) == (10, ("2–9 days", "1 order", "20–91"))
    assert first.revenue_share == pytest.approx(555 / 600)
    assert (second.customers, second.ranges()) == (1, ("5 days", "2 orders", "45"))
    assert (third.customers, third.ranges(), third.revenue_share) == (0, ("", "", ""), 0.0)


@pytest.mark.parametrize("locale", ["de_DE", "fr_FR", "es_ES"])
def test_ranges_are_told_in_the_spreadsheets_language_and_read_back(locale: str) -> None:
    """Explanations read them from Action_Map, whatever the language."""
    profile = Profile(0, 9, 0.5, (3, 1045), (1, 1), (20, 12_300))

    recency, frequency, money = profile.ranges(Wording(locale))

    assert (recency.split()[-1], frequency) == WORDS[locale]
    assert list(map(read_range, (recency, frequency, money))) == [(3, 1045), (1, 1), (20, 12_300)]


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=60))
def test_every_range_holds_for_four_of_five(values: list[float]) -> None:
    """Whatever the values and however few."""
    money = np.array(values)
    rfm = np.column_stack([np.ones(len(money)), np.ones(len(money)), money])

    span = segment_profiles(rfm, [0] * len(money), [0])[0].monetary_value

    assert span is not None
    assert ((money >= span[0]) & (money <= span[1])).mean() >= 0.8
