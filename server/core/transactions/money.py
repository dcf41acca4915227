"""Reader of a column of money: numbers, or text with signs, separators and parentheses."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from server.core.cells import Cell
from server.core.transactions.number_text import Shape, read_number

Amounts = NDArray[np.float64]
"""NaN stands where a cell is no amount."""

Marks = NDArray[np.uint8]
"""1 + the place of a cell's currency among those that were seen, 0 where it names none."""

LARGEST = 1e12
"""A larger amount is taken for a mistake."""
SURE_SHARE = 0.99
"""Where both decimal signs are proved, one decides by itself if so many of the proofs are for it."""
_MANY_DECIMALS = 5
"""So many amounts with exactly two decimals, and none with others, make one with three strange."""

_DATES = (36_526, 55_153)
"""Serial numbers of the years 2000 to 2050."""
_FEWEST_POINTS = 3
"""So many texts with a decimal point beside numbers, none of which has decimals, show a sheet of another country."""

_LEAST_THOUSANDTHS, _THOUSANDTHS_SHARE = 5, 0.2
"""So many numbers with three decimals, and so large a share of those with decimals, show thousands that were lost."""

_TINY = 1e-6

_OPEN = Shape.OPEN_POINT | Shape.OPEN_COMMA
_NO_TEXT = -1


@dataclass(frozen=True, slots=True)
class NumberVerdict:
    """What a column of numbers shows of its decimal sign.

    Attributes
    ----------
    decimal
        Sign by which texts like 1.250 are read: "point" or "comma".
    open
        Count of texts that both signs could read differently.
    is_sure
        Whether the column decides it, or there is nothing to decide.
    grouped
        The open texts are grouped in threes, and no amount has decimals: that decided.
    points, commas
        Count of texts that prove a decimal point, and a decimal comma.
    shortened
        Count of texts such as 1.5K.
    dates
        Count of cells that a spreadsheet has made dates of: 17.2 becomes 17 February where the point parts day and
        month.
    thousandths
        Count of numbers with exactly three decimals, where they show thousands that were lost; otherwise 0.
    thousandth
        One of them.
    example
        First of the open texts.
    places
        Positions of the first open texts, from 0.
    """

    decimal: str
    open: int
    is_sure: bool
    grouped: bool
    points: int
    commas: int
    shortened: int
    dates: int = 0
    thousandths: int = 0
    thousandth: float = 0.0
    example: str = ""
    places: tuple[int, ...] = ()

    @property
    def tells_nothing(self) -> bool:
        """Whether no text of the column proves a decimal sign, and their grouping does not either."""
        return not (self.is_sure or self.points or self.commas)


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
        self._blocks: list[tuple[Amounts | None, NDArray[np.int32] | None]] = []
        self._codes: dict[str, int] = {}
        self._point, self._comma = array("d"), array("d")
        self._shapes, self._marked = array("H"), array("B")
        self._currencies: dict[str, int] = {}
        self._small_numbers = self._fractions = self._dated = 0
        self._thousandths = self._halved = self._finer = 0
        self._thousandth = 0.0

    def add(self, cells: Sequence[Cell]) -> None:
        """Read the next cells of the column."""
        kinds = set(map(type, cells))
        if kinds <= {int, float}:
            self._blocks.append((self._numbers(np.array(cells, dtype=np.float64)), None))
            return
        texts = cells if kinds == {str} else [c if isinstance(c, str) else None for c in cells]
        places, uniques = pd.factorize(np.array([*texts, None], dtype=object)[:-1], use_na_sentinel=True)
        codes = np.fromiter(map(self._code, uniques), dtype=np.int32, count=len(uniques))
        numbers: Amounts | None = None
        if kinds - {str, type(None), bool}:
            numbers = self._numbers(np.array([_number(c) for c in cells], dtype=np.float64))
        self._blocks.append((numbers, np.append(codes, np.int32(_NO_TEXT))[places]))

    def finish(self, decimal: str = "") -> Amounts:
        """Return the whole column, as often as asked.

        Parameters
        ----------
        decimal
            "point" or "comma": how to read texts like 1.250; "" to decide by the column.
        """
        sign = decimal or self.verdict().decimal
        table = np.append(np.array(self._comma if sign == "comma" else self._point), np.nan)
        parts = [_values(numbers, codes, table) for numbers, codes in self._blocks]
        return np.concatenate(parts) if parts else np.empty(0)

    def verdict(self) -> NumberVerdict:
        """Return what all texts of the column together show."""
        counts = self._counts()
        shapes = np.array(self._shapes, dtype=np.uint16)

        def count(shape: Shape) -> int:
            return int(counts[(shapes & shape) != 0].sum())

        points, commas = count(Shape.POINT), count(Shape.COMMA)
        is_open = count(Shape.OPEN_POINT) + count(Shape.OPEN_COMMA)
        is_proved = bool(points or commas)
        decimal, is_sure = self._by_proofs(count) if is_proved else self._by_grouping(count)
        example, places = self._first_open(shapes) if is_open else ("", ())
        has_no_comma = not commas and not self._fractions
        return NumberVerdict(
            decimal=decimal,
            open=is_open,
            is_sure=is_sure or not is_open,
            grouped=is_sure and not is_proved and bool(is_open),
            points=points,
            commas=commas,
            shortened=count(Shape.SHORTENED),
            dates=self._dated if points >= _FEWEST_POINTS and has_no_comma else 0,
            thousandths=self._lost_thousands(),
            thousandth=self._thousandth,
            example=example,
            places=places,
        )

    def _by_proofs(self, count: Callable[[Shape], int]) -> tuple[str, bool]:
        """Return the decimal sign that most texts prove, and whether it holds for the open ones."""
        points, commas = count(Shape.POINT), count(Shape.COMMA)
        decimal = "comma" if commas > points else "point"
        strange = count(Shape.OPEN_COMMA if decimal == "comma" else Shape.OPEN_POINT)
        two_decimals = count(Shape.TWO_DECIMALS)
        others = count(Shape.POINT | Shape.COMMA) - two_decimals
        is_odd = bool(strange) and not others and two_decimals >= _MANY_DECIMALS
        return decimal, max(points, commas) >= SURE_SHARE * (points + commas) and not is_odd

    def _by_grouping(self, count: Callable[[Shape], int]) -> tuple[str, bool]:
        """Return the decimal sign where no text proves one: all that is grouped may be grouped in threes."""
        dots, open_commas = count(Shape.OPEN_POINT), count(Shape.OPEN_COMMA)
        decimal = "comma" if dots >= open_commas and dots else "point"
        wholes = count(Shape.SMALL_WHOLE) + self._small_numbers
        is_mixed = bool(dots) and bool(open_commas)
        return decimal, bool(wholes) and not count(Shape.LARGE_WHOLE) and not is_mixed

    def currencies(self) -> tuple[list[str], Marks]:
        """Return the currencies beside amounts, and which of them each cell names.

        Only texts can name one: where Sheets took an amount for money itself, the cell holds a number. The
        array is empty where no cell names any.
        """
        if not self._currencies:
            return [], np.empty(0, dtype=np.uint8)
        table = np.append(np.array(self._marked, dtype=np.uint8), np.uint8(0))
        parts = [
            np.zeros(len(numbers), dtype=np.uint8) if codes is None and numbers is not None else table[codes]
            for numbers, codes in self._blocks
        ]
        return list(self._currencies), np.concatenate(parts)

    def _numbers(self, numbers: Amounts) -> Amounts:
        with np.errstate(invalid="ignore"):
            is_whole = numbers == np.floor(numbers)
            self._small_numbers += int((is_whole & (np.abs(numbers) < 1000)).sum())
            self._dated += int((is_whole & (numbers >= _DATES[0]) & (numbers <= _DATES[1])).sum())
            self._note_decimals(np.abs(numbers[~is_whole & np.isfinite(numbers)]))
        return _checked(numbers)

    def _note_decimals(self, fractions: Amounts) -> None:
        """Count the numbers with exactly three decimals; 1.234 of 1,234 is never below 1 nor from 1,000 on."""
        self._fractions += len(fractions)
        digits = np.round(fractions * 1000)
        has_three = (np.abs(fractions * 1000 - digits) < _TINY) & (fractions > 1) & (fractions < 1000)
        last = digits[has_three & (digits % 10 != 0)]
        self._finer += int((~has_three).sum())
        self._thousandths += len(last)
        self._halved += int((last % 10 == 5).sum())
        if len(last) and not self._thousandth:
            self._thousandth = float(last[0]) / 1000

    def _lost_thousands(self) -> int:
        """Return how many numbers have three decimals where that shows lost thousands.

        Half of an amount ends in 5, and what was computed has more decimals: neither shows any.
        """
        others = self._thousandths - self._halved
        shows = (
            others >= max(_LEAST_THOUSANDTHS, self._halved)
            and self._thousandths >= _THOUSANDTHS_SHARE * self._fractions
            and not self._finer
        )
        return self._thousandths if shows else 0

    def _counts(self) -> NDArray[np.int64]:
        """Return how many cells hold each text."""
        counts = np.zeros(len(self._shapes) + 1, dtype=np.int64)
        for _, codes in self._blocks:
            if codes is not None:
                counts += np.bincount(codes + 1, minlength=len(counts))
        return counts[1:]

    def _first_open(self, shapes: NDArray[np.uint16]) -> tuple[str, tuple[int, ...]]:
        is_open = np.append((shapes & _OPEN) != 0, False)
        places: list[int] = []
        example, first = "", 0
        for numbers, codes in self._blocks:
            if codes is not None:
                at = np.flatnonzero(is_open[codes])[: 20 - len(places)]
                if len(at) and not example:
                    code = int(codes[at[0]])
                    example = next(text for text, text_code in self._codes.items() if text_code == code)
                places += (at + first).tolist()
            first += len(codes if codes is not None else numbers)  # type: ignore[arg-type]  # one is there
            if len(places) >= 20:
                break
        return example, tuple(places)

    def _code(self, text: str) -> int:
        code = self._codes.get(text)
        if code is None:
            read = read_number(text) if text else None
            if read is None:
                code = _NO_TEXT
            else:
                code = len(self._shapes)
                self._point.append(read[0] if abs(read[0]) <= LARGEST else np.nan)
                self._comma.append(read[1] if abs(read[1]) <= LARGEST else np.nan)
                self._shapes.append(read[2])
                self._marked.append(self._mark(read[3]) if read[3] else 0)
            self._codes[text] = code
        return code

    def _mark(self, currency: str) -> int:
        return self._currencies.setdefault(currency, len(self._currencies) + 1)


def shared_decimal(verdicts: Sequence[NumberVerdict]) -> str:
    """Return the decimal sign that other columns of the file prove, "" where they prove none or both.

    >>> open_one = NumberVerdict("point", 3, False, False, 0, 0, 0)
    >>> shared_decimal([open_one, NumberVerdict("comma", 0, True, False, 0, 9, 0)])
    'comma'
    """
    points, commas = sum(verdict.points for verdict in verdicts), sum(verdict.commas for verdict in verdicts)
    if points and commas:
        return ""
    return "point" if points else "comma" if commas else ""


def _values(numbers: Amounts | None, codes: NDArray[np.int32] | None, table: Amounts) -> Amounts:
    if codes is None:
        return numbers if numbers is not None else np.empty(0)
    texts: Amounts = table[codes]
    return texts if numbers is None else np.where(codes == _NO_TEXT, numbers, texts)


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else np.nan


def _checked(amounts: Amounts) -> Amounts:
    with np.errstate(invalid="ignore"):
        amounts[~(np.abs(amounts) <= LARGEST)] = np.nan
    return amounts
