"""Result of one check of the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from server.core.transactions.columns import Role
from server.core.wording import ENGLISH, Wording
from server.texts import to_say

TITLES = {
    "history": to_say("Length of the history"),
    "gaps": to_say("Gaps in the history"),
    "customers": to_say("Number of customers"),
    "one_time": to_say("One-time buyers"),
    "apart": to_say("What tells customers apart"),
    "richest": to_say("The largest customer"),
    "lost_rows": to_say("Rows that are lost"),
    "lost_money": to_say("Money that is lost"),
    "repeated": to_say("Repeated lines"),
    "cents": to_say("Amounts in cents"),
    "currencies": to_say("Currencies"),
}
"""What each check is called, by its name, in the order in which they are shown."""


class State(StrEnum):
    """How serious the result of a check is."""

    OK = "ok"
    LOOK = "look"
    STOP = "stop"
    """The segments would mean nothing."""


@dataclass(frozen=True, slots=True)
class Check:
    """Result of one check of the data.

    Attributes
    ----------
    name
        One of `TITLES`.
    found
        What was found: a sentence.
    to_do
        What to do about it, "" where there is nothing to do.
    rows, customers
        How many it is about; None where it is not about such.
    share
        The figure that decides, of 1; None where there is none.
    money
        What these rows or customers come to; None where it says nothing.
    sheet_rows
        The first of the rows.
    role
        The column to look at in these rows.
    """

    name: str
    state: State
    found: str
    to_do: str = ""
    rows: int | None = None
    customers: int | None = None
    share: float | None = None
    money: float | None = None
    sheet_rows: tuple[int, ...] = ()
    role: Role = Role.CUSTOMER_ID

    @property
    def title(self) -> str:
        """What it is called."""
        return TITLES[self.name]

    def sentence(self, wording: Wording = ENGLISH) -> str:
        """Return the check as one sentence, for a place without a table."""
        begin = (
            wording.say("Too poor to mean anything") if self.state is State.STOP else wording.say(self.title)
        )
        where = ""
        if self.sheet_rows:
            named = ", ".join(map(str, self.sheet_rows[:3])) + "…" * (len(self.sheet_rows) > 3)
            where = wording.say("(row {rows})", rows=named)
        return " ".join(
            part
            for part in (wording.say("{what}: {text}", what=begin, text=self.found), self.to_do, where)
            if part
        )


def worst(checks: Sequence[Check]) -> State:
    """Return the state of the data as a whole."""
    states = {check.state for check in checks}
    return next((state for state in (State.STOP, State.LOOK) if state in states), State.OK)


def check_sentences(checks: Sequence[Check], *states: State, wording: Wording = ENGLISH) -> list[str]:
    """Return the sentences of the checks in the given states."""
    return [check.sentence(wording) for check in checks if check.state in states]


def notes(account: Sequence[str], checks: Sequence[Check], wording: Wording = ENGLISH) -> list[str]:
    """Return the notes on the data: first what makes them too poor, last what is worth a look."""
    stops, looks = (check_sentences(checks, state, wording=wording) for state in (State.STOP, State.LOOK))
    return [*stops, *account, *looks]


def too_poor(checks: Sequence[Check], wording: Wording = ENGLISH) -> dict[str, str]:
    """Return by name what makes the data too poor to mean anything, in sentences."""
    return {check.name: check.sentence(wording) for check in checks if check.state is State.STOP}


def percent(share: float, wording: Wording = ENGLISH) -> str:
    """Return a share in words that round nothing away.

    >>> percent(0.42), percent(0.001), percent(0), percent(0.999)
    ('42%', 'less than 1%', 'none', 'more than 99%')
    """
    if share == 0:
        return wording.say("none")
    if share < 0.01:
        return wording.say("less than {share}", share=wording.percent(0.01))
    if 0.99 < share < 1:
        return wording.say("more than {share}", share=wording.percent(0.99))
    return wording.percent(share)


def said(text: str) -> str:
    """Return a sentence with its first letter in upper case."""
    return text[:1].upper() + text[1:]
