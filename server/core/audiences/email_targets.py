"""E-mail tools and the plain list: the format that each takes, with the source of each rule."""

from __future__ import annotations

from server.core.audiences.target import FileColumn, Kind, Part, Source, Target
from server.texts import to_say

_MB = 1_000_000

SEGMENT, PREVIOUS, SINCE, GROUP, EXPECTED = (
    "RFM_Segment",
    "RFM_Previous",
    "RFM_Since",
    "RFM_Group",
    "RFM_ExpectedSpend",
)
_PROPERTIES = (
    FileColumn(SEGMENT, Part.SEGMENT),
    FileColumn(PREVIOUS, Part.PREVIOUS),
    FileColumn(SINCE, Part.SINCE),
    FileColumn(GROUP, Part.GROUP),
    FileColumn(EXPECTED, Part.EXPECTED_SPEND),
)
"""Properties of a customer, by which flows of an e-mail tool can start and end."""
_KLAVIYO = Source("Klaviyo Help 115005078967, Create and add contacts to a list")
_MAILCHIMP = Source("Mailchimp, Format guidelines for your import file")
_BREVO = Source("Brevo Help 208729849, Create a file to import your contacts")
_HUBSPOT = Source("HubSpot Knowledge Base, Set up your import files")

KLAVIYO = Target(
    "klaviyo",
    "Klaviyo",
    Kind.EMAIL,
    (
        FileColumn("Email", Part.EMAIL),
        FileColumn("Phone Number", Part.PHONE),
        FileColumn("First Name", Part.FIRST_NAME),
        FileColumn("Last Name", Part.LAST_NAME),
        FileColumn("Country", Part.COUNTRY),
        FileColumn("Zip Code", Part.ZIP),
        *_PROPERTIES,
    ),
    {
        "headers": _KLAVIYO,
        "dates": Source("Klaviyo Help 115005078967: YYYY-MM-DD"),
        "size": Source("Klaviyo Help 115005078967: 50 MB"),
    },
    may_hash=False,
    largest_bytes=50 * _MB,
)
MAILCHIMP = Target(
    "mailchimp",
    "Mailchimp",
    Kind.EMAIL,
    (
        FileColumn("Email Address", Part.EMAIL),
        FileColumn("First Name", Part.FIRST_NAME),
        FileColumn("Last Name", Part.LAST_NAME),
        *_PROPERTIES,
    ),
    {
        "headers": _MAILCHIMP,
        "email": Source("Mailchimp: no accents before the @"),
        "size": Source("Mailchimp: a text is cut at 255 bytes"),
    },
    may_hash=False,
)
BREVO = Target(
    "brevo",
    "Brevo",
    Kind.EMAIL,
    (
        FileColumn("EMAIL", Part.EMAIL),
        FileColumn("SMS", Part.PHONE),
        FileColumn("FIRSTNAME", Part.FIRST_NAME),
        FileColumn("LASTNAME", Part.LAST_NAME),
        FileColumn("EXT_ID", Part.CUSTOMER_ID),
        *_PROPERTIES,
    ),
    {"headers": _BREVO, "size": Source("Brevo Help 208729849: 250 MB, one sheet")},
    may_hash=False,
    largest_bytes=250 * _MB,
)
HUBSPOT = Target(
    "hubspot",
    "HubSpot",
    Kind.EMAIL,
    (
        FileColumn("Email", Part.EMAIL),
        FileColumn("Phone Number", Part.PHONE),
        FileColumn("First Name", Part.FIRST_NAME),
        FileColumn("Last Name", Part.LAST_NAME),
        FileColumn("Country/Region", Part.COUNTRY),
        FileColumn("Postal Code", Part.ZIP),
        *_PROPERTIES,
    ),
    {"headers": _HUBSPOT, "size": Source("HubSpot Knowledge Base: 250,000 rows, 150 MB, one sheet")},
    may_hash=False,
    largest_bytes=150 * _MB,
    most_records=250_000,
)
LIST = Target(
    "list",
    to_say("A plain list"),
    Kind.EMAIL,
    (
        FileColumn("CustomerID", Part.CUSTOMER_ID),
        FileColumn("Email", Part.EMAIL),
        FileColumn("Phone", Part.PHONE),
        FileColumn("FirstName", Part.FIRST_NAME),
        FileColumn("LastName", Part.LAST_NAME),
        FileColumn("Country", Part.COUNTRY),
        FileColumn("Zip", Part.ZIP),
        *_PROPERTIES,
    ),
    {"headers": Source("the add-on’s own")},
    may_hash=False,
    identified_by=(Part.EMAIL, Part.PHONE),
)

EMAIL_TARGETS = (KLAVIYO, MAILCHIMP, BREVO, HUBSPOT, LIST)
