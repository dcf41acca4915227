"""The storm over HTTP: the real webhook, two processes at once, killed and started again all the while."""

from __future__ import annotations

import json
import random
import re
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from local.client import NotConnected, NoWebhook, SignedClient
from local.launch import LocalGoogle, Webhook
from proving.torture.player import GAVE_NO_ANSWER, LATER_SECONDS, Player, Tally
from proving.torture.service import HANG_SECONDS
from proving.torture.storm import first_document, shared_copy
from proving.torture.witness import Verdict
from server.access.signatures import derive_key
from sheets_standin.sheets_api.faults import Kind
from sheets_standin.spreadsheet.document import Document

FAULT_CHANCE = 0.15
SKEW_SECONDS = 25.0
"""The clocks of the two instances are so far ahead and so far behind."""
LIVES_SECONDS = (3.0, 12.0)
"""An instance is killed after so long."""

HISTORIES = Path(".cache") / "torture"
"""Histories of the spreadsheets in which something was found."""

Say = Callable[[str], None]


class Process:
    """One instance of the webhook, under gunicorn."""

    def __init__(self, google: LocalGoogle, secret: str, skew_seconds: float, tally: Tally) -> None:
        self._google, self._tally = google, tally
        self.webhook = Webhook(google, secret=secret, app=f"proving.torture.service:skewed({skew_seconds})")

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
        fields: dict[str, Any] = {"trigger": trigger, "again": again}
        if rows is not None:
            fields["rows"] = list(rows)
        return self._call(document, "score", webhook_id, fields)

    def set_up(self, document: Document, *, retrain: bool) -> int:
        """Connect anew, or retrain."""
        if retrain:
            return self._call(document, "retrain", "", {})
        try:
            self.webhook.client(document.spreadsheet_id)
        except NotConnected as refused:
            return refused.reply.status
        except NoWebhook:
            return GAVE_NO_ANSWER
        return 200

    def apply_plans(self, document: Document) -> int:
        """Put names and plans of `Action_Map` wherever customers bear others."""
        return self._call(document, "plans/apply", "", {})

    def ask(self, document: Document, call: str, fields: dict[str, Any]) -> int:
        """Make a call about audiences, tests, refreshes or known customers."""
        return self._call(document, call, "", fields)

    def _call(self, document: Document, call: str, webhook_id: str, fields: dict[str, Any]) -> int:
        expiry = int(time.time()) + 3600
        key = derive_key(self.webhook.secret, document.spreadsheet_id, expiry)
        client = SignedClient(self.webhook.url, document.spreadsheet_id, key, expiry)
        try:
            reply = client.call(call, webhook_id=webhook_id, **fields)
        except NoWebhook as error:
            self._tally.refusals[f"no answer ({error})"] += 1
            return GAVE_NO_ANSWER
        if reply.status != 200:
            self._tally.refusals[str(reply.body.get("detail", reply.status))] += 1
        return reply.status


def storm_over_http(
    rows: Sequence[list[str]], *, seed: str, calls: int, documents: int = 8, say: Say = lambda _text: None
) -> tuple[Tally, Verdict]:
    """Have so many scoring calls made at `documents` spreadsheets at once, and judge what is left.

    Parameters
    ----------
    rows
        Transactions to begin with, the header first.
    seed
        Decides what everybody draws; the order in which threads come by is the machine's.
    """
    draw = random.Random(seed)
    tally = Tally()
    with LocalGoogle(quota=False) as google:
        first = first_document(google, rows)
        secret = secrets.token_hex(32)
        processes = [Process(google, secret, skew, tally) for skew in (SKEW_SECONDS, -SKEW_SECONDS)]
        with processes[0].webhook, processes[1].webhook, ThreadPoolExecutor(2 * documents) as pool:

            def beside(call: Callable[[], None]) -> None:
                pool.submit(call)

            players = [
                Player(
                    google,
                    shared_copy(google, first),
                    processes,
                    tally,
                    f"{seed} {n}",
                    also=beside,
                    rest=lambda: time.sleep(3.0),
                )
                for n in range(documents)
            ]
            _switch_on(google, players, draw)
            over = threading.Event()
            failures: list[BaseException] = []

            def play(player: Player) -> None:
                try:
                    while not over.is_set():
                        player.step()
                except BaseException as error:  # noqa: BLE001 - told below, in the thread that can tell it
                    failures.append(error)
                    over.set()

            threads = [threading.Thread(target=play, args=(player,)) for player in players]
            for thread in threads:
                thread.start()
            _kill_at_random(processes, tally, draw, calls, over, say)
            over.set()
            for thread in threads:
                thread.join()
            pool.shutdown(wait=True)
            if failures:
                raise failures[0]
            google.server.faults.clear()
            time.sleep(2 * HANG_SECONDS + google.server.faults.late_seconds)  # what is late comes through
            verdict = Verdict()
            later = [Process(google, secret, LATER_SECONDS, tally) for _ in processes]
            with later[0].webhook, later[1].webhook:
                for number, player in enumerate(players):
                    later_verdict = player.judge(later)
                    verdict.add(later_verdict)
                    if later_verdict.problems:
                        keep(f"{seed}-{number}", player)
    return tally, verdict


def keep(name: str, player: Player) -> None:
    """Write the history of a spreadsheet, one JSON object a line, where it can be looked at."""
    HISTORIES.mkdir(parents=True, exist_ok=True)
    path = HISTORIES / (re.sub(r"[^\w-]", "_", name) + ".jsonl")
    path.write_text("".join(json.dumps(event) + "\n" for event in player.history()), encoding="utf-8")


def _switch_on(google: LocalGoogle, players: Sequence[Player], draw: random.Random) -> None:
    by_id = {player.document.spreadsheet_id: player for player in players}
    google.service.meddle = lambda spreadsheet_id: by_id[spreadsheet_id].meddle()
    faults = google.server.faults
    faults.hang_seconds = 1.5 * HANG_SECONDS
    faults.late_seconds = 0.5
    faults.latency_seconds = 0.005
    faults.by_chance(FAULT_CHANCE, tuple(Kind), seed=draw.randrange(2**32))


def _kill_at_random(
    processes: Sequence[Process],
    tally: Tally,
    draw: random.Random,
    calls: int,
    over: threading.Event,
    say: Say,
) -> None:
    """Kill an instance now and then until the calls were made; in the main thread, whose end would end them."""
    while tally.scoring_calls < calls and not over.is_set():
        end = time.monotonic() + draw.uniform(*LIVES_SECONDS)
        while time.monotonic() < end and tally.scoring_calls < calls and not over.is_set():
            time.sleep(0.05)
        victim = draw.choice(processes).webhook
        victim.kill()
        tally.kills += 1
        time.sleep(draw.uniform(0.0, 0.5))
        victim.start()
        say(f"{tally.scoring_calls:,} of {calls:,} calls, {tally.kills} processes killed")
