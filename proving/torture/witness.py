"""Sees every commit of the service while it happens, and judges the spreadsheet at the end."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local.launch import SERVICE_ACCOUNT
from proving.torture.elsewhere import Elsewhere
from proving.torture.marketers import INPUTS, OUTPUTS, Inputs, Marketers, valid_inputs
from server.core.segments.model import load_model
from server.core.segments.prediction import assign
from sheets_standin.spreadsheet.cells import Cell, Content, value_of
from sheets_standin.spreadsheet.document import Document
from sheets_standin.spreadsheet.sheet import Sheet

PREDICTION_ID = re.compile(r"v(\d+)-([0-9a-f]{12})-\d{8}T\d{6}Z-([0-9a-f]{4,16})")
LOG_COLUMNS = (
    "PredictionId PredictedAt CustomerID Recency Frequency MonetaryValue Cluster Segment ActionPlan "
    "Confidence ModelVersion Trigger RequestedBy"
).split()


def fingerprint(inputs: Inputs) -> str:
    """Return the mark of a customer's inputs, worked out here once more."""
    who, recency, frequency, money = inputs
    return hashlib.sha256(f"{who}\x1f{recency}\x1f{frequency}\x1f{money!r}".encode()).hexdigest()[:12]


def table(sheet: Sheet, names: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield row (from 0) and values by header of each row below the header that the grid holds."""
    header = [str(value_of(cell)) for cell in sheet.grid.row(0)]
    at = {name: header.index(name) for name in names}
    for number in range(1, sheet.grid.held_rows):
        yield number, {name: value_of(sheet.grid.cell(number, place)) for name, place in at.items()}


KINDS = ("lost", "double", "disagreeing", "invented", "foreign", "unrest", "records")


@dataclass
class Verdict:
    """What was found at the end.

    Attributes
    ----------
    lost, double, disagreeing
        Rows that are to be classified and are not; lines too many; rows and lines that do not agree.
    invented
        Lines that tell of no classification that was made.
    foreign
        Cells of others that are not what was entered last, and formulas that nobody entered.
    unrest
        Whether a second sweep wrote something.
    records
        Audiences, tests and runs whose records do not agree with one another.
    """

    rows: int = 0
    lines: int = 0
    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    disagreeing: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    unrest: list[str] = field(default_factory=list)
    records: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """All that was found, each with its kind."""
        return [f"{kind}: {problem}" for kind in KINDS for problem in getattr(self, kind)]

    def add(self, other: Verdict) -> None:
        """Add what was found in another spreadsheet."""
        self.rows += other.rows
        self.lines += other.lines
        for kind in KINDS:
            getattr(self, kind).extend(getattr(other, kind))


PLANS = "plans"
"""Trigger of a line that a row got with another name or plan: one for each edit of a plan at most."""


class Witness:
    """Listens to one spreadsheet.

    Attributes
    ----------
    early
        What was seen to be wrong at a commit: lines inserted twice, lines without their row.
    """

    def __init__(self, document: Document, marketers: Marketers, elsewhere: Elsewhere) -> None:
        self.document, self.marketers, self.elsewhere = document, marketers, elsewhere
        self.early = Verdict()
        self._written: set[str] = set()
        self._models: dict[int, set[str]] = {}
        self._seen = 0
        document.subscribe(self._look)

    def _look(self) -> None:
        entries = self.document.journal.entries
        new, self._seen = entries[self._seen :], len(entries)
        if any(change.actor == SERVICE_ACCOUNT for change in new):
            self._note_model()
            self._note_lines()

    def _note_model(self) -> None:
        for sheet in self.document.sheets:
            if sheet.title == "Model":
                row = dict(
                    zip(map(value_of, sheet.grid.row(0)), map(value_of, sheet.grid.row(1)), strict=False)
                )
                if isinstance(row.get("Version"), int | float):
                    parts = json.dumps([row.get("Parameters"), row.get("Checksum")])
                    self._models.setdefault(int(row["Version"]), set()).add(parts)  # type: ignore[arg-type]

    def _note_lines(self) -> None:
        """Note the lines that this commit has put on top of the log; each must stand in a row as well."""
        log = next((s for s in self.document.sheets if s.title == "Prediction_Log"), None)
        if log is None:
            return
        fresh = []
        for number in range(1, log.grid.held_rows):
            line_id = _id_in(log.grid.row(number))
            if line_id is None or line_id in self._written:
                break
            fresh.append(line_id)
        if fresh:
            grid = self.marketers.sheet(self.document).grid
            # A row may hold two for a moment: its former one beside one that came to a wrong column.
            standing = {
                standing_id for row in range(1, grid.held_rows) for standing_id in _ids_in(grid.row(row))
            }
            self.early.invented += [
                f"line {fresh_id} came without its row" for fresh_id in fresh if fresh_id not in standing
            ]
            self._written |= set(fresh)

    # --- at the end ---

    def judge(self, again: Mapping[str, int]) -> Verdict:
        """Judge the spreadsheet after the storm and a sweep.

        Parameters
        ----------
        again
            Rows that were asked to be scored again, by the mark of the request.
        """
        verdict = Verdict()
        verdict.add(self.early)
        log = self.document.sheet("Prediction_Log")
        lines = {n: line for n, line in table(log, LOG_COLUMNS) if _is_id(line["PredictionId"])}
        verdict.lines = len(lines)
        by_id: dict[str, dict[str, Any]] = {}
        for line in lines.values():
            if line["PredictionId"] in by_id:
                verdict.double.append(f"line {line['PredictionId']} stands twice in the log")
            by_id[line["PredictionId"]] = line
        self._judge_rows(by_id, verdict)
        self._judge_lines(list(by_id.values()), again, verdict)
        self._judge_cells(verdict)
        return verdict

    def _judge_rows(self, by_id: Mapping[str, Mapping[str, Any]], verdict: Verdict) -> None:
        bearers: set[str] = set()
        for number, row in table(self.document.sheet("New User"), (*INPUTS, *OUTPUTS)):
            inputs = valid_inputs([row[name] for name in INPUTS])
            outputs = [row[name] for name in OUTPUTS]
            where = f"row {number + 1}"
            if inputs is None:
                if any(output is not None for output in outputs):
                    verdict.disagreeing.append(f"{where} has outputs beside inputs that are not whole: {row}")
                continue
            verdict.rows += 1
            line = by_id.get(str(row["PredictionId"]))
            if not row["PredictionId"] or row["Cluster"] is None:
                verdict.lost.append(f"{where} waits: {row}")
            elif line is None:
                verdict.disagreeing.append(f"{where} has no line: {row}")
            elif row["PredictionId"] in bearers:
                verdict.double.append(f"{where} bears the id of a row above: {row}")
            elif _line_inputs(line) != inputs or [line[n] for n in OUTPUTS] != outputs:
                verdict.disagreeing.append(f"{where} {row} is not its line {line}")
            bearers.add(str(row["PredictionId"]))

    def _judge_lines(
        self, lines: Sequence[Mapping[str, Any]], again: Mapping[str, int], verdict: Verdict
    ) -> None:
        counts: Counter[tuple[Inputs, str]] = Counter()
        ids: dict[tuple[Inputs, str], list[str]] = {}
        marked: Counter[str] = Counter()
        planned: Counter[tuple[Inputs, str]] = Counter()
        for line in lines:
            inputs = _line_inputs(line)
            match = PREDICTION_ID.fullmatch(line["PredictionId"])
            assert match is not None
            line_said = f"{line['PredictionId']} of {line['CustomerID']}"
            if inputs is None or fingerprint(inputs) != match[2]:
                verdict.invented.append(f"{line_said} has other inputs than its mark")
                continue
            if line["PredictionId"] not in self._written:
                verdict.invented.append(f"{line_said} was not written by the service")
            if inputs not in self.marketers.shown:
                verdict.invented.append(f"{line_said} tells of inputs that nobody entered")
            if line["Trigger"] != "reconciled" and not self._is_right(int(match[1]), inputs, line["Cluster"]):
                verdict.disagreeing.append(f"{line_said} is in cluster {line['Cluster']}, not the model's")
            if line["Trigger"] == PLANS:
                planned[inputs, match[1]] += 1
            elif match[3][:8] in again and len(match[3]) == 12:
                marked[match[3][:8]] += 1
            else:
                counts[inputs, match[1]] += 1
                ids.setdefault((inputs, match[1]), []).append(f"{line['PredictionId']} ({line['Trigger']})")
        texts = self.elsewhere.plan_edits + len(self._models)  # a new model may bring other names
        verdict.double += [
            f"{inputs}: {n} lines of model {version} for {texts} edited names and plans"
            for (inputs, version), n in planned.items()
            if n > self.marketers.allowed[inputs] * texts
        ]
        verdict.double += [f"{mark}: {n} lines" for mark, n in marked.items() if n > again[mark]]
        verdict.double += [
            f"{inputs}: {n} lines of model {version}, {self.marketers.allowed[inputs]} times entered: "
            + ", ".join(ids[inputs, version])
            for (inputs, version), n in counts.items()
            if n > self.marketers.allowed[inputs]
        ]

    def _is_right(self, version: int, inputs: Inputs, cluster: object) -> bool:
        models = self._models.get(version, set())
        if len(models) != 1:
            return True  # a deleted tab Model gave the number again
        parameters, checksum = json.loads(next(iter(models)))
        return bool(assign(load_model(str(parameters), str(checksum)), [inputs[1:]])[0] == cluster)

    def _judge_cells(self, verdict: Verdict) -> None:
        """Compare what is not the service's with the twin."""
        ours = {self.marketers.columns()[name] for name in OUTPUTS} | self.marketers.value_columns()
        pairs = [(self.document.sheet("New User"), self.marketers.sheet(), ours)]
        pairs.append(
            (self.document.sheet("Training_Data"), self.marketers.twin.sheet("Training_Data"), set())
        )
        for real, twin, skipped in pairs:
            if (real.grid.row_count, real.grid.column_count) != (twin.grid.row_count, twin.grid.column_count):
                verdict.foreign.append(f"{real.title} has another size than its owner gave it")
            verdict.foreign += _differences(real, twin, skipped)
        held = {
            str(value_of(c))
            for r in range(self.document.sheet("Prediction_Log").grid.held_rows)
            for c in self.document.sheet("Prediction_Log").grid.row(r)
        }
        verdict.foreign += [f"{text} is gone from the log's tab" for text in self.elsewhere.notes - held]
        shown: dict[int, object] = {}
        for _, row in table(self.document.sheet("Action_Map"), ("Cluster", "ActionPlan")):
            if isinstance(row["Cluster"], int | float):
                shown.setdefault(int(row["Cluster"]), row["ActionPlan"])
        for cluster, text in self.elsewhere.plans.items():
            if cluster in shown and shown[cluster] != text:
                verdict.foreign.append(f"the plan of {cluster} is {shown[cluster]}, not {text}")
        if self.elsewhere.beside:
            segmented = self.document.sheet("Segmented_Customers")
            beside = {str(r["CustomerID"]): r["Owner"] for _, r in table(segmented, ("CustomerID", "Owner"))}
            verdict.foreign += [
                f"beside {who} stands {beside.get(who)}, not {text}"
                for who, text in self.elsewhere.beside.items()
                if beside.get(who) != text
            ]
        formulas = [s.title for s in self.document.sheets if any(True for _ in s.grid.formula_cells())]
        verdict.foreign += [f"a formula appeared in {title}" for title in formulas]


def _differences(real: Sheet, twin: Sheet, skipped: set[int]) -> list[str]:
    differences = []
    for row in range(max(real.grid.held_rows, twin.grid.held_rows)):
        here, there = real.grid.row(row), twin.grid.row(row)
        for column in range(max(len(here), len(there))):
            if column in skipped and row:
                continue
            cell, entered = real.grid.cell(row, column), twin.grid.cell(row, column)
            if _entered(cell) != _entered(entered):
                place = f"{real.title} row {row + 1} column {column + 1}"
                differences.append(f"{place} holds {_entered(cell)!r}, not {_entered(entered)!r}")
    return differences


def _entered(content: Content) -> object:
    formula = content.formula if isinstance(content, Cell) else None
    return formula or value_of(content)


def _line_inputs(line: Mapping[str, Any]) -> Inputs | None:
    return valid_inputs([line[name] for name in INPUTS])


def _is_id(value: object) -> bool:
    return isinstance(value, str) and PREDICTION_ID.fullmatch(value) is not None


def _ids_in(row: Sequence[Content]) -> list[str]:
    return [str(value) for cell in row if _is_id(value := value_of(cell))]


def _id_in(row: Sequence[Content]) -> str | None:
    return next(iter(_ids_in(row)), None)


Judge = Callable[[Mapping[str, int]], Verdict]
