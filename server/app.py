"""Application factory: builds the use cases and the Flask app from a configuration."""

from __future__ import annotations

from functools import partial

from flask import Flask, Response, request

from server import logs, secret_manager
from server.access.connection import Connection
from server.access.identity import Certificates, IdentityChecker
from server.access.limits import CALLS_A_MINUTE
from server.config import Config
from server.operations import Operations
from server.sheets.api.client import Meter, SheetsClient, default_credentials
from server.sheets.api.quota import QuotaShare
from server.sheets.commit.committer import Committer
from server.sheets.commit.locks import Locks
from server.sources.allowed import Sources
from server.sources.engines.opening import open_engine
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
from server.web import problems, routes
from server.web.asked import UseCases
from server.web.bodies import LARGEST_BODY_BYTES


def create_app(config: Config, use: UseCases | None = None, *, calls_a_minute: int = CALLS_A_MINUTE) -> Flask:
    """Return the service.

    Parameters
    ----------
    config
        What the deployment sets.
    use
        Other use cases than those that `config` makes.
    calls_a_minute
        Signed calls that one spreadsheet may make.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY_BYTES
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = (
        False  # no browser page calls it: every method but ours is refused
    )
    use = use or use_cases(config)
    app.register_blueprint(routes.api(config, use, calls_a_minute))
    problems.register(app, use.committer.wording)
    _mark_lines(app, config.project)
    return app


def _mark_lines(app: Flask, project: str) -> None:
    """Add the request's id to each of its log lines, and to its answer."""

    @app.before_request
    def begin() -> None:
        logs.begin_request(dict(request.headers), project)

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers["X-Request-Id"] = logs.request_id()
        return response


def use_cases(config: Config, meter: Meter | None = None) -> UseCases:
    """Return what the routes call, for one Google.

    Parameters
    ----------
    meter
        Asked before each call to Google; by default, this instance's share of the quota.
    """
    locks = Locks()
    client = SheetsClient(
        lambda: default_credentials(config.sheets_api_url),
        config.sheets_api_url,
        meter or QuotaShare(while_waiting=locks.left_to_others),
    )
    committer = Committer(client, locks=locks)
    scoring = Scoring(committer)
    sources = Sources(config.sources, partial(open_engine, fetch_secret=secret_manager.fetch))
    retraining, operations = Retraining(committer, scoring, sources=sources), Operations(committer)
    return UseCases(
        committer=committer,
        scoring=scoring,
        retraining=retraining,
        training_data=TrainingData(committer, sources=sources),
        operations=operations,
        refreshing=RefreshCalls(Refreshes(committer, retraining), operations),
        digests=Digests(committer),
        forgetting=Forgetting(committer),
        dashboards=Dashboards(committer),
        source_results=SourceResults(committer, sources),
        plans=ApplyingPlans(committer, scoring),
        sources=sources,
        connection=Connection(committer, config.secrets),
        identities=IdentityChecker(
            Certificates(config.identity_certs_url),
            issuer=config.identity_issuer,
            audiences=config.identity_audiences,
            domains=config.allowed_domains,
        ),
    )
