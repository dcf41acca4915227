"""Row of one customer in a file: the identifiers that the target takes, plain or hashed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.core.audiences.hashing import is_hash, sha256_hex
from server.core.audiences.names import harmless
from server.core.audiences.selection import Customer
from server.core.audiences.target import FileColumn, Kind, Part, Target
from server.core.visible import one_line

_NAMES = (Part.FIRST_NAME, Part.LAST_NAME)


@dataclass(frozen=True, slots=True)
class Details:
    """A contact as it was read: addresses, names and place, "" where there is none.

    Attributes
    ----------
    email, phone
        In lower case; in E.164 form. Hashes where contacts are hashed already.
    country
        ISO 3166-1, two capitals.
    """

    email: str = ""
    phone: str = ""
    first_name: str = ""
    last_name: str = ""
    country: str = ""
    postal: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A customer in an audience.

    Attributes
    ----------
    cells
        In the order of the target's columns.
    email, phone
        As the file has them: what tells the platform who it is.
    is_granted
        Whether consent is recorded; else the setting lets in whoever has said nothing.
    """

    customer: Customer
    cells: tuple[str, ...] = field(repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    is_granted: bool = True


def member(
    customer: Customer, details: Details, target: Target, *, hashed: bool, is_granted: bool = True
) -> Member:
    """Return a customer's row for a target."""
    values = _values(customer, details)
    is_hashed = hashed and target.kind is Kind.ADS
    cells = [
        _hashed(column, values[column.part], details, target) if is_hashed else values[column.part]
        for column in target.columns
    ]
    by_part = {column.part: cell for column, cell in zip(target.columns, cells, strict=True)}
    return Member(
        customer,
        tuple(cells),
        by_part.get(Part.EMAIL, ""),
        by_part.get(Part.PHONE, ""),
        is_granted,
    )


def _hashed(column: FileColumn, plain: str, details: Details, target: Target) -> str:
    if not column.is_hashed:
        return "" if column.part in _NAMES else plain  # a name beside a hash would undo it
    if is_hash(plain):
        return plain.lower()
    return sha256_hex(normalised(column.part, details, target))


def normalised(part: Part, details: Details, target: Target) -> str:
    """Return a value as the target spells it before it is hashed."""
    rules = target.rules
    match part:
        case Part.EMAIL:
            return rules.email(details.email) if details.email else ""
        case Part.PHONE:
            return rules.phone(details.phone)
        case Part.FIRST_NAME:
            return rules.name(details.first_name)
        case Part.LAST_NAME:
            return rules.name(details.last_name)
        case Part.COUNTRY:
            return rules.country(details.country)
        case _:
            return rules.postal(details.postal, details.country)


def _in_a_file(text: str) -> str:
    """Return a value that is safe in a file: one line, no control characters, no formula."""
    return harmless(one_line(text))


def _values(customer: Customer, details: Details) -> Mapping[Part, str]:
    expected = customer.expected_spend
    return {
        Part.CUSTOMER_ID: _in_a_file(customer.customer_id),
        Part.EMAIL: details.email,
        Part.PHONE: details.phone,
        Part.FIRST_NAME: details.first_name,
        Part.LAST_NAME: details.last_name,
        Part.COUNTRY: details.country,
        Part.ZIP: details.postal,
        Part.SEGMENT: _in_a_file(customer.segment),
        Part.PREVIOUS: _in_a_file(customer.previous),
        Part.SINCE: customer.since,
        Part.GROUP: _in_a_file(customer.group),
        Part.EXPECTED_SPEND: "" if expected is None else f"{expected:.2f}",
        Part.EMPTY: "",
    }
