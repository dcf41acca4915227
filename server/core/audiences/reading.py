"""Reading of a contact's cells, once: addresses, names, place, and their problems."""

from __future__ import annotations

from dataclasses import dataclass

from server.core.audiences.contact_columns import Field
from server.core.audiences.contacts import Contact
from server.core.audiences.emails import read_email
from server.core.audiences.hashing import is_hash
from server.core.audiences.member_cells import Details
from server.core.audiences.names import read_name
from server.core.audiences.phones import Country, read_phone
from server.core.audiences.places import read_country, read_zip
from server.core.audiences.reasons import Flaw
from server.core.audiences.target import Part, Target
from server.core.cells import Cell, text_of
from server.core.visible import visible


@dataclass(frozen=True, slots=True)
class Choices:
    """How contacts are read, and whose consent is needed.

    Attributes
    ----------
    hashed
        Whether an ad platform's file is hashed, where it takes both.
    already_hashed
        Whether addresses of contacts are hashes.
    phone_country
        ISO code of the country of phone numbers that name none; "" where there is none.
    includes_silent
        Whether customers go in who have said neither yes nor no.
    """

    hashed: bool = True
    already_hashed: bool = False
    phone_country: str = ""
    includes_silent: bool = False


def read_details(
    contact: Contact, target: Target, choices: Choices, *, addresses_alone: bool = False
) -> tuple[Details, list[tuple[Flaw, Field]]]:
    """Return what a target's file can hold of a contact, and what is wrong with its addresses."""
    flaws: list[tuple[Flaw, Field]] = []
    country = read_country(contact.get(Field.COUNTRY))
    email = phone = ""
    takes_hashes = choices.already_hashed and target.hashes(wanted=choices.hashed)
    if target.takes(Part.EMAIL):
        email, flaw = _hash_of(contact.get(Field.EMAIL), takes_hashes) or read_email(contact.get(Field.EMAIL))
        flaws += [(flaw, Field.EMAIL)] if flaw else []
    if target.takes(Part.PHONE):
        home = Country(country, is_the_customers=True) if country else Country(choices.phone_country)
        phone, flaw = _hash_of(contact.get(Field.PHONE), takes_hashes) or read_phone(
            contact.get(Field.PHONE), home
        )
        flaws += [(flaw, Field.PHONE)] if flaw else []
    if addresses_alone:
        return Details(email, phone), flaws
    return (
        Details(
            email,
            phone,
            _name(contact, Field.FIRST_NAME, target, Part.FIRST_NAME),
            _name(contact, Field.LAST_NAME, target, Part.LAST_NAME),
            country if target.takes(Part.COUNTRY) else "",
            read_zip(contact.get(Field.ZIP), country) if target.takes(Part.ZIP) else "",
        ),
        flaws,
    )


def _hash_of(cell: Cell, takes_hashes: bool) -> tuple[str, Flaw | None] | None:
    text = visible(text_of(cell))
    return (text.lower(), None) if takes_hashes and is_hash(text) else None


def _name(contact: Contact, which: Field, target: Target, part: Part) -> str:
    return read_name(contact.get(which)) if target.takes(part) else ""
