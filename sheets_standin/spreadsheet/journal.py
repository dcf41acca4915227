"""Every change of a spreadsheet, and by whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_CELLS = 2_000
"""Contents of larger changes are not kept, only where they were."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was done.

    Attributes
    ----------
    kind
        The API's name for it (updateCells, insertDimension…), or "type" for somebody's typing.
    where
        Range in A1 notation, or what else tells the place.
    values
        What stands there afterwards, where that is not too much.
    """

    kind: str
    where: str
    values: tuple[tuple[object, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What one call or one act of a person changed, all together."""

    number: int
    moment: dt.datetime
    actor: str
    call: str
    changes: tuple[Change, ...]


@dataclass(slots=True)
class Journal:
    """The entries of one spreadsheet, the oldest first."""

    entries: list[Entry] = field(default_factory=list)

    def add(self, moment: dt.datetime, actor: str, call: str, changes: list[Change]) -> None:
        """Add what one call changed."""
        self.entries.append(Entry(len(self.entries) + 1, moment, actor, call, tuple(changes)))

    def of(self, actor: str) -> Iterator[Entry]:
        """Yield the entries of one account."""
        return (entry for entry in self.entries if entry.actor == actor)
