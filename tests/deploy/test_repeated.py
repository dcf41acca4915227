"""Deploying again, in whatever order, loses nothing: played on a model of gcloud's documented semantics."""

from __future__ import annotations

import contextlib
import random
import re
import shlex
from pathlib import Path

import pytest

from deploy import known_scripts, plan, run
from deploy.app_engine import running
from deploy.command import CommandError
from deploy.step import Step
from deploy.target import APP_ENGINE, CLOUD_RUN, PLATFORMS, Target, target
from local.launch import PROJECT
from tests.deploy.gcloud_model import Cloud, Refused
from tests.deploy.world import ACCOUNT, FIRST, GIVEN, SECOND, ModelShell, folder, services, settled

OPERATIONS = PROJECT / "docs/operations.md"


@pytest.fixture
def shell(tmp_path: Path) -> ModelShell:
    """Google with nothing in it."""
    return ModelShell(Cloud(folder=tmp_path), folder(tmp_path))


def deploy(shell: ModelShell, **more: str) -> None:
    run.deploy(GIVEN | more, shell.root, shell, None)


def variables(shell: ModelShell, platform: str) -> dict[str, str]:
    return known_scripts.variables(target(GIVEN | {"PLATFORM": platform}), shell)


def rotation(shell: ModelShell, *, until: int = 3) -> None:
    """Give the commands of docs/operations.md, "Rotate the secret", up to a numbered step."""
    section = (
        OPERATIONS.read_text(encoding="utf-8").partition("## Rotate the secret")[2].partition("\n## ")[0]
    )
    for number, text in re.findall(r"^(\d)\. (.*(?:\n   .*)*)", section, re.MULTILINE):
        for command in re.findall(r"`([^`]*gcloud [^`]*)`", text):
            if int(number) <= until:
                line = command.rpartition("|")[2].replace("PROJECT", "shop-123")
                line = line.replace("REGION", GIVEN["REGION"]).replace("versions/3", "versions/1")
                shell.cloud.run(shlex.split(line)[1:], "s" * 64)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_second_deployment_keeps_what_was_set_since_the_first(shell: ModelShell, platform: str) -> None:
    """Ids of two scripts, and the former secret of a rotation."""
    to = target(GIVEN | {"PLATFORM": platform})
    deploy(shell, PLATFORM=platform)
    first = variables(shell, platform)
    known_scripts.change(to, [FIRST], shell, root=shell.root)
    known_scripts.change(to, [SECOND], shell, root=shell.root)
    if platform == CLOUD_RUN:
        rotation(shell)
    before = variables(shell, platform)

    deploy(shell, PLATFORM=platform, DOMAINS="example.net")

    assert before["IDENTITY_AUDIENCES"] == f"{FIRST},{SECOND}"
    assert {name: before[name] for name in first} == first
    assert variables(shell, platform) == before | {"ALLOWED_DOMAINS": "example.net"}
    if platform == CLOUD_RUN:
        former = "projects/shop-123/secrets/audience-secret/versions/1"
        assert before["AUDIENCE_SECRET_PREVIOUS_NAME"] == former


def test_a_rotation_leaves_two_versions_and_then_one(shell: ModelShell) -> None:
    """The commands of the document work as they stand; at the end the former secret is gone, and its variable."""
    deploy(shell)
    rotation(shell)
    secret = shell.cloud.state["projects"]["shop-123"]["secrets"]["audience-secret"]
    assert len(secret["versions"]) == 2

    rotation(shell, until=4)

    assert "AUDIENCE_SECRET_PREVIOUS_NAME" not in variables(shell, CLOUD_RUN)


def test_variables_are_never_set_whole() -> None:
    """Of gcloud's two options the one that removes all others first is in no command and no document."""
    code = [path.read_text(encoding="utf-8") for path in (PROJECT / "deploy").glob("*.py")]
    documents = [path.read_text(encoding="utf-8") for path in (PROJECT / "docs").glob("*.md")]

    assert not [text for text in code if "--set-env-vars" in text]
    assert not [text for text in documents if re.search(r"gcloud [^`]*--set-env-vars", text)]


def test_the_model_loses_what_gcloud_would_lose(shell: ModelShell) -> None:
    """So that the tests above can fail: --set-env-vars removes all variables first."""
    deploy(shell, CLIENT_ID=FIRST)

    shell.cloud.run(
        shlex.split(
            "run services update audience --region europe-west1 --project shop-123 --set-env-vars A=1,B=2"
        )
    )

    assert variables(shell, CLOUD_RUN) == {"A": "1", "B": "2"}


def attempt(step: Step, shell: ModelShell) -> None:
    """Give a step's command as a person would who pastes it, whatever comes of it."""
    if step.check:
        done = shell.ask(step.check)
        if not done.status and step.sign in done.out:
            return
    try:
        command = shell.words(step.command)
    except CommandError:
        return
    shell.run(command, given="s" * 64 if step.needs_secret else None)


def in_some_order(to: Target, seed: int) -> list[Step]:
    """Return the plan's steps, each perhaps several times or never, in an order of chance."""
    return random.Random(seed).choices(plan.steps(to), k=20)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("seed", range(20))
def test_commands_out_of_order_do_no_harm_before_the_service_is_there(
    tmp_path: Path, platform: str, seed: int
) -> None:
    """The plan in its order then leads to the same as if nothing had been tried."""
    to = target(GIVEN | {"PLATFORM": platform})
    worlds = []
    for name, tried in (("tidy", []), ("untidy", in_some_order(to, seed))):
        (tmp_path / name).mkdir()
        shell = ModelShell(Cloud(folder=tmp_path / name), folder(tmp_path / name))
        for step in [*tried, *plan.steps(to)]:
            attempt(step, shell)
        worlds.append(settled(shell.cloud.state))

    assert (
        worlds[0]["projects"]["shop-123"]["services"] or worlds[0]["projects"]["shop-123"]["app"]["versions"]
    )
    assert worlds[0] == worlds[1]


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("seed", range(20))
def test_commands_out_of_order_do_no_harm_when_the_service_is_there(
    shell: ModelShell, platform: str, seed: int
) -> None:
    """Scripts that were added stay known, the secret stays the same, nothing is made twice."""
    to = target(GIVEN | {"PLATFORM": platform})
    deploy(shell, PLATFORM=platform, CLIENT_ID=f"{FIRST},{SECOND}")
    secrets = shell.cloud.state["projects"]["shop-123"]["secrets"]["audience-secret"]["versions"]
    before, first = settled(shell.cloud.state), list(secrets)

    for step in in_some_order(to, seed):
        attempt(step, shell)

    assert settled(shell.cloud.state) == before
    assert secrets == first
    assert variables(shell, platform)["IDENTITY_AUDIENCES"] == f"{FIRST},{SECOND}"


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_script_is_added_once_and_can_be_removed(shell: ModelShell, platform: str) -> None:
    """Adding it again runs no command that changes something."""
    to = target(GIVEN | {"PLATFORM": platform})
    deploy(shell, PLATFORM=platform, CLIENT_ID=f"{FIRST},{SECOND}")
    shell.ran.clear()

    again = known_scripts.change(to, [FIRST], shell, root=shell.root)
    ran = list(shell.ran)
    known_scripts.change(to, [FIRST], shell, remove=True, root=shell.root)

    assert (again, ran) == (f"Nothing to do: the service knows {FIRST}, {SECOND}.", [])
    assert variables(shell, platform)["IDENTITY_AUDIENCES"] == SECOND


def test_removing_the_last_script_leaves_none(shell: ModelShell) -> None:
    """Then nobody may connect."""
    deploy(shell, CLIENT_ID=FIRST)

    message = known_scripts.change(target(GIVEN), [FIRST], shell, remove=True, root=shell.root)

    assert message == "The service knows no script."
    assert variables(shell, CLOUD_RUN)["IDENTITY_AUDIENCES"] == ""


def test_no_version_of_app_engine_has_no_variables(shell: ModelShell) -> None:
    """Before the first deployment nothing is kept, and nothing fails."""
    to = target(GIVEN | {"PLATFORM": APP_ENGINE})
    for step in plan.steps(to)[:-2]:
        attempt(step, shell)

    assert running(to, shell) == {}


@pytest.mark.parametrize(
    ("restricts_sharing", "public", "is_open"),
    [
        (False, "no-iam-check", True),
        (False, "all-users", True),
        (True, "no-iam-check", True),
        (True, "all-users", False),
    ],
)
def test_who_may_call(shell: ModelShell, restricts_sharing: bool, public: str, is_open: bool) -> None:
    """Where sharing is restricted to domains, only the check that is off lets everybody call."""
    shell.cloud.state["restricts_sharing"] = restricts_sharing

    with (
        contextlib.nullcontext()
        if is_open
        else pytest.raises(run.Stopped, match="The service does not answer")
    ):
        deploy(shell, PUBLIC=public)

    (service,) = services(shell.cloud.state)
    assert shell.cloud.is_open(service) is is_open
    assert service["options"]["service-account"] == ACCOUNT


def test_where_the_check_is_wanted_the_other_way_is_named(shell: ModelShell) -> None:
    """Nothing is deployed; the other way then works."""
    shell.cloud.state["wants_check"] = True

    with pytest.raises(run.Stopped, match=r"requireInvokerIam.*PUBLIC=all-users"):
        deploy(shell)
    deploy(shell, PUBLIC="all-users")

    (service,) = services(shell.cloud.state)
    assert shell.cloud.is_open(service)


def test_the_model_refuses_what_comes_too_early(shell: ModelShell) -> None:
    """A deployment before its role on the secret does not start."""
    steps = plan.steps(target(GIVEN))
    for step in steps:
        if step.title not in ("Access to this one secret", plan.DEPLOY):
            attempt(step, shell)

    with pytest.raises(Refused, match="failed to start"):
        shell.cloud.run(shell.words(steps[-1].command)[1:])
