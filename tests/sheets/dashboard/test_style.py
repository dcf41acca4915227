"""How money is shown at a glance."""

from __future__ import annotations

import pytest

from server.core.wording import Wording
from server.sheets.dashboard.style import money_at_a_glance
from sheets_standin.spreadsheet.cells import Cell
from sheets_standin.spreadsheet.formats import displayed


@pytest.mark.parametrize(
    ("amount", "wording", "shown"),
    [
        (835.74, Wording(), "835.74"),
        (99_999.99, Wording(), "99,999.99"),
        (243_389_872.69, Wording(), "243,389,873"),
        (-5.5, Wording(), "-5.50"),
        (243_389_872.69, Wording("en_US", "USD"), "$243,389,873"),
        (835.74, Wording("en_US", "USD"), "$835.74"),
    ],
)
def test_money_of_six_digits_and_more_has_no_cents(amount: float, wording: Wording, shown: str) -> None:
    """They would be cut off, and nobody reads them."""
    form = {"numberFormat": {"type": "NUMBER", "pattern": money_at_a_glance(wording)}}

    assert displayed(Cell(amount, format=form)) == shown
