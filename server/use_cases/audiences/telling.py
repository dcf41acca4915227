"""Report on an audience: counts by reason with their rows, the verdict, and notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from server.core.audiences.contact_columns import Field
from server.core.audiences.members import Counted
from server.core.audiences.reasons import FLAWS, REASONS
from server.core.audiences.selection import Who, segment_names
from server.core.audiences.target import Kind, Target
from server.core.audiences.verdict import renew_by, verdict
from server.core.wording import Wording
from server.layout.audience_tabs import CONTACTS
from server.texts import Text, to_say
from server.use_cases.audiences.asked import AskedAudience, AudienceLook, CountedReason
from server.use_cases.audiences.reading import Worked

WHO_SHORT = {
    Who.MOVED_IN: to_say("moved in"),
    Who.SLIPPING: to_say("slipping"),
    Who.HELD_OUT: to_say("held out"),
}


def look(worked: Worked, asked: AskedAudience, wording: Wording, today: dt.date) -> AudienceLook:
    """Return the report on an audience."""
    audience, target = worked.audience, worked.target
    people = len(audience.members)
    judged = verdict(target, people, wording)
    until = renew_by(target, today)
    since = worked.changes
    return AudienceLook(
        target=wording.say(target.name),
        segments=segment_names(worked.chosen),
        chosen=audience.chosen,
        members=people,
        left_out=[
            _counted_reason(reason, REASONS[reason], counted, wording)
            for reason, counted in audience.left_out.items()
        ],
        flaws=[
            _counted_reason(flaw, FLAWS[flaw], counted, wording) for flaw, counted in audience.flaws.items()
        ],
        is_enough=judged.is_enough,
        verdict=judged.text,
        minimum=target.minimum,
        added=None if since.is_first else len(since.added),
        removed=None if since.is_first else len(since.removed),
        sources=worked.sources,
        notes=_notes(worked, asked, wording),
        renew_by=until.isoformat() if until else "",
    )


_RULES = {
    "names": to_say("names"),
    "country and zip": to_say("country and zip"),
    "minimum": to_say("the smallest size"),
    "headers": to_say("headers"),
    "first tab": to_say("the first tab"),
    "email": to_say("e-mail addresses"),
    "phone": to_say("phone numbers"),
    "hashing": to_say("hashing"),
}
"""What the rules of a target are about, in words."""


def not_verified(target: Target, wording: Wording) -> list[str]:
    """Return what the rules are about whose source is not the platform's own page."""
    return [wording.say(_RULES[rule]) for rule, source in target.sources.items() if not source.is_verified]


def _counted_reason(
    reason: str, texts: tuple[Text, Text], counted: Counted, wording: Wording
) -> CountedReason:
    title, help_ = map(wording.say, texts)
    return CountedReason.of(reason, title, help_, counted.count, counted.places)


def _notes(worked: Worked, asked: AskedAudience, wording: Wording) -> list[str]:
    target = worked.target
    if not worked.sources:
        return [
            wording.say(
                "There are no contacts yet. Make the tab Contacts and paste them there, or paste the columns beside "
                "the orders in Training_Data."
            )
        ]
    notes = []
    if asked.who == Who.HELD_OUT:
        notes.append(
            wording.say(
                "This is the control group. Give it to the platform as an exclusion, never as an audience."
            )
        )
    consent = Field.AD_CONSENT if target.kind is Kind.ADS else Field.EMAIL_CONSENT
    header = "AdConsent" if target.kind is Kind.ADS else "EmailConsent"
    if consent not in worked.fields:
        notes.append(
            wording.say(
                "No column of contacts tells the consent. Add {header} to {tab}.", header=header, tab=CONTACTS
            )
        )
    silent = sum(not member.is_granted for member in worked.audience.members)
    if silent:
        notes.append(
            wording.say(
                "{customers} without a recorded consent go in, as {setting} in Settings says include.",
                customers=wording.counted(silent, "customer"),
                setting=f"Empty{header}",
            )
        )
        if target.one_consent:
            notes.append(
                wording.say("They get a file of their own: one answer about consent covers a whole upload.")
            )
    if target.first_tab_only and not asked.tab:
        notes.append(
            wording.say(
                "Data Manager reads a spreadsheet’s first tab. Keep the audience in a tab, and bring it with "
                "IMPORTRANGE into a spreadsheet of its own."
            )
        )
    return notes


def left_out_text(reasons: Sequence[CountedReason], wording: Wording) -> str:
    """Return the counts of those left out, as written in `Audiences`.

    >>> left_out_text([CountedReason("twice", "Twice", "", 2, [])], Wording())
    '2 in all: Twice 2'
    """
    if not reasons:
        return "0"
    total = wording.number(sum(reason.count for reason in reasons))
    reason_list = ", ".join(f"{reason.title} {wording.number(reason.count)}" for reason in reasons)
    return wording.say("{total} in all: {reasons}", total=total, reasons=reason_list)


def segments_text(audience_look: AudienceLook, asked: AskedAudience, wording: Wording) -> str:
    """Return the segments and the criteria of customers, as written in `Audiences`."""
    names = ", ".join(audience_look.segments)
    who = wording.say(WHO_SHORT[Who(asked.who)]) if Who(asked.who) in WHO_SHORT else ""
    bounds = []
    if asked.least_spend is not None:
        amount = wording.significant(asked.least_spend)
        bounds.append(wording.say("spent {amount} or more", amount=amount))
    if asked.least_expected is not None:
        amount = wording.significant(asked.least_expected)
        bounds.append(wording.say("expected to spend {amount} or more", amount=amount))
    return "; ".join(part for part in (names, who, *bounds) if part)
