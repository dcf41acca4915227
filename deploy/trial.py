"""What a trial of Google's behaviour is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from deploy.scratch import Scratch

Json = dict[str, Any]
Try = Callable[[Scratch, "Size"], str]


class Differs(Exception):
    """Google does otherwise than assumed; the text says what was seen."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is tried.

    Attributes
    ----------
    races
        Of two processes on the commit token.
    cells
        Copied from a staging tab.
    """

    races: int = 200
    cells: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Trial:
    """One assumption.

    Attributes
    ----------
    otherwise
        What the service does where Google differs.
    is_repeatable
        Whether another run asks the same and is to be answered the same, so that its answers are recorded.
    """

    assumed: str
    how: str
    otherwise: str
    run: Try
    is_repeatable: bool = True


def demand(holds: object, seen: str) -> None:
    """Raise `Differs` where the assumption does not hold."""
    if not holds:
        raise Differs(seen)
