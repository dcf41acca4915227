"""The storm without HTTP: two instances of the use cases on one wire, repeatable to the last draw."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from typing import Any
from unittest.mock import patch

from local.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle
from local.load import load_rows
from proving.torture.direct import DirectClient, Killed, Wire, at_once
from proving.torture.player import GAVE_NO_ANSWER, LATER_SECONDS, Player, Tally
from proving.torture.witness import Verdict
from server.core.schedule.record import Standing
from server.errors import AudienceError
from server.sheets.commit import long_work
from server.sheets.commit.committer import Committer
from server.use_cases.apply_plans import ApplyingPlans
from server.use_cases.audiences import audiences
from server.use_cases.audiences.asked import AskedAudience
from server.use_cases.audiences.deliveries import Delivery
from server.use_cases.dashboard_refresh import Dashboards
from server.use_cases.digest import Digests
from server.use_cases.experiments.calls import Experiments, Wanted
from server.use_cases.known_customers import known_customers
from server.use_cases.refresh import Refreshes
from server.use_cases.score_result import AskedRow
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining, Run
from sheets_standin.sheets_api.faults import Kind
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Role

FAULT_CHANCE = 0.3
KILL_CHANCE = 0.01


class DirectInstance:
    """The use cases of one process; killed, it begins anew with nothing in its memory.

    Parameters
    ----------
    seconds
        How far the clock by which it scores is ahead.
    """

    def __init__(self, wire: Wire, tally: Tally, seconds: float = 0.0) -> None:
        self._wire, self._tally = wire, tally
        self._ahead = dt.timedelta(seconds=seconds)
        self._start()

    def _start(self) -> None:
        committer = Committer(DirectClient(self._wire), at_once)
        self._committer = committer
        self._scoring = Scoring(committer, self._now, clock=lambda: 0.0)
        self._retraining = Retraining(committer, self._scoring, self._now)
        self._dashboards = Dashboards(committer, self._now, at_once)
        self._plans = ApplyingPlans(committer, self._scoring)
        self._refreshes = Refreshes(committer, self._retraining, self._now)
        self._digests = Digests(committer, self._now)
        self._experiments = Experiments(committer, self._now)

    def _now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self._ahead

    def score(
        self,
        document: Document,
        rows: Sequence[dict[str, Any]] | None,
        *,
        trigger: str,
        again: bool = False,
        webhook_id: str = "",
    ) -> int:
        """Make a scoring call."""
        asked = None if rows is None else [AskedRow(row["row"], _seen(row)) for row in rows]

        def work() -> None:
            self._scoring.score(
                document.spreadsheet_id, asked, trigger=trigger, force=again, asked_as=webhook_id
            )
            if asked is None and trigger == "sweep":  # as the route does
                self._dashboards.renew(document.spreadsheet_id)

        return self._do(work)

    def set_up(self, document: Document, *, retrain: bool) -> int:
        """Segment or retrain."""
        return self._do(lambda: self._retraining.run(document.spreadsheet_id, Run(retrain=retrain), unheard))

    def apply_plans(self, document: Document) -> int:
        """Put names and plans of `Action_Map` wherever customers bear others."""
        return self._do(lambda: self._plans.apply(document.spreadsheet_id))

    def ask(self, document: Document, call: str, fields: dict[str, Any]) -> int:
        """Make a call about audiences, tests, refreshes or known customers."""
        works = {
            "audience": self._audience,
            "tests/start": self._start_test,
            "tests/read": self._read_test,
            "refresh": self._refresh,
            "digest": self._digest,
            "fill": self._fill,
        }
        return self._do(lambda: works[call](document.spreadsheet_id, fields))

    def _audience(self, spreadsheet_id: str, fields: dict[str, Any]) -> None:
        asked = AskedAudience(fields["target"], fields["name"], hashed=fields["hashed"], tab=fields["tab"])
        audiences.make(self._committer, spreadsheet_id, asked, Delivery(), unheard, self._now)

    def _start_test(self, spreadsheet_id: str, fields: dict[str, Any]) -> None:
        plan = fields["plan"]
        wanted = Wanted(plan["name"], plan["segments"], share=plan["controlShare"], days=plan["days"])
        self._experiments.start(spreadsheet_id, wanted, unheard, confirmed=fields["confirm"])

    def _read_test(self, spreadsheet_id: str, fields: dict[str, Any]) -> None:
        self._experiments.read(spreadsheet_id, fields["name"], unheard)

    def _refresh(self, spreadsheet_id: str, _fields: dict[str, Any]) -> None:
        looked = self._refreshes.look(spreadsheet_id)
        if looked.look.standing is Standing.DUE and looked.look.slot is not None:
            self._refreshes.run(spreadsheet_id, looked.look.slot, looked.tries, unheard)

    def _digest(self, spreadsheet_id: str, _fields: dict[str, Any]) -> None:
        composed = self._digests.compose(spreadsheet_id)
        if composed is not None:
            self._digests.report(spreadsheet_id, composed.claim, "")

    def _fill(self, spreadsheet_id: str, fields: dict[str, Any]) -> None:
        known_customers(self._committer, spreadsheet_id, fields["customerIds"])

    def _do(self, work: Callable[[], object]) -> int:
        """Do what a call asks for; return the status of its answer."""
        try:
            work()
        except AudienceError as error:
            self._tally.refusals[error.detail] += 1
            return error.status
        except Killed:
            self._tally.kills += 1
            self._start()
            return GAVE_NO_ANSWER
        return 200


def unheard(_stage: str, _fraction: float) -> None:
    """Take no notice of progress."""


def _seen(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "row"}


def first_document(google: LocalGoogle, rows: Sequence[list[str]]) -> Document:
    """Return a spreadsheet with transactions after its first segmentation."""
    document = google.spreadsheet()
    load_rows(document, rows, OWNER)
    wire = Wire(google.service, google.server.faults, random.Random(0))
    assert DirectInstance(wire, Tally()).set_up(document, retrain=False) == 200
    return document


def shared_copy(google: LocalGoogle, document: Document) -> Document:
    """Return a copy that the service may edit."""
    twin = google.workspace.copy(document, OWNER)
    google.workspace.share(twin.spreadsheet_id, SERVICE_ACCOUNT, Role.EDITOR)
    return twin


def storm(
    google: LocalGoogle, first: Document, *, seed: str, calls: int, documents: int = 4
) -> tuple[Tally, Verdict]:
    """Play `documents` copies of a spreadsheet in turns until so many scoring calls were made; judge them."""
    tally = Tally()
    draw = random.Random(seed)
    faults = google.server.faults
    faults.by_chance(FAULT_CHANCE, tuple(Kind), seed=draw.randrange(2**32))
    wire = Wire(google.service, faults, draw, KILL_CHANCE)
    instances = [DirectInstance(wire, tally), DirectInstance(wire, tally)]
    players: dict[str, Player] = {}
    for number in range(documents):
        document = shared_copy(google, first)
        players[document.spreadsheet_id] = Player(google, document, instances, tally, f"{seed} {number}")
    google.service.meddle = lambda spreadsheet_id: players[spreadsheet_id].meddle()
    turns = list(players.values())
    with patch.object(long_work, "patient", at_once):  # long work, too, tries again without waiting
        while tally.scoring_calls < calls:
            draw.choice(turns).step()
        faults.clear()
        wire.kill_chance = 0.0
        wire.deliver(every=True)
        verdict = Verdict()
        later = [DirectInstance(wire, tally, LATER_SECONDS) for _ in instances]
        for player in turns:
            verdict.add(player.judge(later))
    return tally, verdict
