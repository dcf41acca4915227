"""The digest: due once, told of what has happened since the last, and never of who the customers are."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from server.core.schedule.slots import spread
from server.sheets.commit.committer import Committer
from server.use_cases.digest import Composed, Digests
from server.use_cases.refresh import Looked
from tests.conftest import Now, Sheet
from tests.use_cases.test_refresh import DAY, NIGHT, Nights, nights

__all__ = ["nights"]

MONDAY = dt.datetime(2026, 1, 19, 8, tzinfo=dt.UTC)
"""3:00 in New York."""
TO = "ann@shop.example, https://hooks.slack.com/services/T0/B0/abc"


@pytest.fixture
def digests(nights: Nights, committer: Committer, now: Now) -> Digests:
    """Ann and a channel of Slack get it."""
    nights.choose("DigestTo", TO)
    return Digests(committer, now)


def looked(nights: Nights) -> Looked:
    return nights.refreshes.look(nights.sheet.id)


def is_due(digests: Digests, nights: Nights) -> bool:
    seen = looked(nights)
    return digests.is_due(seen.record, seen.refreshing, nights.sheet.id)


def taken(digests: Digests, nights: Nights) -> Composed:
    composed = digests.compose(nights.sheet.id)
    assert composed is not None
    return composed


def test_a_week_is_told_on_monday_after_its_refresh(nights: Nights, digests: Digests, now: Now) -> None:
    """One order of a new customer on Friday night, nothing after: one run, one order, one new customer."""
    nights.order("NEW", "2025-12-31")
    for night in range(3):
        nights.night(night)
        assert not is_due(digests, nights)
    now.moment = MONDAY + spread(nights.sheet.id)
    assert not is_due(digests, nights)  # it waits for the refresh of that night
    nights.night(3)

    composed = taken(digests, nights)

    assert composed.recipients.addresses == ("ann@shop.example",)
    assert "Segments were made afresh" in composed.mail.text
    assert "with 1 new order." in composed.mail.text
    assert "1 new customer came in." in composed.mail.text
    assert re.search(r"#gid=\d+&range=A\d+", composed.mail.text)
    assert "Revenue of all customers" in composed.mail.text


def test_of_two_who_ask_one_sends_it(nights: Nights, digests: Digests, now: Now) -> None:
    """The second is told that none is due; when the first has answered, that stays so until the next Monday."""
    nights.order("NEW", "2025-12-31")
    nights.night(3)
    composed = taken(digests, nights)

    assert digests.compose(nights.sheet.id) is None
    assert digests.report(nights.sheet.id, composed.claim, "")
    assert not digests.report(nights.sheet.id, composed.claim, "")
    now.advance(hours=2)
    assert digests.compose(nights.sheet.id) is None


def test_a_claim_that_nobody_answers_for_is_given_up(nights: Nights, digests: Digests, now: Now) -> None:
    """Whoever had it died; an hour later it is handed out again, and the former claim counts no more."""
    nights.order("NEW", "2025-12-31")
    nights.night(3)
    lost = taken(digests, nights)
    now.advance(hours=1)

    again = taken(digests, nights)

    assert not digests.report(nights.sheet.id, lost.claim, "")
    assert digests.report(nights.sheet.id, again.claim, "")


def test_a_digest_that_cannot_be_sent_is_tried_three_times(
    nights: Nights, digests: Digests, now: Now
) -> None:
    """Each hour once; then its problem stands on record until the next."""
    nights.order("NEW", "2025-12-31")
    nights.night(3)
    for _ in range(3):
        claim = taken(digests, nights).claim
        assert digests.report(nights.sheet.id, claim, "The mail permission is withheld.")
        now.advance(hours=1)

    assert digests.compose(nights.sheet.id) is None
    assert nights.record.sent.problem == "The mail permission is withheld."


def test_where_nothing_is_new_no_digest_is_sent(nights: Nights, digests: Digests, now: Now) -> None:
    """A week after the first one nothing has come; the Monday is settled without a mail."""
    nights.order("NEW", "2025-12-31")
    nights.night(3)
    digests.report(nights.sheet.id, taken(digests, nights).claim, "")
    nights.night(10)
    assert is_due(digests, nights)

    assert digests.compose(nights.sheet.id) is None

    assert not is_due(digests, nights)


def test_a_leap_day_is_told_as_the_day_that_it_is(nights: Nights, digests: Digests, now: Now) -> None:
    """Late on Tuesday 29 February 2028 in New York it is March in UTC; a week later it is what is compared with."""
    nights.choose("Digest", "each")
    now.moment = dt.datetime(2028, 2, 28, 17, tzinfo=dt.UTC)
    nights.choose("RefreshAt", "Monday 23:00")
    nights.at(now.moment)
    late = dt.datetime(2028, 3, 1, 4, tzinfo=dt.UTC) + spread(nights.sheet.id)
    nights.order("NEW", "2025-12-31")
    nights.at(late)
    digests.report(nights.sheet.id, taken(digests, nights).claim, "")
    nights.order("NEW", "2025-12-30")
    nights.at(late + 7 * DAY)

    text = taken(digests, nights).mail.text

    assert "Since Feb 29, 2028: Segments were made afresh" in text
    assert text.count("since Feb 29, 2028") == 2  # revenue, and revenue at risk
    assert "Mar 1" not in text


def test_each_run_is_told_where_that_is_chosen(nights: Nights, digests: Digests, now: Now) -> None:
    """Digest is each: the morning after, whatever the day."""
    nights.choose("Digest", "each")
    nights.order("NEW", "2025-12-31")
    nights.night()

    assert "with 1 new order." in taken(digests, nights).mail.text


def test_failures_and_an_overdue_refresh_are_told_without_what_cells_hold(
    nights: Nights, digests: Digests, now: Now
) -> None:
    """A header with a person's address in it is gone wrong: the mail names what failed, Runs says why."""
    nights.sheet.type("Training_Data", 1, [["ann.secret@person.example", "b", "c"]])
    for night in range(2):
        with pytest.raises(Exception, match="Training_Data"):
            nights.night(night)
    now.moment = MONDAY + DAY

    mail = taken(digests, nights).mail

    assert mail.subject.endswith("segments need a look")
    assert "Jan 17, 2026: Training_Data cannot be used as it stands. The tab Runs says why." in mail.text
    assert "The refresh has not run since Jan 15, 2026." in mail.text
    assert "person.example" not in mail.text + mail.html + mail.chat


def test_no_customer_is_named(nights: Nights, digests: Digests, segmented: Sheet) -> None:
    """All ids of the sheet are absent; rows stand in their place."""
    nights.order("NEW", "2025-12-31")
    nights.night(3)

    mail = taken(digests, nights).mail

    ids = [str(row[0]) for row in segmented.rows("Segmented_Customers")]
    text = mail.subject + mail.html + mail.text + mail.chat
    assert not [identity for identity in ids if re.search(rf"\b{identity}\b", text)]


def test_nobody_gets_a_digest_that_nobody_wants(nights: Nights, committer: Committer, now: Now) -> None:
    """DigestTo is none."""
    nights.order("NEW", "2025-12-31")
    nights.night(3)

    assert Digests(committer, now).compose(nights.sheet.id) is None
    assert now() > NIGHT
