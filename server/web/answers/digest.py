"""Answer of the digest call."""

from __future__ import annotations

from server.use_cases.digest import Composed
from server.web.answers.shape import Answer


class DigestAnswer(Answer, frozen=True, kw_only=True):
    """A digest to send.

    `claim` is "" where none is due. `html` and `text` are the mail to the addresses of `to`, `chat` the message to
    `webhooks`. Whoever sends it answers with the claim.
    """

    claim: str
    to: list[str]
    webhooks: list[str]
    subject: str
    html: str
    text: str
    chat: str


class DigestReportAnswer(Answer, frozen=True, kw_only=True):
    """Whether the report of a claim was taken: nobody else has claimed the digest since."""

    recorded: bool


def digest_answer(composed: Composed | None) -> DigestAnswer:
    """Return what the call answers that takes the digest."""
    if composed is None:
        return DigestAnswer(claim="", to=[], webhooks=[], subject="", html="", text="", chat="")
    mail, to = composed.mail, composed.recipients
    return DigestAnswer(
        claim=composed.claim,
        to=list(to.addresses),
        webhooks=list(to.webhooks),
        subject=mail.subject,
        html=mail.html,
        text=mail.text,
        chat=mail.chat,
    )
