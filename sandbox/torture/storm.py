"""The storm without HTTP: two instances of the use cases on one wire, repeatable to the last draw."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

from sandbox.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle
from sandbox.load import load_rows
from sandbox.sheets_api.faults import Kind
from sandbox.spreadsheet.document import Document
from sandbox.torture.direct import DirectClient, Killed, Wire, at_once
from sandbox.torture.player import GAVE_NO_ANSWER, LATER_SECONDS, Player, Tally
from sandbox.torture.witness import Verdict
from sandbox.workspace import Role
from server.dashboards import Dashboards
from server.errors import AudienceError
from server.retraining import Retraining, Run
from server.score_result import AskedRow
from server.scoring import Scoring
from server.sheets.commit import Committer

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
        def now() -> dt.datetime:
            return dt.datetime.now(dt.UTC) + self._ahead

        committer = Committer(DirectClient(self._wire), at_once)
        self._scoring = Scoring(committer, now, clock=lambda: 0.0)
        self._retraining = Retraining(committer, self._scoring)
        self._dashboards = Dashboards(committer, now, at_once)

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
        try:
            self._scoring.score(
                document.spreadsheet_id, asked, trigger=trigger, again=again, asked_as=webhook_id
            )
            if asked is None and trigger == "sweep":  # as the route does
                self._dashboards.renew(document.spreadsheet_id)
        except AudienceError as error:
            self._tally.refusals[error.detail] += 1
            return error.status
        except Killed:
            self._tally.kills += 1
            self._start()
            return GAVE_NO_ANSWER
        return 200

    def set_up(self, document: Document, *, retrain: bool) -> int:
        """Segment or retrain."""
        try:
            self._retraining.run(
                document.spreadsheet_id, Run(retrain=retrain), lambda _stage, _fraction: None
            )
        except AudienceError as error:
            return error.status
        except Killed:
            self._tally.kills += 1
            self._start()
            return GAVE_NO_ANSWER
        return 200


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
