"""Google's limits of calls a minute, and its refusal when one is exceeded."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

from sheets_standin.sheets_api.errors import ApiError

PER_USER = 60
PER_PROJECT = 300


class Quotas:
    """Counts reads and writes; refilled each minute.

    Attributes
    ----------
    enabled
        Whether calls are refused at all.
    """

    def __init__(self, *, enabled: bool = True, clock: Callable[[], float] = time.time) -> None:
        self.enabled = enabled
        self._clock = clock
        self._minute = -1
        self._used: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def used(self, email: str) -> tuple[int, int]:
        """Return the reads and writes that an account has made in this minute."""
        with self._lock:
            if int(self._clock() // 60) != self._minute:
                return 0, 0
            return self._used["Read", email], self._used["Write", email]

    def refill(self) -> None:
        """Begin a new minute."""
        with self._lock:
            self._used.clear()

    def spend(self, email: str, *, is_write: bool) -> None:
        """Count one call; refuse it where the minute is used up."""
        kind = "Write" if is_write else "Read"
        with self._lock:
            minute = int(self._clock() // 60)
            if minute != self._minute:
                self._minute = minute
                self._used.clear()
            self._used[kind, email] += 1
            self._used[kind, ""] += 1
            if not self.enabled:
                return
            for who, most, whose in ((email, PER_USER, " per user"), ("", PER_PROJECT, "")):
                if self._used[kind, who] > most:
                    raise _exceeded(kind, whose)


def _exceeded(kind: str, whose: str) -> ApiError:
    """Return Google's 429, with the details that its clients look at."""
    project = "000000000000"
    message = (
        f"Quota exceeded for quota metric '{kind} requests' and limit '{kind} requests per minute{whose}' of "
        f"service 'sheets.googleapis.com' for consumer 'project_number:{project}'."
    )
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {
            "service": "sheets.googleapis.com",
            "consumer": f"projects/{project}",
            "quota_metric": f"sheets.googleapis.com/{kind.lower()}_requests",
            "quota_limit": f"{kind}RequestsPerMinutePer{'User' if whose else 'Project'}",
            "quota_limit_value": str(PER_USER if whose else PER_PROJECT),
            "quota_location": "global",
        },
    }
    advice = {
        "@type": "type.googleapis.com/google.rpc.Help",
        "links": [
            {
                "description": "Request a higher quota limit.",
                "url": "https://cloud.google.com/docs/quotas/help/request_increase",
            }
        ],
    }
    return ApiError(429, message, [info, advice])
