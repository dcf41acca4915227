"""Number format patterns, read as Google's guide "Date and number formats" defines them.

https://developers.google.com/workspace/sheets/api/guides/formats
A pattern has up to four sections (positive; negative; zero; text), each made of tokens; a section may begin with
a condition and a colour in brackets.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

_COLORS = r"black|blue|cyan|green|magenta|red|white|yellow|color\s?\d{1,2}"
_META = re.compile(
    rf"\[(?:(?P<color>{_COLORS})|(?P<sign><=|>=|<>|=|<|>)(?P<bound>-?[\d.]+))\]", re.IGNORECASE
)
_TOKEN = re.compile(
    r"""
      "(?P<quoted>[^"]*)"?
    | \\(?P<escaped>.)
    | _(?P<blank>.)
    | \*(?P<filler>.?)
    | \[\$(?P<currency>[^\]\-]*)(?:-[^\]]*)?\]
    | \[(?P<elapsed>h+|m+|s+)\]
    | (?P<noon>am/pm|a/p|(?<![a-z])[ap]m(?![a-z]))
    | (?P<date>y+|m+|d+|h+|s+)
    | (?P<exponent>e[+-])
    | (?P<other>.)
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a section.

    Attributes
    ----------
    kind
        literal, date, noon, elapsed, digit, point, percent, comma, exponent, slash or text.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a pattern; `sign` and `bound` are its condition, where it has one."""

    tokens: tuple[Token, ...]
    sign: str = ""
    bound: float = 0.0

    @property
    def is_date(self) -> bool:
        """Whether it shows a moment or a duration."""
        kinds = {token.kind for token in self.tokens}
        return bool(kinds & {"date", "elapsed", "noon"})

    @property
    def is_text(self) -> bool:
        """Whether it shows text."""
        return any(token.kind == "text" for token in self.tokens)

    def holds(self, value: float) -> bool:
        """Whether a number fulfils its condition."""
        return _COMPARE[self.sign](value, self.bound)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A whole pattern: the sections for numbers, and the one for text if there is one."""

    sections: tuple[Section, ...]
    text: Section | None = None

    def section(self, value: float) -> tuple[Section | None, bool]:
        """Return the section that shows a number, and whether a minus sign is to stand before it."""
        if any(section.sign for section in self.sections):
            return self._by_condition(value)
        count = len(self.sections)
        if not count:
            return None, False
        if value < 0 and count > 1:
            return self.sections[1], False
        if value == 0 and count > 2:
            return self.sections[2], False
        return self.sections[0], value < 0

    def _by_condition(self, value: float) -> tuple[Section | None, bool]:
        for section in self.sections[:2]:
            if section.sign and section.holds(value):
                tells_sign = section.sign in ("<", "<=") and section.bound <= 0
                return section, value < 0 and not tells_sign
        rest = [section for section in self.sections if not section.sign]
        return (rest[-1], value < 0) if rest else (None, False)


@lru_cache(maxsize=1024)
def parsed(pattern: str) -> Pattern:
    """Return a pattern in its parts.

    >>> len(parsed('0;-0;"none";@').sections), parsed("0;@").text is not None
    (3, True)
    """
    sections = [_section(text) for text in _split(pattern)]
    text = None
    if len(sections) > 3:
        text = sections[3]
    elif sections[-1].is_text:
        text = sections[-1]
    numbers = [s for s in sections[:3] if s is not text]
    return Pattern(tuple(numbers), text)


def _split(pattern: str) -> list[str]:
    """Split at semicolons that are neither quoted nor escaped."""
    parts = [""]
    for piece in re.findall(r'"[^"]*"?|\\.|\[[^\]]*\]|[_*].|.', pattern, re.DOTALL):
        if piece == ";":
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _section(text: str) -> Section:
    text, sign, bound = _without_brackets(text)
    if text.strip().lower() == "general":
        return Section((Token("general", ""),), sign, bound)
    tokens = [_token(match) for match in _TOKEN.finditer(text)]
    if any(token.kind == "digit" and token.text in "#?" for token in tokens):
        tokens = [Token("literal", t.text) if t.kind in ("date", "noon") else t for t in tokens]
    return Section(tuple(token for token in tokens if token.text), sign, bound)


def _without_brackets(text: str) -> tuple[str, str, float]:
    """Return a section without the colour and the condition before it, and the condition's sign and bound."""
    sign, bound = "", 0.0
    while match := _META.match(text.lstrip()):
        text = text.lstrip()[match.end() :]
        if match["sign"]:
            try:
                sign, bound = match["sign"], float(match["bound"])
            except ValueError:
                sign = ""
    return text, sign, bound


def _token(match: re.Match[str]) -> Token:
    kind, text = str(match.lastgroup), match[str(match.lastgroup)]
    if kind in ("quoted", "escaped", "currency"):
        return Token("literal", text)
    if kind == "blank":
        return Token("literal", " ")
    if kind == "filler":
        return Token("literal", "")
    if kind != "other":
        return Token(kind, text)
    named = {".": "point", ",": "comma", "%": "percent", "/": "slash", "@": "text"}
    return Token("digit" if text in "0#?" else named.get(text, "literal"), text)
