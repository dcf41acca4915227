"""``make deploy``: the steps of the plan, one after the other, then the add-on.

Each command is shown before it runs. Where one fails, the next run goes on there: what exists is left as it is, and
what the last run has done is not done again until a run has ended. No tracked file changes.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy import add_on, app_engine, bundle, known_scripts, plan
from deploy.command import NOT_FOUND, CommandError, Shell
from deploy.step import Step, gcloud, words, wrapped
from deploy.target import APP_ENGINE, NO_BILLING, PlanError, Target, client_ids, target, typed

ROOT = Path(__file__).resolve().parent.parent
MEMORY_FOLDER = Path("build/deploy")
SOURCE = ("server", "app.yaml", "gunicorn.conf.py", "Procfile", "requirements.txt")
"""What is deployed; a change of it is deployed even where the last run got past that step."""

Ask = Callable[[str], str]


class Stopped(Exception):
    """The run ends here; the text says why, and what to do."""


class Memory:
    """What the last run has done, until a run has ended.

    Parameters
    ----------
    file
        Made when the first step is done.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._done: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}

    def has(self, title: str, fingerprint: str) -> bool:
        """Whether a step was done in the very same way."""
        return self._done.get(title) == fingerprint

    def add(self, title: str, fingerprint: str) -> None:
        """Note a step that is done."""
        self._done[title] = fingerprint
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self._done, indent=2), encoding="utf-8")

    def forget(self) -> None:
        """Have the next run begin anew."""
        self._done = {}
        self._file.unlink(missing_ok=True)


class Run:
    """One run of the plan.

    Parameters
    ----------
    ask
        Shows a question to the person and returns what was typed; None where nobody is asked.
    """

    def __init__(self, to: Target, root: Path, shell: Shell, ask: Ask | None) -> None:
        self._to = to
        self._root = root
        self._shell = shell
        self._ask = ask
        self._memory = Memory(root / MEMORY_FOLDER / f"{to.project}-{to.name}-{to.platform}.json")
        self._source = _hash_of(root)

    def bring_up(self) -> None:
        """Do what is not done yet.

        Raises
        ------
        Stopped
            Where a step fails, or the person wants no more.
        """
        todo = plan.steps(self._to)
        for number, step in enumerate(todo, start=1):
            _say("\n" + "\n".join(wrapped(f"[{number}/{len(todo)}] {step.title}. {step.reason}")))
            self._do(step)

    def end(self) -> None:
        """Have the next run deploy anew."""
        self._memory.forget()

    def _do(self, step: Step) -> None:
        fingerprint = self._fingerprint(step)
        if self._is_done(step):
            _say("  is there already")
            return
        if not step.is_repeated and self._memory.has(step.title, fingerprint):
            _say("  was done when the last run stopped")
            return
        if step.title == plan.BILLING and self._to.billing == NO_BILLING:
            raise Stopped("Which account is billed? `gcloud billing accounts list`, then BILLING=….")
        try:
            command = self._shell.words(step.command)
        except CommandError as error:
            raise Stopped(str(error)) from error
        shown = shlex.join(command) + (" < a fresh secret" if step.needs_secret else "")
        self._confirm(shown)
        given = secrets.token_urlsafe(48) if step.needs_secret else None
        done = self._shell.run(command, given=given, is_interactive=step.is_interactive)
        if done.status:
            raise Stopped(_why(step, command[0], done.status, done.err))
        self._memory.add(step.title, fingerprint)

    def _confirm(self, shown: str) -> None:
        _say(f"$ {shown}")
        if self._ask is None:
            return
        if self._ask("  Enter runs it, n stops: ").strip():
            raise Stopped("Stopped before this command; run it again to go on here.")

    def _is_done(self, step: Step) -> bool:
        if not step.check:
            return False
        done = self._shell.ask(step.check)
        if done.status == NOT_FOUND:
            raise Stopped(_why(step, step.check[0], done.status, done.err))
        return not done.status and step.sign in done.out

    def _fingerprint(self, step: Step) -> str:
        return " ".join(words(step.command)) + (f" {self._source}" if step.title == plan.DEPLOY else "")


def _hash_of(root: Path) -> str:
    digest = hashlib.sha256()
    for name in SOURCE:
        place = root / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _why(step: Step, program: str, status: int, err: str) -> str:
    if status == NOT_FOUND:
        return f"{program} is not on this machine: https://cloud.google.com/sdk/docs/install"
    for sign, advice in step.advice:
        if sign in err:
            return advice
    return f"“{step.title}” failed ({status}). What is done stays; run it again to go on here."


def read_back(to: Target, shell: Shell) -> add_on.Deployed:
    """Return the service's address and the account that it runs as, as Google tells them.

    Raises
    ------
    Stopped
        Where the service runs as another account than the plan's.
    """
    address = shell.answer(plan.address(to))
    url = address if address.startswith("https://") else f"https://{address}"
    account = shell.answer(_account(to, shell))
    if account != to.account:
        raise Stopped(
            f"The service runs as {account}, not as {to.account}: spreadsheets would be shared in vain."
        )
    return add_on.Deployed(add_on.service_address(url), add_on.service_account(account))


def _account(to: Target, shell: Shell) -> tuple[str, ...]:
    if to.platform == APP_ENGINE:
        version = f"{app_engine.version(to, shell)} --service {app_engine.SERVICE} --project {to.project}"
        return gcloud(f"app versions describe {version} --format value(serviceAccount)")
    where = f"{to.name} --region {to.region} --project {to.project}"
    return gcloud(f"run services describe {where} --format value(spec.template.spec.serviceAccountName)")


def check_health(url: str, shell: Shell) -> None:
    """See that the service answers.

    Raises
    ------
    Stopped
        If it does not.
    """
    command = ("curl", "--fail", "--silent", "--show-error", f"{url}health")
    _say(f"$ {shlex.join(command)}")
    done = shell.ask(command)
    if done.status:
        hint = (
            "Google lets nobody through to the service. An organisation with domain restricted sharing gives no role "
            "to all users: run it again without PUBLIC=all-users."
            if "403" in done.err
            else "Its log says why: docs/operations.md."
        )
        raise Stopped(f"The service does not answer: {done.err.strip()}\n{hint}")
    _say(f"  {done.out.strip()}")


def push(folder: Path, script_id: str, shell: Shell) -> bool:
    """Push the add-on with clasp; return False, having said why, where that cannot be.

    Raises
    ------
    Stopped
        If the push fails.
    """
    status = shell.ask(("clasp", "show-authorized-user", "--json"))
    try:
        is_logged_in = status.status == 0 and bool(json.loads(status.out)["loggedIn"])
    except (ValueError, KeyError, TypeError):
        is_logged_in = False
    if not is_logged_in:
        _say("  clasp is not here." if status.status == NOT_FOUND else "  clasp is not logged in.")
        return False
    if not script_id:
        _say("  clasp is logged in, but which script? SCRIPT_ID=…, from the script's Project Settings.")
        return False
    project = json.dumps({"scriptId": script_id, "rootDir": "."}, indent=2)
    (folder / ".clasp.json").write_text(project + "\n", encoding="utf-8")
    command = ("clasp", "push", "--force")
    _say(f"$ cd {folder} && {shlex.join(command)}")
    done = shell.ask(command, folder)
    if done.status:
        raise Stopped(f"clasp push failed: {(done.err or done.out).strip()}")
    _say(f"  {done.out.strip()}")
    return True


def script_id(given: str, root: Path) -> str:
    """Return the script's id, as typed or as apps_script/.clasp.json has it; "" where there is none."""
    file = root / "apps_script/.clasp.json"
    if given or not file.exists():
        return given
    return str(json.loads(file.read_text(encoding="utf-8")).get("scriptId", ""))


def deploy(given: dict[str, str], root: Path, shell: Shell, ask: Ask | None) -> None:
    """Deploy the service and make the add-on.

    Raises
    ------
    PlanError, Stopped, CommandError, AddOnError
        Where it ends before.
    """
    to = target(given)
    ids = client_ids(given["CLIENT_ID"]) if given.get("CLIENT_ID") else ()
    run = Run(to, root, shell, ask)
    run.bring_up()
    deployed = read_back(to, shell)
    _say(f"\nThe service is at {deployed.service_url} and runs as {deployed.service_account}.")
    check_health(deployed.service_url, shell)
    if ids:
        _say(known_scripts.change(to, ids, shell, root=root))
    run.end()
    is_add_on = bool(given.get("ADD_ON"))
    made = add_on.Deployed(deployed.service_url, deployed.service_account, is_add_on)
    files, folder = add_on.write(root / "apps_script", root / bundle.TARGET, made)
    _say("\nThe add-on.\n" + bundle.summary(files, folder))
    is_pushed = push(files, script_id(given.get("SCRIPT_ID", ""), root), shell)
    _say(_next(to, folder, is_pushed=is_pushed, has_ids=bool(ids)))


def _next(to: Target, folder: Path, *, is_pushed: bool, has_ids: bool) -> str:
    lines = ["", "What is left:"]
    if not is_pushed:
        lines.append(f"- Paste the three files of {folder}/ into the script: docs/install-add-on.md.")
    if not has_ids:
        lines.append(
            "- Reload the spreadsheet; Audience Targeting › About shows the script's client id. Then"
        )
        lines.append(f"    make add-script {to.typed} CLIENT_ID=….apps.googleusercontent.com")
    lines.append("- In the spreadsheet: Audience Targeting › Set up….")
    return "\n".join(lines)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str], root: Path = ROOT, shell: Shell | None = None) -> int:
    """Deploy; return the exit status. YES=1 asks nothing."""
    given = typed(arguments)
    ask: Ask | None = None if given.get("YES") else input
    if ask and not sys.stdin.isatty():
        sys.stderr.write("Each command is asked for before it runs; without a terminal add YES=1.\n")
        return 2
    try:
        deploy(given, root, shell or Shell(root), ask)
    except PlanError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (Stopped, CommandError, add_on.AddOnError, EOFError) as error:
        sys.stderr.write(f"\n{error or 'Stopped.'}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
