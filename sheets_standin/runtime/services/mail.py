"""MailApp: mails go to the outbox of the stand-in, and nowhere else."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from sheets_standin.outbox import Message
from sheets_standin.runtime.execution import Execution
from sheets_standin.runtime.wire import NotSupported, ScriptError, ServiceObject, Undefined

DAILY_RECIPIENTS = 100
"""Of an account that is no Workspace's, within 24 hours."""
LONGEST_SUBJECT = 250
LARGEST_BODY = 200_000

_KNOWN = {"to", "subject", "body", "htmlBody", "name", "noReply", "replyTo", "cc", "bcc"}
_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")


class MailService(ServiceObject):
    """MailApp."""

    js = "MailApp"

    def __init__(self, execution: Execution) -> None:
        self._execution = execution

    def sendEmail(self, *arguments: Any) -> None:
        given = _given(arguments)
        recipients = _recipients(given)
        subject, text = str(given.get("subject") or ""), str(given.get("body") or "")
        html = str(given.get("htmlBody") or "")
        _refuse_too_large(subject, text, html)
        if len(recipients) > self.getRemainingDailyQuota():
            raise ScriptError("Service invoked too many times for one day: email.")
        script, run = self._execution.script, self._execution.run
        script.workspace.outbox.add(
            Message("mail", script.now(), run.effective, tuple(recipients), subject, text, html)
        )

    def getRemainingDailyQuota(self) -> int:
        script, account = self._execution.script, self._execution.run.effective
        since = script.now() - dt.timedelta(days=1)
        used = sum(
            len(message.to)
            for message in script.workspace.outbox.messages
            if message.sender == account and message.at > since
        )
        return max(0, DAILY_RECIPIENTS - used)


def _given(arguments: tuple[Any, ...]) -> Mapping[str, Any]:
    """Return the message that one of the forms of sendEmail means."""
    if len(arguments) == 1 and isinstance(arguments[0], dict):
        given = dict(arguments[0])
    else:
        has_reply_to = len(arguments) == 4 and not isinstance(arguments[3], dict)
        names = ["to", "replyTo", "subject", "body"] if has_reply_to else ["to", "subject", "body"]
        given = dict(zip(names, arguments, strict=False))
        if len(arguments) == 4 and isinstance(arguments[3], dict):
            given |= arguments[3]
    given = {name: value for name, value in given.items() if not isinstance(value, Undefined)}
    if unknown := set(given) - _KNOWN:
        raise NotSupported(f"MailApp option {sorted(unknown)[0]}")
    return given


def _recipients(given: Mapping[str, Any]) -> list[str]:
    """Return all addresses of a message; refuse a message without one, and what is no address."""
    parts = [part for name in ("to", "cc", "bcc") for part in str(given.get(name) or "").split(",")]
    recipients = [part.strip() for part in parts if part.strip()]
    if not recipients:
        raise ScriptError("Failed to send email: no recipient")
    for recipient in recipients:
        if not _ADDRESS.fullmatch(recipient):
            raise ScriptError(f"Invalid email: {recipient}")
    return recipients


def _refuse_too_large(subject: str, text: str, html: str) -> None:
    if len(subject) > LONGEST_SUBJECT:
        raise ScriptError("Argument too large: subject")
    if len(text.encode()) > LARGEST_BODY or len(html.encode()) > LARGEST_BODY:
        raise ScriptError("Limit Exceeded: Email Body Size.")
