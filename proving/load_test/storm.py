"""Marketers who type into a hundred spreadsheets, and the service under Google's quotas.

Each spreadsheet acts as the add-on does: one call at a time; edits during a call go with the next. A refused edit
waits as long as the answer says and is tried again a few times, with all edits since. After that its rows wait for the
next edit, and once an hour the sweep takes all that wait.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from local.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle
from proving.load_test.virtual_time import VirtualTime
from server.errors import AudienceError, OutsideError
from server.sheets.api.client import Json, SheetsClient, of_another_google
from server.sheets.api.quota import QuotaShare
from server.sheets.api.retry import RetryBudget
from server.sheets.commit.committer import Committer
from server.sheets.commit.locks import Locks
from server.use_cases.score_result import AskedRow
from server.use_cases.scoring import Scoring
from sheets_standin.sheets_api.quotas import Quotas
from sheets_standin.spreadsheet.cells import value_of
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Role

NEW_USER = "New User"
LOG = "Prediction_Log"
REACH = 200
"""Rows around an edit that the add-on looks at (Rows.REACH)."""
START = dt.datetime(2026, 1, 15, 17, 0, tzinfo=dt.UTC)
SWEEP_SECONDS = 3600.0
LONGEST_RETRY_SECONDS, SPREAD_SECONDS, RUN_RETRY_SECONDS, DAILY_RETRY_SECONDS = 60, 10, 180, 20 * 60
"""How a refused edit waits before it tries again (Retry in the add-on)."""
SIDEBAR_SECONDS = 15.0
"""An open sidebar tries again no sooner."""
GOOGLE_SECONDS = 0.25
"""What a call to Google takes, on the average."""


class SlowClient(SheetsClient):
    """A client whose calls take time on a virtual clock."""

    time: VirtualTime
    randomness: random.Random

    def _call(self, *args: object, **kwargs: object) -> Json:
        answer = super()._call(*args, **kwargs)  # type: ignore[arg-type]
        self.time.sleep(GOOGLE_SECONDS * (0.5 + self.randomness.random()))
        return answer

    def for_long_work(self, *, heartbeat: bool = False) -> SheetsClient:
        client = SlowClient(self._make_credentials, self._base_url, self._meter, long_work=True)
        client.time, client.randomness = self.time, self.randomness
        client._heartbeat, client._shared = heartbeat, self._shared
        return client

    def for_spare_moments(self) -> SheetsClient:
        client = SlowClient(self._make_credentials, self._base_url, self._meter)
        client.time, client.randomness = self.time, self.randomness
        client._spare, client._shared = True, self._shared
        return client


@dataclass
class Typist:
    """One spreadsheet, and who types into it.

    Attributes
    ----------
    typed
        When each row was typed, by sheet row.
    labelled
        When each row's label came.
    retry_after
        What the last refusal asked for, in seconds; 0 after a success.
    slept
        Seconds that refused edits have waited.
    """

    document: Document
    a_minute: float
    typed: dict[int, float] = field(default_factory=dict)
    labelled: dict[int, float] = field(default_factory=dict)
    has_sidebar: bool = False
    is_busy: bool = False
    will_try: bool = False
    has_more: bool = False
    retry_after: int = 0
    waits_to_retry: bool = False
    slept: float = 0.0
    calls: int = 0
    refused: int = 0


@dataclass(frozen=True)
class Figures:
    """How a storm went; waits in seconds."""

    rows: int
    lost: int
    doubled: int
    calls: int
    refused: int
    google_calls: tuple[int, int]
    google_refusals: int
    waits: list[float]
    by_spreadsheet: list[float]

    def quantile(self, share: float) -> float:
        """Return the wait that so many of the rows stay below."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Storm:
    """A run.

    Parameters
    ----------
    model_of
        A segmented spreadsheet, copied for everybody.
    rates
        Edits a minute, one for each spreadsheet.
    """

    def __init__(
        self,
        google: LocalGoogle,
        model_of: Document,
        rates: list[float],
        seed: int,
        *,
        sidebars: bool = False,
    ) -> None:
        self.time = VirtualTime()
        self.google = google
        self._random = random.Random(seed)
        google.server.quotas = Quotas(clock=self.time.now)
        self.refusals = 0
        google.server.log.listeners.append(self._listen)
        locks = Locks()
        self.client = SlowClient(
            lambda: of_another_google(google.credentials()),
            google.url,
            QuotaShare(self.time.now, self.time.sleep, locks.left_to_others),
        )
        self.client.time, self.client.randomness = self.time, self._random
        self.committer = Committer(self.client, self.budget, lambda: self.moment().timestamp(), locks)
        self.scoring = Scoring(self.committer, self.moment, clock=self.time.now)
        self.typists = [Typist(self._copy(model_of), rate, has_sidebar=sidebars) for rate in rates]

    def budget(self) -> RetryBudget:
        """Return the service's budget on this clock."""
        return RetryBudget(clock=self.time.now, sleep=self.time.sleep, jitter=self._random.random)

    def moment(self) -> dt.datetime:
        """Return the time as the service sees it."""
        return START + dt.timedelta(seconds=self.time.now())

    def run(self, minutes: float, *, also: Callable[[], None] | None = None, begins: float = 0.0) -> Figures:
        """Have everybody type for some minutes, then wait until the hourly sweep has been everywhere.

        Parameters
        ----------
        begins
            Second at which they begin.
        """
        self.google.server.log.reset()
        end = begins + minutes * 60
        for typist in self.typists:
            self._schedule(typist, begins, end)
        if also is not None:
            self.time.start(begins + 60.0, also)
        self.time.run(end)
        self.time.run(end + 2 * SWEEP_SECONDS)
        if self.time.failures:
            raise self.time.failures[0]
        return self._figures()

    def _copy(self, document: Document) -> Document:
        twin = self.google.workspace.copy(document, OWNER)
        self.google.workspace.share(twin.spreadsheet_id, SERVICE_ACCOUNT, Role.EDITOR)
        return twin

    def _listen(self, call: object) -> None:
        self.refusals += getattr(call, "status", 0) == 429

    def _schedule(self, typist: Typist, begins: float, end: float) -> None:
        at, row = begins + self._random.expovariate(typist.a_minute / 60), 2
        while at < end:
            self.time.start(at, lambda row=row: self._edit(typist, row))  # type: ignore[misc]
            at, row = at + self._random.expovariate(typist.a_minute / 60), row + 1
        first = begins + self._random.uniform(0, SWEEP_SECONDS)
        for number in range(int((end - begins + 2 * SWEEP_SECONDS) // SWEEP_SECONDS) + 1):
            self.time.start(first + number * SWEEP_SECONDS, lambda: self._sweep(typist))

    def _edit(self, typist: Typist, row: int) -> None:
        values = [f"K{row}", str(self._random.randrange(300)), str(1 + row % 12), str(5 + row)]
        document = typist.document
        with self.google.workspace.lock:
            document.type_rows(document.sheet(NEW_USER), row - 1, 0, [values], OWNER)
        typist.typed[row] = self.time.now()
        if typist.is_busy or typist.waits_to_retry:
            typist.has_more = True
            return
        typist.is_busy = True
        try:
            while True:
                typist.has_more = False
                waiting = [
                    typed_row
                    for typed_row in typist.typed
                    if typed_row not in typist.labelled and typed_row >= row - REACH
                ]
                self._call(typist, [AskedRow(row) for row in waiting])
                if typist.retry_after or not typist.has_more:
                    break
        finally:
            typist.is_busy = False
        self._retry(typist, row)

    def _retry(self, typist: Typist, row: int) -> None:
        waited = 0.0
        while 0 < typist.retry_after <= LONGEST_RETRY_SECONDS:
            seconds = typist.retry_after + self._random.uniform(0, SPREAD_SECONDS)
            waited, typist.slept = waited + seconds, typist.slept + seconds
            if waited > RUN_RETRY_SECONDS or typist.slept > DAILY_RETRY_SECONDS:
                return
            typist.waits_to_retry = True
            self.time.sleep(seconds)
            typist.waits_to_retry = False
            if typist.is_busy:
                return
            typist.is_busy = True
            try:
                left = [
                    typed_row
                    for typed_row in typist.typed
                    if typed_row not in typist.labelled and typed_row >= row - REACH
                ]
                if not left:
                    return
                self._call(typist, [AskedRow(row_left) for row_left in left])
            finally:
                typist.is_busy = False

    def _try_again(self, typist: Typist) -> None:
        typist.will_try = False
        self._sweep(typist)

    def _sweep(self, typist: Typist) -> None:
        while typist.is_busy:
            self.time.sleep(5)
        typist.is_busy = True
        try:
            while len(typist.labelled) < len(typist.typed):
                if not self._call(typist, None):
                    return  # the next edit, the open sidebar or the sweep in an hour
        finally:
            typist.is_busy = False

    def _call(self, typist: Typist, rows: list[AskedRow] | None) -> bool:
        typist.calls += 1
        typist.retry_after = 0
        try:
            self.scoring.score(
                typist.document.spreadsheet_id, rows, trigger="sweep" if rows is None else "edit"
            )
        except OutsideError as error:
            typist.refused += 1
            typist.retry_after = error.retry_after_seconds or 0
            if typist.has_sidebar and not typist.will_try:
                typist.will_try = True
                wait = max(SIDEBAR_SECONDS, error.retry_after_seconds or 0) + self._random.uniform(0, 10)
                self.time.start(self.time.now() + wait, lambda: self._try_again(typist))
            return False
        finally:
            self._look(typist)
        return True

    def _look(self, typist: Typist) -> None:
        """Note the labels that are there now."""
        grid = typist.document.sheet(NEW_USER).grid
        with self.google.workspace.lock:
            for row in typist.typed.keys() - typist.labelled.keys():
                if value_of(grid.cell(row - 1, 8)) is not None:
                    typist.labelled[row] = self.time.now()

    def _figures(self) -> Figures:
        lost = doubled = 0
        waits: list[float] = []
        by_spreadsheet = []
        for typist in self.typists:
            grid = typist.document.sheet(LOG).grid
            ids = [value_of(grid.cell(row, 0)) for row in range(1, grid.row_count)]
            written = [text for text in ids if text is not None]
            new_user = typist.document.sheet(NEW_USER).grid
            standing = {value_of(new_user.cell(row - 1, 8)) for row in typist.typed}
            lost += (
                sum(identity not in set(written) for identity in standing) + len(typist.typed) - len(standing)
            )
            doubled += len(written) - len(set(written)) + max(0, len(written) - len(typist.typed))
            own = [typist.labelled[row] - typist.typed[row] for row in typist.labelled]
            waits += own
            by_spreadsheet.append(sum(own) / len(own) if own else 0.0)
        log = self.google.server.log
        return Figures(
            rows=sum(len(typist.typed) for typist in self.typists),
            lost=lost,
            doubled=doubled,
            calls=sum(typist.calls for typist in self.typists),
            refused=sum(typist.refused for typist in self.typists),
            google_calls=(log.reads, log.writes),
            google_refusals=self.refusals,
            waits=waits,
            by_spreadsheet=by_spreadsheet,
        )


def segmented(google: LocalGoogle, rows: list[list[str]]) -> Document:
    """Return a spreadsheet after its first segmentation, for copies.

    Raises
    ------
    AudienceError
        If it cannot be segmented.
    """
    from local.load import load_rows
    from server.use_cases.segmentation.run import Retraining, Run

    document = google.spreadsheet()
    load_rows(document, rows, OWNER)
    committer = Committer(SheetsClient(lambda: of_another_google(google.credentials()), google.url))
    try:
        Retraining(committer, Scoring(committer)).run(
            document.spreadsheet_id, Run(), lambda _stage, _fraction: None
        )
    except AudienceError as error:
        raise RuntimeError(error.detail) from error
    return document
