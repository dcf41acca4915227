"""The deploy step of the add-on: the service's address and account are put into its files.

Nobody types an address into the add-on: it is a constant of the deployment, and Google lets the add-on call no
other (`urlFetchWhitelist`).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

_ADDRESS = re.compile(r"https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z]{2,}/")
_ACCOUNT = re.compile(r"[a-z0-9-]+@[a-z0-9.-]+\.gserviceaccount\.com")


class AddOnError(ValueError):
    """The deploy step cannot be done; the text says why."""


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


def configured(config: str, *, service_url: str, service_account: str) -> str:
    """Return the text of config.js with the deployment's constants in place of what stood there.

    Raises
    ------
    AddOnError
        If it does not give each constant once.

    Examples
    --------
    >>> text = "  SERVICE_URL: 'x',\\n  SERVICE_ACCOUNT: 'y',"
    >>> print(configured(text, service_url="https://a.example/", service_account="b@example"))
      SERVICE_URL: 'https://a.example/',
      SERVICE_ACCOUNT: 'b@example',
    """
    for name, value in {"SERVICE_URL": service_url, "SERVICE_ACCOUNT": service_account}.items():
        config, count = re.subn(rf"(?m)^(\s*{name}\s*[:=]\s*)(['\"]).*?\2", rf"\g<1>'{value}'", config)
        if count != 1:
            raise AddOnError(f"config.js has {count} places that give {name}; the deploy step needs one.")
    return config


def allowed(manifest: dict[str, Any], service_url: str) -> dict[str, Any]:
    """Return the manifest with the service as the only address that the add-on may call."""
    return manifest | {"urlFetchWhitelist": [service_url]}


def write(folder: Path, *, service_url: str, service_account: str) -> list[Path]:
    """Do the deploy step in a folder; return the files that were written.

    Raises
    ------
    AddOnError
        If the files are not as they should be; then nothing is written.
    """
    config, manifest = folder / "config.js", folder / "appsscript.json"
    text = configured(
        config.read_text(encoding="utf-8"), service_url=service_url, service_account=service_account
    )
    told = allowed(json.loads(manifest.read_text(encoding="utf-8")), service_url)
    config.write_text(text, encoding="utf-8")
    manifest.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return [config, manifest]
