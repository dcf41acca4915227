"""A storm of edits in small: what `make load` shows with a hundred spreadsheets."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from statistics import fmean

import pytest

from local.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle
from proving.load_test.night import Night
from proving.load_test.storm import Figures, Storm
from proving.load_test.virtual_time import VirtualTime
from server.use_cases.segmentation.run import Retraining, Run
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Role


def storm(google: LocalGoogle, document: Document, rates: list[float], *, sidebars: bool = True) -> Storm:
    return Storm(google, document, rates, seed=7, sidebars=sidebars)


def assert_nothing_lost(figures: Figures) -> None:
    assert (figures.lost, figures.doubled) == (0, 0)
    assert len(figures.waits) == figures.rows


@pytest.fixture
def google() -> object:
    with LocalGoogle() as running:
        yield running


def test_time_passes_only_while_all_sleep() -> None:
    """Threads wake in the order of their times, and the run ends where nothing is left to wait for."""
    time, seen = VirtualTime(), []

    def work(name: str, pause: float) -> None:
        for _ in range(2):
            time.sleep(pause)
            seen.append((name, time.now()))

    time.start(1.0, lambda: work("slow", 10.0))
    time.start(2.0, lambda: work("quick", 4.0))
    time.run(until=100.0)

    assert seen == [("quick", 6.0), ("quick", 10.0), ("slow", 11.0), ("slow", 21.0)]
    assert time.now() == 100.0


def test_threads_of_two_pools_stand_for_those_that_wait_for_them() -> None:
    """Two threads that wait for pools of their own: both pools sleep at once, and time passes all the same."""
    time, seen = VirtualTime(), []

    def work(name: str, pause: float) -> None:
        with ThreadPoolExecutor() as pool:
            pool.submit(copy_context().run, time.sleep, pause).result()
        seen.append((name, time.now()))

    time.start(1.0, lambda: work("slow", 10.0))
    time.start(2.0, lambda: work("quick", 4.0))
    running = threading.Thread(target=lambda: time.run(until=100.0), daemon=True)
    running.start()
    running.join(timeout=20.0)

    assert not running.is_alive()
    assert (seen, time.failures) == ([("quick", 6.0), ("slow", 11.0)], [])


@pytest.mark.slow
def test_below_the_ceiling_a_label_comes_at_once(google: LocalGoogle, first_segmentation: Document) -> None:
    """Twenty edits a minute in all: two calls of a quarter of a second each, none refused."""
    figures = storm(google, first_segmentation, [2.0] * 10).run(3)

    assert_nothing_lost(figures)
    assert figures.refused == 0
    assert figures.quantile(0.99) < 3


@pytest.mark.slow
def test_beyond_it_nothing_is_lost_and_google_is_not_asked_in_vain(
    google: LocalGoogle, first_segmentation: Document
) -> None:
    """Two hundred edits a minute: rows wait and go together, within Google's sixty calls."""
    figures = storm(google, first_segmentation, [10.0] * 20).run(3)

    assert_nothing_lost(figures)
    assert figures.rows > 500
    assert figures.google_refusals == 0
    assert figures.quantile(0.9) < 120
    assert max(figures.by_spreadsheet) < 4 * fmean(figures.by_spreadsheet)


@pytest.mark.slow
def test_without_an_open_sidebar_the_hourly_sweep_is_the_last_to_come(
    google: LocalGoogle, first_segmentation: Document
) -> None:
    """Rows that nobody edits beside any more are scored within the hour and a little."""
    figures = storm(google, first_segmentation, [10.0] * 20, sidebars=False).run(2)

    assert_nothing_lost(figures)
    assert figures.quantile(1.0) <= 3600 + 300


@pytest.mark.slow
def test_one_that_calls_without_end_slows_nobody_down(
    google: LocalGoogle, first_segmentation: Document
) -> None:
    """A hundred calls a minute beside ten quiet ones: these still have their labels within seconds."""
    run = storm(google, first_segmentation, [0.5] * 10 + [100.0])

    figures = run.run(4)

    assert_nothing_lost(figures)
    assert fmean(figures.by_spreadsheet[:-1]) < 15


@pytest.mark.slow
def test_a_retrain_gets_on_beside_a_storm_and_does_not_stop_it(
    google: LocalGoogle, first_segmentation: Document
) -> None:
    """Ten calls a minute are its own; scoring has the others."""
    run = storm(google, first_segmentation, [10.0] * 20)
    document = google.workspace.copy(first_segmentation, OWNER)
    google.workspace.share(document.spreadsheet_id, SERVICE_ACCOUNT, Role.EDITOR)
    training = Retraining(run.committer, run.scoring, run.moment)
    ended: list[float] = []

    def train() -> None:
        training.run(document.spreadsheet_id, Run(retrain=True), lambda _stage, _fraction: None)
        ended.append(run.time.now())

    figures = run.run(4, also=train)

    assert_nothing_lost(figures)
    assert ended
    assert ended[0] < 60 + 300
    assert figures.google_refusals == 0
    assert figures.quantile(0.9) < 180


@pytest.mark.slow
def test_a_night_loses_no_refresh_and_keeps_labels_quick(
    google: LocalGoogle, first_segmentation: Document
) -> None:
    """Four refresh at one hour, two at once at most, beside two that are typed into."""
    run = storm(google, first_segmentation, [0.5] * 2)

    night = Night(run, first_segmentation, 4).run(5)

    assert (night.lost, night.doubled, len(night.ended)) == (0, 0, 4)
    assert night.at_once <= 2
    assert all(0 <= begun < 3600 for begun in night.begun)
    assert_nothing_lost(night.typing)
    assert night.typing.google_refusals == 0
    assert night.typing.quantile(0.99) < 3
