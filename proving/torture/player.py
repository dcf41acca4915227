"""One spreadsheet in the storm: its marketers act, their triggers call, and it is judged at the end."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from local.launch import LocalGoogle
from proving.torture.campaigns import AUDIENCES, Campaigns
from proving.torture.elsewhere import Elsewhere
from proving.torture.marketers import INPUTS, Marketers
from proving.torture.witness import Verdict, Witness
from sheets_standin.spreadsheet.document import Document

GAVE_NO_ANSWER = 0
SWEEPS = 12
"""So many sweeps may be needed until nothing waits: a tab that is missing is made first, 1,500 rows a commit."""
SETTING_UP = 40
"""How often making what is missing is tried: a retrain that was killed counts as alive for a minute."""

LATER_SECONDS = 240.0
"""The last sweeps come so long after the storm: by then nobody is still looking where a commit landed. Signatures
hold for five minutes."""


class Instance(Protocol):
    """One running instance of the service, as a trigger reaches it."""

    def score(
        self,
        document: Document,
        rows: Sequence[dict[str, Any]] | None,
        *,
        trigger: str,
        again: bool = False,
        webhook_id: str = "",
    ) -> int:
        """Make a scoring call; return the status of its answer, `GAVE_NO_ANSWER` for none."""

    def set_up(self, document: Document, *, retrain: bool) -> int:
        """Make missing tabs; with `retrain`, a new model too."""

    def apply_plans(self, document: Document) -> int:
        """Put names and plans of `Action_Map` wherever customers bear others."""

    def ask(self, document: Document, call: str, fields: dict[str, Any]) -> int:
        """Make a call about audiences, tests, refreshes or known customers."""


@dataclass
class Tally:
    """What happened in a run; `beside` has the other calls with the status of their answers."""

    calls: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    beside: Counter[str] = field(default_factory=Counter)
    kills: int = 0

    @property
    def scoring_calls(self) -> int:
        """Scoring calls in all, whatever became of them."""
        return sum(self.statuses.values())


class Player:
    """Plays one spreadsheet.

    Parameters
    ----------
    also
        Makes a second call at the same moment, as another person's trigger does.
    rest
        Waits a few seconds, where time passes.
    """

    def __init__(
        self,
        google: LocalGoogle,
        document: Document,
        instances: Sequence[Instance],
        tally: Tally,
        seed: str,
        *,
        also: Callable[[Callable[[], None]], None] = lambda call: call(),
        rest: Callable[[], None] = lambda: None,
    ) -> None:
        self.google, self.document, self.tally = google, document, tally
        self.again: dict[str, int] = {}
        self._calls: list[dict[str, Any]] = []
        self._unsettled: list[str] = []
        self._instances = instances
        self._also = also
        self._rest = rest
        self._random = random.Random(seed)  # what the marketers draw
        self._meddling = random.Random(seed + " meddling")
        self.marketers = Marketers(document, random.Random(seed + " rows"))
        self.elsewhere = Elsewhere(document, self.marketers.twin, random.Random(seed + " tabs"))
        self.witness = Witness(document, self.marketers, self.elsewhere)
        self.campaigns = Campaigns(document, self.marketers.twin, random.Random(seed + " campaigns"))
        here, there = self.marketers, self.elsewhere
        self._acts: list[tuple[Callable[[], list[int]], float]] = [
            (here.type_row, 30),
            (here.edit_input, 16),
            (here.paste, 4),
            (here.copy_row, 6),
            (here.delete_outputs, 3),
        ]
        self._moves: list[tuple[Callable[[], Any], float]] = [
            (here.sort, 8),
            (here.insert_rows, 8),
            (here.delete_rows, 8),
            (here.insert_column, 4),
            (here.type_beside, 4),
            (here.move_column, 3),
            (here.edit_input, 6),
            (here.rename_header, 1),
            (there.note_below_the_log, 2),
            (there.column_into_the_log, 2),
            (there.edit_plan, 2),
            (there.write_beside_a_customer, 2),
            (there.filter_segments, 1),
            (there.move_column, 2),
            (there.sort_transactions, 2),
            (there.remove_protections, 1),
            (there.rename_tab, 0.7),
            (there.delete_tab, 0.5),
        ]

    def meddle(self) -> None:
        """Do something while a call is on its way."""
        self._move(self._meddling)

    def _move(self, draw: random.Random) -> None:
        if self.marketers.has_renamed and draw.random() < 0.7:
            self.marketers.rename_header()
        elif self.elsewhere.away and draw.random() < 0.7:
            self.elsewhere.rename_tab()
        else:
            acts, weights = zip(*self._moves, strict=True)
            draw.choices(acts, weights)[0]()

    def step(self) -> None:
        """Have somebody act, and the triggers call."""
        draw = self._random
        luck = draw.random()
        if self.elsewhere.lacks_tabs and luck < 0.5 and not self.elsewhere.away:
            self._set_up(retrain=luck < 0.25)
            return
        if luck < 0.004:
            self._set_up(retrain=True)
        elif luck < 0.012:
            status = draw.choice(self._instances).apply_plans(self.document)
            self.tally.calls["plans"] += 1
            self.tally.statuses[status] += 1
        elif luck < 0.09:
            self._ask()
        elif luck < 0.135:
            self._call(None)
        elif luck < 0.165:
            self._again()
        else:
            with self.google.workspace.lock:
                if draw.random() < 0.35:
                    self._move(draw)
                acts, weights = zip(*self._acts, strict=True)
                rows = self._as_seen(draw.choices(acts, weights)[0]())
            if rows:
                self._call(rows)
                if draw.random() < 0.25:
                    self._also(lambda: self._call(rows))

    def _ask(self) -> None:
        """Have something happen to customers, orders or the schedule, and somebody ask for what follows."""
        with self.google.workspace.lock:
            for _ in range(self._random.randrange(1, 4)):
                self.campaigns.act()
            call, fields = self.campaigns.call()
        self._ask_for(call, fields)
        if self._random.random() < 0.3:

            def also() -> None:
                self._ask_for(call, fields)

            self._also(also)

    def _ask_for(self, call: str, fields: dict[str, Any]) -> int:
        status = self._random.choice(self._instances).ask(self.document, call, fields)
        self.tally.beside[f"{call} {status or 'no answer'}"] += 1
        return status

    def _as_seen(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        rows = []
        for number in numbers:
            values = self.marketers.inputs(self.document, number)
            if all(value is not None for value in values):
                rows.append({"row": number + 1, **dict(zip(INPUTS, values, strict=True))})
        return rows

    def _again(self) -> None:
        with self.google.workspace.lock:
            filled = self.marketers.filled()
            rows = self._as_seen(self._random.sample(filled, min(3, len(filled))))
        if rows:
            identity = f"again_{self._random.randrange(10**12):012}"
            self.again[hashlib.sha256(identity.encode()).hexdigest()[:8]] = len(rows)
            for _ in range(self._random.randrange(1, 3)):
                self._call(rows, again=True, webhook_id=identity)

    def _call(
        self, rows: Sequence[dict[str, Any]] | None, *, again: bool = False, webhook_id: str = ""
    ) -> None:
        instance = self._random.choice(self._instances)
        trigger = "menu" if again else "edit" if rows else "sweep"
        before = self._writes()
        status = instance.score(self.document, rows, trigger=trigger, again=again, webhook_id=webhook_id)
        self._calls.append(
            {
                "call": trigger,
                "instance": self._instances.index(instance),
                "rows": [row["row"] for row in rows or ()],
                "after": before,
                "before": self._writes() + 1,
                "status": status,
            }
        )
        self.tally.statuses[status] += 1
        self.tally.calls["again" if again else trigger] += 1

    def _set_up(self, *, retrain: bool) -> None:
        status = self._random.choice(self._instances).set_up(self.document, retrain=retrain)
        self.tally.calls["retrain" if retrain else "connect"] += 1
        if status == 200:
            with self.google.workspace.lock:
                self._look_for_tabs(is_trained=retrain)

    def _look_for_tabs(self, *, is_trained: bool) -> None:
        titles = {sheet.title for sheet in self.document.sheets}
        if is_trained or {"Model", "RFM"} <= titles:
            needed = {"Model", "RFM", "Settings", "Action_Map", "Prediction_Log"}
            has_model = "Model" in titles and self.document.sheet("Model").grid.held_rows > 1
            self.elsewhere.lacks_tabs = not (needed <= titles and has_model)

    def settle(self) -> None:
        """Name everything back, make what is missing, and sweep until nothing waits."""
        with self.google.workspace.lock:
            while self.marketers.has_renamed:
                self.marketers.rename_header()
            if self.elsewhere.away:
                self.elsewhere.rename_tab()
        for _ in range(SETTING_UP):
            if not self.elsewhere.lacks_tabs:
                break
            self._set_up(retrain=True)
            if self.elsewhere.lacks_tabs:
                self._rest()
        self._finish_campaigns()
        status = GAVE_NO_ANSWER
        for _ in range(SWEEPS):
            before = self._writes()
            status = self._instances[0].score(self.document, None, trigger="sweep")
            if status == 200 and before == self._writes():
                return
        self._unsettled.append(f"{SWEEPS} sweeps did not settle it, the last ended in {status}")

    def _finish_campaigns(self) -> None:
        """Make each audience once more, and refresh until nothing is due."""
        calls = [("refresh", {}), ("refresh", {}), *map(self.campaigns.audience, AUDIENCES), ("refresh", {})]
        for call, fields in calls:
            for _ in range(SETTING_UP):
                status = self._ask_for(call, fields)
                if status == 200:
                    break
                self._rest()
            else:
                self._unsettled.append(f"{call} could not be finished: it ended in {status}")

    def judge(self, instances: Sequence[Instance]) -> Verdict:
        """Sweep twice by instances whose clocks are `LATER_SECONDS` on, and judge the result."""
        self._instances = instances
        self.settle()
        before = self._writes()
        status = self._instances[-1].score(self.document, None, trigger="sweep")
        with self.google.workspace.lock:
            verdict = self.witness.judge(self.again)
            if self._writes() != before or status != 200:
                entries = self.document.journal.entries[before:]
                written = "; ".join(
                    f"{change.kind} {change.where}" for entry in entries for change in entry.changes
                )
                verdict.unrest.append(
                    f"another sweep wrote {written[:200] or 'nothing'} and ended in {status}"
                )
            verdict.unrest += self._unsettled
            verdict.records += self.campaigns.problems()
        self.tally.acts += self.marketers.acts + self.elsewhere.acts + self.campaigns.acts
        return verdict

    def history(self) -> list[dict[str, Any]]:
        """Return what happened, as JSON: the journal's entries, and each call before the first one that it had seen.

        A run over HTTP cannot be played again to the last step; this tells what led to a problem.
        """
        calls = sorted(self._calls, key=lambda call: int(call["after"]))
        entries = [
            json.loads(json.dumps(asdict(entry), default=str)) for entry in self.document.journal.entries
        ]
        return sorted([*calls, *entries], key=lambda call: int(call.get("number", call.get("after"))))

    def _writes(self) -> int:
        return len(self.document.journal.entries)
