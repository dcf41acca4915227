"""What a model's figures say, and where its data is thin."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import silhouette_score

from server.core.model import Model
from server.core.prediction import nearest
from server.training.choosing_k import SMALLEST_SHARE
from server.training.clustering import Floats, Points, sample

FEW_CUSTOMERS = 100
ONE_TIME_SHARE = 0.8
UNSTABLE = 0.8
SHORT_HISTORY_DAYS = 60
_SILHOUETTE_SAMPLE = 2_000


def silhouette(points: Points, centres: Floats, random_state: int) -> float:
    """Return the mean silhouette of a sample; 0 where it is not defined. Shown, never decisive."""
    drawn = sample(points, _SILHOUETTE_SAMPLE, np.random.default_rng(random_state))
    labels = nearest(drawn.X, centres)
    if not 2 <= len(np.unique(labels)) < len(labels):
        return 0.0
    return float(silhouette_score(drawn.X, labels))


def warnings(
    rfm: Floats, *, smallest_share: float, stability: float, k: int, chosen_by_marketer: bool
) -> list[str]:
    """Return what to mind about the data and the model."""
    told = []
    n = len(rfm)
    if n < FEW_CUSTOMERS:
        told.append(f"Few customers: {n}. Segments of fewer than {FEW_CUSTOMERS} customers shift easily.")
    one_time = float((rfm[:, 1] == 1).mean())
    if one_time >= ONE_TIME_SHARE:
        told.append(f"{one_time:.0%} of the customers bought once: frequency tells little about them.")
    if np.ptp(rfm[:, 0]) < SHORT_HISTORY_DAYS:
        told.append(
            f"Short history: all last purchases lie within {int(np.ptp(rfm[:, 0])) + 1} days, "
            "so recency tells little."
        )
    if k > 1 and stability < UNSTABLE:
        told.append(
            f"The segments are not stable: another draw of the same customers gives {1 - stability:.0%} "
            "different ones."
        )
    if smallest_share < SMALLEST_SHARE:
        wish = " as Settings asks for" if chosen_by_marketer else ""
        told.append(f"With {k} segments{wish}, the smallest has {smallest_share:.1%} of the customers.")
    if k == 1:
        told.append("All customers have the same values: there is one segment.")
    return told


def summary(model: Model) -> list[str]:
    """Return the scorecard in plain words."""
    figures = model.figures
    told = [
        f"{model.customers:,} customers in {model.k} segments, the smallest with "
        f"{figures['smallest_share']:.0%} of them."
    ]
    if "agreement" in figures:
        told.append(
            f"{100 * figures['agreement']:.0f} of 100 customers keep the segment that the model before gives."
        )
    if model.k > 1:
        told.append(
            f"If you retrained on another draw of the same customers, the segments would agree by "
            f"{figures['stability']:.0%} (100 % is the same, 0 % is chance)."
        )
    return told + model.warnings
