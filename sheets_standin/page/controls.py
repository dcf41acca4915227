"""The switches of the panel "Calls to Google": latency, faults, the webhook, the hourly sweep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from sheets_standin.sheets_api.faults import MEDDLING, Fault, Kind
from sheets_standin.sheets_api.http import Call, GoogleServer
from sheets_standin.sheets_api.quotas import PER_USER

LONGEST_LATENCY_MS = 5_000
CHANCE = 0.3
"""Of a fault for each call, while one is switched on to stay."""


class Service(Protocol):
    """The webhook, as far as it can be stopped and started."""

    @property
    def is_running(self) -> bool:
        """Whether its process lives."""

    def start(self) -> None:
        """Start it and wait until it answers."""

    def stop(self) -> None:
        """Stop it."""


@dataclass(slots=True)
class Controls:
    """What can be switched on and off from the page.

    Attributes
    ----------
    account
        Whose quota is shown: the service account.
    sweep
        Runs the add-on's hourly trigger now.
    """

    google: GoogleServer
    account: str
    service: Service | None = None
    sweep: Callable[[], None] | None = None
    fault: str = ""

    def state(self) -> dict[str, Any]:
        """Return the state of the switches, and how much of the quota is used."""
        reads, writes = self.google.quotas.used(self.account)
        return {
            "latency": round(1000 * self.google.faults.latency_seconds),
            "fault": self.fault,
            "faults": [kind.value for kind in Kind if kind not in MEDDLING],
            "reads": reads,
            "writes": writes,
            "quota": PER_USER if self.google.quotas.enabled else None,
            "service": self.service.is_running if self.service else None,
        }

    def switch(self, wanted: dict[str, Any]) -> None:
        """Set what is named: latency (ms), next (a fault of the next call), fault (one that comes by chance),
        service (on or off), sweep.

        Raises
        ------
        ValueError
            If a value is not one of those that the page offers.
        """
        faults = self.google.faults
        if "latency" in wanted:
            faults.latency_seconds = min(LONGEST_LATENCY_MS, max(0, int(wanted["latency"]))) / 1000
        if wanted.get("next"):
            faults.plan(Fault(Kind(wanted["next"])))
        if "fault" in wanted:
            faults.clear()
            self.fault = Kind(wanted["fault"]).value if wanted["fault"] else ""
            if self.fault:
                faults.by_chance(CHANCE, (Kind(self.fault),))
        if "service" in wanted and self.service is not None:
            (self.service.start if wanted["service"] else self.service.stop)()
        if wanted.get("sweep") and self.sweep is not None:
            self.sweep()


def call_entry(call: Call, controls: Controls) -> dict[str, Any]:
    """Return a call to Google for the page."""
    reads, writes = controls.google.quotas.used(controls.account)
    return {
        "moment": call.moment,
        "name": call.name,
        "write": call.is_write,
        "status": call.status,
        "ms": round(call.milliseconds, 1),
        "fault": call.fault,
        "reads": reads,
        "writes": writes,
    }
