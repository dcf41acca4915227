"""The source's rows, read and grouped: one line for equal customer, order, day, status and sign.

What can be read is read as `server.core.transactions` reads it. Ids are cleaned after the grouping, once a line
instead of once a row.
"""

from __future__ import annotations

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
_PLAIN = "^([A-Za-z_][A-Za-z0-9_.@-]*|[0-9][A-Za-z0-9_@-]*)$"
"""Ids that nothing is to be cleaned of: the others take ten times as long."""
_LONGEST_GUEST, _LONGEST_NUMBER = 24, 8
_LARGEST_WHOLE = 2**53


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
        customer_id, order_id, status, day, is_negative, is_unreadable, cents; rows, zeros, amount (its sum), magnitude
        (the sum without signs).
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
    lines = grouped.mutate(
        cents=grouped.cents if has_refunded else ibis.null("int64"),
        magnitude=grouped.magnitude if has_pieces else grouped.amount.abs(),
    )
    who, order = _key(lines.who), _key(lines.order_text)
    key = lines.mutate(customer_id=who.lower() if folds_case else who, order_id=order)
    return key.select(
        "status", "day", "is_negative", "is_unreadable", "cents", "rows", "zeros", "amount", "magnitude",
        customer_id=(_is_missing(key.customer_id) | _is_guest(key.customer_id)).ifelse(
            ibis.null("string"), key.customer_id
        ),
        order_id=_is_missing(key.order_id).ifelse(ibis.null("string"), key.order_id),
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


def _key(text: Any) -> Any:
    """Return an id in the form in which equal ones are equal, as `customer_ids.id_key` has it."""
    return text.re_search(_PLAIN).ifelse(text, _cleaned(text))


def _cleaned(text: Any) -> Any:
    visible = text.re_replace(_INVISIBLE, "").re_replace(_OUTER, "")
    quoted = visible.re_search('^=".*"$')
    bare = quoted.ifelse(visible.re_replace('^="|"$', ""), visible).re_replace(_OUTER, "")
    is_marked = bare.re_search("^'[0-9=+@-]")
    unmarked = is_marked.ifelse(bare.substr(1), bare)
    address = unmarked.re_replace(_BEFORE_ADDRESS, "").re_replace(_AFTER_ADDRESS, "")
    plain = unmarked.re_search(_ADDRESS).ifelse(address, unmarked).re_replace(BLANK + "+", " ")
    return plain.re_search(r"^[0-9]+\.0+$").ifelse(plain.re_replace(r"\.0+$", ""), plain)


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
    return ((days >= 0) & (days <= LAST_DAY)).ifelse(days, ibis.null("int64"))


def _date_of_text(text: Any) -> Any:
    trimmed = text.re_replace(_OUTER, "")
    compact = trimmed.substr(0, 4) + "-" + trimmed.substr(4, 2) + "-" + trimmed.substr(6, 2)
    written = ibis.cases(
        (trimmed.re_search(_ISO_DAY), trimmed.substr(0, 10)),
        (trimmed.re_search(_COMPACT_DAY), compact),
        else_=ibis.null("string"),
    )
    return written.try_cast("date")
