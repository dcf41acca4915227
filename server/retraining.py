"""Segmenting and retraining: from `Training_Data` to segments, written by one atomic swap.

Training needs pandas and scikit-learn, which cost a second and 120 MB to import; they are imported when a
training begins, not when the service starts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from server.core.cells import Cell
from server.core.classification import Plan
from server.core.model import Model
from server.core.options import Options
from server.errors import AudienceError, ChangedError, NoModelError, TrainingDataError
from server.layout import (
    ACTION_MAP,
    HEADERS,
    MIGRATION,
    MODEL,
    PREDICTION_LOG,
    RFM,
    SEGMENTED_CUSTOMERS,
    SETTINGS,
)
from server.placing import Moved, Placing
from server.scoring import Scoring
from server.sheets import tabs
from server.sheets.action_map import action_map_mending
from server.sheets.client import SheetsClient
from server.sheets.commit import LONG_TURN_SECONDS, Batch, Committer, patient
from server.sheets.failures import ApiFailure, explained
from server.sheets.models import (
    ALL_VERSIONS_RANGE,
    IN_USE_RANGE,
    model_in_use,
    model_of_row,
    next_version,
    version_row,
)
from server.sheets.outputs import (
    Former,
    outputs,
    read_columns,
    read_former,
    segment_texts,
)
from server.sheets.rows import plans
from server.sheets.snapshot import Snapshot, quoted
from server.sheets.staging import Output, Staged, refuse_overflow, stage, stale_tabs, swap_requests
from server.training_data import Progress, ReadTransactions, TrainingData, options_of

if TYPE_CHECKING:
    from server.training.segmentation import Segmentation, Wanted

ATTEMPTS = 3
"""How often the outputs are laid out, where people sort customers or edit `Action_Map` meanwhile."""

_RANGES = (
    f"{quoted(RFM)}!1:1",
    f"{quoted(SEGMENTED_CUSTOMERS)}!1:1",
    f"{quoted(MIGRATION)}!1:1",
    f"{quoted(ACTION_MAP)}!1:200",
    f"{quoted(SETTINGS)}!1:100",
    f"{quoted(PREDICTION_LOG)}!1:2",
)


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """One segment, for the answer."""

    cluster: int
    segment: str
    action_plan: str
    customers: int
    share: float
    revenue_share: float


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What a segmentation did; `candidate` is a new model that was not put in use."""

    model: Model
    candidate: Model | None
    summary: list[str]
    segments: list[SegmentLine]
    quality: dict[str, Any]
    quality_sentences: list[str]
    rfm_customers: int
    scored: int
    message: str


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
        self._committer = committer
        self._client: SheetsClient = committer.client.for_long_work()
        self._scoring = scoring
        self._training_data = TrainingData(committer, now, self._client)
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
        self._prepare(spreadsheet_id)
        start = self._snapshot(spreadsheet_id, _ranges(asked))
        options = options_of(start)
        model = _model_before(start, retrain=asked.retrain or bool(asked.version))
        earlier = model_of_row(start, version_row(start, asked.version)) if asked.version else None
        read = self._training_data.read(spreadsheet_id, options, progress)
        if not len(read.transactions):
            raise TrainingDataError(
                "No row of Training_Data can be used.", hint=" ".join(read.quality.sentences()[1:4])
            )
        former = read_former(self._client, spreadsheet_id, start)
        progress("Finding segments", 0.55)
        found = self._segmentation(
            spreadsheet_id, start, asked, options, model, earlier, read, former, progress
        )
        former_names = dict(zip(model.clusters, model.names, strict=True)) if model else {}
        names = dict(zip(found.model.clusters, found.model.names, strict=True))
        placing = Placing(
            base=start.token.base,
            options=options,
            found=found,
            names=names,
            former_names=former_names,
            moves=asked.version if earlier is not None and earlier != model else 0,
            parks_all=model is None and not former.numbers,
        )
        texts = self._written(spreadsheet_id, asked, placing, start, former, progress)
        progress("Scoring the rows that wait", 0.97)
        scored, told = self._score_waiting(spreadsheet_id, asked)
        return _result(found, texts, read, scored, told, is_put_back=bool(placing.moves))

    def _prepare(self, spreadsheet_id: str) -> None:
        """Make missing tabs, and clear what a run that died left behind, in one commit."""

        def plan(snapshot: Snapshot) -> Batch | None:
            taken = [tab.sheet_id for tab in snapshot.tabs.values()]
            requests = tabs.layout_requests(tabs.missing_tabs(snapshot), taken)
            requests += [{"deleteSheet": {"sheetId": tab.sheet_id}} for tab in stale_tabs(snapshot)]
            return Batch(requests) if requests else None

        self._transact(spreadsheet_id, [], plan)

    def _segmentation(
        self,
        spreadsheet_id: str,
        start: Snapshot,
        asked: Run,
        options: Options,
        model: Model | None,
        earlier: Model | None,
        read: ReadTransactions,
        former: Former,
        progress: Progress,
    ) -> Segmentation:
        from server.training.segmentation import Before, segment_customers

        known = former.figures if model is not None else {}
        return segment_customers(
            read.transactions,
            options,
            Before(model, former.numbers, list(known), list(known.values())),
            self._wanted(spreadsheet_id, start, asked, earlier, trains=asked.retrain or model is None),
            progress=lambda fraction: progress("Finding segments", 0.55 + 0.2 * fraction),
        )

    def _wanted(
        self, spreadsheet_id: str, start: Snapshot, asked: Run, earlier: Model | None, *, trains: bool
    ) -> Wanted:
        from server.training.segmentation import Wanted

        versions: list[Cell] = []
        if trains and earlier is None:
            [model_tab] = read_columns(self._client, spreadsheet_id, (start.tab(MODEL), ["Version"]))
            logged = start.tab(PREDICTION_LOG)
            at = logged.columns(HEADERS[PREDICTION_LOG])["ModelVersion"]
            newest = logged.values(2)
            versions = [*model_tab["Version"], newest[at] if at < len(newest) else ""]
        return Wanted(
            new_model=asked.retrain,
            version=next_version(versions),
            trained_at=f"{self._now():%Y-%m-%dT%H:%M:%SZ}",
            earlier=earlier,
        )

    def _written(
        self,
        spreadsheet_id: str,
        asked: Run,
        placing: Placing,
        start: Snapshot,
        former: Former,
        progress: Progress,
    ) -> dict[int, Plan]:
        """Write the result, laid out anew where people move rows or edit texts meanwhile; return the texts."""
        found, seen = placing.found, start
        for attempt in range(1, ATTEMPTS + 1):
            texts = segment_texts(seen, placing.names, parks_all=placing.parks_all)
            laid_out = outputs(found.table, found.clusters.tolist(), found.confidence.tolist(), former, texts)
            overview = self._snapshot(spreadsheet_id, [])
            refuse_overflow(overview, laid_out)
            progress("Writing the segments", 0.75)
            staged = self._staged(spreadsheet_id, overview, laid_out, progress)
            progress("Putting the segments in place", 0.94)
            try:
                self._swap(spreadsheet_id, asked, placing, former, plans(seen), staged)
                return texts
            except Moved as moved:
                if attempt == ATTEMPTS:
                    break
                seen, former = moved.snapshot, moved.former
                self._prepare(spreadsheet_id)  # clears the staging tabs
        raise ChangedError(
            "Customers were sorted, or Action_Map was edited, again and again meanwhile.",
            hint="Nothing of this run was written. Wait until nobody edits these tabs, then run it again.",
        )

    def _staged(
        self, spreadsheet_id: str, overview: Snapshot, laid_out: Sequence[Output], progress: Progress
    ) -> list[Staged]:
        taken = [tab.sheet_id for tab in overview.tabs.values()]
        try:
            return stage(
                self._client,
                spreadsheet_id,
                laid_out,
                taken,
                lambda fraction: progress("Writing the segments", 0.75 + 0.18 * fraction),
            )
        except ApiFailure as failure:
            raise explained(failure) from failure

    def _swap(
        self,
        spreadsheet_id: str,
        asked: Run,
        placing: Placing,
        former: Former,
        texts: dict[int, Plan],
        staged: Sequence[Staged],
    ) -> None:
        """Put everything in place in one batch, on a fresh read of all that the outputs were laid out by.

        Raises
        ------
        ChangedError
            If the data or the settings are not those any more that the result was computed from.
        Moved
            If customers stand in other rows, or their segments bear other texts.
        """

        def plan(snapshot: Snapshot) -> Batch:
            placing.refuse_changes(snapshot)
            present = read_former(self._client, spreadsheet_id, snapshot)
            if present.ids != former.ids or plans(snapshot) != texts:
                raise Moved(snapshot, present)
            requests = [
                request for each in staged for request in swap_requests(snapshot.tab(each.output.title), each)
            ]
            return Batch(
                [*requests, *placing.requests(snapshot)], [f"{quoted(ACTION_MAP)}!1:200"], raises_base=True
            )

        outcome = self._transact(spreadsheet_id, _ranges(asked), plan)
        if ACTION_MAP in outcome.after.tabs and not placing.parks_all:
            before = outcome.before.tab(ACTION_MAP)
            profiles = placing.found.profiles

            def mend(seen: Snapshot) -> Batch | None:
                mending = action_map_mending(before, seen.tab(ACTION_MAP), profiles)
                return Batch(mending) if mending else None

            if mend(outcome.after) is not None:
                self._transact(spreadsheet_id, [f"{quoted(ACTION_MAP)}!1:200", IN_USE_RANGE], mend)

    def _score_waiting(self, spreadsheet_id: str, asked: Run) -> tuple[int, str]:
        try:
            result = self._scoring.score(
                spreadsheet_id, None, trigger=asked.trigger, requested_by=asked.requested_by
            )
        except AudienceError as error:
            return 0, f" Rows of New User wait: {error.detail}"
        return result.scored, f" {result.scored:,} waiting rows scored." if result.scored else ""

    def _snapshot(self, spreadsheet_id: str, ranges: Sequence[str]) -> Snapshot:
        try:
            return self._committer.read(spreadsheet_id, ranges, client=self._client, pace=patient())
        except ApiFailure as failure:
            raise explained(failure) from failure

    def _transact(
        self, spreadsheet_id: str, ranges: Sequence[str], plan: Callable[[Snapshot], Batch | None]
    ) -> Any:
        try:
            with self._committer.alone(spreadsheet_id, LONG_TURN_SECONDS):
                return self._committer.transact(
                    spreadsheet_id, ranges, plan, pace=patient(), client=self._client
                )
        except ApiFailure as failure:
            raise explained(failure) from failure


def _ranges(asked: Run) -> list[str]:
    return [*_RANGES, ALL_VERSIONS_RANGE if asked.version else IN_USE_RANGE]


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


def _result(
    found: Segmentation,
    texts: dict[int, Plan],
    read: ReadTransactions,
    scored: int,
    told: str,
    *,
    is_put_back: bool,
) -> TrainingResult:
    customers = len(found.table)
    what = f"{customers:,} customers in {found.model.k} segments"
    if found.candidate_because:
        message = f"{found.candidate_because} {what}."
    elif found.trained is not None:
        message = f"A new model: {what}."
    else:
        message = f"Version {found.model.version} is in use: {what}." if is_put_back else f"{what}."
    return TrainingResult(
        model=found.model,
        candidate=found.trained if found.candidate_because else None,
        summary=found.summary(),
        segments=[
            SegmentLine(
                cluster=profile.cluster,
                segment=texts[profile.cluster].segment,
                action_plan=texts[profile.cluster].action_plan,
                customers=profile.customers,
                share=profile.customers / customers,
                revenue_share=profile.revenue_share,
            )
            for profile in sorted(found.profiles, key=lambda each: each.cluster)
        ],
        quality=read.quality.to_json(),
        quality_sentences=read.quality.sentences(),
        rfm_customers=customers,
        scored=scored,
        message=message + told,
    )
