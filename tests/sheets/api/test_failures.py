"""What a marketer is told of a call that Google refused."""

from __future__ import annotations

import pytest

from server.sheets.api.failures import ApiFailure, explained


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ('Invalid requests[3].updateCells: "ann@example.com" is no number', "400, requests[3].updateCells"),
        ("Invalid data[0]: ann@example.com", "400, data[0]"),
        ("ann@example.com", "400"),
    ],
)
def test_what_google_says_of_a_cell_is_not_passed_on(said: str, place: str) -> None:
    """Its text may quote a contact; errors stand in records and logs. The place in the call tells enough."""
    error = explained(ApiFailure(400, said))

    assert error.detail == f"Google Sheets refused the call ({place})."
