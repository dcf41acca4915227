"""``make app-engine-file``: app.deploy.yaml, which is app.yaml with the account and the variables.

App Engine takes variables from a version's file alone, and forgets all that the file does not name. So what the
running version has is read first.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.command import CommandError, Shell
from deploy.step import gcloud
from deploy.target import APP_ENGINE, PlanError, Target, target, typed

ROOT = Path(__file__).resolve().parent.parent
DEPLOY_FILE = "app.deploy.yaml"
SERVICE = "default"
"""app.yaml names no service."""
SET_BY_GOOGLE = "GOOGLE_CLOUD_PROJECT"


def text(app: str, to: Target, variables: Mapping[str, str]) -> str:
    """Return app.yaml with the account and the variables.

    Parameters
    ----------
    app
        Text of app.yaml.
    """
    lines = [
        f"# Written by make app-engine-file, of app.yaml. For: gcloud app deploy {DEPLOY_FILE}",
        app.rstrip(),
        f"service_account: {to.account}",
        "env_variables:",
        *(
            f'  {name}: "{value}"'
            for name, value in sorted(variables.items())
            if value and name != SET_BY_GOOGLE
        ),
    ]
    return "\n".join(lines) + "\n"


def version(to: Target, shell: Shell) -> str:
    """Return the id of the version that gets the traffic; "" before the first deployment.

    Raises
    ------
    CommandError
        If Google does not tell.
    """
    listed = shell.read(gcloud(f"app versions list --hide-no-traffic --project {to.project} --format json"))
    return next((str(entry["id"]) for entry in reversed(listed) if entry["service"] == SERVICE), "")


def running(to: Target, shell: Shell) -> dict[str, str]:
    """Return the variables of the version that gets the traffic; none before the first deployment.

    Raises
    ------
    CommandError
        If Google does not tell.
    """
    version_id = version(to, shell)
    if not version_id:
        return {}
    where = f"{version_id} --service {SERVICE} --project {to.project}"
    description = shell.read(gcloud(f"app versions describe {where} --format json"))
    return {str(name): str(value) for name, value in (description.get("envVariables") or {}).items()}


def write(to: Target, variables: Mapping[str, str], root: Path = ROOT) -> Path:
    """Write the file; return its path."""
    file = root / DEPLOY_FILE
    app = (root / "app.yaml").read_text(encoding="utf-8")
    file.write_text(text(app, to, variables), encoding="utf-8")
    return file


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Write the file; return the exit status."""
    try:
        to = target({**typed(arguments), "PLATFORM": APP_ENGINE})
        file = write(to, running(to, Shell(root)) | to.variables, root)
    except (PlanError, CommandError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"Written: {file}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
