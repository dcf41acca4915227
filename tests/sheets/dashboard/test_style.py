"""How money is shown at a glance."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from server.core.wording import Wording
from server.sheets.api.requests import Json
from server.sheets.dashboard.places import BLOCKS, SEGMENTS
from server.sheets.dashboard.style import money_at_a_glance, money_style, style
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


REVENUE, MEDIAN = BLOCKS[SEGMENTS].column + 4, BLOCKS[SEGMENTS].column + 8
"""Columns of the segments in figures, from 0."""
CORNERS = {name: (block.row, block.column) for name, block in BLOCKS.items()}


def money_formats(requests: Sequence[Json], column: int) -> list[str]:
    """Return the number formats that requests give the first segment's cell in a column."""
    row = BLOCKS[SEGMENTS].row + 1  # from 0; heading and header stand above it
    formats = []
    for request in requests:
        area = request.get("repeatCell", {}).get("range", {})
        fields = request.get("repeatCell", {}).get("fields", "")
        if "numberFormat" not in fields or not area["startRowIndex"] <= row < area["endRowIndex"]:
            continue
        if area["startColumnIndex"] <= column < area["endColumnIndex"]:
            formats.append(request["repeatCell"]["cell"]["userEnteredFormat"]["numberFormat"]["pattern"])
    return formats


@pytest.mark.parametrize(
    ("requests", "revenue", "median"),
    [
        pytest.param(style(7), "#,##0", "#,##0.00", id="no-currency"),
        pytest.param(
            money_style(7, CORNERS, Wording("en_US", "USD")), "[$$]#,##0", "[$$]#,##0.00", id="dollars"
        ),
    ],
)
def test_revenue_that_a_chart_shows_has_no_cents(requests: Sequence[Json], revenue: str, median: str) -> None:
    """An axis has the format of its cells, and reads 10,000 rather than 10,000.00; a customer's money keeps cents."""
    assert money_formats(requests, REVENUE) == [revenue]
    assert money_formats(requests, MEDIAN) == [median]
