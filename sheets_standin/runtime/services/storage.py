"""PropertiesService, CacheService and LockService."""

from __future__ import annotations

from typing import Any

from sheets_standin.runtime.execution import Execution
from sheets_standin.runtime.stores import CACHE_SECONDS, CacheStore, PropertyStore
from sheets_standin.runtime.stores import ScriptLock as Lock
from sheets_standin.runtime.wire import ScriptError, ServiceObject

LOCK_TIMEOUT = "Lock timeout: another process was holding the lock for too long."


class _Scoped(ServiceObject):
    def __init__(self, execution: Execution) -> None:
        self._execution = execution

    @property
    def _user(self) -> str:
        # A simple trigger runs as whoever is at the keyboard, an installed one as its creator.
        return "user " + self._execution.run.effective


class PropertiesService(_Scoped):
    """PropertiesService."""

    js = "PropertiesService"

    def getScriptProperties(self) -> PropertiesObject:
        return PropertiesObject(self._execution.script.stores.properties("script"))

    def getUserProperties(self) -> PropertiesObject:
        return PropertiesObject(self._execution.script.stores.properties(self._user))

    def getDocumentProperties(self) -> PropertiesObject:
        return PropertiesObject(self._execution.script.stores.properties("document"))


class PropertiesObject(ServiceObject):
    """The properties of one scope."""

    js = "PropertiesService.Properties"

    def __init__(self, store: PropertyStore) -> None:
        self._store = store

    def getProperty(self, key: str) -> str | None:
        return self._store.get(key)

    def getProperties(self) -> dict[str, str]:
        return self._store.all()

    def getKeys(self) -> list[str]:
        return list(self._store.all())

    def setProperty(self, key: str, value: str) -> PropertiesObject:
        self._store.put({key: value})
        return self

    def setProperties(self, values: dict[str, Any], delete_others: bool = False) -> PropertiesObject:
        if not all(isinstance(value, str) for value in values.values()):
            raise ScriptError("Properties are texts: make one of every other value.")
        self._store.put(values, delete_others=delete_others)
        return self

    def deleteProperty(self, key: str) -> PropertiesObject:
        self._store.delete(key)
        return self

    def deleteAllProperties(self) -> PropertiesObject:
        self._store.clear()
        return self


class CacheService(_Scoped):
    """CacheService."""

    js = "CacheService"

    def getScriptCache(self) -> CacheObject:
        return CacheObject(self._execution.script.stores.cache("script"))

    def getUserCache(self) -> CacheObject:
        return CacheObject(self._execution.script.stores.cache(self._user))

    def getDocumentCache(self) -> CacheObject:
        return CacheObject(self._execution.script.stores.cache("document"))


class CacheObject(ServiceObject):
    """The cache of one scope."""

    js = "CacheService.Cache"

    def __init__(self, store: CacheStore) -> None:
        self._store = store

    def get(self, key: str) -> str | None:
        return self._store.get(key)

    def getAll(self, keys: list[str]) -> dict[str, str]:
        values = {key: self._store.get(key) for key in keys}
        return {key: value for key, value in values.items() if value is not None}

    def put(self, key: str, value: str, seconds: float = CACHE_SECONDS) -> None:
        self._store.put(key, value, seconds)

    def putAll(self, values: dict[str, Any], seconds: float = CACHE_SECONDS) -> None:
        for key, value in values.items():
            self._store.put(key, str(value), seconds)

    def remove(self, key: str) -> None:
        self._store.delete(key)

    def removeAll(self, keys: list[str]) -> None:
        for key in keys:
            self._store.delete(key)


class LockService(_Scoped):
    """LockService."""

    js = "LockService"

    def getScriptLock(self) -> LockObject:
        return LockObject(self._execution, self._execution.script.stores.lock("script"))

    def getUserLock(self) -> LockObject:
        return LockObject(self._execution, self._execution.script.stores.lock(self._user))

    def getDocumentLock(self) -> LockObject:
        return LockObject(self._execution, self._execution.script.stores.lock("document"))


class LockObject(ServiceObject):
    """A lock; it is freed at the end of the run at the latest. Freeing it does not flush."""

    js = "LockService.Lock"

    def __init__(self, execution: Execution, lock: Lock) -> None:
        self._execution, self._lock = execution, lock

    def tryLock(self, milliseconds: float) -> bool:
        return self._lock.take(
            self._execution, milliseconds / 1000, give_up=lambda: self._execution.limit.is_up
        )

    def waitLock(self, milliseconds: float) -> None:
        if not self.tryLock(milliseconds):
            raise ScriptError(LOCK_TIMEOUT)

    def hasLock(self) -> bool:
        return self._lock.has(self._execution)

    def releaseLock(self) -> None:
        self._lock.release(self._execution)
