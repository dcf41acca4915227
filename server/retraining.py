"""Segmenting and retraining: from `Training_Data` to segments, written by one atomic swap.

Training needs pandas and scikit-learn, which cost a second and 120 MB to import; they are imported when a
training begins, not when the service starts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from server.core.cells import Cell, is_empty, text_of
from server.core.classification import Plan
from server.core.model import Model
from server.core.options import Options, parse_options
from server.core.wall_clock import today
from server.errors import AudienceError, ChangedError, LayoutError, NoModelError, TrainingDataError
from server.layout import (
    ACTION_MAP,
    CLUSTER,
    CUSTOMER_ID,
    HEADERS,
    MODEL,
    PREDICTION_LOG,
    RFM,
    RFM_HEADERS,
    SEGMENT,
    SEGMENTED_CUSTOMERS,
    SEGMENTED_HEADERS,
    SETTINGS,
    normalised,
)
from server.scoring import Scoring
from server.sheets import tabs
from server.sheets.action_map import action_map_mending, action_map_requests
from server.sheets.client import SheetsClient
from server.sheets.commit import LONG_TURN_SECONDS, Batch, Committer, patient, retried
from server.sheets.failures import ApiFailure, explained
from server.sheets.models import IN_USE_RANGE, model_in_use, model_requests, next_version
from server.sheets.rows import plans
from server.sheets.snapshot import Snapshot, Tab, column_range, quoted
from server.sheets.staging import (
    Output,
    Staged,
    keep_rows,
    refuse_overflow,
    stage,
    stale_tabs,
    swap_requests,
)

if TYPE_CHECKING:
    from server.core.profiles import Profile
    from server.core.quality import QualityReport
    from server.core.rfm import RfmTable
    from server.core.transactions import Transactions

ATTEMPTS = 3
"""How often the outputs are laid out, where people sort customers or edit `Action_Map` meanwhile."""

Progress = Callable[[str, float], None]
"""Takes the stage in words, and how much of the whole is done, 0 to 1."""

_RANGES = (
    f"{quoted(RFM)}!1:1",
    f"{quoted(SEGMENTED_CUSTOMERS)}!1:1",
    f"{quoted(ACTION_MAP)}!1:200",
    f"{quoted(SETTINGS)}!1:100",
    IN_USE_RANGE,
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
    """What a segmentation did."""

    model: Model
    summary: list[str]
    segments: list[SegmentLine]
    quality: dict[str, Any]
    quality_sentences: list[str]
    rfm_customers: int
    scored: int
    message: str


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


@dataclass(slots=True)
class _Read:
    """What was read of `Training_Data`."""

    transactions: Transactions
    quality: QualityReport
    samples: dict[str, list[str]]
    columns: Any


class Retraining:
    """The use cases that look at all transactions.

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
        self._now = now

    def inspect(self, spreadsheet_id: str) -> Inspection:
        """Return which columns were recognised as what, counts and first problems; write nothing.

        Raises
        ------
        TrainingDataError
            If `Training_Data` cannot be used.
        """
        from server.core.columns import LABELS

        try:
            options = self._options(self._snapshot(spreadsheet_id, [f"{quoted(SETTINGS)}!1:100"]))
        except LayoutError:  # not set up yet: the defaults
            options = Options()
        read = self._read(spreadsheet_id, options, lambda _stage, _fraction: None)
        columns = [
            InspectedColumn(
                role=str(role),
                label=LABELS[role],
                header=column.header,
                column=column.letter,
                why=column.why,
                samples=read.samples.get(str(role), []),
            )
            for role, column in read.columns.roles.items()
        ]
        return Inspection(
            header_row=read.columns.header_row,
            columns=columns,
            others=list(read.columns.others),
            quality=read.quality.to_json(),
            notes=read.quality.sentences(),
            customers=read.quality.customers - read.quality.net_to_nothing,
        )

    def run(
        self, spreadsheet_id: str, *, retrain: bool, progress: Progress, requested_by: str = ""
    ) -> TrainingResult:
        """Segment all customers, with a new model if `retrain` or if there is none.

        Parameters
        ----------
        requested_by
            Address of who asked, for the log lines of rows that waited; "" where it is not known.

        Raises
        ------
        TrainingDataError, SettingsError, DamagedModelError
            If the sheet cannot be used as it stands; nothing is changed.
        ChangedError
            If somebody changed the data meanwhile; nothing is changed.
        """
        progress("Preparing the tabs", 0.01)
        self._prepare(spreadsheet_id)
        start = self._snapshot(spreadsheet_id, _RANGES)
        options = self._options(start)
        model = self._model_before(start, retrain=retrain)
        read = self._read(spreadsheet_id, options, progress)
        return self._segment(
            spreadsheet_id, start, options, model, read, progress, retrain=retrain, requested_by=requested_by
        )

    def _prepare(self, spreadsheet_id: str) -> None:
        """Make missing tabs, and clear what a run that died left behind, in one commit."""

        def plan(snapshot: Snapshot) -> Batch | None:
            taken = [tab.sheet_id for tab in snapshot.tabs.values()]
            requests = tabs.layout_requests(tabs.missing_tabs(snapshot), taken)
            requests += [{"deleteSheet": {"sheetId": tab.sheet_id}} for tab in stale_tabs(snapshot)]
            return Batch(requests) if requests else None

        self._transact(spreadsheet_id, [], plan)

    def _model_before(self, start: Snapshot, *, retrain: bool) -> Model | None:
        """Return the model in use; a damaged one stops a segmentation but not a retrain."""
        try:
            return model_in_use(start)
        except NoModelError:
            return None
        except AudienceError:
            if not retrain:
                raise
            return None

    def _read(self, spreadsheet_id: str, options: Options, progress: Progress) -> _Read:
        """Read `Training_Data`, once more if it moved meanwhile."""
        try:
            return self._read_once(spreadsheet_id, options, progress)
        except ChangedError:
            return self._read_once(spreadsheet_id, options, progress)

    def _read_once(self, spreadsheet_id: str, options: Options, progress: Progress) -> _Read:
        from server.core.transactions import TransactionReader
        from server.sheets.pages import read_blocks, read_columns

        progress("Reading Training_Data", 0.03)
        try:
            head, columns = read_columns(self._client, spreadsheet_id, options.columns)
            reader = TransactionReader(columns, options)
            samples: dict[str, list[str]] = {}

            def take(first_row: int, block: Any) -> None:
                for role, cells in block.items():
                    if not samples.get(str(role)):
                        samples[str(role)] = [text_of(c)[:40] for c in cells[:50] if not is_empty(c)][:3]
                reader.add(first_row, block)

            read_blocks(
                self._client,
                spreadsheet_id,
                columns,
                head,
                take,
                progress=lambda fraction: progress("Reading Training_Data", 0.03 + 0.47 * fraction),
            )
        except ApiFailure as failure:
            raise explained(failure) from failure
        progress("Cleaning the transactions", 0.5)
        transactions, quality = reader.finish(today(self._now(), options.time_zone))
        return _Read(transactions, quality, samples, columns)

    def _segment(
        self,
        spreadsheet_id: str,
        start: Snapshot,
        options: Options,
        model: Model | None,
        read: _Read,
        progress: Progress,
        *,
        retrain: bool,
        requested_by: str,
    ) -> TrainingResult:
        from server.core.prediction import assign, confidence
        from server.core.profiles import segment_profiles
        from server.core.rfm import rfm_table
        from server.training.scorecard import summary

        if not len(read.transactions):
            raise TrainingDataError(
                "No row of Training_Data can be used.", hint=" ".join(read.quality.sentences()[1:4])
            )
        table = rfm_table(read.transactions, options.analysis_date)
        base = start.token.base
        former = self._former(spreadsheet_id, start)
        is_new = retrain or model is None
        if is_new:
            progress("Finding segments", 0.55)
            model = self._train(spreadsheet_id, start, options, model, read, table, former, progress)
        assert model is not None
        matrix = table.matrix()
        clusters = assign(model, matrix)
        sure = confidence(model, matrix, clusters)
        profiles = segment_profiles(matrix, clusters, model.clusters)
        parks_all = former.model_lost and not former.numbers
        names = dict(zip(model.clusters, model.names, strict=True))
        seen = start

        for attempt in range(1, ATTEMPTS + 1):
            texts = _texts(seen, names, parks_all=parks_all)
            outputs = _outputs(table, clusters.tolist(), sure.tolist(), former, texts)
            overview = self._snapshot(spreadsheet_id, [])
            refuse_overflow(overview, outputs)
            progress("Writing the segments", 0.75)
            staged = retried_stage(
                self._client,
                spreadsheet_id,
                outputs,
                [tab.sheet_id for tab in overview.tabs.values()],
                lambda fraction: progress("Writing the segments", 0.75 + 0.18 * fraction),
            )
            progress("Putting the segments in place", 0.94)
            try:
                self._swap(
                    spreadsheet_id,
                    _Basis(base, options, former, plans(seen)),
                    staged,
                    profiles,
                    names,
                    model if is_new else None,
                    parks_all=parks_all,
                )
                break
            except _Moved as moved:
                if attempt == ATTEMPTS:
                    raise ChangedError(
                        "Customers were sorted, or Action_Map was edited, again and again meanwhile.",
                        hint="Nothing of this run was written. Wait until nobody edits these tabs, "
                        "then run it again.",
                    ) from moved
                seen, former = moved.snapshot, moved.former
                self._prepare(spreadsheet_id)  # clears the staging tabs
        progress("Scoring the rows that wait", 0.97)
        scored, told = self._score_waiting(spreadsheet_id, "retrain" if retrain else "segment", requested_by)
        segments = [
            SegmentLine(
                cluster=profile.cluster,
                segment=texts[profile.cluster].segment,
                action_plan=texts[profile.cluster].action_plan,
                customers=profile.customers,
                share=profile.customers / len(table),
                revenue_share=profile.revenue_share,
            )
            for profile in sorted(profiles, key=lambda each: each.cluster)
        ]
        what = f"{len(table):,} customers in {model.k} segments"
        return TrainingResult(
            model=model,
            summary=summary(model),
            segments=segments,
            quality=read.quality.to_json(),
            quality_sentences=read.quality.sentences(),
            rfm_customers=len(table),
            scored=scored,
            message=(f"A new model: {what}." if is_new else f"{what}.") + told,
        )

    def _train(
        self,
        spreadsheet_id: str,
        start: Snapshot,
        options: Options,
        model: Model | None,
        read: _Read,
        table: RfmTable,
        former: _Former,
        progress: Progress,
    ) -> Model:
        from server.training.holdout import history
        from server.training.train import Previous, train

        versions = self._columns(spreadsheet_id, (start.tab(MODEL), ["Version"]))[0]["Version"]
        logged = start.tab(PREDICTION_LOG)
        at = logged.columns(HEADERS[PREDICTION_LOG])["ModelVersion"]
        newest = logged.values(2)
        return train(
            table,
            transactions=len(read.transactions),
            version=next_version([*versions, newest[at] if at < len(newest) else ""]),
            trained_at=f"{self._now():%Y-%m-%dT%H:%M:%SZ}",
            history=history(read.transactions, table.analysis_day),
            n_clusters=options.clusters,
            previous=Previous(model, former.numbers),
            progress=lambda fraction: progress("Finding segments", 0.55 + 0.2 * fraction),
        )

    def _former(self, spreadsheet_id: str, start: Snapshot) -> _Former:
        """Return who stands in which row of the outputs, and in which segment."""
        segmented, rfm = self._columns(
            spreadsheet_id,
            (start.tab(SEGMENTED_CUSTOMERS), [CUSTOMER_ID, CLUSTER, SEGMENT]),
            (start.tab(RFM), [CUSTOMER_ID]),
        )
        ids = [text_of(cell) for cell in segmented[CUSTOMER_ID]]
        numbers: dict[str, int] = {}
        segments: dict[str, str] = {}
        for i, each in enumerate(ids):
            cluster = segmented[CLUSTER][i] if i < len(segmented[CLUSTER]) else ""
            if each and isinstance(cluster, int | float) and not isinstance(cluster, bool) and cluster >= 0:
                numbers.setdefault(each, int(cluster))
            if each and i < len(segmented[SEGMENT]):
                segments.setdefault(each, text_of(segmented[SEGMENT][i]))
        is_lost = all(is_empty(cell) for cell in start.tab(MODEL).values(2)) or not _is_readable(start)
        return _Former(
            ids={SEGMENTED_CUSTOMERS: ids, RFM: [text_of(cell) for cell in rfm[CUSTOMER_ID]]},
            numbers=numbers,
            segments=segments,
            model_lost=is_lost,
        )

    def _columns(
        self, spreadsheet_id: str, *wanted: tuple[Tab, Sequence[str]]
    ) -> list[dict[str, list[Cell]]]:
        """Return whole columns of tabs below their headers, in one read; one that is not there is empty."""
        found: list[dict[str, list[Cell]]] = [{header: [] for header in headers} for _, headers in wanted]
        ranges, places = [], []
        for number, (tab, headers) in enumerate(wanted):
            present = [normalised(text_of(cell)) for cell in tab.header]
            for header in headers:
                if normalised(header) in present and tab.row_count > 1:
                    ranges.append(column_range(tab.title, present.index(normalised(header)), 2))
                    places.append((number, header))
        if ranges:
            parts = retried(lambda: self._client.columns(spreadsheet_id, ranges), patient())
            for (number, header), part in zip(places, parts, strict=True):
                found[number][header] = part[0] if part else []
        return found

    def _swap(
        self,
        spreadsheet_id: str,
        basis: _Basis,
        staged: Sequence[Staged],
        profiles: Sequence[Profile],
        names: dict[int, str],
        model: Model | None,
        *,
        parks_all: bool,
    ) -> None:
        """Put everything in place in one batch, on a fresh read of all that the outputs were laid out by.

        Raises
        ------
        ChangedError
            If the data or the settings are not those any more that the result was computed from.
        _Moved
            If customers stand in other rows, or their segments bear other texts.
        """

        def plan(snapshot: Snapshot) -> Batch:
            if snapshot.token.base != basis.base:
                raise ChangedError(
                    "Somebody else segmented or retrained meanwhile.",
                    hint="Nothing of this run was written. Run it again if you still want to.",
                )
            if self._options(snapshot) != basis.options:
                raise ChangedError(
                    "Settings were changed meanwhile.",
                    hint="Nothing of this run was written. Run it again with the new settings.",
                )
            former = self._former(spreadsheet_id, snapshot)
            if former.ids != basis.former.ids or plans(snapshot) != basis.plans:
                raise _Moved(snapshot, former)
            requests = [
                request for each in staged for request in swap_requests(snapshot.tab(each.output.title), each)
            ]
            requests += action_map_requests(snapshot.tab(ACTION_MAP), profiles, names, parks_all=parks_all)
            if model is not None:
                requests += model_requests(snapshot.tab(MODEL), model)
            return Batch(requests, [f"{quoted(ACTION_MAP)}!1:200"], raises_base=True)

        outcome = self._transact(spreadsheet_id, _RANGES, plan)
        if ACTION_MAP in outcome.after.tabs and not parks_all:
            before = outcome.before.tab(ACTION_MAP)
            mending = action_map_mending(before, outcome.after.tab(ACTION_MAP), profiles)
            if mending:
                self._transact(
                    spreadsheet_id,
                    [f"{quoted(ACTION_MAP)}!1:200", IN_USE_RANGE],
                    lambda seen: (
                        Batch(found)
                        if (found := action_map_mending(before, seen.tab(ACTION_MAP), profiles))
                        else None
                    ),
                )

    def _score_waiting(self, spreadsheet_id: str, trigger: str, requested_by: str) -> tuple[int, str]:
        try:
            result = self._scoring.score(spreadsheet_id, None, trigger=trigger, requested_by=requested_by)
        except AudienceError as error:
            return 0, f" Rows of New User wait: {error.detail}"
        return result.scored, f" {result.scored:,} waiting rows scored." if result.scored else ""

    def _options(self, snapshot: Snapshot) -> Options:
        settings = snapshot.tab(SETTINGS)
        last = max(settings.rows, default=0)
        return parse_options([settings.values(row) for row in range(1, last + 1)])

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


@dataclass(frozen=True, slots=True)
class _Former:
    """The outputs as they were: ids by tab in row order, cluster and segment by id."""

    ids: dict[str, list[str]]
    numbers: dict[str, int]
    segments: dict[str, str]
    model_lost: bool


def retried_stage(
    client: SheetsClient,
    spreadsheet_id: str,
    outputs: Sequence[Output],
    taken_ids: Sequence[int],
    progress: Callable[[float], None],
) -> list[Staged]:
    """Stage outputs; a refusal is told in the marketer's words."""
    try:
        return stage(client, spreadsheet_id, outputs, taken_ids, progress)
    except ApiFailure as failure:
        raise explained(failure) from failure


def _is_readable(snapshot: Snapshot) -> bool:
    try:
        model_in_use(snapshot)
    except AudienceError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Basis:
    """What the outputs were laid out by; the swap looks whether it still holds."""

    base: int
    options: Options
    former: _Former
    plans: dict[int, Plan]


class _Moved(Exception):
    """The outputs are to be laid out anew: people moved rows or edited texts meanwhile."""

    def __init__(self, snapshot: Snapshot, former: _Former) -> None:
        super().__init__()
        self.snapshot = snapshot
        self.former = former


def _texts(snapshot: Snapshot, names: Mapping[int, str], *, parks_all: bool) -> dict[int, Plan]:
    """Return name and plan of each segment: the marketer's, else the defaults."""
    from server.core.naming import default_plan

    present = {} if parks_all else plans(snapshot)
    texts = {}
    for number, name in names.items():
        own = present.get(number, Plan("", ""))
        texts[number] = Plan(own.segment or name, own.action_plan or default_plan(name))
    return texts


def _outputs(
    table: RfmTable,
    clusters: Sequence[int],
    sure: Sequence[float],
    former: _Former,
    texts: Mapping[int, Plan],
) -> list[Output]:
    """Return the tabs `RFM` and `Segmented_Customers` as they are to be."""
    from server.core.rfm import scores

    marks = scores(table)
    r, f, m, rfm = (each.tolist() for each in (marks.r, marks.f, marks.m, marks.rfm))
    recency, frequency, money = (
        each.tolist() for each in (table.recency, table.frequency, table.monetary_value)
    )
    ids = table.customer_ids
    order = sorted(range(len(ids)), key=lambda i: (clusters[i], -money[i], ids[i]))

    def rfm_row(i: int) -> list[Cell]:
        return [recency[i], frequency[i], money[i], r[i], f[i], m[i], rfm[i]]

    def segmented_row(i: int) -> list[Cell]:
        number = clusters[i]
        return [
            recency[i],
            frequency[i],
            money[i],
            rfm[i],
            number,
            texts[number].segment,
            texts[number].action_plan,
            round(sure[i], 4),
            former.segments.get(ids[i], ""),
        ]

    outputs = []
    for title, headers, row_of in (
        (RFM, RFM_HEADERS, rfm_row),
        (SEGMENTED_CUSTOMERS, SEGMENTED_HEADERS, segmented_row),
    ):
        places, shown = keep_rows(former.ids[title], ids, order)
        rows = [
            [who, *(row_of(place) if place is not None else [])]
            for place, who in zip(places, shown, strict=True)
        ]
        outputs.append(Output(title, headers, rows))
    return outputs
