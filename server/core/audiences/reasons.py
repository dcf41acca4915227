"""Reasons for leaving a customer out of an audience, and flaws of contacts that go in all the same."""

from __future__ import annotations

from enum import StrEnum

from server.texts import Text, to_say


class Flaw(StrEnum):
    """Flaw of an address or a phone number."""

    AT_SIGNS = "at_signs"
    BLANK_INSIDE = "blank_inside"
    ACCENT = "accent"
    NO_EMAIL = "no_email"
    HASH = "hash"
    ROUNDED = "rounded"
    NO_COUNTRY = "no_country"
    TWO_READINGS = "two_readings"
    NO_PHONE = "no_phone"


class Reason(StrEnum):
    """Reason for leaving a customer out. The first that holds is counted, in this order."""

    SUPPRESSED = "suppressed"
    NO_CONTACT = "no_contact"
    REFUSED = "refused"
    CONSENT_UNREADABLE = "consent_unreadable"
    CONSENT_EMPTY = "consent_empty"
    CONTROL = "control"
    BAD_ADDRESS = "bad_address"
    NO_ADDRESS = "no_address"
    TWICE = "twice"


REASONS: dict[Reason, tuple[Text, Text]] = {
    Reason.SUPPRESSED: (
        to_say("Suppressed"),
        to_say("The column Suppress says that nothing may be sent to them."),
    ),
    Reason.NO_CONTACT: (
        to_say("Not among the contacts"),
        to_say(
            "No row of Contacts, and no contact column of Training_Data, is about them. Add a row for each."
        ),
    ),
    Reason.REFUSED: (to_say("No consent"), to_say("They have said No.")),
    Reason.CONSENT_UNREADABLE: (
        to_say("Consent not understood"),
        to_say("Write yes or no into the column of consent."),
    ),
    Reason.CONSENT_EMPTY: (
        to_say("Consent not recorded"),
        to_say("The column of consent is empty for them. Write yes where they have agreed."),
    ),
    Reason.CONTROL: (
        to_say("In a control group"),
        to_say(
            "A test counts on them hearing nothing, or on somebody with the same address. They stay out until it ends."
        ),
    ),
    Reason.BAD_ADDRESS: (
        to_say("Address cannot be used"),
        to_say("Correct what is wrong with the address, then make the audience again."),
    ),
    Reason.NO_ADDRESS: (
        to_say("No address"),
        to_say("Nothing is written where the platform needs an address."),
    ),
    Reason.TWICE: (
        to_say("Twice"),
        to_say("Another customer has the same address. It goes in once."),
    ),
}
"""What each reason is called, and what it means or what to do, in the order in which they are told."""

FLAWS: dict[Flaw, tuple[Text, Text]] = {
    Flaw.AT_SIGNS: (to_say("No @ or more than one"), to_say("Write one address, with one @.")),
    Flaw.BLANK_INSIDE: (to_say("Blank inside an e-mail address"), to_say("Take the blank out.")),
    Flaw.ACCENT: (
        to_say("Accent before the @"),
        to_say("Platforms take no accents before the @. Ask the customer how the address is spelled."),
    ),
    Flaw.NO_EMAIL: (to_say("No e-mail address"), to_say("It should read name@shop.example.")),
    Flaw.HASH: (
        to_say("Hashed already"),
        to_say(
            "64 hexadecimal digits stand in the place of an address. Choose “Contacts are hashed already” if all are."
        ),
    ),
    Flaw.ROUNDED: (
        to_say("Phone number that the sheet rounded"),
        to_say(
            "The sheet took it for a number, and its last digits are lost. Format the column as plain text, then paste "
            "it again."
        ),
    ),
    Flaw.NO_COUNTRY: (
        to_say("Phone number without a country"),
        to_say(
            "Write it with + and the country code, fill the column Country, or set PhoneCountry in Settings."
        ),
    ),
    Flaw.TWO_READINGS: (
        to_say("Phone number with two readings"),
        to_say(
            "It is a number with its country code and without. Write it with + or fill the column Country."
        ),
    ),
    Flaw.NO_PHONE: (
        to_say("No phone number"),
        to_say("No phone of this country has such a number. Correct it or leave it empty."),
    ),
}
"""What each flaw is called, and what to do about it."""
