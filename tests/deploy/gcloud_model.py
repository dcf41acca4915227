"""A model of the gcloud commands that a deployment gives, by Google's documentation of them.

It keeps what there is in a plain dictionary, and changes it as the commands do:

- ``run deploy`` and ``run services update``: ``--set-env-vars`` removes all variables first, ``--update-env-vars``
  adds to them, ``--remove-env-vars`` takes some away; options that are not given keep what the service has. Under
  domain restricted sharing ``--allow-unauthenticated`` deploys and gives nobody the role; ``--no-invoker-iam-check``
  is refused where the organisation wants the check.
- ``app deploy``: a version has the variables of its file and no others.
- ``create`` of something that is there fails; ``services enable`` and ``add-iam-policy-binding`` may be repeated.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

State = dict[str, Any]
FLAGS = {
    "no-cpu-throttling",
    "cpu-boost",
    "no-invoker-iam-check",
    "allow-unauthenticated",
    "quiet",
    "hide-no-traffic",
}


class Refused(Exception):
    """The command fails; the text is what it says on its standard error."""


def empty() -> State:
    """Return a world with nobody logged in and nothing in it."""
    return {
        "user": "",
        "restricts_sharing": False,
        "wants_check": False,
        "projects": {},
        "billing_accounts": ["01AB23-CD45EF-678901"],
        "fails": [],
        "calls": [],
    }


def dictionary(text: str) -> dict[str, str]:
    """Return KEY=VALUE pairs; `gcloud topic escaping`: ^;^ makes the semicolon the delimiter."""
    separator = ","
    if text.startswith("^"):
        separator, _, text = text[1:].partition("^")
    return dict(pair.split("=", 1) for pair in text.split(separator))


class Cloud:
    """gcloud, over a state."""

    def __init__(self, state: State | None = None, folder: Path = Path()) -> None:
        self.state = empty() if state is None else state
        self.folder = folder

    def run(self, words: Sequence[str], given: str = "") -> str:
        """Give a command, without the word gcloud; return what it prints.

        Raises
        ------
        Refused
            If it fails.
        """
        self.state["calls"].append(" ".join(words))
        names = list(words)
        options: dict[str, str] = {}
        plain: list[str] = []
        while names:
            word = names.pop(0)
            if not word.startswith("--"):
                plain.append(word)
            elif word[2:] in FLAGS:
                options[word[2:]] = "yes"
            else:
                options[word[2:]] = names.pop(0)
        for size in (4, 3, 2):
            doing = COMMANDS.get(" ".join(plain[:size]))
            if doing:
                for number, fail in enumerate(self.state["fails"]):
                    if " ".join(words).startswith(fail["command"]):
                        if not fail.get("always"):
                            del self.state["fails"][number]
                        raise Refused(fail["error"])
                return doing(self, plain[size:], options, given)
        raise AssertionError(f"the model has no command {' '.join(plain)}")

    def project(self, name: str) -> State:
        """Return a project.

        Raises
        ------
        Refused
            If it is not there, or nobody is logged in.
        """
        if not self.state["user"]:
            raise Refused("ERROR: You do not currently have an active account selected.")
        known: State | None = self.state["projects"].get(name)
        if known is None:
            raise Refused(f"ERROR: Project [{name}] not found or permission denied.")
        return known

    def service(self, options: dict[str, str], name: str) -> State:
        """Return a Cloud Run service."""
        known: State | None = self.project(options["project"])["services"].get(f"{options['region']}/{name}")
        if known is None:
            raise Refused(f"ERROR: Cannot find service [{name}]")
        return known

    def needs(self, project: State, api: str) -> None:
        """Refuse where an API is not enabled."""
        if f"{api}.googleapis.com" not in project["apis"]:
            raise Refused(f"ERROR: {api}.googleapis.com is not enabled")

    def account(self, project: State, email: str) -> None:
        """Refuse where a service account is not there."""
        if email not in project["accounts"]:
            raise Refused(f"ERROR: Service account {email} does not exist.")

    def is_open(self, service: State) -> bool:
        """Whether anybody may call a service."""
        return not service["check"] or "allUsers" in service["invokers"]


def _login(cloud: Cloud, _plain: list[str], _options: dict[str, str], _given: str) -> str:
    cloud.state["user"] = "ann@example.com"
    return ""


def _list_accounts(cloud: Cloud, _plain: list[str], _options: dict[str, str], _given: str) -> str:
    return str(cloud.state["user"])


def _create_project(cloud: Cloud, plain: list[str], _options: dict[str, str], _given: str) -> str:
    (name,) = plain
    if not cloud.state["user"]:
        raise Refused("ERROR: You do not currently have an active account selected.")
    if name in cloud.state["projects"]:
        raise Refused(f"ERROR: Requested entity already exists: {name}")
    cloud.state["projects"][name] = {
        "number": str(1000 + len(cloud.state["projects"])),
        "billing": "",
        "apis": [],
        "accounts": [],
        "secrets": {},
        "roles": [],
        "services": {},
        "app": None,
    }
    return ""


def _describe_project(cloud: Cloud, plain: list[str], options: dict[str, str], _given: str) -> str:
    number = str(cloud.project(plain[0])["number"])
    return number if options.get("format") == "value(projectNumber)" else "projectNumber: " + number


def _describe_billing(cloud: Cloud, plain: list[str], _options: dict[str, str], _given: str) -> str:
    return str(bool(cloud.project(plain[0])["billing"]))


def _link_billing(cloud: Cloud, plain: list[str], options: dict[str, str], _given: str) -> str:
    project = cloud.project(plain[0])
    if options["billing-account"] not in cloud.state["billing_accounts"]:
        raise Refused("ERROR: The caller does not have permission")
    project["billing"] = options["billing-account"]
    return ""


def _enable(cloud: Cloud, plain: list[str], options: dict[str, str], _given: str) -> str:
    project = cloud.project(options["project"])
    if not project["billing"]:
        raise Refused("ERROR: FAILED_PRECONDITION: Billing must be enabled")
    project["apis"] = sorted({*project["apis"], *plain})
    return ""


def _create_account(cloud: Cloud, plain: list[str], options: dict[str, str], _given: str) -> str:
    project = cloud.project(options["project"])
    cloud.needs(project, "iam")
    email = f"{plain[0]}@{options['project']}.iam.gserviceaccount.com"
    if email in project["accounts"]:
        raise Refused("ERROR: Resource already exists")
    project["accounts"].append(email)
    return ""


def _describe_account(cloud: Cloud, plain: list[str], options: dict[str, str], _given: str) -> str:
    cloud.account(cloud.project(options["project"]), plain[0])
    return plain[0]


def _create_secret(cloud: Cloud, plain: list[str], options: dict[str, str], given: str) -> str:
    project = cloud.project(options["project"])
    cloud.needs(project, "secretmanager")
    if plain[0] in project["secrets"]:
        raise Refused(f"ERROR: Secret [{plain[0]}] already exists.")
    if len(given) < 48:
        raise Refused("ERROR: the secret's data are empty")
    project["secrets"][plain[0]] = {"versions": [given], "roles": []}
    return ""


def _secret(cloud: Cloud, name: str, options: dict[str, str]) -> State:
    secret: State | None = cloud.project(options["project"])["secrets"].get(name)
    if secret is None:
        raise Refused(f"ERROR: Secret [{name}] not found")
    return secret


def _describe_secret(cloud: Cloud, plain: list[str], options: dict[str, str], _given: str) -> str:
    _secret(cloud, plain[0], options)
    return f"name: {plain[0]}"


def _add_version(cloud: Cloud, plain: list[str], options: dict[str, str], given: str) -> str:
    _secret(cloud, plain[0], options)["versions"].append(given)
    return ""


def _list_versions(cloud: Cloud, plain: list[str], options: dict[str, str], _given: str) -> str:
    versions = _secret(cloud, plain[0], options)["versions"]
    return "\n".join(f"{n}  enabled" for n in range(len(versions), 0, -1))


def _destroy_version(cloud: Cloud, plain: list[str], options: dict[str, str], _given: str) -> str:
    _secret(cloud, options["secret"], options)["versions"][int(plain[0]) - 1] = ""
    return ""


def _bind_secret(cloud: Cloud, plain: list[str], options: dict[str, str], _given: str) -> str:
    project = cloud.project(options["project"])
    secret = _secret(cloud, plain[0], options)
    cloud.account(project, options["member"].removeprefix("serviceAccount:"))
    secret["roles"] = sorted({*secret["roles"], f"{options['role']} {options['member']}"})
    return ""


def _bind_project(cloud: Cloud, plain: list[str], options: dict[str, str], _given: str) -> str:
    project = cloud.project(plain[0])
    if options["member"] != f"serviceAccount:{project['number']}-compute@developer.gserviceaccount.com":
        cloud.account(project, options["member"].removeprefix("serviceAccount:"))
    project["roles"] = sorted({*project["roles"], f"{options['role']} {options['member']}"})
    return ""


def _configure(cloud: Cloud, service: State, options: dict[str, str]) -> None:
    if "no-invoker-iam-check" in options:
        if cloud.state["wants_check"]:
            raise Refused("ERROR: spec: invoker_iam_disabled is not currently available in this project")
        service["check"] = False
    if "set-env-vars" in options:
        service["env"] = {}
        service["env"] |= dictionary(options["set-env-vars"])
    if "update-env-vars" in options:
        service["env"] = service["env"] | dictionary(options["update-env-vars"])
    if "remove-env-vars" in options:
        for name in options["remove-env-vars"].split(","):
            service["env"].pop(name, None)
    if "allow-unauthenticated" in options and not cloud.state["restricts_sharing"]:
        service["invokers"] = ["allUsers"]
    kept = ("cpu", "memory", "min-instances", "max-instances", "concurrency", "timeout", "service-account")
    service["options"] = service["options"] | {name: options[name] for name in kept if name in options}
    service["options"] |= {name: "yes" for name in ("no-cpu-throttling", "cpu-boost") if name in options}
    service["revision"] += 1


def _may_read(project: State, account: str, variables: dict[str, str]) -> None:
    """Refuse where the service would not start: it reads its secret first."""
    secret = variables.get("AUDIENCE_SECRET_NAME", "///").split("/")[3]
    role = f"roles/secretmanager.secretAccessor serviceAccount:{account}"
    if role not in project["secrets"].get(secret, {"roles": []})["roles"] or not variables.get(
        "ALLOWED_DOMAINS"
    ):
        raise Refused("ERROR: The user-provided container failed to start and listen on the port")


def _deploy(cloud: Cloud, plain: list[str], options: dict[str, str], _given: str) -> str:
    project = cloud.project(options["project"])
    for api in ("run", "cloudbuild", "artifactregistry"):
        cloud.needs(project, api)
    cloud.account(project, options["service-account"])
    builder = f"serviceAccount:{project['number']}-compute@developer.gserviceaccount.com"
    if f"roles/run.builder {builder}" not in project["roles"]:
        raise Refused("ERROR: Build failed: missing permission storage.objects.get")
    key = f"{options['region']}/{plain[0]}"
    blank = {"env": {}, "check": True, "invokers": [], "options": {}, "revision": 0, "ready": False}
    service = json.loads(json.dumps(project["services"].get(key, blank)))
    _configure(cloud, service, options)
    _may_read(project, options["service-account"], service["env"])
    service["ready"] = True
    project["services"][key] = service
    return ""


def _update(cloud: Cloud, plain: list[str], options: dict[str, str], _given: str) -> str:
    _configure(cloud, cloud.service(options, plain[0]), options)
    return ""


def _describe_service(cloud: Cloud, plain: list[str], options: dict[str, str], _given: str) -> str:
    service = cloud.service(options, plain[0])
    project = cloud.project(options["project"])
    url = f"https://{plain[0]}-{project['number']}.{options['region']}.run.app"
    account = service["options"]["service-account"]
    if options["format"] == "value(status.url)":
        return url
    if options["format"] == "value(spec.template.spec.serviceAccountName)":
        return str(account)
    env = [{"name": name, "value": value} for name, value in service["env"].items()]
    spec = {"containers": [{"env": env}], "serviceAccountName": account}
    return json.dumps({"spec": {"template": {"spec": spec}}, "status": {"url": url}})


def _create_app(cloud: Cloud, _plain: list[str], options: dict[str, str], _given: str) -> str:
    project = cloud.project(options["project"])
    cloud.needs(project, "appengine")
    cloud.account(project, options["service-account"])
    if project["app"] is not None:
        raise Refused("ERROR: The project already contains an App Engine application")
    project["app"] = {"region": options["region"], "versions": []}
    return ""


def _app(cloud: Cloud, options: dict[str, str]) -> State:
    app: State | None = cloud.project(options["project"])["app"]
    if app is None:
        raise Refused("ERROR: The current Google Cloud project does not contain an App Engine application")
    return app


def _describe_app(cloud: Cloud, _plain: list[str], options: dict[str, str], _given: str) -> str:
    _app(cloud, options)
    return f"{options['project']}.ew.r.appspot.com"


def _deploy_app(cloud: Cloud, plain: list[str], options: dict[str, str], _given: str) -> str:
    app = _app(cloud, options)
    project = cloud.project(options["project"])
    builder = f"serviceAccount:{project['number']}-compute@developer.gserviceaccount.com"
    if f"roles/cloudbuild.builds.builder {builder}" not in project["roles"]:
        raise Refused("ERROR: Build failed: missing permission storage.objects.get")
    import yaml  # takes longer than all other commands together

    file = yaml.safe_load((cloud.folder / plain[0]).read_text(encoding="utf-8"))
    _may_read(project, file["service_account"], file["env_variables"])
    version = {"env": file["env_variables"], "account": file["service_account"]}
    app["versions"].append({"id": f"v{len(app['versions']) + 1}", **version})
    return ""


def _list_app(cloud: Cloud, _plain: list[str], options: dict[str, str], _given: str) -> str:
    versions = _app(cloud, options)["versions"][-1:]
    return json.dumps([{"id": version["id"], "service": "default"} for version in versions])


def _describe_version(cloud: Cloud, plain: list[str], options: dict[str, str], _given: str) -> str:
    (version,) = (version for version in _app(cloud, options)["versions"] if version["id"] == plain[0])
    if options["format"] == "value(serviceAccount)":
        return str(version["account"])
    return json.dumps({"id": version["id"], "envVariables": version["env"]})


COMMANDS: dict[str, Callable[[Cloud, list[str], dict[str, str], str], str]] = {
    "auth login": _login,
    "auth list": _list_accounts,
    "projects create": _create_project,
    "projects describe": _describe_project,
    "projects add-iam-policy-binding": _bind_project,
    "billing projects describe": _describe_billing,
    "billing projects link": _link_billing,
    "services enable": _enable,
    "iam service-accounts create": _create_account,
    "iam service-accounts describe": _describe_account,
    "secrets create": _create_secret,
    "secrets describe": _describe_secret,
    "secrets versions add": _add_version,
    "secrets versions list": _list_versions,
    "secrets versions destroy": _destroy_version,
    "secrets add-iam-policy-binding": _bind_secret,
    "run deploy": _deploy,
    "run services update": _update,
    "run services describe": _describe_service,
    "app create": _create_app,
    "app describe": _describe_app,
    "app deploy": _deploy_app,
    "app versions list": _list_app,
    "app versions describe": _describe_version,
}


def answer(cloud: Cloud, program: str, words: Sequence[str], given: str = "") -> str:
    """Be gcloud, clasp or curl for one command; return what is printed.

    Raises
    ------
    Refused
        If the command fails.
    """
    if program == "gcloud":
        return cloud.run(words, given)
    return {"clasp": _clasp, "curl": _curl}[program](cloud, words)


def main(file: Path, program: str, words: Sequence[str]) -> int:
    """Be gcloud, clasp or curl for one command; return the exit status."""
    state = json.loads(file.read_text(encoding="utf-8"))
    cloud = Cloud(state, Path.cwd())
    try:
        output = answer(cloud, program, words, sys.stdin.read() if "--data-file" in words else "")
    except Refused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    finally:
        file.write_text(json.dumps(state), encoding="utf-8")
    if output:
        sys.stdout.write(output + "\n")
    return 0


def _clasp(cloud: Cloud, words: Sequence[str]) -> str:
    cloud.state["calls"].append("clasp " + " ".join(words))
    if words[0] == "show-authorized-user":
        return json.dumps({"loggedIn": bool(cloud.state.get("clasp"))})
    folder = cloud.folder
    project = json.loads((folder / ".clasp.json").read_text(encoding="utf-8"))
    cloud.state["pushed"] = {
        "scriptId": project["scriptId"],
        "files": sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")),
        "config": (folder / "config.js").read_text(encoding="utf-8"),
    }
    return f"Pushed {len(cloud.state['pushed']['files'])} files."


def _curl(cloud: Cloud, words: Sequence[str]) -> str:
    services = [
        service for project in cloud.state["projects"].values() for service in project["services"].values()
    ]
    if not all(cloud.is_open(service) for service in services):
        raise Refused("curl: (22) The requested URL returned error: 403")
    assert words[-1].endswith("/health")
    return '{"status":"ok"}'


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
