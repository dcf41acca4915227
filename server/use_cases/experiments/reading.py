"""Reading a test: what its groups bought, written to `Lift` and beside the test in `Tests`."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from server.core.cells import Cell
from server.core.experiments.outcomes import Orders, OrdersInMemory, Outcomes
from server.core.experiments.reading import Measure, Members, read_groups
from server.core.experiments.records import Experiment, find, named
from server.core.experiments.words import verdict, waiting, waits
from server.core.options import Options
from server.core.transactions.questions import refuse_open
from server.core.wall_clock import today
from server.core.wording import Wording
from server.errors import ChangedError, InputError, SheetContentError, TrainingDataError
from server.layout.experiment_tabs import LIFT, TEST_MEMBERS, TESTS
from server.layout.record_tabs import SETTINGS
from server.layout.segment_tabs import TRAINING_DATA
from server.layout.tabs import HEADERS
from server.sheets.api.a1 import context_range
from server.sheets.api.requests import Json
from server.sheets.commit.committer import Committer
from server.sheets.commit.long_work import LongWork
from server.sheets.commit.snapshot import Snapshot, Tab
from server.sheets.commit.writes import Batch, Planned
from server.sheets.dashboard.lift_charts import LiftRows, lift_chart_requests
from server.sheets.dashboard.marks import dashboard_tab
from server.sheets.tabs.experiments import (
    RANGES,
    TOKEN_RANGE,
    Stored,
    experiments_of,
    has_experiments,
    lift_requests,
    stored_members,
    verdict_requests,
)
from server.sheets.tabs.layouts import first_use_requests
from server.sheets.tabs.money_formats import shown_wording
from server.sheets.tabs.settings import options_of, wording_of
from server.sheets.tabs.training_data import Head
from server.sources.allowed import Sources
from server.texts import to_say
from server.use_cases.dashboard_refresh import PARTS, dashboard_range
from server.use_cases.experiment_results import ReadExperiment
from server.use_cases.experiments.lift_lines import MEASURES, lift_cells, lift_lines
from server.use_cases.experiments.source import opened
from server.use_cases.training_data import Progress, TrainingData

_READ_TO = 0.5
_DIGITS = 4


class Reading:
    """Reads a test.

    Parameters
    ----------
    now
        Returns the time as an aware date-time.
    sources
        Sources of orders that the deployment declares.
    """

    def __init__(
        self, committer: Committer, now: Callable[[], dt.datetime], sources: Sources | None = None
    ) -> None:
        self._committer = committer
        self._training_data = TrainingData(committer, now, committer.client.for_long_work())
        self._now = now
        self._sources = sources or Sources({})

    def read(
        self,
        spreadsheet_id: str,
        name: str,
        progress: Progress,
        requested_by: Callable[[], str] = lambda: "",
    ) -> ReadExperiment:
        """Read a test and write what it shows.

        Parameters
        ----------
        requested_by
            Returns the address of who asks, "" where nobody is told; asked where the orders lie in a source.

        Raises
        ------
        InputError
            If there is no such test, or it has not begun.
        SheetContentError
            If its members or `Training_Data` cannot be read.
        ChangedError
            If the test was taken out of `Tests` meanwhile.
        SourceError
            If the orders lie in a source that cannot be used.
        """
        long_work = LongWork(self._committer, spreadsheet_id)
        overview = long_work.read([])
        if not has_experiments(overview):
            raise InputError(
                to_say("No test was started yet."), hint=to_say("Choose Start a test… in the menu.")
            )
        there = [context_range(title) for title in (SETTINGS, TRAINING_DATA) if title in overview.tabs]
        start = long_work.read([*RANGES, *there])
        options = options_of(start) if SETTINGS in overview.tabs else Options()
        day, wording = today(self._now(), options.time_zone), wording_of(start)
        experiment = _wanted(start, name, day, wording)
        calls = long_work.calls
        stored = stored_members(calls.client, calls.spreadsheet_id, start.tab(TEST_MEMBERS), experiment.name)
        if not stored.customer_ids:
            raise SheetContentError(
                to_say("Test_Members has no line of the test {name}.", name=experiment.name),
                hint=to_say(
                    "Put its lines back (File, Version history): they alone say who was in which group."
                ),
            )
        with opened(self._sources, options, spreadsheet_id, requested_by, day) as source:
            orders = (
                source.orders(experiment.window.start, progress)
                if source is not None
                else self._orders(spreadsheet_id, start, options, experiment, progress)
            )
            result, cells_by_header = _result(experiment, stored, orders, day, wording, progress, options)
        progress(to_say("Writing what the test shows"), 0.95)
        _write(long_work, experiment, result, cells_by_header, dashboard_tab(overview))
        return result

    def _orders(
        self,
        spreadsheet_id: str,
        start: Snapshot,
        options: Options,
        experiment: Experiment,
        progress: Progress,
    ) -> Orders:
        """Return the orders of `Training_Data`."""
        head = Head.of(start.tab(TRAINING_DATA))
        read = self._training_data.read(spreadsheet_id, options, progress, head)
        refuse_open(read.quality.questions, Wording(start.locale))
        return OrdersInMemory(read.transactions, experiment.window.start)


def _wanted(start: Snapshot, name: str, day: dt.date, wording: Wording) -> Experiment:
    experiment = find(experiments_of(start), name)
    if experiment is None:
        raise InputError(
            to_say("There is no test {name} in Tests.", name=name),
            hint=to_say("Choose one of those that stand there."),
        )
    if day < experiment.window.start:
        raise InputError(
            to_say(
                "{name} starts on {day}.", name=experiment.name, day=wording.date(experiment.window.start)
            ),
            hint=to_say("There is nothing to read before."),
        )
    return experiment


def _result(
    experiment: Experiment,
    stored: Stored,
    orders: Orders,
    day: dt.date,
    wording: Wording,
    progress: Progress,
    options: Options,
) -> tuple[ReadExperiment, Mapping[str, Cell]]:
    """Return what a test shows, and what stands beside it in `Tests`."""
    outcomes = orders.of(stored.customer_ids, experiment.window)
    if not outcomes.known:
        raise _nobody_known(experiment.name, options.source)
    members = _members(stored, outcomes)
    progress(to_say("Comparing the groups"), _READ_TO)
    findings = read_groups(
        members,
        seed_of(experiment.name),
        progress=lambda fraction: progress(
            to_say("Comparing the groups"), _READ_TO + (0.95 - _READ_TO) * fraction
        ),
    )
    why = waiting(experiment.window, day, orders.reach, options.source)
    if experiment.is_stopped:
        message = wording.say("Stopped early: no verdict.")
    else:
        message = waits(why, wording) if why else verdict(findings, wording, of_standing=stored.is_standing)
    if stored.is_standing and round(experiment.share, _DIGITS) != round(options.control_share, _DIGITS):
        message += " " + _share_changed(experiment.share, options.control_share, wording)
    is_final = why is None and not experiment.is_stopped
    lines = lift_lines(findings, "" if is_final else message, wording)
    cells_by_header: Mapping[str, Cell] = {"Status": str(experiment.status(day)), "Verdict": message}
    return ReadExperiment(experiment.name, is_final, message, lines), cells_by_header


def _nobody_known(test: str, source: str) -> TrainingDataError:
    if source:
        return TrainingDataError(
            to_say("No customer of the test {name} is in the source {source}.", name=test, source=source),
            hint=to_say(
                "Write into Source in Settings what stood there when the test started: customers need the same ids."
            ),
        )
    return TrainingDataError(
        to_say("No customer of the test {name} is in Training_Data.", name=test),
        hint=to_say("Paste the orders with the same customer ids as when the test started."),
    )


def _share_changed(then: float, now: float, wording: Wording) -> str:
    return wording.say(
        "ControlShare in Settings was {then} at the start and is {now} now, so the groups were not kept apart as they "
        "are compared here.",
        then=wording.percent(then, 1),
        now=wording.percent(now, 1),
    )


def seed_of(name: str) -> int:
    """Return the seed of the dealings by chance: the same test read twice is the same.

    >>> seed_of("Spring mailing") == seed_of("spring  mailing")
    True
    """
    return int.from_bytes(hashlib.sha256(named(name).encode()).digest()[:8], "big")


def _members(stored: Stored, outcomes: Outcomes) -> Members:
    """Return the members with what they did: before as it was dealt, in the window as the orders tell now."""
    names = sorted(set(stored.segments))
    spend, orders = np.array(stored.spend_before), np.array(stored.orders_before)
    return Members(
        control=np.array(stored.is_control, dtype=bool),
        segment=np.array([names.index(segment) for segment in stored.segments], dtype=np.int64),
        segments=names,
        spend=outcomes.spend,
        before=replace(outcomes.before, spend=spend, orders=orders),
    )


def _write(
    long_work: LongWork,
    experiment: Experiment,
    result: ReadExperiment,
    cells_by_header: Mapping[str, Cell],
    dashboard: Tab | None,
) -> None:
    """Write lines and verdict in one commit, and put the verdict right where rows of `Tests` moved meanwhile."""
    long_work.transact([], _lift_made)
    rows = [lift_cells(result.name, line) for line in result.lines]
    ranges = [context_range(TESTS), TOKEN_RANGE, context_range(LIFT)]
    if dashboard is not None and result.is_final:
        ranges.append(dashboard_range(dashboard.title))

    def beside(snapshot: Snapshot) -> dict[str, Mapping[str, Cell]]:
        others = {
            named(other.name): {"Verdict": other.verdict}
            for other in experiments_of(snapshot)
            if named(other.name) != named(experiment.name)
        }
        return {**others, named(experiment.name): cells_by_header}

    def plan(snapshot: Snapshot) -> Planned[Batch, dict[str, Mapping[str, Cell]]]:
        if find(experiments_of(snapshot), experiment.name) is None:
            raise ChangedError(
                to_say("The test {name} was taken out of Tests meanwhile.", name=experiment.name),
                hint=to_say("Nothing was written."),
            )
        wanted = beside(snapshot)
        requests = [
            *lift_requests(snapshot.tab(LIFT), experiment.name, rows, shown_wording(snapshot)),
            *verdict_requests(snapshot.tab(TESTS), wanted),
            *_charts(snapshot, result),
        ]
        return Planned(Batch(requests, ranges[:2], (TESTS, LIFT)), wanted)

    written = long_work.transact(ranges, plan, PARTS)

    def repair(snapshot: Snapshot) -> Planned[Batch, None]:
        requests = verdict_requests(snapshot.tab(TESTS), written.result)
        return Planned(Batch(requests, tabs=(TESTS,)) if requests else None, None)

    if TESTS in written.after.tabs and repair(written.after).write is not None:
        long_work.transact(ranges[:2], repair)


def _charts(snapshot: Snapshot, result: ReadExperiment) -> list[Json]:
    """Return the requests that show a verdict on the dashboard: its lines stand on top of `Lift`."""
    dashboard, wording = dashboard_tab(snapshot), Wording(snapshot.locale)
    shown = [wording.say(MEASURES[measure]) for measure in (Measure.ADJUSTED, Measure.SPEND)]
    rows = [
        [row for row, line in enumerate(result.lines, start=2) if line.measure == measure]
        for measure in shown
    ]
    if dashboard is None or not result.is_final or not all(rows):
        return []
    lift = snapshot.tab(LIFT)
    places = LiftRows(
        lift.sheet_id, lift.columns(HEADERS[LIFT]), [(row[0], row[-1]) for row in rows], result.name
    )
    return lift_chart_requests(dashboard, places, wording)


def _lift_made(overview: Snapshot) -> Planned[Batch, None]:
    requests = first_use_requests(LIFT, overview)
    return Planned(Batch(requests) if requests else None, None)
