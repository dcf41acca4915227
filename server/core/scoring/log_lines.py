"""Lines of `Prediction_Log`: their fields, and their cells."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from server.core.cells import Cell, text_of
from server.core.scoring.inputs import parse_prediction_id
from server.layout.headers import ACTION_PLAN, CLUSTER, PREDICTED_AT, PREDICTION_ID, SEGMENT
from server.layout.tabs import INPUT_HEADERS, LOG_HEADERS, VALUE_HEADERS


class LogLine(msgspec.Struct, frozen=True):
    """One line of `Prediction_Log`, in the order of its columns.

    Attributes
    ----------
    predicted_at
        Wall clock in the time zone of `Settings`, as a spreadsheet's serial (days since 1899-12-30).
    confidence
        Between 0 and 1.
    expected_spend, expected_orders, likely
        Of the days ahead of the model's value; None where it does not tell them. They follow from the model and the
        inputs, so that they are not read from the log, and columns of theirs may be deleted.
    """

    prediction_id: str
    predicted_at: float
    customer_id: str
    recency: float
    frequency: float
    monetary_value: float
    cluster: int
    segment: str
    action_plan: str
    confidence: float
    model_version: int
    trigger: str
    requested_by: str
    expected_spend: float | None = None
    expected_orders: float | None = None
    likely: float | None = None

    @property
    def figures(self) -> dict[str, Cell]:
        """Expected spend, orders and likelihood by header, "" where they are not told."""
        forecast = (self.expected_spend, self.expected_orders, self.likely)
        return dict(zip(VALUE_HEADERS, ("" if line is None else line for line in forecast), strict=True))

    @property
    def beside(self) -> dict[str, Cell]:
        """What the row shows of it where the columns are there, by header: `layout.tabs.NEW_USER_OPTIONAL`."""
        return {SEGMENT: self.segment, **self.figures}

    @property
    def inputs(self) -> dict[str, Cell]:
        """What stood in the row when it was scored, by header; an id of digits as the number that it is typed as."""
        who = self.customer_id
        is_number = who.isdecimal() and who.isascii() and str(int(who)) == who and len(who) < 16
        cells = (int(who) if is_number else who, self.recency, self.frequency, self.monetary_value)
        return dict(zip(INPUT_HEADERS, cells, strict=True))

    @property
    def outputs(self) -> dict[str, Cell]:
        """What the row shows of it, by header."""
        return {
            CLUSTER: self.cluster,
            ACTION_PLAN: self.action_plan,
            PREDICTED_AT: self.predicted_at,
            PREDICTION_ID: self.prediction_id,
        }

    def cells(self) -> list[Cell]:
        """Return the line as cells in the order of `layout.tabs.LOG_HEADERS`."""
        return list(msgspec.structs.astuple(self))[: len(LOG_HEADERS)]


def read_log_line(cells: Sequence[Cell]) -> LogLine | None:
    """Return the line in a row of `Prediction_Log`, None where it is no line of the service."""
    identity = parse_prediction_id(text_of(cells[0])) if cells else None
    if identity is None:
        return None
    padded = [*cells, *[""] * 13][:13]

    def number(cell: Cell) -> float:
        return float(cell) if isinstance(cell, int | float) and math.isfinite(cell) else 0.0

    return LogLine(
        prediction_id=text_of(padded[0]),
        predicted_at=number(padded[1]),
        customer_id=text_of(padded[2]),
        recency=number(padded[3]),
        frequency=number(padded[4]),
        monetary_value=number(padded[5]),
        cluster=int(number(padded[6])),
        segment=text_of(padded[7]),
        action_plan=text_of(padded[8]),
        confidence=number(padded[9]),
        model_version=identity.model_version,
        trigger=text_of(padded[11]),
        requested_by=text_of(padded[12]),
    )
