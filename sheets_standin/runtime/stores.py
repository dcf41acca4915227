"""What a script keeps between runs: properties, caches and locks, each by its scope."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable

from sheets_standin.runtime.wire import ScriptError

VALUE_BYTES = 9 * 1024
STORE_BYTES = 500 * 1024
CACHE_KEY_LENGTH = 250
CACHE_VALUE_BYTES = 100 * 1024
CACHE_SECONDS = 600
LONGEST_CACHE_SECONDS = 21_600


class PropertyStore:
    """Texts by key; those of one script, one user of it, or one document."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> str | None:
        """Return a text, None where there is none."""
        return self._values.get(key)

    def all(self) -> dict[str, str]:
        """Return all texts by key."""
        with self._lock:
            return dict(self._values)

    def put(self, values: dict[str, str], *, delete_others: bool = False) -> None:
        """Set texts.

        Raises
        ------
        ScriptError
            Where a text has more than 9 KB, or the store more than 500.
        """
        for value in values.values():
            if len(value.encode()) > VALUE_BYTES:
                raise ScriptError("Argument too large: value")
        with self._lock:
            changed = ({} if delete_others else self._values) | values
            if sum(len(k.encode()) + len(v.encode()) for k, v in changed.items()) > STORE_BYTES:
                raise ScriptError(
                    "You have exceeded the property storage quota. Please remove some properties and try again."
                )
            self._values = dict(changed)

    def delete(self, key: str) -> None:
        """Take a text away."""
        with self._lock:
            self._values.pop(key, None)

    def clear(self) -> None:
        """Take all away."""
        with self._lock:
            self._values.clear()


class CacheStore:
    """Texts that are forgotten after a while.

    Parameters
    ----------
    now
        The time, aware.
    """

    def __init__(self, now: Callable[[], dt.datetime]) -> None:
        self._now = now
        self._values: dict[str, tuple[str, dt.datetime]] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> str | None:
        """Return a text, None where there is none (any more)."""
        with self._lock:
            value, end = self._values.get(key, ("", None))
            return value if end is not None and self._now() < end else None

    def put(self, key: str, value: str, seconds: float = CACHE_SECONDS) -> None:
        """Keep a text for a while."""
        if len(key) > CACHE_KEY_LENGTH:
            raise ScriptError("Argument too large: key")
        if len(value.encode()) > CACHE_VALUE_BYTES:
            raise ScriptError("Argument too large: value")
        lasting = dt.timedelta(seconds=min(max(seconds, 1), LONGEST_CACHE_SECONDS))
        with self._lock:
            self._values[key] = (value, self._now() + lasting)

    def delete(self, key: str) -> None:
        """Forget a text."""
        with self._lock:
            self._values.pop(key, None)


class ScriptLock:
    """A lock that runs of a script take in turn; a run that has it may take it again."""

    def __init__(self) -> None:
        self._owner: object | None = None
        self._freed = threading.Condition()

    def take(self, run: object, seconds: float, give_up: Callable[[], bool] = lambda: False) -> bool:
        """Take the lock for a run within some seconds; return whether it was got.

        Parameters
        ----------
        give_up
            Asked now and then: whether the run has ended meanwhile.
        """
        end = time.monotonic() + seconds
        with self._freed:
            while self._owner not in (None, run):
                left = end - time.monotonic()
                if left <= 0 or give_up():
                    return False
                self._freed.wait(min(left, 0.25))
            self._owner = run
            return True

    def has(self, run: object) -> bool:
        """Whether a run has it."""
        return self._owner is run

    def release(self, run: object) -> None:
        """Give it back, if this run has it."""
        with self._freed:
            if self._owner is run:
                self._owner = None
                self._freed.notify_all()


class Stores:
    """All of one script's stores, by name: "script", "document", or a user's address."""

    def __init__(self, now: Callable[[], dt.datetime]) -> None:
        self._now = now
        self._properties: dict[str, PropertyStore] = {}
        self._caches: dict[str, CacheStore] = {}
        self._locks: dict[str, ScriptLock] = {}
        self._lock = threading.Lock()

    def properties(self, scope: str) -> PropertyStore:
        """Return the properties of a scope."""
        with self._lock:
            return self._properties.setdefault(scope, PropertyStore())

    def cache(self, scope: str) -> CacheStore:
        """Return the cache of a scope."""
        with self._lock:
            return self._caches.setdefault(scope, CacheStore(self._now))

    def lock(self, scope: str) -> ScriptLock:
        """Return the lock of a scope."""
        with self._lock:
            return self._locks.setdefault(scope, ScriptLock())

    def release_all(self, run: object) -> None:
        """Free what a run that has ended still holds."""
        with self._lock:
            locks = list(self._locks.values())
        for lock in locks:
            lock.release(run)
