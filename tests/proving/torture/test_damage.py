"""Random damaged sheets: one sweep mends all, a second writes nothing."""

from __future__ import annotations

import random

import pytest

from local.launch import LocalGoogle
from proving.torture.damage import Vandal, judged, mend_many
from proving.torture.direct import Wire
from proving.torture.ruins import Ruin, first_ruin, ruin_many
from sheets_standin.spreadsheet.document import Document
from tests.conftest import orders


@pytest.mark.slow
def test_some_damaged_sheets_are_mended_by_one_sweep() -> None:
    """Ids copied, invented and of other models, lines and outputs missing, inputs that are none."""
    assert mend_many(orders(), seed="some", count=40) == []


@pytest.mark.slow
def test_a_thousand_damaged_sheets_are_mended_by_one_sweep() -> None:
    """`make reconcile` does ten thousand."""
    assert mend_many(orders(), seed="thousand", count=1000) == []


@pytest.mark.slow
def test_some_ruined_tabs_end_in_right_results_or_refusals() -> None:
    """Tabs of audiences, tests, runs and segments; `make reconcile` ruins a hundred."""
    problems, _ = ruin_many(orders(), seed="some", count=8)

    assert problems == []


@pytest.mark.slow
def test_a_wrong_list_is_found(google: LocalGoogle) -> None:
    """Somebody else's address, a customer twice, one who is held out: the judge names each."""
    wire = Wire(google.service, google.server.faults, random.Random(0))
    ruin = Ruin(first_ruin(google, orders(), wire), wire)
    member = next(iter(ruin.truth.keys() - ruin.held - ruin.refuses))
    ruin.truth[member] = "somebody.else@example.com"
    ruin.held.add(next(iter(ruin.truth.keys() - ruin.held - ruin.refuses - {member})))

    ruin._audience()

    assert any(f"gives {member} the address" in problem for problem in ruin.problems)
    assert "1 who are held out are in the audience" in ruin.problems


def test_damage_is_found_before_it_is_mended(google: LocalGoogle, first_segmentation: Document) -> None:
    """Nearly every sheet that the vandal leaves is seen to be wrong."""
    wrong = 0

    for number in range(30):
        document = google.workspace.copy(first_segmentation, "you@example.com")
        Vandal(random.Random(number)).damage(document)
        wrong += bool(judged(document, set()))

    assert wrong >= 24
