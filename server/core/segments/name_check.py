"""Check of segment names against their customers, as `Action_Map` and the scorecard show it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from server.core.segments.model import Named
from server.core.segments.name_fit import known_name
from server.core.wording import ENGLISH, Wording

LEAST_FIT, MOST_ABSURD, BETTER = 0.75, 0.05, 0.15
"""A name is warned of that fits fewer, is absurd for more, or is beaten by an unused one by so much."""
ABSURD_COUNTS = 2.0
_Medians = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class NameCheck:
    """Fit of names to one segment as it is now.

    Attributes
    ----------
    fit, absurd
        Share of the segment's customers by name: whom it fits, and for whom it is absurd.
    merit
        Fit less twice the absurd by name, means of customers and revenue.
    medians
        Recency, frequency and monetary value of the median customer.
    named
        What the present name was given to.
    """

    fit: Mapping[str, float]
    absurd: Mapping[str, float]
    merit: Mapping[str, float]
    medians: _Medians
    named: Named

    def meant(self, text: str) -> str:
        """Return the usual name whose meaning a segment's name has, "" where none is known."""
        return known_name(text) or known_name(self.named.stands_for)

    def better(self, text: str, used: Collection[str]) -> str:
        """Return the name that would fit, "" where the present one does.

        Parameters
        ----------
        used
            Usual names of all segments.
        """
        meant = self.meant(text)
        if not meant:
            return ""
        free = [name for name in self.merit if name == meant or name not in used]
        best = max(free, key=lambda name: (self.merit[name], name == meant))
        has_left = self.fit[meant] < LEAST_FIT or self.absurd[meant] > MOST_ABSURD
        gain = self.merit[best] - self.merit[meant]
        return best if best != meant and (has_left or gain > BETTER) else ""

    def sentence(self, text: str, used: Collection[str], wording: Wording = ENGLISH) -> str:
        """Return how a name fits, with old and new medians and a better name where it does not; "" if it is unknown."""
        meant = self.meant(text)
        if not meant:
            return ""
        say, count = wording.say, round(100 * self.fit[meant])
        better = self.better(text, used)
        if not better and self.fit[meant] >= LEAST_FIT and self.absurd[meant] <= MOST_ABSURD:
            return say("Fits {count} of 100 customers.", count=count)
        sentence = (
            say("Fits {count} of 100 customers.", count=count)
            if known_name(text)
            else say("Fits {count} of 100 customers (as {name}).", count=count, name=meant)
        )
        then, now = _medians_text(self.named.medians, wording), _medians_text(self.medians, wording)
        if then != now:  # else this run gave the name
            sentence += " " + say("Median when named: {then}; now: {now}.", then=then, now=now)
        if better:
            sentence += " " + say(
                "{name} would fit {count}.", name=better, count=round(100 * self.fit[better])
            )
        return f"⚠ {sentence}"


def _medians_text(medians: _Medians, wording: Wording) -> str:
    recency, frequency, money = medians
    return wording.say(
        "{days}, {orders}, {money} spent",
        days=wording.counted(round(recency), "day"),
        orders=wording.counted(round(frequency), "order"),
        money=wording.money(round(money, 2)),
    )


def is_warning(sentence: str) -> bool:
    """Whether a sentence says that a name has left its customers.

    >>> is_warning("Fits 98 of 100 customers.")
    False
    """
    return sentence.startswith("⚠")
