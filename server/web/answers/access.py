"""Answers of the handshake and of erasing a customer."""

from __future__ import annotations

from server import __version__
from server.access.connection import Connected
from server.use_cases.forget_customer import Forgotten
from server.web.answers.shape import Answer


class NonceAnswer(Answer, frozen=True, kw_only=True):
    """First step of the handshake: what the add-on's proof is made of, and until when (seconds since 1970)."""

    nonce: str
    expiry: int


class KeyAnswer(Answer, frozen=True, kw_only=True):
    """Second step of the handshake: the key of the spreadsheet, and until when (seconds since 1970)."""

    key: str
    key_expiry: int
    spreadsheet_id: str
    tabs_made: list[str]
    service_account: str
    version: str = __version__


class TabRows(Answer, frozen=True, kw_only=True):
    """A count of rows in one tab."""

    tab: str
    rows: int


class ForgetAnswer(Answer, frozen=True, kw_only=True):
    """The rows of one customer by tab: erased, or only found where it was not confirmed.

    `sentTo` names the audiences that the customer was given to: there the service cannot erase anybody.
    """

    customer_id: str
    erased: bool
    tabs: list[TabRows]
    message: str
    sent_to: list[str]


def key_answer(connected: Connected, spreadsheet_id: str) -> KeyAnswer:
    """Return what the second step of `connect` answers."""
    return KeyAnswer(
        key=connected.key,
        key_expiry=connected.key_expiry,
        spreadsheet_id=spreadsheet_id,
        tabs_made=connected.tabs_made,
        service_account=connected.service_account,
    )


def forget_answer(forgotten: Forgotten, of_source: str = "") -> ForgetAnswer:
    """Return what `forget` answers; `of_source` is said of the table that a source publishes."""
    return ForgetAnswer(
        customer_id=forgotten.customer_id,
        erased=forgotten.is_erased,
        tabs=[TabRows(tab=title, rows=count) for title, count in forgotten.rows.items()],
        message=f"{forgotten.message} {of_source}".rstrip(),
        sent_to=list(forgotten.sent_to),
    )
