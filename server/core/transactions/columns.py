"""Recognition of the columns of `Training_Data` by their headers, as real exports spell them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.core.cells import Cell, is_empty, text_of
from server.core.transactions.column_refusals import (
    MAIN,
    listed,
    refuse_twins,
    refuse_what_is_missing,
    setting_of,
)
from server.core.transactions.exports import Export, export_of
from server.core.transactions.headers import (
    LABELS,
    MONEY,
    WORDS,
    Column,
    Role,
    plain,
    variants,
)
from server.core.transactions.spellings import LAST_ORDER, NOT_THE_ORDER, ORDER_ID_ENDINGS, SPELLINGS
from server.core.transactions.table_columns import Columns
from server.core.transactions.tables import refuse_other_layouts
from server.errors import NoTransactionsError, TrainingDataError
from server.layout.headers import normalised
from server.texts import joined, to_say

__all__ = ["LABELS", "Column", "Columns", "Role", "doubtful", "recognise"]

_CURRENCY = re.compile(r"(usd|eur|gbp|chf|cad|aud|nzd|inr|jpy|sek|nok|dkk|pln|brl|mxn|czk|huf|try)$")


@dataclass(frozen=True, slots=True)
class Recognised:
    """Recognised column in the words of an answer."""

    role: str
    label: str
    header: str
    column: str
    why: str


def recognise(first_rows: Sequence[Sequence[Cell]], overrides: Mapping[str, str] | None = None) -> Columns:
    """Find the header row and the columns.

    Parameters
    ----------
    first_rows
        The top of `Training_Data` from row 1. What stands below the headers helps to choose between them.
    overrides
        Header by role, from `Settings`; "" where there is to be none.

    Raises
    ------
    TrainingDataError
        If no customer id, date or money is found, a header stands twice, or an override names none.

    Examples
    --------
    >>> columns = recognise([["Invoice", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country"]])
    >>> [(str(role), column.letter) for role, column in columns.roles.items()]
    [('customer_id', 'E'), ('order_date', 'C'), ('quantity', 'B'), ('unit_price', 'D'), ('order_id', 'A')]
    >>> recognise([["Our orders"], [], ["customer_id", "order_date", "revenue"]]).header_row
    3
    """
    overrides = overrides or {}
    number, texts, below = _header(first_rows, overrides)
    finding = _Finding(texts, below)
    roles = _assign(finding, overrides)
    roles = _list_or_orders(finding, roles, overrides)
    try:
        refuse_what_is_missing(number, texts, roles)
        refuse_other_layouts(texts, number, [column.index for column in roles.values()])
        refuse_twins(texts, roles)
    except TrainingDataError as error:
        error.columns = [
            Recognised(str(role), LABELS[role], column.header, column.letter, column.why)
            for role, column in roles.items()
        ]
        raise
    used = {column.index for column in roles.values()}
    others = tuple(text for i, text in enumerate(texts) if text and i not in used)
    return Columns(number, roles, others, finding.export, tuple(finding.passed_over))


def doubtful(first_rows: Sequence[Sequence[Cell]], overrides: Mapping[str, str] | None = None) -> list[int]:
    """Return the columns whose first cells must be read before their role is clear.

    These are the columns whose headers would do for a role, where there is more than one of them, or the header
    is a word that often means something else. The header is taken to stand in the first row.

    >>> doubtful([["customer_id", "date", "Payment", "Total", "note"]])
    [2, 3]
    >>> doubtful([["customer_id", "date", "amount"]])
    []
    """
    overrides = overrides or {}
    number, texts, below = _header(first_rows, overrides)
    if number != 1 or any(not is_empty(cell) for row in below for cell in row):
        return []
    finding = _Finding(texts, [])
    return sorted({place for role in MAIN if role not in overrides for place in finding.doubtful(role)})


_VAGUE = frozenset(
    "payment sale sales value order invoice receipt customer client user account mail email day created state".split()
)
"""Headers that often hold something else than their name says: the way of paying, yes or no."""


def _header(
    first_rows: Sequence[Sequence[Cell]], overrides: Mapping[str, str]
) -> tuple[int, list[str], Sequence[Sequence[Cell]]]:
    filled = [(i, row) for i, row in enumerate(first_rows, start=1) if any(not is_empty(c) for c in row)]
    if not filled:
        raise NoTransactionsError(
            to_say("Training_Data is empty."),
            hint=to_say("Paste your orders there, with their headers in the first row."),
        )
    wanted = {normalised(header) for header in overrides.values() if header}
    number, header = max(
        filled, key=lambda cell: (_recognised(cell[1]) + 3 * _named(cell[1], wanted), -cell[0])
    )
    return number, [text_of(cell) for cell in header], first_rows[number:]


def _recognised(row: Sequence[Cell]) -> int:
    """Count the roles that a row would fill if it were the header; numbers are no headers."""
    finding = _Finding([text_of(cell) if isinstance(cell, str) else "" for cell in row], [])
    return sum(bool(finding.candidates(role)) for role in (*MAIN, Role.ORDERS))


def _named(row: Sequence[Cell], wanted: set[str]) -> int:
    return len({normalised(text_of(cell)) for cell in row if isinstance(cell, str)} & wanted)


_SPELLED = frozenset(itertools.chain.from_iterable(SPELLINGS.values()))
"""Headers that are known as they stand: "Refund of" is about an order, and no refund."""


class _Finding:
    """Search for columns: the headers of a table, and the values below them."""

    def __init__(self, texts: Sequence[str], below: Sequence[Sequence[Cell]]) -> None:
        self.texts = texts
        self.names = [plain(text) for text in texts]
        self._names = [self.names, [_CURRENCY.sub("", name) or name for name in self.names]]
        others = [
            [] if name in _SPELLED else variants(text) for text, name in zip(texts, self.names, strict=True)
        ]
        self._names += [list(names) for names in itertools.zip_longest(*others, fillvalue="")]
        self._below = below
        self.export = export_of(self.names)
        self.passed_over: list[tuple[str, Role]] = []

    def candidates(self, role: Role) -> list[int]:
        """Return the places of the headers that would do for a role, the likeliest first."""
        own = self.export.roles.get(role) if self.export is not None else None
        if own == ():
            return []
        spelled = (
            names.index(spelling)
            for spelling in (*(own or ()), *SPELLINGS[role])
            for names in self._names
            if spelling in names
        )
        ending = self._with_order_endings() if role is Role.ORDER_ID else []
        return list(dict.fromkeys([*spelled, *ending]))

    def _with_order_endings(self) -> list[int]:
        """Return the places of headers that end as those of order ids do, and are not about another order."""
        return [
            place
            for place, name in enumerate(self.names)
            if name.endswith(ORDER_ID_ENDINGS) and not any(part in name for part in NOT_THE_ORDER)
        ]

    def doubtful(self, role: Role) -> list[int]:
        """Return the places of a role's headers of which some cells are to be read first."""
        candidates = self.candidates(role)
        if len(candidates) > 1 and role not in (Role.CUSTOMER_ID, Role.UNIT_PRICE):
            return candidates[:4]
        return [place for place in candidates[:1] if self.names[place] in _VAGUE]

    def find(self, role: Role) -> int | None:
        """Return the likeliest place of a role's column; one whose cells do not fit is passed over."""
        from server.core.transactions.column_values import fits  # pandas, which a scored row does not pay for

        candidates = self.candidates(role)
        for place in candidates:
            cells = [row[place] for row in self._below if place < len(row) and not is_empty(row[place])]
            if fits(role, cells):
                return place
            self.passed_over.append((self.texts[place], role))
        needed = role in MAIN[:3]
        return candidates[0] if candidates and needed and not self._others(role) else None

    def total_beside(self, place: int) -> int | None:
        """Return the total before refunds, None where the amount at `place` is not called net or no total is there."""
        if not self.names[place].startswith("net"):
            return None
        return next((other for other in self.candidates(Role.AMOUNT) if "total" in self.names[other]), None)

    def _others(self, role: Role) -> bool:
        """Whether the money can be found elsewhere, so that no amount is needed."""
        return role is Role.AMOUNT and bool(self.candidates(Role.UNIT_PRICE))

    def column(self, place: int, why: str = "") -> Column:
        header = self.texts[place]
        if not why:
            why = to_say("{header} is a usual header for it", header=repr(header))
            if self.export is not None:
                why = to_say("{header} in an export of {shop}", header=repr(header), shop=self.export.name)
        return Column(place, header, why)


def _assign(finding: _Finding, overrides: Mapping[str, str]) -> dict[Role, Column]:
    roles = _overridden(finding.texts, overrides)
    for role in Role:
        place = finding.find(role) if role not in overrides else None
        if place is not None:
            roles[role] = finding.column(place)
    if Role.REFUNDED in roles and Role.AMOUNT in roles and Role.AMOUNT not in overrides:
        total = finding.total_beside(roles[Role.AMOUNT].index)
        if total is not None:
            roles[Role.AMOUNT] = finding.column(total)
    if Role.AMOUNT not in roles and Role.UNIT_PRICE in roles and Role.QUANTITY not in roles:
        price = roles.pop(Role.UNIT_PRICE)
        roles[Role.AMOUNT] = Column(
            price.index, price.header, to_say("a price, and there is no quantity beside it")
        )
    if Role.AMOUNT in roles:
        roles.pop(Role.UNIT_PRICE, None)
    _drop_what_lowers_no_line(roles, finding.export)
    roles = {role: roles[role] for role in Role if role in roles}
    _drop_what_is_taken(roles, overrides)
    return roles


def _drop_what_lowers_no_line(roles: dict[Role, Column], export: Export | None) -> None:
    """Keep a discount only beside quantity times price, and returned pieces only where no column has their money."""
    if export is not None or Role.AMOUNT in roles or Role.QUANTITY not in roles:
        roles.pop(Role.DISCOUNT, None)
    if export is not None or Role.REFUNDED in roles or Role.QUANTITY not in roles:
        roles.pop(Role.RETURNED, None)


def _overridden(texts: Sequence[str], overrides: Mapping[str, str]) -> dict[Role, Column]:
    """Return the columns that Settings names.

    Raises
    ------
    TrainingDataError
        If it names headers that are not there.
    """
    names = [normalised(text) for text in texts]
    wanted = {role: overrides[role] for role in Role if overrides.get(role)}
    unknown = [
        to_say("{setting} names {header}", setting=setting_of(role), header=repr(header[:60]))
        for role, header in wanted.items()
        if normalised(header) not in names
    ]
    if unknown:
        raise TrainingDataError(
            to_say(
                "In Settings, {settings}, but Training_Data has no such header.",
                settings=joined("; ", unknown),
            ),
            hint=to_say(
                "Its headers are: {headers}. Write one of them into Settings, or auto.", headers=listed(texts)
            ),
        )
    places = {role: names.index(normalised(header)) for role, header in wanted.items()}
    return {role: Column(place, texts[place], to_say("named in Settings")) for role, place in places.items()}


def _drop_what_is_taken(roles: dict[Role, Column], overrides: Mapping[str, str]) -> None:
    """Let no column have a role beside one that matters more; drop roles that say nothing without others."""
    customer, email = roles.get(Role.CUSTOMER_ID), roles.get(Role.EMAIL)
    if customer is not None and email is not None and customer.index == email.index:
        del roles[Role.EMAIL]
    taken = {roles[role].index for role in MAIN if role in roles}
    for role in _BESIDE:
        column = roles.get(role)
        if column is None:
            continue
        if column.index in taken and role not in overrides:
            del roles[role]
        taken.add(column.index)
    for role, needed in ((Role.ORIGINAL_ORDER, Role.ORDER_ID), (Role.SHOP_AMOUNT, Role.CURRENCY)):
        if needed not in roles:
            roles.pop(role, None)


_BESIDE = (
    *(role for role in (*WORDS, *MONEY, Role.EMAIL) if role not in MAIN),
    Role.ORIGINAL_ORDER,
    Role.PAYEE,
)
"""Roles that have no column which matters more for another."""


def _list_or_orders(
    finding: _Finding, roles: dict[Role, Column], overrides: Mapping[str, str]
) -> dict[Role, Column]:
    """Keep the roles of a list of customers where it is one, else those of orders."""
    has_lines = not roles.keys().isdisjoint({Role.ORDER_ID, Role.QUANTITY, Role.UNIT_PRICE})
    if Role.ORDERS not in roles or has_lines or Role.AMOUNT not in roles:
        return {role: column for role, column in roles.items() if role not in (Role.ORDERS, Role.RECENCY)}
    last = next((place for place, name in enumerate(finding.names) if name in LAST_ORDER), None)
    if Role.ORDER_DATE in overrides:
        roles.pop(Role.RECENCY, None)
    elif last is not None:
        roles[Role.ORDER_DATE] = finding.column(last)
        roles.pop(Role.RECENCY, None)
    elif Role.RECENCY in roles or _is_of_the_account(roles.get(Role.ORDER_DATE)):
        roles.pop(Role.ORDER_DATE, None)
    return roles


def _is_of_the_account(column: Column | None) -> bool:
    """Whether a date in a list of customers is that of signing up rather than of an order."""
    name = plain(column.header) if column is not None else ""
    return any(
        part in name for part in ("creat", "erstellt", "cread", "creer", "created", "criad", "utworzon")
    )
