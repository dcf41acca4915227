"""``make deploy-plan``: the commands of a deployment in order, each with its reason; nothing is run or written.

Each can be repeated, in any order and at any time: what exists is left as it is, and a deployment sets its own
variables alone. No secret stands in anything that is printed. `make deploy` runs the same steps.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from deploy.app_engine import DEPLOY_FILE
from deploy.step import Asked, Step, gcloud, plan_text
from deploy.target import ALL_USERS, APP_ENGINE, CLOUD_RUN, NO_CHECK, PlanError, Target, target, typed

PYTHON_VERSION = "3.13"
MEMORY = "1Gi"
"""The largest retrain needs 420 MiB, two at once 656 (184 they share); what is written to /tmp counts as well."""
THREADS = 16
"""gunicorn.conf.py has as many: more requests at once would only wait inside."""
LONGEST_SECONDS = 120
"""A long call answers within 45 seconds, all others within 10."""

LOG_IN, DEPLOY, BILLING = "Log in", "Deploy", "Billing"
PUBLIC_OPTIONS = {NO_CHECK: "--no-invoker-iam-check", ALL_USERS: "--allow-unauthenticated"}
FORBIDDEN_CHECK = "invoker_iam_disabled"
"""Part of Cloud Run's answer where the organisation wants its own check on every service."""

_CHECK_IS_WANTED = (
    "Your organisation wants Cloud Run's own check on every service (constraints/run.managed.requireInvokerIam). Run "
    f"it again with PUBLIC={ALL_USERS}, which leaves the check on and lets everybody through it."
)


def steps(to: Target) -> list[Step]:
    """Return the commands that bring the service up, in order."""
    return [*_project(to), *_account_and_secret(to), *_build(to), *_service(to)]


def _project(to: Target) -> list[Step]:
    apis = ["sheets", "iam", "secretmanager", "cloudbuild", "artifactregistry"]
    apis.append("run" if to.platform == CLOUD_RUN else "appengine")
    return [
        Step(
            LOG_IN,
            "All commands act as the account that is logged in; it must be allowed to make projects, or own this one.",
            gcloud("auth login"),
            check=gcloud("auth list --filter status:ACTIVE --format value(account)"),
            sign="@",
            is_interactive=True,
        ),
        Step(
            "Project",
            "All that follows belongs to one project, which every command names.",
            gcloud(f"projects create {to.project}"),
            check=gcloud(f"projects describe {to.project}"),
        ),
        Step(
            BILLING,
            "Google switches the APIs on only where an account is there to be billed; `gcloud billing accounts list` "
            "shows yours: BILLING=….",
            gcloud(f"billing projects link {to.project} --billing-account {to.billing}"),
            check=gcloud(f"billing projects describe {to.project} --format value(billingEnabled)"),
            sign="True",
        ),
        Step(
            "APIs",
            "Sheets is what the service reads and writes; Secret Manager keeps its secret; Cloud Build and Artifact "
            "Registry turn the source into an image.",
            gcloud(
                f"services enable --project {to.project}", *(f"{api}.googleapis.com" for api in sorted(apis))
            ),
        ),
    ]


def _account_and_secret(to: Target) -> list[Step]:
    project = f"--project {to.project}"
    return [
        Step(
            "Service account",
            "Who the service is. It gets no role in the project: it sees only spreadsheets that people share with "
            "it. There is no key file; the platform gives its tokens.",
            gcloud(
                f"iam service-accounts create {to.name}-service {project} --display-name",
                "Audience Targeting service",
            ),
            check=gcloud(f"iam service-accounts describe {to.account} {project}"),
        ),
        Step(
            "Secret",
            "Spreadsheets' keys are derived from it. It goes from the generator to Secret Manager, and is seen "
            "nowhere.",
            gcloud(f"secrets create {to.secret} {project} --replication-policy automatic --data-file -"),
            check=gcloud(f"secrets describe {to.secret} {project}"),
            needs_secret=True,
        ),
        Step(
            "Access to this one secret",
            "The only role that the account has, on this secret alone.",
            gcloud(
                f"secrets add-iam-policy-binding {to.secret} {project} --member serviceAccount:{to.account} "
                "--role roles/secretmanager.secretAccessor"
            ),
        ),
    ]


def _build(to: Target) -> list[Step]:
    role = "roles/run.builder" if to.platform == CLOUD_RUN else "roles/cloudbuild.builds.builder"
    number = gcloud(f"projects describe {to.project} --format value(projectNumber)")
    account = Asked("serviceAccount:", number, "-compute@developer.gserviceaccount.com")
    return [
        Step(
            "May build",
            "Cloud Build makes the image as the project's default account, which has no rights of its own in newer "
            "organisations.",
            (
                *gcloud(f"projects add-iam-policy-binding {to.project} --condition None --role {role}"),
                "--member",
                account,
            ),
        )
    ]


def _service(to: Target) -> list[Step]:
    return _app_engine(to) if to.platform == APP_ENGINE else [_cloud_run(to)]


def _app_engine(to: Target) -> list[Step]:
    project = f"--project {to.project}"
    return [
        Step(
            "App Engine",
            "Once a project; the region cannot be changed later.",
            gcloud(f"app create --region {to.region} --service-account {to.account} {project}"),
            check=gcloud(f"app describe {project}"),
        ),
        Step(
            "Variables",
            f"Writes {DEPLOY_FILE}: app.yaml with the account and the variables. App Engine forgets what a version's "
            "file does not name, so those that the running version has are read first and kept.",
            ("make", "app-engine-file", *to.typed.split(), f"DOMAINS={','.join(to.domains)}"),
            is_repeated=True,
        ),
        Step(
            DEPLOY,
            ".gcloudignore keeps everything but the service at home.",
            gcloud(f"app deploy {DEPLOY_FILE} --quiet {project}"),
        ),
    ]


def _cloud_run(to: Target) -> Step:
    variables = "^;^" + ";".join(f"{name}={value}" for name, value in to.variables.items())
    return Step(
        DEPLOY,
        _reasons(to),
        gcloud(
            f"run deploy {to.name} --source . --region {to.region} --project {to.project} --service-account "
            f"{to.account} --no-cpu-throttling --cpu 1 --memory {MEMORY} --min-instances 0 --max-instances 1 "
            f"--concurrency {THREADS} --timeout {LONGEST_SECONDS} --cpu-boost {PUBLIC_OPTIONS[to.public]} --quiet "
            f"--update-build-env-vars GOOGLE_PYTHON_VERSION={PYTHON_VERSION} --update-env-vars",
            variables,
        ),
        advice=((FORBIDDEN_CHECK, _CHECK_IS_WANTED),),
    )


def _reasons(to: Target) -> str:
    public = (
        "--allow-unauthenticated gives the role to all users, which an organisation with domain restricted sharing "
        f"does not allow; leave PUBLIC={ALL_USERS} out there."
        if to.public == ALL_USERS
        else "--no-invoker-iam-check switches that check off, also where the organisation restricts sharing to its "
        f"domains. Where it wants the check on every service, PUBLIC={ALL_USERS} plans --allow-unauthenticated instead."
    )
    return (
        "--no-cpu-throttling: a retrain goes on after its answer. One instance, as a second would only compete "
        f"with the first; with --min-instances 0 it costs nothing while nobody works. {MEMORY}: two "
        "retrains of the largest sheet at once need 656 MiB. --update-env-vars leaves all variables alone that it "
        "does not name. Google's own check knows no spreadsheets; every call is signed with its spreadsheet's key, "
        f"and what is not is refused. So everybody may call: {public}"
    )


def address(to: Target) -> tuple[str, ...]:
    """Return the command that prints the service's address; on App Engine without https://."""
    if to.platform == APP_ENGINE:
        return gcloud(f"app describe --format value(defaultHostname) --project {to.project}")
    where = f"{to.name} --region {to.region} --project {to.project}"
    return gcloud(f"run services describe {where} --format value(status.url)")


def results(to: Target) -> list[Step]:
    """Return the commands that bring the service into the add-on."""
    host = "https://" if to.platform == APP_ENGINE else ""
    return [
        Step(
            "The service answers",
            'It says {"status":"ok",…}; anything else is in the log (docs/operations.md).',
            ("curl", "--fail", "--silent", "--show-error", Asked(host, address(to), "/health")),
        ),
        Step(
            "Into the add-on",
            "Writes the add-on with the address and the account to build/add-on/; then install it as "
            "docs/install-add-on.md tells.",
            (
                "make",
                "bundle",
                Asked(f"SERVICE_URL={host}", address(to), ""),
                f"SERVICE_ACCOUNT={to.account}",
            ),
        ),
        Step(
            "Which script may ask",
            "Every script has an OAuth client id, which Audience Targeting › About shows as soon as it is installed. "
            "Until the id is told here, Set up… is refused with “This copy of the add-on is not known to the "
            "service”. Ids that were told before stay.",
            ("make", "add-script", *to.typed.split(), "CLIENT_ID=….apps.googleusercontent.com"),
        ),
    ]


def main(arguments: Sequence[str]) -> int:
    """Print the plan; return the exit status."""
    try:
        to = target(typed(arguments))
    except PlanError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(plan_text([*steps(to), *results(to)]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
