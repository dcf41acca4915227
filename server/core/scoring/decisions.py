"""Rows of `New User` as read, and the decision on each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from server.core.cells import Cell, is_empty, text_of
from server.core.scoring.inputs import (
    Incomplete,
    Invalid,
    NewUserInput,
    PredictionId,
    fingerprint,
    parse_prediction_id,
    read_inputs,
)
from server.core.scoring.log_lines import LogLine
from server.core.segments.action_plans import Plan
from server.core.segments.model import Model
from server.core.segments.naming import default_plan
from server.core.wording import ENGLISH, Wording
from server.layout.headers import PREDICTION_ID


class SheetRow(msgspec.Struct, frozen=True, dict=True):
    """Row of `New User` as it was read; the meaning of its cells is computed once.

    Attributes
    ----------
    row
        Sheet row, from 1.
    inputs, outputs
        Values by header.
    has_formula
        Whether a formula stands among the inputs.
    notes
        Notes on the input cells by header.
    cells, positions
        All values of the row, and the position from 0 of each header, as far as they were read.
    """

    row: int
    inputs: Mapping[str, Cell]
    outputs: Mapping[str, Cell]
    has_formula: bool = False
    notes: Mapping[str, str] = msgspec.field(default_factory=dict)
    cells: Sequence[Cell] = ()
    positions: Mapping[str, int] = msgspec.field(default_factory=dict)

    @cached_property
    def prediction_id(self) -> str:
        """The PredictionId of the row, "" where it has none."""
        return text_of(self.outputs.get(PREDICTION_ID))

    @cached_property
    def identity(self) -> PredictionId | None:
        """What the PredictionId tells, None where there is none."""
        return parse_prediction_id(self.prediction_id)

    @cached_property
    def read(self) -> NewUserInput | Incomplete | Invalid:
        """The inputs."""
        return read_inputs(self.inputs)

    @cached_property
    def fingerprint(self) -> str:
        """The fingerprint of the inputs, "" where they are not whole or not valid."""
        return fingerprint(self.read) if isinstance(self.read, NewUserInput) else ""

    @property
    def has_outputs(self) -> bool:
        """Whether any output column of the row is filled."""
        return any(not is_empty(cell) for cell in self.outputs.values())


@dataclass(frozen=True, slots=True)
class Conditions:
    """Conditions that decide which rows wait, beside the rows and the log.

    Attributes
    ----------
    now
        Aware date-time.
    model_version
        Of the model in use.
    is_unverified
        Whether the last commit is so young that whoever made it may still be looking where it landed.
    wording
        Writes the numbers in what is said of a row.
    """

    now: dt.datetime
    model_version: int
    is_unverified: bool = False
    wording: Wording = ENGLISH


@dataclass(frozen=True, slots=True)
class Context:
    """Context of a classification, beside the rows.

    Attributes
    ----------
    now
        Aware date-time.
    random_part
        Returns the random part of a new PredictionId.
    is_unverified
        Whether the last commit is so young that whoever made it may still be looking where it landed.
    wording
        Writes the numbers in what is said of a row.
    """

    model: Model
    plans: Mapping[int, Plan]
    now: dt.datetime
    time_zone: str
    trigger: str
    random_part: Callable[[], str]
    requested_by: str = ""
    is_unverified: bool = False
    wording: Wording = ENGLISH

    @property
    def conditions(self) -> Conditions:
        """Conditions that decide which rows wait."""
        return Conditions(self.now, self.model.version, self.is_unverified, self.wording)

    def plan(self, cluster: int) -> Plan:
        """Return the plan of a cluster: the marketer's texts, the model's own where a cell is blank."""
        named = dict(zip(self.model.clusters, self.model.names, strict=True))
        segment = named.get(cluster, f"Segment {cluster}")
        texts = self.plans.get(cluster, Plan("", ""))
        return Plan(texts.segment or segment, texts.action_plan or default_plan(segment))


class Classified(msgspec.Struct, frozen=True):
    """A row and the log line that it now shows; `is_new` where the line is still to be written."""

    row: int
    line: LogLine
    is_new: bool


class Realigned(msgspec.Struct, frozen=True):
    """Row whose outputs are under the wrong headers, with its correction.

    Attributes
    ----------
    line
        What the row shows from now on; None where it waits.
    inputs
        Values by header of the inputs that outputs were written over.
    places
        Position from 0 by header at which each of the outputs stands, as far as that can be told.
    """

    row: int
    line: LogLine | None
    inputs: Mapping[str, Cell]
    places: Mapping[str, int]


class ShiftedLine(msgspec.Struct, frozen=True):
    """Line of the log that is under the wrong headers.

    Attributes
    ----------
    row
        Sheet row of the log, from 1.
    places
        Position from 0 at which each of its cells stands, in the order of `layout.tabs.LOG_HEADERS`.
    """

    row: int
    line: LogLine
    places: Sequence[int]


@dataclass(frozen=True, slots=True)
class NoteChange:
    """A note to set on an input cell, or to take away where `text` is empty."""

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Input that cannot be used, for the answer."""

    row: int
    column: str
    message: str


@dataclass(slots=True)
class Decision:
    """Writes for rows and log, and the outcome of all other rows.

    Attributes
    ----------
    relogged
        Rows whose line was not in the log.
    cleared
        Rows whose outputs go, as their inputs are not whole.
    realigned, shifted
        Rows and lines of the log that come under their headers again.
    left_alone
        Count of rows that show a commit which landed in wrong columns and is about to be taken back.
    looks_restorable
        A line could be given back, but only a look at all rows tells whether it stands in another one;
        set only where `decide` was not told what stands where.
    """

    classified: list[Classified] = field(default_factory=list)
    relogged: list[Classified] = field(default_factory=list)
    cleared: list[int] = field(default_factory=list)
    realigned: list[Realigned] = field(default_factory=list)
    shifted: list[ShiftedLine] = field(default_factory=list)
    notes: list[NoteChange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    incomplete: int = 0
    left_alone: int = 0
    looks_restorable: bool = False

    @property
    def size(self) -> int:
        """Count of the changes to write."""
        rows = len(self.classified) + len(self.relogged) + len(self.cleared) + len(self.realigned)
        return rows + len(self.notes) + len(self.shifted)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be written."""
        return not self.size

    @property
    def new_lines(self) -> list[LogLine]:
        """Lines to insert into the log, the newest first."""
        scored = [change.line for change in reversed(self.classified) if change.is_new]
        return scored + [change.line for change in self.relogged]

    @property
    def rows(self) -> set[int]:
        """Sheet rows that something is written to or on behalf of."""
        return {
            *(change.row for change in self.classified),
            *(change.row for change in self.relogged),
            *(change.row for change in self.notes),
            *(change.row for change in self.realigned),
            *self.cleared,
        }
