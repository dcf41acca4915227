"""Command ``segment --source NAME``: from the orders of a declared source to its published table."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable
from pathlib import Path

from server import secret_manager
from server.config import ConfigError, sources_of
from server.core.data_checks.check import State, check_sentences
from server.core.options import Options
from server.core.segments.model import Model, checksum, load_model, to_json
from server.core.segments.naming import default_plan
from server.core.segments.scorecard import summary
from server.core.wall_clock import today
from server.files import FileError
from server.sources.engines.opening import new_run_id, open_engine
from server.sources.source import Source

Tell = Callable[[str], None]


def segment_source(arguments: argparse.Namespace, options: Options, tell: Tell, show: Tell) -> int:
    """Segment a source and publish its results; return the exit status.

    Raises
    ------
    FileError
        If there is no such source, or the file of the model cannot be used.
    AudienceError
        Whatever a run on a source raises; former results stay then.
    """
    from server.sources.run import Asked, run_source
    from server.training.model_choice import Before, Wanted

    source = _declared(arguments.source)
    before = _kept(arguments.model)
    now, run_id = dt.datetime.now(dt.UTC), new_run_id(f"command {source.name}")
    wanted = Wanted(
        new_model=before is None or arguments.retrain,
        version=before.version + 1 if before is not None else 1,
        trained_at=f"{now:%Y-%m-%dT%H:%M:%SZ}",
    )
    asked = Asked(options, Before(before), wanted, today(now, options.time_zone), run_id)
    engine = open_engine(source, run_id, secret_manager.fetch)
    try:
        source_run = run_source(
            engine, source, asked, lambda stage, fraction: show(f"{stage} {fraction:.0%}")
        )
        show("")
        for sentence in [
            *source_run.report.sentences(),
            *check_sentences(source_run.checks, State.STOP, State.LOOK),
        ]:
            tell(sentence)
        if source_run.because:
            tell(source_run.because)
            tell("To use them, name a file for --model that is not there yet.")
        for sentence in summary(source_run.trained or source_run.model):
            tell(sentence)
        if source_run.from_engine.migration is not None:
            tell(source_run.from_engine.migration.sentence())
        model = source_run.model
        source_run.publish(
            {n: (name, default_plan(name)) for n, name in zip(model.clusters, model.names, strict=True)}
        )
        _keep(arguments.model, model)
        engine.swap(run_id)
    finally:
        engine.close()
    tell(f"{source_run.from_engine.customers:,} customers published as {source.output}, run {run_id}.")
    return 0


def _declared(name: str) -> Source:
    try:
        sources = sources_of()
    except ConfigError as error:
        raise FileError(
            f"The sources cannot be read: {error}", hint="Correct the file of AUDIENCE_SOURCES."
        ) from error
    if name not in sources:
        known = ", ".join(sorted(sources)) or "none: AUDIENCE_SOURCES is not set"
        raise FileError(f"There is no source {name!r}.", hint=f"Declared are: {known}.")
    return sources[name]


def _kept(path: Path | None) -> Model | None:
    if path is None or not path.exists():
        return None
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(
            f"{path} cannot be read ({type(error).__name__}).", hint="Name another file."
        ) from error
    return load_model(text, checksum(text))


def _keep(path: Path | None, model: Model) -> None:
    if path is None:
        return
    try:
        path.write_text(to_json(model) + "\n", encoding="utf-8")
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}.", hint="Name another file.") from error
