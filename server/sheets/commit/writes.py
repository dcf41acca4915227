"""Writes of a transaction: what was planned, what was written, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from server.sheets.api.requests import Json
from server.sheets.commit.snapshot import Snapshot


class Write(Protocol):
    """Contents of one commit."""

    @property
    def requests(self) -> Sequence[Json]:
        """Requests of the batch, without the token's."""

    @property
    def ranges(self) -> Sequence[str]:
        """Ranges that the answer shows as they are afterwards."""

    @property
    def tabs(self) -> Sequence[str]:
        """Titles of tabs whose columns must not have moved since they were read, or nothing is written."""

    @property
    def raises_base(self) -> bool:
        """Whether all customers change at once."""


W = TypeVar("W", bound=Write)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Batch:
    """A plain `Write`."""

    requests: Sequence[Json]
    ranges: Sequence[str] = ()
    tabs: Sequence[str] = ()
    raises_base: bool = False


@dataclass(frozen=True, slots=True)
class Planned(Generic[W, R]):
    """Plan of a transaction, decided on one read.

    Attributes
    ----------
    write
        What to write; None where there is nothing to write.
    result
        What else was found out, for the caller.
    """

    write: W | None
    result: R


@dataclass(frozen=True, slots=True)
class Outcome(Generic[W, R]):
    """Outcome of a transaction.

    Attributes
    ----------
    write, result
        What was planned on the read that counted: the last one, or the one whose write was applied.
    before, after
        What was read to decide it, and what the sheet showed just after.
    """

    write: W | None
    result: R
    before: Snapshot
    after: Snapshot
