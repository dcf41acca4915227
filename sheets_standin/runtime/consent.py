"""The consent screen."""

from __future__ import annotations

from sheets_standin.runtime.project import SCOPE_TEXTS
from sheets_standin.runtime.script import Script
from sheets_standin.runtime.sessions import Session


def ask_consent(session: Session, script: Script) -> bool:
    """Ask a person for the scopes that are missing; return whether any was given.

    The answer is true for all, false for none, or a list of scopes: Google lets people withhold single ones.
    """
    missing = [scope for scope in script.project.scopes if scope not in script.consents.of(session.email)]
    shown = [{"scope": scope, "text": SCOPE_TEXTS.get(scope, scope)} for scope in missing]
    answer = session.ask("consent", scopes=shown)
    chosen = answer if isinstance(answer, list) else []
    given = missing if answer is True else [scope for scope in missing if scope in chosen]
    script.consents.give(session.email, given)
    if chosen:
        script.consents.withhold(session.email, missing)
    return bool(given)
