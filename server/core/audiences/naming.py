"""Names of audiences. They appear in tabs, file names and on platforms, so they say nothing about people."""

from __future__ import annotations

import re

from server.core.audiences.hashing import is_hash
from server.core.visible import visible
from server.errors import InputError
from server.texts import to_say

LONGEST_NAME = 60
TAB_PREFIX = "Audience "
_FORBIDDEN = re.compile(r"[\[\]*?:/\\'\"=@<>]")
_MANY_DIGITS = re.compile(r"(?:\d[\s().-]*){7,}")
_BLANKS = re.compile(r"\s+")


def audience_name(given: str) -> str:
    """Return a name as it is written, or refuse it.

    Raises
    ------
    InputError
        If it is empty or too long, holds signs that a tab's title may not have, or looks like somebody's address,
        phone number or hash.

    Examples
    --------
    >>> audience_name("  VIP   spring 2026 ")
    'VIP spring 2026'
    """
    name = _BLANKS.sub(" ", visible(given))
    if not name or len(name) > LONGEST_NAME:
        raise InputError(
            to_say(
                "The name of an audience has 1 to {most} characters; this one has {length}.",
                most=LONGEST_NAME,
                length=len(name),
            ),
            hint=to_say("Name it after the segment and the campaign: VIP spring."),
        )
    if _FORBIDDEN.search(name) or not name.isprintable():
        raise InputError(
            to_say("The name of an audience may not hold any of [ ] * ? : / \\ ' \" = @ < >."),
            hint=to_say(
                "It becomes a tab’s title and a file’s name. Use letters, digits, blanks and hyphens."
            ),
        )
    if _MANY_DIGITS.search(name) or any(is_hash(word) for word in name.split()):
        raise InputError(
            to_say("The name of an audience may say nothing about people: this one holds a long number."),
            hint=to_say(
                "Platforms and whoever sees your account read it. Name it after the segment and the campaign."
            ),
        )
    return name


def tab_title(name: str) -> str:
    """Return the title of an audience's tab.

    >>> tab_title("VIP spring")
    'Audience VIP spring'
    """
    return TAB_PREFIX + name
