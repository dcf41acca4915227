"""Schedule of digests: when one is due, and how an attempt to send it is recorded."""

from __future__ import annotations

import datetime as dt

from msgspec import structs

from server.core.schedule.record import LONGEST_TEXT, Events, Look, Record, Sent, Standing, read_moment, stamp
from server.core.schedule.slots import Schedule, last_slot, spread

CLAIM = dt.timedelta(minutes=30)
"""So long nobody else sends what somebody has begun to send."""
LONGEST_WAIT = dt.timedelta(hours=6)
"""A weekly digest waits so long for the refresh of its night."""
SENDING_TRIES = 3


def is_digest_due(
    weekly: Schedule, record: Record, seen: Look, moment: dt.datetime, spreadsheet_id: str, *, is_each: bool
) -> bool:
    """Whether a digest is to be composed now.

    Parameters
    ----------
    weekly
        When a weekly one is sent.
    seen
        How it stands with the refresh: the digest waits for one that is due.
    is_each
        It is sent after each run instead.
    """
    if _is_claimed(record, moment):
        return False
    sent_at = read_moment(record.sent.at)
    is_busy = seen.standing in (Standing.SOON, Standing.DUE, Standing.SPENT)
    if is_each:
        return not is_busy and _has_run_since(record, sent_at)
    slot = last_slot(weekly, moment)
    turn = slot + spread(spreadsheet_id)
    known = sent_at or read_moment(record.since)
    if moment < turn or (known is not None and known >= slot):
        return False
    return not is_busy or moment >= turn + LONGEST_WAIT


def _has_run_since(record: Record, sent_at: dt.datetime | None) -> bool:
    ran_at = read_moment(record.last.at) if record.last is not None else None
    return ran_at is not None and (sent_at is None or ran_at > sent_at)


def _is_claimed(record: Record, moment: dt.datetime) -> bool:
    """Whether somebody is composing or sending a digest."""
    claimed_at = read_moment(record.sent.claimed_at)
    return bool(record.sent.claim) and claimed_at is not None and claimed_at <= moment < claimed_at + CLAIM


def claimed(record: Record, claim: str, moment: dt.datetime) -> Record:
    """Return the record while a caller sends the digest."""
    return structs.replace(record, sent=structs.replace(record.sent, claim=claim, claimed_at=stamp(moment)))


def sent(record: Record, moment: dt.datetime) -> Record:
    """Return the record after a digest was sent, or had no content; counting starts again."""
    return structs.replace(record, sent=Sent(at=stamp(moment)), flows=(), events=Events())


def not_sent(record: Record, moment: dt.datetime, problem: str) -> Record:
    """Return the record after a digest could not be sent; after three tries it is given up until the next one."""
    tries = record.sent.tries + 1
    is_over = tries >= SENDING_TRIES
    return structs.replace(
        record,
        sent=Sent(
            at=stamp(moment) if is_over else record.sent.at,
            tries=0 if is_over else tries,
            problem=problem[:LONGEST_TEXT],
        ),
    )
