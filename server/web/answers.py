"""Results of the use cases as the JSON that the add-on reads."""

from __future__ import annotations

from typing import Any

import msgspec

from server.core.model import Model
from server.operations import Answer, Operation
from server.retraining import Inspection, TrainingResult
from server.scoring import ScoreResult
from server.status import Status


def score_answer(result: ScoreResult) -> dict[str, Any]:
    """Return what `score` answers."""
    return {
        "scored": result.scored,
        "restored": result.restored,
        "cleared": result.cleared,
        "waiting": result.waiting,
        "incomplete": result.incomplete,
        "invalid": msgspec.to_builtins(result.invalid),
        "rows": [
            {
                "row": row.row,
                "CustomerID": row.customer_id,
                "Cluster": row.cluster,
                "Segment": row.segment,
                "ActionPlan": row.action_plan,
                "PredictedAt": row.predicted_at,
                "PredictionId": row.prediction_id,
                "Confidence": row.confidence,
            }
            for row in result.rows
        ],
        "modelVersion": result.model_version or None,
        "message": result.message,
    }


def inspect_answer(found: Inspection) -> dict[str, Any]:
    """Return what `inspect` answers."""
    return {
        "headerRow": found.header_row,
        "columns": msgspec.to_builtins(found.columns),
        "others": found.others,
        "quality": found.quality,
        "notes": found.notes,
        "customers": found.customers,
    }


def model_answer(model: Model, summary: list[str]) -> dict[str, Any]:
    """Return a model as the sidebar shows it."""
    return {
        "version": model.version,
        "trainedAt": model.trained_at,
        "k": model.k,
        "customers": model.customers,
        "transactions": model.transactions,
        "figures": model.figures,
        "warnings": model.warnings,
        "summary": summary,
    }


def training_answer(answer: Answer) -> dict[str, Any]:
    """Return what `segment` and `retrain` answer."""
    told: dict[str, Any] = {"operation": operation_answer(answer.operation)}
    result = answer.result
    if isinstance(result, TrainingResult):
        told["result"] = {
            "model": model_answer(result.model, result.summary),
            "segments": [
                {
                    "cluster": each.cluster,
                    "segment": each.segment,
                    "actionPlan": each.action_plan,
                    "customers": each.customers,
                    "share": each.share,
                    "revenueShare": each.revenue_share,
                }
                for each in result.segments
            ],
            "quality": result.quality,
            "notes": result.quality_sentences,
            "rfm": {"customers": result.rfm_customers},
            "scored": result.scored,
            "message": result.message,
        }
    return told


def operation_answer(operation: Operation | None) -> dict[str, Any] | None:
    """Return a long call's record."""
    if operation is None:
        return None
    told: dict[str, Any] = msgspec.to_builtins(operation)
    return told


def status_answer(status: Status) -> dict[str, Any]:
    """Return what `status` answers."""
    return {
        "model": model_answer(status.model, []) if status.model else None,
        "segments": [
            {
                "cluster": each.cluster,
                "segment": each.segment,
                "actionPlan": each.action_plan,
                "customers": each.customers,
                "revenueShare": each.revenue_share,
            }
            for each in status.segments
        ],
        "waiting": status.waiting,
        "incomplete": status.incomplete,
        "invalid": status.invalid,
        "operation": operation_answer(status.operation),
        "lastPrediction": status.last_prediction,
        "warnings": status.warnings,
    }
