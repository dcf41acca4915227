"""Which calls of the table the fuzzing has tried, and which of them it got past the checks of their body.

Both follow `CALLS`, so that a new call cannot escape.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from server.web.calls import CALLS

PLAUSIBLE: dict[str, list[object]] = {
    "confirm": [True],
    "customerId": ["C001", "C019", "nobody"],
    "customerIds": [["C001"], ["C000", "C001", "nobody"]],
    "name": ["Spring", "VIP", "Autumn"],
    "plan": [
        {"name": "Autumn", "segments": "{segments}"},
        {"name": "Winter", "segments": "{segments}", "controlShare": 0.4, "days": 60, "what": "an e-mail"},
    ],
    "row": [2, 3],
    "target": ["google_ads", "meta", "list", "klaviyo"],
    "version": [1],
}
"""Values by field of a body that mean something in the spreadsheets of the run; "{segments}" stands for the names of
their segments."""

DOCUMENT = "/v1/openapi.json"
"""Schemathesis reads it, and leaves it out of what it attacks."""
ATTACKED = [f"{call.method} {call.path}" for call in CALLS if call.path != DOCUMENT]

Answers = Counter[tuple[str, int]]
"""How often a call ("POST /v1/score") was answered with a status."""


def answers(report: Path) -> Answers:
    """Count the answers in a report of schemathesis, as it writes one JSON object a line."""
    if not report.exists():
        return Counter()
    return Counter(
        (scenario["recorder"]["label"], status)
        for line in report.read_text("utf-8").splitlines()
        if (scenario := json.loads(line).get("ScenarioFinished")) is not None and "recorder" in scenario
        for status in _statuses(scenario)
    )


def _statuses(scenario: dict[str, Any]) -> Iterator[int]:
    for exchange in scenario["recorder"].get("interactions", {}).values():
        if exchange.get("response"):
            yield exchange["response"]["status_code"]


def untried(seen: Answers) -> list[str]:
    """Return the calls that were not made at all."""
    made = {label for label, _ in seen}
    return [label for label in ATTACKED if label not in made]


def always_refused(seen: Answers) -> list[str]:
    """Return the calls that never did what they are for: of these nothing was tried but the checks of their body."""
    done = {label for label, status in seen if 200 <= status < 300}
    return [label for label in ATTACKED if label not in done]
