"""New lines of the log: customers scored with the model in use, and lines restored from their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from server.core.cells import text_of
from server.core.scoring.decisions import Context, SheetRow
from server.core.scoring.inputs import NewUserInput, parse_prediction_id, prediction_id
from server.core.scoring.log_lines import LogLine
from server.core.segments.model import Model
from server.core.segments.prediction import assign, confidence
from server.core.value.prediction import cells_of, typed_outlook
from server.core.wall_clock import wall_clock
from server.layout.headers import ACTION_PLAN, CLUSTER, SEGMENT


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row of valid inputs, and their fingerprint."""

    row: SheetRow
    read: NewUserInput
    fingerprint: str


def scored(waiting: Sequence[Waiting], context: Context) -> list[LogLine]:
    """Score customers: one new log line each, in their order."""
    if not waiting:
        return []
    inputs = [row.read for row in waiting]
    values = np.array([(i.recency, i.frequency, i.monetary_value) for i in inputs], dtype=np.float64)
    clusters = assign(context.model, values)
    sure = confidence(context.model, values, clusters)
    stamp, _zone = wall_clock(context.now, context.time_zone)
    plans = {cluster: context.plan(cluster) for cluster in set(clusters.tolist())}
    lines = []
    for row, cluster, share in zip(waiting, clusters.tolist(), sure.tolist(), strict=True):
        read, plan = row.read, plans[cluster]
        lines.append(
            LogLine(
                prediction_id=prediction_id(
                    context.model.version, row.fingerprint, context.now, context.random_part()
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


def with_figures(lines: Sequence[LogLine], model: Model) -> list[LogLine]:
    """Return lines with the model's predictions for their inputs; those of other versions get none."""
    places = [i for i, line in enumerate(lines) if line.model_version == model.version]
    log_lines = list(lines)
    value = model.value
    if value is None or not value.tells or not places:
        return log_lines
    rfm = np.array([[lines[i].recency, lines[i].frequency, lines[i].monetary_value] for i in places])
    cells = cells_of(value, typed_outlook(value, rfm)[0])
    for i, (spend, orders, likely) in zip(places, cells, strict=True):
        log_lines[i] = msgspec.structs.replace(
            lines[i],
            expected_spend=spend if isinstance(spend, float) else None,
            expected_orders=orders if isinstance(orders, float) else None,
            likely=likely if isinstance(likely, float) else None,
        )
    return log_lines


def replanned(settled: Sequence[tuple[Waiting, LogLine]], context: Context) -> list[tuple[int, LogLine]]:
    """Return sheet row and new line of each classified row whose segment has another name or plan by now.

    The customer stays in the cluster, by the model that chose it. Rows of clusters that nothing names any more keep
    what they show.
    """
    stamp, _zone = wall_clock(context.now, context.time_zone)
    relabelled = []
    for row, line in settled:
        plan = context.plan(line.cluster)
        is_known = line.cluster in context.plans or line.cluster in context.model.clusters
        if not is_known or (plan.segment, plan.action_plan) == (line.segment, line.action_plan.strip()):
            continue
        identity = prediction_id(line.model_version, row.fingerprint, context.now, context.random_part())
        new = msgspec.structs.replace(
            line,
            prediction_id=identity,
            predicted_at=stamp,
            segment=plan.segment,
            action_plan=plan.action_plan,
            trigger=context.trigger,
            requested_by=context.requested_by,
        )
        relabelled.append((row.row.row, new))
    return relabelled


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
        segment=text_of(row.outputs.get(SEGMENT)) or line.segment,
        action_plan=text_of(row.outputs.get(ACTION_PLAN)) or line.action_plan,
        model_version=identity.model_version,
        trigger="reconciled",
        requested_by="",
    )
