"""Remove each guard in turn, in a copy of the project, and see that a test fails.

    python -m proving.mutants [--only TEXT]

Exits with 1 if the tests of any guard pass without it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proving.mutants.guards import GUARDS, Guard

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 600
_TESTS_FAILED, _TIME_IS_UP = 1, 124


def main() -> int:
    """Run all, or those whose name holds a text."""
    parser = argparse.ArgumentParser(prog="proving.mutants", description="Take each guard away in turn.")
    parser.add_argument("--only", default="", help="a part of the guards' names")
    wanted = [guard for guard in GUARDS if parser.parse_args().only in guard.name]
    by_name = {guard.name: guard for guard in GUARDS}
    with tempfile.TemporaryDirectory(prog := "mutants-") as folder:
        copy = Path(folder) / prog.strip("-")
        copy_project(copy)
        survivors = [guard for guard in wanted if not _is_killed(copy, guard, by_name)]
    print(f"{len(wanted) - len(survivors)} of {len(wanted)} guards are missed by a test.")
    return 1 if survivors else 0


def copy_project(copy: Path) -> None:
    """Copy what is under version control, or about to be; packages are those of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)
    for installed in (".venv", "node_modules"):
        if (ROOT / installed).exists():
            (copy / installed).symlink_to((ROOT / installed).resolve())


def _is_killed(copy: Path, guard: Guard, by_name: dict[str, Guard]) -> bool:
    """Whether the guard's tests fail without it; a second line is taken away together with the first."""
    began = time.monotonic()
    gone = [guard, by_name[guard.behind]] if guard.behind else [guard]
    with removed(copy, gone):
        code = _tests(copy, guard.tests)
    killed = code == _TESTS_FAILED
    verdict = "killed" if killed else "SURVIVED" if code == 0 else f"BROKEN ({code})"
    line = f", second line behind “{guard.behind}”" if guard.behind else ""
    print(f"{verdict:10} {time.monotonic() - began:6.1f} s  {guard.name}{line}", flush=True)
    return killed


@contextmanager
def removed(copy: Path, guards: list[Guard]) -> Iterator[None]:
    """Take guards out of the copy, and put the files back."""
    kept = {copy / guard.path: (copy / guard.path).read_text("utf-8") for guard in guards}
    try:
        for guard in guards:
            file = copy / guard.path
            file.write_text(without(guard, file.read_text("utf-8")), "utf-8")
        yield
    finally:
        for file, text in kept.items():
            file.write_text(text, "utf-8")


def without(guard: Guard, text: str) -> str:
    """Return a file's text without a guard.

    Raises
    ------
    ValueError
        If the guard is not there exactly once: the list is older than the code.
    """
    if text.count(guard.code) != 1:
        raise ValueError(f"{guard.path} holds “{guard.name}” {text.count(guard.code)} times, not once.")
    return text.replace(guard.code, guard.without)


def _tests(copy: Path, tests: tuple[str, ...]) -> int:
    """Run tests until one fails; return pytest's exit code."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider", *tests]
    try:
        return subprocess.run(
            command, cwd=copy, timeout=SECONDS, capture_output=True, check=False, env=dict(os.environ)
        ).returncode
    except subprocess.TimeoutExpired:
        return _TIME_IS_UP


if __name__ == "__main__":
    sys.exit(main())
