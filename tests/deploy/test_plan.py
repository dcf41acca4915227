"""The plan of a deployment: what it asks for, what it says, what it writes; no secret in any of it."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from deploy import app_engine, known_scripts, plan
from deploy.step import Step, plan_text, shell
from deploy.target import APP_ENGINE, PlanError, Target, target
from local.launch import PROJECT
from tests.deploy.world import ACCOUNT, FIRST, words

GIVEN = {"PROJECT": "shop-123", "REGION": "europe-west1", "DOMAINS": "example.com,example.org"}


def all_steps(to: Target) -> list[Step]:
    return [*plan.steps(to), *plan.results(to)]


def commands(to: Target) -> list[str]:
    return [shell(step) for step in all_steps(to)]


def test_all_that_is_missing_is_asked_for_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Each with an example; nothing is printed as a plan."""
    status = plan.main([])

    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert [line.split()[1] for line in err.splitlines()[1:]] == ["PROJECT", "REGION", "DOMAINS"]
    assert "DOMAINS=example.com" in err


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"PROJECT": "My Shop"}, "PROJECT=My Shop is none"),
        ({"PROJECT": "shop-123; rm -rf /"}, "PROJECT=shop-123; rm -rf / is none"),
        ({"REGION": "Europe"}, "REGION=Europe is none"),
        ({"DOMAINS": "ann@example.com"}, "DOMAINS holds ann@example.com"),
        ({"DOMAINS": "example.com;X=1"}, "DOMAINS holds example.com;x=1"),
        ({"DOMAINS": " , "}, "DOMAINS is missing"),
        ({"PUBLIC": "yes"}, "PUBLIC=yes is none of no-iam-check, all-users"),
        ({"BILLING": "mine"}, "BILLING=mine is none"),
        ({"PLATFORM": "heroku"}, "PLATFORM=heroku is none of cloud-run, app-engine"),
        ({"NAME": "A"}, "NAME=A is none"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, str], reason: str) -> None:
    """What is printed is pasted into a shell, so nothing strange gets that far."""
    with pytest.raises(PlanError) as caught:
        target(GIVEN | change)

    assert reason in str(caught.value)


def test_the_order_is_such_that_each_command_finds_what_it_needs() -> None:
    """APIs before what uses them, account and secret before the role, the role before the service."""
    joined = "\n".join(commands(target(GIVEN)))

    wanted = [
        "gcloud auth login",
        "gcloud projects create shop-123",
        "gcloud services enable --project shop-123 artifactregistry.googleapis.com cloudbuild.googleapis.com",
        "gcloud iam service-accounts create audience-service",
        "gcloud secrets create audience-secret",
        "gcloud secrets add-iam-policy-binding audience-secret",
        "gcloud run deploy audience --source .",
        "curl --fail",
        "make bundle ",
        "make add-script ",
    ]
    assert [joined.count(command) for command in wanted] == [1] * len(wanted)
    assert [joined.index(command) for command in wanted] == sorted(
        joined.index(command) for command in wanted
    )


def test_the_account_has_one_role_on_one_secret() -> None:
    """And none in the project."""
    roles = [command for command in commands(target(GIVEN)) if ACCOUNT in command and "--role" in command]

    assert len(roles) == 1
    assert roles[0].startswith("gcloud secrets add-iam-policy-binding audience-secret ")
    assert "--role roles/secretmanager.secretAccessor" in roles[0]


def test_cloud_run_keeps_its_processor_and_its_one_instance() -> None:
    """Work goes on after the answer; a value with commas reaches the service whole."""
    (deploy,) = (command for command in commands(target(GIVEN)) if "run deploy" in command)

    deploy = deploy.replace("\\\n  ", "")
    for option in ("--no-cpu-throttling", "--max-instances 1", "--memory 1Gi", "--concurrency 16"):
        assert option in deploy
    assert (
        "--update-env-vars '^;^GOOGLE_CLOUD_PROJECT=shop-123;"
        "AUDIENCE_SECRET_NAME=projects/shop-123/secrets/audience-secret/versions/latest;"
        "ALLOWED_DOMAINS=example.com,example.org'"
    ) in deploy


def test_every_command_is_one_that_a_shell_can_read() -> None:
    """What is pasted is no half of a quotation."""
    for to in (target(GIVEN), target(GIVEN | {"PLATFORM": APP_ENGINE})):
        text = plan_text(all_steps(to))

        assert subprocess.run(["bash", "-n"], input=text, text=True, check=False).returncode == 0


def test_every_command_has_its_reason() -> None:
    """The reason stands above it, as a comment."""
    text = plan_text(all_steps(target(GIVEN)))

    blocks = text.strip().split("\n\n")
    assert len(blocks) == len(all_steps(target(GIVEN)))
    assert all(
        block.startswith("# ") and len(step.reason) > 20
        for block, step in zip(blocks, all_steps(target(GIVEN)), strict=True)
    )


@pytest.mark.parametrize(
    ("public", "option", "advice"),
    [
        ("no-iam-check", "--no-invoker-iam-check", "PUBLIC=all-users plans --allow-unauthenticated"),
        ("all-users", "--allow-unauthenticated", "domain restricted sharing does not allow"),
    ],
)
def test_both_ways_to_let_everybody_call_are_known(public: str, option: str, advice: str) -> None:
    """The plan takes one, and says when the other one is needed."""
    (deploy,) = (step for step in plan.steps(target(GIVEN | {"PUBLIC": public})) if step.title == plan.DEPLOY)

    assert [word for word in deploy.command if word in plan.PUBLIC_OPTIONS.values()] == [option]
    assert advice in deploy.reason


def test_every_command_names_its_project() -> None:
    """So that none acts on another one that is set somewhere."""
    for platform in ("cloud-run", "app-engine"):
        for step in all_steps(target(GIVEN | {"PLATFORM": platform})):
            if step.title not in (plan.LOG_IN, "Into the add-on"):
                assert "shop-123" in shell(step)
                assert "config set" not in shell(step)


@pytest.mark.parametrize("platform", ["cloud-run", "app-engine"])
def test_the_build_has_its_role_on_both_platforms(platform: str) -> None:
    """Cloud Build runs for App Engine as for Cloud Run, as the same account."""
    (build,) = (
        command for command in commands(target(GIVEN | {"PLATFORM": platform})) if "-compute@" in command
    )

    assert ("roles/run.builder" in build) is (platform == "cloud-run")
    assert ("roles/cloudbuild.builds.builder" in build) is (platform == "app-engine")


def test_the_plan_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a file nor anything at Google: no program is started."""
    monkeypatch.setattr(subprocess, "run", None)
    monkeypatch.setattr(subprocess, "Popen", None)
    monkeypatch.chdir(tmp_path)
    before = _files()

    assert plan.main(words(GIVEN | {"PLATFORM": APP_ENGINE})) == 0

    assert _files() == before
    assert list(tmp_path.iterdir()) == []


def _files() -> dict[str, float]:
    """Return when each file of the project's folder that a deployment could write was last changed."""
    places = [PROJECT / "apps_script", PROJECT / "build", PROJECT / "deploy"]
    paths = [path for place in places for path in place.rglob("*") if "__pycache__" not in path.parts]
    paths += list(PROJECT.glob("app*.yaml"))
    return {str(path): path.stat().st_mtime for path in paths}


def test_app_engine_gets_a_file_of_its_own(tmp_path: Path) -> None:
    """app.yaml as it is, with the account, the variables given and no secret."""
    (tmp_path / "app.yaml").write_text((PROJECT / "app.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    to = target(GIVEN | {"PLATFORM": APP_ENGINE})

    file = app_engine.write(to, to.variables | {"IDENTITY_AUDIENCES": FIRST, "EMPTY": ""}, tmp_path)

    made = yaml.safe_load(file.read_text(encoding="utf-8"))
    base = yaml.safe_load((PROJECT / "app.yaml").read_text(encoding="utf-8"))
    assert made == base | {
        "service_account": ACCOUNT,
        "env_variables": {
            "AUDIENCE_SECRET_NAME": "projects/shop-123/secrets/audience-secret/versions/latest",
            "ALLOWED_DOMAINS": "example.com,example.org",
            "IDENTITY_AUDIENCES": FIRST,
        },
    }


@pytest.mark.parametrize(
    ("ids", "reason"),
    [
        ("", "CLIENT_ID is missing"),
        ("my-client", "CLIENT_ID holds my-client"),
        (f"{FIRST},x", "CLIENT_ID holds x"),
    ],
)
def test_a_script_is_named_by_its_client_id(
    ids: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Anything else is refused before Google is asked."""
    assert known_scripts.main(words({**GIVEN, "CLIENT_ID": ids})) == 2

    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "environment", "wanted"),
    [
        ("make -n serve PORT=8123", {}, '-m local serve --port "8123"'),
        ("make -n serve", {}, "-m local serve "),
        (
            "make -n deploy-plan PROJECT=p-123456 DOMAINS='*'",
            {"NAME": "my-laptop"},
            '"PROJECT=p-123456" "DOMAINS=*"',
        ),
        ("make -n remove-script CLIENT_ID=x", {}, '"CLIENT_ID=x"  REMOVE=1'),
    ],
)
def test_make_hands_on_what_was_typed(command: str, environment: dict[str, str], wanted: str) -> None:
    """And nothing that the environment happens to call by the same name."""
    clean = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}

    done = subprocess.run(
        ["bash", "-c", command],
        cwd=PROJECT,
        env=clean | environment,
        capture_output=True,
        text=True,
        check=True,
    )

    last = re.sub(r"\s+", " ", done.stdout.replace("\\\n", " ").splitlines()[-1])
    assert re.sub(r"\s+", " ", wanted).strip() in last
    assert "my-laptop" not in last
    assert ("--port" in last) is ("--port" in wanted)
