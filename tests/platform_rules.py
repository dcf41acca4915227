"""A checker of audiences' files, written from the platforms' rules alone: it shares no code with the service.

Hashes are made anew by `openssl`'s digest as Python's `hmac`-free `_sha2` would give it in another way: through
`cryptography`, of values that this module normalises by itself.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence

from cryptography.hazmat.primitives import hashes

HEADERS: Mapping[str, Sequence[str]] = {
    "google_ads": ["Email", "Phone", "First Name", "Last Name", "Country", "Zip"],
    "google_data_manager": ["Email", "Phone", "First Name", "Last Name", "Country", "Zip"],
    "meta": ["email", "phone", "fn", "ln", "zip", "country"],
    "tiktok": ["Email_SHA256", "Phone_SHA256"],
    "pinterest": [],
    "linkedin": ["email", "firstname", "lastname", "jobtitle", "employeecompany", "country", "googleaid"],
    "microsoft": ["Email"],
    "klaviyo": ["Email", "Phone Number", "First Name", "Last Name", "Country", "Zip Code"],
    "mailchimp": ["Email Address", "First Name", "Last Name"],
    "brevo": ["EMAIL", "SMS", "FIRSTNAME", "LASTNAME", "EXT_ID"],
    "hubspot": ["Email", "Phone Number", "First Name", "Last Name", "Country/Region", "Postal Code"],
    "list": ["CustomerID", "Email", "Phone", "FirstName", "LastName", "Country", "Zip"],
}
PROPERTIES = ["RFM_Segment", "RFM_Previous", "RFM_Since", "RFM_Group", "RFM_ExpectedSpend"]
PLAIN = ("klaviyo", "mailchimp", "brevo", "hubspot", "list")


def digest(text: str) -> str:
    """Return SHA-256 in hexadecimal digits, by OpenSSL."""
    if not text:
        return ""
    sha = hashes.Hash(hashes.SHA256())
    sha.update(text.encode("utf-8"))
    return sha.finalize().hex()


def gmail(email: str) -> str:
    """Return an address as Google compares it."""
    local, domain = email.lower().strip().rsplit("@", 1)
    if domain in {"gmail.com", "googlemail.com"}:
        local = re.sub(r"\+.*", "", local).replace(".", "")
    return f"{local}@{domain}"


def expected(target: str, person: Mapping[str, str]) -> list[str]:
    """Return the row of a person.

    Parameters
    ----------
    person
        email, phone (E.164), first, last, country (ISO-2) and zip, id and segment.
    """
    email, phone = person["email"].strip().lower(), person["phone"]
    first, last, country, code = person["first"], person["last"], person["country"], person["zip"]
    if target.startswith("google"):
        name: Callable[[str], str] = lambda text: digest(re.sub(r"\s", "", text).lower())  # noqa: E731
        return [digest(gmail(email)), digest(phone), name(first), name(last), country, code]
    if target == "meta":
        names = [digest(re.sub(r"[^\w ]", "", text).lower()) for text in (first, last)]
        return [digest(email), digest(phone[1:]), *names, digest(code.lower()), digest(country.lower())]
    if target == "tiktok":
        return [digest(email), digest(phone)]
    if target in ("pinterest", "microsoft"):
        return [digest(email)]
    if target == "linkedin":
        return [digest(email), "", "", "", "", country, ""]
    plain = {
        "klaviyo": [email, phone, first, last, country, code],
        "mailchimp": [email, first, last],
        "brevo": [email, phone, first, last, person["id"]],
        "hubspot": [email, phone, first, last, country, code],
        "list": [person["id"], email, phone, first, last, country, code],
    }[target]
    return [*plain, person["segment"]]


def faults(target: str, text: str, people: Sequence[Mapping[str, str]]) -> list[str]:
    """Return what is wrong with a file of these people, in their order."""
    problems = []
    if text.encode("utf-8").decode("utf-8") != text or text.startswith("\ufeff"):
        problems.append("not plain UTF-8")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    headers = [*HEADERS[target], *(PROPERTIES if target in PLAIN else [])]
    if headers:
        if rows[:1] != [headers]:
            problems.append(f"headers {rows[:1]}")
        rows = rows[1:]
    if len(rows) != len(people):
        problems.append(f"{len(rows)} rows of {len(people)} people")
    for row, person in zip(rows, people, strict=False):
        wanted = expected(target, person)
        if row[: len(wanted)] != wanted:
            problems.append(f"row of {person['id']}: {row} is not {wanted}")
        if target not in PLAIN and "@" in "".join(row):
            problems.append(f"a plain address: {row}")
    return problems
