"""A test before it starts: who is dealt into which group, and the smallest lift that could be seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.experiments.asked import Asked, proposed_share
from server.core.experiments.bases import SEPARATOR, Base
from server.core.experiments.dealing import deal, standing_control
from server.core.experiments.eligibility import Why, eligible
from server.core.experiments.outcomes import Before, Floats, Orders
from server.core.experiments.power import Visible, in_days, visible
from server.core.experiments.records import named
from server.core.experiments.window import Window
from server.errors import InputError
from server.layout.segment_tabs import SEGMENTED_CUSTOMERS
from server.texts import to_say

LEAST_CUSTOMERS = 20
LEAST_CONTROL = 5
_KNOWN = 0.8
"""With LikelyToBuyAgain of so many customers it tells how many buy, else the last days do."""


@dataclass(frozen=True, slots=True)
class Customers:
    """The customers with their segments, as far as a test needs them; one element a customer.

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
class Dealt:
    """The members of a test, dealt into its groups.

    Attributes
    ----------
    ids, segments, likely
        Of each member: see `Customers`.
    control
        Who is held out, shape (n,).
    left_out
        Customers of the chosen segments who are not dealt, by reason.
    """

    asked: Asked
    share: float
    ids: Sequence[str]
    segments: Sequence[str]
    likely: Sequence[float | None]
    horizon: int
    control: NDArray[np.bool_]
    left_out: Mapping[Why, int]
    reachable_known: bool

    @property
    def in_control(self) -> int:
        """How many are held out."""
        return int(self.control.sum())


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


def dealt(
    asked: Asked,
    customers: Customers,
    *,
    reachable: Collection[str] | None,
    in_tests: Collection[str],
    standing_share: float,
    among: Collection[str] = (),
) -> Dealt:
    """Return the members of a test in their groups; who is eligible is settled before anybody is dealt.

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
    """
    places = _chosen(asked, customers, among)
    ids = [customers.ids[i] for i in places]
    is_standing = asked.base is Base.STANDING
    standing = standing_control(ids, 0.0 if is_standing else standing_share)
    eligibility = eligible(
        ids, reachable=reachable, in_tests=() if is_standing else in_tests, standing=standing
    )
    places = [place for place, stays in zip(places, eligibility.mask.tolist(), strict=True) if stays]
    ids = [customers.ids[i] for i in places]
    segments = [customers.segments[i] for i in places]
    share, control = _held_out(asked, ids, segments, standing_share)
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
    return Dealt(
        asked=asked,
        share=share,
        ids=ids,
        segments=segments,
        likely=[customers.likely[i] for i in places],
        horizon=customers.horizon,
        control=control,
        left_out=eligibility.left_out,
        reachable_known=reachable is not None,
    )


def planned(members: Dealt, orders: Orders) -> Plan:
    """Return a test as it would start, with the smallest lift that could be seen.

    Parameters
    ----------
    orders
        For a test that starts on the first day of this one.
    """
    asked = members.asked
    last = Window(orders.reach - dt.timedelta(days=asked.window.days - 1), orders.reach)
    outcomes = orders.of(members.ids, last)
    return Plan(
        asked=asked,
        share=members.share,
        ids=members.ids,
        segments=members.segments,
        control=members.control,
        before=outcomes.before,
        left_out=members.left_out,
        visible=_visible(members, outcomes.spend, last, orders),
        reachable_known=members.reachable_known,
    )


def _held_out(
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
    refuse_missing(asked, set(customers.segments) - {""})
    return [
        i for i, segment in enumerate(customers.segments) if customers.ids[i] and named(segment) in wanted
    ]


def refuse_missing(asked: Asked, segments: Collection[str], where: str = SEGMENTED_CUSTOMERS) -> None:
    """Refuse a test of segments that no customer is in.

    Parameters
    ----------
    segments
        Those that have customers.
    where
        The tab, or the source, whose customers they are.

    Raises
    ------
    InputError
        If a segment is not among them; the others are named.
    """
    there = {named(segment) for segment in segments}
    missing = [segment for segment in asked.segments if named(segment) not in there]
    if missing:
        raise InputError(
            to_say(
                "No customer of {tab} is in the segment {segments}.",
                tab=where,
                segments=SEPARATOR.join(missing),
            ),
            hint=to_say("Segments there are: {segments}.", segments=SEPARATOR.join(sorted(segments))),
        )


def _visible(members: Dealt, spent: Floats, last: Window, orders: Orders) -> Visible:
    """Return what would show: by LikelyToBuyAgain where it is told, else by who bought in as many days before.

    What buyers spend is told by the last days: of these customers, or of all where too few of them bought.

    Parameters
    ----------
    spent
        By the members in the last days, shape (n,).
    """
    known = [share for share in members.likely if share is not None]
    if len(known) >= _KNOWN * len(members.ids):
        share = in_days(sum(known) / len(known), members.horizon, last.days)
    else:
        share = float((spent > 0).mean())
    bought = spent[spent > 0]
    if len(bought) < LEAST_CUSTOMERS:
        bought = orders.spend_of_buyers(last)
    held = members.in_control
    return visible(share, bought, len(members.ids) - held, held)
