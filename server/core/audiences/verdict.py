"""Verdict on an audience: whether it is large enough for its platform, and when it must be renewed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from server.core.audiences.target import Target
from server.core.wording import ENGLISH, Wording


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an audience is large enough for its platform."""

    is_enough: bool
    text: str


def verdict(target: Target, people: int, wording: Wording = ENGLISH) -> Verdict:
    """Return whether so many people are enough.

    >>> from server.core.audiences.targets import TARGETS
    >>> verdict(TARGETS["google_ads"], 73).text
    '73 people: too small to run. Google Ads (file) needs at least 100.'
    >>> verdict(TARGETS["tiktok"], 1200).text
    '1,200 people. TikTok needs 1,000 whom it finds among its users, and never finds all.'
    >>> verdict(TARGETS["klaviyo"], 1).text, verdict(TARGETS["klaviyo"], 0).text
    ('1 person.', 'Nobody goes in.')
    >>> verdict(TARGETS["google_ads"], 100).text
    '100 people. Google Ads (file) needs at least 100.'
    """
    if not people:
        return Verdict(False, wording.say("Nobody goes in."))
    counted = (
        wording.say("1 person")
        if people == 1
        else wording.say("{number} people", number=wording.number(people))
    )
    least, is_of_users = (
        wording.number(target.minimum),
        target.minimum_counts == "matched" and target.minimum > 1,
    )
    if people < target.minimum and is_of_users:
        comparison = wording.say(
            "{people}: too small to run. {target} needs at least {least} whom it finds among its users.",
            people=counted,
            target=wording.say(target.name),
            least=least,
        )
    elif people < target.minimum:
        comparison = wording.say(
            "{people}: too small to run. {target} needs at least {least}.",
            people=counted,
            target=wording.say(target.name),
            least=least,
        )
    elif is_of_users:
        comparison = wording.say(
            "{people}. {target} needs {least} whom it finds among its users, and never finds all.",
            people=counted,
            target=wording.say(target.name),
            least=least,
        )
    elif target.minimum > 1:
        comparison = wording.say(
            "{people}. {target} needs at least {least}.",
            people=counted,
            target=wording.say(target.name),
            least=least,
        )
    else:
        comparison = f"{counted}."
    return Verdict(people >= target.minimum, comparison)


def renew_by(target: Target, made: dt.date) -> dt.date | None:
    """Return until when an audience is to be made again, None where the platform keeps it.

    >>> from server.core.audiences.targets import TARGETS
    >>> renew_by(TARGETS["google_ads"], dt.date(2026, 1, 1))
    datetime.date(2027, 6, 25)
    """
    return made + dt.timedelta(days=target.days_kept) if target.days_kept else None
