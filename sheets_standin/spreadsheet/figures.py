"""Numbers under a pattern: digits, grouping, scaling, percent, exponents and fractions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from sheets_standin.spreadsheet.locales import Locale
from sheets_standin.spreadsheet.patterns import Section, Token

_MOST_PLACES = 60


def shown_number(value: float, section: Section, locale: Locale) -> str:
    """Return the absolute value of a number under one section; who calls adds the minus sign.

    The number is rounded half up, from the shortest decimal text that stands for it.
    """
    tokens = list(section.tokens)
    if not any(token.kind == "digit" for token in tokens):
        return "".join(token.text for token in tokens)
    amount = abs(Decimal(repr(value)))
    amount *= 100 ** sum(token.kind == "percent" for token in tokens)
    exponent = next((i for i, token in enumerate(tokens) if token.kind == "exponent"), None)
    if exponent is not None:
        return _scientific(amount, tokens, exponent, locale)
    slash = _slash(tokens)
    if slash is not None:
        return _fraction(amount, tokens, slash, locale)
    tokens, thousands = _scaled(tokens)
    return _plain(amount / (1000**thousands), tokens, locale)


def _scaled(tokens: list[Token]) -> tuple[list[Token], int]:
    """Return the tokens without the commas that follow the digits, and how many those are."""
    last = max(i for i, token in enumerate(tokens) if token.kind == "digit")
    end = last + 1
    while end < len(tokens) and tokens[end].kind == "comma":
        end += 1
    before_point = [i for i, token in enumerate(tokens) if token.kind == "point"]
    extra = 0
    if before_point:
        start = before_point[0]
        while start - extra > 0 and tokens[start - extra - 1].kind == "comma":
            extra += 1
        tokens = tokens[: start - extra] + tokens[start:]
        last, end = last - extra, end - extra
    return tokens[: last + 1] + tokens[end:], end - last - 1 + extra


def _plain(amount: Decimal, tokens: Sequence[Token], locale: Locale) -> str:
    point = next((i for i, token in enumerate(tokens) if token.kind == "point"), None)
    whole = tokens if point is None else tokens[:point]
    rest: Sequence[Token] = () if point is None else tokens[point + 1 :]
    places = min(sum(token.kind == "digit" for token in rest), _MOST_PLACES)
    text = f"{amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _exactly(amount, places)):f}"
    digits, _, decimals = text.partition(".")
    before_point = _whole(digits.lstrip("0"), whole, locale)
    if point is None:
        return before_point
    return before_point + locale.decimal + _decimals(decimals, rest)


def _whole(digits: str, tokens: Sequence[Token], locale: Locale) -> str:
    """Return the digits before the decimal sign, laid into their places from the right."""
    places = [i for i, token in enumerate(tokens) if token.kind == "digit"]
    written = _FromTheRight(locale.group if _is_grouped(tokens, places) else None)
    if not places:
        written.text(digits)
    for index in reversed(range(len(tokens))):
        token = tokens[index]
        if token.kind == "digit":
            written.digit(_placed(digits[-1:], token))
            digits = digits[:-1]
            if index == places[0]:
                for left in reversed(digits):
                    written.digit(left)
        elif token.kind != "comma":
            written.text(token.text)
    return written.result()


def _is_grouped(tokens: Sequence[Token], places: Sequence[int]) -> bool:
    return bool(places) and any(token.kind == "comma" for token in tokens[places[0] : places[-1]])


def _placed(digit: str, token: Token) -> str:
    """Return the content of a place: its digit, else a zero, a space or nothing."""
    return digit or {"#": "", "?": " "}.get(token.text, token.text)


class _FromTheRight:
    """Digits and texts that are written from the right, with a sign between thousands."""

    def __init__(self, group: str | None) -> None:
        self._group = group
        self._pieces: list[str] = []
        self._digits = 0

    def text(self, text: str) -> None:
        """Write a text."""
        self._pieces.append(text[::-1])

    def digit(self, digit: str) -> None:
        """Write a digit, or the space that stands for one."""
        if not digit:
            return
        if self._group is not None and self._digits and self._digits % 3 == 0:
            self._pieces.append(self._group if digit != " " else " ")
        self._pieces.append(digit)
        self._digits += 1

    def result(self) -> str:
        """Return what was written, from the left."""
        return "".join(self._pieces)[::-1]


def _decimals(digits: str, tokens: Sequence[Token]) -> str:
    significant = len(digits.rstrip("0"))
    pieces = []
    place = 0
    for token in tokens:
        if token.kind != "digit":
            pieces.append(token.text if token.kind != "comma" else "")
            continue
        if place < significant or token.text == "0":
            pieces.append(digits[place : place + 1])
        elif token.text == "?":
            pieces.append(" ")
        place += 1
    return "".join(pieces)


def _scientific(amount: Decimal, tokens: list[Token], at: int, locale: Locale) -> str:
    mantissa, rest = tokens[:at], tokens[at + 1 :]
    power = _power(amount, mantissa)
    sign = tokens[at].text
    digits = [token for token in rest if token.kind == "digit"]
    exponent = str(abs(power)).zfill(sum(token.text == "0" for token in digits))
    shown_sign = "-" if power < 0 else sign[1] if sign[1] == "+" else ""
    after = "".join(token.text for token in rest if token.kind != "digit")
    return _plain(amount.scaleb(-power), mantissa, locale) + sign[0] + shown_sign + exponent + after


def _power(amount: Decimal, mantissa: Sequence[Token]) -> int:
    """Return the power of ten that leaves as many digits before the point as the mantissa has places."""
    if not amount:
        return 0
    point = next((i for i, token in enumerate(mantissa) if token.kind == "point"), len(mantissa))
    width = max(1, sum(token.kind == "digit" for token in mantissa[:point]))
    places = sum(token.kind == "digit" for token in mantissa[point:])
    power = (amount.adjusted() // width) * width
    rounded = round(amount.scaleb(-power), places)
    return power + width if rounded.adjusted() >= width else power


def _slash(tokens: Sequence[Token]) -> int | None:
    for index, token in enumerate(tokens):
        if token.kind == "slash" and 0 < index < len(tokens) - 1:
            has_upper = tokens[index - 1].kind == "digit"
            has_point = any(other.kind == "point" for other in tokens)
            if has_upper and _is_lower(tokens[index + 1]) and not has_point:
                return index
    return None


def _fraction(amount: Decimal, tokens: list[Token], slash: int, locale: Locale) -> str:
    before, upper, lower, after = _around(tokens, slash)
    named, rest = _text(lower), _text(after)
    has_whole = any(token.kind == "digit" for token in before)
    whole, above, below = _mixed(Fraction(amount), lower, has_whole=has_whole)
    # The part before goes without its zero, as in "1/2", unless nothing else is to be seen.
    text = _whole(str(whole) if whole or not above else "", before, locale) if before else ""
    if has_whole and not above:
        return text.rstrip() + rest
    figures = _whole(str(above), upper, locale) + "/"
    figures += named if named.isdigit() else str(below) + " " * _padding(lower, below)
    return text + figures + rest


def _around(tokens: list[Token], slash: int) -> tuple[list[Token], list[Token], list[Token], list[Token]]:
    """Return the tokens before a fraction, its numerator, its denominator, and the tokens after it."""
    start, end = slash, slash + 1
    while start > 0 and tokens[start - 1].kind == "digit":
        start -= 1
    while end < len(tokens) and _is_lower(tokens[end]):
        end += 1
    return tokens[:start], tokens[start:slash], tokens[slash + 1 : end], tokens[end:]


def _mixed(exact: Fraction, lower: Sequence[Token], *, has_whole: bool) -> tuple[int, int, int]:
    """Return a number as a whole number, a numerator and a denominator.

    Parameters
    ----------
    lower
        The pattern's denominator: a number, or places for as many digits.
    """
    named = _text(lower)
    whole = int(exact) if has_whole else 0
    if named.isdigit() and int(named):
        below = int(named)
        above = int((exact - whole) * below + Fraction(1, 2))
    else:
        near = (exact - whole).limit_denominator(10 ** min(len(lower), 9) - 1)
        above, below = near.numerator, near.denominator
    return (whole + 1, 0, below) if has_whole and above == below else (whole, above, below)


def _text(tokens: Sequence[Token]) -> str:
    return "".join(token.text for token in tokens)


def _is_lower(token: Token) -> bool:
    """Whether it is a place, or a digit, of a denominator."""
    return token.kind == "digit" or token.text.isdigit()


def _padding(lower: Sequence[Token], below: int) -> int:
    return max(0, sum(token.text == "?" for token in lower) - len(str(below)))


def _exactly(amount: Decimal, places: int) -> Context:
    """Return an arithmetic with as many digits as an amount needs at so many places."""
    return Context(prec=max(28, amount.adjusted() + places + 5))
