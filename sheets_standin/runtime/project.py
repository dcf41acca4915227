"""The files of a script project."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCOPE = "https://www.googleapis.com/auth/"
SCOPE_TEXTS = {
    SCOPE
    + "spreadsheets.currentonly": "View and manage spreadsheets that this application has been installed in",
    SCOPE + "spreadsheets": "See, edit, create, and delete all your Google Sheets spreadsheets",
    SCOPE + "script.container.ui": (
        "Display and run third-party web content in prompts and sidebars inside Google applications"
    ),
    SCOPE + "script.external_request": "Connect to an external service",
    SCOPE + "script.scriptapp": "Allow this application to run when you are not present",
    SCOPE + "script.send_mail": "Send email as you",
    SCOPE + "userinfo.email": "See your primary Google Account email address",
    SCOPE
    + "userinfo.profile": "See your personal info, including any personal info you've made publicly available",
    "openid": "Associate you with your personal info on Google",
}
"""What Google's consent screen says of each scope."""

_PREFIX = re.compile(r"https://(\*\.)?[^/*?#]+/[^?#]*")


class ProjectError(ValueError):
    """The project could not be deployed at Google."""


@dataclass(frozen=True, slots=True)
class Project:
    """A script project.

    Attributes
    ----------
    scripts, pages
        Name without ending, and text, of the .js and the .html files.
    """

    scripts: tuple[tuple[str, str], ...]
    pages: Mapping[str, str]
    manifest: Mapping[str, Any]

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the project asks accounts to consent to."""
        return tuple(self.manifest["oauthScopes"])

    @property
    def time_zone(self) -> str:
        """The script's time zone."""
        return str(self.manifest.get("timeZone", "Etc/UTC"))

    def may_fetch(self, url: str) -> bool:
        """Whether the allow-list has a prefix of `url`; a project without the list may fetch any."""
        allowed = self.manifest.get("urlFetchWhitelist")
        return allowed is None or any(_begins(url, prefix) for prefix in allowed)


def _begins(url: str, prefix: str) -> bool:
    match = re.fullmatch(r"(https://)(\*\.)?([^/]+)(/.*)", prefix)
    host = re.fullmatch(r"(https://)([^/?#]+)(.*)", url)
    if not match or not host:
        return False
    name = host[2].lower()
    is_host = name.endswith("." + match[3].lower()) if match[2] else name == match[3].lower()
    return is_host and (host[3] or "/").startswith(match[4])


def checked(project: Project) -> Project:
    """Return the project if Google would take its manifest.

    Raises
    ------
    ProjectError
        If it would not.
    """
    manifest = project.manifest
    if manifest.get("runtimeVersion") != "V8":
        raise ProjectError('appsscript.json: "runtimeVersion" must be "V8"; Rhino is gone.')
    if not manifest.get("oauthScopes"):
        raise ProjectError('appsscript.json: "oauthScopes" must list every scope.')
    for prefix in manifest.get("urlFetchWhitelist") or ():
        if not _PREFIX.fullmatch(prefix):
            raise ProjectError(f"appsscript.json: urlFetchWhitelist: {prefix!r} is not https with a path.")
    both = {name for name, _ in project.scripts} & set(project.pages)
    if both:
        raise ProjectError(f"Two files of a project cannot have one name: {', '.join(sorted(both))}.")
    return project
