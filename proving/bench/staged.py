"""The service with a stop-watch: ``GET /stages`` returns the time of each stage of the last long call.

A retrain reports its stages itself, as progress; finer parts are measured at the functions that do them. The
service's share of Google's quota is off, so that nobody waits for the next minute.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import requests
from flask import Flask

from proving.bench.processes import forget_peak, peak_mib
from server.app import create_app, use_cases
from server.config import Config
from server.sheets.api.client import SheetsClient, Unmetered


@dataclasses.dataclass(slots=True)
class Stages:
    """Seconds and memory of one run, by stage as retraining names it; and of the parts, by function."""

    names: list[str] = dataclasses.field(default_factory=list)
    wall: dict[str, float] = dataclasses.field(default_factory=dict)
    cpu: dict[str, float] = dataclasses.field(default_factory=dict)
    peak_mib: dict[str, float] = dataclasses.field(default_factory=dict)
    parts: dict[str, float] = dataclasses.field(default_factory=dict)


class Watch:
    """Takes the time; one long call at a time."""

    def __init__(self) -> None:
        self.stages = Stages()
        self._lock = threading.Lock()
        self._now = ("", 0.0, 0.0)

    def begin(self, stage: str) -> None:
        """End the stage before and begin one; "" ends the run."""
        name, wall, cpu = self._now
        if stage == name:
            return
        if name:
            _add(self.stages.wall, name, time.perf_counter() - wall)
            _add(self.stages.cpu, name, time.process_time() - cpu)
            self.stages.peak_mib[name] = max(self.stages.peak_mib.get(name, 0.0), peak_mib(os.getpgrp()))
        if stage:
            forget_peak(os.getpgrp())
            if stage not in self.stages.names:
                self.stages.names.append(stage)
        self._now = (stage, time.perf_counter(), time.process_time())

    def timed(self, part: str, clock: Callable[[], float], function: Callable[..., Any]) -> Any:
        """Return a function that adds its time to a part."""

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            began = clock()
            try:
                return function(*args, **kwargs)
            finally:
                with self._lock:
                    _add(self.stages.parts, part, clock() - began)

        return call


def _add(sums: dict[str, float], name: str, seconds: float) -> None:
    sums[name] = sums.get(name, 0.0) + seconds


class WatchedRetraining:
    """Retraining whose stages are timed."""

    def __init__(self, retraining: Any, watch: Watch) -> None:
        self._retraining = retraining
        self._watch = watch

    def run(self, spreadsheet_id: str, asked: Any, progress: Callable[[str, float], None]) -> Any:
        """Run it."""
        _watched_training(self._watch)
        self._watch.stages = Stages()

        def note_stage(stage: str, fraction: float) -> None:
            self._watch.begin(stage)
            progress(stage, fraction)

        try:
            return self._retraining.run(spreadsheet_id, asked, note_stage)
        finally:
            self._watch.begin("")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._retraining, name)


def watched_parts(watch: Watch) -> None:
    """Put stop-watches on the parts; cleaning imports pandas, which is there before the first run then."""
    from server.core.segments import rfm
    from server.core.transactions import reader

    cpu, wall = time.thread_time, time.perf_counter
    places: list[tuple[Any, str, str, Callable[[], float]]] = [
        (requests.Session, "send", "waiting for Google", wall),
        (requests.Session, "send", "sending and receiving", cpu),
        (SheetsClient, "_call", "calls", cpu),
        (reader.TransactionReader, "add", "ids, dates and amounts of blocks", cpu),
        (reader.TransactionReader, "finish", "cleaning of the whole", cpu),
        (rfm, "rfm_table", "RFM", cpu),
    ]
    for owner, name, part, clock in places:
        setattr(owner, name, watch.timed(part, clock, getattr(owner, name)))


def _watched_training(watch: Watch) -> None:
    """Put stop-watches on the training, whose import counts to the first stage of the first run."""
    from server.training import train

    if hasattr(train, "watched"):
        return
    train.watched = True  # type: ignore[attr-defined]
    if hasattr(train, "_candidates"):
        train._candidates = watch.timed("choosing k", time.thread_time, train._candidates)
    train.train = watch.timed("training", time.thread_time, train.train)


def make() -> Flask:
    """Return the service."""
    watch = Watch()
    watched_parts(watch)
    config = Config.from_env()
    use = use_cases(config, Unmetered())
    watched: Any = WatchedRetraining(use.retraining, watch)
    app = create_app(config, dataclasses.replace(use, retraining=watched), calls_a_minute=1_000_000)

    @app.get("/stages")
    def stages() -> dict[str, Any]:
        return dataclasses.asdict(watch.stages)

    return app
