"""A formula in its parts: texts, numbers, references, functions, names and signs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sheets_standin.spreadsheet.a1 import column_letters, column_number, quoted

_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9]\d*"
_COLUMN, _ROW = r"\$?[A-Za-z]{1,3}", r"\$?[1-9]\d*"
_CELLS = rf"{_CELL}(?::(?:{_CELL}|{_COLUMN}|{_ROW}))?|{_COLUMN}:{_CELL}|{_COLUMN}:{_COLUMN}|{_ROW}:{_ROW}"
_TOKEN = r"""
      (?P<blank>\s+)
    | (?P<text>"(?:[^"]|"")*")
    | (?P<error>\#(?:REF!|N/A|DIV/0!|NAME\?|NUM!|VALUE!|NULL!|ERROR!))
    | (?P<reference>(?P<title>'(?:[^']|'')+'!|[^\W\d][\w.]*!)?(?P<cells>{cells})(?![\w(!.]))
    | (?P<function>[^\W\d][\w.]*)\(
    | (?P<boolean>(?:TRUE|FALSE)\b(?!\())
    | (?P<name>[^\W\d][\w.]*)
    | (?P<number>(?:\d+(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?)
    | (?P<operator><=|>=|<>|[-+*/^&=<>%:])
    | (?P<open>\() | (?P<close>\)) | (?P<brace>\{{) | (?P<unbrace>\}}) | (?P<separator>[,;\\])
    | (?P<junk>.)
"""


@dataclass(frozen=True, slots=True)
class FormulaToken:
    """One part of a formula.

    Attributes
    ----------
    kind
        blank, text, error, reference, function (its opening parenthesis included), boolean, name, number,
        operator, open, close, brace, unbrace, separator or junk.
    title, cells
        Of a reference: the tab's title without quotes, None for the formula's own tab; and the rest.
    depth
        How many functions stand around it.
    """

    kind: str
    text: str
    title: str | None = None
    cells: str = ""
    depth: int = 0


@lru_cache(maxsize=4)
def _token_pattern(decimal: str) -> re.Pattern[str]:
    point = re.escape(decimal)
    return re.compile(_TOKEN.format(cells=_CELLS, point=point), re.VERBOSE | re.DOTALL)


@lru_cache(maxsize=20_000)
def tokens_of(formula: str, decimal: str = ".") -> tuple[FormulaToken, ...]:
    """Return the parts of a formula, without its equals sign.

    >>> [token.text for token in tokens_of("=SUM(A1:A3)*2")]
    ['SUM(', 'A1:A3', ')', '*', '2']
    """
    return tuple(_tokens(formula[1:], decimal))


def _tokens(text: str, decimal: str) -> Iterator[FormulaToken]:
    inside: list[bool] = []
    for match in _token_pattern(decimal).finditer(text):
        kind = "reference" if match["cells"] else str(match.lastgroup)
        if kind == "close" and inside:
            inside.pop()
        title = match["title"]
        if title is not None:
            title = title[1:-2].replace("''", "'") if title.startswith("'") else title[:-1]
        yield FormulaToken(kind, match.group(), title, match["cells"] or "", sum(inside))
        if kind in ("function", "open"):
            inside.append(kind == "function")


_OPERANDS = ("text", "error", "reference", "boolean", "name", "number")


def is_sound(tokens: Sequence[FormulaToken]) -> bool:
    """Whether operands and signs follow each other as in a formula; parentheses at the end may be missing.

    >>> is_sound(tokens_of("=-A1%+SUM(1,,2")), is_sound(tokens_of("=1 (555) 123")), is_sound(tokens_of("=1+"))
    (True, False, False)
    """
    wants, former, stack = True, "", list[str]()
    for token in tokens:
        kind = token.kind
        if kind == "blank":
            continue
        if kind == "junk" or (kind in (*_OPERANDS, "function", "brace") and not wants):
            return False
        if kind in _OPERANDS:
            wants = False
        elif kind in ("function", "open", "brace"):
            if kind == "open" and not wants and former != "close":
                return False
            stack.append(
                "brace" if kind == "brace" else "function" if kind == "function" or not wants else "open"
            )
            wants = True
        elif kind in ("close", "unbrace"):
            opened = stack.pop() if stack else ""
            is_empty = former == "open" or (former in ("operator", "brace"))
            if not opened or (opened == "brace") != (kind == "unbrace") or (wants and is_empty):
                return False
            wants = False
        elif kind == "separator":
            if not stack or stack[-1] == "open" or (wants and former == "operator"):
                return False
            wants = True
        elif token.text == "%":
            if wants:
                return False
        elif not wants or token.text in "+-":
            wants = True
        else:
            return False
        former = kind if token.text != "%" else "number"
    return not wants or former in ("function", "separator")


_PART = re.compile(r"(\$?)([A-Za-z]*)(\$?)(\d*)")


def shifted(formula: str, rows: int, columns: int) -> str:
    """Return a formula as it reads after being copied so many rows down and columns to the right.

    >>> shifted("=A1+$B$2", 1, 1), shifted("='A1'!C:C", 1, 1), shifted("=A1", 0, -1)
    ('=B2+$B$2', "='A1'!D:D", '=#REF!')
    """
    pieces = []
    for token in tokens_of(formula):
        if token.kind != "reference":
            pieces.append(token.text)
            continue
        parts = [_moved(part, rows, columns) for part in token.cells.split(":")]
        title = "" if token.title is None else quoted(token.title) + "!"
        pieces.append("#REF!" if None in parts else title + ":".join(map(str, parts)))
    return "=" + "".join(pieces)


def _moved(part: str, rows: int, columns: int) -> str | None:
    match = _PART.fullmatch(part)
    assert match is not None
    # "$5" of a whole row reads as a dollar sign before no letters.
    if not match[2] and match[4] and match[1]:
        return part
    letters, number = match[2], match[4]
    if letters and not match[1]:
        column = column_number(letters) + columns
        if column < 0:
            return None
        letters = column_letters(column)
    if number and not match[3]:
        row = int(number) + rows
        if row < 1:
            return None
        number = str(row)
    return f"{match[1]}{letters}{match[3]}{number}"
