"""``make bundle SERVICE_URL=… SERVICE_ACCOUNT=…``: the add-on of a deployment, to paste by hand or to push with clasp.

It is written to build/add-on/; no tracked file changes. `make deploy` does the same by itself.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from deploy import add_on
from deploy.target import typed

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path("build/add-on")


def summary(files: Path, bundle: Path) -> str:
    """Return what was written, and what it is for."""
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in bundle.iterdir())
    return (
        f"Written: {bundle}/  {', '.join((add_on.SCRIPT, add_on.PAGES, add_on.MANIFEST))} to paste by hand "
        f"({lines:,} lines)\n"
        f"         {files}/  the same as {sum(1 for _ in files.glob('*.*'))} files, for clasp\n"
    )


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Write the add-on; return the exit status. ADD_ON=1: it is published as an editor add-on, not bound."""
    given = typed(arguments)
    try:
        deployed = add_on.Deployed(
            add_on.service_address(given.get("SERVICE_URL", "")),
            add_on.service_account(given.get("SERVICE_ACCOUNT", "")),
            bool(given.get("ADD_ON")),
        )
        files, bundle = add_on.write(root / "apps_script", root / TARGET, deployed)
    except add_on.AddOnError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(summary(files, bundle))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
