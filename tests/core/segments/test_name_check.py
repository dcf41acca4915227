"""A name is warned of where its customers have left it."""

from __future__ import annotations

import msgspec
import pytest

from server.core.segments.model import Named
from server.core.segments.name_check import NameCheck, is_warning
from server.core.segments.name_fit import NAMES

THEN, NOW = (12.0, 8.0, 900.0), (210.0, 6.0, 700.0)


def check(fit: float, absurd: float, at_risk: float, named: Named | None = None) -> NameCheck:
    """Return a segment that was named Champions, of whom `fit` still are, and `at_risk` are At Risk."""
    fits = dict.fromkeys(NAMES, 0.0) | {"Champions": fit, "At Risk": at_risk}
    odd = dict.fromkeys(NAMES, 0.0) | {"Champions": absurd}
    merit = {name: fits[name] - 2 * odd[name] for name in NAMES}
    return NameCheck(fits, odd, merit, NOW, named or Named(stands_for="Champions", medians=THEN))


def test_a_name_that_fits_is_told_so() -> None:
    """No warning at 98 of 100."""
    sentence = check(0.98, 0.0, 0.5).sentence("Champions", {"Champions"})

    assert sentence == "Fits 98 of 100 customers."
    assert not is_warning(sentence)


@pytest.mark.parametrize(
    ("fit", "absurd", "at_risk", "warned"),
    [
        (0.74, 0.0, 0.0, True),
        (0.75, 0.0, 0.0, False),
        (0.9, 0.06, 0.0, True),
        (0.9, 0.05, 0.0, False),
        (0.8, 0.0, 0.96, True),
        (0.8, 0.0, 0.94, False),
    ],
    ids=["fits 74", "fits 75", "absurd for 6", "absurd for 5", "another by .16", "another by .14"],
)
def test_what_is_warned_of(fit: float, absurd: float, at_risk: float, warned: bool) -> None:
    """Under .75, over 5 % absurd, or an unused name better by .15."""
    assert is_warning(check(fit, absurd, at_risk).sentence("Champions", {"Champions"})) is warned


def test_a_name_in_use_elsewhere_is_no_better_one() -> None:
    """At Risk is another segment's."""
    assert not is_warning(check(0.8, 0.0, 1.0).sentence("Champions", {"Champions", "At Risk"}))


def test_a_marketers_name_is_measured_by_what_it_was_given_to() -> None:
    """VIPs were Champions; the warning has old and new medians and the name that would fit."""
    name_check = check(0.41, 0.0, 0.93, Named(text="VIPs", stands_for="Champions", medians=THEN))

    assert name_check.sentence("VIPs", {"Champions"}) == (
        "⚠ Fits 41 of 100 customers (as Champions). Median when named: 12 days, 8 orders, 900 spent; now: 210 days, "
        "6 orders, 700 spent. At Risk would fit 93."
    )


def test_a_name_of_this_run_is_not_compared_with_itself() -> None:
    """It fits fewer than it should from the beginning, and no other name is better."""
    sentence = check(0.72, 0.0, 0.1, Named(stands_for="Champions", medians=NOW)).sentence("Champions", set())

    assert sentence == "⚠ Fits 72 of 100 customers."


def test_nothing_is_said_of_a_name_whose_meaning_is_unknown() -> None:
    """A model of the former format described some segments in its own words."""
    unknown = check(0.1, 0.0, 0.9, Named(text="VIPs", stands_for="Several Orders, Low Spend, Away"))

    assert unknown.sentence("VIPs", set()) == ""
    assert msgspec.json.decode(msgspec.json.encode(unknown.named), type=Named) == unknown.named
