"""A segmentation on its way into the sheet: what it was computed from, and what it writes beside the large tabs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from server.core.account import Line
from server.core.columns import Role
from server.core.options import Options
from server.core.wording import Wording
from server.dashboards import Segmented, segmented_requests
from server.errors import ChangedError
from server.layout import (
    ACTION_MAP,
    DATA_QUALITY,
    MIGRATION,
    MODEL,
    NEW_USER,
    PREDICTION_LOG,
    RFM,
    SEGMENTED_CUSTOMERS,
    SETTINGS,
    TRAINING_DATA,
)
from server.sheets import data_quality
from server.sheets.a1 import quoted
from server.sheets.action_map import action_map_requests
from server.sheets.logged import Logged
from server.sheets.models import model_requests, version_row
from server.sheets.outputs import Former, migration_requests, segment_texts
from server.sheets.pages import HEADER_RANGE
from server.sheets.snapshot import Snapshot
from server.training_data import options_of

if TYPE_CHECKING:
    from server.training.segmentation import Segmentation

RANGES = (
    HEADER_RANGE,
    f"{quoted(NEW_USER)}!1:1",
    f"{quoted(RFM)}!1:1",
    f"{quoted(SEGMENTED_CUSTOMERS)}!1:1",
    f"{quoted(MIGRATION)}!1:1",
    data_quality.RANGE,
    f"{quoted(ACTION_MAP)}!1:200",
    f"{quoted(SETTINGS)}!1:100",
    f"{quoted(PREDICTION_LOG)}!1:2",
)
"""What is read, beside the model, to decide the requests: at the start of a run, and again for the swap.

Every tab of the service is among them, so that the first read shows what is missing, and how large it all is.
"""


@dataclass(frozen=True, slots=True)
class Placing:
    """A result on its way into the sheet, and what it was computed from.

    Attributes
    ----------
    base
        Of the commit token: raised by whoever changes all customers.
    names, former_names
        Default segment by cluster of the model that segments, and of the one before.
    moves
        Version whose row goes to the top, 0 for none.
    parks_all
        The meaning of the numbers in `Action_Map` is lost.
    logged
        When rows were scored, for the dashboard.
    quality
        Lines of `Data_Quality`.
    letters
        Column of `Training_Data` by role.
    """

    base: int
    options: Options
    found: Segmentation
    names: dict[int, str]
    former_names: dict[int, str]
    moves: int
    parks_all: bool
    logged: Logged
    quality: Sequence[Line]
    letters: Mapping[Role, str]

    def refuse_others(self, snapshot: Snapshot) -> None:
        """Refuse to write where somebody else has written all customers by now."""
        if snapshot.token.base != self.base:
            raise ChangedError(
                "Somebody else segmented or retrained meanwhile.",
                hint="Nothing of this run was written. Run it again if you still want to.",
            )

    def refuse_changes(self, snapshot: Snapshot) -> None:
        """Refuse to write where the data or the settings are others by now."""
        self.refuse_others(snapshot)
        if options_of(snapshot) != self.options:
            raise ChangedError(
                "Settings were changed meanwhile.",
                hint="Nothing of this run was written. Run it again with the new settings.",
            )

    def requests(self, snapshot: Snapshot) -> list[dict[str, Any]]:
        """Return the requests beside the large outputs: the small tabs, the dashboard and the model."""
        found = self.found
        requests = action_map_requests(
            snapshot.tab(ACTION_MAP),
            found.profiles,
            self.names,
            Wording(snapshot.locale).number,
            parks_all=self.parks_all,
        )
        texts = segment_texts(snapshot, self.former_names | self.names, parks_all=self.parks_all)
        segments = {number: plan.segment for number, plan in texts.items()}
        requests += migration_requests(snapshot.tab(MIGRATION), found.migration, segments)
        requests += segmented_requests(snapshot, Segmented(found, self.options, self.logged, segments))
        data = snapshot.tab(TRAINING_DATA).sheet_id
        quality = snapshot.tab(DATA_QUALITY)
        requests += data_quality.data_quality_requests(quality, self.quality, data, self.letters)
        if found.trained is not None:
            status = "candidate" if found.candidate_because else "in use"
            requests += model_requests(snapshot.tab(MODEL), found.trained, status)
        elif self.moves:
            row = version_row(snapshot, self.moves)
            requests += model_requests(snapshot.tab(MODEL), found.model, former_row=row)
        return requests


class Moved(Exception):
    """The outputs are to be laid out anew: people moved rows or edited texts meanwhile."""

    def __init__(self, snapshot: Snapshot, former: Former) -> None:
        super().__init__()
        self.snapshot = snapshot
        self.former = former
