"""Numbers and dates inside sentences, as the spreadsheet's locale writes them.

A cell that holds a number follows the locale by itself; a sentence in a cell does not. Babel knows how (Unicode's
CLDR). It is imported where a sentence needs it first: a whole number of up to three digits looks the same in every
locale, so a scored row costs no import.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale
    from babel.numbers import NumberPattern

FALLBACK = "en_US"
_SAME_EVERYWHERE = 1_000
"""Whole numbers below this have no sign in them."""
_LEAST, _MOST = 1e-6, 1e15
"""Between these a number is written out; what is smaller or larger is told in powers of ten."""
SHEET_DIGITS = 15
"""Significant digits that a spreadsheet shows of a number."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Writes numbers and dates for one locale.

    The digits are 0 to 9 also where the locale has others (ar_EG, fa_IR, hi_IN), which is Babel's default: the
    sentences round them are English.

    Attributes
    ----------
    locale
        As the spreadsheet has it: `en_US`, `de_DE`; of one that is not known the language decides, else `en_US`.

    Examples
    --------
    >>> Wording("de_DE").number(1045), Wording("en_US").number(1045), Wording("xx_XX").number(1045)
    ('1.045', '1,045', '1,045')
    >>> Wording("de_DE").decimal(0.5, 2), Wording("hi_IN").decimal(123456, 1)
    ('0,50', '1,23,456.0')
    >>> Wording("tr_TR").percent(0.42), Wording().percent(0.0255, 1)
    ('%42', '2.6%')
    >>> Wording("de_DE").date(dt.date(2026, 6, 30)), Wording("en_US").date(dt.date(2026, 6, 30))
    ('30.06.2026', 'Jun 30, 2026')
    """

    locale: str = FALLBACK

    def number(self, value: float) -> str:
        """Return a whole number."""
        if 0 <= value < _SAME_EVERYWHERE and value == int(value):
            return str(int(value))
        return self.decimal(value, 0)

    def counted(self, number: int, noun: str) -> str:
        """Return a whole number with what it counts.

        >>> Wording().counted(1, "day"), Wording("de_DE").counted(1200, "order")
        ('1 day', '1.200 orders')
        """
        return f"{self.number(number)} {noun}{'s' * (number != 1)}"

    def decimal(self, value: float | Decimal, digits: int) -> str:
        """Return a number with so many digits behind the decimal sign."""
        known = _known(self.locale)
        return str(_pattern(known, digits, is_percent=False).apply(value, known))

    def percent(self, share: float, digits: int = 0) -> str:
        """Return a share of 1 as a percentage."""
        known = _known(self.locale)
        return str(_pattern(known, digits, is_percent=True).apply(share, known))

    def significant(self, value: float, digits: int = 6) -> str:
        """Return a number rounded to its first digits; trailing zeros behind the decimal sign are left out.

        >>> Wording("de_DE").significant(1234567.8), Wording("de_DE").significant(0.1, SHEET_DIGITS)
        ('1.234.570', '0,1')
        >>> Wording("de_DE").significant(1.5e300), Wording("de_DE").significant(250.0)
        ('1,5e+300', '250')
        """
        rounded = f"{value:.{digits}g}"
        if rounded.isdecimal() and len(rounded) <= 3:
            return rounded
        if value and not _LEAST <= abs(value) < _MOST:
            from babel.numbers import get_decimal_symbol

            return rounded.replace(".", get_decimal_symbol(_known(self.locale)))
        behind = Decimal(rounded).normalize().as_tuple().exponent
        return self.decimal(Decimal(rounded), max(0, -behind) if isinstance(behind, int) else 0)

    def date(self, day: dt.date) -> str:
        """Return a day as the locale writes it, at medium length."""
        from babel.dates import format_date

        return str(format_date(day, "medium", locale=_known(self.locale)))


ENGLISH = Wording()
"""For whoever has no spreadsheet: the command line, evaluations."""


@lru_cache(maxsize=64)
def _known(name: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    for each in (name, name.partition("_")[0]):  # Google says no_NO where Babel says nb_NO
        try:
            return Locale.parse(each)
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return Locale.parse(FALLBACK)


@lru_cache(maxsize=256)
def _pattern(known: Locale, digits: int, *, is_percent: bool) -> NumberPattern:
    """Return the locale's own pattern with so many digits behind the decimal sign."""
    from babel.numbers import parse_pattern

    own = known.percent_formats[None] if is_percent else known.decimal_formats[None]
    pattern = parse_pattern(own.pattern)
    pattern.frac_prec = (digits, digits)
    return pattern
