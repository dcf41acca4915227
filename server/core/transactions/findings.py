"""Findings: rows of one kind, with their number, their money and the first row numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROWS_NAMED = 20
"""Sheet rows that a finding names; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Rows that have something in common.

    Attributes
    ----------
    money
        Sum of their amounts as far as they can be read.
    sheet_rows
        The first of them.
    """

    count: int
    money: float = 0.0
    sheet_rows: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the finding as JSON."""
        return {"count": self.count, "money": round(self.money, 2), "sheet_rows": list(self.sheet_rows)}


def finding(mask: NDArray[np.bool_], rows: NDArray[np.int32], amount: NDArray[np.float64]) -> Finding:
    """Return the finding of the rows in `mask`."""
    places = np.flatnonzero(mask)
    return Finding(
        count=len(places),
        money=float(np.nansum(amount[places])) if len(places) else 0.0,
        sheet_rows=tuple(rows[places[:ROWS_NAMED]].tolist()),
    )
