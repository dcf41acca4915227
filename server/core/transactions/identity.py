"""Identification of customers: ids, guests known by e-mail alone, and spellings of one id."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.transactions.guest_words import is_guest
from server.core.transactions.id_codes import NO_CODE, only_owner
from server.core.transactions.id_spellings import Spelling, judge_spellings

Codes = NDArray[np.int32]

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ROWS_NAMED = 20


@dataclass(frozen=True, slots=True)
class IdVerdict:
    """What a column of customers shows.

    Attributes
    ----------
    spellings
        Customers of several spellings.
    guest_words, guest_rows, guest_places
        What stands there for nobody (0, guest); how many rows have that; positions of the first, from 0.
    by_email, email_customers
        Rows without a customer id that an e-mail tells, and how many customers those are.
    joined
        Of these customers so many have an id in other rows.
    """

    spellings: tuple[Spelling, ...] = ()
    guest_words: tuple[str, ...] = ()
    guest_rows: int = 0
    guest_places: tuple[int, ...] = ()
    by_email: int = 0
    email_customers: int = 0
    joined: int = 0


@dataclass(frozen=True, slots=True)
class Customers:
    """Customers by row.

    Attributes
    ----------
    ids
        Id by code.
    codes
        Code of each row, `NO_CODE` where nobody is known, shape (n,).
    renumbered
        Code of the customer by the code of the id as it stands in the column; the last element is for `NO_CODE`.
    """

    ids: list[str]
    codes: Codes
    verdict: IdVerdict
    renumbered: Codes


def identify(
    ids: Sequence[str],
    codes: Codes,
    header: str,
    *,
    answer: str = "",
    emails: tuple[Sequence[str], Codes] | None = None,
) -> Customers:
    """Return who bought in each row.

    Parameters
    ----------
    ids, codes
        The column of customers as `IdCodes` has it.
    header
        Its header.
    answer
        Whether ids that are spelled alike are "one" customer or "apart"; "" to decide by the column.
    emails
        The column of e-mails beside it, in small letters: who has no id is known by it.

    Examples
    --------
    >>> known = identify(["7", "0"], np.array([0, 1, 1]), "id", emails=(["a@x.com", "b@x.com"], np.array([0, 0, 1])))
    >>> [known.ids[code] for code in known.codes], known.verdict.by_email, known.verdict.joined
    (['7', '7', 'b@x.com'], 2, 1)
    """
    names = list(ids)
    guests = np.array([is_guest(name) for name in names], dtype=bool)
    codes = np.asarray(codes, dtype=np.int32)
    nobody = np.append(guests, False)[codes] if guests.any() else np.zeros(len(codes), dtype=bool)
    counts = np.bincount(codes + 1, minlength=len(names) + 1)[1:]
    known = np.flatnonzero(~guests)
    judged = judge_spellings([names[i] for i in known.tolist()], counts[known], header, answer)
    if judged.digits:
        names = [name.zfill(judged.digits) if name.isdecimal() else name for name in names]
    table = np.full(len(names) + 1, NO_CODE, dtype=np.int32)
    table[known] = known[judged.same_as]
    changed = bool((table[:-1] != np.arange(len(names))).any())
    customers = table[codes] if changed else codes
    by_email = email_customers = joined = 0
    if emails is not None:
        customers, by_email, email_customers, joined = _by_email(names, customers, *emails)
    verdict = IdVerdict(
        spellings=judged.found,
        guest_words=tuple(ids[i] for i in np.flatnonzero(guests & (counts > 0)).tolist()),
        guest_rows=int(nobody.sum()),
        guest_places=tuple(np.flatnonzero(nobody)[:_ROWS_NAMED].tolist()),
        by_email=by_email,
        email_customers=email_customers,
        joined=joined,
    )
    return Customers(names, customers, verdict, table)


def _by_email(
    names: list[str], codes: Codes, emails: Sequence[str], email_codes: Codes
) -> tuple[Codes, int, int, int]:
    """Identify rows without a customer by their e-mail: the customer who has it beside an id, or the e-mail itself."""
    if not (codes == NO_CODE).any():
        return codes, 0, 0, 0
    is_email = np.array([bool(_EMAIL.fullmatch(email)) for email in emails] + [False], dtype=bool)
    usable = is_email[email_codes]
    open_rows = (codes == NO_CODE) & usable
    if not open_rows.any():
        return codes, 0, 0, 0
    owner = only_owner(codes[usable], email_codes[usable], len(emails))
    wanted = np.unique(email_codes[open_rows])
    known = {name: code for code, name in enumerate(names) if "@" in name}
    table = np.full(len(emails) + 1, NO_CODE, dtype=np.int32)
    joined = 0
    for code in wanted.tolist():
        if owner[code] >= 0:
            table[code], joined = owner[code], joined + 1
        else:
            place = known.get(emails[code])
            if place is None:
                place = len(names)
                names.append(emails[code])
            table[code] = place
    resolved = np.where(open_rows, table[email_codes], codes).astype(np.int32)
    return resolved, int(open_rows.sum()), len(wanted), joined
