"""Long calls: begun once, told while they run, ended for good, whatever repeats, dies or comes late."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from local.launch import LocalGoogle
from server.errors import BusyError, ChangedError, SettingsError, SourceUnreadableError
from server.operations import (
    AT_ONCE,
    Operation,
    Operations,
    operation_id,
    read_operation,
    stopped_by_successor,
)
from server.operations.heartbeat import Heartbeat
from server.operations.records import Record
from server.sheets.commit.committer import Committer
from server.sheets.tabs.operation_record import read_record
from sheets_standin.sheets_api.faults import Fault, Kind
from sheets_standin.spreadsheet.document import Metadata
from tests.conftest import MeddlingClient, Now, Sheet, quick
from tests.service import Service, serving

WRITE = "spreadsheets.batchUpdate"
PATIENCE_SECONDS = 20
"""Longest wait for a thread; nothing of a test depends on how long it takes."""


@dataclass
class Done:
    """What work gives back."""

    message: str = "Done."


@dataclass
class Work:
    """Work that waits until it is let go, and counts how often it was begun."""

    begun: int = 0
    error: BaseException | None = None
    started: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)
    progress: Callable[[str, float], None] | None = None

    def __call__(self, progress: Callable[[str, float], None]) -> Done:
        self.begun += 1
        self.progress = progress
        progress("Working", 0.5)
        self.started.set()
        assert self.let_go.wait(PATIENCE_SECONDS)
        if self.error is not None:
            raise self.error
        progress("Nearly there", 0.9)
        return Done()


def at_once() -> Work:
    work = Work()
    work.let_go.set()
    return work


def renew_by(operations: Operations, renew: Callable[..., None]) -> None:
    """Have an instance write its signs of life by `renew`."""
    record = operations.record

    def made(spreadsheet_id: str) -> Record:
        own_record = record(spreadsheet_id)
        own_record.renew = renew  # type: ignore[method-assign]
        return own_record

    operations.record = made


class Fleet:
    """Instances of the service that share nothing but the spreadsheet."""

    def __init__(self, client: MeddlingClient, now: Now) -> None:
        self._client = client
        self._now = now
        self.works: list[Work] = []
        self.instances: list[Operations] = []

    def instance(
        self, answer_seconds: float = PATIENCE_SECONDS, *, beats: bool = True, **options: Any
    ) -> Operations:
        """Return an instance; one that does not beat writes no signs of life."""
        committer = Committer(self._client, quick)
        made = Operations(committer, self._now, answer_seconds, **options)
        if not beats:
            renew_by(made, lambda *_given: None)
        self.instances.append(made)
        return made

    def end(self) -> None:
        """Let all work go, and wait for it."""
        for work in self.works:
            work.let_go.set()
        for instance in self.instances:
            instance._pool.shutdown(wait=True)

    def work(self) -> Work:
        self.works.append(Work())
        return self.works[-1]


@pytest.fixture
def fleet(client: MeddlingClient, now: Now) -> Iterator[Fleet]:
    made = Fleet(client, now)
    yield made
    made.end()


def recorded(sheet: Sheet) -> dict[str, Any]:
    [entry] = [entry for entry in sheet.document.metadata if entry.key == "ate-operation"]
    read: dict[str, Any] = json.loads(entry.value)
    return read


def give_up_for_lost(sheet: Sheet, now: Now) -> None:
    """Let so much time pass without a sign of life that another run may begin."""
    now.advance(seconds=61)
    with sheet.document.changing("freeze", "time passes"):  # what a frozen instance does not renew
        entry = next(entry for entry in sheet.document.metadata if entry.key == "ate-operation")
        content = json.loads(entry.value) | {"heartbeatAt": "2026-01-15T17:00:00+00:00"}
        sheet.document.metadata.remove(entry)
        sheet.document.metadata.append(Metadata(1, "ate-operation", json.dumps(content)))
        sheet.document.noted("time", "")


def test_work_that_ends_in_time_is_answered_with_its_result(sheet: Sheet, fleet: Fleet) -> None:
    """The record says that it is done."""
    answer = fleet.instance().run(sheet.id, "retrain", "msg_1", at_once())

    assert answer.result == Done()
    assert (answer.operation.state, answer.operation.fraction) == ("done", 1.0)
    assert recorded(sheet)["state"] == "done"
    assert recorded(sheet)["message"] == "Done."


def test_work_that_takes_longer_is_answered_with_its_operation(sheet: Sheet, fleet: Fleet) -> None:
    """It goes on; asked for later, it is done, and its result is there."""
    work, operations = fleet.work(), fleet.instance(0.0)

    answer = operations.run(sheet.id, "retrain", "msg_1", work)
    assert work.started.wait(PATIENCE_SECONDS)
    meanwhile = operations.status(sheet.id)
    work.let_go.set()
    joined = fleet.instance(PATIENCE_SECONDS)  # another instance cannot wait for it
    operations._answer_seconds = PATIENCE_SECONDS
    ended = operations.run(sheet.id, "retrain", "msg_1", work)

    assert (answer.result, answer.operation.state) == (None, "running")
    assert meanwhile is not None
    assert meanwhile.state == "running"
    assert ended.result == operations.result(ended.operation) == Done()
    assert joined.run(sheet.id, "retrain", "msg_1", work).operation.state == "done"
    assert work.begun == 1


def test_a_result_is_there_once_its_record_says_done(
    sheet: Sheet, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Google's answer to the writing of that record comes later than others can read it."""
    operations, written, answered = fleet.instance(0.0), threading.Event(), threading.Event()
    end = Heartbeat.end

    def slow(heartbeat: Heartbeat, *ended: Any) -> Operation:
        operation = end(heartbeat, *ended)
        written.set()
        assert answered.wait(PATIENCE_SECONDS)
        return operation

    monkeypatch.setattr(Heartbeat, "end", slow)
    operations.run(sheet.id, "retrain", "msg_1", at_once())
    assert written.wait(PATIENCE_SECONDS)
    operation = operations.status(sheet.id)
    assert operation is not None
    assert operation.state == "done"
    threading.Timer(0.2, answered.set).start()

    assert operations.result(operation) == Done()


def test_a_request_that_is_repeated_at_once_begins_one_work(sheet: Sheet, fleet: Fleet) -> None:
    """Eight copies of one POST, all at the same time: one works, all get its result."""
    work, operations = fleet.work(), fleet.instance()
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(operations.run, sheet.id, "retrain", "msg_1", work) for _ in range(8)]
        assert work.started.wait(PATIENCE_SECONDS)
        work.let_go.set()
        results = [answer.result(PATIENCE_SECONDS) for answer in answers]

    assert work.begun == 1
    assert {result.operation.id for result in results} == {operation_id(sheet.id, "msg_1")}
    assert all(result.result == Done() for result in results)


def test_a_request_that_is_repeated_at_another_instance_begins_nothing(sheet: Sheet, fleet: Fleet) -> None:
    """While the first runs, and after it has ended."""
    work, repeated = fleet.work(), fleet.work()
    first = fleet.instance(0.0)
    first.run(sheet.id, "retrain", "msg_1", work)

    running = fleet.instance().run(sheet.id, "retrain", "msg_1", repeated)
    work.let_go.set()
    first._running[running.operation.id].future.result(PATIENCE_SECONDS)
    ended = fleet.instance().run(sheet.id, "retrain", "msg_1", repeated)

    assert (running.operation.state, ended.operation.state) == ("running", "done")
    assert repeated.begun == 0


def test_a_request_that_is_repeated_after_the_next_one_begins_nothing(sheet: Sheet, fleet: Fleet) -> None:
    """The record of the next one remembers how the one before ended."""
    fleet.instance().run(sheet.id, "segment", "msg_1", at_once())
    fleet.instance().run(sheet.id, "retrain", "msg_2", at_once())
    repeated = at_once()

    answer = fleet.instance().run(sheet.id, "segment", "msg_1", repeated)

    assert (answer.operation.call, answer.operation.state) == ("segment", "done")
    assert repeated.begun == 0
    assert recorded(sheet)["id"] == operation_id(sheet.id, "msg_2")


def test_another_request_joins_the_one_that_runs(sheet: Sheet, fleet: Fleet) -> None:
    """Two people press Retrain: one work, one record, both see it."""
    work, second = fleet.work(), fleet.work()
    operations = fleet.instance(0.0)
    first = operations.run(sheet.id, "retrain", "msg_1", work)

    here = operations.run(sheet.id, "retrain", "msg_2", second)
    elsewhere = fleet.instance().run(sheet.id, "segment", "msg_3", second)

    assert {here.operation.id, elsewhere.operation.id} == {first.operation.id}
    assert second.begun == 0


def test_two_that_begin_at_once_at_two_instances_are_one(
    sheet: Sheet, fleet: Fleet, client: MeddlingClient
) -> None:
    """The other's whole start falls between our read and our write."""
    ours, theirs = fleet.work(), fleet.work()
    begun = []
    client.before_write = lambda: begun.append(
        fleet.instance(0.0).run(sheet.id, "retrain", "msg_theirs", theirs)
    )

    answer = fleet.instance(0.0).run(sheet.id, "retrain", "msg_ours", ours)

    assert answer.operation.id == begun[0].operation.id == operation_id(sheet.id, "msg_theirs")
    assert theirs.started.wait(PATIENCE_SECONDS)
    assert ours.begun == 0


def test_the_same_message_id_at_two_spreadsheets_is_two_operations(
    sheet: Sheet, fleet: Fleet, google: LocalGoogle
) -> None:
    """Nobody gets another spreadsheet's result by guessing or repeating an id."""
    operations = fleet.instance()
    other = Sheet(google.spreadsheet("Another"))

    def named(message: str) -> Callable[[object], Done]:
        return lambda _progress: Done(message)

    ours = operations.run(sheet.id, "retrain", "msg_1", named("Ours."))
    theirs = operations.run(other.id, "retrain", "msg_1", named("Theirs."))

    assert (ours.result, theirs.result) == (Done("Ours."), Done("Theirs."))
    assert recorded(other)["message"] == "Theirs."


def test_an_operation_without_a_sign_of_life_is_lost(sheet: Sheet, fleet: Fleet, now: Now) -> None:
    """After a minute it is told so, and another may begin; the record remembers it as lost."""
    dead = fleet.instance(0.0, beats=False)
    identity = dead.run(sheet.id, "retrain", "msg_1", fleet.work()).operation.id

    now.advance(seconds=59)
    alive = fleet.instance().status(sheet.id)
    now.advance(seconds=1)
    lost = fleet.instance().status(sheet.id)
    fleet.instance().run(sheet.id, "retrain", "msg_2", at_once())

    assert alive is not None
    assert lost is not None
    assert (alive.state, lost.state) == ("running", "lost")
    assert lost.message == "The operation was interrupted. Nothing of it was written. Run it again."
    assert recorded(sheet)["earlier"][0] == {
        "id": identity,
        "call": "retrain",
        "state": "lost",
        "startedAt": "2026-01-15T17:00:00+00:00",
    }


def test_who_was_given_up_for_lost_stops_and_changes_no_record(sheet: Sheet, fleet: Fleet, now: Now) -> None:
    """It wakes, finds that its record has gone, and is stopped at its next step."""
    frozen = fleet.instance(0.0, heartbeat_seconds=0.0, progress_seconds=0.0)
    work = fleet.work()
    identity = frozen.run(sheet.id, "retrain", "msg_1", work).operation.id
    assert work.started.wait(PATIENCE_SECONDS)
    give_up_for_lost(sheet, now)
    fleet.instance().run(sheet.id, "retrain", "msg_2", at_once())
    before = recorded(sheet)

    heartbeat = frozen._running[identity].heartbeat
    heartbeat._renew()
    work.let_go.set()

    with pytest.raises(ChangedError, match="interrupted for more than a minute"):
        frozen._running[identity].future.result(PATIENCE_SECONDS)
    assert recorded(sheet) == before
    assert before["id"] == operation_id(sheet.id, "msg_2")


def test_who_waits_for_a_warehouse_when_another_run_takes_its_place_is_stopped(
    sheet: Sheet, fleet: Fleet, now: Now
) -> None:
    """A statement may take half an hour: it is cancelled, and whatever it fails with, the reason is told."""
    frozen = fleet.instance(0.0, heartbeat_seconds=0.0, progress_seconds=0.0)
    waits, cancelled = threading.Event(), threading.Event()

    def work(_progress: Callable[[str, float], None]) -> Done:
        with stopped_by_successor(cancelled.set):
            waits.set()
            cancelled.wait(PATIENCE_SECONDS)
            raise SourceUnreadableError("the statement was cancelled")

    identity = frozen.run(sheet.id, "retrain", "msg_1", work).operation.id
    assert waits.wait(PATIENCE_SECONDS)
    frozen._running[identity].heartbeat._renew()
    assert not cancelled.is_set()  # nobody has taken its place yet
    give_up_for_lost(sheet, now)
    fleet.instance().run(sheet.id, "retrain", "msg_2", at_once())
    before = recorded(sheet)

    frozen._running[identity].heartbeat._renew()

    with pytest.raises(ChangedError, match="interrupted for more than a minute"):
        frozen._running[identity].future.result(PATIENCE_SECONDS)
    assert cancelled.is_set()
    assert recorded(sheet) == before


def test_a_sign_of_life_that_comes_late_does_not_undo_the_end(
    sheet: Sheet, fleet: Fleet, client: MeddlingClient
) -> None:
    """Google applies a heartbeat that hung after the end was written: it finds nothing to change."""
    operations = fleet.instance()
    held: list[tuple[Any, ...]] = []

    def hang(*given: Any) -> None:
        held.append(given)

    renew = operations.record(sheet.id).renew
    renew_by(operations, hang)
    work = fleet.work()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(operations.run, sheet.id, "retrain", "msg_1", work)
        assert work.started.wait(PATIENCE_SECONDS)
        work.let_go.set()
        answer.result(PATIENCE_SECONDS)
    record = read_record(Committer(client, quick).sheet(sheet.id).read([]))
    running = Operation("op", "retrain", "running", "Late", 0.5, "2026", "2026")

    with pytest.raises(Exception, match="No developer metadata"):
        renew(running, [], held[0][2] if held else record.ids[0] - 1)

    assert recorded(sheet)["state"] == "done"


def test_signs_of_life_are_written_while_work_runs(sheet: Sheet, fleet: Fleet, now: Now) -> None:
    """The sidebar sees stage, fraction and the time of the last one."""
    seen = threading.Event()
    stages = []

    def look() -> None:
        entries = [entry.value for entry in sheet.document.metadata if entry.key == "ate-operation"]
        stages.append(json.loads(entries[0])["stage"] if entries else "")
        if stages[-1] == "Working":
            seen.set()

    sheet.document.subscribe(look)
    work = fleet.work()
    fleet.instance(0.0, heartbeat_seconds=0.0, progress_seconds=0.0).run(sheet.id, "retrain", "msg_1", work)

    assert seen.wait(PATIENCE_SECONDS)
    assert stages[0] == "Starting"


def test_the_end_is_put_on_record_though_google_fails_for_a_moment(
    sheet: Sheet, fleet: Fleet, google: LocalGoogle
) -> None:
    """Else work that was done would be told as lost."""
    work = fleet.work()
    operations = fleet.instance(beats=False)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(operations.run, sheet.id, "retrain", "msg_1", work)
        assert work.started.wait(PATIENCE_SECONDS)
        google.server.faults.plan(Fault(Kind.UNAVAILABLE), Fault(Kind.UNAVAILABLE, WRITE))
        work.let_go.set()
        answer.result(PATIENCE_SECONDS)

    assert recorded(sheet)["state"] == "done"


def test_no_more_work_than_there_is_memory_for(sheet: Sheet, fleet: Fleet, google: LocalGoogle) -> None:
    """One too many is told to wait and leaves no record; who joins is not one too many."""
    operations = fleet.instance(0.0)
    busy = [Sheet(google.spreadsheet(f"Busy {n}")) for n in range(AT_ONCE)]
    works = [fleet.work() for _ in busy]
    for sheet_of_work, work in zip(busy, works, strict=True):
        operations.run(sheet_of_work.id, "retrain", "msg_1", work)

    with pytest.raises(BusyError, match="at work on 2 other spreadsheets"):
        operations.run(sheet.id, "retrain", "msg_1", at_once())
    joined = operations.run(busy[0].id, "retrain", "msg_2", at_once())
    works[0].let_go.set()
    operations._running[joined.operation.id].future.result(PATIENCE_SECONDS)
    operations._answer_seconds = PATIENCE_SECONDS
    after = operations.run(sheet.id, "retrain", "msg_3", at_once())

    assert joined.operation.state == "running"
    assert after.operation.state == "done"


@pytest.mark.parametrize(
    "error", [SettingsError("Clusters = x.", hint="Mend it."), KeyError("Ann's secret row")]
)
def test_work_that_fails_gives_its_place_free_and_says_why(
    sheet: Sheet, fleet: Fleet, error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    """In the marketer's words where they are ours; the text of others, which may quote customers, stays away."""
    operations = fleet.instance()
    for number in range(AT_ONCE + 1):
        work = at_once()
        work.error = error
        with pytest.raises(type(error)):
            operations.run(sheet.id, "retrain", f"msg_{number}", work)

    problem_record = recorded(sheet)
    assert problem_record["state"] == "failed"
    assert "secret" not in json.dumps(problem_record) + caplog.text
    if isinstance(error, SettingsError):
        assert problem_record["problem"] == {
            "type": "settings",
            "title": "Settings has a value that is not allowed",
            "detail": "Clusters = x.",
            "hint": "Mend it.",
        }


def test_a_record_that_somebody_meddled_with_is_replaced(sheet: Sheet, fleet: Fleet, now: Now) -> None:
    """Garbage counts for nothing, of several the newest counts, and the next start leaves one."""
    old = Operation("op-old", "segment", "running", "", 0.1, "2020-01-01T00:00:00+00:00", "2020")
    for number, value in enumerate(["", "{", '{"id": 5}', json.dumps({k: getattr(old, k) for k in ("id",)})]):
        sheet.document.metadata.append(Metadata(number + 1, "ate-operation", value))

    nothing = fleet.instance().status(sheet.id)
    answer = fleet.instance().run(sheet.id, "retrain", "msg_1", at_once())

    assert nothing is None
    assert recorded(sheet)["id"] == answer.operation.id


def test_times_of_a_record_that_are_no_times_are_a_lost_operation(now: Now) -> None:
    """A heartbeat without a zone, or none at all, is no sign of life."""
    for beat in ("", "yesterday", "2026-01-15T17:00:00"):
        operation = Operation("op", "retrain", "running", "", 0.1, "2026", beat)
        assert operation.as_seen(now()).state == "lost"


@pytest.fixture
def served(google: LocalGoogle, committer: Committer) -> Iterator[Service]:
    """The service, whose long calls answer at once, done or not."""
    with serving(google, committer, operations=lambda c: Operations(c, answer_seconds=0.0)) as service:
        yield service


def test_over_http_a_long_call_is_answered_202_and_asked_for(served: Service, sheet: Sheet) -> None:
    """`operations` tells how it is getting on, and in the end its result; a repeat joins it."""
    client = served.client(sheet.document)

    first = client.call("segment", webhook_id="msg_1")
    again = client.call("segment", webhook_id="msg_1")
    identity = first.body["operation"]["id"]
    served.use.operations._running[identity].future.result(PATIENCE_SECONDS)
    asked = client.call("operations", operationId=identity)
    last = client.call("operations")
    unknown = client.call("operations", operationId="op-nobody")
    repeated = client.call("segment", webhook_id="msg_1")

    assert (first.status, first.body["operation"]["state"]) == (202, "running")
    assert again.body["operation"]["id"] == identity
    assert asked.body["operation"]["state"] == "done"
    assert asked.body["result"]["rfm"]["customers"] == 60
    assert last.body == asked.body == repeated.body
    assert repeated.status == 200
    assert unknown.body == {"operation": None}
    assert [row[0] for row in sheet.rows("Model")] == [1]


def test_over_http_a_repeat_of_what_failed_is_the_same_problem(
    google: LocalGoogle, committer: Committer, client: MeddlingClient, sheet: Sheet
) -> None:
    """Also at another instance, which has it of the record."""
    sheet.type("Training_Data", 1, [["who", "what", "why"]])
    with serving(google, committer) as one, serving(google, Committer(client, quick)) as other:
        replies = [
            sheet_of_call.client(sheet.document).call("segment", webhook_id="msg_1")
            for sheet_of_call in (one, one, other)
        ]

    assert replies[0].status == 422
    assert [reply.body for reply in replies[1:]] == [replies[0].body] * 2


def test_over_http_a_repeat_of_what_was_lost_says_so(
    served: Service, sheet: Sheet, committer: Committer
) -> None:
    """Nobody begins it again by himself: lost, run it again."""
    identity = operation_id(sheet.id, "msg_1")
    dead = Operation(
        identity, "retrain", "running", "", 0.4, "2020-01-01T00:00:00+00:00", "2020-01-01T00:00:00+00:00"
    )
    content = {name: getattr(dead, name) for name in Operation.__struct_fields__}
    sheet.document.metadata.append(Metadata(9, "ate-operation", json.dumps(content)))
    client = served.client(sheet.document)

    repeated = client.call("retrain", webhook_id="msg_1")
    asked = client.call("operations")

    assert (repeated.status, repeated.body["type"]) == (409, "urn:audience-targeting:problem:lost")
    assert "Run it again" in repeated.body["hint"]
    assert asked.body["operation"]["state"] == "lost"
    assert read_operation(committer.sheet(sheet.id).read([])) == dead
