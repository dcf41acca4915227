"""Random damaged sheets: one sweep mends all, a second writes nothing."""

from __future__ import annotations

import random

import pytest

from sandbox.launch import LocalGoogle
from sandbox.spreadsheet.document import Document
from sandbox.torture.damage import Vandal, judged, mend_many
from tests.conftest import orders


def test_some_damaged_sheets_are_mended_by_one_sweep() -> None:
    """Ids copied, invented and of other models, lines and outputs missing, inputs that are none."""
    assert mend_many(orders(), seed="some", count=40) == []


@pytest.mark.slow
def test_a_thousand_damaged_sheets_are_mended_by_one_sweep() -> None:
    """`make reconcile` does ten thousand."""
    assert mend_many(orders(), seed="thousand", count=1000) == []


def test_damage_is_found_before_it_is_mended(google: LocalGoogle, first_segmentation: Document) -> None:
    """Nearly every sheet that the vandal leaves is seen to be wrong."""
    wrong = 0

    for number in range(30):
        document = google.workspace.copy(first_segmentation, "you@example.com")
        Vandal(random.Random(number)).damage(document)
        wrong += bool(judged(document, set()))

    assert wrong >= 24
