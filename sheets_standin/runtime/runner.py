"""Runs functions of a script: in a Node child, within limits, with a record of each run."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sheets_standin.runtime.child import MEMORY_MIB, TIME_IS_UP, ChildGone, Children, Outcome
from sheets_standin.runtime.execution import Execution
from sheets_standin.runtime.limit import Limit
from sheets_standin.runtime.script import Record, Run, Script
from sheets_standin.runtime.services.roots import roots
from sheets_standin.runtime.sessions import PageClosed
from sheets_standin.runtime.signatures import ENUMS, HOLDS, SERVICES, methods
from sheets_standin.runtime.wire import ScriptError

MOST_RUNS_OF_ONE = 30
RECORDS_KEPT = 500
CLOCKS_AGREE_SECONDS = 0.5
TOO_MANY = "There are too many scripts running simultaneously for this Google user account."

Arguments = Callable[[Execution], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things may take, and how much memory a script may have.

    Attributes
    ----------
    run_seconds, simple_seconds
        For a run, and for one of a simple trigger.
    """

    run_seconds: float = 360.0
    simple_seconds: float = 30.0
    memory_mib: int = MEMORY_MIB


def described() -> dict[str, Any]:
    """Return the description of Google's classes for globals.js."""
    classes: dict[str, Any] = {
        name: {"methods": names, "holds": HOLDS.get(name, {})} for name, names in methods().items()
    }
    return {
        "services": SERVICES,
        "classes": classes | {name: {"enum": values} for name, values in ENUMS.items()},
    }


class Runner:
    """Runs one script's functions; any number of threads may.

    Attributes
    ----------
    records
        What was run, the newest last.
    """

    def __init__(self, script: Script, limits: Limits) -> None:
        self._script = script
        self._limits = limits
        self._children = Children(script.project.time_zone, memory_mib=limits.memory_mib)
        self._described = described()
        self._roots = roots()
        self._order = itertools.count()
        self._running: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.records: deque[Record] = deque(maxlen=RECORDS_KEPT)

    def warm(self) -> None:
        """Have a child ready."""
        child = self._children.take()
        try:
            child.load(self._script.project.scripts, self._described)
        except ChildGone:
            return  # it was closed meanwhile
        finally:
            self._children.give(child)

    def close(self) -> None:
        """Stop all runs."""
        self._children.close()

    def run(self, run: Run, arguments: Arguments, *, plain: bool = False) -> Outcome:
        """Run a function and return what became of it.

        Parameters
        ----------
        arguments
            Given the execution, what the function gets.
        plain
            Whether its result is wanted, and must be such as google.script.run carries.
        """
        is_simple = run.kind == "simple"
        limit = Limit(self._limits.simple_seconds if is_simple else self._limits.run_seconds)
        execution = Execution(self._script, run, limit, self._roots)
        self.records.append(execution.record)
        started = time.perf_counter()
        with self._lock:
            self._running[run.effective] += 1
            is_over = self._running[run.effective] > MOST_RUNS_OF_ONE
        try:
            if is_over:
                outcome = Outcome(error=_error(TOO_MANY))
            else:
                outcome = self._run_in_child(execution, arguments, plain=plain)
        finally:
            with self._lock:
                self._running[run.effective] -= 1
            self._script.stores.release_all(execution)
        _finish(execution.record, outcome, time.perf_counter() - started)
        return outcome

    def _run_in_child(self, execution: Execution, arguments: Arguments, *, plain: bool) -> Outcome:
        child = self._children.take()
        try:
            child.load(self._script.project.scripts, self._described)
            job = {
                "function": execution.run.function,
                "arguments": [execution.encoded(argument) for argument in arguments(execution)],
                "plain": plain,
                "ahead": _ahead(self._script),
                # Google promises no order of files: every other run takes them backwards.
                "backwards": next(self._order) % 2 == 1,
            }
            outcome = child.run(job, execution.answer, execution.limit)
        except PageClosed:
            return Outcome(error=_error("The page was closed while the script waited for an answer."))
        except ChildGone:
            return Outcome(error=_error("The script was stopped before it ended."))
        finally:
            self._children.give(child)
        if execution.limit.is_up:
            return outcome
        try:
            execution.flush()
        except ScriptError as error:
            return outcome if outcome.error else Outcome(error=_error(error.message))
        return outcome


def _ahead(script: Script) -> int:
    """Return the milliseconds by which the stand-in's clock is ahead of the real one."""
    seconds = (script.now() - dt.datetime.now(dt.UTC)).total_seconds()
    return round(seconds * 1000) if abs(seconds) > CLOCKS_AGREE_SECONDS else 0


def _error(message: str) -> dict[str, Any]:
    return {"name": "Exception", "message": message, "stack": ""}


def _finish(record: Record, outcome: Outcome, seconds: float) -> None:
    record.seconds = seconds
    record.error = outcome.error
    if outcome.error is None:
        record.status = "Completed"
    else:
        record.status = "Timed Out" if outcome.error["message"] == TIME_IS_UP else "Failed"
