"""Tabs of contacts and audiences."""

from __future__ import annotations

from server.layout.columns import CUSTOMER_COLUMN, DATE, NUMBER, TEXT, TIME
from server.layout.headers import CUSTOMER_ID
from server.tab_layout import Column, Made, TabLayout, Writer
from server.texts import to_say

CONTACTS = "Contacts"
AUDIENCES = "Audiences"
AUDIENCE_LOG = "Audience_Log"

_CONTACTS = TabLayout(
    CONTACTS,
    tuple(
        Column(header, width, note, TEXT, writer=Writer.MARKETER)
        for header, width, note in (
            (
                CUSTOMER_ID,
                130,
                to_say("The id as Training_Data has it. Who has none is found by the e-mail address."),
            ),
            ("Email", 220, to_say("One address a row; the lowest row of a customer counts.")),
            ("Phone", 140, to_say("With + and the country code, or as the customer’s Country writes it.")),
            ("FirstName", 110, ""),
            ("LastName", 110, ""),
            ("Country", 90, to_say("A name or a code of two letters: Germany, DE.")),
            ("Zip", 80, ""),
            (
                "AdConsent",
                100,
                to_say("yes or no: may ad platforms be given the address? Empty is no consent."),
            ),
            ("EmailConsent", 110, to_say("yes or no: may e-mails be sent? Empty is no consent.")),
            ("Suppress", 90, to_say("Anything but no: nothing is sent anywhere.")),
        )
    ),
    spare_rows=1000,
    made=Made.WHEN_FIRST_USED,
)
"""Read when an audience is made, never before. Its columns are found as shops' exports spell them."""

_AUDIENCES = TabLayout(
    AUDIENCES,
    (
        Column("Audience", 180, to_say("Name of the audience; its tab is called Audience and this name.")),
        Column("Segments", 200, to_say("Segments that it was chosen from, and who of them.")),
        Column("Target", 170, to_say("Where it goes.")),
        Column("Members", 80, to_say("Customers who are in it."), NUMBER),
        Column("LeftOut", 330, to_say("Customers who were chosen and left out, by reason.")),
        Column("SinceLast", 100, to_say("Customers who came (+) and left (−) since it was made before.")),
        Column("Minimum", 80, to_say("Customers whom the platform needs at least."), NUMBER),
        Column("Verdict", 330, to_say("Whether the platform can use it.")),
        Column("MadeAt", 150, to_say("When it was made, in the time zone of Settings."), TIME),
        Column("MadeBy", 180, to_say("Who made it.")),
        Column("RenewBy", 100, to_say("Day on which the platform drops it if it is not made again."), DATE),
    ),
    spare_rows=2,
    read_rows="1:1000",
    made=Made.WHEN_FIRST_USED,
)
"""One line an audience."""

_AUDIENCE_LOG = TabLayout(
    AUDIENCE_LOG,
    (
        Column("Audience", 180),
        Column("Target", 130),
        CUSTOMER_COLUMN,
        Column("Email", 220, format=TEXT),
        Column("Phone", 140, format=TEXT),
        Column("Change", 80),
        Column("At", 150, format=TIME),
    ),
    hidden=True,
    made=Made.WHEN_FIRST_USED,
)
"""Who was given to which audience and taken out again, with the addresses as the platform was given them. Lines are
added below and never changed; who is forgotten leaves it."""


AUDIENCE_TABS = (_CONTACTS, _AUDIENCES, _AUDIENCE_LOG)
"""In the order in which missing ones are made."""
