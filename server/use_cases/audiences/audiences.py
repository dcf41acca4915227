"""Use cases of audiences: choices, preview and making."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable

from server.core.audiences.naming import audience_name
from server.core.audiences.selection import Customer
from server.core.audiences.targets import TARGETS
from server.core.segments.state import SLIPPING
from server.core.wall_clock import today
from server.layout.audience_tabs import CONTACTS
from server.sheets.commit.committer import Committer
from server.sheets.commit.long_work import LongWork
from server.sheets.commit.snapshot import Snapshot
from server.sheets.commit.writes import Batch, Planned
from server.sheets.tabs.audience_tabs import made_audiences
from server.sheets.tabs.layouts import first_use_requests
from server.texts import to_say
from server.use_cases.audiences.asked import (
    AskedAudience,
    AudienceChoices,
    AudienceLook,
    AudienceMade,
    SegmentChoice,
    TargetChoice,
)
from server.use_cases.audiences.deliveries import Delivery
from server.use_cases.audiences.making import Pending
from server.use_cases.audiences.reading import (
    Everybody,
    Read,
    groups_now,
    read_before,
    refuse_other_target,
    target_of,
    those_shown,
    with_name,
    work_out,
)
from server.use_cases.audiences.telling import look, not_verified
from server.use_cases.training_data import Progress

Now = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """Return the time, aware."""
    return dt.datetime.now(dt.UTC)


def choices(
    committer: Committer, spreadsheet_id: str, now: Now = utc_now, everybody: Everybody = those_shown
) -> AudienceChoices:
    """Return what can be chosen; no contact is read.

    Parameters
    ----------
    everybody
        Returns all customers where the sheet shows some of them; also of the calls below.

    Raises
    ------
    NoModelError
        If there are no segments.
    """
    work = LongWork(committer, spreadsheet_id)
    read = groups_now(work, read_before(work, everybody=everybody), now())
    return AudienceChoices(
        targets=[
            TargetChoice(
                target.key,
                read.wording.say(target.name),
                target.kind,
                target.may_hash,
                target.must_hash,
                target.minimum,
                not_verified(target, read.wording),
            )
            for target in TARGETS.values()
        ],
        segments=_segments(read),
        made=[name for name, _ in made_audiences(read.seen)],
        has_contacts=CONTACTS in read.seen.tabs,
        has_expected_spend=any(customer.expected_spend is not None for customer in read.customers),
    )


def preview(
    committer: Committer,
    spreadsheet_id: str,
    asked: AskedAudience,
    now: Now = utc_now,
    everybody: Everybody = those_shown,
) -> AudienceLook:
    """Return what an audience would be; nothing is written, and contacts are forgotten with the answer.

    Raises
    ------
    InputError, NoModelError, ChangedError
        If it cannot be worked out.
    """
    work, moment = LongWork(committer, spreadsheet_id), now()
    target = target_of(asked.target)
    name = audience_name(asked.name) if asked.name else ""
    read = groups_now(work, read_before(work, name, everybody), moment)
    if name:
        refuse_other_target(read, name, target, asked)
    worked = work_out(work, read, asked)
    return look(worked, asked, read.wording, today(moment, read.options.time_zone))


def make(
    committer: Committer,
    spreadsheet_id: str,
    asked: AskedAudience,
    delivery: Delivery,
    progress: Progress,
    now: Now = utc_now,
    everybody: Everybody = those_shown,
) -> AudienceMade:
    """Make an audience: its line, its record and, where wished, its tab; hand its files over.

    Raises
    ------
    InputError, NoModelError, ChangedError, SpreadsheetFullError
        If it cannot be made; nothing is written then.
    """
    name = audience_name(asked.name)
    target = target_of(asked.target)
    asked = with_name(asked, name)
    work = LongWork(committer, spreadsheet_id)
    progress(to_say("Reading the segments"), 0.05)
    moment = now()
    read = groups_now(work, read_before(work, name, everybody), moment)
    refuse_other_target(read, name, target, asked)
    progress(to_say("Reading the contacts"), 0.15)
    worked = work_out(work, read, asked)
    audience_look = look(worked, asked, read.wording, today(moment, read.options.time_zone))
    pending = Pending(work, read, worked, asked, audience_look, moment)
    pending.refuse_taken_title()
    pending.refuse_large()
    progress(to_say("Writing the audience"), 0.6)
    title = pending.write()
    delivery.put(pending.files())
    said = read.wording.say("The audience was made: {verdict}", verdict=audience_look.verdict)
    if title:
        said += " " + read.wording.say("It is in the tab {title}.", title=title)
    return AudienceMade(name, audience_look, title, said)


def make_contacts_tab(committer: Committer, spreadsheet_id: str) -> bool:
    """Make the tab of contacts where there is none; return whether it was made."""

    def plan(overview: Snapshot) -> Planned[Batch, bool]:
        requests = first_use_requests(CONTACTS, overview)
        return Planned(Batch(requests) if requests else None, bool(requests))

    return LongWork(committer, spreadsheet_id).transact([], plan).result


def _segments(read: Read) -> list[SegmentChoice]:
    has_moves = any(customer.previous for customer in read.customers)

    def moved_in(customer: Customer) -> bool:
        return has_moves and customer.previous != customer.segment

    counts = Counter(customer.cluster for customer in read.customers)
    moved = Counter(customer.cluster for customer in read.customers if moved_in(customer))
    slipping = Counter(customer.cluster for customer in read.customers if customer.state == SLIPPING)
    held_out = Counter(customer.cluster for customer in read.customers if customer.is_held_out)
    names = {customer.cluster: customer.segment for customer in read.customers}
    return [
        SegmentChoice(
            number, names[number], counts[number], moved[number], slipping[number], held_out[number]
        )
        for number in sorted(count for count in counts if count is not None)
    ]
