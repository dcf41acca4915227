"""Undo and redo: each person takes back their own acts, the last one first, and nobody else's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from sheets_standin.page.guard import Area, Refused
from sheets_standin.spreadsheet.a1 import quoted
from sheets_standin.spreadsheet.document import Document

MOST_STEPS = 100
_MOVES = frozenset({"insertDimension", "deleteDimension", "sortRange", "deleteRange", "moveDimension"})


@dataclass(frozen=True, slots=True)
class Step:
    """One act of a person.

    Attributes
    ----------
    back, forth
        Take it back, do it again; both inside of `Document.changing`.
    area
        The cells that the edit event names when it is taken back; None where only the structure changes.
    number
        Of the journal's entry that the act made.
    change_type
        What the change event says when it is taken back, where no cells are named.
    """

    title: str
    back: Callable[[], None]
    forth: Callable[[], None]
    area: Area | None
    number: int
    change_type: str = "OTHER"


class History:
    """The steps of everybody who works in a spreadsheet."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._done: dict[str, list[Step]] = defaultdict(list)
        self._undone: dict[str, list[Step]] = defaultdict(list)

    def add(self, email: str, step: Step) -> None:
        """Remember an act."""
        self._done[email] = [*self._done[email], step][-MOST_STEPS:]
        self._undone[email].clear()

    def last(self, email: str, *, undone: bool = False) -> Step:
        """Take the act to undo (or redo) next off its list, and return it.

        Raises
        ------
        Refused
            If there is nothing, or rows or columns of the tab have moved since.
        """
        steps = self._undone[email] if undone else self._done[email]
        if not steps:
            raise Refused("There is nothing to redo." if undone else "There is nothing to undo.")
        step = steps.pop()
        if self._moved_since(step):
            raise Refused(f"Rows or columns of {step.title} have moved since: that can't be undone any more.")
        return step

    def did(self, email: str, step: Step, *, undone: bool) -> None:
        """Put a step that was just undone (or done again) on the other list."""
        renewed = Step(
            step.title,
            step.back,
            step.forth,
            step.area,
            len(self._document.journal.entries),
            step.change_type,
        )
        (self._undone if undone else self._done)[email].append(renewed)

    def _moved_since(self, step: Step) -> bool:
        names = (step.title, quoted(step.title))
        return any(
            change.kind in _MOVES and change.where.startswith(names)
            for entry in self._document.journal.entries[step.number :]
            for change in entry.changes
        )
