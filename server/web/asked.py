"""Context of a call: its checked body, the use cases, and the caller."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from server.access.connection import Connection
from server.access.identity import Identity, IdentityChecker
from server.errors import AudienceError, IdentityError
from server.operations import Operations
from server.sheets.commit.committer import Committer
from server.sources.allowed import Sources
from server.texts import to_say
from server.use_cases.apply_plans import ApplyingPlans
from server.use_cases.audiences.deliveries import Deliveries
from server.use_cases.dashboard_refresh import Dashboards
from server.use_cases.digest import Digests
from server.use_cases.forget_customer import Forgetting
from server.use_cases.refresh_calls import RefreshCalls
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining
from server.use_cases.source_results import SourceResults
from server.use_cases.training_data import TrainingData
from server.web.bodies import Envelope

Body = TypeVar("Body", bound=Envelope)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class UseCases:
    """Use cases that the calls work with."""

    committer: Committer
    scoring: Scoring
    retraining: Retraining
    training_data: TrainingData
    operations: Operations
    connection: Connection
    identities: IdentityChecker
    forgetting: Forgetting
    dashboards: Dashboards
    source_results: SourceResults
    refreshing: RefreshCalls
    digests: Digests
    plans: ApplyingPlans
    sources: Sources
    deliveries: Deliveries = field(default_factory=Deliveries)


@dataclass(frozen=True, slots=True)
class Asked(Generic[Body]):
    """One call with its context.

    Attributes
    ----------
    body
        Checked; of a signed call, about the spreadsheet that was signed for.
    message_id
        Its `webhook-id`, the same when the call is repeated; "" where it is not signed.
    """

    body: Body
    use: UseCases
    message_id: str = ""

    @property
    def spreadsheet_id(self) -> str:
        """Return the spreadsheet that the call is about."""
        return self.body.spreadsheet_id

    def requested_by(self) -> str:
        """Return the address of who asks, "" where no token tells; nobody is refused for it."""
        if not self.body.identity_token:
            return ""
        try:
            return self.use.identities.identity(self.body.identity_token).email
        except AudienceError as error:
            log.info("a call by hand came with a token that tells nobody: %s", error.kind)
            return ""

    def identity(self) -> Identity:
        """Return who asks.

        Raises
        ------
        IdentityError
            If nobody is told; such a call is made for nobody unknown.
        """
        if not self.body.identity_token:
            raise IdentityError(
                to_say("The request does not say who you are."),
                hint=to_say("Choose Set up… in the menu and allow the add-on to see who you are."),
            )
        return self.use.identities.identity(self.body.identity_token)
