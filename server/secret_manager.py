"""Client of Google's Secret Manager, over its REST API, as the service's own account.

Reference: https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

GOOGLE_SECRETS = "https://secretmanager.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
"""The only scope that Secret Manager takes; the account's one role narrows it to the one secret."""
PROJECT_PATTERN = r"[a-z0-9][a-z0-9:.-]{0,99}"
NAME_PATTERN = rf"projects/{PROJECT_PATTERN}/secrets/[A-Za-z0-9_-]{{1,255}}/versions/(latest|[0-9]{{1,10}})"
ANSWER_SECONDS = 10.0

_HELP = {
    401: "the service's account is not accepted",
    403: "give the service's account the role roles/secretmanager.secretAccessor on this secret, and see that the "
    "Secret Manager API is enabled",
    404: "there is no such secret or version in the project",
}


class SecretError(Exception):
    """The secret could not be read; the text says why and holds no part of the secret."""


def fetch(name: str, base_url: str = GOOGLE_SECRETS) -> str:
    """Return a secret's text.

    Parameters
    ----------
    name
        "projects/P/secrets/S/versions/V"; V may be "latest".
    base_url
        Another Google than Google, for tests.

    Raises
    ------
    SecretError
        If Google does not give it out, or it is no text.
    """
    import google.auth.exceptions
    import google.auth.transport.requests
    import requests

    transport: Any = google.auth.transport.requests  # it publishes no types
    try:
        with transport.AuthorizedSession(_credentials(base_url)) as session:
            url = f"{base_url}/v1/{name}:access"
            response = session.get(url, timeout=ANSWER_SECONDS, allow_redirects=False)
    except google.auth.exceptions.GoogleAuthError as error:
        raise SecretError(f"no access token ({type(error).__name__}): {error}") from error
    except requests.RequestException as error:
        raise SecretError(f"Secret Manager did not answer ({type(error).__name__})") from error
    if response.status_code != 200:
        advice = _HELP.get(response.status_code, "try again later")
        raise SecretError(f"Secret Manager answered {response.status_code}: {advice}")
    try:
        return base64.b64decode(response.json()["payload"]["data"], validate=True).decode().strip()
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise SecretError("what Secret Manager answered is no secret of text") from error


def _credentials(base_url: str) -> Any:
    import google.auth

    from server.sheets.api.client import of_another_google

    credentials, _project = google.auth.default(scopes=[SCOPE])
    return credentials if base_url == GOOGLE_SECRETS else of_another_google(credentials)
