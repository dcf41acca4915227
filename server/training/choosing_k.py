"""Choice of the number of segments: few, stable, responsive to silence, and predictive of spend.

A segmentation holds if models of other random draws of the same customers give much the same segments (mean
adjusted Rand index, Hubert and Arabie 1985), and if no segment is too small to be worth an action. It loses who
stays away if hardly any of its best customers would still be best after a long silence. It tells who will spend
if its segments on an earlier day order the customers' later spend well (normalised Gini). The silhouette is no
guide here: on skewed spend it is best for "everybody and a few".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from server.core.wording import ENGLISH, Wording
from server.training.candidates import (
    AGREEMENT_COUNTS,
    MOST_ABSURD,
    SMALLEST_SHARE,
    STABLE,
    STEADY,
    Candidate,
)

CANDIDATES = range(3, 11)
GINI_MARGIN = 0.01
MERIT_MARGIN, MERIT_MARGIN_ALONE = 0.03, 0.02
"""How much worse names may fit than with the best number; less where later spend cannot decide."""


def choose_k(candidates: Sequence[Candidate]) -> int:
    """Return the number of segments.

    Of those that hold, the names must fit within .03 as well as the best; of these the smallest whose Gini is within
    .01 of the best. Without a Gini the smallest whose names fit within .02 as well as the best. Where none holds, the
    one with the best names and the most agreement, of those whose segments have customers enough.

    Parameters
    ----------
    candidates
        At least one.

    Examples
    --------
    >>> a, b = Candidate(3, 0.2, 0.95, 0.0, 0.60, 0.97), Candidate(4, 0.1, 0.91, 0.0, 0.65, 0.96)
    >>> c, d = Candidate(5, 0.1, 0.88, 0.0, 0.70, 0.80), Candidate(6, 0.1, 0.80, 0.0, 0.70, 0.99)
    >>> choose_k([a, b, c, d])
    4
    >>> choose_k([d, Candidate(7, 0.01, 0.9, merit=1.0)])
    6
    """
    holding = [candidate for candidate in candidates if candidate.holds]
    if not holding:
        return _least_bad(candidates)
    holding = _if_any(holding, lambda candidate: candidate.absurd <= MOST_ABSURD)
    rated = [candidate for candidate in holding if candidate.gini is not None]
    best = max(candidate.merit for candidate in holding) - (MERIT_MARGIN if rated else MERIT_MARGIN_ALONE)
    fitting = [candidate for candidate in rated or holding if candidate.merit >= best]
    fitting = _if_any(fitting, lambda candidate: candidate.stability >= STEADY)
    if rated:
        fitting = _telling(fitting)
    return min(candidate.k for candidate in fitting)


def _telling(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return those that predict later spend nearly as well as the best."""
    most = max(map(_gini, candidates), default=0.0)
    return [candidate for candidate in candidates if _gini(candidate) >= most - GINI_MARGIN]


def _least_bad(candidates: Sequence[Candidate]) -> int:
    """Return the number with the best names and the most agreement, of those whose segments are large enough."""
    wide = [candidate for candidate in candidates if candidate.is_wide]
    if not wide:
        wide = [max(candidates, key=lambda candidate: candidate.smallest_share)]

    def rating(candidate: Candidate) -> tuple[float, int]:
        return candidate.merit + AGREEMENT_COUNTS * candidate.stability, -candidate.k

    return max(wide, key=rating).k


def _if_any(candidates: Sequence[Candidate], wanted: Callable[[Candidate], bool]) -> list[Candidate]:
    """Return those that are wanted, all where none is."""
    return [candidate for candidate in candidates if wanted(candidate)] or list(candidates)


def _gini(candidate: Candidate) -> float:
    return candidate.gini or 0.0


PLAINLY_BETTER = 0.1
"""Another number is taken in a retrain only if it tells later spend, or fits its names, better by this much."""
WORTH_SAYING = 0.03
"""From this much on the scorecard says that another number would tell it better."""


def keep_k(candidates: Sequence[Candidate], kept: int) -> int:
    """Return the number for a retrain: the one there is, unless another is plainly better.

    Plainly: another holds and tells later spend better by .1, or has names that fit better by .1, or the present one
    has a segment under 1.5 % where another holds. A change of the number costs a third of the customers their segment,
    so less than that is told, not done. That fresh fits disagree is no reason: a retrain follows the segments there
    are.

    Examples
    --------
    >>> now, other = Candidate(5, 0.1, 0.88, 0.0, 0.62), Candidate(4, 0.1, 0.95, 0.0, 0.64)
    >>> keep_k([other, now], 5), keep_k([Candidate(4, 0.1, 0.95, 0.0, 0.74), now], 5)
    (5, 4)
    """
    present = next((candidate for candidate in candidates if candidate.k == kept), None)
    if present is None:
        return kept
    chosen = choose_k(candidates)
    other = next(candidate for candidate in candidates if candidate.k == chosen)
    if chosen == kept or not other.holds:
        return kept
    is_broken = present.smallest_share < SMALLEST_SHARE / 2
    tells_better = _gini(other) - _gini(present) >= PLAINLY_BETTER
    fits_better = other.merit - present.merit >= PLAINLY_BETTER
    return chosen if is_broken or tells_better or fits_better else kept


def why(
    candidates: Sequence[Candidate], k: int, *, asked: bool, kept: bool, wording: Wording = ENGLISH
) -> str:
    """Return in a sentence or two why there are `k` segments.

    Parameters
    ----------
    asked
        The marketer set the number.
    kept
        The model before had as many.
    """
    if asked:
        return wording.say("{count} segments, as the setting Clusters asks for.", count=k)
    here = next((one for one in candidates if one.k == k), None)
    if here is None:
        return wording.plural(
            k,
            "1 group: there are no more customers who differ enough.",
            "{number} groups: there are no more customers who differ enough.",
        )
    say = wording.say
    if kept:
        text = say("{count} groups as before, so that names and plans stay.", count=k)
        return " ".join(part for part in (text, _rather(candidates, here, wording)) if part)
    return _why_chosen(candidates, here, wording)


def _why_chosen(candidates: Sequence[Candidate], here: Candidate, wording: Wording) -> str:
    """Return why a number was chosen that nobody asked for and that was not there before."""
    say, k = wording.say, here.k
    if not here.holds:
        return say(
            "{count} groups were the most repeatable from {first} to {last}, but not as repeatable as is wanted "
            "(agreement {agreement} between draws of customers; {wanted} is wanted).",
            count=k,
            first=candidates[0].k,
            last=candidates[-1].k,
            agreement=wording.decimal(here.stability, 2),
            wanted=wording.decimal(STABLE, 2),
        )
    if here.gini is None:
        return say("{count} groups were the most repeatable; your data cannot predict future spend.", count=k)
    return say(
        "{count} groups: the smallest repeatable number that tells later spend as well as the best does, within "
        "{margin} (Gini {gini} on the last third of the history; also repeatable: {others}).",
        count=k,
        margin=wording.decimal(GINI_MARGIN, 2),
        gini=wording.decimal(here.gini, 2),
        others=", ".join(str(one.k) for one in candidates if one.holds and one.k != k)
        or say("no other number"),
    )


def _rather(candidates: Sequence[Candidate], here: Candidate, wording: Wording) -> str:
    """Return whether another number would be chosen today, and why; "" where none would."""
    chosen = choose_k(candidates)
    other = next(one for one in candidates if one.k == chosen)
    reasons = here.failings(wording)
    theirs, ours = other.gini or 0.0, here.gini or 0.0
    if theirs - ours >= WORTH_SAYING:
        reasons.append(
            wording.say(
                "{count} tell better who will spend (Gini {gini}, now {now})",
                count=chosen,
                gini=wording.decimal(theirs, 2),
                now=wording.decimal(ours, 2),
            )
        )
    if chosen == here.k or not other.holds or not reasons:
        return ""
    return wording.say(
        "Starting anew, {count} would be chosen: {reasons}. If that is worth other segments to you, set Clusters to "
        "{count} in Settings and find new segments.",
        count=chosen,
        reasons="; ".join(reasons),
    )
