"""Scorecard of a model in plain words."""

from __future__ import annotations

from server.core.segments.drift import ADVISES_RETRAIN
from server.core.segments.model import Model
from server.core.value.words import scorecard as value_scorecard
from server.core.wording import ENGLISH, Wording

SEEN_ABSURD = 0.005
"""From this share on the scorecard says for how many customers their name is absurd."""
LOOSE = 1.2
"""From this multiple of a fresh fit's inertia on the scorecard says that the segments fit loosely."""


def summary(model: Model, wording: Wording = ENGLISH) -> list[str]:
    """Return the scorecard in plain words.

    What the training said of the model stays as it was written then.
    """
    figures = model.figures
    say, decimal, percent = wording.say, wording.decimal, wording.percent
    sentences = [
        say(
            "{customers} customers in {segments}, the smallest with {share} of them.",
            customers=wording.number(model.customers),
            segments=wording.counted(model.k, "segment"),
            share=percent(figures["smallest_share"]),
        ),
        model.why_k,
    ]
    if "sample" in figures:
        sentences.append(
            say(
                "Found on a sample of {sample} customers, on which this scorecard was measured; the segments of all "
                "customers follow from it.",
                sample=wording.number(figures["sample"]),
            )
        )
    if "name_fit" in figures:
        odd = figures["name_absurd"]
        sentences.append(
            say("{count} of 100 customers have the name that fits them.", count=_hundred(figures["name_fit"]))
            if odd < SEEN_ABSURD
            else say(
                "{count} of 100 customers have the name that fits them; for {odd} of 100 it is absurd.",
                count=_hundred(figures["name_fit"]),
                odd=_hundred(odd),
            )
        )
    if "agreement" in figures:
        sentences.append(
            say(
                "{count} of 100 customers keep the segment that the model before gives.",
                count=_hundred(figures["agreement"]),
            )
        )
    if model.k > 1:
        sentences.append(
            wording.say(
                "Found anew tomorrow, the segments would keep {count} of 100 customers where they are.",
                count=round(100 * figures["tomorrow"]),
            )
        )
        sentences.append(
            wording.say("Top customers leave the top group if they stop buying.")
            if not round(100 * figures["ghosts"])
            else wording.say(
                "{count} of 100 top customers stay in the top group though they stop buying.",
                count=round(100 * figures["ghosts"]),
            )
        )
    if "gini" in figures and figures["gini_by_spend"] > 0:
        sentences.append(
            say(
                "The segments tell who will spend {share} as well as sorting everybody by past spend ({gini} against "
                "{by_spend}).",
                share=percent(figures["gini"] / figures["gini_by_spend"]),
                gini=decimal(figures["gini"], 2),
                by_spend=decimal(figures["gini_by_spend"], 2),
            )
        )
    if figures.get("looseness", 1.0) > LOOSE:
        sentences.append(
            say(
                "The customers have changed: segments made anew would lie {share} closer round their customers. The "
                "present ones were kept so that customers keep their segment.",
                share=percent(1 - 1 / figures["looseness"]),
            )
        )
    drifted = max(figures.get(f"drift_{axis}", 0.0) for axis in ("recency", "frequency", "money"))
    if drifted > ADVISES_RETRAIN:
        sentences.append(say("The customers have changed plainly since the model before."))
    return sentences + value_scorecard(model.value, wording) + model.warnings


def _hundred(share: float) -> int:
    return round(100 * share)


def of_100(share: float, wording: Wording = ENGLISH) -> str:
    """Return a share as so many of a hundred.

    >>> of_100(0.07), of_100(0.001)
    ('7 of 100', '0 of 100')
    """
    count = round(100 * share)
    return wording.say("{count} of 100", count=count)
