"""The factory: what is plugged into what."""

from __future__ import annotations

from flask import Flask, Response, request

from server import logs
from server.access.connection import Connection
from server.access.identity import Certificates, IdentityChecker
from server.access.limits import CALLS_A_MINUTE
from server.config import Config
from server.dashboards import Dashboards
from server.forgetting import Forgetting
from server.operations import Operations
from server.retraining import Retraining
from server.scoring import Scoring
from server.sheets.client import Meter, SheetsClient, default_credentials
from server.sheets.commit import Committer
from server.sheets.quota import QuotaShare
from server.training_data import TrainingData
from server.web import problems, routes
from server.web.bodies import LARGEST_BODY_BYTES


def create_app(
    config: Config, use: routes.UseCases | None = None, *, calls_a_minute: int = CALLS_A_MINUTE
) -> Flask:
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
    app.register_blueprint(routes.api(config, use or use_cases(config), calls_a_minute))
    problems.register(app)
    _mark_lines(app, config.project)
    return app


def _mark_lines(app: Flask, project: str) -> None:
    """Have each line of the log bear its request's id, which the answer tells as well."""

    @app.before_request
    def begin() -> None:
        logs.begin_request(dict(request.headers), project)

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers["X-Request-Id"] = logs.request_id()
        return response


def use_cases(config: Config, meter: Meter | None = None) -> routes.UseCases:
    """Return what the routes call, for one Google.

    Parameters
    ----------
    meter
        Asked before each call to Google; by default, this instance's share of the quota.
    """
    client = SheetsClient(
        lambda: default_credentials(config.sheets_api_url), config.sheets_api_url, meter or QuotaShare()
    )
    committer = Committer(client)
    scoring = Scoring(committer)
    return routes.UseCases(
        committer=committer,
        scoring=scoring,
        retraining=Retraining(committer, scoring),
        training_data=TrainingData(committer),
        operations=Operations(committer),
        forgetting=Forgetting(committer),
        dashboards=Dashboards(committer),
        connection=Connection(committer, config.secrets),
        identities=IdentityChecker(
            Certificates(config.identity_certs_url),
            issuer=config.identity_issuer,
            audiences=config.identity_audiences,
            domains=config.allowed_domains,
        ),
    )
