"""The figures of each number of segments are worked out once for equal customers in a test run.

They are a pure function of their arguments, and most of the time of a small training. The tests of training itself
work them out each time.
"""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

from server.training import train
from server.training.candidates import Candidate, candidate
from server.training.progress import Progress, unheard

LARGEST = 5_000
"""Customers; to hash more takes longer than it saves."""
_BEFORE_PROGRESS = 7
"""Count of the arguments that tell the figures."""


class Memory:
    """Remembers figures in a folder that the processes of a test run share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def candidate(self, *arguments: object, progress: Progress = unheard) -> Candidate:
        """Return the figures as `candidates.candidate` does, with its progress."""
        if len(arguments) > _BEFORE_PROGRESS:
            *arguments, progress = arguments  # type: ignore[assignment]
        if len(arguments[0]) > LARGEST:  # type: ignore[arg-type]
            return candidate(*arguments, progress)  # type: ignore[arg-type]
        file = self._folder / hashlib.sha256(pickle.dumps(arguments)).hexdigest()
        if file.exists():
            progress(1.0)
            known: Candidate = pickle.loads(file.read_bytes())
            return known
        result = candidate(*arguments, progress)  # type: ignore[arg-type]
        written = file.with_suffix(f".{id(self)}")
        written.write_bytes(pickle.dumps(result))
        written.rename(file)  # whole or not at all, for the other processes
        return result


def remember(folder: Path) -> None:
    """Have training remember the figures."""
    folder.mkdir(exist_ok=True)
    train.candidate = Memory(folder).candidate
