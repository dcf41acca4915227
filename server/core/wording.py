"""Sentences in the spreadsheet's language, and the numbers and dates inside them as its locale writes them.

An English text is the key of its translations, of which server/core/texts/ has one file a language. It is loaded when a
sentence needs it first; English needs none.

A cell that holds a number follows the locale by itself; a sentence in a cell does not. Babel knows how (Unicode's
CLDR). It is imported where a sentence needs it first: a whole number of up to three digits looks the same in every
locale, so a scored row costs no import.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from server.texts import Amount, Count, Counted, Text, filled

if TYPE_CHECKING:
    from babel import Locale
    from babel.numbers import NumberPattern

FALLBACK = "en_US"
LANGUAGES = ("de", "es", "fr")
"""Languages that texts are translated to."""
_CATALOGS = Path(__file__).with_name("texts")
_SAME_EVERYWHERE = 1_000
"""Whole numbers below this have no sign in them."""
_LEAST, _MOST = 1e-6, 1e15
"""Between these a number is written out; what is smaller or larger is told in powers of ten."""
SHEET_DIGITS = 15
"""Significant digits that a spreadsheet shows of a number."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences, numbers and dates for one locale.

    The digits are 0 to 9 also where the locale has others (ar_EG, fa_IR, hi_IN), which is Babel's default: the
    sentences round them are English there.

    Attributes
    ----------
    locale
        As the spreadsheet has it: `en_US`, `de_DE`; of one that is not known the language decides, else `en_US`.
    currency
        Code (ISO 4217) or sign of the currency that the orders are in; "" where none is known.

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
    currency: str = ""

    @property
    def language(self) -> str:
        """The language of the sentences: one of `LANGUAGES`, else "en".

        >>> Wording("de_CH").language, Wording("it_IT").language
        ('de', 'en')
        """
        language = self.locale.partition("_")[0].lower()
        return language if language in LANGUAGES else "en"

    def say(self, text: str, /, **values: object) -> str:
        """Return a text in the spreadsheet's language; in English where it is not translated.

        Parameters
        ----------
        text
            The English text, whose placeholders are names in braces; or what `server.texts.to_say` gave.
        values
            What stands in the placeholders, written as it is to be read.

        Examples
        --------
        >>> Wording("de_DE").say("customers"), Wording("it_IT").say("customers")
        ('Kunden', 'customers')
        >>> Wording("de_DE").say("The tab {tab} is full.", tab="Settings")
        'The tab Settings is full.'
        >>> Wording("de_DE").say("")
        ''
        """
        if not text:
            return ""  # the catalogs' entry of no text is the language's name
        if isinstance(text, Text):
            return self.say(text.key, **(text.values | values))
        values = {name: self._value(value) for name, value in values.items()}
        language = self.language
        return filled(text if language == "en" else _catalog(language).get(text, text), values)

    def _value(self, value: object) -> object:
        """Return the value of a placeholder, in this language."""
        if isinstance(value, Text):
            return self.say(value)
        if isinstance(value, Count):
            return self.number(value.value)
        if isinstance(value, Counted):
            return self.counted(value.value, value.noun)
        return self.decimal(value.value, value.digits) if isinstance(value, Amount) else value

    def plural(self, count: int, one: str, many: str, /, **values: object) -> str:
        """Return the text for one, or for none and many; `{number}` in it is the count, as the locale writes it.

        >>> Wording().plural(1, "1 row labelled.", "{number} rows labelled.")
        '1 row labelled.'
        >>> Wording("de_DE").plural(1200, "1 row labelled.", "{number} rows labelled.")
        '1.200 Zeilen zugeordnet.'
        """
        return self.say(one if count == 1 else many, **({"number": self.number(count)} | values))

    def money(self, value: float) -> str:
        """Return an amount with its currency, where one is known; its fraction where it has one.

        >>> Wording("de_DE", "EUR").money(1234.5), Wording("en_US", "EUR").money(1200), Wording("en_US").money(7.25)
        ('1.234,50\\xa0€', '€1,200', '7.25')
        >>> Wording("en_US", "$").money(30), Wording("en_US", "kr").money(30)
        ('$30', '30 kr')
        """
        digits = 0 if round(value, 2) == int(value) else 2
        if self.currency.isascii() and len(self.currency) == 3 and self.currency.isupper():
            from babel.numbers import parse_pattern

            known = _known(self.locale)
            pattern = parse_pattern(known.currency_formats["standard"].pattern)
            pattern.frac_prec = (digits, digits)
            return str(pattern.apply(value, known, currency=self.currency, currency_digits=False))
        amount = self.decimal(value, digits) if digits else self.number(value)
        if not self.currency:
            return amount
        return f"{amount} {self.currency}" if self.currency[-1].isalpha() else f"{self.currency}{amount}"

    def rough_money(self, value: float, digits: int = 2) -> str:
        """Return an estimated amount with its currency, rounded to the first digits.

        >>> Wording("de_DE", "EUR").rough_money(104_321.5), Wording().rough_money(0.5432), Wording().rough_money(48.0)
        ('100.000\\xa0€', '0.54', '48')
        """
        return self.money(float(f"{value:.{digits}g}"))

    def money_pattern(self, digits: str = "#,##0.00") -> str:
        """Return the number format of a cell with money in this currency.

        >>> Wording("en_US", "USD").money_pattern(), Wording("de_DE", "EUR").money_pattern(), Wording().money_pattern()
        ('[$$]#,##0.00', '#,##0.00 [$€]', '#,##0.00')
        """
        if not self.currency:
            return digits
        known = _known(self.locale)
        from babel.numbers import get_currency_symbol

        sign = get_currency_symbol(self.currency, known)
        own = known.currency_formats["standard"].pattern
        if not own.startswith("¤"):
            return f"{digits} [${sign}]"
        return f"[${sign}]{' ' if own[1:2].isspace() else ''}{digits}"

    def number(self, value: float) -> str:
        """Return a whole number."""
        if 0 <= value < _SAME_EVERYWHERE and value == int(value):
            return str(int(value))
        return self.decimal(value, 0)

    def counted(self, number: int, noun: str) -> str:
        """Return a whole number with what it counts; both forms of the noun are texts to translate.

        >>> Wording().counted(1, "day"), Wording("it_IT").counted(1200, "order")
        ('1 day', '1.200 orders')
        """
        form = noun + "s" * (number != 1)
        return f"{self.number(number)} {self.say(form)}"

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

    def moment(self, moment: dt.datetime) -> str:
        """Return a day and its time as the locale writes them, without seconds."""
        from babel.dates import format_time

        return f"{self.date(moment.date())}, {format_time(moment, 'short', locale=_known(self.locale))}"


def versions(text: str) -> tuple[str, ...]:
    """Return a text in English and in every language that it is translated to."""
    return (text, *(_catalog(language).get(text, text) for language in LANGUAGES))


ENGLISH = Wording()
"""For whoever has no spreadsheet: the command line, evaluations."""


@lru_cache(maxsize=len(LANGUAGES))
def _catalog(language: str) -> Mapping[str, str]:
    """Return the translations to a language by English text."""
    loaded: dict[str, str] = json.loads((_CATALOGS / f"{language}.json").read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=64)
def _known(name: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    for identifier in (name, name.partition("_")[0]):  # Google says no_NO where Babel says nb_NO
        try:
            return Locale.parse(identifier)
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
