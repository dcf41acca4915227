"""Contacts are read from their tab and from beside the transactions; nothing else of the sheet is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local.launch import OWNER
from local.load import load_rows
from server.core.audiences.contact_columns import Field
from server.core.audiences.reachable import reachable
from server.core.audiences.reading import Choices
from server.core.options import Options
from server.errors import ChangedError
from server.layout.audience_tabs import CONTACTS
from server.layout.segment_tabs import TRAINING_DATA
from server.sheets.api.a1 import quoted
from server.sheets.commit.committer import Committer
from server.sheets.tabs import contacts as reading
from server.sheets.tabs.contacts import ReadContacts, read_contacts
from tests.conftest import MeddlingClient, Sheet
from tests.contacts import HEADER, contact, paste


@pytest.fixture
def read(committer: Committer, client: MeddlingClient, sheet: Sheet) -> Callable[..., ReadContacts]:
    """Read the contacts of customers, as the making of an audience does."""

    def read(*customers: str, options: Options = Options()) -> ReadContacts:  # noqa: B008 - it is frozen
        titles = [other.title for other in sheet.document.sheets if other.title in (CONTACTS, TRAINING_DATA)]
        seen = committer.sheet(sheet.id).read([f"{quoted(title)}!1:1" for title in titles])
        return read_contacts(client, sheet.id, seen, customers, options)

    return read


def test_contacts_are_found_under_their_headers(sheet: Sheet, read: Callable[..., ReadContacts]) -> None:
    """Columns may stand in any order, and rows of nobody are passed over."""
    rows = [HEADER, contact("C001", 1), contact("Z", 2), contact("C002", 3, Email=None)]
    paste(sheet.document, CONTACTS, [list(reversed(row)) for row in rows])

    contacts = read("C001", "C002")

    assert contacts.sources == (CONTACTS,)
    assert [contacts.contacts[customer_id] is not None for customer_id in ("C001", "C002", "Z")] == [
        True,
        True,
        False,
    ]
    ann = contacts.contacts["C001"]
    assert ann is not None
    assert (ann.get(Field.EMAIL), ann.place(Field.EMAIL)) == ("c1@example.com", (CONTACTS, 2))
    assert reachable(["C001", "C002"], contacts.contacts, Choices()) == {"C001", "C002"}


def test_contacts_beside_the_transactions_are_the_newest(
    sheet: Sheet, read: Callable[..., ReadContacts]
) -> None:
    """By the date of the order, wherever it stands; an empty cell is no newer value."""
    rows = [
        ["customer_id", "order_date", "amount", "E-Mail", "First name", "Accepts Marketing"],
        ["C1", "2025-03-01", "10", "new@x.com", "", "yes"],
        ["C1", "2025-01-01", "10", "old@x.com", "Ann", "yes"],
        ["C1", "2025-05-01", "10", "", "", ""],
        ["C2", "2025-05-01", "10", "bob@x.com", "", "no"],
        ["C2", "2025-06-01", "10", "bob@x.com", "", "yes"],
    ]
    load_rows(sheet.document, rows, OWNER)

    contacts = read("C1", "C2")

    ann, bob = contacts.contacts["C1"], contacts.contacts["C2"]
    assert ann is not None
    assert bob is not None
    assert contacts.sources == (TRAINING_DATA,)
    assert [ann.get(field) for field in (Field.EMAIL, Field.FIRST_NAME)] == ["new@x.com", "Ann"]
    assert (ann.email_consent.name, bob.email_consent.name) == ("YES", "NO")
    assert ann.place(Field.EMAIL) == (TRAINING_DATA, 2)


def test_the_tab_counts_before_the_transactions(sheet: Sheet, read: Callable[..., ReadContacts]) -> None:
    """It is the marketer's own list; a No of either counts."""
    rows = [["customer_id", "order_date", "amount", "email"], ["C1", "2025-03-01", "10", "shop@x.com"]]
    load_rows(sheet.document, rows, OWNER)
    paste(sheet.document, CONTACTS, [HEADER, contact("C1", 1)])

    own = read("C1").contacts["C1"]

    assert own is not None
    assert own.get(Field.EMAIL) == "c1@example.com"


def test_transactions_without_contacts_are_not_read(
    sheet: Sheet, read: Callable[..., ReadContacts], client: MeddlingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their cells are none of an audience's business."""
    asked: list[str] = []
    undecoded = client.undecoded_columns
    monkeypatch.setattr(
        client,
        "undecoded_columns",
        lambda sheet_id, ranges: asked.extend(ranges) or undecoded(sheet_id, ranges),
    )

    assert read("C001").sources == ()
    assert asked == []


def test_a_long_tab_is_read_in_pieces(
    sheet: Sheet, read: Callable[..., ReadContacts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that move between two pieces are seen."""
    monkeypatch.setattr(reading, "BLOCK_CELLS", 30)
    paste(sheet.document, CONTACTS, [HEADER, *(contact(f"C{number:03}", number) for number in range(10))])

    assert len(read(*(f"C{number:03}" for number in range(10))).contacts) == 10

    pieces = reading.decoded_column

    def meddled(part: object) -> object:
        monkeypatch.setattr(reading, "decoded_column", pieces)
        sheet.insert_rows(CONTACTS, 2)
        return pieces(part)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "decoded_column", meddled)
    with pytest.raises(ChangedError, match="Contacts is being edited"):
        read("C001")
