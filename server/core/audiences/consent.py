"""Consent of a contact, as people and shops write it."""

from __future__ import annotations

from enum import IntEnum

from server.core.cells import Cell, is_empty, text_of
from server.core.transactions.headers import plain


class Consent(IntEnum):
    """An answer to one question of consent; of two answers the larger counts.

    A No wins over everything, and what cannot be read wins over a Yes: who is asked twice and once says No has said
    No.
    """

    EMPTY = 0
    YES = 1
    UNREADABLE = 2
    NO = 3


_YES = frozenset(
    """
    yes y true 1 granted given subscribed subscribe optin optedin confirmed accepted agreed ok
    ja wahr oui vrai si verdadero vero sim verdadeiro tak zgoda on x
    """.split()
)
_NO = frozenset(
    """
    no n false 0 denied refused unsubscribed unsubscribe optout optedout notsubscribed neversubscribed revoked
    withdrawn declined pending invalid redacted cleaned nonsubscribed off
    nein falsch non faux falso nao nee nie nej nei
    """.split()
)
_EMPTY = frozenset("unspecified unknown na none null".split())


def read_consent(cell: Cell) -> Consent:
    """Return the answer in a cell of a column of consent.

    A sign-up that waits for its confirmation is a No until it is confirmed.

    >>> [read_consent(cell).name for cell in (True, "Opted-in", "SUBSCRIBED", 1.0)]
    ['YES', 'YES', 'YES', 'YES']
    >>> [read_consent(cell).name for cell in (False, "unsubscribed", "Nein", "pending", "", None, "unspecified")]
    ['NO', 'NO', 'NO', 'NO', 'EMPTY', 'EMPTY', 'EMPTY']
    >>> read_consent("ask her again").name
    'UNREADABLE'
    """
    if is_empty(cell):
        return Consent.EMPTY
    word = plain(text_of(cell))
    if word in _YES:
        return Consent.YES
    if word in _NO:
        return Consent.NO
    return Consent.EMPTY if word in _EMPTY else Consent.UNREADABLE


def is_suppressed(cell: Cell) -> bool:
    """Whether a cell of a column of suppressed contacts says so: anything but an empty cell or a No.

    >>> is_suppressed("x"), is_suppressed("asked us to stop"), is_suppressed(False), is_suppressed("no")
    (True, True, False, False)
    """
    return read_consent(cell) not in (Consent.EMPTY, Consent.NO)
