"""The hour in which a thousand spreadsheets refresh, while marketers type into others.

The real looks, turns, records and runs of the service, on a clock that runs as fast as it can. The threads of
`Operations` are simulated on that clock: two long calls at once, a heartbeat every fifteen seconds.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from local.launch import OWNER, SERVICE_ACCOUNT
from proving.load_test.storm import START, Figures, Storm
from server.errors import BusyError, OutsideError
from server.operations import AT_ONCE, Answer
from server.operations.records import Record
from server.operations.running import HEARTBEAT_SECONDS, operation_id
from server.operations.turns import Turns
from server.use_cases.refresh import Refreshes
from server.use_cases.refresh_calls import RefreshCalls
from server.use_cases.segmentation.run import Retraining
from sheets_standin.spreadsheet.cells import value_of
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Role

HOUR = 3600.0
LONGEST_HOURS = 14
ANSWER_SECONDS = 43.0
Work = Callable[[Callable[[str, float], None]], Any]


@dataclass(frozen=True)
class NightFigures:
    """How a night went.

    Attributes
    ----------
    ended
        Seconds after the hour at which each refresh ended.
    begun
        Seconds after the hour at which each began.
    at_once
        How many worked at once, at most.
    lost, doubled
        Spreadsheets without a line of that night, and lines beyond one.
    calls
        Calls to Google in each minute that had any, reads and writes together.
    typing
        Waits for labels in other spreadsheets meanwhile.
    """

    ended: list[float]
    begun: list[float]
    at_once: int
    lost: int
    doubled: int
    calls: Counter[int]
    typing: Figures

    def quantile(self, share: float) -> float:
        """Return the hours after which so many of the refreshes had ended."""
        ordered = sorted(self.ended)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] / HOUR


class _Places:
    """`Operations` on the virtual clock: the real records, two at once."""

    def __init__(self, storm: Storm) -> None:
        self._storm = storm
        self.working: set[str] = set()
        self.begun: list[float] = []
        self.ended: list[float] = []
        self.at_once = 0

    @property
    def has_place(self) -> bool:
        """Whether one more could begin."""
        return len(self.working) < AT_ONCE

    def run(
        self,
        spreadsheet_id: str,
        call: str,
        webhook_id: str,
        work: Work,
        *,
        answer_seconds: float | None = None,
    ) -> Answer:
        """Begin a long call, and wait for it as long as an answer may take."""
        time = self._storm.time
        identity = operation_id(spreadsheet_id, webhook_id)
        if len(self.working) >= AT_ONCE:
            raise BusyError("Two others are at work.", retry_after_seconds=60)
        self.working.add(spreadsheet_id)
        record = Record(self._storm.committer, self._storm.moment, spreadsheet_id)
        try:
            started = record.begin(identity, call, has_place=True)
        except BaseException:
            self.working.discard(spreadsheet_id)
            raise
        if not started.is_ours:
            self.working.discard(spreadsheet_id)
            return Answer(started.operation)
        self.begun.append(time.now())
        self.at_once = max(self.at_once, len(self.working))
        done: list[Any] = []

        def beat() -> None:
            time.sleep(HEARTBEAT_SECONDS)
            while not done:
                with suppress(OutsideError):  # one that is missing is missing, as in the service
                    record.renew(started.operation, started.earlier, started.metadata_id)
                time.sleep(HEARTBEAT_SECONDS)

        def do() -> None:
            try:
                done.append(work(lambda _stage, _fraction: None))
                self.ended.append(time.now())
            finally:
                done.append(None)
                record.close(_ended(started.operation))
                self.working.discard(spreadsheet_id)

        time.start(time.now(), do)
        time.start(time.now(), beat)
        end = time.now() + (ANSWER_SECONDS if answer_seconds is None else answer_seconds)
        while not done and time.now() < end:
            time.sleep(1.0)
        return Answer(_ended(started.operation) if done else started.operation)


def _ended(operation: Any) -> Any:
    from msgspec.structs import replace

    return replace(operation, state="done", fraction=1.0)


class _Turns(Turns):
    """Turns on the virtual clock, whose thread is one of its own."""

    def start(self, storm: Storm, until: float) -> None:
        """Look every second whether somebody's turn has come."""

        def work() -> None:
            while storm.time.now() < until:
                while (spreadsheet_id := self.take()) is not None:
                    self.try_begin(spreadsheet_id)
                storm.time.sleep(1.0)

        storm.time.start(0.0, work)

    def put(self, spreadsheet_id: str, seconds: float) -> None:
        """Have something begun for a spreadsheet after so long; no thread of the machine's is started."""
        self._thread = self._thread or _NO_THREAD
        super().put(spreadsheet_id, seconds)


_NO_THREAD: Any = object()


class Night:
    """A night of many spreadsheets, each with an order that is new.

    Parameters
    ----------
    storm
        Marketers who type into other spreadsheets, and the clock.
    spreadsheets
        How many refresh.
    """

    def __init__(self, storm: Storm, model_of: Document, spreadsheets: int) -> None:
        self.storm = storm
        self.places = _Places(storm)
        retraining = Retraining(storm.committer, storm.scoring, storm.moment)
        refreshes = Refreshes(storm.committer, retraining, storm.moment)
        operations: Any = self.places
        self.calls = RefreshCalls(refreshes, operations, storm.moment)
        self.turns = _Turns(self.calls.begin, clock=storm.time.now)
        self.calls.turns = self.turns
        self.documents = [self._shop(model_of) for _ in range(spreadsheets)]
        self.refused = 0

    def _shop(self, model_of: Document) -> Document:
        workspace = self.storm.google.workspace
        document = workspace.copy(model_of, OWNER)
        workspace.share(document.spreadsheet_id, SERVICE_ACCOUNT, Role.EDITOR)
        settings = document.sheet("Settings")
        hour = (START + dt.timedelta(hours=1)).astimezone(dt.timezone(dt.timedelta(hours=-5))).hour
        wanted = {"Refresh": "nightly", "RefreshAt": f"Monday {hour}:00"}
        for row in range(1, settings.grid.held_rows):
            name = str(value_of(settings.grid.cell(row, 0)))
            if name in wanted:
                document.type_rows(settings, row, 1, [[wanted[name]]], OWNER)
        training = document.sheet("Training_Data")
        document.type_rows(training, training.grid.held_rows, 0, [["C7", "2025-12-31", "50"]], OWNER)
        return document

    def run(self, minutes: float) -> NightFigures:
        """Switch the schedules on, let the hour come, have marketers type for so long from then on."""
        storm, until = self.storm, LONGEST_HOURS * HOUR
        calls: Counter[int] = Counter()
        storm.google.server.log.listeners.append(lambda _call: calls.update([int(storm.time.now() // 60)]))
        for document in self.documents:
            first = storm._random.uniform(0, HOUR)
            for number in range(LONGEST_HOURS):
                storm.time.start(first + number * HOUR, partial(self._ask, document, number))
        self.turns.start(storm, until)
        storm.time.run(HOUR)
        typing = storm.run(minutes, begins=HOUR)
        while storm.time.now() < until and any(_refreshes(document) == 0 for document in self.documents):
            storm.time.run(storm.time.now() + 600.0)
        if storm.time.failures:
            raise storm.time.failures[0]
        lines = [_refreshes(document) for document in self.documents]
        return NightFigures(
            ended=[moment - HOUR for moment in self.places.ended],
            begun=[moment - HOUR for moment in self.places.begun],
            at_once=self.places.at_once,
            lost=sum(count == 0 for count in lines),
            doubled=sum(max(0, count - 1) for count in lines),
            calls=calls,
            typing=typing,
        )

    def _ask(self, document: Document, number: int) -> None:
        """Ask as the sidebar does in which the schedule is chosen, and then as the hourly trigger does."""
        if document.spreadsheet_id in self.places.working:
            return  # it would be told that the refresh works
        try:
            message_id = f"msg_{number}_{document.spreadsheet_id}"
            self.calls.ask(document.spreadsheet_id, message_id, chosen=number == 0)
        except OutsideError:
            self.refused += 1  # asked again in an hour


def _refreshes(document: Document) -> int:
    """Return how many lines the schedule has made in Runs."""
    grid = document.sheet("Runs").grid
    by = [str(value_of(cell)) for cell in grid.row(0)].index("By")
    return sum(value_of(grid.cell(row, by)) == "schedule" for row in range(1, grid.held_rows))
