"""E-mail addresses: validation, and the form that each platform hashes."""

from __future__ import annotations

import re

from server.core.audiences.hashing import is_hash
from server.core.audiences.reasons import Flaw
from server.core.cells import FAILED, Cell, text_of
from server.core.visible import visible

_LONGEST, _LONGEST_LOCAL = 254, 64
"""Characters of an address (RFC 5321, erratum 1690) and of its part before the @ (RFC 5321, 4.5.3.1.1)."""
_LOCAL = re.compile(
    r"[A-Za-z0-9!#$%&'*/?^_`{|}~][A-Za-z0-9!#$%&'*+/=?^_`{|}~-]*(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
)
"""The part before the @ without quotes (RFC 5322, dot-atom). It may not begin with a sign that a spreadsheet would take
for a formula."""
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")
"""Labels of letters, digits and hyphens with a dot between them; letters of all alphabets."""
_BLANK = re.compile(r"\s")
_GMAIL = ("gmail.com", "googlemail.com")


def read_email(cell: Cell) -> tuple[str, Flaw | None]:
    """Return an address in lower case, or "" and what is wrong with it; ("", None) for an empty cell.

    >>> read_email(" DanaM@example.com\\u200b ")
    ('danam@example.com', None)
    >>> [read_email(cell)[1] for cell in ("dana@x@example.com", "dana.example.com", "dana m@example.com", "dána@example.com")]
    [<Flaw.AT_SIGNS: 'at_signs'>, <Flaw.AT_SIGNS: 'at_signs'>, <Flaw.BLANK_INSIDE: 'blank_inside'>, <Flaw.ACCENT: 'accent'>]
    >>> read_email("ann@münchen.de"), read_email("")
    (('ann@münchen.de', None), ('', None))
    """  # noqa: E501 - lines of an example
    text = visible(text_of(cell))
    if not text or text in FAILED:
        return "", None
    flaw = _flaw(text)
    return ("", flaw) if flaw is not None else (text.lower(), None)


def _flaw(text: str) -> Flaw | None:
    if is_hash(text):
        return Flaw.HASH
    if text.count("@") != 1:
        return Flaw.AT_SIGNS
    if _BLANK.search(text):
        return Flaw.BLANK_INSIDE
    local, domain = text.split("@")
    if not local.isascii():
        return Flaw.ACCENT
    is_well_formed = _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)
    return (
        None if is_well_formed and len(local) <= _LONGEST_LOCAL and len(text) <= _LONGEST else Flaw.NO_EMAIL
    )


def google_email(email: str) -> str:
    """Return an address as Google hashes it: at Gmail, dots and what follows a + make no difference.

    >>> google_email("cloudy.sanfrancisco+shopping@gmail.com"), google_email("user.name+nyc@example.com")
    ('cloudysanfrancisco@gmail.com', 'user.name+nyc@example.com')
    """
    local, _, domain = email.partition("@")
    if domain not in _GMAIL:
        return email
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"
