"""make deploy, with gcloud, clasp and curl that only pretend: shown first, resumed, read back, pushed."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from deploy import plan, run
from deploy.step import plan_text
from deploy.target import target
from tests.deploy.gcloud_model import Cloud
from tests.deploy.world import ACCOUNT, FIRST, GIVEN, URL, Fakes, ModelShell, folder, settled, words

YES = [*words(GIVEN), "YES=1"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The project's folder, tracked by git."""
    place = tmp_path / "project"
    place.mkdir()
    folder(place)
    (place / ".gitignore").write_text("build/\n.clasp.json\napp.deploy.yaml\n", encoding="utf-8")
    for command in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=place, check=True)
    return place


@pytest.fixture
def fakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fakes:
    """The programs before all others on PATH; nobody is logged in anywhere."""
    made = Fakes(tmp_path)
    monkeypatch.setenv("PATH", f"{made.folder}:/usr/bin:/bin")
    return made


@pytest.fixture
def google(root: Path) -> ModelShell:
    """The same programs in this process."""
    return ModelShell(Cloud(folder=root), root)


def deploy(google: ModelShell, *more: str) -> int:
    return run.main([*YES, *more], google.root, google)


def changed(fakes: Fakes | ModelShell) -> list[str]:
    """Return the commands that change something, as the programs got them."""
    quiet = (" describe ", "auth list", "clasp show", "versions list")
    return [call for call in fakes.state["calls"] if not any(sign in f"{call} " for sign in quiet)]


def test_one_command_goes_the_whole_way(root: Path, fakes: Fakes, capfd: pytest.CaptureFixture[str]) -> None:
    """From nothing to a service that answers and an add-on that has its address; no tracked file changes."""
    status = run.main(YES, root)

    out = capfd.readouterr().out
    assert status == 0
    shown = re.findall(r"^\$ gcloud (.*)$", out, re.MULTILINE)
    assert len(shown) == len(changed(fakes)) == len(plan.steps(target(GIVEN)))
    assert out.index("$ gcloud secrets create") < out.index("$ gcloud run deploy")
    assert f"The service is at {URL}/ and runs as {ACCOUNT}." in out
    assert '{"status":"ok"}' in out
    assert "Audience Targeting › About shows the script's client id" in out
    config = (root / "build/add-on/files/config.js").read_text(encoding="utf-8")
    assert f"  SERVICE_URL: '{URL}/',\n" in config
    assert f"  SERVICE_ACCOUNT: '{ACCOUNT}',\n" in config
    status_of_git = subprocess.run(
        ["git", "status", "--porcelain"], cwd=root, capture_output=True, text=True, check=True
    )
    assert [line for line in status_of_git.stdout.splitlines() if not line.startswith("A  ")] == []


def test_no_secret_is_shown(root: Path, fakes: Fakes, capfd: pytest.CaptureFixture[str]) -> None:
    """It goes to Secret Manager by standard input and stands in no file."""
    run.main(YES, root)

    (secret,) = fakes.state["projects"]["shop-123"]["secrets"]["audience-secret"]["versions"]
    out, err = capfd.readouterr()
    written = [path.read_bytes() for path in (root / "build").rglob("*") if path.is_file()]
    assert len(secret) == 64
    assert secret not in out + err
    assert not any(secret.encode() in write for write in written)


def test_it_goes_on_where_it_stopped(
    root: Path, google: ModelShell, capfd: pytest.CaptureFixture[str]
) -> None:
    """What was done is not done again: neither what Google knows nor what only the last run knows."""
    google.state.update({"fails": [{"command": "run deploy", "error": "ERROR: Build failed"}]})
    assert deploy(google) == 1
    assert "“Deploy” failed (1). What is done stays; run it again to go on here." in capfd.readouterr().err
    before = len(changed(google))

    status = deploy(google)

    out = capfd.readouterr().out
    assert status == 0
    (again,) = changed(google)[before:]
    assert again.startswith("run deploy audience ")
    assert out.count("is there already") == 5
    assert out.count("was done when the last run stopped") == 3


def test_a_stop_after_the_deployment_does_not_deploy_again(root: Path, google: ModelShell) -> None:
    """Unless what is deployed has changed meanwhile."""
    describe = {"command": "run services describe", "error": "ERROR: no network"}
    for expected, change in ((1, ""), (0, ""), (1, "# changed\n")):
        google.state.update({"fails": [describe]})
        with (root / "server/main.py").open("a", encoding="utf-8") as file:
            file.write(change)
        assert deploy(google) == 1

        assert sum(change.startswith("run deploy") for change in changed(google)) == expected
        google.state.update({"calls": []})


def test_a_run_that_ended_is_deployed_again(root: Path, google: ModelShell) -> None:
    """The next make deploy is the next version."""
    assert deploy(google) == 0
    first = settled(google.state)

    assert deploy(google) == 0

    assert sum(change.startswith("run deploy") for change in changed(google)) == 2
    assert settled(google.state) == first


def test_clasp_pushes_where_it_is_logged_in(
    root: Path, google: ModelShell, capfd: pytest.CaptureFixture[str]
) -> None:
    """The configured copy, into the script that was named."""
    google.state.update({"clasp": True})

    status = deploy(google, "SCRIPT_ID=abc123", f"CLIENT_ID={FIRST}")

    pushed = google.state["pushed"]
    assert status == 0
    assert pushed["scriptId"] == "abc123"
    assert {"appsscript.json", "config.js", "sidebar_page.html"} <= set(pushed["files"])
    assert f"SERVICE_URL: '{URL}/'" in pushed["config"]
    assert "Paste the three files" not in capfd.readouterr().out
    (service,) = google.state["projects"]["shop-123"]["services"].values()
    assert service["env"]["IDENTITY_AUDIENCES"] == FIRST


@pytest.mark.parametrize(
    ("logged_in", "message"), [(False, "clasp is not logged in."), (True, "but which script? SCRIPT_ID=…")]
)
def test_where_clasp_cannot_push_the_bundle_is_named(
    root: Path, google: ModelShell, capfd: pytest.CaptureFixture[str], logged_in: bool, message: str
) -> None:
    """The service is deployed all the same."""
    google.state.update({"clasp": logged_in})

    assert deploy(google) == 0

    out = capfd.readouterr().out
    assert message in out
    assert f"Paste the three files of {root / 'build/add-on/bundle'}/" in out
    assert "pushed" not in google.state


def test_the_scripts_id_may_stand_in_claspjson(root: Path, google: ModelShell) -> None:
    """As a developer has it already."""
    google.state.update({"clasp": True})
    (root / "apps_script/.clasp.json").write_text('{"scriptId": "of the file"}', encoding="utf-8")

    assert deploy(google) == 0

    assert google.state["pushed"]["scriptId"] == "of the file"


def test_who_is_billed_is_asked_for_before_anything_is_paid(
    root: Path, google: ModelShell, capfd: pytest.CaptureFixture[str]
) -> None:
    """The placeholder is never given to Google."""
    given = [ye for ye in YES if not ye.startswith("BILLING")]

    assert run.main(given, root, google) == 1

    assert "gcloud billing accounts list" in capfd.readouterr().err
    assert not any(call.startswith("billing projects link") for call in google.state["calls"])


def test_where_google_lets_nobody_through_the_way_out_is_named(
    root: Path, google: ModelShell, capfd: pytest.CaptureFixture[str]
) -> None:
    """Under domain restricted sharing gcloud deploys and only warns."""
    google.state.update({"restricts_sharing": True})

    assert deploy(google, "PUBLIC=all-users") == 1
    assert "run it again without PUBLIC=all-users" in capfd.readouterr().err

    assert deploy(google) == 0


def test_what_google_does_not_know_yet_is_tried_again(root: Path, google: ModelShell) -> None:
    """An account that was just made is unknown to the next command for a moment."""
    early = {
        "command": "secrets add-iam-policy-binding",
        "error": f"ERROR: Service account {ACCOUNT} does not exist.",
    }
    google.state.update({"fails": [early, early]})

    assert deploy(google) == 0


def test_a_service_with_another_account_is_not_taken(root: Path, google: ModelShell) -> None:
    """Spreadsheets would be shared with an account that never reads them."""
    assert deploy(google) == 0
    state = google.state
    (service,) = state["projects"]["shop-123"]["services"].values()
    service["options"]["service-account"] = "other@shop-123.iam.gserviceaccount.com"

    with pytest.raises(run.Stopped, match="runs as other@shop-123"):
        run.read_back(target(GIVEN), google)


def test_without_a_terminal_it_asks_for_yes(
    root: Path, fakes: Fakes, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing runs that nobody has seen."""
    monkeypatch.setattr("sys.stdin", io.StringIO())

    assert run.main(words(GIVEN), root) == 2

    assert "YES=1" in capfd.readouterr().err
    assert fakes.state["calls"] == []


def test_each_command_may_be_declined(root: Path, google: ModelShell) -> None:
    """Then nothing more runs, and the next run goes on there."""
    asked: list[str] = []

    def no_at_the_project(question: str) -> str:
        asked.append(question)
        return "n" if len(asked) == 2 else ""

    with pytest.raises(run.Stopped, match="Stopped before this command"):
        run.deploy(GIVEN, root, google, no_at_the_project)

    assert changed(google) == ["auth login"]


def test_a_machine_without_gcloud_is_told(
    root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the address that has it."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))

    assert run.main(YES, root) == 1

    assert (
        "gcloud is not on this machine: https://cloud.google.com/sdk/docs/install" in capfd.readouterr().err
    )


@pytest.mark.slow
def test_the_printed_plan_does_the_same(root: Path, fakes: Fakes, tmp_path: Path) -> None:
    """Pasted into a shell, once and once more; the secret stays the one of the first time."""
    (tmp_path / "other").mkdir()
    assert run.main(YES, root) == 0
    wanted = settled(fakes.state)
    other = Fakes(tmp_path / "other")
    text = plan_text(plan.steps(target(GIVEN)))
    secrets = []

    for _ in range(2):
        environment = os.environ | {"PATH": f"{other.folder}:/usr/bin:/bin"}
        subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=root, env=environment, check=True)
        secrets.append(other.state["projects"]["shop-123"]["secrets"]["audience-secret"]["versions"])

    assert settled(other.state) == wanted
    assert secrets[0] == secrets[1]


def test_app_engine_goes_the_same_way(root: Path, google: ModelShell) -> None:
    """Its variables stand in a file that is written of those that run; the file is not tracked."""
    assert deploy(google, "PLATFORM=app-engine", f"CLIENT_ID={FIRST}") == 0

    project = google.state["projects"]["shop-123"]
    version = project["app"]["versions"][-1]
    assert version["account"] == ACCOUNT
    assert version["env"]["IDENTITY_AUDIENCES"] == FIRST
    assert "cloudbuild.builds.builder" in json.dumps(project["roles"])
    config = (root / "build/add-on/files/config.js").read_text(encoding="utf-8")
    assert "SERVICE_URL: 'https://shop-123.ew.r.appspot.com/'" in config
