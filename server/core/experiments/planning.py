"""A test before it starts: who is dealt into which group, and the smallest lift that could be seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.experiments.bases import SEPARATOR, Base, label
from server.core.experiments.dealing import deal, standing_control
from server.core.experiments.eligibility import Why, eligible
from server.core.experiments.outcomes import Before, before, orders_reach, spend_in
from server.core.experiments.power import Visible, in_days, visible
from server.core.experiments.records import LONGEST_NAME, named
from server.core.experiments.window import Window
from server.core.transactions.arrays import Transactions
from server.errors import InputError
from server.layout.segment_tabs import SEGMENTED_CUSTOMERS
from server.texts import to_say

SHORTEST_DAYS, LONGEST_DAYS, PROPOSED_DAYS = 7, 730, 90
LEAST_SHARE, LARGEST_SHARE = 0.01, 0.9
SMALL = 2_000
"""Of fewer customers half are proposed to be held out: else too few would show anything."""
LEAST_CUSTOMERS = 20
LEAST_CONTROL = 5
_KNOWN = 0.8
"""With LikelyToBuyAgain of so many customers it tells how many buy, else the last days do."""


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


@dataclass(frozen=True, slots=True)
class Customers:
    """`Segmented_Customers`, as far as a test needs it; one element a customer.

    Attributes
    ----------
    likely
        Likely to buy again within `horizon` days, of 1; None where it is not told.
    """

    ids: Sequence[str]
    segments: Sequence[str]
    likely: Sequence[float | None]
    horizon: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A test as it would start.

    Attributes
    ----------
    ids, segments
        Id and segment of each member.
    control
        Who is held out, shape (n,).
    left_out
        Customers of the chosen segments who are not dealt, by reason.
    """

    asked: Asked
    share: float
    ids: Sequence[str]
    segments: Sequence[str]
    control: NDArray[np.bool_]
    before: Before
    left_out: Mapping[Why, int]
    visible: Visible
    reachable_known: bool

    @property
    def in_control(self) -> int:
        """How many are held out."""
        return int(self.control.sum())


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


def planned(
    asked: Asked,
    customers: Customers,
    transactions: Transactions,
    *,
    reachable: Collection[str] | None,
    in_tests: Collection[str],
    standing_share: float,
    among: Collection[str] = (),
) -> Plan:
    """Return a test as it would start; who is eligible is settled before anybody is dealt.

    Parameters
    ----------
    reachable
        Ids of who can be reached, consented and is not suppressed; None where nothing is known of contacts.
    in_tests
        Ids of the members of running tests.
    standing_share
        Of the standing control group.
    among
        Ids of the members of the audience, where a test is made of one.

    Raises
    ------
    InputError
        If a segment is not there, there is no standing control group to compare, or too few customers are left.
    TrainingDataError
        If `Training_Data` has no orders by day.
    """
    reach = orders_reach(transactions)
    places = _chosen(asked, customers, among)
    ids = [customers.ids[i] for i in places]
    is_standing = asked.base is Base.STANDING
    standing = standing_control(ids, 0.0 if is_standing else standing_share)
    found = eligible(ids, reachable=reachable, in_tests=() if is_standing else in_tests, standing=standing)
    places = [place for place, stays in zip(places, found.mask.tolist(), strict=True) if stays]
    ids = [customers.ids[i] for i in places]
    segments = [customers.segments[i] for i in places]
    share, control = _dealt(asked, ids, segments, standing_share)
    held = int(control.sum())
    if len(ids) < LEAST_CUSTOMERS or min(held, len(ids) - held) < LEAST_CONTROL:
        raise InputError(
            to_say(
                "Too few customers: {customers} would be dealt, {held} of them held out; {least} and {control} are "
                "needed.",
                customers=str(len(ids)),
                held=str(held),
                least=str(LEAST_CUSTOMERS),
                control=str(LEAST_CONTROL),
            ),
            hint=to_say("Choose more segments, or hold out a larger share."),
        )
    likely = [customers.likely[i] for i in places]
    seen = _visible(asked.window.days, ids, likely, customers.horizon, transactions, reach, held)
    return Plan(
        asked=asked,
        share=share,
        ids=ids,
        segments=segments,
        control=control,
        before=before(transactions, ids, asked.window.start),
        left_out=found.left_out,
        visible=seen,
        reachable_known=reachable is not None,
    )


def _dealt(
    asked: Asked, ids: Sequence[str], segments: Sequence[str], standing_share: float
) -> tuple[float, NDArray[np.bool_]]:
    """Return the share that is held out, and who is."""
    if asked.base is Base.STANDING:
        if standing_share <= 0:
            raise InputError(
                to_say("There is no standing control group."),
                hint=to_say("Type a share such as 5% into ControlShare in Settings first."),
            )
        return standing_share, standing_control(ids, standing_share)
    share = asked.share if asked.share is not None else proposed_share(len(ids))
    names = sorted(set(segments))
    return share, deal(ids, [names.index(segment) for segment in segments], share, named(asked.name))


def _chosen(asked: Asked, customers: Customers, among: Collection[str]) -> list[int]:
    """Return the places of the customers of the chosen segments, of the audience, or of all who have a segment."""
    if asked.base is not Base.SEGMENTS:
        everybody = enumerate(zip(customers.ids, customers.segments, strict=True))
        is_standing = asked.base is Base.STANDING
        return [i for i, (who, segment) in everybody if who and segment and (is_standing or who in among)]
    wanted = {named(segment) for segment in asked.segments}
    there = {named(segment): segment for segment in customers.segments if segment}
    missing = [segment for segment in asked.segments if named(segment) not in there]
    if missing:
        raise InputError(
            to_say(
                "No customer of {tab} is in the segment {segments}.",
                tab=SEGMENTED_CUSTOMERS,
                segments=SEPARATOR.join(missing),
            ),
            hint=to_say("Segments there are: {segments}.", segments=SEPARATOR.join(sorted(there.values()))),
        )
    return [
        i for i, segment in enumerate(customers.segments) if customers.ids[i] and named(segment) in wanted
    ]


def _visible(
    days: int,
    ids: Sequence[str],
    likely: Sequence[float | None],
    horizon: int,
    transactions: Transactions,
    reach: dt.date,
    held: int,
) -> Visible:
    """Return what would show: by LikelyToBuyAgain where it is told, else by who bought in as many days before.

    What buyers spend is told by the last days: of these customers, or of all where too few of them bought.
    """
    last = Window(reach - dt.timedelta(days=days - 1), reach)
    spent = spend_in(transactions, ids, last)
    told = [share for share in likely if share is not None]
    if len(told) >= _KNOWN * len(ids):
        share = in_days(sum(told) / len(told), horizon, days)
    else:
        share = float((spent > 0).mean())
    bought = spent[spent > 0]
    if len(bought) < LEAST_CUSTOMERS:
        everybody = spend_in(transactions, transactions.customer_ids, last)
        bought = everybody[everybody > 0]
    return visible(share, bought, len(ids) - held, held)
