"""Checks of a new model that nobody asked for: it may not change segment names or their number."""

from __future__ import annotations

from msgspec import structs

from server.core.segments.model import Model
from server.texts import to_say
from server.training.scorecard import CANDIDATE, Verdict

OTHER_SEGMENTS = to_say(
    "the new ones are other segments than yours, and names and plans change only where you ask for it"
)


def as_named(trained: Model, former: Model, judged: Verdict) -> tuple[Model, Verdict]:
    """Return a new model under the names of the one in use, and whether it is put in use.

    Parameters
    ----------
    judged
        What the gate says of it.
    """
    if set(trained.clusters) != set(former.clusters):
        return trained, Verdict(CANDIDATE, [*judged.reasons, OTHER_SEGMENTS])
    at = [former.clusters.index(number) for number in trained.clusters]
    named = [former.named[place] for place in at] if former.named else trained.named
    return structs.replace(trained, names=[former.names[place] for place in at], named=named), judged
