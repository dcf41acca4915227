"""``python -m sheets_standin``: the Sheets API, Drive and tokens alone, until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import threading
from pathlib import Path

from sheets_standin.google.tokens import key_file
from sheets_standin.stand_in import StandIn
from sheets_standin.workspace import Role

OWNER = "you@example.com"
ACCOUNT = "client@sheets-standin.iam.gserviceaccount.com"


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM; return the exit status."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            _serve(options)
    except OSError as error:
        sys.stderr.write(f"\nThe stand-in could not start: {error}.\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sheets_standin", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="8000 if left out; 0 for any that is free")
    parser.add_argument("--token", help="a bearer token that is accepted as that of " + OWNER)
    parser.add_argument("--key-file", type=Path, help="write a service account's key file here")
    parser.add_argument("--quota", choices=("on", "off"), default="off", help="Google's calls a minute")
    return parser


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _serve(options: argparse.Namespace) -> None:
    with StandIn(port=options.port, quota=options.quota == "on") as stand_in:
        document = stand_in.workspace.create("My spreadsheet", OWNER)
        if options.token:
            stand_in.issuer.access_token(OWNER, options.token)
        if options.key_file:
            account = stand_in.issuer.service_account(ACCOUNT, stand_in.url + "/token")
            options.key_file.write_text(key_file(account), encoding="utf-8")
            stand_in.workspace.share(document.spreadsheet_id, ACCOUNT, Role.EDITOR)
        sys.stdout.write(f"Sheets API (local stand-in) at {stand_in.url}/v4/spreadsheets; Ctrl-C stops it.\n")
        sys.stdout.write(f"A spreadsheet to begin with: {document.spreadsheet_id}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    sys.exit(main())
