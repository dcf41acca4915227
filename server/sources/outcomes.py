"""The orders of a source as a test needs them: summed up in the engine, one row a member comes here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from server.core.experiments.outcomes import Before, Outcomes
from server.core.experiments.window import Window
from server.core.wall_clock import EPOCH, date_of
from server.sources.engines.engine import numbers
from server.sources.expressions import outcomes as of_outcomes
from server.sources.sampling import MARGIN
from server.sources.source import Source
from server.sources.stages import Staged

Floats = NDArray[np.float64]


class SourceOrders:
    """Orders by day in a source, for a test that starts on a day.

    Parameters
    ----------
    staged
        The source, read with the test's first day as its earlier day.
    start
        That day: `Before` is told as of it.
    """

    def __init__(self, staged: Staged, source: Source, start: dt.date) -> None:
        self._staged, self._source, self._start = staged, source, start

    @property
    def reach(self) -> dt.date:
        """Return the day of the last order."""
        return date_of(self._staged.account.last_day)

    def of(self, customer_ids: Sequence[str], window: Window) -> Outcomes:
        """Return what customers did before the start, and spent in a window."""
        staged, tables = self._staged, self._staged.tables
        place = {customer_id: i for i, customer_id in enumerate(customer_ids)}
        members = tables.put("members", {of_outcomes.MEMBER: list(place)})
        rows = tables.ask(of_outcomes.outcomes_of(staged.customers, staged.used, members, *_days(window)))
        at = np.array([place[who] for who in rows["customer_id"].tolist()], dtype=np.int64)
        longest = (self._start - EPOCH).days - staged.account.first_day + 1

        def laid(column: str, otherwise: float) -> Floats:
            values = np.full(len(customer_ids), otherwise)
            fetched = numbers(rows[column])
            values[at] = np.where(np.isnan(fetched), otherwise, fetched)
            return values

        before = Before(laid("money", 0.0), laid("orders", 0.0), laid("recency", float(max(longest, 0))))
        return Outcomes(before, laid("spend", 0.0), len(at))

    def spend_of_buyers(self, window: Window) -> Floats:
        """Return what whoever bought in a window spent there; of a sample where customers are more than it holds."""
        staged, tables = self._staged, self._staged.tables
        customers = int(tables.one(staged.customers.agg(customers=staged.customers.count()))["customers"])
        most = self._source.sample_customers
        share = 1.0 if customers <= most else MARGIN * most / customers
        wanted = of_outcomes.spend_of_buyers(staged.used, *_days(window), share, tables.engine.dialect)
        return np.sort(numbers(tables.ask(wanted)["spend"]))


def _days(window: Window) -> tuple[int, int]:
    return (window.start - EPOCH).days, (window.end - EPOCH).days
