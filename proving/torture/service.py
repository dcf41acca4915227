"""The real service as the torture run starts it: on a clock that is wrong, with short waits and no limits.

Google's quota and the service's own limits of calls a minute would make a run of 10,000 calls last for hours;
they have a run of their own. gunicorn serves ``proving.torture.service:skewed(-20.0)``.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import time

from flask import Flask

from server.sheets.api import client as sheets_client

HANG_SECONDS = 1.0
"""How long the service waits here for an answer of Google."""


def skewed(seconds: float) -> Flask:
    """Return the service on a clock that is `seconds` ahead."""
    true_time = time.time
    time.time = lambda: true_time() + seconds  # before the modules that take it as a default are imported
    sheets_client.ANSWER_SECONDS = HANG_SECONDS

    from server import app
    from server.config import Config
    from server.operations import Operations
    from server.sheets.commit.committer import Committer
    from server.use_cases.apply_plans import ApplyingPlans
    from server.use_cases.dashboard_refresh import Dashboards
    from server.use_cases.digest import Digests
    from server.use_cases.refresh import Refreshes
    from server.use_cases.refresh_calls import RefreshCalls
    from server.use_cases.scoring import Scoring
    from server.use_cases.segmentation.run import Retraining
    from server.use_cases.training_data import TrainingData

    def now() -> dt.datetime:
        return dt.datetime.fromtimestamp(time.time(), dt.UTC)

    config = Config.from_env()
    use = app.use_cases(config)
    unlimited = sheets_client.SheetsClient(
        lambda: sheets_client.default_credentials(config.sheets_api_url), config.sheets_api_url
    )
    committer = Committer(unlimited)
    scoring = Scoring(committer, now)
    retraining, operations = Retraining(committer, scoring, now), Operations(committer, now)
    cases = dataclasses.replace(
        use,
        committer=committer,
        scoring=scoring,
        retraining=retraining,
        training_data=TrainingData(committer, now),
        operations=operations,
        refreshing=RefreshCalls(Refreshes(committer, retraining, now), operations, now),
        digests=Digests(committer, now),
        dashboards=Dashboards(committer, now),
        plans=ApplyingPlans(committer, scoring),
    )
    return app.create_app(config, cases, calls_a_minute=1_000_000)
