"""Who goes in and who is left out: consent first, then addresses; each bad input gets its reason and its row."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from server.core.audiences.contact_columns import contact_columns
from server.core.audiences.contacts import Contacts
from server.core.audiences.hashing import sha256_hex
from server.core.audiences.members import Audience, make_audience
from server.core.audiences.reading import Choices
from server.core.audiences.reasons import FLAWS, REASONS, Flaw, Reason
from server.core.audiences.selection import Customer
from server.core.audiences.target import Target
from server.core.audiences.targets import TARGETS
from server.core.cells import Cell

HEADER = [
    "CustomerID",
    "Email",
    "Phone",
    "FirstName",
    "LastName",
    "Country",
    "Zip",
    "AdConsent",
    "EmailConsent",
]
HEADER += ["Suppress"]


def contact(who: str, email: Cell = "", phone: Cell = "", **more: Cell) -> list[Cell]:
    """Return a row of Contacts whose customer has said Yes to all unless it is told otherwise."""
    row: dict[str, Cell] = {"CustomerID": who, "Email": email, "Phone": phone, "AdConsent": "yes"}
    row |= {"EmailConsent": "yes"} | more
    return [row.get(title, "") for title in HEADER]


def read(*rows: Sequence[Cell], customers: Sequence[str] = ()) -> Contacts:
    """Return contacts of a tab with these rows from row 2 on."""
    contacts = Contacts(customers or list(dict.fromkeys(str(row[0]) for row in rows)))
    columns = contact_columns(HEADER)
    cells = {place: [row[place] for row in rows] for place in columns.needed}
    contacts.add("Contacts", 2, columns, cells)
    return contacts


def made(
    *rows: Sequence[Cell],
    target: Target = TARGETS["google_ads"],
    customers: Sequence[str] = (),
    control: Sequence[str] = (),
    choices: Choices = Choices(),  # noqa: B008 - it is frozen
) -> Audience:
    """Return the audience of all customers in these rows."""
    ids = customers or list(dict.fromkeys(str(row[0]) for row in rows))
    chosen = [Customer(who, at, 0, "Champions") for at, who in enumerate(ids, start=2)]
    return make_audience(chosen, read(*rows, customers=ids), target, choices, control)


def reasons(audience: Audience) -> dict[Reason, int]:
    """Return how many were left out by reason."""
    return {reason: counted.count for reason, counted in audience.left_out.items()}


@pytest.mark.parametrize(
    ("email", "flaw"),
    [
        ("ann@home@example.com", Flaw.AT_SIGNS),
        ("ann.example.com", Flaw.AT_SIGNS),
        ("ann b@example.com", Flaw.BLANK_INSIDE),
        ("änn@example.com", Flaw.ACCENT),
        ("ann@example", Flaw.NO_EMAIL),
        ("ann..b@example.com", Flaw.NO_EMAIL),
        ("=cmd@example.com", Flaw.NO_EMAIL),
        (f"{'a' * 65}@example.com", Flaw.NO_EMAIL),
        (sha256_hex("ann@example.com"), Flaw.HASH),
    ],
)
def test_a_bad_address_is_left_out_with_its_row(email: str, flaw: Flaw) -> None:
    """It is counted, and the row is told."""
    audience = made(contact("C1", "good@example.com"), contact("C2", email))

    assert [member.customer.customer_id for member in audience.members] == ["C1"]
    assert reasons(audience) == {Reason.BAD_ADDRESS: 1}
    assert audience.left_out[Reason.BAD_ADDRESS].places == [("Contacts", 3)]
    assert {flaw: counted.places for flaw, counted in audience.flaws.items()} == {flaw: [("Contacts", 3)]}


@pytest.mark.parametrize(
    ("phone", "country", "settings", "flaw"),
    [
        ("4.9E+11", "DE", "", Flaw.ROUNDED),
        ("4,9e11", "DE", "", Flaw.ROUNDED),
        ("0171 1234567", "", "", Flaw.NO_COUNTRY),
        (491711234567, "", "DE", Flaw.TWO_READINGS),
        ("12", "DE", "", Flaw.NO_PHONE),
        ("1-800-FLOWERS", "US", "", Flaw.NO_PHONE),
        ("+99999999999", "", "", Flaw.NO_PHONE),
        ("a" * 64, "DE", "", Flaw.HASH),
    ],
)
def test_a_bad_phone_number_is_left_out_and_told(
    phone: Cell, country: str, settings: str, flaw: Flaw
) -> None:
    """Who has an address as well goes in with that."""
    audience = made(
        contact("C1", "", phone, Country=country),
        contact("C2", "ann@example.com", phone, Country=country),
        choices=Choices(phone_country=settings),
    )

    assert [member.customer.customer_id for member in audience.members] == ["C2"]
    assert audience.members[0].phone == ""
    assert reasons(audience) == {Reason.BAD_ADDRESS: 1}
    assert audience.flaws[flaw].places == [("Contacts", 2), ("Contacts", 3)]


@pytest.mark.parametrize(
    ("phone", "country", "settings", "read_as"),
    [
        (491711234567, "DE", "", "+491711234567"),
        ("491711234567", "Germany", "US", "+491711234567"),
        ("0171/123 45 67", "", "DE", "+491711234567"),
        ("(0)171 1234567", "DE", "", "+491711234567"),
        ("0049 171 1234567", "", "", "+491711234567"),
        ("+49 (0) 171 1234567", "FR", "", "+491711234567"),
        ("\u202a+49\u2011171\u20111234567\u202c", "", "", "+491711234567"),
        ("'+491711234567", "", "", "+491711234567"),
        ('="+491711234567"', "", "", "+491711234567"),
        (1711234567.0, "DE", "", "+491711234567"),
        ("06 698 12345", "IT", "", "+390669812345"),
    ],
)
def test_a_phone_number_is_read_in_the_customers_country(
    phone: Cell, country: str, settings: str, read_as: str
) -> None:
    """The customer's own country counts before that of Settings."""
    plain = Choices(hashed=False, phone_country=settings)

    audience = made(contact("C1", "", phone, Country=country), choices=plain)

    assert [member.phone for member in audience.members] == [read_as]


def test_two_customers_with_one_address_go_in_once() -> None:
    """Also where Gmail writes it in two ways."""
    audience = made(contact("C1", "ann.b@gmail.com"), contact("C2", "AnnB@gmail.com"))

    assert [member.customer.customer_id for member in audience.members] == ["C1"]
    assert reasons(audience) == {Reason.TWICE: 1}
    assert audience.left_out[Reason.TWICE].places == [("Contacts", 3)]


def test_of_two_customers_with_one_address_a_no_counts_for_both() -> None:
    """Whoever's row it stands in."""
    audience = made(contact("C1", "ann@example.com"), contact("C2", "ANN@example.com", AdConsent="no"))

    assert (audience.members, reasons(audience)) == ([], {Reason.REFUSED: 2})


def test_a_no_of_somebody_who_is_no_customer_counts_for_the_address() -> None:
    """A list of addresses to suppress needs no customer ids."""
    rows = (contact("C1", "ann@example.com"), contact("", "Ann@Example.com", Suppress="x"))

    audience = made(*rows, customers=["C1"])

    assert (audience.members, reasons(audience)) == ([], {Reason.SUPPRESSED: 1})


def test_one_no_of_two_rows_wins() -> None:
    """Though the newer row says Yes."""
    audience = made(contact("C1", "a@example.com", AdConsent="no"), contact("C1", "b@example.com"))

    assert reasons(audience) == {Reason.REFUSED: 1}


def test_the_newest_value_that_is_not_empty_counts() -> None:
    """The lower row of the tab is the newer one."""
    plain = Choices(hashed=False)

    audience = made(
        contact("C1", "old@example.com", FirstName="Ann"), contact("C1", "new@example.com"), choices=plain
    )

    assert audience.members[0].cells[:3] == ("new@example.com", "", "Ann")


@pytest.mark.parametrize("key", TARGETS)
def test_an_empty_consent_is_no_consent(key: str) -> None:
    """Unless Settings let in who has said nothing; who said No stays out then too."""
    rows = (
        contact("C1", "a@example.com", AdConsent="", EmailConsent=""),
        contact("C2", "b@example.com", AdConsent="no", EmailConsent="no"),
        contact("C3", "c@example.com", AdConsent="maybe", EmailConsent="maybe"),
    )

    by_default = made(*rows, target=TARGETS[key])
    included = made(*rows, target=TARGETS[key], choices=Choices(includes_silent=True))

    assert reasons(by_default) == {Reason.REFUSED: 1, Reason.CONSENT_UNREADABLE: 1, Reason.CONSENT_EMPTY: 1}
    assert [(member.customer.customer_id, member.is_granted) for member in included.members] == [
        ("C1", False)
    ]
    assert reasons(included) == {Reason.REFUSED: 1, Reason.CONSENT_UNREADABLE: 1}


def test_consent_to_e_mail_is_none_to_ads() -> None:
    """Each kind of target asks its own column."""
    row = contact("C1", "a@example.com", AdConsent="no", EmailConsent="yes")

    assert reasons(made(row)) == {Reason.REFUSED: 1}
    assert len(made(row, target=TARGETS["klaviyo"]).members) == 1


def test_who_is_suppressed_in_control_or_unknown_is_left_out() -> None:
    """Each with one reason, in the order in which they are told."""
    audience = made(
        contact("C1", "a@example.com", Suppress=True),
        contact("C2", "b@example.com"),
        contact("C4", ""),
        customers=["C1", "C2", "C3", "C4"],
        control=["C2"],
    )

    assert reasons(audience) == {
        Reason.SUPPRESSED: 1,
        Reason.NO_CONTACT: 1,
        Reason.CONTROL: 1,
        Reason.NO_ADDRESS: 1,
    }
    assert audience.left_out[Reason.NO_CONTACT].places == [("Segmented_Customers", 4)]
    assert audience.chosen == len(audience.members) + audience.left_out_in_all == 4


def test_an_address_of_the_control_group_hears_nothing_whoever_else_has_it() -> None:
    """A person under two ids, one of them held out; the phone counts like the e-mail address."""
    audience = made(
        contact("C1", "Ann@example.com", Phone="+49 171 1234567"),
        contact("C2", "ann@example.com"),
        contact("C3", "b@example.com", Phone="+491711234567"),
        contact("C4", "c@example.com"),
        control=["C1"],
    )

    assert reasons(audience) == {Reason.CONTROL: 3}
    assert [member.customer.customer_id for member in audience.members] == ["C4"]


def test_hashes_are_kept_where_that_was_chosen() -> None:
    """An e-mail tool takes none, whatever was chosen."""
    digest = sha256_hex("a@example.com")
    hashed = Choices(already_hashed=True)

    kept = made(contact("C1", digest.upper()), choices=hashed)
    refused = made(contact("C1", digest), choices=hashed, target=TARGETS["mailchimp"])

    assert kept.members[0].email == digest
    assert reasons(refused) == {Reason.BAD_ADDRESS: 1}


def test_a_name_beside_a_hash_is_left_empty() -> None:
    """LinkedIn takes names in plain text alone: they would undo the hash."""
    row = contact("C1", "a@example.com", FirstName="Ann", Country="DE")

    hashed = made(row, target=TARGETS["linkedin"]).members[0].cells
    plain = made(row, target=TARGETS["linkedin"], choices=Choices(hashed=False)).members[0].cells

    assert hashed == (sha256_hex("a@example.com"), "", "", "", "", "DE", "")
    assert plain == ("a@example.com", "Ann", "", "", "", "DE", "")


def test_members_show_no_address_of_theirs() -> None:
    """Nothing that prints one puts an address into a log."""
    audience = made(contact("C1", "ann@example.com"), choices=Choices(hashed=False))

    assert "ann@example.com" not in repr(audience)


def test_each_reason_and_flaw_has_its_words() -> None:
    """None is told without what to do."""
    assert set(REASONS) == set(Reason)
    assert set(FLAWS) == set(Flaw)


@pytest.mark.parametrize(
    "header",
    [
        ["Customer ID", "First Name", "Last Name", "Email", "Accepts Email Marketing", "Default Address Zip"],
        "Name;Username;Last Active;Sign Up;Email;Orders;Total Spend;AOV;Country / Region;City;Region;Postal Code".split(
            ";"
        ),
        ["Kundennummer", "Vorname", "Nachname", "E-Mail-Adresse", "PLZ", "Land", "Telefon", "Newsletter"],
    ],
    ids=["Shopify", "WooCommerce", "German"],
)
def test_exports_of_customers_are_recognised(header: list[str]) -> None:
    """Whose customer it is, the address and the postal code."""
    recognised = contact_columns(header)

    assert recognised.has_addresses
    assert {"email", "zip"} <= {str(field) for field in recognised.places}
    assert {"customer_id", "other_id"} & {str(field) for field in recognised.places}


def test_customers_known_by_their_address_or_name_are_found() -> None:
    """As an export of orders by Shopify or WooCommerce has them: no number of its export of customers."""
    columns = contact_columns(["Customer ID", "Name", "Email"])
    contacts = Contacts(["ann@example.com", "Bob Miller"])

    cells = {0: ["'6940", "'6941"], 1: ["Ann A", "Bob Miller"], 2: ["Ann@Example.com", "bob@example.com"]}
    contacts.add("Contacts", 2, columns, cells)

    assert [contacts[name] is not None for name in ("ann@example.com", "Bob Miller")] == [True, True]
