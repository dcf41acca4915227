"""Reading of what an audience is made of: customers, contacts, settings, and earlier recipients."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from server.core.audiences.changes import Changes, Sent, changes, present
from server.core.audiences.contact_columns import Field
from server.core.audiences.member_cells import Member
from server.core.audiences.members import Audience, make_audience
from server.core.audiences.reading import Choices
from server.core.audiences.selection import Customer, Selection, Who, chosen
from server.core.audiences.target import Kind, Target
from server.core.audiences.targets import TARGETS
from server.core.cells import text_of
from server.core.options import Options
from server.core.settings.table import INCLUDE
from server.core.wording import Wording, versions
from server.errors import InputError, NoModelError
from server.layout.audience_tabs import AUDIENCE_LOG, AUDIENCES, CONTACTS
from server.layout.record_tabs import SETTINGS
from server.layout.segment_tabs import SEGMENTED_CUSTOMERS, TRAINING_DATA
from server.sheets.api.a1 import context_range, quoted
from server.sheets.commit.long_work import LongWork
from server.sheets.commit.snapshot import Snapshot
from server.sheets.tabs.audience_tabs import LOG_READ, LogLine, line_of, log_lines
from server.sheets.tabs.contacts import read_contacts
from server.sheets.tabs.customers import COLUMNS, customers
from server.sheets.tabs.outputs import read_columns
from server.sheets.tabs.settings import audience_options_of
from server.texts import to_say
from server.use_cases.audiences.asked import AskedAudience
from server.use_cases.running_groups import running_now


@dataclass(frozen=True, slots=True)
class Read:
    """Reads that come before the contacts are read.

    Attributes
    ----------
    overview
        All tabs, without cells, with their marks.
    seen
        First rows of the tabs that matter.
    given
        Whom the audience that is asked for was given to by now; None where it was never made.
    filled_log_rows
        Rows of `Audience_Log` that hold something, the header included.
    """

    overview: Snapshot
    seen: Snapshot
    options: Options
    wording: Wording
    customers: Sequence[Customer]
    given: set[Sent] | None
    filled_log_rows: int


def target_of(key: str) -> Target:
    """Return a target.

    Raises
    ------
    InputError
        If there is none of that key.
    """
    if key not in TARGETS:
        raise InputError(
            to_say("There is no such target."), hint=to_say("Targets are: {keys}.", keys=", ".join(TARGETS))
        )
    return TARGETS[key]


Everybody = Callable[[Snapshot, Sequence[Customer]], Sequence[Customer]]
"""Returns all customers, given the tabs with their marks and the customers that the sheet shows."""


def those_shown(_overview: Snapshot, shown: Sequence[Customer]) -> Sequence[Customer]:
    """Return the customers in the sheet: all of them, where the orders are in `Training_Data`."""
    return shown


def read_before(work: LongWork, name: str = "", everybody: Everybody = those_shown) -> Read:
    """Read all but the contacts.

    Parameters
    ----------
    name
        Of the audience, "" where none is asked for.
    everybody
        Returns all customers where the sheet shows some of them.

    Raises
    ------
    NoModelError
        If there are no segments.
    """
    overview = work.read([])
    wanted = (SEGMENTED_CUSTOMERS, SETTINGS, CONTACTS, TRAINING_DATA, AUDIENCES, AUDIENCE_LOG)
    there = [title for title in wanted if title in overview.tabs]
    if SEGMENTED_CUSTOMERS not in there:
        raise _no_segments()
    seen = work.read([_range(title) for title in there])
    beside = [(seen.tab(AUDIENCE_LOG), LOG_READ)] if AUDIENCE_LOG in seen.tabs else []
    segmented, *logged = read_columns(
        work.calls.client, work.calls.spreadsheet_id, (seen.tab(SEGMENTED_CUSTOMERS), COLUMNS), *beside
    )
    everyone = everybody(overview, customers(segmented))
    if not everyone:
        raise _no_segments()
    given = _given(log_lines(logged[0]) if logged else (), seen, name)
    filled = 1 + max((len(cells) for cells in logged[0].values()), default=0) if logged else 1
    options = audience_options_of(seen) if SETTINGS in seen.tabs else Options()
    return Read(overview, seen, options, Wording(seen.locale), everyone, given, filled)


def _range(title: str) -> str:
    return f"{quoted(title)}!1:1" if title in (CONTACTS, TRAINING_DATA) else context_range(title)


def _no_segments() -> NoModelError:
    return NoModelError(
        to_say("There are no segments to choose from."),
        hint=to_say("Choose Segment customers in the menu, then come back."),
    )


@dataclass(frozen=True, slots=True)
class Worked:
    """Audience computed before anything is written; the contacts that were read are dropped by then.

    Attributes
    ----------
    sources
        Tabs that contacts were found in.
    fields
        What they have a column of.
    """

    target: Target
    audience: Audience
    sources: Sequence[str]
    fields: frozenset[Field]
    chosen: Sequence[Customer]
    changes: Changes


def groups_now(work: LongWork, read: Read, now: dt.datetime) -> Read:
    """Return the same customers with their present groups, whatever `Segmented_Customers` says."""
    ids = [customer.customer_id for customer in read.customers]
    groups, share = running_now(work, read.options.time_zone, now), read.options.control_share
    held_out, texts = groups.held_out(ids, share).tolist(), groups.texts(ids, share)
    customers = [
        customer
        if (customer.group, customer.is_held_out) == (text, is_held)
        else replace(customer, group=text, is_held_out=is_held)
        for customer, text, is_held in zip(read.customers, texts, held_out, strict=True)
    ]
    return replace(read, customers=customers)


def work_out(work: LongWork, read: Read, asked: AskedAudience) -> Worked:
    """Read the contacts and decide who goes in.

    Whom a test or the standing control group holds out does not, unless a list of those to exclude is asked for.

    Parameters
    ----------
    read
        With the groups as they are now.

    Raises
    ------
    InputError
        If there is no such target.
    ChangedError
        If contacts moved while they were read.
    """
    target = target_of(asked.target)
    clusters = None if asked.clusters is None else frozenset(asked.clusters)
    selection = Selection(clusters, Who(asked.who), asked.least_spend, asked.least_expected)
    ids = [customer.customer_id for customer in read.customers]
    picked = chosen(read.customers, selection)
    control = (
        set()
        if selection.who is Who.HELD_OUT
        else {customer.customer_id for customer in read.customers if customer.is_held_out}
    )
    contacts = read_contacts(work.calls.client, work.calls.spreadsheet_id, read.seen, ids, read.options)
    choices = _choices(target, read.options, asked)
    audience = make_audience(picked, contacts.contacts, target, choices, control)
    fields = frozenset(contacts.contacts.fields)
    return Worked(target, audience, contacts.sources, fields, picked, changes(audience.members, read.given))


def _given(log: Iterable[LogLine], seen: Snapshot, name: str) -> set[Sent] | None:
    """Return whom an audience was given to by now, None where it was never made."""
    if not name:
        return None
    given = present((line.sent, line.change) for line in log if line.audience.casefold() == name.casefold())
    return given if given or line_of(seen, name) is not None else None


def _choices(target: Target, options: Options, asked: AskedAudience) -> Choices:
    setting = "empty_ad_consent" if target.kind is Kind.ADS else "empty_email_consent"
    return Choices(
        hashed=asked.hashed,
        already_hashed=asked.already_hashed,
        phone_country=options.audiences.get("phone_country", ""),
        includes_silent=options.audiences.get(setting) == INCLUDE,
    )


def target_text(target: Target, who: str, wording: Wording) -> str:
    """Return the target as written in `Audiences`; a list of exclusions is marked as such."""
    called = wording.say(target.name)
    return wording.say("{target}, to exclude", target=called) if who == Who.HELD_OUT else called


def refuse_other_target(read: Read, name: str, target: Target, asked: AskedAudience) -> None:
    """Refuse a name that an audience for another target, or one of exclusions, has.

    Raises
    ------
    InputError
        If it does.
    """
    there = line_of(read.seen, name)
    if there is None:
        return
    former = text_of(there[1]["Target"])
    names = versions(target.name)
    excludes = former.startswith(
        tuple(f"{called}," for called in names)
    )  # in the language in which it was made
    if not (excludes if asked.who == Who.HELD_OUT else former in names):
        raise InputError(
            to_say("An audience of this name goes to {target}.", target=former),
            hint=to_say("Choose another name: one audience goes to one target."),
        )


def tab_members(target: Target, members: Sequence[Member]) -> list[Member]:
    """Return the members who may be kept in a tab: where one answer covers all, those whose consent is recorded."""
    return [member for member in members if member.is_granted] if target.one_consent else list(members)


def with_name(asked: AskedAudience, name: str) -> AskedAudience:
    """Return the same with another name."""
    return replace(asked, name=name)
