"""Phone numbers in E.164 form (+491711234567), parsed by Google's libphonenumber."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from server.core.audiences.hashing import is_hash
from server.core.audiences.reasons import Flaw
from server.core.cells import FAILED, Cell, text_of
from server.core.visible import visible

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_ROUNDED = re.compile(r"[+-]?\d+([.,]\d+)?e\+?\d+", re.IGNORECASE)
_FILE_TEXT = re.compile(r'="(.*)"')
_SIGNS = re.compile(r"[^\d+]+")
_LETTERS = re.compile(r"[^\W\d_]")
_EXTENSION = re.compile(r"(?:\s*(?:ext\.?|extension|x|#|durchwahl|dw)\s*\d{1,6})$", re.IGNORECASE)
_LONGEST_DIGITS = 15
"""Digits of an international number (ITU-T E.164)."""


@dataclass(frozen=True, slots=True)
class Country:
    """The country that a national number is read in.

    Attributes
    ----------
    code
        ISO 3166-1, two letters in capitals; "" where none is known.
    is_the_customers
        Whether the customer's own row names it, rather than `Settings`.
    """

    code: str = ""
    is_the_customers: bool = False


def read_phone(cell: Cell, country: Country) -> tuple[str, Flaw | None]:
    """Return a number in E.164 form, or "" and what is wrong with it; ("", None) for an empty cell.

    A number with + or 00 is read as it stands, others in the customer's country. Digits that are a number of that
    country with its code in front and without are read with it only where the customer's own row names the country.

    >>> read_phone("+1\\u2011800\\u2011555\\u20110100", Country()), read_phone("0171/1234567", Country("DE"))
    (('+18005550100', None), ('+491711234567', None))
    >>> read_phone(491711234567, Country("DE", is_the_customers=True))
    ('+491711234567', None)
    >>> read_phone(491711234567, Country("DE")), read_phone("0171 1234567", Country())
    (('', <Flaw.TWO_READINGS: 'two_readings'>), ('', <Flaw.NO_COUNTRY: 'no_country'>))
    >>> read_phone("4.9E+11", Country("DE")), read_phone("n/a", Country("DE"))
    (('', <Flaw.ROUNDED: 'rounded'>), ('', <Flaw.NO_PHONE: 'no_phone'>))
    """
    text = _text(cell)
    if not text or text in FAILED:
        return "", None
    flaw = _flaw_of_text(text)
    if flaw is not None:
        return "", flaw
    number = _SIGNS.sub("", _EXTENSION.sub("", text).replace("(0)", ""))
    if number.startswith("00"):
        number = "+" + number[2:]
    if number.startswith("+"):
        return _international(number)
    if not country.code:
        return "", Flaw.NO_COUNTRY
    return _national(number, country)


def _text(cell: Cell) -> str:
    text = visible(text_of(cell))
    wrapped = _FILE_TEXT.fullmatch(text)
    return visible(wrapped.group(1)) if wrapped else text.lstrip("'")


def _flaw_of_text(text: str) -> Flaw | None:
    if _ROUNDED.fullmatch(text):
        return Flaw.ROUNDED
    if is_hash(text):
        return Flaw.HASH
    if _LETTERS.search(_EXTENSION.sub("", text)):
        return Flaw.NO_PHONE
    return None


def _international(number: str) -> tuple[str, Flaw | None]:
    read = _read(number, "")
    return (_e164(read), None) if read is not None else ("", Flaw.NO_PHONE)


def _national(digits: str, country: Country) -> tuple[str, Flaw | None]:
    without = _read(digits, country.code)
    within = _read("+" + digits, "") if digits.startswith(_calling_code(country.code)) else None
    if within is not None and not _is_of(within, country.code):
        within = None
    if without is not None and within is not None and _e164(without) != _e164(within):
        return (_e164(within), None) if country.is_the_customers else ("", Flaw.TWO_READINGS)
    read = within if within is not None else without
    return (_e164(read), None) if read is not None else ("", Flaw.NO_PHONE)


def _read(number: str, region: str) -> PhoneNumber | None:
    import phonenumbers  # 0.14 s, which nobody but an audience pays for

    if sum(c.isdigit() for c in number) > _LONGEST_DIGITS + 2:
        return None
    try:
        read = phonenumbers.parse(number, region or None)
    except phonenumbers.NumberParseException:
        return None
    return read if phonenumbers.is_valid_number(read) else None


def _e164(read: PhoneNumber) -> str:
    zeros = "0" * (read.number_of_leading_zeros or 1) if read.italian_leading_zero else ""
    return f"+{read.country_code}{zeros}{read.national_number}"


def _is_of(read: PhoneNumber, region: str) -> bool:
    return str(read.country_code) == _calling_code(region)


@lru_cache(maxsize=256)
def _calling_code(region: str) -> str:
    import phonenumbers

    return str(phonenumbers.country_code_for_region(region) or "-")


def is_region(code: str) -> bool:
    """Whether phone numbers of a country are known.

    >>> is_region("DE"), is_region("XX")
    (True, False)
    """
    return _calling_code(code) != "-"


def digits_alone(phone: str) -> str:
    """Return a number as Meta hashes it: country code and number, digits alone.

    >>> digits_alone("+15559876543")
    '15559876543'
    """
    return phone.lstrip("+")
