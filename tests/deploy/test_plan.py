"""The plan of a deployment: what it asks for, what it says, what it writes; no secret in any of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from deploy import add_on, plan
from deploy.plan import APP_ENGINE, PlanError, Target
from sandbox.launch import PROJECT

GIVEN = {"project": "shop-123", "region": "europe-west1", "domains": "example.com,example.org"}
TYPED = ["--project", "shop-123", "--region", "europe-west1", "--domains", "example.com"]
ACCOUNT = "audience-service@shop-123.iam.gserviceaccount.com"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with what the deploy step writes to."""
    shutil.copytree(PROJECT / "apps_script", tmp_path / "apps_script")
    shutil.copy(PROJECT / "app.yaml", tmp_path)
    return tmp_path


def commands(to: Target) -> list[str]:
    return [step.command for step in plan.steps(to)]


def test_all_that_is_missing_is_asked_for_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Each with an example; nothing is printed as a plan."""
    status = plan.main([])

    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert [line.split()[1] for line in err.splitlines()[1:]] == ["PROJECT", "REGION", "DOMAINS"]
    assert "DOMAINS=example.com" in err


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"project": "My Shop"}, "PROJECT=My Shop is none"),
        ({"project": "shop-123; rm -rf /"}, "PROJECT=shop-123; rm -rf / is none"),
        ({"region": "Europe"}, "REGION=Europe is none"),
        ({"domains": "ann@example.com"}, "DOMAINS holds ann@example.com"),
        ({"domains": "example.com;X=1"}, "DOMAINS holds example.com;x=1"),
        ({"domains": " , "}, "DOMAINS is missing"),
        ({"audiences": "my-client"}, "AUDIENCES holds my-client"),
        ({"platform": "heroku"}, "PLATFORM=heroku is none of cloud-run, app-engine"),
        ({"name": "A"}, "NAME=A is none"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, str], told: str) -> None:
    """What is printed is pasted into a shell, so nothing strange gets that far."""
    with pytest.raises(PlanError) as caught:
        plan.target(**(GIVEN | change))

    assert told in str(caught.value)


def test_the_order_is_such_that_each_command_finds_what_it_needs() -> None:
    """APIs before what uses them, account and secret before the role, the role before the service."""
    joined = "\n".join(commands(plan.target(**GIVEN)))

    wanted = [
        "gcloud projects create shop-123",
        "gcloud services enable sheets.googleapis.com secretmanager.googleapis.com",
        "gcloud iam service-accounts create audience-service",
        "gcloud secrets create audience-secret",
        "gcloud secrets add-iam-policy-binding audience-secret",
        "gcloud run deploy audience --source .",
        "gcloud run services describe audience",
        f"SERVICE_URL=https://… SERVICE_ACCOUNT={ACCOUNT}",
        "IDENTITY_AUDIENCES=",
    ]
    assert [joined.count(each) for each in wanted] == [1] * len(wanted)
    assert [joined.index(each) for each in wanted] == sorted(joined.index(each) for each in wanted)


def test_the_account_has_one_role_on_one_secret() -> None:
    """And none in the project."""
    roles = [each for each in commands(plan.target(**GIVEN)) if ACCOUNT in each and "--role" in each]

    assert len(roles) == 1
    assert roles[0].startswith("gcloud secrets add-iam-policy-binding audience-secret ")
    assert "--role roles/secretmanager.secretAccessor" in roles[0]


def test_cloud_run_keeps_its_processor_and_its_one_instance() -> None:
    """Work goes on after the answer; a value with commas reaches the service whole."""
    (deploy,) = (each for each in commands(plan.target(**GIVEN)) if "run deploy" in each)

    for option in ("--no-cpu-throttling", "--max-instances 1", "--memory 1Gi", "--concurrency 16"):
        assert option in deploy
    assert (
        "--set-env-vars '^;^GOOGLE_CLOUD_PROJECT=shop-123;"
        "AUDIENCE_SECRET_NAME=projects/shop-123/secrets/audience-secret/versions/latest;"
        "ALLOWED_DOMAINS=example.com,example.org'"
    ) in deploy


def test_every_command_is_one_that_a_shell_can_read() -> None:
    """What is pasted is no half of a quotation."""
    for to in (plan.target(**GIVEN), plan.target(**GIVEN, platform=APP_ENGINE)):
        text = plan.told(plan.steps(to))

        assert subprocess.run(["bash", "-n"], input=text, text=True, check=False).returncode == 0


def test_every_command_has_its_reason() -> None:
    """The reason stands above it, as a comment."""
    text = plan.told(plan.steps(plan.target(**GIVEN)))

    blocks = text.strip().split("\n\n")
    assert len(blocks) == len(plan.steps(plan.target(**GIVEN)))
    assert all(
        block.startswith("# ") and len(step.reason) > 20
        for block, step in zip(blocks, plan.steps(plan.target(**GIVEN)), strict=True)
    )


def test_the_result_goes_into_the_add_on(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Address and account become its constants, and the address the only one that it may call."""
    status = plan.main(
        [*TYPED, "--service-url", "https://audience-1-ew.a.run.app", "--service-account", ACCOUNT], root
    )

    config = (root / "apps_script/config.js").read_text(encoding="utf-8")
    manifest = json.loads((root / "apps_script/appsscript.json").read_text(encoding="utf-8"))
    assert status == 0
    assert "  SERVICE_URL: 'https://audience-1-ew.a.run.app/',\n" in config
    assert f"  SERVICE_ACCOUNT: '{ACCOUNT}',\n" in config
    assert manifest["urlFetchWhitelist"] == ["https://audience-1-ew.a.run.app/"]
    before = json.loads((PROJECT / "apps_script/appsscript.json").read_text(encoding="utf-8"))
    assert {**manifest, "urlFetchWhitelist": 0} == {**before, "urlFetchWhitelist": 0}
    assert "written: apps_script/config.js" in capsys.readouterr().out


@pytest.mark.parametrize(
    "address", ["http://audience.example.com", "https://x/", "https://a.b/c'", "audience"]
)
def test_an_address_that_google_would_not_take_changes_nothing(root: Path, address: str) -> None:
    """https and a host; the plan ends with the reason."""
    before = (root / "apps_script/config.js").read_text(encoding="utf-8")

    assert plan.main([*TYPED, "--service-url", address], root) == 2

    assert (root / "apps_script/config.js").read_text(encoding="utf-8") == before


def test_an_add_on_without_the_constants_is_not_half_written(root: Path) -> None:
    """Neither file changes where one cannot."""
    (root / "apps_script/config.js").write_text("const Config = {};\n", encoding="utf-8")
    before = (root / "apps_script/appsscript.json").read_bytes()

    with pytest.raises(add_on.AddOnError, match="has 0 places that give SERVICE_URL"):
        add_on.write(root / "apps_script", service_url="https://a.example/", service_account=ACCOUNT)

    assert (root / "apps_script/appsscript.json").read_bytes() == before


def test_app_engine_gets_a_file_of_its_own(root: Path) -> None:
    """app.yaml as it is, with the account, who may connect, and the secret's name; no secret."""
    assert (
        plan.main([*TYPED, "--platform", "app-engine", "--audiences", "1-a.apps.googleusercontent.com"], root)
        == 0
    )

    made = yaml.safe_load((root / "app.deploy.yaml").read_text(encoding="utf-8"))
    base = yaml.safe_load((root / "app.yaml").read_text(encoding="utf-8"))
    assert made == base | {
        "service_account": ACCOUNT,
        "env_variables": {
            "AUDIENCE_SECRET_NAME": "projects/shop-123/secrets/audience-secret/versions/latest",
            "ALLOWED_DOMAINS": "example.com",
            "IDENTITY_AUDIENCES": "1-a.apps.googleusercontent.com",
        },
    }
