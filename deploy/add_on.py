"""The add-on of a deployment: a copy of apps_script/ with the service's address and account put into it.

Nobody types an address into the add-on: it is a constant of the deployment, and Google lets the add-on call no
other (`urlFetchWhitelist`). The tracked files keep their placeholders.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPT, PAGES, MANIFEST = "Code.js", "pages.html", "appsscript.json"
"""The three files of a bundle. A new script project has a Code already."""
CLASP_FILES = (".claspignore",)

_ADDRESS = re.compile(r"https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z]{2,}/")
_ACCOUNT = re.compile(r"[a-z0-9-]+@[a-z0-9.-]+\.gserviceaccount\.com")
_BEGIN = "<!-- file: {name} -->"
"""apps_script/pages.js looks for it."""

Constant = str | bool


class AddOnError(ValueError):
    """The add-on cannot be made; the text says why."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """What the add-on has to know of the service.

    Attributes
    ----------
    is_add_on
        Whether the script is published as an editor add-on, not bound to one spreadsheet.
    """

    service_url: str
    service_account: str
    is_add_on: bool = False

    @property
    def constants(self) -> dict[str, Constant]:
        """What config.js gives."""
        return {
            "SERVICE_URL": self.service_url,
            "SERVICE_ACCOUNT": self.service_account,
            "IS_ADD_ON": self.is_add_on,
        }


def service_address(text: str) -> str:
    """Return a service's address as the add-on needs it: https, and a slash at its end.

    Raises
    ------
    AddOnError
        If it is none.

    Examples
    --------
    >>> service_address("https://audience-abc-ew.a.run.app")
    'https://audience-abc-ew.a.run.app/'
    """
    address = text.strip().rstrip("/") + "/"
    if not _ADDRESS.fullmatch(address):
        raise AddOnError(f"SERVICE_URL={text} is no address such as https://audience-abc-ew.a.run.app/")
    return address


def service_account(text: str) -> str:
    """Return a service account's e-mail address.

    Raises
    ------
    AddOnError
        If it is none.
    """
    account = text.strip()
    if not _ACCOUNT.fullmatch(account):
        raise AddOnError(
            f"SERVICE_ACCOUNT={text} is no address such as audience@PROJECT.iam.gserviceaccount.com"
        )
    return account


def configured(config: str, constants: Mapping[str, Constant]) -> str:
    """Return the text of config.js with the deployment's constants in place of what stood there.

    Raises
    ------
    AddOnError
        If it does not give each constant once.

    Examples
    --------
    >>> text = "  SERVICE_URL: 'x',\\n  IS_ADD_ON: false,"
    >>> print(configured(text, {"SERVICE_URL": "https://a.example/", "IS_ADD_ON": True}))
      SERVICE_URL: 'https://a.example/',
      IS_ADD_ON: true,
    """
    for name, value in constants.items():
        written = str(value).lower() if isinstance(value, bool) else f"'{value}'"
        former = r"(?:'[^'\n]*'|\"[^\"\n]*\"|true|false)"
        config, count = re.subn(rf"(?m)^(\s*{name}\s*[:=]\s*){former}", rf"\g<1>{written}", config)
        if count != 1:
            raise AddOnError(f"config.js has {count} places that give {name}; the deploy step needs one.")
    return config


def allowed(manifest: dict[str, Any], service_url: str) -> dict[str, Any]:
    """Return the manifest with the service as the only address that the add-on may call."""
    chats = [address for address in manifest.get("urlFetchWhitelist", []) if "YOUR-SERVICE" not in address]
    return manifest | {"urlFetchWhitelist": [service_url, *chats]}


def files(source: Path, deployed: Deployed) -> dict[str, str]:
    """Return the add-on's files, by name, with the deployment's constants in them.

    Parameters
    ----------
    source
        apps_script/.

    Raises
    ------
    AddOnError
        If the files are not as they should be.
    """
    names = [path for path in sorted(source.iterdir()) if path.suffix in (".js", ".html")]
    contents = {path.name: path.read_text(encoding="utf-8") for path in names}
    contents["config.js"] = configured(contents["config.js"], deployed.constants)
    manifest = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
    manifest_text = json.dumps(allowed(manifest, deployed.service_url), indent=2, ensure_ascii=False)
    return contents | {MANIFEST: manifest_text + "\n"}


def bundled(parts: Mapping[str, str]) -> dict[str, str]:
    """Return the add-on as three files: one script, one page, the manifest.

    Scripts of a project share one global scope, so that one file of all is the same program. Of the HTML files
    apps_script/pages.js takes the one that is wanted out of the page file.

    Raises
    ------
    AddOnError
        If config.js does not say where pages are, or an HTML file holds the sign between two of them.
    """
    scripts = {name: text for name, text in parts.items() if name.endswith(".js")}
    pages = {name.removesuffix(".html"): text for name, text in parts.items() if name.endswith(".html")}
    sign = _BEGIN.partition("{")[0]
    doubtful = [name for name, text in pages.items() if sign in text]
    if doubtful:
        raise AddOnError(f"{', '.join(doubtful)}: {sign!r} begins the next file in a bundle's page file")
    page_file = PAGES.removesuffix(".html")
    scripts["config.js"] = configured(scripts["config.js"], {"PAGE_FILE": page_file})
    return {
        SCRIPT: "\n".join(f"// {name}\n{text}" for name, text in scripts.items()),
        PAGES: "".join(f"{_BEGIN.format(name=name)}\n{text}" for name, text in pages.items()),
        MANIFEST: parts[MANIFEST],
    }


def write(source: Path, target: Path, deployed: Deployed) -> tuple[Path, Path]:
    """Write the configured add-on below `target`; return the folders for clasp and for pasting by hand.

    What stood in the two folders is replaced, so that no file of an older version is pushed.

    Raises
    ------
    AddOnError
        If the files are not as they should be; then nothing is written.
    """
    parts = files(source, deployed)
    both = {target / "files": parts, target / "bundle": bundled(parts)}
    for folder, texts in both.items():
        folder.mkdir(parents=True, exist_ok=True)
        for former in folder.iterdir():
            if former.suffix in (".js", ".html"):
                former.unlink()
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    for name in CLASP_FILES:
        (target / "files" / name).write_text((source / name).read_text(encoding="utf-8"), encoding="utf-8")
    return target / "files", target / "bundle"
