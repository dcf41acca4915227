"""Phone numbers as ids: +49 151 7000020, 0049151/7000020 and 0151 7000020 are one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from server.layout.headers import normalised

_HEADER = re.compile(
    r"phone|telefon|telefoon|telephone|mobile|mobil|handy|whatsapp|msisdn|celular|movil|cellulare|cellphone|cellnumber"
)
_NUMBER = re.compile(r"(?:\+|00)?[\d\s().\-/]{7,22}")
_NO_DIGIT = re.compile(r"\D+")
_SHARE = 0.9
_SHORTEST, _LONGEST = 7, 15
"""Digits of a number, by ITU-T E.164 at most 15."""


def holds_phones(header: str, ids: Sequence[str]) -> bool:
    """Whether a column holds phone numbers: its header says so, or most ids are international numbers.

    >>> holds_phones("Telefonnummer", ["0151 7000020"]), holds_phones("id", ["+49151700002", "+49151700003"])
    (True, True)
    >>> holds_phones("customer_id", ["4915170000", "4915170001"])
    False
    """
    if not ids:
        return False
    numbers = sum(_digits(text) is not None for text in ids)
    if numbers < _SHARE * len(ids):
        return False
    named = normalised(header)
    if _HEADER.search(named) or named == "tel":
        return True
    return 2 * sum(identity.startswith(("+", "00")) for identity in ids) > len(ids)


def phone_keys(ids: Sequence[str]) -> list[str]:
    """Return the form in which the spellings of one number are equal, "" for what is no number.

    A national number is that international one which ends in its digits behind a country code, if it is one only.

    >>> phone_keys(["+49 151 7000020", "0049151/7000020", "0151 7000020", "491517000020", "151-7000020", "n/a"])
    ['491517000020', '491517000020', '491517000020', '491517000020', '491517000020', '']
    """
    digits = [_digits(text) for text in ids]
    international = {number for is_international, number in filter(None, digits) if is_international}
    endings = _endings(international)

    def key(is_international: bool, number: str) -> str:
        if is_international or number in international:
            return number
        national = number.lstrip("0")
        return endings.get(national) or national

    return [key(*number) if number is not None else "" for number in digits]


def _endings(international: Iterable[str]) -> dict[str, str]:
    """Return the one international number of each ending behind a country code, "" where several end so."""
    endings: dict[str, str] = {}
    for number in sorted(international):
        for code in (1, 2, 3):
            rest = number[code:]
            if len(rest) >= _SHORTEST:
                endings[rest] = "" if rest in endings else number
    return endings


def _digits(text: str) -> tuple[bool, str] | None:
    """Return whether a number is international, and its digits; None for what is no number."""
    if not _NUMBER.fullmatch(text):
        return None
    digits = _NO_DIGIT.sub("", text.replace("(0)", ""))
    is_international = text.startswith("+")
    if not is_international and digits.startswith("00"):
        is_international, digits = True, digits[2:]
    return (is_international, digits) if _SHORTEST <= len(digits) <= _LONGEST else None
