"""Histories that hypothesis makes up: with all guards none fails, without one of them it finds the smallest that does.

A history is what people type, delete, insert and sort, and calls of two instances that meet faults and other
people's acts on their way. After each step nobody's cell may be written over and no line may be one too many.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from local.launch import LocalGoogle
from proving.torture.direct import DirectClient, Killed, Wire, at_once
from proving.torture.elsewhere import Elsewhere
from proving.torture.marketers import OUTPUTS, Marketers
from proving.torture.player import LATER_SECONDS
from proving.torture.storm import shared_copy
from proving.torture.witness import Witness
from server.core.scoring import triage
from server.errors import AudienceError
from server.sheets.commit import transaction
from server.sheets.commit.committer import Committer
from server.sheets.commit.spreadsheet import Spreadsheet
from server.sheets.commit.token import Token
from server.use_cases.score_result import AskedRow
from server.use_cases.scoring import Scoring
from server.use_cases.scoring import call as call_module
from sheets_standin.sheets_api.faults import Fault, Kind
from sheets_standin.sheets_api.request import ApiRequest
from sheets_standin.spreadsheet import structure
from sheets_standin.spreadsheet.document import Document
from sheets_standin.spreadsheet.structure import COLUMNS, ROWS

FAULTS = [None, None, Kind.LOST_ANSWER, Kind.APPLIED_LATE, Kind.APPLIED_THEN_400, Kind.CUT_BEFORE]
MEETS = ["nobody", "a column inserted", "a column moved", "another instance", "a row inserted", "a sort"]


class Deadly(Wire):
    """A wire whose process can be killed just after a write of its was applied."""

    dies = False

    def call(self, request: ApiRequest) -> Any:
        writes = self.writes
        answer = super().call(request)
        if self.dies and self.writes > writes:
            self.dies = False
            raise Killed
        return answer


class People(Marketers):
    """Marketers who do what a history says, not what they draw."""

    def customer(self, row: int) -> None:
        """Type a customer into a row (from 0)."""
        self._number += 1
        texts = [f"C{self._number}", str(self._number), "3", str(100 + self._number)]
        self._both("type", self._type(row, dict(zip(sorted(self.columns().values()), texts, strict=False))))

    def nothing_beside(self, row: int) -> None:
        """Press Delete on a row's outputs."""
        self._both("delete", self._type(row, {self.columns()[name]: "" for name in OUTPUTS}))

    def insert(self, dimension: str) -> None:
        """Insert a row below the header, or a column between inputs and outputs."""
        at = 1 if dimension == ROWS else self.columns()["Cluster"]
        self._both("insert", lambda d, s: structure.insert(d, s, dimension, at, 1))

    def bring(self) -> None:
        """Move the column of one's own between inputs and outputs, or the last of ours where it stands there."""
        at = self.columns()["Cluster"]
        last = self.sheet().grid.column_count
        self._both("move", lambda d, s: structure.move(d, s, COLUMNS, last - 1, last, at))

    def column_of_ones_own(self) -> None:
        """Write a text right of the outputs, beside each of the first rows."""
        at = self.sheet().grid.column_count
        for row, text in enumerate(("Mine", "one", "two", "three")):
            self._both("own", self._type(row, {at: text}))


class History(RuleBasedStateMachine):
    """One spreadsheet and two instances of the service."""

    google: LocalGoogle
    first: Document
    ahead_seconds = 0.0

    @initialize()
    def begin(self) -> None:
        self.document = shared_copy(self.google, self.first)
        self.people = People(self.document, random.Random(0))
        self.witness = Witness(
            self.document, self.people, Elsewhere(self.document, self.people.twin, random.Random(0))
        )
        self.google.server.faults.clear()
        self.wire = Deadly(self.google.service, self.google.server.faults, random.Random(0))
        self.instances = [self._instance() for _ in range(2)]
        self.people.column_of_ones_own()
        self.people.customer(1)

    @rule(row=st.integers(1, 3))
    def type_a_customer(self, row: int) -> None:
        self.people.customer(row)

    @rule(row=st.integers(1, 3))
    def delete_outputs(self, row: int) -> None:
        self.people.nothing_beside(row)

    @rule(
        fault=st.sampled_from(FAULTS),
        meets=st.sampled_from(MEETS),
        sweeps=st.booleans(),
        dies=st.booleans(),
    )
    def call(self, fault: Kind | None, meets: str, sweeps: bool, dies: bool) -> None:
        faults = self.google.server.faults
        write = "spreadsheets.batchUpdate"
        acts = {
            "another instance": lambda: self._score(1, None),
            "a row inserted": lambda: self.people.insert(ROWS),
            "a column inserted": lambda: self.people.insert(COLUMNS),
            "a column moved": self.people.bring,
            "a sort": self.people.sort,
        }
        if meets in acts:
            faults.plan(Fault(Kind.ACT_BEFORE, write))
            self.google.service.meddle = lambda _id: acts[meets]()
        if fault is not None:
            faults.plan(Fault(fault, write))
        self.wire.dies = dies
        with contextlib.suppress(Killed):
            self._score(0, None if sweeps else [AskedRow(row) for row in (2, 3, 4)])
        self.wire.dies = False
        self.instances[0] = self._instance()
        faults.clear()

    def _instance(self) -> Scoring:
        return Scoring(Committer(DirectClient(self.wire), at_once), self.now, clock=lambda: 0.0)

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.ahead_seconds)

    def _score(self, instance: int, rows: list[AskedRow] | None) -> None:
        try:
            self.instances[instance].score(self.document.spreadsheet_id, rows, trigger="edit")
        except AudienceError as error:
            if not error.retryable:
                raise

    def teardown(self) -> None:
        if not hasattr(self, "wire"):
            return
        self.wire.deliver(every=True)
        self.ahead_seconds = LATER_SECONDS
        for _ in range(3):
            self._score(0, None)
        writes = self.wire.writes
        self._score(1, None)
        verdict = self.witness.judge({})
        del self.google.workspace.documents[self.document.spreadsheet_id]
        assert verdict.problems == []
        assert self.wire.writes == writes


def play(google: LocalGoogle, first: Document, examples: int) -> None:
    """Have hypothesis look for a history that fails."""
    machine: type[History] = type("History", (History,), {"google": google, "first": first})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=5,
            derandomize=True,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture(scope="module")
def standing() -> Iterator[LocalGoogle]:
    with LocalGoogle(quota=False) as google:
        yield google


def _no_token(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(transaction, "token_requests", lambda *_args, **_kwargs: [])


def _no_tags(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(transaction, "renewals", lambda *_args: [])


def _no_verification(patch: pytest.MonkeyPatch) -> None:
    """Where tags do nothing, as Google might differ."""
    _no_tags(patch)
    patch.setattr(call_module, "repairs", lambda *_args: [])


def _no_read_before_a_retry(patch: pytest.MonkeyPatch) -> None:
    """Send again what was decided on the first read, whatever the sheet shows by now."""
    transact = Spreadsheet.transact

    def without(self: Spreadsheet, ranges: Any, decide: Callable[[Any], Any], **kwargs: Any) -> Any:
        planned: list[Any] = []

        def once(snapshot: Any) -> Any:
            if not planned:
                planned.append(decide(snapshot))
            return planned[0]

        return transact(self, ranges, once, **kwargs)

    patch.setattr(Spreadsheet, "transact", without)
    patch.setattr(Token, "holds", lambda _self, _nonce: False)


def _log_not_first(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(triage, "_may_return", lambda *_args: False)


@pytest.mark.slow
def test_a_few_histories_hold(standing: LocalGoogle, first_segmentation: Document) -> None:
    """With all guards in place no history fails."""
    play(standing, first_segmentation, 12)


@pytest.mark.slow
def test_many_histories_hold(standing: LocalGoogle, first_segmentation: Document) -> None:
    """With all guards in place no history fails."""
    play(standing, first_segmentation, 400)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("remove", "harm"),
    [
        (_no_token, "double"),
        (_no_tags, "foreign"),
        (_no_verification, "foreign"),
        (_no_read_before_a_retry, "double"),
        (_log_not_first, "double"),
    ],
    ids=[
        "the commit token",
        "the columns' tags",
        "the verification",
        "the read before a retry",
        "the log first",
    ],
)
def test_without_a_guard_a_history_fails(
    standing: LocalGoogle,
    first_segmentation: Document,
    monkeypatch: pytest.MonkeyPatch,
    remove: Callable[[pytest.MonkeyPatch], None],
    harm: str,
) -> None:
    """The smallest history that goes wrong is found, and goes wrong in the way that the guard is for."""
    remove(monkeypatch)

    with pytest.raises(AssertionError) as caught:
        play(standing, first_segmentation, 400)

    report = str(caught.value) + "".join(getattr(caught.value, "__notes__", []))
    assert harm in report
    assert "state.call(" in report
