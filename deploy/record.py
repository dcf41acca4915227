"""The record of a trial: what was asked of Google and what it answered, so that the stand-in can be held against it.

Ids that are drawn anew in each run are replaced by their order of appearance, people by "somebody".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Json = dict[str, Any]
Calls = list[Json]
Record = dict[str, Calls]
"""The calls of each trial, by what it assumes."""

SMALLEST_ID = 100_000_000
"""Ids that a trial draws are not below it (`deploy.scratch`)."""
_MAIL = re.compile(r"[\w.+-]+@[\w.-]+\.[a-z]+")
_NUMBER = re.compile(r"\d+")
_DRAWN = re.compile(r"(?<=ATE verify )[0-9a-f]{8}")


class Names:
    """Gives each drawn id a name that is the same in every run: #1, #2, …"""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, identity: str) -> str:
        """Return the name of an id."""
        return self._known.setdefault(identity, f"#{len(self._known) + 1}")

    def without_ids(self, value: Any) -> Any:
        """Return a value as every run has it."""
        if isinstance(value, dict):
            return {self.text(str(key)): self._of_field(key, part) for key, part in value.items()}
        if isinstance(value, list):
            return [self.without_ids(element) for element in value]
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, int) and not isinstance(value, bool) and value >= SMALLEST_ID:
            return self.of(str(value))
        return value

    def _of_field(self, field: str, value: Any) -> Any:
        """Return a field's value; ids that Google draws may be small, and 0 is the first sheet's."""
        is_drawn = field.endswith("Id") and isinstance(value, int) and value != 0
        return self.of(str(value)) if is_drawn else self.without_ids(value)

    def text(self, text: str) -> str:
        """Return a text without ids and addresses."""
        text = _MAIL.sub("somebody", text)
        text = _DRAWN.sub("", text)
        return _NUMBER.sub(lambda match: self._of_number(match[0]), text)

    def _of_number(self, digits: str) -> str:
        """Return a number in a text, or its name where it is an id: it is large, or stood in a field before."""
        is_id = digits in self._known or len(digits) >= len(str(SMALLEST_ID))
        return self.of(digits) if is_id else digits


def as_recorded(calls: Sequence[Json], spreadsheet_id: str) -> Calls:
    """Return the calls of a trial without what is drawn anew in each run, and without the spreadsheet's id."""
    names = Names()
    text = json.dumps(calls).replace(spreadsheet_id, "SPREADSHEET")
    return [names.without_ids(call) for call in json.loads(text)]


def differences(recorded: Mapping[str, Calls], seen: Mapping[str, Calls]) -> list[str]:
    """Return where answers differ from a record, trial by trial.

    Parameters
    ----------
    recorded
        Of Google.
    seen
        Of another run of the same trials, on Google or on a stand-in.
    """
    lines = []
    for assumed, calls in recorded.items():
        others = seen.get(assumed)
        if others is None:
            lines.append(f"{assumed}: the trial is gone; record it anew")
            continue
        for number, (call, other) in enumerate(zip(calls, others, strict=False), start=1):
            if call["asked"] != other["asked"]:
                lines.append(f"{assumed}: call {number} is another one now; record it anew")
                break
            if call["answered"] != other["answered"]:
                wanted, here = (
                    json.dumps(call_made["answered"], sort_keys=True) for call_made in (call, other)
                )
                lines.append(f"{assumed}: call {number} was answered {wanted}, here {here}")
                break
        else:
            if len(calls) != len(others):
                lines.append(f"{assumed}: {len(calls)} calls were made, here {len(others)}")
    return lines


def read(file: Path) -> Record:
    """Return a record; empty where there is none."""
    if not file.exists():
        return {}
    trials: Record = json.loads(file.read_text(encoding="utf-8"))["trials"]
    return trials


def write(file: Path, seen: Mapping[str, Calls]) -> None:
    """Write a record; trials that this run did not try keep what was recorded."""
    known = read(file) | dict(seen)
    text = json.dumps({"trials": known}, indent=1, ensure_ascii=False, sort_keys=True)
    file.write_text(text + "\n", encoding="utf-8")
