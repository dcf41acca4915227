"""A model's figures in plain words."""

from __future__ import annotations

from server.core.drift import ADVISES_RETRAIN
from server.core.model import Model

LOOSE = 1.2
"""From this multiple of a fresh fit's inertia on the scorecard says that the segments fit loosely."""


def summary(model: Model) -> list[str]:
    """Return the scorecard in plain words."""
    figures = model.figures
    told = [
        f"{model.customers:,} customers in {model.k} segment{'s' * (model.k != 1)}, the smallest with "
        f"{figures['smallest_share']:.0%} of them.",
        model.why_k,
    ]
    if "agreement" in figures:
        told.append(
            f"{100 * figures['agreement']:.0f} of 100 customers keep the segment that the model before gives."
        )
    if model.k > 1:
        told.append(
            f"If you retrained tomorrow, {100 * figures['tomorrow']:.0f} of 100 customers would stay in "
            "their segment."
        )
        told.append(
            f"{of_100(figures['ghosts'])} of the best would still count as best after a long silence."
        )
    if "gini" in figures and figures["gini_by_spend"] > 0:
        told.append(
            f"The segments tell who will spend {figures['gini'] / figures['gini_by_spend']:.0%} as well as "
            f"sorting everybody by past spend ({figures['gini']:.2f} against {figures['gini_by_spend']:.2f})."
        )
    if figures.get("looseness", 1.0) > LOOSE:
        told.append(
            f"The customers have changed: segments made anew would lie {1 - 1 / figures['looseness']:.0%} closer "
            "round their customers. The present ones were kept so that customers keep their segment."
        )
    drifted = max(figures.get(f"drift_{axis}", 0.0) for axis in ("recency", "frequency", "money"))
    if drifted > ADVISES_RETRAIN:
        told.append("The customers have changed plainly since the model before.")
    return told + model.warnings


def of_100(share: float) -> str:
    """Return a share as so many of a hundred; "None" for none.

    >>> of_100(0.07), of_100(0.001)
    ('7 of 100', 'None')
    """
    count = round(100 * share)
    return f"{count} of 100" if count else "None"
