"""``make add-script CLIENT_ID=…`` and ``make remove-script``: which scripts the service knows.

The list is one variable of the service. It is read first, so that no id is lost that somebody else has added.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy import app_engine
from deploy.command import CommandError, Shell
from deploy.step import gcloud
from deploy.target import APP_ENGINE, CLIENT_IDS, PlanError, Target, client_ids, target, typed

ROOT = Path(__file__).resolve().parent.parent


def merged(known: Sequence[str], ids: Sequence[str], *, remove: bool = False) -> tuple[str, ...]:
    """Return the ids that the service is to know, in their order.

    Examples
    --------
    >>> merged(["a", "b"], ["b", "c"])
    ('a', 'b', 'c')
    >>> merged(["a", "b"], ["b", "c"], remove=True)
    ('a',)
    """
    if remove:
        return tuple(script_id for script_id in known if script_id not in ids)
    return tuple(dict.fromkeys([*known, *ids]))


def variables(to: Target, shell: Shell) -> dict[str, str]:
    """Return the variables that the service has now.

    Raises
    ------
    CommandError
        If Google does not tell.
    """
    if to.platform == APP_ENGINE:
        return app_engine.running(to, shell)
    where = f"{to.name} --region {to.region} --project {to.project}"
    description = shell.read(gcloud(f"run services describe {where} --format json"))
    (container,) = description["spec"]["template"]["spec"]["containers"]
    return {variable["name"]: variable.get("value", "") for variable in container.get("env", [])}


def change(to: Target, ids: Sequence[str], shell: Shell, *, remove: bool = False, root: Path = ROOT) -> str:
    """Have the service know scripts, or know them no more; return what was done.

    Raises
    ------
    CommandError
        If a command fails.
    """
    now = variables(to, shell)
    known = [part for part in now.get(CLIENT_IDS, "").split(",") if part]
    wanted = merged(known, ids, remove=remove)
    if list(wanted) == known:
        return f"Nothing to do: the service knows {', '.join(known) or 'no script'}."
    value = ",".join(wanted)
    if to.platform == APP_ENGINE:
        app_engine.write(to, now | {CLIENT_IDS: value}, root)
        command = gcloud(f"app deploy {app_engine.DEPLOY_FILE} --quiet --project {to.project}")
    else:
        where = f"{to.name} --region {to.region} --project {to.project}"
        command = gcloud(f"run services update {where} --update-env-vars ^;^{CLIENT_IDS}={value}")
    sys.stdout.write(f"$ {shlex.join(command)}\n")
    sys.stdout.flush()
    if shell.run(command).status:
        raise CommandError("The service was not changed: the command above failed.")
    return f"The service knows {', '.join(wanted) or 'no script'}."


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Change the list; return the exit status. REMOVE=1 takes ids out of it."""
    given = typed(arguments)
    try:
        to = target(given, asks_domains=False)
        ids = client_ids(given.get("CLIENT_ID", ""))
        message = change(to, ids, Shell(root), remove=bool(given.get("REMOVE")), root=root)
    except (PlanError, CommandError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(message + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
