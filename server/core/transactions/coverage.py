"""Coverage of an amount: one line, the whole order, or one piece of a quantity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.options import Options
from server.core.transactions.questions import Decision, Doubt

LINE, ORDER, UNIT = "line", "order", "unit"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What an amount covers, with its decision or doubt.

    Attributes
    ----------
    covers
        "line", "order" or "unit".
    further
        Rows whose amount is that of their order, which stands on an earlier row, shape (n,); None where there are none.
    """

    covers: str
    further: NDArray[np.bool_] | None = None
    said: Decision | None = None
    doubt: Doubt | None = None


def allowed_answer(options: Options, *allowed: str) -> str:
    """Return the marketer's answer to `AmountCovers`, "" where there is none or it is not among those allowed."""
    answer = options.answers.get("AmountCovers", "")
    return answer if answer in allowed else ""
