"""Members of an audience, and the customers left out, by reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from server.core.audiences.consent import Consent
from server.core.audiences.contact_columns import Field
from server.core.audiences.contacts import Contact, Contacts, Place
from server.core.audiences.hashing import is_hash, sha256_hex
from server.core.audiences.member_cells import Details, Member, member, normalised
from server.core.audiences.reading import Choices, read_details
from server.core.audiences.reasons import Flaw, Reason
from server.core.audiences.selection import Customer
from server.core.audiences.target import Kind, Target

PLACES_KEPT = 20
"""Rows that are told of each reason."""
SEGMENTED = "Segmented_Customers"


@dataclass(slots=True)
class Counted:
    """Number of customers, and the first of their rows as tab and sheet row."""

    count: int = 0
    places: list[Place] = field(default_factory=list)

    def add(self, place: Place | None) -> None:
        """Count one more; one without a row has no place."""
        self.count += 1
        if place is not None and len(self.places) < PLACES_KEPT:
            self.places.append(place)


@dataclass(slots=True)
class Audience:
    """Members of an audience, and the customers left out by reason.

    Attributes
    ----------
    chosen
        How many customers were chosen: members and those left out together.
    flaws
        What is wrong with addresses, of members and of those left out.
    """

    target: Target
    chosen: int
    members: list[Member] = field(default_factory=list)
    left_out: dict[Reason, Counted] = field(default_factory=dict)
    flaws: dict[Flaw, Counted] = field(default_factory=dict)

    @property
    def left_out_in_all(self) -> int:
        """Return how many were left out."""
        return sum(finding.count for finding in self.left_out.values())


def make_audience(
    customers: Sequence[Customer],
    contacts: Contacts,
    target: Target,
    choices: Choices,
    control: Collection[str] = (),
) -> Audience:
    """Return who of the chosen customers goes into an audience.

    A No counts for an address, whoever's row says it: also for another customer with the same one, and in a row of
    nobody who is a customer. Likewise the address of somebody in a control group hears nothing, whoever else has it.

    Parameters
    ----------
    customers
        Those who were chosen, in the order of the file.
    control
        Ids of customers whom a test counts on hearing nothing.
    """
    return _Making(contacts, target, choices, frozenset(control)).make(customers)


class _Making:
    def __init__(self, contacts: Contacts, target: Target, choices: Choices, control: frozenset[str]) -> None:
        self._contacts = contacts
        self._target = target
        self._choices = choices
        self._control = control
        self._hashed = target.hashes(wanted=choices.hashed)
        self._suppressed = self._addresses(contact for contact in contacts.all() if contact.is_suppressed)
        self._refused = self._addresses(
            contact for contact in contacts.all() if self._consent(contact) is Consent.NO
        )
        held_out = (contacts[customer_id] for customer_id in self._control)
        self._held_out = self._addresses(contact for contact in held_out if contact is not None)

    def make(self, customers: Sequence[Customer]) -> Audience:
        audience = Audience(self._target, len(customers))
        by_address: dict[str, int] = {}
        for customer in customers:
            contact = self._contacts[customer.customer_id]
            judged = self._judged(customer, contact, audience)
            if not isinstance(judged, Reason) and not self._enters(*judged, by_address, audience):
                judged = Reason.TWICE
            if isinstance(judged, Reason):
                own = (SEGMENTED, customer.row) if customer.row else None
                place = own if contact is None else self._place(contact, judged)
                audience.left_out.setdefault(judged, Counted()).add(place)
        audience.left_out = {
            reason: audience.left_out[reason] for reason in Reason if reason in audience.left_out
        }
        return audience

    def _enters(self, address: str, newcomer: Member, by_address: dict[str, int], audience: Audience) -> bool:
        """Take a member, once by the address; of two, the one whose consent is recorded."""
        at = by_address.setdefault(address, len(audience.members))
        if at == len(audience.members):
            audience.members.append(newcomer)
            return True
        if newcomer.is_granted and not audience.members[at].is_granted:
            audience.members[at] = newcomer
        return False

    def _judged(
        self, customer: Customer, contact: Contact | None, audience: Audience
    ) -> tuple[str, Member] | Reason:
        if contact is None:
            return Reason.CONTROL if customer.customer_id in self._control else Reason.NO_CONTACT
        reason = self._own_reason(customer, contact)
        if reason is not None:
            return reason
        details, flaws = read_details(contact, self._target, self._choices)
        for flaw, where in flaws:
            audience.flaws.setdefault(flaw, Counted()).add(contact.place(where))
        keys = self._keys(details)
        reason = self._reason_of_address(keys, flaws)
        if reason is not None:
            return reason
        is_granted = self._consent(contact) is Consent.YES
        entry = member(customer, details, self._target, hashed=self._hashed, is_granted=is_granted)
        return keys[0], entry

    def _own_reason(self, customer: Customer, contact: Contact) -> Reason | None:
        consent = self._consent(contact)
        if contact.is_suppressed:
            return Reason.SUPPRESSED
        if consent is Consent.NO:
            return Reason.REFUSED
        if consent is Consent.UNREADABLE:
            return Reason.CONSENT_UNREADABLE
        if consent is Consent.EMPTY and not self._choices.includes_silent:
            return Reason.CONSENT_EMPTY
        return Reason.CONTROL if customer.customer_id in self._control else None

    def _reason_of_address(self, keys: Sequence[str], flaws: Sequence[object]) -> Reason | None:
        if not keys:
            return Reason.BAD_ADDRESS if flaws else Reason.NO_ADDRESS
        if not self._suppressed.isdisjoint(keys):
            return Reason.SUPPRESSED
        if not self._refused.isdisjoint(keys):
            return Reason.REFUSED
        return None if self._held_out.isdisjoint(keys) else Reason.CONTROL

    def _place(self, contact: Contact, reason: Reason) -> Place:
        """Return the row that a reason is about."""
        consent = Field.AD_CONSENT if self._target.kind is Kind.ADS else Field.EMAIL_CONSENT
        match reason:
            case Reason.SUPPRESSED:
                return contact.place(Field.SUPPRESS, Field.EMAIL)
            case Reason.REFUSED | Reason.CONSENT_UNREADABLE:
                return contact.place(consent, Field.EMAIL)
            case _:
                return contact.place(Field.EMAIL, Field.PHONE)

    def _consent(self, contact: Contact) -> Consent:
        return contact.ad_consent if self._target.kind is Kind.ADS else contact.email_consent

    def _addresses(self, contacts: Iterable[Contact]) -> set[str]:
        """Return the addresses of contacts as the target compares them."""
        addresses: set[str] = set()
        for contact in contacts:
            details, _ = read_details(contact, self._target, self._choices, addresses_alone=True)
            addresses.update(self._keys(details))
        return addresses

    def _keys(self, details: Details) -> list[str]:
        """Return the addresses as the target compares them, the e-mail first."""
        keys = [normalised(part, details, self._target) for part in self._target.identifiers]
        if self._hashed:
            keys = [key if is_hash(key) else sha256_hex(key) for key in keys]
        return [key for key in keys if key]
