"""Result of an inspection: what a marketer confirms before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from server.core.data_checks.check import Check
from server.core.transactions.questions import Question

_NOTES_TOLD = 3


@dataclass(frozen=True, slots=True)
class InspectedColumn:
    """A column of `Training_Data` and what it was recognised as."""

    role: str
    label: str
    header: str
    column: str
    why: str
    samples: list[str]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a marketer confirms before anything is written."""

    header_row: int
    columns: list[InspectedColumn]
    others: list[str]
    quality: dict[str, Any]
    notes: list[str]
    customers: int
    checks: list[Check]
    questions: list[Question]

    @property
    def message(self) -> str:
        """What is told where the whole is not at hand: the first notes."""
        return " ".join(self.notes[:_NOTES_TOLD])
