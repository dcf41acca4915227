"""A formula in its parts: texts, numbers, references, functions, names and signs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
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


def is_sound(tokens: Sequence[FormulaToken]) -> bool:
    """Whether operands and signs follow each other as in a formula; parentheses at the end may be missing.

    >>> is_sound(tokens_of("=-A1%+SUM(1,,2")), is_sound(tokens_of("=1 (555) 123")), is_sound(tokens_of("=1+"))
    (True, False, False)
    """
    syntax = _Syntax()
    return all(syntax.accepts(token) for token in tokens) and syntax.may_end()


class _Syntax:
    """What may come next in a formula that is read token by token."""

    def __init__(self) -> None:
        self._wants_operand = True
        self._former = ""
        self._open: list[str] = []
        """Kinds of what is not closed yet; parentheses behind an operand count as a function's."""

    def accepts(self, token: FormulaToken) -> bool:
        """Take a token; return whether a formula may go on with it."""
        if token.kind == "blank":
            return True
        take = _TAKES.get(token.kind)
        if take is None or not take(self, token):
            return False
        self._former = "number" if token.text == "%" else token.kind
        return True

    def may_end(self) -> bool:
        """Whether a formula may end here."""
        return not self._wants_operand or self._former in ("function", "separator")

    def operand(self, _token: FormulaToken) -> bool:
        was_wanted, self._wants_operand = self._wants_operand, False
        return was_wanted

    def opening(self, token: FormulaToken) -> bool:
        """Take a function with its parenthesis, or the brace of an array."""
        self._open.append(token.kind)
        return self._wants_operand

    def parenthesis(self, _token: FormulaToken) -> bool:
        self._open.append("open" if self._wants_operand else "function")
        is_allowed = self._wants_operand or self._former == "close"
        self._wants_operand = True
        return is_allowed

    def closing(self, token: FormulaToken) -> bool:
        opened = self._open.pop() if self._open else ""
        is_pair = bool(opened) and (opened == "brace") == (token.kind == "unbrace")
        lacks_operand = self._wants_operand and self._former in ("open", "operator", "brace")
        self._wants_operand = False
        return is_pair and not lacks_operand

    def separator(self, _token: FormulaToken) -> bool:
        lacks_operand = self._wants_operand and self._former == "operator"
        self._wants_operand = True
        return bool(self._open) and self._open[-1] != "open" and not lacks_operand

    def operator(self, token: FormulaToken) -> bool:
        if token.text == "%":
            return not self._wants_operand
        is_allowed = not self._wants_operand or token.text in "+-"
        self._wants_operand = True
        return is_allowed


_TAKES: Mapping[str, Callable[[_Syntax, FormulaToken], bool]] = {
    **dict.fromkeys(("text", "error", "reference", "boolean", "name", "number"), _Syntax.operand),
    "function": _Syntax.opening,
    "brace": _Syntax.opening,
    "open": _Syntax.parenthesis,
    "close": _Syntax.closing,
    "unbrace": _Syntax.closing,
    "separator": _Syntax.separator,
    "operator": _Syntax.operator,
}


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
    column_anchor, letters, row_anchor, number = match.groups()
    # "$5" of a whole row reads as a dollar sign before no letters.
    if not letters and number and column_anchor:
        return part
    column = letters if column_anchor else _moved_column(letters, columns)
    row = number if row_anchor else _moved_row(number, rows)
    if column is None or row is None:
        return None
    return f"{column_anchor}{column}{row_anchor}{row}"


def _moved_column(letters: str, columns: int) -> str | None:
    if not letters:
        return ""
    column = column_number(letters) + columns
    return column_letters(column) if column >= 0 else None


def _moved_row(number: str, rows: int) -> str | None:
    if not number:
        return ""
    row = int(number) + rows
    return str(row) if row >= 1 else None
