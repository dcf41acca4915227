"""Credentials of the deployment at Google."""

from __future__ import annotations

from typing import Any

GOOGLE = "https://sheets.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/spreadsheets"


def default_credentials(base_url: str = GOOGLE) -> Any:
    """Return the credentials of the deployment: the attached service account, or a key file's.

    Parameters
    ----------
    base_url
        Where the Sheets API is.
    """
    import google.auth  # reads files and may ask the metadata server: at the first call, not at the start

    credentials, _project = google.auth.default(scopes=[SCOPE])
    return credentials if base_url == GOOGLE else of_another_google(credentials)


def of_another_google(credentials: Any) -> Any:
    """Return credentials that ask the real Google nothing.

    google-auth looks up in the background where an account's data may be, at an address of its own choosing;
    another Google's account is unknown there. It has no public switch for that (2.62).
    """
    credentials._is_regional_access_boundary_lookup_required = lambda: False
    return credentials
