"""What an engine does for a run; each adapter is thin, and none knows what the statements are about."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from server.sources.expressions.compiling import Place

Fetched = dict[str, NDArray[Any]]
"""Columns by name; texts and what may be NULL are arrays of objects."""


OWNER_LETTERS = 6
_RUN_ID = re.compile(r"(\d{14})([0-9a-f]{6})[0-9a-f]{4}")
_LONGEST_HOURS = 24
"""No run takes so long."""


def is_left(run_id: str, other: str) -> bool:
    """Whether what is left of another run can go: it is dead, as its owner has begun this one since and has one at a
    time, or as it began a day ago.

    >>> is_left("20260301120000abcdef0001", "20260301110000abcdef9999")
    True
    >>> is_left("20260301120000abcdef0001", "20260301110000bbbbbb9999")
    False
    >>> is_left("20260301120000abcdef0001", "20260228110000bbbbbb9999")
    True
    """
    mine, its = _RUN_ID.fullmatch(run_id), _RUN_ID.fullmatch(other)
    if mine is None or its is None:
        return False
    if mine[2] == its[2]:
        return other < run_id
    try:
        return _began(mine) - _began(its) > dt.timedelta(hours=_LONGEST_HOURS)
    except ValueError:  # digits that are no time
        return False


def _began(run: re.Match[str]) -> dt.datetime:
    return dt.datetime.strptime(run[1], "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)


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
        """Cancel what dead runs have left, as after a kill, and drop their tables: see `is_left`."""

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
