"""Segmenting and retraining: from `Training_Data` to segments, written by one atomic swap.

Training needs pandas and scikit-learn, which cost a second and 120 MB to import; they are imported when a
training begins, not when the service starts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from server.core.cells import Cell
from server.core.data_checks.check import Check
from server.core.data_checks.report_lines import Line, lines
from server.core.schedule.orders import OrdersSeen
from server.core.segments.run_note import RunNote
from server.core.settings.setting import Needs
from server.core.transactions.columns import Role
from server.core.transactions.questions import refuse_open
from server.core.wall_clock import today, wall_clock
from server.core.wording import Wording
from server.errors import AudienceError, TrainingDataError, error_texts
from server.layout.record_tabs import DATA_QUALITY, MODEL, PREDICTION_LOG
from server.layout.segment_tabs import DASHBOARD, TRAINING_DATA
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.commit.committer import Committer
from server.sheets.commit.long_work import LongWork
from server.sheets.commit.snapshot import Snapshot
from server.sheets.dashboard.scored_days import Logged, read_logged
from server.sheets.tabs.data_quality import left_alone
from server.sheets.tabs.model import (
    next_version,
)
from server.sheets.tabs.outputs import Former, read_former
from server.sheets.tabs.settings import setting_values
from server.sheets.tabs.source_mark import SourceRunMark, source_mark_of
from server.sheets.tabs.training_data import Head
from server.sources.allowed import Sources
from server.texts import as_said, to_say
from server.use_cases.dashboard_refresh import Dashboards
from server.use_cases.running_groups import running_now
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.from_source import before_of, publish
from server.use_cases.segmentation.from_source import opened as source_opened
from server.use_cases.segmentation.noted import note_of, unused_settings
from server.use_cases.segmentation.pending import PendingWrite
from server.use_cases.segmentation.ran import (
    ALREADY,
    NotRun,
    Ran,
    counted,
    counted_days,
    refuse_needless,
)
from server.use_cases.segmentation.result import TrainingResult, training_result
from server.use_cases.segmentation.start import Run, Start, drifts, segment_texts_of, started
from server.use_cases.segmentation.swap import Prepare, Swap
from server.use_cases.training_data import Progress, ReadTransactions, TrainingData, checked

if TYPE_CHECKING:
    from server.core.transactions.quality_report import QualityReport
    from server.training.segmentation import Segmentation, Wanted

__all__ = ["Retraining", "Run"]

VERSIONS_GIVEN = ((MODEL, ("Version",)), (PREDICTION_LOG, ("ModelVersion",)))
"""Where versions stand that were given before: a number is not given twice, though `Model` be lost."""


class Retraining:
    """Use cases that segment all customers.

    Parameters
    ----------
    committer
        Reads and writes spreadsheets.
    scoring
        Scores what waits afterwards.
    now
        Returns the time as an aware date-time.
    sources
        Sources of orders that the deployment declares.
    """

    def __init__(
        self,
        committer: Committer,
        scoring: Scoring,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        sources: Sources | None = None,
    ) -> None:
        self._sources = sources or Sources({})
        self._committer = committer
        self._scoring = scoring
        self._client = committer.client.for_long_work()
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
        progress(to_say("Preparing the tabs"), 0.01)
        long_work = LongWork(self._committer, spreadsheet_id, self._client)
        start = started(long_work, asked)
        if asked.turn is not None and asked.turn.is_settled(start.snapshot):
            raise NotRun(None, start.wording.say(ALREADY))
        with ExitStack() as opened:
            made = self._made(opened, spreadsheet_id, asked, long_work, start, progress)
            pending = self._pending(spreadsheet_id, asked, long_work, start, made)
            swap = Swap(long_work, asked.ranges, pending, progress, made.prepare)
            texts = swap.write(start.snapshot, made.former)
            remark = made.remark + made.show()
        progress(to_say("Labelling the rows of New User"), 0.97)
        scored, waited = self._score_waiting(spreadsheet_id, asked, start.wording)
        if scored:
            self._dashboards.renew(spreadsheet_id)
        remark = waited + remark
        if swap.dashboard != DASHBOARD:
            remark += " " + start.wording.say("The dashboard is in the tab {tab}.", tab=swap.dashboard)
        remark += _not_ours(start.snapshot) + swap.remark + unused_settings(start, made.segmentation)
        is_put_back = bool(pending.moves)
        return training_result(
            made.segmentation, texts, made.quality, scored, remark, start.wording, is_put_back=is_put_back
        )

    def _made(
        self,
        opened: ExitStack,
        spreadsheet_id: str,
        asked: Run,
        long_work: LongWork,
        start: Start,
        progress: Progress,
    ) -> _Made:
        """Return the segments of all customers: of `Training_Data`, or of the source that `Settings` names."""
        calls = long_work.calls

        is_due = asked.turn is not None and drifts(start)

        def former() -> tuple[Former, Wanted]:
            former_run, given = read_former(
                calls.client, calls.spreadsheet_id, start.snapshot, *VERSIONS_GIVEN
            )
            versions = [cell for columns in given for cells in columns.values() for cell in cells]
            return former_run, self._wanted(asked, start, versions, by_itself=is_due)

        if not start.options.source:
            read = self._transactions(spreadsheet_id, start, progress)
            orders = counted(start.snapshot, read.transactions)
            if asked.turn is not None:
                refuse_needless(orders[1], checked(read, start.options, start.wording), start.wording)
            known, wanted = former()
            progress(to_say("Finding segments"), 0.55)
            segmentation = _segmentation(wanted, start, read, known, progress)
            letters = {role: column.letter for role, column in read.columns.roles.items()}
            note = note_of(read, segmentation, self._now(), start)
            return _Made(segmentation, read.quality, known, letters, note, orders)
        source = opened.enter_context(
            source_opened(
                self._sources,
                start.options,
                spreadsheet_id,
                asked.requested_by,
                goes_on=asked.turn is not None and _shows(start),
            )
        )
        known, wanted = former()
        before = before_of(start.model, known.numbers, segment_texts_of(start.snapshot))
        source_run, segmentation = source.segmented(
            start.options,
            before,
            wanted,
            self._now(),
            progress,
            start.wording,
            partial(_refuse_needless, start) if asked.turn is not None else None,
        )
        return _Made(
            segmentation,
            source_run.report,
            known,
            {},
            note_of(None, segmentation, self._now(), start),
            counted_days(start.snapshot, source_run.orders()),
            source.mark,
            partial(publish, source_run),
            partial(source.show, start.wording),
            source.remark(segmentation.customers, len(segmentation.table), start.wording),
        )

    def _transactions(self, spreadsheet_id: str, start: Start, progress: Progress) -> ReadTransactions:
        """Return the transactions; there is at least one."""
        head = Head.of(start.snapshot.tab(TRAINING_DATA))
        read = self._training_data.read(spreadsheet_id, start.options, progress, head)
        refuse_open(read.quality.questions, start.wording)
        if not len(read.transactions):
            reasons = read.quality.sentences(start.wording)[1:4]
            raise TrainingDataError(
                to_say("No row of Training_Data can be used."), hint=as_said(" ".join(reasons))
            )
        return read

    def _wanted(self, asked: Run, start: Start, versions: Sequence[Cell], *, by_itself: bool) -> Wanted:
        from server.training.segmentation import Wanted

        return Wanted(
            new_model=asked.retrain or by_itself,
            keeps_names=by_itself,
            version=next_version(versions),
            trained_at=f"{self._now():%Y-%m-%dT%H:%M:%SZ}",
            earlier=start.earlier,
            settings=setting_values(start.snapshot, Needs.SEGMENTS),
        )

    def _pending(
        self, spreadsheet_id: str, asked: Run, long_work: LongWork, start: Start, made: _Made
    ) -> PendingWrite:
        """Return the result with what it was computed from, ready to be written."""
        model, options, segmentation = start.model, start.options, made.segmentation
        moment = self._now()  # one for all tabs: History and Runs tell of the same run by it
        return PendingWrite(
            base=start.snapshot.token.base,
            run_at=wall_clock(moment, options.time_zone)[0],
            former=segmentation.known_before(made.former),
            options=options,
            segmentation=segmentation,
            names=dict(zip(segmentation.model.clusters, segmentation.model.names, strict=True)),
            former_names=dict(zip(model.clusters, model.names, strict=True)) if model else {},
            moves=start.moves,
            parks_all=model is None and not made.former.numbers,
            logged=self._logged(long_work, start),
            quality=_account(segmentation, made.quality, moment, options.time_zone, start.wording),
            letters=made.letters,
            note=made.note,
            currency=made.quality.currency,
            source_run=made.source_run,
            groups=running_now(long_work, options.time_zone, moment),
            ran=self._ran(spreadsheet_id, asked, start, made, moment),
        )

    def _ran(self, spreadsheet_id: str, asked: Run, start: Start, made: _Made, moment: dt.datetime) -> Ran:
        is_due = asked.turn is not None and drifts(start)
        seen, new = made.orders
        return Ran(
            what=asked.what(new_model=is_due and made.segmentation.model is made.segmentation.trained),
            by=asked.requested_by,
            turn=asked.turn,
            moment=moment,
            seen=seen,
            new_orders=new,
            spreadsheet_id=spreadsheet_id,
        )

    def _logged(self, long_work: LongWork, start: Start) -> Logged:
        """Return when rows were scored, from the log before the swap."""
        day, log = today(self._now(), start.options.time_zone), start.snapshot.tab(PREDICTION_LOG)
        calls = long_work.calls
        try:
            return read_logged(calls.client, calls.spreadsheet_id, log, day, long_work.budget())
        except ApiFailure as failure:
            raise explained(failure) from failure

    def _score_waiting(self, spreadsheet_id: str, asked: Run, wording: Wording) -> tuple[int, str]:
        try:
            result = self._scoring.score(
                spreadsheet_id, None, trigger=asked.trigger, requested_by=asked.requested_by
            )
        except AudienceError as error:
            why = error_texts(error, wording.say).detail
            return 0, " " + wording.say("Rows of New User have no label yet: {why}", why=why)
        if not result.scored:
            return 0, ""
        text = wording.plural(
            result.scored, "1 row of New User labelled.", "{number} rows of New User labelled."
        )
        return result.scored, f" {text}"


@dataclass(frozen=True, slots=True)
class _Made:
    """Segmentation that is not written yet.

    Attributes
    ----------
    letters
        Column of `Training_Data` by role; none where the orders lie in a source.
    orders
        Those that there are, and how many are new.
    prepare
        Makes ready what else is to be ready just before the segments are written.
    show
        Makes the rest visible once the sheet is written; returns what is said of it.
    """

    segmentation: Segmentation
    quality: QualityReport
    former: Former
    letters: Mapping[Role, str]
    note: RunNote
    orders: tuple[OrdersSeen, int]
    source_run: SourceRunMark | None = None
    prepare: Prepare = lambda _texts, _groups, _share: None
    show: Callable[[], str] = lambda: ""
    remark: str = ""


def _shows(start: Start) -> bool:
    """Whether the sheet shows a run of the source that `Settings` names."""
    mark = source_mark_of(start.snapshot.metadata)
    return mark is not None and mark.source == start.options.source


def _refuse_needless(start: Start, by_day: Mapping[int, int], checks: Sequence[Check]) -> None:
    """Refuse a refresh of a source where no order is new, or the data are too poor to mean anything."""
    refuse_needless(counted_days(start.snapshot, by_day)[1], list(checks), start.wording)


def _segmentation(
    wanted: Wanted,
    start: Start,
    read: ReadTransactions,
    former: Former,
    progress: Progress,
) -> Segmentation:
    from server.training.segmentation import Before, segment_customers

    known = former.figures if start.model is not None else {}
    return segment_customers(
        read.transactions,
        start.options,
        Before(
            start.model, former.numbers, list(known), list(known.values()), segment_texts_of(start.snapshot)
        ),
        wanted,
        progress=lambda fraction: progress(to_say("Finding segments"), 0.55 + 0.2 * fraction),
        quality=read.quality,
        wording=start.wording,
    )


def _account(
    segmentation: Segmentation, quality: QualityReport, now: dt.datetime, time_zone: str, wording: Wording
) -> list[Line]:
    """Return the lines of `Data_Quality`."""
    written, _ = wall_clock(now, time_zone)
    return lines(quality, segmentation.checks, segmentation.table.analysis_day, written, time_zone, wording)


def _not_ours(start: Snapshot) -> str:
    why = Wording(start.locale).say(left_alone(start.tab(DATA_QUALITY)))
    return f" {why}" if why else ""
