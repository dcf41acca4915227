"""Question that a column of customer ids leaves open, and the sentence for what it decides."""

from __future__ import annotations

from collections.abc import Sequence

from server.core.transactions.id_spellings import Spelling
from server.core.transactions.identity import IdVerdict
from server.core.transactions.questions import Choice, Decision, Doubt, Rows
from server.core.wording import ENGLISH, Wording
from server.texts import Text, as_said, to_say

SIMILAR_IDS = "SimilarIds"

_KINDS = {
    "case": to_say("capitals"),
    "zeros": to_say("leading zeros"),
    "phones": to_say("the writing of a phone number"),
}


def id_questions(
    verdict: IdVerdict, header: str, rows: Rows, answer: str = "", wording: Wording = ENGLISH
) -> tuple[list[Doubt], list[Decision]]:
    """Return what a column leaves open, and what it decided.

    Parameters
    ----------
    rows
        Sheet row of each position.
    answer
        The setting `SimilarIds`: "one", "apart", or "" for auto.
    """
    open_ones = [spelling for spelling in verdict.spellings if not spelling.is_sure]
    doubts = [_doubt(open_ones, header, answer, wording)] if open_ones else []
    said = [
        Decision(SIMILAR_IDS, _joined(spelling, header, wording))
        for spelling in verdict.spellings
        if spelling.is_sure and not answer
    ]
    if verdict.guest_rows:
        words = ", ".join(verdict.guest_words[:3])
        text = to_say(
            "{header}: a guest instead of a customer in {rows} ({words}).",
            header=header,
            rows=wording.counted(verdict.guest_rows, "row"),
            words=words,
        )
        said.append(Decision(SIMILAR_IDS, text, tuple(int(rows[place]) for place in verdict.guest_places)))
    if verdict.by_email:
        said.append(Decision(SIMILAR_IDS, _by_email(verdict, wording)))
    return doubts, said


def _joined(spelling: Spelling, header: str, wording: Wording) -> Text:
    one, other = spelling.example
    return to_say(
        "{header}: ids that differ by {what} alone, such as {one} and {other}, count as one customer ({customers}). In "
        "Settings, SimilarIds = apart keeps such ids apart.",
        header=header,
        customers=wording.counted(spelling.groups, "customer"),
        what=_KINDS[spelling.kind],
        one=one,
        other=other,
    )


def _by_email(verdict: IdVerdict, wording: Wording) -> Text:
    values = {
        "rows": wording.counted(verdict.by_email, "row"),
        "customers": wording.counted(verdict.email_customers, "customer"),
    }
    if not verdict.joined:
        return to_say("Without a customer id, but with an e-mail: {rows} of {customers}.", **values)
    return to_say(
        "Without a customer id, but with an e-mail: {rows} of {customers}; {joined} of them have an id in other rows.",
        joined=wording.number(verdict.joined),
        **values,
    )


def _doubt(spellings: Sequence[Spelling], header: str, answer: str, wording: Wording) -> Doubt:
    say = wording.say
    kinds = " ".join(
        say(
            "Ids that differ by {what} alone: {groups}.",
            groups=wording.counted(spelling.groups, "group"),
            what=say(_KINDS[spelling.kind]),
        )
        for spelling in spellings
    )
    one, other = spellings[0].example
    choices = (
        Choice(
            "one",
            to_say("One customer each"),
            to_say("{one} and {other} are one customer", one=one, other=other),
        ),
        Choice(
            "apart",
            to_say("Different customers"),
            to_say("{one} and {other} are two customers", one=one, other=other),
        ),
    )
    text = as_said(f"{kinds} {say('Are they one customer each?')}")
    return Doubt(SIMILAR_IDS, text, choices, column=header, answer=answer)
