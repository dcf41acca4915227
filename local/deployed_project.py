"""The add-on's project with the deploy step done in memory."""

from __future__ import annotations

import json
from pathlib import Path

from deploy import add_on
from sheets_standin.runtime.project import Project, ProjectError, checked


def load(folder: Path, *, service_url: str, service_account: str) -> Project:
    """Read a project and put the deployment's address and account in, by the deploy step's own functions.

    Raises
    ------
    ProjectError
        Where Google would refuse the project, or the deploy step finds nothing to replace.
    """
    manifest = json.loads((folder / "appsscript.json").read_text(encoding="utf-8"))
    manifest = add_on.allowed(manifest, service_url)
    scripts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.js"))}
    constants = {"SERVICE_URL": service_url, "SERVICE_ACCOUNT": service_account}
    for name in {"config", Path(add_on.SCRIPT).stem} & set(scripts):
        try:
            scripts[name] = add_on.configured(scripts[name], constants)
        except add_on.AddOnError as error:
            raise ProjectError(str(error)) from error
    pages = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.html"))}
    return checked(Project(tuple(scripts.items()), pages, manifest))
