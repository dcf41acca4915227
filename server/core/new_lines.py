"""New lines of the log: customers scored with the model in use, and lines put in again from their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from server.core.cells import text_of
from server.core.decisions import Context, SheetRow
from server.core.inputs import NewUserInput, parse_prediction_id, prediction_id
from server.core.log_lines import LogLine
from server.core.prediction import assign, confidence
from server.core.wall_clock import wall_clock
from server.layout import ACTION_PLAN, CLUSTER


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row of valid inputs, and their fingerprint."""

    row: SheetRow
    read: NewUserInput
    mark: str


def scored(waiting: Sequence[Waiting], context: Context) -> list[LogLine]:
    """Score customers: one new log line each, in their order."""
    if not waiting:
        return []
    inputs = [each.read for each in waiting]
    values = np.array([(i.recency, i.frequency, i.monetary_value) for i in inputs], dtype=np.float64)
    clusters = assign(context.model, values)
    sure = confidence(context.model, values, clusters)
    stamp, _zone = wall_clock(context.now, context.time_zone)
    plans = {cluster: context.plan(cluster) for cluster in set(clusters.tolist())}
    lines = []
    for each, cluster, share in zip(waiting, clusters.tolist(), sure.tolist(), strict=True):
        read, plan = each.read, plans[cluster]
        lines.append(
            LogLine(
                prediction_id=prediction_id(
                    context.model.version, each.mark, context.now, context.random_part()
                ),
                predicted_at=stamp,
                customer_id=read.customer_id,
                recency=read.recency,
                frequency=read.frequency,
                monetary_value=read.monetary_value,
                cluster=cluster,
                segment=plan.segment,
                action_plan=plan.action_plan,
                confidence=round(share, 4),
                model_version=context.model.version,
                trigger=context.trigger,
                requested_by=context.requested_by,
            )
        )
    return lines


def line_of_row(waiting: Waiting, context: Context) -> LogLine:
    """Return the line that a row's classification had in the log, from what the row itself tells."""
    row = waiting.row
    identity = parse_prediction_id(row.prediction_id)
    assert identity is not None
    line = scored([waiting], context)[0]
    cluster = row.outputs.get(CLUSTER)
    if identity.model_version != context.model.version and isinstance(cluster, int | float):
        plan = context.plan(int(cluster))
        line = msgspec.structs.replace(line, cluster=int(cluster), segment=plan.segment, confidence=0.0)
    return msgspec.structs.replace(
        line,
        prediction_id=row.prediction_id,
        predicted_at=wall_clock(identity.moment, context.time_zone)[0],
        action_plan=text_of(row.outputs.get(ACTION_PLAN)) or line.action_plan,
        model_version=identity.model_version,
        trigger="reconciled",
        requested_by="",
    )
