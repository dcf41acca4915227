"""Countries and postal codes of contacts."""

from __future__ import annotations

import re
from functools import cache

from server.core.audiences.names import harmless
from server.core.audiences.phones import is_region
from server.core.cells import FAILED, Cell, text_of
from server.core.transactions.headers import plain
from server.core.visible import visible

_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "nb")
"""Languages in which names of countries are known."""
_USUAL = {
    "uk": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "greatbritain": "GB",
    "usa": "US",
    "holland": "NL",
}
_FIVE_DIGITS = frozenset("DE FR ES IT US FI MX TR UA EE HR RS".split())
"""Countries whose postal codes have five digits: a number with four in a sheet has lost its leading zero."""
_NO_ZIP = re.compile(r"[\s-]+")
_LONGEST = 12


def read_country(cell: Cell) -> str:
    """Return the two-letter code of a country (ISO 3166-1), "" for an unknown one.

    >>> read_country("de"), read_country("Deutschland"), read_country("United States"), read_country("USA")
    ('DE', 'DE', 'US', 'US')
    >>> read_country("UK"), read_country("GBR"), read_country("Atlantis"), read_country("")
    ('GB', 'GB', '', '')
    """
    name = plain(visible(text_of(cell)))
    if len(name) == 2 and name != "uk" and is_region(name.upper()):
        return name.upper()
    return _USUAL.get(name) or _codes().get(name, "")


@cache
def _codes() -> dict[str, str]:
    """Return the codes by name, in all languages, and by the codes of three letters."""
    from babel import Locale
    from babel.core import get_global

    codes: dict[str, str] = {}
    for old, new in get_global("territory_aliases").items():
        if len(old) == 3 and old.isalpha() and len(new) == 1:
            codes[old.lower()] = new[0]
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "UN", "XA", "XB", "EZ"):
                codes.setdefault(plain(name), code)
    return codes


def read_zip(cell: Cell, country: str) -> str:
    """Return a postal code as text; of a number, with the leading zero that the sheet took away.

    >>> read_zip(1067.0, "DE"), read_zip("01067", "DE"), read_zip(1067.0, "AT"), read_zip("M1 1AE", "GB")
    ('01067', '01067', '1067', 'M1 1AE')
    """
    text = harmless(visible(text_of(cell)).lstrip("'"))
    if text in FAILED:
        return ""
    if isinstance(cell, int | float) and country in _FIVE_DIGITS and len(text) == 4 and text.isdigit():
        return "0" + text
    return text[:_LONGEST]


def meta_zip(code: str, country: str) -> str:
    """Return a postal code as Meta hashes it: lower case, no blanks or hyphens; of the US the first five digits.

    >>> meta_zip("94035-1234", "US"), meta_zip("M1 1AE", "GB"), meta_zip("1010", "AT")
    ('94035', 'm11ae', '1010')
    """
    text = _NO_ZIP.sub("", code).lower()
    return text[:5] if country == "US" else text
