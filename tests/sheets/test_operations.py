"""Long calls: one at a time for a spreadsheet, joined by whoever asks again, and never told wrong."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from typing import Any

import pytest

from sandbox.launch import LocalGoogle
from sandbox.sheets_api.faults import Kind
from server import operations as operations_module
from server.errors import TrainingDataError
from server.operations import Operation, Operations, operation_id
from server.sheets.commit import Committer
from tests.conftest import MeddlingClient, Now, Sheet, quick
from tests.sheets.conftest import beside


@dataclass
class Done:
    message: str = "done it"


class Work:
    """Work that goes on until it is let go; counts how often it was begun."""

    def __init__(self) -> None:
        self.begun = 0
        self.started = threading.Event()
        self.may_end = threading.Event()

    def __call__(self, progress: Callable[[str, float], None]) -> Done:
        self.begun += 1
        progress("Working hard", 0.5)
        self.started.set()
        assert self.may_end.wait(20)
        return Done()


@pytest.fixture
def work() -> Iterator[Work]:
    made = Work()
    yield made
    made.may_end.set()


@pytest.fixture
def operations(committer: Committer, now: Now) -> Operations:
    return Operations(committer, now)


@pytest.fixture
def impatient(committer: Committer, now: Now) -> Operations:
    """Answers at once, whether the work has ended or not."""
    return Operations(committer, now, answer_seconds=0.0)


def record(sheet: Sheet) -> Operation:
    [entry] = [e for e in sheet.document.metadata if e.key == "ate-operation"]
    return Operation(**json.loads(entry.value))


def write_record(sheet: Sheet, operation: Operation) -> None:
    [entry] = [e for e in sheet.document.metadata if e.key == "ate-operation"]
    entry.value = json.dumps(asdict(operation))


def until(condition: Callable[[], bool]) -> None:
    """Wait until something that another thread does has happened."""
    over = threading.Event()
    for _ in range(2000):
        if condition():
            return
        over.wait(0.005)
    raise AssertionError("it did not happen")


def test_a_short_one_is_answered_with_its_result(segmented: Sheet, operations: Operations) -> None:
    """Done, on record as such, with the result's message."""
    answer = operations.run(segmented.id, "retrain", "msg_1", lambda _progress: Done())

    assert answer.result == Done()
    assert (answer.operation.state, answer.operation.fraction) == ("done", 1.0)
    assert record(segmented) == answer.operation
    assert record(segmented).message == "done it"


def test_a_long_one_is_answered_with_its_record(segmented: Sheet, impatient: Operations, work: Work) -> None:
    """Running, with stage and fraction for the sidebar; later it is done and its result can be asked for."""
    answer = impatient.run(segmented.id, "retrain", "msg_1", work)

    assert answer.result is None
    assert (answer.operation.state, answer.operation.call) == ("running", "retrain")
    until(lambda: record(segmented).stage == "Working hard")
    assert record(segmented).fraction == 0.5

    work.may_end.set()
    until(lambda: record(segmented).state == "done")
    until(lambda: impatient.result(operation_id("msg_1")) == Done())


def test_the_same_request_joins_and_another_is_told_of_it(
    segmented: Sheet, impatient: Operations, work: Work
) -> None:
    """Repeated or not, while one lives nothing else is begun."""
    first = impatient.run(segmented.id, "retrain", "msg_1", work)
    again = impatient.run(segmented.id, "retrain", "msg_1", work)
    other = impatient.run(segmented.id, "segment", "msg_2", work)

    assert first.operation.id == again.operation.id == other.operation.id
    assert other.operation.call == "retrain"
    work.may_end.set()
    until(lambda: record(segmented).state == "done")
    assert work.begun == 1


def test_requests_that_come_at_the_same_moment_begin_one_work(
    segmented: Sheet, impatient: Operations, work: Work
) -> None:
    """Eight threads with one webhook-id."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: impatient.run(segmented.id, "retrain", "msg_1", work), range(8)))
        work.may_end.set()

    until(lambda: record(segmented).state == "done")
    assert len({answer.operation.id for answer in answers}) == 1
    assert work.begun == 1


def test_another_instance_does_not_do_it_a_second_time(
    segmented: Sheet, impatient: Operations, work: Work, client: MeddlingClient, now: Now
) -> None:
    """A repeated request that reaches another instance joins what the first one does."""
    elsewhere = Operations(Committer(beside(client), quick), now, answer_seconds=0.0)
    impatient.run(segmented.id, "retrain", "msg_1", work)

    answer = elsewhere.run(segmented.id, "retrain", "msg_1", work)

    assert answer.operation.state == "running"
    work.may_end.set()
    until(lambda: record(segmented).state == "done")
    assert work.begun == 1


def test_a_lost_one_is_told_as_lost_and_can_be_begun_again(
    segmented: Sheet, operations: Operations, now: Now
) -> None:
    """No sign of life for a minute: the instance has died; the same request begins anew, and so does another."""
    operations.run(segmented.id, "retrain", "msg_0", lambda _progress: Done())
    beat = (now() - dt.timedelta(seconds=61)).isoformat()
    dead = replace(record(segmented), id=operation_id("msg_1"), state="running", heartbeatAt=beat)
    write_record(segmented, dead)

    seen = operations.status(segmented.id)
    assert seen is not None
    assert seen.state == "lost"
    assert "Run it again" in seen.message

    assert operations.run(segmented.id, "retrain", "msg_1", lambda _progress: Done()).result == Done()
    write_record(segmented, dead)
    assert operations.run(segmented.id, "retrain", "msg_2", lambda _progress: Done()).result == Done()


def test_one_that_another_instance_keeps_alive_is_answered(
    segmented: Sheet, operations: Operations, now: Now, work: Work
) -> None:
    """A heartbeat of 59 seconds ago is a life."""
    operations.run(segmented.id, "retrain", "msg_0", lambda _progress: Done())
    beat = (now() - dt.timedelta(seconds=59)).isoformat()
    write_record(segmented, replace(record(segmented), id="op-else", state="running", heartbeatAt=beat))

    answer = operations.run(segmented.id, "retrain", "msg_2", work)

    assert answer.operation.id == "op-else"
    assert work.begun == 0


def test_a_repeated_request_of_one_that_has_ended_does_nothing(
    segmented: Sheet, operations: Operations, work: Work
) -> None:
    """A replay within the signature's five minutes answers the same once more."""
    first = operations.run(segmented.id, "retrain", "msg_1", lambda _progress: Done())

    again = operations.run(segmented.id, "retrain", "msg_1", work)

    assert again == first
    assert work.begun == 0


def test_a_failure_is_told_and_recorded(segmented: Sheet, operations: Operations) -> None:
    """The sidebar reads the problem from the record, whoever asked."""

    def fails(_progress: Callable[[str, float], None]) -> Any:
        raise TrainingDataError("There is no amount.", hint="Add a column.")

    with pytest.raises(TrainingDataError):
        operations.run(segmented.id, "retrain", "msg_1", fails)

    seen = record(segmented)
    assert (seen.state, seen.message) == ("failed", "There is no amount.")
    assert seen.problem is not None
    assert seen.problem["hint"] == "Add a column."
    assert operations.run(segmented.id, "retrain", "msg_2", lambda _progress: Done()).result == Done()


def test_an_unforeseen_failure_does_not_stay_running(segmented: Sheet, operations: Operations) -> None:
    """A bug is told as such, without its text."""

    def fails(_progress: Callable[[str, float], None]) -> Any:
        raise ZeroDivisionError("secret")

    with pytest.raises(ZeroDivisionError):
        operations.run(segmented.id, "retrain", "msg_1", fails)

    assert record(segmented).state == "failed"
    assert "secret" not in record(segmented).message


def test_the_end_is_recorded_though_google_fails_for_a_moment(
    segmented: Sheet, operations: Operations, fails: Callable[..., None]
) -> None:
    """Else it would be taken for lost a minute later."""

    def work(_progress: Callable[[str, float], None]) -> Done:
        fails(Kind.CUT_BEFORE, Kind.INTERNAL)
        return Done()

    operations.run(segmented.id, "retrain", "msg_1", work)

    assert record(segmented).state == "done"


def test_what_waits_for_a_free_thread_is_alive(
    google: LocalGoogle, committer: Committer, now: Now, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More long calls than threads: the third waits with a heartbeat of its own, then it is done."""
    monkeypatch.setattr(operations_module, "HEARTBEAT_SECONDS", 0.01)
    monkeypatch.setattr(operations_module, "PROGRESS_SECONDS", 0.01)
    operations = Operations(committer, now, answer_seconds=0.0)
    sheets = [Sheet(google.spreadsheet()) for _ in range(3)]
    for number, sheet in enumerate(sheets):
        operations.run(sheet.id, "segment", f"msg_{number}", work)

    now.advance(seconds=59)
    until(lambda: record(sheets[2]).heartbeatAt >= "2026-01-15T17:00:59")
    assert work.begun == 2

    work.may_end.set()
    until(lambda: all(record(sheet).state == "done" for sheet in sheets))


def test_a_record_that_cannot_be_read_hinders_nothing(segmented: Sheet, operations: Operations) -> None:
    """Somebody else's text under the key is written over."""
    operations.run(segmented.id, "retrain", "msg_0", lambda _progress: Done())
    [entry] = [e for e in segmented.document.metadata if e.key == "ate-operation"]
    entry.value = "{"

    assert operations.status(segmented.id) is None
    assert operations.run(segmented.id, "retrain", "msg_1", lambda _progress: Done()).result == Done()
