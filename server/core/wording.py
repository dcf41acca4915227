"""Numbers and dates inside sentences, as the spreadsheet's locale writes them.

A cell that holds a number follows the locale by itself; a sentence in a cell does not. Babel knows how (Unicode's
CLDR); it is imported with the first sentence, as scoring writes none.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

FALLBACK = "en_US"


@dataclass(frozen=True, slots=True)
class Wording:
    """Writes numbers and dates for one locale.

    Attributes
    ----------
    locale
        As the spreadsheet has it: `en_US`, `de_DE`; of one that is not known the language decides, else `en_US`.

    Examples
    --------
    >>> Wording("de_DE").number(1045), Wording("en_US").number(1045), Wording("xx_XX").number(1045)
    ('1.045', '1,045', '1,045')
    >>> Wording("de_DE").date(dt.date(2026, 6, 30)), Wording("en_US").date(dt.date(2026, 6, 30))
    ('30.06.2026', 'Jun 30, 2026')
    """

    locale: str = FALLBACK

    def number(self, value: float) -> str:
        """Return a number with the locale's signs."""
        from babel.numbers import format_decimal

        return str(format_decimal(value, locale=self._known()))

    def date(self, day: dt.date) -> str:
        """Return a day as the locale writes it, at medium length."""
        from babel.dates import format_date

        return str(format_date(day, "medium", locale=self._known()))

    def _known(self) -> str:
        from babel import Locale, UnknownLocaleError

        for name in (self.locale, self.locale.partition("_")[0]):  # Google says no_NO where Babel says nb_NO
            try:
                return str(Locale.parse(name))
            except (UnknownLocaleError, ValueError, TypeError):
                continue
        return FALLBACK
