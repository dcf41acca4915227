"""Parser of one amount written as text, and its evidence for the column's decimal sign."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import IntFlag

from server.core.transactions.currencies import currency_of
from server.core.visible import visible


class Shape(IntFlag):
    """Evidence in an amount's text, beside its value."""

    POINT = 1
    """The point is its decimal sign, or the comma groups its digits."""
    COMMA = 2
    """The comma is its decimal sign, or the point groups its digits."""
    OPEN_POINT = 4
    """1.250: both readings are possible."""
    OPEN_COMMA = 8
    """1,250: both readings are possible."""
    SMALL_WHOLE = 16
    """A whole number below 1,000, so that nothing in it could be grouped."""
    LARGE_WHOLE = 32
    """A whole number from 1,000 on that is not grouped."""
    TWO_DECIMALS = 64
    """Exactly two digits follow its decimal sign."""
    SHORTENED = 128
    """1.5K: thousands or millions."""


NumberText = tuple[float, float, int, str]
"""The amount with a decimal point and with a decimal comma, its `Shape`, and its currency."""

_SIGNS = "$€£¥₹₽₩₺₫₴₦₪฿¢"
_BEFORE = re.compile(rf"(?:[^\W\d_]{{1,3}}\.?[{_SIGNS}]?|[{_SIGNS}])(?=[-+(.,\d])")
_AFTER = re.compile(rf"[{_SIGNS}]$|(?<=[-).,\d])[^\W\d_]{{2,3}}\.?$")
"""Currencies: R 500, US$5, 5 kr; no single letter behind a number, as 5k is not 5."""
_WORD_AFTER = re.compile(r"(?<=[-).,\d])([^\W\d_]{4,8})$|(?<=[-).,\d千万萬億亿천만억])([円元원])$")
_WORDS = {
    "euro": "EUR",
    "euros": "EUR",
    "dollar": "$",
    "dollars": "$",
    "pound": "GBP",
    "pounds": "GBP",
    "franken": "CHF",
    "francs": "CHF",
    "kronor": "SEK",
    "kroner": "kr",
    "rupees": "INR",
    "reais": "BRL",
    "złotych": "PLN",
    "円": "JPY",
    "元": "CNY",
    "원": "KRW",
}
_LEDGER = re.compile(r"(?<=[-).,\d])(cr|dr)\.?$|^(cr|dr)\.?(?=[\d.,])", re.IGNORECASE)
"""12.50 CR is a credit, which lowers what a customer owes; 12.50 DR is a debit, a purchase."""
_MULTIPLES = {
    "k": 1e3,
    "tsd": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "mio": 1e6,
    "mln": 1e6,
    "bn": 1e9,
    "mrd": 1e9,
    "tys": 1e3,
    "tkr": 1e3,
    "mkr": 1e6,
    "lac": 1e5,
    "lakh": 1e5,
    **dict.fromkeys("千천", 1e3),
    **dict.fromkeys("万萬만", 1e4),
    **dict.fromkeys("億亿억", 1e8),
}
_MULTIPLE = re.compile(rf"(?<=\d)({'|'.join(_MULTIPLES)})\.?$", re.IGNORECASE)
_AMBIGUOUS_MULTIPLE = re.compile(r"\d\s*mil\.?$", re.IGNORECASE)
"""12 mil is 12 thousand in Spanish and Portuguese, and 12 million in English."""
_NO_CENTS = re.compile(r"(?<=\d)[.,:](?:-{1,2}|=)$")
"""1'250.- and 250:- say that there are no cents; the dash is no minus."""
_GAPS = re.compile(r"[\s'’‘ʼ`´′_٬]+")
_GAPS_IN_NUMBER = re.compile(r"(?<=\d)[\s'’‘ʼ`´′_٬]+(?=\d)")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d{1,2}")
_CORE = re.compile(r"\d[\d.,']*|[.,]\d+")
_MINUS = str.maketrans(dict.fromkeys("−–—‒﹣－⁻", "-"))
_NEGATIVE_SIGNS = "-▲△"
THREE_DECIMALS = frozenset({"KWD", "BHD", "OMR", "JOD", "TND", "LYD", "IQD"})
"""Currencies of a thousand parts."""
_WITHOUT_PARTS = frozenset({"¥", "JPY", "KRW", "₩"})
"""Three digits behind a sign are no parts of these."""


def read_number(text: str) -> NumberText | None:
    """Return what a text says, None where it is no amount.

    Examples
    --------
    >>> read_number("$(1,234.50)")[:2], read_number("1'250.-")[:2], read_number("12.50 CR")[:2]
    ((-1234.5, -1234.5), (1250.0, 1250.0), (-12.5, -12.5))
    >>> read_number("1.250 €")
    (1.25, 1250.0, <Shape.OPEN_POINT: 4>, 'EUR')
    >>> read_number("free") is read_number("10 5") is None
    True
    """
    bare = _plain(text)
    if bare is None or _AMBIGUOUS_MULTIPLE.search(bare):
        return None
    bare = _GAPS.sub("", _GAPS_IN_NUMBER.sub("\x00", bare)).replace("\x00", "'")
    peeled = _peeled(bare)
    if peeled is None:
        return None
    bare, factor, currency, shape = peeled
    if _SCIENTIFIC.fullmatch(bare):
        value = float(bare.replace(",", ".")) * factor
        return value, value, shape, currency_of(currency)
    digits = _digits(bare)
    if digits is None:
        return None
    point, comma, proof = digits
    named = _WORDS.get(currency.casefold(), "") or currency_of(currency)
    if proof & (Shape.OPEN_POINT | Shape.OPEN_COMMA):
        point, comma, proof = _by_currency(point, comma, proof, currency.upper().rstrip("."), named)
    return point * factor, comma * factor, shape | proof, named


def _by_currency(
    point: float, comma: float, proof: Shape, written: str, named: str
) -> tuple[float, float, Shape]:
    """Return a number of two readings as its currency has it: of a thousand parts, or of none."""
    if proof is Shape.OPEN_POINT and written in THREE_DECIMALS:
        return point, point, Shape.POINT
    if named in _WITHOUT_PARTS:
        whole = max(point, comma)
        return whole, whole, Shape.POINT if proof is Shape.OPEN_COMMA else Shape.COMMA
    return point, comma, proof


def _plain(text: str) -> str | None:
    """Return a text in plain digits and signs, None where it holds digits of another meaning (12²)."""
    text = visible(text)
    if not text.isascii():
        if any(sign.isdigit() and not sign.isdecimal() for sign in text):
            return None
        text = unicodedata.normalize("NFKC", text).translate(_MINUS)
        text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
        if "٫" in text:  # the Arabic decimal sign; any other sign between digits groups them
            text = re.sub(r"(?<=\d)[.,،٬](?=\d)", "'", text).replace("٫", ".")
            text = re.sub(r"(\.\d{3})$", r"\g<1>0", text)  # three decimals would look grouped
        text = text.replace("،", ",")
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text


@dataclass(slots=True)
class _Peeling:
    """Text that is being parsed: the part that is left, and what was taken off."""

    bare: str
    is_negative: bool = False
    signs: int = 0
    factor: float = 1.0
    currency: str = ""
    shape: Shape = field(default_factory=lambda: Shape(0))


def _peeled(bare: str) -> tuple[str, float, str, Shape] | None:
    """Return the digits alone, the factor of signs and abbreviations, and the currency."""
    left = _Peeling(bare)
    for _ in range(8):
        if not any(peel(left) for peel in _PEELS):
            break
    if left.signs > 1:
        return None
    return left.bare, -left.factor if left.is_negative else left.factor, left.currency, left.shape


def _peel_sign(left: _Peeling) -> bool:
    """Remove parentheses, a sign before the number, or one behind it."""
    bare = left.bare
    if bare[:1] + bare[-1:] in ("()", "<>"):
        left.is_negative, left.bare = True, bare[1:-1]
    elif bare and bare[0] in _NEGATIVE_SIGNS:
        left.is_negative, left.signs, left.bare = True, left.signs + 1, bare[1:]
    elif bare.startswith("+"):
        left.signs, left.bare = left.signs + 1, bare[1:]
    elif match := _NO_CENTS.search(bare):
        left.bare = bare[: match.start()]
    elif len(bare) > 1 and bare.endswith("-"):
        left.is_negative, left.signs, left.bare = True, left.signs + 1, bare[:-1]
    return left.bare != bare


def _peel_ledger(left: _Peeling) -> bool:
    match = _LEDGER.search(left.bare)
    if match is None:
        return False
    left.is_negative = left.is_negative or "c" in match[0].casefold()
    is_before = match.start() == 0
    left.bare = left.bare.replace(match[0], "", 1) if is_before else left.bare[: match.start()]
    return True


def _peel_multiple(left: _Peeling) -> bool:
    match = _MULTIPLE.search(left.bare) if left.factor == 1 else None
    if match is None:
        return False
    left.factor, left.bare = _MULTIPLES[match[1].casefold()], left.bare[: match.start()]
    left.shape |= Shape.SHORTENED
    return True


def _peel_currency(left: _Peeling) -> bool:
    if (match := _WORD_AFTER.search(left.bare)) and (match[1] or match[2]).casefold() in _WORDS:
        left.currency, left.bare = match[1] or match[2], left.bare[: match.start()]
    elif match := _BEFORE.match(left.bare):
        left.currency, left.bare = match[0], left.bare[match.end() :]
    elif match := _AFTER.search(left.bare):
        left.currency = match[0] if currency_of(match[0]) or not left.currency else left.currency
        left.bare = left.bare[: match.start()]
    else:
        return False
    return True


_PEELS = (_peel_sign, _peel_ledger, _peel_multiple, _peel_currency)
"""Tried in this order, again and again until nothing more comes off."""


def _digits(bare: str) -> tuple[float, float, Shape] | None:
    """Return bare digits with a decimal point and with a decimal comma, and what they prove."""
    if not _CORE.fullmatch(bare):
        return None
    points, commas = bare.count("."), bare.count(",")
    if points and commas:
        return _both_signs(bare)
    if points or commas:
        sign, proof = (".", Shape.COMMA) if points else (",", Shape.POINT)
        return _one_sign(bare, sign) if points + commas == 1 else _grouped(bare, sign, proof)
    if "'" in bare:
        return _grouped(bare, "'", Shape(0))
    value = float(bare)
    return value, value, Shape.SMALL_WHOLE if value < 1000 else Shape.LARGE_WHOLE


def _both_signs(bare: str) -> tuple[float, float, Shape] | None:
    """Read digits with points and commas: the last sign is the decimal one."""
    decimal = "," if bare.rfind(",") > bare.rfind(".") else "."
    head, _, tail = bare.rpartition(decimal)
    if "'" in bare or not _is_grouped(head.split("." if decimal == "," else ",")):
        return None
    return _same(head, tail, decimal)


def _grouped(bare: str, sign: str, proof: Shape) -> tuple[float, float, Shape] | None:
    """Read a whole number that one sign groups."""
    if (sign != "'" and "'" in bare) or not _is_grouped(bare.split(sign)):
        return None
    value = float(bare.replace(sign, ""))
    return value, value, proof


def _one_sign(bare: str, sign: str) -> tuple[float, float, Shape] | None:
    head, tail = bare.split(sign)
    if "'" in tail or ("'" in head and not _is_grouped(head.split("'"))):
        return None
    if not tail:  # "12."
        value = float(head.replace("'", ""))
        return value, value, Shape(0)
    if len(tail) == 3 and 1 <= len(head) <= 3 and head[0] != "0":
        parts, whole = float(f"{head}.{tail}"), float(head + tail)
        return (parts, whole, Shape.OPEN_POINT) if sign == "." else (whole, parts, Shape.OPEN_COMMA)
    return _same(head, tail, sign)


def _same(head: str, tail: str, decimal: str) -> tuple[float, float, Shape] | None:
    """Return a number whose decimal sign is certain."""
    if not tail.isdecimal():
        return None
    value = float(re.sub("[.,']", "", head or "0") + "." + tail)
    shape = Shape.COMMA if decimal == "," else Shape.POINT
    return value, value, shape | (Shape.TWO_DECIMALS if len(tail) == 2 else Shape(0))


def _is_grouped(parts: list[str]) -> bool:
    """Whether digits are grouped as people do: by three, or by two before the last three (12,34,567).

    >>> _is_grouped(["1", "250"]), _is_grouped(["12", "34", "567"]), _is_grouped(["10", "5"])
    (True, True, False)
    """
    first, *others = parts
    if not all(part.isdecimal() for part in parts) or not 1 <= len(first) <= 3:
        return False
    if not others:
        return True
    middle = {len(part) for part in others[:-1]}
    return len(others[-1]) == 3 and (middle <= {3} or (middle == {2} and len(first) <= 2))
