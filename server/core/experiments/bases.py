"""Whose customers a test is dealt of: segments, an audience, or everybody with the standing control group."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

STANDING_LABEL = "(standing control group)"
"""What stands in the column `Segments` of `Tests` in the place of segments."""
SEPARATOR = ", "


class Base(StrEnum):
    """Of whom a test is made."""

    SEGMENTS = "segments"
    AUDIENCE = "audience"
    """Whom an audience was given to and not taken out again."""
    STANDING = "standing"
    """Everybody: the standing control group is compared with all others, and nobody is dealt."""


def label(base: Base, segments: Sequence[str], audience: str) -> str:
    """Return what stands in the column `Segments`.

    >>> label(Base.SEGMENTS, ["Loyal", "New"], ""), label(Base.AUDIENCE, [], "VIP spring")
    ('Loyal, New', '(audience VIP spring)')
    """
    if base is Base.STANDING:
        return STANDING_LABEL
    return f"(audience {audience})" if base is Base.AUDIENCE else SEPARATOR.join(segments)
