"""Target of an audience: its headers, what it hashes, its sizes, and the source of each rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """Purpose of an audience, which decides whose consent it needs."""

    ADS = "ads"
    EMAIL = "email"


class Part(StrEnum):
    """What a column of a file holds."""

    CUSTOMER_ID = "customer_id"
    EMAIL = "email"
    PHONE = "phone"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    COUNTRY = "country"
    ZIP = "zip"
    SEGMENT = "segment"
    PREVIOUS = "previous"
    SINCE = "since"
    GROUP = "group"
    EXPECTED_SPEND = "expected_spend"
    EMPTY = "empty"
    """A column of the platform's template that nothing is known for."""


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of a target's file.

    Attributes
    ----------
    hashed_header
        Header where the values are hashed, "" where it is the same.
    is_hashed
        Whether its values are hashed where hashing is chosen.
    """

    header: str
    part: Part
    is_hashed: bool = False
    hashed_header: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule was read.

    Attributes
    ----------
    is_verified
        Whether the platform's own page was read; else it was told by others or is remembered.
    """

    where: str
    is_verified: bool = True


def unchanged(text: str) -> str:
    """Return a text as it is."""
    return text


def same_zip(code: str, _country: str) -> str:
    """Return a postal code as it is."""
    return code


@dataclass(frozen=True, slots=True)
class Rules:
    """How values are normalised before they are hashed: each platform compares hashes of its own spelling.

    Attributes
    ----------
    postal
        Takes the postal code and the country.
    """

    email: Callable[[str], str] = unchanged
    phone: Callable[[str], str] = unchanged
    name: Callable[[str], str] = unchanged
    country: Callable[[str], str] = unchanged
    postal: Callable[[str, str], str] = same_zip


@dataclass(frozen=True, slots=True)
class Target:
    """A platform, or a tool, that takes audiences.

    Attributes
    ----------
    identified_by
        Of these at least one must be known of a customer; () for any that it takes.
    may_hash, must_hash
        Whether it takes hashed values, and whether it takes nothing else.
    minimum
        People below which it cannot be used; 1 where nothing is said.
    minimum_counts
        Whether the minimum counts those whom the platform finds ("matched") or those in the file ("records").
    days_kept
        Days after which the platform drops members that were not renewed; None where nothing is said.
    largest_bytes, most_records
        Limits of one file; None where nothing is said.
    one_consent
        Whether one answer about consent covers all people of an upload, so that each answer needs a file of its own.
    has_header_row
        Whether the file begins with its headers.
    first_tab_only
        Whether it reads a spreadsheet's first tab, and so needs one of its own.
    sources
        Where each rule was read, by the rule.
    """

    key: str
    name: str
    kind: Kind
    columns: tuple[FileColumn, ...]
    sources: Mapping[str, Source]
    rules: Rules = field(default_factory=Rules)
    identified_by: tuple[Part, ...] = ()
    may_hash: bool = True
    must_hash: bool = False
    minimum: int = 1
    minimum_counts: str = "records"
    days_kept: int | None = None
    largest_bytes: int | None = None
    most_records: int | None = None
    one_consent: bool = False
    has_header_row: bool = True
    first_tab_only: bool = False
    parts: frozenset[Part] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Note what its columns hold."""
        object.__setattr__(self, "parts", frozenset(column.part for column in self.columns))

    def headers(self, *, hashed: bool) -> tuple[str, ...]:
        """Return the headers of its file."""
        return tuple(
            column.hashed_header if hashed and column.hashed_header else column.header
            for column in self.columns
        )

    @property
    def identifiers(self) -> tuple[Part, ...]:
        """Return by what a customer is found: an e-mail address, at ad platforms also a phone number."""
        if self.identified_by:
            return self.identified_by
        usual = (Part.EMAIL, Part.PHONE) if self.kind is Kind.ADS else (Part.EMAIL,)
        return tuple(part for part in usual if self.takes(part))

    def takes(self, part: Part) -> bool:
        """Whether its file has a column for something."""
        return part in self.parts

    def hashes(self, *, wanted: bool) -> bool:
        """Return whether values are hashed where the marketer wants that, or not."""
        return self.must_hash or (wanted and self.may_hash)
