"""What must hold before a version is given out, besides the tests: ``make release-check`` begins with it.

The version stands in `server/__init__.py`. pyproject.toml reads it; the add-on's and npm's files, which cannot, are
compared with it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from deploy.scratch import ROOT
from server import __version__

_ABOUT = re.compile(r"VERSION: '([^']+)'")
_SECTION = re.compile(r"^## (?P<version>\S+) — (?P<day>\d{4}-\d{2}-\d{2}|unreleased)$", re.MULTILINE)


def versions(root: Path = ROOT) -> dict[str, str]:
    """Return the version that each file tells."""
    about = _ABOUT.search((root / "apps_script/about.js").read_text(encoding="utf-8"))
    package = json.loads((root / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))
    return {
        "server/__init__.py": __version__,
        "apps_script/about.js": about[1] if about else "none",
        "package.json": package["version"],
        "package-lock.json": lock["version"],
    }


def problems(root: Path = ROOT) -> list[str]:
    """Return what keeps this from being given out."""
    lines = [
        f"{file} says version {version}, server/__init__.py {__version__}"
        for file, version in versions(root).items()
        if version != __version__
    ]
    section = _SECTION.search((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    if section is None or section["version"] != __version__:
        lines.append(f"CHANGELOG.md does not begin with a section ## {__version__} — YYYY-MM-DD")
    elif section["day"] == "unreleased":
        lines.append(f"CHANGELOG.md calls {__version__} unreleased; put the day there")
    return lines + _uncommitted(root)


def _uncommitted(root: Path) -> list[str]:
    command = ["git", "status", "--porcelain"]
    status = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout  # noqa: S603
    return [f"not committed: {line[3:]}" for line in status.splitlines()]


def main() -> int:
    """Print what is in the way; return the exit status."""
    lines = problems()
    for line in lines:
        sys.stderr.write(f"{line}\n")
    if not lines:
        print(f"Version {__version__}: all files agree, and the changelog has its day.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
