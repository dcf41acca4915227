"""What .gcloudignore lets through, in a folder of its own, as Google's build gets it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from local.launch import PROJECT

RULES = PROJECT / ".gcloudignore"


def uploaded() -> list[str]:
    """Return the files that gcloud would upload: all in the folder but those that .gcloudignore names.

    Its rules are git's (gcloud topic gcloudignore), so git reads them.
    """
    everything = _git("-c", "-o", "--exclude-standard")
    ignored = _git("-i", "-c", f"--exclude-from={RULES}") | _git("-i", "-o", f"--exclude-from={RULES}")
    return sorted(everything - ignored)


def copy_to(folder: Path) -> None:
    """Copy them."""
    for name in uploaded():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, target)


def _git(*arguments: str) -> set[str]:
    finished = subprocess.run(
        ["git", "ls-files", "-z", *arguments], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return {name for name in finished.stdout.split("\0") if name and (PROJECT / name).is_file()}
