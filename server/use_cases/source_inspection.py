"""Inspection of the orders in a source: counts by reason, and the first examples by their keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from server.core.data_checks.check import notes
from server.core.options import Options
from server.core.wording import Wording
from server.sources.source import Source
from server.use_cases.inspection import InspectedColumn, Inspection

if TYPE_CHECKING:
    from server.sources.engines.engine import Engine


def inspect_source(
    engine: Engine,
    source: Source,
    options: Options,
    wording: Wording,
    today: dt.date,
    progress: Callable[[str, float], None] = lambda _stage, _fraction: None,
) -> Inspection:
    """Return the inspection of a source, in the form of that of `Training_Data`.

    Raises
    ------
    SourceError, TrainingDataError
        If it cannot be read, or no row of it can be used.
    """
    from server.sources.inspecting import inspected

    source_inspection = inspected(engine, source, today, options.analysis_date, wording, progress)
    return Inspection(
        header_row=0,
        columns=[
            InspectedColumn(
                role=role,
                label=wording.say(label),
                header=column,
                column="",
                why=wording.say("declared by the engineer who runs the service"),
                samples=[],
            )
            for role, label, column in source_inspection.columns
        ],
        others=[],
        quality=source_inspection.report.to_json(),
        notes=[
            *notes(source_inspection.report.sentences(wording), source_inspection.checks, wording),
            *source_inspection.examples,
        ],
        customers=source_inspection.customers,
        checks=source_inspection.checks,
        questions=[],
    )
