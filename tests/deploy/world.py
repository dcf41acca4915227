"""A project's folder, and Google's side of a deployment: the model in this process, or as programs on PATH."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from deploy import app_engine
from deploy.command import CommandError, Done, Shell
from deploy.run import SOURCE
from deploy.target import target, typed
from local.launch import PROJECT
from tests.deploy.gcloud_model import Cloud, Refused, State, answer, empty

GIVEN = {
    "PROJECT": "shop-123",
    "REGION": "europe-west1",
    "DOMAINS": "example.com,example.org",
    "BILLING": "01AB23-CD45EF-678901",
}
ACCOUNT = "audience-service@shop-123.iam.gserviceaccount.com"
URL = "https://audience-1000.europe-west1.run.app"
FIRST, SECOND = "1-a.apps.googleusercontent.com", "2-b.apps.googleusercontent.com"


def words(given: dict[str, str]) -> list[str]:
    """Return variables as make hands them on."""
    return [f"{name}={value}" for name, value in given.items()]


def folder(root: Path) -> Path:
    """Fill a folder with what a deployment reads."""
    shutil.copytree(PROJECT / "apps_script", root / "apps_script")
    for name in SOURCE:
        if (PROJECT / name).is_file():
            shutil.copy(PROJECT / name, root)
    (root / "server").mkdir()
    (root / "server/main.py").write_text("app = None\n", encoding="utf-8")
    return root


class ModelShell(Shell):
    """Gives the commands to the model, in this process.

    Attributes
    ----------
    ran
        Commands that were shown and run, not those that only ask.
    """

    def __init__(self, cloud: Cloud, root: Path) -> None:
        super().__init__(root, sleep=lambda _seconds: None)
        self.cloud = cloud
        self.root = root
        self.ran: list[list[str]] = []

    @property
    def state(self) -> State:
        """What there is now."""
        return self.cloud.state

    def ask(self, command: Sequence[str], folder: Path | None = None) -> Done:
        self.cloud.folder = folder or self.root
        return self._done(command, "")

    def _shown(self, command: Sequence[str], given: str | None, is_interactive: bool) -> Done:
        self.ran.append(list(command))
        if command[:2] == ["make", "app-engine-file"]:
            to = target({**typed(command[2:]), "PLATFORM": "app-engine"})
            try:
                app_engine.write(to, app_engine.running(to, self) | to.variables, self.root)
            except CommandError as error:
                return Done(2, "", str(error))
            return Done(0, "", "")
        self.cloud.folder = self.root
        return self._done(command, given or "")

    def _done(self, command: Sequence[str], given: str) -> Done:
        try:
            return Done(0, answer(self.cloud, command[0], command[1:], given), "")
        except Refused as refusal:
            return Done(1, "", str(refusal))


class Fakes:
    """gcloud, clasp and curl as programs in a folder for PATH; what there is stands in a file.

    Parameters
    ----------
    programs
        Which of them are on this machine.
    """

    def __init__(
        self, place: Path, programs: Sequence[str] = ("gcloud", "clasp", "curl"), **changes: Any
    ) -> None:
        self.folder = place / "bin"
        self._file = place / "state.json"
        self.folder.mkdir()
        self.change(empty() | changes)
        for name in programs:
            program = self.folder / name
            script = (
                f"import sys; sys.path.insert(0, {str(PROJECT)!r}); from pathlib import Path\n"
                "from tests.deploy.gcloud_model import main\n"
                f"sys.exit(main(Path({str(self._file)!r}), {name!r}, sys.argv[1:]))\n"
            )
            program.write_text(f"#!{sys.executable} -E\n{script}", encoding="utf-8")
            program.chmod(0o755)

    @property
    def state(self) -> State:
        """What there is now."""
        content: State = json.loads(self._file.read_text(encoding="utf-8"))
        return content

    def change(self, state: State) -> None:
        """Have something else be there."""
        self._file.write_text(json.dumps(state), encoding="utf-8")


def settled(state: State) -> State:
    """Return what there is without what every run changes: calls, numbers of revisions, the secret's text."""
    kept: State = json.loads(json.dumps(state))
    for name in ("calls", "fails"):
        del kept[name]
    for project in kept["projects"].values():
        for service in project["services"].values():
            del service["revision"]
        for secret in project["secrets"].values():
            secret["versions"] = len(secret["versions"])
        if project["app"]:
            project["app"]["versions"] = [
                {**version, "id": ""} for version in project["app"]["versions"][-1:]
            ]
    return kept


def services(state: State) -> Iterator[State]:
    """Yield the Cloud Run services."""
    for project in state["projects"].values():
        yield from project["services"].values()
