"""The commit token: whatever happens between the service and Google, a commit is applied once or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from local.launch import SERVICE_ACCOUNT, LocalGoogle
from server.errors import BusyError, OutsideError, QuotaError, SpreadsheetAccessError
from server.sheets.api.client import SheetsClient, of_another_google
from server.sheets.api.failures import ApiFailure, NoAnswer
from server.sheets.api.quota import LONG_WORK, QuotaShare
from server.sheets.api.retry import RetryBudget
from server.sheets.commit.committer import Committer
from server.sheets.commit.locks import Locks
from server.sheets.commit.snapshot import Snapshot
from server.sheets.commit.token import Token, read_token, token_requests
from server.sheets.commit.writes import Batch, Planned
from server.use_cases.scoring import Scoring
from sheets_standin.sheets_api.caller import Quirks
from sheets_standin.sheets_api.faults import Kind
from sheets_standin.spreadsheet.document import Protection
from tests.conftest import MeddlingClient, Now, Sheet, client_of, quick
from tests.workbook import LOG, NEW_USER, READ, beside, disagreements, score

ROW = [["A", "3", "12", "900"]]


def token_of(sheet: Sheet) -> Token:
    return read_token(
        {"description": protection.description, "protectedRangeId": protection.protected_range_id}
        for protection in sheet.document.protections
    )


class Clock:
    """Time that passes only in sleeps, and notes them."""

    def __init__(self) -> None:
        self.time = 0.0
        self.sleeps: list[float] = []

    def __call__(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.time += seconds

    def budget(self) -> RetryBudget:
        return RetryBudget(clock=self, sleep=self.sleep, jitter=lambda: 0.5)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def paced(google: LocalGoogle, now: Now, clock: Clock) -> Scoring:
    """Scoring that waits as the service does, on a clock that the test reads."""
    return Scoring(Committer(client_of(google), clock.budget), now, clock=clock)


def test_of_two_writers_that_read_the_same_number_one_is_refused_and_none_is_lost(
    segmented: Sheet, scoring: Scoring, other: Scoring, client: MeddlingClient, google: LocalGoogle
) -> None:
    """The second reads again and decides anew; both rows are classified, each once."""
    segmented.type(NEW_USER, 2, [*ROW, ["B", "200", "1", "20"]])
    client.before_write = lambda: score(other, segmented, 3)
    google.server.log.calls.clear()

    result = score(scoring, segmented, 2)

    refused = [call for call in google.server.log.calls if call.is_write and call.status == 400]
    assert len(refused) == 1
    assert result.scored == 1
    assert [line[2] for line in segmented.rows(LOG)] == ["A", "B"]
    assert disagreements(segmented) == []


def test_two_writers_of_the_same_row_write_one_line(
    segmented: Sheet, scoring: Scoring, other: Scoring, client: MeddlingClient
) -> None:
    """Two people's triggers fire for one edit: the second finds the row classified."""
    segmented.type(NEW_USER, 2, ROW)
    client.before_write = lambda: score(other, segmented, 2)

    result = score(scoring, segmented, 2)

    assert result.scored == 0
    assert len(segmented.rows(LOG)) == 1


@pytest.mark.parametrize(
    "kind",
    [
        Kind.LOST_ANSWER,
        Kind.APPLIED_THEN_400,
        Kind.APPLIED_LATE,
        Kind.TRUNCATED,
        Kind.CUT_BEFORE,
        Kind.HANG,
        Kind.INTERNAL,
        Kind.UNAVAILABLE,
        Kind.TOO_MANY,
        Kind.TOO_MANY_WITH_RETRY_AFTER,
    ],
)
def test_a_write_that_fails_is_made_once(
    segmented: Sheet, scoring: Scoring, fails: Callable[..., None], kind: Kind
) -> None:
    """Applied or not when it failed: the next read tells, and the row has one line of the log."""
    segmented.type(NEW_USER, 2, ROW)
    fails(kind)

    result = score(scoring, segmented, 2)

    assert result.scored == 1
    assert [row.row for row in result.rows] == [2]
    assert len(segmented.rows(LOG)) == 1
    assert disagreements(segmented) == []
    assert len(token_of(segmented).ids) == 1


@pytest.mark.parametrize(
    "kind", [Kind.TRUNCATED, Kind.CUT_BEFORE, Kind.INTERNAL, Kind.UNAVAILABLE, Kind.TOO_MANY]
)
def test_a_read_that_fails_is_made_again(
    segmented: Sheet, scoring: Scoring, fails: Callable[..., None], kind: Kind
) -> None:
    """Whatever breaks the read, the edit goes through."""
    segmented.type(NEW_USER, 2, ROW)
    fails(kind, method=READ)

    assert score(scoring, segmented, 2).scored == 1


def test_a_lost_answer_is_recognised_and_not_written_again(
    segmented: Sheet, scoring: Scoring, fails: Callable[..., None], google: LocalGoogle
) -> None:
    """One write and two reads: the second read finds the mark of the first write."""
    segmented.type(NEW_USER, 2, ROW)
    fails(Kind.LOST_ANSWER)
    google.server.log.reset()

    score(scoring, segmented, 2)

    assert (google.server.log.reads, google.server.log.writes) == (2, 1)


def test_what_is_told_is_what_the_applied_write_holds(
    segmented: Sheet, scoring: Scoring, fails: Callable[..., None]
) -> None:
    """After a lost answer the toast shows the prediction that stands in the sheet."""
    segmented.type(NEW_USER, 2, ROW)
    fails(Kind.CUT_BEFORE, Kind.LOST_ANSWER)

    result = score(scoring, segmented, 2)

    assert result.rows[0].prediction_id == segmented.row(NEW_USER, 2)[8]


def test_a_batch_that_google_applies_late_is_refused(
    segmented: Sheet, committer: Committer, client: MeddlingClient, now: Now
) -> None:
    """A write that was given up, and comes through after the next commit, changes nothing."""
    segmented.type(NEW_USER, 2, ROW)
    given_up: list[Any] = []

    def gives_up(*args: Any, **kwargs: Any) -> dict[str, Any]:
        if not given_up:
            given_up.append((args, kwargs))
            raise NoAnswer("timeout")
        return SheetsClient.batch_update(client, *args, **kwargs)

    client.batch_update = gives_up  # type: ignore[method-assign]
    assert score(Scoring(committer, now), segmented, 2).scored == 1
    before = segmented.rows(NEW_USER), segmented.rows(LOG)

    args, kwargs = given_up[0]
    with pytest.raises(ApiFailure, match="No protected range"):
        SheetsClient.batch_update(client, *args, **kwargs)

    assert (segmented.rows(NEW_USER), segmented.rows(LOG)) == before


@pytest.mark.parametrize("kind", [Kind.TOO_MANY, Kind.TOO_MANY_WITH_RETRY_AFTER])
@pytest.mark.parametrize("method", [READ, "spreadsheets.batchUpdate"])
def test_scoring_waits_three_seconds_for_quota_and_no_longer(
    segmented: Sheet, paced: Scoring, clock: Clock, fails: Callable[..., None], kind: Kind, method: str
) -> None:
    """Then it answers when to come again; the row waits in the sheet."""
    segmented.type(NEW_USER, 2, ROW)
    fails(*[kind] * 20, method=method)

    with pytest.raises(QuotaError) as caught:
        score(paced, segmented, 2)

    assert 0 < sum(clock.sleeps) <= 3.0
    assert caught.value.retry_after_seconds == (1 if kind is Kind.TOO_MANY_WITH_RETRY_AFTER else 30)
    assert segmented.rows(LOG) == []


def test_a_google_that_stays_away_is_given_up_in_time(
    segmented: Sheet, paced: Scoring, clock: Clock, fails: Callable[..., None]
) -> None:
    """A scoring call ends within its time, and says that nothing is lost."""
    segmented.type(NEW_USER, 2, ROW)
    fails(*[Kind.UNAVAILABLE] * 50, method=READ)

    with pytest.raises(OutsideError) as caught:
        score(paced, segmented, 2)

    assert clock.time <= 8
    assert caught.value.retryable
    assert caught.value.retry_after_seconds


def test_a_call_that_hangs_is_cut_at_what_is_left_of_the_time(
    segmented: Sheet, google: LocalGoogle, now: Now
) -> None:
    """Each call to Google is given the rest of the scoring call's time, not a time of its own."""
    given: list[float | None] = []
    clock = Clock()

    class Slow(SheetsClient):
        def get(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
            given.append(kwargs["seconds"])
            clock.sleep(5.0)
            raise NoAnswer("timeout")

    client = client_of(google)
    slow = Slow(client._make_credentials, google.url)

    with pytest.raises(OutsideError):
        score(Scoring(Committer(slow, clock.budget), now, clock=clock), segmented, 2)

    assert given[0] == 8.0
    assert given[1] is not None
    assert given[1] < 3.0
    assert len(given) == 2


def test_a_turn_that_does_not_come_is_answered(segmented: Sheet, google: LocalGoogle, now: Now) -> None:
    """Where another change holds the spreadsheet, the caller is told to come again."""
    clock = Clock()
    committer = Committer(client_of(google), lambda: RetryBudget(seconds=0.0, clock=clock, sleep=clock.sleep))

    with committer.sheet(segmented.id).lock(), pytest.raises(BusyError) as caught:
        score(Scoring(committer, now), segmented, 2)

    assert caught.value.retry_after_seconds == 5


@pytest.mark.parametrize("waits", ["before the read", "while it decides", "for another instance"])
def test_an_edit_is_answered_while_long_work_waits_for_quota(
    segmented: Sheet, google: LocalGoogle, now: Now, fails: Callable[..., None], waits: str
) -> None:
    """The share of a minute is used, or Google refuses for what others have used: the edit of that minute is scored."""
    segmented.type(NEW_USER, 2, ROW)
    clock, scored = Clock(), []

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if not scored:
            scored.append(score(scoring, segmented, 2).scored)

    locks = Locks()
    quota = QuotaShare(clock, sleep, locks.left_to_others)
    client = SheetsClient(lambda: of_another_google(google.credentials()), google.url, quota)
    no_time = RetryBudget(seconds=0.0, clock=clock, sleep=clock.sleep)
    committer = Committer(client, lambda: no_time, locks=locks)
    scoring = Scoring(committer, now, clock=clock)
    patient = RetryBudget(seconds=240.0, quota_seconds=240.0, clock=clock, sleep=sleep)
    long_client = client.for_long_work()
    sheet = committer.sheet(segmented.id, client=long_client, budget=lambda: patient)

    def decide(_before: Snapshot) -> Planned[Batch, None]:
        while waits == "while it decides" and not scored:
            long_client.columns(segmented.id, ["A1"])
        return Planned(Batch([]), None)

    if waits == "before the read":
        for _ in range(LONG_WORK):
            quota.spend(segmented.id, "read", long_work=True)
    elif waits == "for another instance":
        fails(Kind.TOO_MANY)

    with sheet.lock():
        sheet.transact([], decide)

    assert scored == [1]


def test_locks_are_for_one_spreadsheet_each() -> None:
    """One spreadsheet's work never waits for another's."""
    locks = Locks()

    with locks.hold("one", 0), locks.hold("two", 0), pytest.raises(BusyError), locks.hold("one", 0):
        pytest.fail("both held the same lock")


@pytest.mark.parametrize(
    "quirks",
    [
        Quirks(protected_range_ids="ignored"),
        Quirks(protected_range_ids="refused"),
        Quirks(deletes_missing_silently=True),
        Quirks(protected_range_ids="refused", deletes_missing_silently=True),
    ],
    ids=["id ignored", "id refused", "deletes silently", "id refused, deletes silently"],
)
def test_a_google_that_differs_from_its_documents_still_gets_the_commits(
    segmented: Sheet, scoring: Scoring, google: LocalGoogle, fails: Callable[..., None], quirks: Quirks
) -> None:
    """Three edits, one of them with a lost answer: one token, three lines."""
    google.service.quirks = quirks
    segmented.type(NEW_USER, 2, [[f"A{i}", "3", "12", "900"] for i in range(3)])

    assert score(scoring, segmented, 2).scored == 1
    fails(Kind.LOST_ANSWER)
    assert score(scoring, segmented, 3).scored == 1
    assert score(scoring, segmented, 4).scored == 1

    assert len(token_of(segmented).ids) == 1
    assert len(segmented.rows(LOG)) == 3
    assert disagreements(segmented) == []


@pytest.mark.parametrize("ids", ["honoured", "ignored", "refused"])
def test_the_race_is_decided_by_the_id_to_delete_or_the_id_to_add(
    segmented: Sheet, google: LocalGoogle, now: Now, ids: str
) -> None:
    """Either half of the token is enough: deletes that pass silently, or ids that Google chooses itself."""
    google.service.quirks = Quirks(protected_range_ids=ids, deletes_missing_silently=ids == "honoured")
    segmented.type(NEW_USER, 2, [["W", "9", "2", "90"], *ROW])
    client = client_of(google)
    scoring, other = Scoring(Committer(client, quick), now), Scoring(Committer(beside(client), quick), now)
    score(scoring, segmented, 2)  # learns what Google does
    client.before_write = lambda: score(other, segmented, 3)

    score(scoring, segmented, 3)

    assert [line[2] for line in segmented.rows(LOG)] == ["A", "W"]


def test_without_a_token_the_first_commit_makes_one(segmented: Sheet, scoring: Scoring) -> None:
    """Somebody deleted the protected range: the commit goes through and puts one there."""
    segmented.document.protections = [p for p in segmented.document.protections if "ATE" not in p.description]
    segmented.type(NEW_USER, 2, ROW)

    assert score(scoring, segmented, 2).scored == 1
    assert len(token_of(segmented).ids) == 1


@pytest.fixture(params=["honoured", "ignored"])
def without_token(segmented: Sheet, google: LocalGoogle, request: pytest.FixtureRequest) -> Sheet:
    """A spreadsheet whose protected ranges somebody removed; Google takes ids that are given, or chooses them."""
    google.service.quirks = Quirks(protected_range_ids=request.param)
    segmented.document.protections.clear()
    return segmented


def test_a_batch_that_comes_late_after_the_token_was_removed_writes_no_second_line(
    without_token: Sheet, google: LocalGoogle, now: Now
) -> None:
    """Its token would be the first again; by then others have made theirs, and classified the row."""
    without_token.type(NEW_USER, 2, [*ROW, ["B", "200", "1", "20"]])
    client, late = client_of(google), []

    def held(*args: Any, **kwargs: Any) -> dict[str, Any]:
        late.append((args, kwargs))
        raise NoAnswer("killed")

    client.batch_update = held  # type: ignore[method-assign]
    with pytest.raises(OutsideError):
        score(Scoring(Committer(client, lambda: RetryBudget(attempts=1)), now), without_token, 2)
    other = Scoring(Committer(client_of(google), quick), now)
    for row in (2, 3):
        assert score(other, without_token, row).scored == 1

    args, kwargs = late[0]
    SheetsClient.batch_update(client, *args, **kwargs)

    assert [line[2] for line in without_token.rows(LOG)] == ["B", "A"]
    without_token.type(NEW_USER, 4, ROW)
    assert score(other, without_token, 4).scored == 1
    assert len(token_of(without_token).ids) == 1
    assert disagreements(without_token) == []


def test_of_two_writers_that_read_no_token_one_writes(
    without_token: Sheet, google: LocalGoogle, now: Now
) -> None:
    """Both make a token; neither has written anything else before it reads again."""
    without_token.type(NEW_USER, 2, ROW)
    client = client_of(google)
    other = Scoring(Committer(beside(client), quick), now)
    client.before_write = lambda: score(other, without_token, 2)

    score(Scoring(Committer(client, quick), now), without_token, 2)

    assert [line[2] for line in without_token.rows(LOG)] == ["A"]
    assert disagreements(without_token) == []


def test_of_several_tokens_one_is_left(segmented: Sheet, scoring: Scoring) -> None:
    """Copies of the range are deleted with the commit; the highest number goes on."""
    token = token_of(segmented)
    model = segmented.document.sheet("Model").sheet_id
    for identity, number in ((77, 3), (78, 900)):
        copy = Protection(identity, {"sheetId": model}, f"ATE {number} {token.base}", True)
        segmented.document.protections.append(copy)
    segmented.type(NEW_USER, 2, ROW)

    assert score(scoring, segmented, 2).scored == 1

    left = token_of(segmented)
    assert len(left.ids) == 1
    assert left.number == 901


def test_a_foreign_range_on_the_next_id_is_passed_over(segmented: Sheet, scoring: Scoring) -> None:
    """A marketer's own protection may have the id that the token wanted; it stays."""
    following = max(token_of(segmented).ids) + 1
    model = segmented.document.sheet("Model").sheet_id
    segmented.document.protections.append(Protection(following, {"sheetId": model}, "hands off", True))
    segmented.type(NEW_USER, 2, ROW)

    assert score(scoring, segmented, 2).scored == 1

    assert [p.protected_range_id for p in segmented.document.protections if p.description == "hands off"] == [
        following
    ]
    assert len(token_of(segmented).ids) == 1


def test_a_strict_protection_is_told_in_the_marketers_words(segmented: Sheet, scoring: Scoring) -> None:
    """The hint names the account to allow; nothing is written."""
    sheet_id = segmented.document.sheet(NEW_USER).sheet_id
    segmented.document.protections.append(Protection(5, {"sheetId": sheet_id}, "mine", False))
    segmented.type(NEW_USER, 2, ROW)

    with pytest.raises(SpreadsheetAccessError) as caught:
        score(scoring, segmented, 2)

    assert SERVICE_ACCOUNT in caught.value.hint or "service account" in caught.value.hint
    assert segmented.rows(LOG) == []


def test_the_token_is_a_warning_on_one_cell_and_keeps_eight_marks() -> None:
    """A bounded range that hinders nobody; its text cannot grow."""
    token = Token()
    for number in range(12):
        token = token.successor(f"{number:016x}")

    *_, add = token_requests(Token(ids=(1,)), token, 9)
    made = add["addProtectedRange"]["protectedRange"]

    assert made["warningOnly"] is True
    assert (made["range"]["endRowIndex"], made["range"]["endColumnIndex"]) == (1, 1)
    assert token.nonces == tuple(f"{n:016x}" for n in range(4, 12))
    assert read_token([made]) == token
