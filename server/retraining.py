"""Segmenting and retraining: from `Training_Data` to segments, written by one atomic swap.

Training needs pandas and scikit-learn, which cost a second and 120 MB to import; they are imported when a
training begins, not when the service starts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.core.account import Line, lines
from server.core.cells import Cell
from server.core.model import Model
from server.core.options import Options
from server.core.wall_clock import today, wall_clock
from server.core.wording import Wording
from server.dashboards import Dashboards
from server.errors import AudienceError, LayoutError, NoModelError, TrainingDataError
from server.layout import DASHBOARD, DATA_QUALITY, MODEL, PREDICTION_LOG, TRAINING_DATA
from server.placing import RANGES, Placing
from server.scoring import Scoring
from server.sheets.commit import Batch, Committer
from server.sheets.data_quality import left_alone
from server.sheets.failures import ApiFailure, explained
from server.sheets.logged import Logged, read_logged
from server.sheets.long_work import LongWork
from server.sheets.models import (
    ALL_VERSIONS_RANGE,
    IN_USE_RANGE,
    model_in_use,
    model_of_row,
    next_version,
    version_row,
)
from server.sheets.outputs import Former, blank_outputs, read_former
from server.sheets.pages import Head
from server.sheets.snapshot import Snapshot
from server.sheets.staging import refuse_overflow
from server.sheets.tabs import layout_requests, missing_tabs
from server.swap import Swap
from server.training_data import Progress, ReadTransactions, TrainingData, options_of
from server.training_result import TrainingResult, training_result

if TYPE_CHECKING:
    from server.training.segmentation import Segmentation, Wanted

VERSIONS_GIVEN = ((MODEL, ("Version",)), (PREDICTION_LOG, ("ModelVersion",)))
"""Where versions stand that were given before: a number is not given twice, though `Model` be lost."""


@dataclass(frozen=True, slots=True)
class Run:
    """What is asked for.

    Attributes
    ----------
    retrain
        Train a new model, though there is one in use.
    version
        Put this version in use, 0 for none.
    requested_by
        Address of who asked, for the log lines of rows that waited; "" where it is not known.
    """

    retrain: bool = False
    version: int = 0
    requested_by: str = ""

    @property
    def trigger(self) -> str:
        """Return what the log names as the cause."""
        return "retrain" if self.retrain else "segment"

    @property
    def ranges(self) -> list[str]:
        """Return what it reads beside the large tabs: at its start, and again for the swap."""
        return [*RANGES, ALL_VERSIONS_RANGE if self.version else IN_USE_RANGE]


class Retraining:
    """The use cases that segment all customers.

    Parameters
    ----------
    committer
        Reads and writes spreadsheets.
    scoring
        Scores what waits afterwards.
    now
        Returns the time as an aware date-time.
    """

    def __init__(
        self,
        committer: Committer,
        scoring: Scoring,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._long_work = LongWork(committer)
        self._client = self._long_work.client
        self._scoring = scoring
        self._training_data = TrainingData(committer, now, self._client)
        self._dashboards = Dashboards(committer, now)
        self._now = now

    def run(self, spreadsheet_id: str, asked: Run, progress: Progress) -> TrainingResult:
        """Segment all customers, with a new model if one is asked for or there is none.

        Raises
        ------
        TrainingDataError, SettingsError, DamagedModelError, NoSuchVersionError
            If the sheet cannot be used as it stands; nothing is changed.
        ChangedError
            If somebody changed the data meanwhile; nothing is changed.
        """
        progress("Preparing the tabs", 0.01)
        start = self._start(spreadsheet_id, asked)
        options, wording = options_of(start), Wording(start.locale)
        model = _model_before(start, retrain=asked.retrain or bool(asked.version))
        earlier = model_of_row(start, version_row(start, asked.version)) if asked.version else None
        refuse_overflow(start, blank_outputs(model.customers if model else 0))
        read = self._training_data.read(spreadsheet_id, options, progress, Head.of(start.tab(TRAINING_DATA)))
        if not len(read.transactions):
            reasons = read.quality.sentences(wording)[1:4]
            raise TrainingDataError("No row of Training_Data can be used.", hint=" ".join(reasons))
        former, given = read_former(self._client, spreadsheet_id, start, *VERSIONS_GIVEN)
        progress("Finding segments", 0.55)
        wanted = self._wanted(
            asked, earlier, [cell for each in given for cells in each.values() for cell in cells]
        )
        found = _segmentation(wanted, options, model, read, former, progress, wording)
        former_names = dict(zip(model.clusters, model.names, strict=True)) if model else {}
        placing = Placing(
            base=start.token.base,
            options=options,
            found=found,
            names=dict(zip(found.model.clusters, found.model.names, strict=True)),
            former_names=former_names,
            moves=asked.version if earlier is not None and earlier != model else 0,
            parks_all=model is None and not former.numbers,
            logged=self._logged(spreadsheet_id, start, options),
            quality=_account(found, read, self._now(), options.time_zone, wording),
            letters={role: column.letter for role, column in read.columns.roles.items()},
        )
        swap = Swap(self._long_work, spreadsheet_id, asked.ranges, placing, progress)
        texts = swap.write(start, former)
        progress("Scoring the rows that wait", 0.97)
        scored, told = self._score_waiting(spreadsheet_id, asked, wording)
        if scored:
            self._dashboards.renew(spreadsheet_id)
        if swap.dashboard != DASHBOARD:
            told += f" The dashboard is in the tab {swap.dashboard}."
        told += _not_ours(start)
        return training_result(found, texts, read, scored, told, wording, is_put_back=bool(placing.moves))

    def _start(self, spreadsheet_id: str, asked: Run) -> Snapshot:
        """Return the sheet as it is at the start; tabs that are missing are made first."""
        try:
            return self._long_work.read(spreadsheet_id, asked.ranges)
        except LayoutError:
            self._long_work.transact(spreadsheet_id, [], _tabs_made)
            return self._long_work.read(spreadsheet_id, asked.ranges)

    def _wanted(self, asked: Run, earlier: Model | None, versions: Sequence[Cell]) -> Wanted:
        from server.training.segmentation import Wanted

        return Wanted(
            new_model=asked.retrain,
            version=next_version(versions),
            trained_at=f"{self._now():%Y-%m-%dT%H:%M:%SZ}",
            earlier=earlier,
        )

    def _logged(self, spreadsheet_id: str, start: Snapshot, options: Options) -> Logged:
        """Return when rows were scored, as the log tells before the swap."""
        day, log = today(self._now(), options.time_zone), start.tab(PREDICTION_LOG)
        try:
            return read_logged(self._client, spreadsheet_id, log, day, self._long_work.pace())
        except ApiFailure as failure:
            raise explained(failure) from failure

    def _score_waiting(self, spreadsheet_id: str, asked: Run, wording: Wording) -> tuple[int, str]:
        try:
            result = self._scoring.score(
                spreadsheet_id, None, trigger=asked.trigger, requested_by=asked.requested_by
            )
        except AudienceError as error:
            return 0, f" Rows of New User wait: {error.detail}"
        told = wording.counted(result.scored, "waiting row")
        return result.scored, f" {told} scored." if result.scored else ""


def _tabs_made(snapshot: Snapshot) -> Batch | None:
    """Return the commit that makes missing tabs."""
    missing = missing_tabs(snapshot)
    return Batch(layout_requests(missing, snapshot)) if missing else None


def _model_before(start: Snapshot, *, retrain: bool) -> Model | None:
    """Return the model in use; a damaged one stops a segmentation, but nothing that replaces it."""
    try:
        return model_in_use(start)
    except NoModelError:
        return None
    except AudienceError:
        if not retrain:
            raise
        return None


def _segmentation(
    wanted: Wanted,
    options: Options,
    model: Model | None,
    read: ReadTransactions,
    former: Former,
    progress: Progress,
    wording: Wording,
) -> Segmentation:
    from server.training.segmentation import Before, segment_customers

    known = former.figures if model is not None else {}
    return segment_customers(
        read.transactions,
        options,
        Before(model, former.numbers, list(known), list(known.values())),
        wanted,
        progress=lambda fraction: progress("Finding segments", 0.55 + 0.2 * fraction),
        quality=read.quality,
        wording=wording,
    )


def _account(
    found: Segmentation, read: ReadTransactions, now: dt.datetime, time_zone: str, wording: Wording
) -> list[Line]:
    """Return the lines of `Data_Quality`."""
    written, _ = wall_clock(now, time_zone)
    return lines(read.quality, found.checks, found.table.analysis_day, written, time_zone, wording)


def _not_ours(start: Snapshot) -> str:
    why = left_alone(start.tab(DATA_QUALITY))
    return f" {why}" if why else ""
