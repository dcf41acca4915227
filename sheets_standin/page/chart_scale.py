"""The scale of a chart's axis: round steps, and their texts in the spreadsheet's locale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sheets_standin.spreadsheet.formats import shown

STEPS = 5
"""Steps that an axis has at most, before its ends are rounded."""
_MOST_STEPS = 200


def scale(
    numbers: Sequence[float],
    form: Mapping[str, Any] | None,
    locale: str,
    *,
    from_zero: bool = True,
    spare: float = 0.0,
    is_loose: bool = False,
    window: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return an axis over some numbers: its ends, its first mark, the step between marks, a text for each.

    Parameters
    ----------
    from_zero
        Zero is on the axis, as bars need it.
    spare
        Room to leave at the ends, as a share of what the numbers span.
    is_loose
        The ends are where the numbers (and what is spared) end, not at marks.
    window
        The API's viewWindowOptions.

    Examples
    --------
    >>> scale([12, 97], None, "en_US")
    {'min': 0, 'max': 100, 'first': 0, 'step': 20, 'texts': ['0', '20', '40', '60', '80', '100']}
    >>> scale([1200, 41000], None, "de_DE")["texts"]
    ['0', '10.000', '20.000', '30.000', '40.000', '50.000']
    >>> scale([0, 1], {"type": "NUMBER", "pattern": "#,##0"}, "en_US")["texts"]
    ['0', '1']
    """
    low, high = _span(numbers, from_zero=from_zero, spare=spare, is_loose=is_loose)
    given = window or {}
    low, high = given.get("viewWindowMin", low), given.get("viewWindowMax", high)
    if high <= low:
        high = low + 1
    step = _step((high - low) / STEPS, _least_step(numbers, form))
    if not is_loose:
        low = low if "viewWindowMin" in given else math.floor(low / step + 1e-9) * step
        high = high if "viewWindowMax" in given else math.ceil(high / step - 1e-9) * step
    first = math.ceil(low / step - 1e-9) * step
    count = min(_MOST_STEPS, math.floor((high - first) / step + 1e-9))
    marks = [plain(first + i * step) for i in range(count + 1)]
    texts = [shown(mark, form or _grouped(step), locale) for mark in marks]
    ends = {"min": plain(low), "max": plain(high), "first": plain(first)}
    return ends | {"step": plain(step), "texts": texts}


def _span(numbers: Sequence[float], *, from_zero: bool, spare: float, is_loose: bool) -> tuple[float, float]:
    """Return from where to where an axis must reach; zero is on it where that costs little."""
    low, high = (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
    if from_zero or 0 <= low <= high - low:
        low, high = min(0.0, low), max(0.0, high)
    reach = (high - low) * spare
    return low - reach if low or is_loose else low, high + reach if high or is_loose else high


def _least_step(numbers: Sequence[float], form: Mapping[str, Any] | None) -> float:
    """Return 1 between whole numbers; shares may have any step."""
    is_share = (form or {}).get("type") == "PERCENT"
    return 1.0 if not is_share and all(float(number).is_integer() for number in numbers) else 0.0


def _step(rough: float, least: float) -> float:
    """Return 1, 2, 2.5 or 5 times a power of ten: the next that is not less.

    >>> _step(8.2, 0), _step(0.3, 1), _step(21, 1)
    (10.0, 1.0, 25.0)
    """
    power = 10.0 ** math.floor(math.log10(max(rough, least)))
    steps = (factor * power for factor in (1, 2, 2.5, 5, 10))
    return next(step for step in steps if step >= rough * (1 - 1e-9) and (not least or step.is_integer()))


def plain(number: float) -> float:
    """Return a number without what binary fractions add to it, whole where it is whole."""
    rounded = float(f"{number:.12g}")
    return int(rounded) if rounded.is_integer() else rounded


def _grouped(step: float) -> dict[str, str]:
    """Return the number format of a scale whose cells have none: as many decimals as the step needs."""
    decimals = max(0, len(f"{plain(step):f}".rstrip("0").partition(".")[2]))
    return {"type": "NUMBER", "pattern": "#,##0" + ("." + "0" * decimals if decimals else "")}
