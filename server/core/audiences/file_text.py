"""Text of the files that a marketer downloads: comma-separated, UTF-8, every value as text."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from server.core.audiences.target import Target

GRANTED, NOT_RECORDED = "consent given", "consent not recorded"


@dataclass(frozen=True, slots=True)
class AudienceFile:
    """A file of an audience.

    Attributes
    ----------
    what
        What it is for, in a few words: "members", "to add", "to remove".
    """

    what: str
    name: str
    people: int
    text: str = field(repr=False)


def audience_file(
    name: str, what: str, target: Target, rows: Sequence[Sequence[str]], *, hashed: bool
) -> AudienceFile:
    """Return a file of rows; its name says what it is, and nothing about people.

    >>> from server.core.audiences.targets import TARGETS
    >>> made = audience_file("VIP spring", "to add", TARGETS["tiktok"], [("a" * 64, "")], hashed=True)
    >>> made.name, made.text.splitlines()[0]
    ('VIP-spring-tiktok-to-add.csv', 'Email_SHA256,Phone_SHA256')
    """
    headers = [target.headers(hashed=hashed)] if target.has_header_row else []
    file_name = f"{_slug(name)}-{target.key.replace('_', '-')}-{_slug(what)}.csv"
    return AudienceFile(what, file_name, len(rows), csv_text([*headers, *rows]))


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    r"""Return rows as RFC 4180 has them.

    >>> csv_text([("a", "x, y"), ("1.5", "")])
    'a,"x, y"\r\n1.5,\r\n'
    """
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _slug(text: str) -> str:
    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", ascii_).strip("-") or "audience"
