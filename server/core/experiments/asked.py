"""A test as the marketer asks for it, and what is no test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from server.core.experiments.bases import Base, label
from server.core.experiments.records import LONGEST_NAME
from server.core.experiments.window import Window
from server.errors import InputError
from server.texts import to_say

SHORTEST_DAYS, LONGEST_DAYS, PROPOSED_DAYS = 7, 730, 90
LEAST_SHARE, LARGEST_SHARE = 0.01, 0.9
SMALL = 2_000
"""Of fewer customers half are proposed to be held out: else too few would show anything."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the marketer asks for.

    Attributes
    ----------
    segments
        Their names; of other bases none.
    share
        To be held out, of 1; None for what is proposed.
    what
        What the action group gets.
    audience
        Its name, where the base is one.
    """

    name: str
    segments: Sequence[str]
    share: float | None
    window: Window
    what: str = ""
    base: Base = Base.SEGMENTS
    audience: str = ""

    @property
    def label(self) -> str:
        """Return of whom it is made, as `Tests` tells it."""
        return label(self.base, self.segments, self.audience)


def proposed_share(customers: int) -> float:
    """Return the share that is proposed to be held out.

    >>> proposed_share(1999), proposed_share(2000)
    (0.5, 0.2)
    """
    return 0.5 if customers < SMALL else 0.2


def refuse_unusable(asked: Asked, today: dt.date) -> None:
    """Refuse a test that cannot be.

    Raises
    ------
    InputError
        If its name, share or days are none; the first that is wrong is named.
    """
    if not asked.name.strip() or len(asked.name) > LONGEST_NAME or "\n" in asked.name:
        raise InputError(
            to_say("A test needs a name of at most {most} characters.", most=str(LONGEST_NAME)),
            hint=to_say("Name it by what will be done, such as Spring mailing."),
        )
    if asked.base is Base.SEGMENTS and not asked.segments:
        raise InputError(to_say("No segment is chosen."), hint=to_say("Choose one segment at least."))
    if asked.base is Base.AUDIENCE and not asked.audience:
        raise InputError(to_say("No audience is chosen."), hint=to_say("Choose an audience that was made."))
    if asked.share is not None and not LEAST_SHARE <= asked.share <= LARGEST_SHARE:
        raise InputError(
            to_say("Between 1% and 90% of the customers can be held out."),
            hint=to_say("Choose 20%; 50% where the segments have fewer than 2,000 customers."),
        )
    if not SHORTEST_DAYS <= asked.window.days <= LONGEST_DAYS:
        raise InputError(
            to_say(
                "A test lasts from {least} to {most} days.", least=str(SHORTEST_DAYS), most=str(LONGEST_DAYS)
            ),
            hint=to_say("Choose 90 days, or as long as customers take to buy again."),
        )
    if asked.window.start < today:
        raise InputError(
            to_say("A test cannot start before today: groups that are dealt afterwards prove nothing."),
            hint=to_say("Choose today or a later day."),
        )
