"""Type of a setting: where its value goes, and what a change needs to be in use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from server.core.cells import Cell


class Needs(Enum):
    """What a changed setting needs before it is in use."""

    NOTHING = "nothing"
    REFRESH = "refresh"
    """The next segmentation reads it."""
    SEGMENTS = "segments"
    """Segments that were found with another value stay as they are until new ones are found."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Row of `Settings`.

    Attributes
    ----------
    key
        Where its value goes: an attribute of `Options`, or a key of the mapping that `group` names.
    help
        What stands beside it in the tab.
    parse
        Returns the value of a cell; raises `ValueError` where it is not allowed.
    allowed
        What may stand in the cell; `{end0}`, `{end1}`… stand for `ends`.
    default
        What stands in a new tab; an empty cell and "auto" mean the default too.
    group
        Attribute of `Options` that holds this one and others by their keys, "" where the value stands for itself.
    needs
        What puts a change to use.
    """

    name: str
    key: str
    help: str
    parse: Callable[[Cell], object]
    allowed: str
    ends: tuple[int, ...] = ()
    default: str | int = "auto"
    group: str = ""
    needs: Needs = Needs.REFRESH
