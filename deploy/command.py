"""Commands of gcloud, clasp and curl: run, with what they print."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.step import Word

NOT_FOUND = 127
WAIT_SECONDS = 5.0
TRIES = 6
"""What was made a moment ago is not known everywhere at Google yet; after half a minute it is."""
_NOT_YET = "does not exist"


class CommandError(RuntimeError):
    """A command failed; the text says which, and what it said."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a command."""

    status: int
    out: str
    err: str


def _environment() -> dict[str, str]:
    """Return the environment in which gcloud asks nothing: it takes what it would propose."""
    return os.environ | {"CLOUDSDK_CORE_DISABLE_PROMPTS": "1"}


class Shell:
    """Runs commands in a folder.

    Parameters
    ----------
    sleep
        Takes seconds.
    """

    def __init__(self, folder: Path, sleep: Callable[[float], None] = time.sleep) -> None:
        self._folder = folder
        self._sleep = sleep

    def ask(self, command: Sequence[str], folder: Path | None = None) -> Done:
        """Run a command and keep what it prints."""
        try:
            done = subprocess.run(  # noqa: S603 - words of the plan, checked when they were read
                list(command),
                cwd=folder or self._folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        except FileNotFoundError:
            return Done(NOT_FOUND, "", f"{command[0]}: not found")
        return Done(done.returncode, done.stdout, done.stderr)

    def answer(self, command: Sequence[str]) -> str:
        """Return what a command prints, without the line's end.

        Raises
        ------
        CommandError
            If it fails.
        """
        done = self.ask(command)
        if done.status:
            raise CommandError(f"{' '.join(command)}\n{done.err.strip()}")
        return done.out.strip()

    def read(self, command: Sequence[str]) -> Any:
        """Return the JSON that a command prints.

        Raises
        ------
        CommandError
            If it fails, or prints something else.
        """
        text = self.answer(command)
        try:
            return json.loads(text)
        except ValueError as error:
            raise CommandError(f"{' '.join(command)}\nprinted no JSON: {text[:200]}") from error

    def words(self, command: Sequence[Word]) -> list[str]:
        """Return the words of a command, after asking for those that others print."""
        return [
            word if isinstance(word, str) else f"{word.before}{self.answer(word.command)}{word.after}"
            for word in command
        ]

    def run(self, command: Sequence[str], *, given: str | None = None, is_interactive: bool = False) -> Done:
        """Run a command that shows what it does; one that meets something too new is tried again."""
        for _ in range(TRIES - 1):
            done = self._shown(command, given, is_interactive)
            if not done.status or _NOT_YET not in done.err:
                return done
            self._sleep(WAIT_SECONDS)
        return self._shown(command, given, is_interactive)

    def _shown(self, command: Sequence[str], given: str | None, is_interactive: bool) -> Done:
        try:
            process = subprocess.Popen(  # noqa: S603 - as above
                list(command),
                cwd=self._folder,
                env=None if is_interactive else _environment(),
                stdin=None if is_interactive else subprocess.PIPE,
                stderr=None if is_interactive else subprocess.PIPE,
                text=True,
            )
        except FileNotFoundError:
            return Done(NOT_FOUND, "", f"{command[0]}: not found")
        if is_interactive:
            return Done(process.wait(), "", "")
        assert process.stdin is not None
        assert process.stderr is not None
        with process.stdin, process.stderr:
            process.stdin.write(given or "")
            process.stdin.close()
            lines = []
            for line in process.stderr:
                sys.stderr.write(line)
                lines.append(line)
        return Done(process.wait(), "", "".join(lines))
