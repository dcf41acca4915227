"""What an engine does for a run; each adapter is thin, and none knows what the statements are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from server.sources.expressions.compiling import Place

Fetched = dict[str, NDArray[Any]]
"""Columns by name; texts and what may be NULL are arrays of objects."""


_TIME_DIGITS, OWNER_LETTERS = 14, 6


def is_earlier(run_id: str, other: str) -> bool:
    """Whether another run is an earlier one of the same owner: of who has one run at a time, so that it is dead.

    >>> is_earlier("20260301120000abcdef0001", "20260301110000abcdef9999")
    True
    >>> is_earlier("20260301120000abcdef0001", "20260301110000bbbbbb9999")
    False
    """
    mine, its = (run[_TIME_DIGITS : _TIME_DIGITS + OWNER_LETTERS] for run in (run_id, other))
    return mine == its and len(mine) == OWNER_LETTERS and other < run_id


class Engine(Protocol):
    """A connection for one run."""

    dialect: str

    def schema(self) -> Mapping[str, str]:
        """Return Ibis' types of all columns of the source.

        Raises
        ------
        SourceUnreadableError, SourceUnreachableError
            If the engine does not let it be read, or does not answer.
        """

    @property
    def source(self) -> Place:
        """Where the source lies."""

    def staged(self, name: str) -> Place:
        """Return where a table of this run lies."""

    def estimated_bytes(self, sql: str) -> int:
        """Return how much a statement would read, 0 where it costs nothing; nothing is run."""

    def make(self, name: str, sql: str, schema: Mapping[str, str]) -> None:
        """Make a table of this run of a query, whose columns have Ibis' types in `schema`."""

    def put(self, name: str, columns: Mapping[str, Sequence[str]]) -> None:
        """Make a table of this run of columns of texts, all of one length.

        They go as values and never as part of a statement: they may come from a spreadsheet.
        """

    def fetch(self, sql: str) -> Fetched:
        """Return the rows of a query as columns."""

    def publish(self, sql: str, schema: Mapping[str, str]) -> None:
        """Make the table of this run's results; readers do not see it yet."""

    def swap(self, run_id: str) -> None:
        """Let readers see the results of a run; at no moment do they see half, or nothing where there was something."""

    def published(self) -> tuple[Place | None, str]:
        """Return where the published results lie and the run that they are of; None and "" where there are none."""

    def forget(self, customer_id: str) -> int:
        """Take a customer out of the published results; return how many rows were taken out."""

    def cancel_earlier(self) -> None:
        """Cancel what earlier runs of the same owner have left, as after a kill, and drop their tables."""

    def cancel(self) -> None:
        """Stop what runs, from another thread."""

    def close(self) -> None:
        """Drop the tables of this run and let the engine go; may be called twice."""


def whole(values: NDArray[Any]) -> list[int | None]:
    """Return whole numbers of a fetched column, None where there is none.

    >>> whole(np.array([1.0, None], dtype=object))
    [1, None]
    """
    return [None if value is None or value != value else int(value) for value in values.tolist()]


def numbers(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return numbers of a fetched column, NaN where there is none.

    >>> numbers(np.array([1, None], dtype=object)).tolist()
    [1.0, nan]
    """
    return np.array([np.nan if value is None else value for value in values.tolist()], dtype=np.float64)
