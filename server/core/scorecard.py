"""A model's figures in plain words."""

from __future__ import annotations

from server.core.drift import ADVISES_RETRAIN
from server.core.model import Model
from server.core.wording import ENGLISH, Wording

LOOSE = 1.2
"""From this multiple of a fresh fit's inertia on the scorecard says that the segments fit loosely."""


def summary(model: Model, wording: Wording = ENGLISH) -> list[str]:
    """Return the scorecard in plain words.

    What the training said of the model stays as it was written then.
    """
    figures = model.figures
    decimal, percent = wording.decimal, wording.percent
    told = [
        f"{wording.number(model.customers)} customers in {wording.counted(model.k, 'segment')}, the smallest with "
        f"{percent(figures['smallest_share'])} of them.",
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
            f"The segments tell who will spend {percent(figures['gini'] / figures['gini_by_spend'])} as well as "
            f"sorting everybody by past spend ({decimal(figures['gini'], 2)} against "
            f"{decimal(figures['gini_by_spend'], 2)})."
        )
    if figures.get("looseness", 1.0) > LOOSE:
        told.append(
            f"The customers have changed: segments made anew would lie {percent(1 - 1 / figures['looseness'])} closer "
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
