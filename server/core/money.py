"""Money as it stands in real sheets: numbers, or text with signs, separators and parentheses."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from server.core.cells import Cell
from server.core.currencies import currency_of

Amounts = NDArray[np.float64]
"""NaN stands where a cell is no amount."""

Marks = NDArray[np.uint8]
"""1 + the place of a cell's currency among those that were seen, 0 where it names none."""

_Read = tuple[float, float, int, str]
"""The amount with a decimal point and with a decimal comma, what the text proves of it, and its currency."""

LARGEST = 1e12
"""A larger amount is taken for a mistake."""

_SIGNS = "$€£¥₹₽₩₺₫₴₦₪฿¢"
_BEFORE = re.compile(rf"(?:[^\W\d_]{{1,3}}\.?[{_SIGNS}]?|[{_SIGNS}])(?=[-+.,\d])")
_AFTER = re.compile(rf"(?<=[-.,\d])(?:[{_SIGNS}]|[^\W\d_]{{2,3}}\.?)$")
"""Currencies: R 500, US$5, 5 kr; no single letter behind a number, as 5k is not 5."""
_BLANKS = re.compile(r"[\s\u00a0\u202f\u2009'’_]+")
_DIGITS = re.compile(r"\d[\d.,]*$|[.,]\d+$")
_MINUS = str.maketrans({"−": "-", "–": "-", "﹣": "-", "－": "-"})


class MoneyReader:
    """Reads one column block by block; whether the comma is the decimal sign is decided at the end.

    Examples
    --------
    >>> reader = MoneyReader()
    >>> reader.add(["$1,234.50", "(12.00)", 7, "free", "1,250", ""])
    >>> reader.finish().tolist()
    [1234.5, -12.0, 7.0, nan, 1250.0, nan]
    >>> reader = MoneyReader()
    >>> reader.add(["1.234,50 €", "1.250", "-3,5"])
    >>> reader.finish().tolist()
    [1234.5, 1250.0, -3.5]
    """

    def __init__(self) -> None:
        self._blocks: list[tuple[Amounts, Amounts | None]] = []
        self._cache: dict[str, _Read] = {}
        self._currencies: dict[str, int] = {}
        self._marks: list[Marks | int] = []
        self._commas = 0
        self._points = 0

    def add(self, cells: Sequence[Cell]) -> None:
        """Read the next cells of the column."""
        if set(map(type, cells)) <= {int, float}:
            self._blocks.append((_checked(np.array(cells, dtype=np.float64)), None))
            self._marks.append(len(cells))
            return
        point = np.full(len(cells), np.nan)
        comma = point.copy()
        marks: Marks | None = None
        for i, cell in enumerate(cells):
            if isinstance(cell, str):
                if cell:
                    point[i], comma[i], proof, currency = self._read(cell)
                    self._commas += proof == 1
                    self._points += proof == -1
                    if currency:
                        marks = np.zeros(len(cells), dtype=np.uint8) if marks is None else marks
                        marks[i] = self._mark(currency)
            elif isinstance(cell, int | float) and not isinstance(cell, bool):
                point[i] = comma[i] = cell
        self._blocks.append((_checked(point), _checked(comma)))
        self._marks.append(len(cells) if marks is None else marks)

    def finish(self) -> Amounts:
        """Return the whole column; what was read of it is let go."""
        is_comma = self._commas > self._points
        parts = [comma if is_comma and comma is not None else point for point, comma in self._blocks]
        self._blocks.clear()
        return np.concatenate(parts) if parts else np.empty(0)

    def currencies(self) -> tuple[list[str], Marks]:
        """Return the currencies that stand beside amounts, and which of them each cell names.

        Only texts can name one: where Sheets took an amount for money itself, the cell holds a number. The
        array is empty where no cell names any.
        """
        if not self._currencies:
            return [], np.empty(0, dtype=np.uint8)
        parts = [np.zeros(part, dtype=np.uint8) if isinstance(part, int) else part for part in self._marks]
        return list(self._currencies), np.concatenate(parts)

    def _mark(self, currency: str) -> int:
        return self._currencies.setdefault(currency, len(self._currencies) + 1)

    def _read(self, text: str) -> _Read:
        found = self._cache.get(text)
        if found is None:
            found = self._cache[text] = _read_text(text)
        return found


def _checked(amounts: Amounts) -> Amounts:
    with np.errstate(invalid="ignore"):
        amounts[~(np.abs(amounts) <= LARGEST)] = np.nan
    return amounts


def _read_text(text: str) -> _Read:
    """Return what a text says.

    The proof is 1 for a comma, -1 for a point, 0 where both readings are possible or equal.
    """
    none = (math.nan, math.nan, 0, "")
    bare = _BLANKS.sub("", text.translate(_MINUS))
    negative = False
    if bare.startswith("(") and bare.endswith(")"):
        negative, bare = True, bare[1:-1]
    signed = bare[:1] in ("-", "+")
    if signed:
        negative, bare = negative != (bare[0] == "-"), bare[1:]
    currency = ""
    if marked := _BEFORE.match(bare):
        currency, bare = currency_of(marked[0]), bare[marked.end() :]
    if marked := _AFTER.search(bare):
        currency, bare = currency_of(marked[0]) or currency, bare[: marked.start()]
    if not signed and bare[:1] in ("-", "+"):
        negative, bare = negative != (bare[0] == "-"), bare[1:]
    if bare.endswith("-"):
        negative, bare = True, bare[:-1]
    if not _DIGITS.fullmatch(bare):
        return none
    sign = -1.0 if negative else 1.0
    points, commas = bare.count("."), bare.count(",")
    if points and commas:
        is_comma = bare.rfind(",") > bare.rfind(".")
        if (commas if is_comma else points) > 1:
            return none
        value = sign * _number(bare, "," if is_comma else ".")
        return value, value, 1 if is_comma else -1, currency
    if points + commas == 1:
        mark = "." if points else ","
        head, tail = bare.split(mark)
        is_grouping = len(tail) == 3 and 1 <= len(head) <= 3 and head != "0"
        if not is_grouping:
            value = sign * _number(bare, mark)
            return value, value, 1 if commas else -1, currency
    return sign * _number(bare, "."), sign * _number(bare, ","), 0, currency


def _number(bare: str, decimal: str) -> float:
    grouping = "," if decimal == "." else "."
    if bare.count(decimal) > 1:  # 1.234.567 with a decimal point can only be grouping
        return float(bare.replace(decimal, ""))
    try:
        return float(bare.replace(grouping, "").replace(decimal, "."))
    except ValueError:
        return math.nan
