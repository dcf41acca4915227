"""The columns of a table of orders, once they are recognised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.core.transactions.exports import Export
from server.core.transactions.headers import Column, Role


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of `Training_Data` by role.

    Attributes
    ----------
    header_row
        Sheet row of the headers, from 1.
    others
        Headers that were not needed; their cells are never read.
    export
        The known export that these headers are of, None where it is none.
    passed_over
        Headers that fit by name and not by what stands below, with the role that they would have had.
    """

    header_row: int
    roles: Mapping[Role, Column]
    others: tuple[str, ...] = ()
    export: Export | None = None
    passed_over: tuple[tuple[str, Role], ...] = ()

    @property
    def needed(self) -> list[tuple[Role, int]]:
        """The columns to read, by their place in the sheet; e-mails only where they turn out to be needed."""
        places = [(role, column.index) for role, column in self.roles.items() if role is not Role.EMAIL]
        return sorted(places, key=lambda pair: pair[1])

    @property
    def is_list(self) -> bool:
        """Whether the headers are those of a list of customers, with a number of orders."""
        return Role.ORDERS in self.roles
