"""What a cell is given."""

from __future__ import annotations

from server.sheets.api.requests import cell_data

MOST = 50_000
"""Characters that Google takes in a cell; a longer text would refuse the whole batch."""


def test_a_text_longer_than_a_cell_is_cut() -> None:
    """The last one that fits stands there whole."""
    assert cell_data("x" * (MOST + 1)) == cell_data("x" * MOST)
    assert len(str(cell_data("x" * MOST)["userEnteredValue"]["stringValue"])) == MOST
