"""The service over HTTP in this process, with what a test wants to look into."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from local.client import NotConnected, Person, Reply, SignedClient, connecting, send
from local.launch import AUDIENCE, OWNER, LocalGoogle
from server.access.connection import Connection
from server.access.identity import Certificates, Fetched, IdentityChecker, fetch_certificates
from server.access.limits import ConnectLimits
from server.access.signatures import derive_key
from server.app import create_app
from server.config import Config
from server.operations import Operations
from server.sheets.commit.committer import Committer
from server.sources.allowed import Sources
from server.use_cases.apply_plans import ApplyingPlans
from server.use_cases.dashboard_refresh import Dashboards
from server.use_cases.digest import Digests
from server.use_cases.forget_customer import Forgetting
from server.use_cases.refresh import Refreshes
from server.use_cases.refresh_calls import RefreshCalls
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining
from server.use_cases.source_results import SourceResults
from server.use_cases.training_data import TrainingData
from server.web.asked import UseCases
from sheets_standin.spreadsheet.document import Document

SECRET = "a-secret-of-the-tests-that-is-long-enough"
ANN, BOB, EVE = "ann@example.com", "bob@example.com", "eve@example.com"


class _Silent(WSGIRequestHandler):
    """Tells nothing on the terminal."""

    def log(self, type: str, message: str, *args: object) -> None:
        pass


class Clock:
    """Seconds since 1970 as the handshake sees them; moved on by tests."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class Service:
    """The service, and the Google it talks to."""

    google: LocalGoogle
    config: Config
    use: UseCases
    clock: Clock
    url: str = ""
    fetches: list[str] = field(default_factory=list)

    def person(self, document: Document, email: str = OWNER, /, **claims: Any) -> Person:
        return self.google.person(document, email, **claims)

    def step(self, person: Person, **fields: str) -> Reply:
        """Make one step of the handshake; refusals are answers as well."""
        try:
            return Reply(200, connecting(self.url, person, **fields), {})
        except NotConnected as refused:
            return refused.reply

    def nonce(self, person: Person) -> str:
        return str(self.step(person).body["nonce"])

    def finish(self, person: Person, nonce: str, verifier: str) -> Reply:
        return self.step(person, nonce=nonce, verifier=verifier)

    def handshake(self, person: Person) -> Reply:
        """Go through the whole handshake."""
        first = self.step(person)
        if first.status != 200:
            return first
        verifier = secrets.token_urlsafe(32)
        person.add_metadata("ate-connect", proof(first.body["nonce"], verifier))
        return self.finish(person, first.body["nonce"], verifier)

    def client(self, document: Document, *, secret: str = SECRET, expiry: int | None = None) -> SignedClient:
        """Return a client with a key that the service made for the spreadsheet."""
        expiry = int(time.time()) + 7 * 86400 if expiry is None else expiry
        identity = document.spreadsheet_id
        return SignedClient(self.url, identity, derive_key(secret, identity, expiry), expiry)

    def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> Reply:
        return send(self.url + path, body, {"Content-Type": "application/json"} | (headers or {}))

    @property
    def google_calls(self) -> int:
        return self.google.server.log.reads + self.google.server.log.writes


def proof(nonce: str, verifier: str) -> str:
    """Return the entry that an add-on writes, as the interface has it."""
    return f"{nonce.partition('.')[0]}:{hashlib.sha256(f'{nonce}.{verifier}'.encode()).hexdigest()}"


@contextmanager
def serving(
    google: LocalGoogle,
    committer: Committer,
    *,
    domains: tuple[str, ...] = ("example.com",),
    secrets_: tuple[str, ...] = (SECRET,),
    limits: ConnectLimits | None = None,
    operations: Callable[[Committer], Operations] = Operations,
    sources: Sources | None = None,
) -> Iterator[Service]:
    """Serve on a free port."""
    declared = sources or Sources({})
    config = Config(secrets_, domains, (AUDIENCE,), google.url, google.url, google.url + "/certs")
    clock = Clock()
    fetches: list[str] = []

    def fetch(url: str) -> Fetched:
        fetches.append(url)
        return fetch_certificates(url)

    scoring = Scoring(committer)
    retraining, long_calls = Retraining(committer, scoring, sources=declared), operations(committer)
    use = UseCases(
        committer=committer,
        scoring=scoring,
        retraining=retraining,
        training_data=TrainingData(committer, sources=declared),
        operations=long_calls,
        refreshing=RefreshCalls(Refreshes(committer, retraining), long_calls),
        digests=Digests(committer),
        forgetting=Forgetting(committer, committer.budget),
        dashboards=Dashboards(committer, budget=committer.budget),
        source_results=SourceResults(committer, declared),
        plans=ApplyingPlans(committer, scoring),
        sources=declared,
        connection=Connection(committer, config.secrets, limits, clock),
        identities=IdentityChecker(
            Certificates(config.identity_certs_url, fetch),
            issuer=config.identity_issuer,
            audiences=config.identity_audiences,
            domains=config.allowed_domains,
        ),
    )
    server = make_server("127.0.0.1", 0, create_app(config, use), threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Service(google, config, use, clock, f"http://127.0.0.1:{server.server_port}", fetches)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
