"""``make deploy-plan``: the commands of a deployment in order, each with its reason; nothing is run.

With ``SERVICE_URL`` and ``SERVICE_ACCOUNT``, which the last commands of the plan print, it also does the deploy step
of the add-on (`deploy.add_on`). For App Engine it writes app.deploy.yaml, as `gcloud app deploy` takes variables
from a file alone. No secret stands in anything that it prints or writes.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy import add_on

ROOT = Path(__file__).resolve().parent.parent
CLOUD_RUN, APP_ENGINE = "cloud-run", "app-engine"
PLATFORMS = (CLOUD_RUN, APP_ENGINE)
PYTHON_VERSION = "3.13"
MEMORY = "1Gi"
"""The largest retrain needs 420 MiB, two at once 656 (184 they share); what is written to /tmp counts as well."""
THREADS = 16
"""gunicorn.conf.py has as many: more requests at once would only wait inside."""
LONGEST_SECONDS = 120
"""A long call answers within 45 seconds, all others within 10."""
DEPLOY_FILE = "app.deploy.yaml"

_PROJECT = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")
_REGION = re.compile(r"[a-z]+-[a-z]+[0-9]*")
_NAME = re.compile(r"[a-z][a-z0-9-]{2,19}[a-z0-9]")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_AUDIENCE = re.compile(r"[A-Za-z0-9-]+\.apps\.googleusercontent\.com")


class PlanError(ValueError):
    """What the plan needs is missing or wrong; all of it is named."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the service is to run.

    Attributes
    ----------
    domains
        Mail domains of those who may connect; "*" for any verified account.
    audiences
        OAuth client ids of the add-on; none yet before the script exists.
    name
        Of the service, its account and its secret.
    """

    project: str
    region: str
    domains: tuple[str, ...]
    audiences: tuple[str, ...] = ()
    platform: str = CLOUD_RUN
    name: str = "audience"

    @property
    def account(self) -> str:
        """The service account's e-mail address."""
        return f"{self.name}-service@{self.project}.iam.gserviceaccount.com"

    @property
    def secret(self) -> str:
        """The secret's name, without project and version."""
        return f"{self.name}-secret"

    @property
    def variables(self) -> dict[str, str]:
        """What the service is told."""
        return {
            "GOOGLE_CLOUD_PROJECT": self.project,
            "AUDIENCE_SECRET_NAME": f"projects/{self.project}/secrets/{self.secret}/versions/latest",
            "ALLOWED_DOMAINS": ",".join(self.domains),
            "IDENTITY_AUDIENCES": ",".join(self.audiences),
        }


@dataclass(frozen=True, slots=True)
class Step:
    """A command and why it is given."""

    title: str
    reason: str
    command: str


def target(
    *, project: str, region: str, domains: str, audiences: str = "", platform: str = "", name: str = ""
) -> Target:
    """Return the target, of what was typed.

    Raises
    ------
    PlanError
        If something is missing or wrong.

    Examples
    --------
    >>> target(project="shop-123", region="europe-west1", domains="example.com").account
    'audience-service@shop-123.iam.gserviceaccount.com'
    """
    wrong: list[str] = []

    def one(variable: str, value: str, pattern: re.Pattern[str], example: str) -> str:
        value = value.strip()
        if not value:
            wrong.append(f"{variable} is missing, for example {variable}={example}")
        elif not pattern.fullmatch(value):
            wrong.append(f"{variable}={value} is none; an example: {variable}={example}")
        return value

    def several(variable: str, text: str, pattern: re.Pattern[str], example: str) -> tuple[str, ...]:
        values = tuple(part.strip() for part in text.split(",") if part.strip())
        wrong.extend(
            f"{variable} holds {each}, which is none; an example: {variable}={example}"
            for each in values
            if not pattern.fullmatch(each)
        )
        return values

    found = Target(
        one("PROJECT", project, _PROJECT, "my-shop-123"),
        one("REGION", region, _REGION, "europe-west1"),
        ("*",) if domains.strip() == "*" else several("DOMAINS", domains.lower(), _DOMAIN, "example.com"),
        several("AUDIENCES", audiences, _AUDIENCE, "123-abc.apps.googleusercontent.com"),
        platform.strip() or CLOUD_RUN,
        one("NAME", name or "audience", _NAME, "audience"),
    )
    if not found.domains and not domains.strip(" ,"):
        wrong.append("DOMAINS is missing, for example DOMAINS=example.com, or DOMAINS='*' for any account")
    if found.platform not in PLATFORMS:
        wrong.append(f"PLATFORM={found.platform} is none of {', '.join(PLATFORMS)}")
    if wrong:
        raise PlanError("There is no plan yet:\n" + "\n".join(f"  - {each}." for each in wrong))
    return found


def steps(to: Target) -> list[Step]:
    """Return the commands of a deployment, in order."""
    return [*_project(to), *_account_and_secret(to), *_service(to), *_result(to)]


def _project(to: Target) -> list[Step]:
    apis = ["sheets", "secretmanager", "cloudbuild", "artifactregistry"]
    apis.append("run" if to.platform == CLOUD_RUN else "appengine")
    return [
        Step(
            "Project",
            "All that follows belongs to one project; skip this and the next where it exists.",
            f"gcloud projects create {to.project}",
        ),
        Step(
            "Billing",
            "Google switches the APIs on only where an account is there to be billed; `gcloud billing accounts list` "
            "shows yours.",
            f"gcloud billing projects link {to.project} --billing-account 000000-000000-000000",
        ),
        Step(
            "Default project",
            "So that no command below acts on another.",
            f"gcloud config set project {to.project}",
        ),
        Step(
            "APIs",
            "Sheets is what the service reads and writes; Secret Manager keeps its secret; Cloud Build and Artifact "
            "Registry turn the source into an image.",
            "gcloud services enable " + " ".join(f"{api}.googleapis.com" for api in apis),
        ),
    ]


def _account_and_secret(to: Target) -> list[Step]:
    member = f"--member serviceAccount:{to.account}"
    return [
        Step(
            "Service account",
            "Who the service is. It gets no role in the project: it sees only spreadsheets that people share with "
            "it. There is no key file; the platform gives its tokens.",
            f"gcloud iam service-accounts create {to.name}-service --display-name 'Audience Targeting service'",
        ),
        Step(
            "Secret",
            "Spreadsheets' keys are derived from it. It goes from the generator to Secret Manager, and is seen "
            "nowhere.",
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48), end=\"\")' | \\\n"
            f"  gcloud secrets create {to.secret} --replication-policy automatic --data-file -",
        ),
        Step(
            "Access to this one secret",
            "The only role that the account has, on this secret alone.",
            f"gcloud secrets add-iam-policy-binding {to.secret} {member} \\\n"
            "  --role roles/secretmanager.secretAccessor",
        ),
    ]


def _service(to: Target) -> list[Step]:
    if to.platform == APP_ENGINE:
        return [
            Step(
                "App Engine",
                "Once a project; the region cannot be changed later. Skip this where the project has an application.",
                f"gcloud app create --region {to.region} --service-account {to.account}",
            ),
            Step(
                "Deploy",
                f"{DEPLOY_FILE}, which this plan has written, is app.yaml with the account and the variables; "
                ".gcloudignore keeps everything but the service at home.",
                f"gcloud app deploy {DEPLOY_FILE}",
            ),
        ]
    variables = "^;^" + ";".join(f"{name}={value}" for name, value in to.variables.items() if value)
    return [
        Step(
            "May build",
            "Builds run as the project's default account, which has no rights of its own in newer organisations.",
            f"gcloud projects add-iam-policy-binding {to.project} --condition None --role roles/run.builder \\\n"
            f'  --member "serviceAccount:$(gcloud projects describe {to.project} '
            "--format 'value(projectNumber)')-compute@developer.gserviceaccount.com\"",
        ),
        Step(
            "Deploy",
            "--no-cpu-throttling: a retrain goes on after its answer. One instance, as a second would only compete "
            f"with the first; with --min-instances 0 it costs nothing while nobody works. {MEMORY}: two "
            "retrains of the largest sheet at once need 656 MiB. "
            "--allow-unauthenticated: Google's own check knows no spreadsheets; every call "
            "is signed with its spreadsheet's key, and what is not is refused.",
            f"gcloud run deploy {to.name} --source . --region {to.region} --service-account {to.account} \\\n"
            f"  --no-cpu-throttling --cpu 1 --memory {MEMORY} --min-instances 0 --max-instances 1 \\\n"
            f"  --concurrency {THREADS} --timeout {LONGEST_SECONDS} --cpu-boost --allow-unauthenticated \\\n"
            f"  --set-build-env-vars GOOGLE_PYTHON_VERSION={PYTHON_VERSION} \\\n"
            f"  --set-env-vars '{variables}'",
        ),
    ]


def _result(to: Target) -> list[Step]:
    if to.platform == CLOUD_RUN:
        ask = f"gcloud run services describe {to.name} --region {to.region} --format 'value(status.url)'"
    else:
        ask = "gcloud app describe --format 'value(defaultHostname)'   # put https:// before it"
    again = f"make deploy-plan PROJECT={to.project} REGION={to.region} DOMAINS='{','.join(to.domains)}'"
    again += f" PLATFORM={to.platform}" if to.platform != CLOUD_RUN else ""
    return [
        Step("The service's address", "The add-on calls it and no other.", ask),
        Step(
            "It answers",
            'It says {"status":"ok",…}; anything else is in the log (docs/operations.md).',
            "curl https://…/health",
        ),
        Step(
            "Into the add-on",
            "Writes the address and the account into apps_script/config.js and appsscript.json; then install the "
            "add-on as docs/install-add-on.md tells.",
            f"{again} \\\n  SERVICE_URL=https://… SERVICE_ACCOUNT={to.account}",
        ),
        *([] if to.audiences else [_audiences(to)]),
    ]


def _audiences(to: Target) -> Step:
    if to.platform == APP_ENGINE:
        command = (
            "make deploy-plan … AUDIENCES=….apps.googleusercontent.com && gcloud app deploy " + DEPLOY_FILE
        )
    else:
        command = (
            f"gcloud run services update {to.name} --region {to.region} \\\n"
            "  --update-env-vars IDENTITY_AUDIENCES=….apps.googleusercontent.com"
        )
    return Step(
        "Which add-on may ask",
        "The script's OAuth client id is known only when the script exists. Until it is set here, Set up… is "
        "refused with “This copy of the add-on is not known to the service”, and that message names the id.",
        command,
    )


def app_engine_file(app: str, to: Target) -> str:
    """Return app.yaml with the account and the variables.

    Parameters
    ----------
    app
        Text of app.yaml.
    """
    lines = [
        f"# Written by make deploy-plan, of app.yaml. For: gcloud app deploy {DEPLOY_FILE}",
        app.rstrip(),
        f"service_account: {to.account}",
        "env_variables:",
        *(
            f'  {name}: "{value}"'
            for name, value in to.variables.items()
            if value and name != "GOOGLE_CLOUD_PROJECT"  # App Engine sets it itself
        ),
    ]
    return "\n".join(lines) + "\n"


def told(plan: Sequence[Step]) -> str:
    """Return the plan as text; its lines that are no comment can be pasted into a shell."""
    parts = []
    for number, step in enumerate(plan, start=1):
        comment = "\n".join(f"# {line}" for line in _wrapped(f"{number}. {step.title}. {step.reason}"))
        parts.append(f"{comment}\n{step.command}\n")
    return "\n".join(parts)


def _wrapped(text: str, width: int = 100) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Print the plan, and write what it says it writes; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m deploy.plan", description=__doc__)
    for each in (
        "project",
        "region",
        "domains",
        "audiences",
        "platform",
        "name",
        "service-url",
        "service-account",
    ):
        parser.add_argument(f"--{each}", default="")
    given = parser.parse_args(arguments)
    try:
        to = target(
            project=given.project,
            region=given.region,
            domains=given.domains,
            audiences=given.audiences,
            platform=given.platform,
            name=given.name,
        )
        written = _written(given, to, root)
    except (PlanError, add_on.AddOnError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if not given.service_url:
        sys.stdout.write(told(steps(to)))
    for path in written:
        sys.stdout.write(f"# written: {path.relative_to(root)}\n")
    return 0


def _written(given: argparse.Namespace, to: Target, root: Path) -> list[Path]:
    written = []
    if given.service_url or given.service_account:
        written += add_on.write(
            root / "apps_script",
            service_url=add_on.service_address(given.service_url),
            service_account=add_on.service_account(given.service_account or to.account),
        )
    if to.platform == APP_ENGINE:
        file = root / DEPLOY_FILE
        file.write_text(
            app_engine_file((root / "app.yaml").read_text(encoding="utf-8"), to), encoding="utf-8"
        )
        written.append(file)
    return written


if __name__ == "__main__":
    sys.exit(main())
