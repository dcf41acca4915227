"""Currencies as written beside amounts: signs, codes and short names."""

from __future__ import annotations

from collections.abc import Collection, Mapping

_SIGNS = {
    "$": "$",
    "€": "EUR",
    "£": "GBP",
    "¥": "¥",
    "₹": "INR",
    "₽": "RUB",
    "₩": "KRW",
    "₺": "TRY",
    "₫": "VND",
    "₴": "UAH",
    "₦": "NGN",
    "₪": "ILS",
    "฿": "THB",
    "¢": "¢",
}
"""Currency by sign; a sign that several currencies share stands for itself."""

_CODES = frozenset(
    """
    USD EUR GBP JPY CNY INR RUB KRW TRY VND UAH NGN ILS THB CHF CAD AUD NZD SGD HKD MXN BRL ZAR SEK NOK DKK
    ISK PLN CZK HUF RON BGN RSD AED SAR EGP KES GHS PHP IDR MYR TWD CLP COP ARS PEN
    """.split()
)

_NAMES = {
    "US$": "USD",
    "CA$": "CAD",
    "C$": "CAD",
    "AU$": "AUD",
    "A$": "AUD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "S$": "SGD",
    "MX$": "MXN",
    "R$": "BRL",
    "R": "ZAR",
    "KR": "kr",
    "FR": "CHF",
    "SFR": "CHF",
    "RS": "INR",
    "RMB": "CNY",
    "ZŁ": "PLN",
    "KČ": "CZK",
    "FT": "HUF",
    "LEI": "RON",
    "TL": "TRY",
    "RP": "IDR",
    "RM": "MYR",
}

_SHARED = {
    "$": frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"}),
    "¥": frozenset({"JPY", "CNY"}),
    "kr": frozenset({"SEK", "NOK", "DKK", "ISK"}),
}


def currency_of(mark: str) -> str:
    """Return the currency that a mark beside an amount names; "" where it names none.

    >>> currency_of("€"), currency_of("usd"), currency_of("kr."), currency_of("US$"), currency_of("ca")
    ('EUR', 'USD', 'kr', 'USD', '')
    """
    bare = mark.rstrip(".").upper()
    if bare in _SIGNS:
        return _SIGNS[bare]
    return bare if bare in _CODES else _NAMES.get(bare, "")


def same_currency(seen: Collection[str]) -> Mapping[str, str]:
    """Return the currency that each of `seen` means: a shared sign means the currency that is named beside it.

    >>> same_currency(["$", "USD", "EUR"])
    {'$': 'USD', 'USD': 'USD', 'EUR': 'EUR'}
    >>> same_currency(["$", "USD", "CAD"])["$"]
    '$'
    """
    meant = {}
    for currency in seen:
        named = _SHARED.get(currency, frozenset()).intersection(seen)
        meant[currency] = next(iter(named)) if len(named) == 1 else currency
    return meant
