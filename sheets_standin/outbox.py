"""Mails and chat messages of scripts: kept here, sent nowhere."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass

MOST_KEPT = 200


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Attributes
    ----------
    kind
        "mail", or the host of a chat's webhook.
    sender
        The account that sent a mail; "" of a chat's message.
    html
        "" where there is plain text alone.
    """

    kind: str
    at: dt.datetime
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str = ""


class Outbox:
    """The messages, the oldest first; of many the newest are kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: list[Message] = []

    def add(self, message: Message) -> None:
        """Keep a message."""
        with self._lock:
            self._messages = [*self._messages, message][-MOST_KEPT:]

    @property
    def messages(self) -> list[Message]:
        """All that are kept."""
        with self._lock:
            return list(self._messages)
