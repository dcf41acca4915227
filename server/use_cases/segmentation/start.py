"""Start of a run: the request, and what the sheet shows."""

from __future__ import annotations

from dataclasses import dataclass

from server.core.options import Options
from server.core.scoring.counts import scored_drift
from server.core.segments.model import Model
from server.core.wording import Wording
from server.errors import AudienceError, LayoutError, NoModelError
from server.layout.limits import LOG_LINES_FOR_DRIFT
from server.layout.record_tabs import PREDICTION_LOG
from server.sheets.api.a1 import quoted
from server.sheets.commit.long_work import LongWork
from server.sheets.commit.snapshot import Snapshot
from server.sheets.commit.writes import Batch, Planned
from server.sheets.scoring.prediction_log import read_lines
from server.sheets.tabs.action_map import plans
from server.sheets.tabs.layouts import layout_requests, missing_tabs
from server.sheets.tabs.model import ALL_VERSIONS_RANGE, IN_USE_RANGE, model_in_use, model_of_row, version_row
from server.sheets.tabs.outputs import blank_outputs
from server.sheets.tabs.settings import options_of
from server.sheets.tabs.staging import refuse_overflow
from server.texts import to_say
from server.use_cases.segmentation.pending import RANGES
from server.use_cases.segmentation.ran import REFRESH, REFRESH_ANEW, Turn


@dataclass(frozen=True, slots=True)
class Run:
    """Request for a run.

    Attributes
    ----------
    retrain
        Train a new model, though there is one in use.
    version
        Put this version in use, 0 for none.
    requested_by
        Address of who asked, for `Runs` and the log lines of rows that waited; "" where it is not known.
    turn
        Of a refresh that runs by itself: only where orders are new and the data are not too poor, and with a new model
        only where drift asks for it. None for a run by hand.
    """

    retrain: bool = False
    version: int = 0
    requested_by: str = ""
    turn: Turn | None = None

    @property
    def trigger(self) -> str:
        """Return what the log names as the cause."""
        if self.turn is not None:
            return "refresh"
        return "retrain" if self.retrain else "segment"

    def what(self, *, new_model: bool) -> str:
        """Return what `Runs` says that it is; a text to say."""
        if self.turn is not None:
            return REFRESH_ANEW if new_model else REFRESH
        if self.version:
            return to_say("Version {version} put in use", version=self.version)
        return to_say("Find new segments") if self.retrain else to_say("Segment customers")

    @property
    def start_ranges(self) -> list[str]:
        """Return what it reads at its start."""
        if self.turn is None:
            return self.ranges
        return [*self.ranges, f"{quoted(PREDICTION_LOG)}!1:{LOG_LINES_FOR_DRIFT + 1}"]

    @property
    def ranges(self) -> list[str]:
        """Return what it reads beside the large tabs: at its start, and again for the swap."""
        return [*RANGES, ALL_VERSIONS_RANGE if self.version else IN_USE_RANGE]


@dataclass(frozen=True, slots=True)
class Start:
    """State of the sheet at the start of a run.

    Attributes
    ----------
    model
        The one in use, None where there is none.
    earlier
        The version that is to be put in use, None where none is asked for.
    moves
        Version whose row goes to the top of the tab `Model`, 0 for none.
    """

    snapshot: Snapshot
    options: Options
    wording: Wording
    model: Model | None
    earlier: Model | None
    moves: int


def started(long_work: LongWork, asked: Run) -> Start:
    """Read the sheet at the start of a run, and refuse to begin where the result would have no room."""
    snapshot = _with_all_tabs(long_work, asked)
    options = options_of(snapshot)
    model = _model_before(snapshot, retrain=asked.retrain or bool(asked.version))
    earlier = model_of_row(snapshot, version_row(snapshot, asked.version)) if asked.version else None
    moves = asked.version if earlier is not None and earlier != model else 0
    refuse_overflow(snapshot, blank_outputs(model.customers if model and not options.source else 0))
    return Start(snapshot, options, Wording(snapshot.locale), model, earlier, moves)


def _with_all_tabs(long_work: LongWork, asked: Run) -> Snapshot:
    """Return the sheet as it is at the start; tabs that are missing are made first."""
    try:
        return long_work.read(asked.start_ranges)
    except LayoutError:
        long_work.transact([], _tabs_made)
        return long_work.read(asked.start_ranges)


def _tabs_made(snapshot: Snapshot) -> Planned[Batch, None]:
    """Return the commit that makes missing tabs."""
    missing = missing_tabs(snapshot)
    return Planned(Batch(layout_requests(missing, snapshot)) if missing else None, None)


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


def drifts(start: Start) -> bool:
    """Whether the newest rows that were scored ask for a new model; one of the former format waits for a person."""
    model = start.model
    if model is None or model.steps is None:
        return False
    return scored_drift(model, read_lines(start.snapshot).lines).advises_retrain


def segment_texts_of(start: Snapshot) -> dict[int, str]:
    """Return the names of segments as `Action_Map` has them."""
    return {number: plan.segment for number, plan in plans(start).items() if plan.segment}
