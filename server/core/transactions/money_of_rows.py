"""Currency of each row, so that amounts in different currencies are never added up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.options import Options
from server.core.transactions.currencies import currency_of, same_currency
from server.core.transactions.headers import Column, Role, says_cents
from server.core.transactions.questions import Choice, Decision, Doubt
from server.core.transactions.table_columns import Columns
from server.core.transactions.words import Codes
from server.texts import joined, to_say

Amounts = NDArray[np.float64]

ANY = "any"
"""What Settings says where the amounts are in one currency already, whatever stands beside them."""
MOST_CHOICES = 4
EQUAL_SHARE = 0.98

_IN_HEADER = re.compile(r"(?<![A-Za-z])([A-Z]{3})(?![A-Za-z])|([$€£¥₹])|_([a-z]{3})$")


@dataclass(frozen=True, slots=True)
class InOneCurrency:
    """Amounts that can be added up.

    Attributes
    ----------
    amount
        Shape (n,).
    currency
        Its code, "" where nothing names it.
    left_out
        Rows in another currency; None where there are none.
    """

    amount: Amounts
    currency: str = ""
    left_out: NDArray[np.bool_] | None = None
    said: Decision | None = None
    doubt: Doubt | None = None


def in_one_currency(
    columns: Columns,
    amount: Amounts,
    named: tuple[Codes, Sequence[str]] | None,
    marks: tuple[Sequence[str], NDArray[np.uint8]],
    shop_amount: Amounts | None,
    rows: NDArray[np.int32],
    options: Options,
    no_sale: NDArray[np.bool_] | None = None,
) -> InOneCurrency:
    """Return amounts in one currency: the shop's where a column has it, else as the marketer says.

    Parameters
    ----------
    named
        Codes and texts of the column of currencies, spread over the orders.
    marks
        Currencies that stand beside the amounts, and 1 + the place of each row's, 0 for none.
    shop_amount
        Amounts in the shop's currency.
    no_sale
        Rows that are left out in any case, as currency conversions and failed payments: theirs is nobody's question.
    """
    texts, codes = _of_rows(named, marks, len(amount))
    answer = options.answers.get("Currency", "").upper()
    is_any = answer == ANY.upper()
    if codes is None:
        return InOneCurrency(amount, _of_header(columns) or ("" if is_any else answer))
    counts = _counts(codes, ~np.isnan(amount), no_sale, len(texts))
    there = np.argsort(-counts, kind="stable")[: int((counts > 0).sum())].tolist()
    if len(there) < 2:
        return InOneCurrency(amount, "".join(texts[i] for i in there))
    if shop_amount is not None and Role.SHOP_AMOUNT in columns.roles and not answer:
        return _in_the_shops(columns, amount, shop_amount, texts, codes, there)
    doubt = _doubt(columns, texts, codes, there, rows, answer)
    if is_any:
        return InOneCurrency(amount, "", doubt=doubt)
    wanted = texts.index(answer) if answer in texts else there[0]
    others = (codes != wanted + 1) & (codes != 0)
    return InOneCurrency(amount, texts[wanted], others, doubt=doubt)


def _counts(
    codes: NDArray[np.int64], priced: NDArray[np.bool_], no_sale: NDArray[np.bool_] | None, n: int
) -> NDArray[np.int64]:
    """Return how many rows have each currency, those left out aside unless no other names one."""
    of_sales = codes[priced if no_sale is None else priced & ~no_sale]
    return np.bincount(of_sales if of_sales.any() else codes[priced], minlength=n + 1)[1:]


def _in_the_shops(
    columns: Columns,
    amount: Amounts,
    shop_amount: Amounts,
    texts: Sequence[str],
    codes: NDArray[np.int64],
    there: Sequence[int],
) -> InOneCurrency:
    """Return the amounts in the shop's own currency, which a column of their own has."""
    currency = _of_equal(texts, codes, there, amount, shop_amount)
    names = ", ".join(texts[i] for i in there[:8])
    header = columns.roles[Role.SHOP_AMOUNT].header
    text = to_say(
        "The amounts are in several currencies ({names}), so {header}, in the shop's own ({currency}), is used."
        if currency
        else "The amounts are in several currencies ({names}), so {header}, in the shop's own, is used.",
        names=names,
        header=header,
        currency=currency,
    )
    said = Decision("Currency", text)
    return InOneCurrency(shop_amount, currency, said=said)


def _doubt(
    columns: Columns,
    texts: Sequence[str],
    codes: NDArray[np.int64],
    there: Sequence[int],
    rows: NDArray[np.int32],
    answer: str,
) -> Doubt:
    """Return the question which of several currencies counts, the most frequent first."""
    names = ", ".join(texts[i] for i in there[:8])
    is_any, is_known = answer == ANY.upper(), answer in texts
    is_wrong = bool(answer) and not is_known and not is_any
    column = columns.roles.get(Role.CURRENCY) or columns.roles.get(Role.AMOUNT)
    return Doubt(
        "Currency",
        joined(
            " ",
            [
                to_say(
                    "The amounts are in several currencies: {names}. They cannot be added up as they stand.",
                    names=names,
                ),
                *(
                    [to_say("Settings says {answer}, which is none of them.", answer=answer)]
                    if is_wrong
                    else []
                ),
            ],
        ),
        (
            *(
                Choice(texts[i], to_say("Only {currency}: leave the others out", currency=texts[i]))
                for i in there[:MOST_CHOICES]
            ),
            Choice(ANY, to_say("All are in one currency already: add them up")),
        ),
        column=column.header if column is not None else "",
        sheet_rows=tuple(rows[np.flatnonzero(codes == there[1] + 1)[:20]].tolist()),
        answer=answer if is_known else ANY if is_any else "",
    )


WITHOUT_PARTS = frozenset("JPY KRW VND CLP UGX XAF XOF XPF PYG RWF BIF DJF GNF KMF MGA VUV".split())
"""Currencies whose smallest unit is the whole one."""
THREE_DECIMALS = frozenset("BHD JOD KWD OMR TND".split())


def whole_units(
    columns: Columns, amount: Amounts, refunded: Amounts | None, currency: str
) -> tuple[Amounts, Amounts | None, Decision | None]:
    """Return amounts in whole units of their currency, where the export writes them in its smallest one.

    >>> from server.core.transactions.exports import Export
    >>> columns = Columns(1, {}, export=Export("API", frozenset(), in_parts=True))
    >>> whole_units(columns, np.array([1250.0, 99.0]), None, "EUR")[0].tolist()
    [12.5, 0.99]
    >>> whole_units(columns, np.array([1250.0, 99.5]), None, "EUR")[0].tolist()
    [1250.0, 99.5]
    """
    export = columns.export
    there = amount[~np.isnan(amount)]
    column = columns.roles.get(Role.AMOUNT) or columns.roles.get(Role.UNIT_PRICE)
    in_parts = export is not None and export.in_parts
    in_cents = column is not None and says_cents(column.header)
    if not (in_parts or in_cents) or currency in WITHOUT_PARTS or (there % 1 != 0).any():
        return amount, refunded, None
    parts = 1000 if currency in THREE_DECIMALS else 100
    text = to_say("{header} is in cents: it is divided by {parts}.", header=_header(column), parts=str(parts))
    if export is not None and in_parts:
        text = to_say(
            "{shop} writes amounts in the smallest unit of a currency, as cents: they are divided by {parts}.",
            shop=export.name,
            parts=str(parts),
        )
    back = refunded / parts if refunded is not None else None
    return amount / parts, back, Decision("AmountCovers", text)


def _header(column: Column | None) -> str:
    return column.header if column is not None else ""


def _of_rows(
    named: tuple[Codes, Sequence[str]] | None, marks: tuple[Sequence[str], NDArray[np.uint8]], n: int
) -> tuple[list[str], NDArray[np.int64] | None]:
    """Return the currencies that are named, and 1 + the place of each row's; None where none is."""
    texts: list[str] = []
    place: dict[str, int] = {}

    def number(name: str) -> int:
        if name not in place:
            place[name] = len(texts) + 1
            texts.append(name)
        return place[name]

    codes = np.zeros(n, dtype=np.int64)
    if named is not None:
        meant = {text: currency_of(text) for text in named[1]}
        of_code = [number(meant[text]) if meant[text] else 0 for text in named[1]]
        codes = np.array(of_code, dtype=np.int64)[named[0]]
    seen, of_row = marks
    if seen and not codes.any():
        shared = same_currency(seen)
        codes = np.array([0, *(number(shared[name]) for name in seen)], dtype=np.int64)[of_row]
    return texts, codes if codes.any() else None


def _of_equal(
    texts: Sequence[str], codes: NDArray[np.int64], there: Sequence[int], amount: Amounts, shop: Amounts
) -> str:
    """Return the currency whose amounts are the same in both columns: the shop's."""
    for i in there:
        mine = codes == i + 1
        with np.errstate(invalid="ignore"):
            if (np.abs(amount[mine] - shop[mine]) < 0.005).mean() >= EQUAL_SHARE:
                return texts[i]
    return ""


def _of_header(columns: Columns) -> str:
    """Return the currency that the header of the amounts names, "" where it names none."""
    column = columns.roles.get(Role.AMOUNT) or columns.roles.get(Role.UNIT_PRICE)
    match = _IN_HEADER.search(column.header) if column is not None else None
    return currency_of(next(part for part in match.groups() if part)) if match else ""
