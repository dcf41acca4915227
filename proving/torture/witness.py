"""Observes every commit of the service, and judges the spreadsheet at the end."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local.launch import SERVICE_ACCOUNT
from proving.torture.elsewhere import Elsewhere
from proving.torture.foreign_cells import foreign_cells
from proving.torture.marketers import INPUTS, OUTPUTS, Inputs, Marketers, valid_inputs
from proving.torture.tables import table
from server.core.segments.model import load_model
from server.core.segments.prediction import assign
from sheets_standin.spreadsheet.cells import Content, value_of
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
        """Add the verdict of another spreadsheet."""
        self.rows += other.rows
        self.lines += other.lines
        for kind in KINDS:
            getattr(self, kind).extend(getattr(other, kind))


PLANS = "plans"
"""Trigger of a line that a row got with another name or plan: one for each edit of a plan at most."""


class _SortedLines:
    """Ids of the log's lines by what they were written for: an entered row, a request to score again, a new plan."""

    def __init__(self) -> None:
        self._entered: dict[tuple[Inputs, str], list[str]] = {}
        self._planned: Counter[tuple[Inputs, str]] = Counter()
        self._again: Counter[str] = Counter()

    def add(
        self, line: Mapping[str, Any], inputs: Inputs, match: re.Match[str], again: Mapping[str, int]
    ) -> None:
        """Take a line, whose id matches `PREDICTION_ID`."""
        version, mark = match[1], match[3]
        if line["Trigger"] == PLANS:
            self._planned[inputs, version] += 1
        elif mark[:8] in again and len(mark) == 12:
            self._again[mark[:8]] += 1
        else:
            line_said = f"{line['PredictionId']} ({line['Trigger']})"
            self._entered.setdefault((inputs, version), []).append(line_said)

    def too_many(self, allowed: Mapping[Inputs, int], texts: int, again: Mapping[str, int]) -> Iterator[str]:
        """Yield what has more lines than it was entered, edited or asked for.

        Parameters
        ----------
        allowed
            How often inputs were entered.
        texts
            How often names and plans were edited.
        """
        for (inputs, version), n in self._planned.items():
            if n > allowed[inputs] * texts:
                yield f"{inputs}: {n} lines of model {version} for {texts} edited names and plans"
        yield from (f"{mark}: {n} lines" for mark, n in self._again.items() if n > again[mark])
        for (inputs, version), ids in self._entered.items():
            if len(ids) > allowed[inputs]:
                counts = f"{len(ids)} lines of model {version}, {allowed[inputs]} times entered"
                yield f"{inputs}: {counts}: " + ", ".join(ids)


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
        fresh = self._fresh_ids(log)
        if fresh:
            grid = self.marketers.sheet(self.document).grid
            # A row may hold two for a moment: its former one beside one that came to a wrong column.
            in_rows = {row_id for row in range(1, grid.held_rows) for row_id in _ids_in(grid.row(row))}
            self.early.invented += [
                f"line {line_id} came without its row" for line_id in fresh if line_id not in in_rows
            ]
            self._written |= set(fresh)

    def _fresh_ids(self, log: Sheet) -> list[str]:
        """Return the ids of the lines on top of the log that were not there before."""
        fresh: list[str] = []
        for number in range(1, log.grid.held_rows):
            line_id = _id_in(log.grid.row(number))
            if line_id is None or line_id in self._written:
                break
            fresh.append(line_id)
        return fresh

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
        verdict.foreign += foreign_cells(self.document, self.marketers, self.elsewhere)
        return verdict

    def _judge_rows(self, by_id: Mapping[str, Mapping[str, Any]], verdict: Verdict) -> None:
        bearers: set[str] = set()
        for number, row in table(self.document.sheet("New User"), (*INPUTS, *OUTPUTS)):
            inputs = valid_inputs([row[name] for name in INPUTS])
            where = f"row {number + 1}"
            if inputs is None:
                if any(row[name] is not None for name in OUTPUTS):
                    verdict.disagreeing.append(f"{where} has outputs beside inputs that are not whole: {row}")
                continue
            verdict.rows += 1
            kind, problem = _wrong_row(row, by_id, bearers)
            if kind:
                getattr(verdict, kind).append(f"{where} {problem}")
            bearers.add(str(row["PredictionId"]))

    def _judge_lines(
        self, lines: Sequence[Mapping[str, Any]], again: Mapping[str, int], verdict: Verdict
    ) -> None:
        sorted_lines = _SortedLines()
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
            sorted_lines.add(line, inputs, match, again)
        texts = self.elsewhere.plan_edits + len(self._models)  # a new model may bring other names
        verdict.double += sorted_lines.too_many(self.marketers.allowed, texts, again)

    def _is_right(self, version: int, inputs: Inputs, cluster: object) -> bool:
        models = self._models.get(version, set())
        if len(models) != 1:
            return True  # a deleted tab Model gave the number again
        parameters, checksum = json.loads(next(iter(models)))
        return bool(assign(load_model(str(parameters), str(checksum)), [inputs[1:]])[0] == cluster)


def _wrong_row(
    row: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]], bearers: Collection[str]
) -> tuple[str, str]:
    """Return what is wrong with a row that is to be classified, and of which kind it is; "" for a right one."""
    line = by_id.get(str(row["PredictionId"]))
    if not row["PredictionId"] or row["Cluster"] is None:
        return "lost", f"waits: {row}"
    if line is None:
        return "disagreeing", f"has no line: {row}"
    if row["PredictionId"] in bearers:
        return "double", f"bears the id of a row above: {row}"
    if _line_inputs(line) != _line_inputs(row) or _outputs(line) != _outputs(row):
        return "disagreeing", f"{row} is not its line {line}"
    return "", ""


def _line_inputs(line: Mapping[str, Any]) -> Inputs | None:
    return valid_inputs([line[name] for name in INPUTS])


def _outputs(row: Mapping[str, Any]) -> list[object]:
    return [row[name] for name in OUTPUTS]


def _is_id(value: object) -> bool:
    return isinstance(value, str) and PREDICTION_ID.fullmatch(value) is not None


def _ids_in(row: Sequence[Content]) -> list[str]:
    return [str(value) for cell in row if _is_id(value := value_of(cell))]


def _id_in(row: Sequence[Content]) -> str | None:
    return next(iter(_ids_in(row)), None)


Judge = Callable[[Mapping[str, int]], Verdict]
