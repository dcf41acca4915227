"""The source's rows, read and grouped: one line for equal customer, order, day, status and sign.

What can be read is read as `server.core.transactions` reads it. Ids are cleaned after the grouping, once a line
instead of once a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis

from server.core.transactions.customer_ids import FAILED_CELLS, MISSING_IDS
from server.core.transactions.date_text import LAST_DAY
from server.core.transactions.guest_words import GUESTS
from server.sources.expressions.compiling import Table, day_in_zone
from server.sources.source import SourceColumns

# Written by their numbers, as escapes such as \f are eaten by some engines' literals.
BLANK = (
    r"[\x{9}-\x{d}\x{1c}-\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
)
_INVISIBLE = (
    r"[\x{ad}\x{61c}\x{180e}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2064}\x{2066}-\x{2069}\x{feff}\x{fe0e}\x{fe0f}"
    r"\x{0}-\x{8}\x{e}-\x{1f}\x{7f}]"
)
_OUTER = f"^{BLANK}+|{BLANK}+$"
_NUMBER = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"
_ISO_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}($|[T ][0-9])"
_COMPACT_DAY = r"^[0-9]{8}$"
_ROUND_GUEST = r"""^[\x{9}-\x{d}\x{20}()\[\]<>{}*."']+|[\x{9}-\x{d}\x{20}()\[\]<>{}*."']+$"""
_BEFORE_ADDRESS = f"(?i)^([^<>@]*<|mailto:){BLANK}*(mailto:)?"
_AFTER_ADDRESS = f"{BLANK}*>?[;,]?$"
_ADDRESS = f"{_BEFORE_ADDRESS}[^<>@{BLANK[1:-1]}]+@[^<>@{BLANK[1:-1]}]+{_AFTER_ADDRESS}"
PLAIN = r"^([A-Za-z_][A-Za-z0_.-]*[1-9@][A-Za-z0-9_.@-]*|0*[1-9][A-Za-z0-9_@-]*)\z"
"""Ids that nothing is to be cleaned of, and that name somebody: the others take ten times as long.

It ends with the text: in Java a `$` stands before a line's end too, which is to be cleaned.
"""
_LONGEST_GUEST, _LONGEST_NUMBER = 24, 8
_LARGEST_WHOLE = 2**53
DAY = "int32"
"""Days since 1970 are narrow, as each line is moved several times."""


def rows_of(source: Table, columns: SourceColumns, zone: str, dialect: str) -> Table:
    """Return one row each of the source: who, order and status as texts, day, amount, and whether a sign is negative.

    `day` counts from 1970-01-01; what cannot be read is NULL.
    """
    status = _text(source[columns.status]) if columns.status else ibis.null("string")
    order = _text(source[columns.order_id]) if columns.order_id else ibis.null("string")
    read = source.select(
        who=_text(source[columns.customer_id]),
        order_text=order,
        status=status,
        day=_day(source[columns.order_date], zone, dialect),
        money=_number(source[columns.amount or columns.unit_price]),
        pieces=_number(source[columns.quantity]) if columns.quantity else ibis.literal(1.0),
    )
    amount = read.money if columns.amount else read.money * read.pieces
    read_rows = read.select("who", "order_text", "status", "day", "pieces", amount=amount)
    is_negative = (read_rows.amount < 0).fill_null(False) | (read_rows.pieces < 0).fill_null(False)
    return read_rows.select("who", "order_text", "status", "day", "amount", is_negative=is_negative)


_NO_IDS = sorted(MISSING_IDS | FAILED_CELLS)


def lines_of(rows: Table, *, has_refunded: bool, has_pieces: bool, folds_case: bool) -> Table:
    """Return rows grouped to lines.

    Parameters
    ----------
    has_refunded
        A status names sales that were paid back: their amounts are kept apart, to be found again where money went back.
    has_pieces
        Amounts are price times quantity: those of one sign of quantity may have either.
    folds_case
        Whether capitals of customer ids make no difference, as in e-mail addresses.

    Returns
    -------
    Table
        customer_id, order_id, status, day, is_negative, is_unreadable; rows, zeros, amount (its sum); cents where
        `has_refunded`; magnitude (the sum without signs) where `has_pieces`, else it is that of the sum.
    """
    cents = {"cents": (rows.amount.abs() * 100).round().cast("int64")} if has_refunded else {}
    keyed = rows.mutate(is_unreadable=rows.amount.isnull(), **cents)
    magnitude = {"magnitude": keyed.amount.abs().sum().fill_null(0.0)} if has_pieces else {}
    keys = ["who", "order_text", "status", "day", "is_negative", "is_unreadable", *cents]
    grouped = keyed.group_by(keys).agg(
        rows=keyed.count(),
        zeros=keyed.count(where=keyed.amount == 0),
        amount=keyed.amount.sum().fill_null(0.0),
        **magnitude,
    )
    key = _with_ids(grouped, ("who", "order_text"))
    who = key.who.lower() if folds_case else key.who
    return key.select(
        "status", "day", "is_negative", "is_unreadable", *cents, "rows", "zeros", "amount", *magnitude,
        customer_id=_named(who, key.plain_who, _is_missing(key.who) | _is_guest(who)),
        order_id=_named(key.order_text, key.plain_order_text, _is_missing(key.order_text)),
    )  # fmt: skip


def _is_missing(text: Any) -> Any:
    is_short = text.length() <= max(map(len, _NO_IDS))
    return is_short.ifelse(text.lower().isin(_NO_IDS), ibis.literal(False))


def _is_guest(text: Any) -> Any:
    """Whether an id names nobody, as `guest_words.is_guest` has it: such words hold no digits, or hardly anything."""
    listed = sorted(GUESTS)
    word = text.re_replace(_ROUND_GUEST, "").lower()
    spaced = word.replace("-", " ").replace("_", " ")
    is_word = ~text.re_search("^[0-9]") & (word.isin(listed) | spaced.isin(listed))
    may_be = (text.length() <= _LONGEST_GUEST) & (
        ~text.re_search("[0-9]") | (text.length() <= _LONGEST_NUMBER)
    )
    return may_be.ifelse(text.isin(listed) | is_word, ibis.literal(False))


def _with_ids(lines: Table, columns: Sequence[str]) -> Table:
    """Return ids in the form in which equal ones are equal, as `customer_ids.id_key` has it.

    Beside each column stands `plain_…`: whether nothing was to be cleaned of it. The others are cleaned step by step,
    as an expression is written out at each of its uses.
    """
    cleaned = lines.mutate(
        **{f"plain_{name}": lines[name].re_search(PLAIN).fill_null(True) for name in columns}
    )
    for step in (_visible, _unquoted, _unmarked, _without_address, _one_spaced, _whole):
        others = {
            name: cleaned[f"plain_{name}"].ifelse(cleaned[name], step(cleaned[name])) for name in columns
        }
        cleaned = cleaned.mutate(**others)
    return cleaned


def _named(text: Any, is_plain: Any, is_nobody: Any) -> Any:
    """Return an id, NULL where it names nobody."""
    return is_plain.ifelse(text, is_nobody.ifelse(ibis.null("string"), text))


def _visible(text: Any) -> Any:
    return text.re_replace(_INVISIBLE, "").re_replace(_OUTER, "")


def _unquoted(text: Any) -> Any:
    bare = text.re_search('^=".*"$').ifelse(text.re_replace('^="|"$', ""), text)
    return bare.re_replace(_OUTER, "")


def _unmarked(text: Any) -> Any:
    return text.re_search("^'[0-9=+@-]").ifelse(text.substr(1), text)


def _without_address(text: Any) -> Any:
    address = text.re_replace(_BEFORE_ADDRESS, "").re_replace(_AFTER_ADDRESS, "")
    return text.re_search(_ADDRESS).ifelse(address, text)


def _one_spaced(text: Any) -> Any:
    return text.re_replace(BLANK + "+", " ")


def _whole(text: Any) -> Any:
    return text.re_search(r"^[0-9]+\.0+$").ifelse(text.re_replace(r"\.0+$", ""), text)


def _text(column: Any) -> Any:
    kind = column.type()
    if kind.is_floating() or kind.is_decimal():
        number = column.cast("float64")
        is_whole = (number == number.floor()) & (number.abs() < _LARGEST_WHOLE)
        return is_whole.ifelse(number.cast("int64").cast("string"), column.cast("string"))
    return column if kind.is_string() else column.cast("string")


def _number(column: Any) -> Any:
    """Return a plain number; a regex stands before the cast, as engines take `1_000`, `nan` or `2d` for numbers."""
    if column.type().is_string():
        trimmed = column.re_replace(_OUTER, "")
        return trimmed.re_search(_NUMBER).ifelse(trimmed, ibis.null("string")).try_cast("float64")
    number = column.cast("float64")
    if not column.type().is_floating():
        return number
    is_finite = number.abs() < 1e300
    return is_finite.ifelse(number, ibis.null("float64"))


def _day(column: Any, zone: str, dialect: str) -> Any:
    kind = column.type()
    if kind.is_date():
        date = column
    elif kind.is_timestamp():
        date = day_in_zone(column, zone, dialect) if kind.timezone else column.cast("date")
    else:
        date = _date_of_text(column if kind.is_string() else column.cast("int64").cast("string"))
    days = date.delta(ibis.date(1970, 1, 1), unit="day").cast("int64")
    return ((days >= 0) & (days <= LAST_DAY)).ifelse(days, ibis.null("int64")).cast(DAY)


def _date_of_text(text: Any) -> Any:
    trimmed = text.re_replace(_OUTER, "")
    compact = trimmed.substr(0, 4) + "-" + trimmed.substr(4, 2) + "-" + trimmed.substr(6, 2)
    written = ibis.cases(
        (trimmed.re_search(_ISO_DAY), trimmed.substr(0, 10)),
        (trimmed.re_search(_COMPACT_DAY), compact),
        else_=ibis.null("string"),
    )
    return written.try_cast("date")
