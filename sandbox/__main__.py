"""``python -m sandbox serve``, ``demo`` and ``sheets``: the product on this machine, without Google."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from sandbox.demo import DemoError, run_demo
from sandbox.launch import OWNER, LaunchError, LocalGoogle, Webhook
from sandbox.load import LoadError, load
from sandbox.printing import say


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return the exit status."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        say("\nStopped.")
        return 0
    except (DemoError, LaunchError, LoadError) as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"\nThe stand-in could not start: {error}.\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    commands = parser.add_subparsers(required=True)
    serve = commands.add_parser("serve", help="the local Google and the real webhook, until Ctrl-C")
    demo = commands.add_parser("demo", help="the whole way, over HTTP, told in tables")
    for each in (serve, demo):
        each.add_argument("--port", type=int, default=8000 if each is serve else 0)
        each.add_argument("--data", type=Path, help="csv or csv.gz; CDNOW if left out")
        each.add_argument("--latency-ms", type=int, default=0, help="added to each call to the stand-in")
        each.add_argument(
            "--cpu-after-response",
            choices=("on", "off"),
            default="on",
            help="off: the webhook stands still while no request is in flight, as on Cloud Run without "
            "--no-cpu-throttling",
        )
        each.add_argument("--quota", choices=("on", "off"), default="on", help="Google's calls a minute")
    serve.set_defaults(run=_serve)
    demo.add_argument("--once", action="store_true", help="exit instead of serving on")
    demo.add_argument("--json", type=Path, dest="out", help="write what was seen to a file")
    demo.set_defaults(run=_demo)
    sheets = commands.add_parser("sheets", help="the Sheets API alone")
    sheets.add_argument("--port", type=int, required=True)
    sheets.add_argument("--token", required=True, help="a bearer token that is accepted")
    sheets.set_defaults(run=_sheets)
    return parser


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _google(options: argparse.Namespace) -> LocalGoogle:
    google = LocalGoogle(port=options.port, quota=options.quota == "on")
    google.server.faults.latency_seconds = options.latency_ms / 1000
    return google


def _webhook(google: LocalGoogle, options: argparse.Namespace) -> Webhook:
    return Webhook(google, cpu_after_response=options.cpu_after_response == "on")


def _serve(options: argparse.Namespace) -> int:
    with _google(options) as google, _webhook(google, options) as webhook:
        document = google.spreadsheet()
        say("Loading the transactions…")
        rows = load(document, options.data, OWNER)
        _addresses(google, webhook, document.spreadsheet_id, rows)
        threading.Event().wait()
    return 0


def _addresses(google: LocalGoogle, webhook: Webhook, spreadsheet_id: str, rows: int) -> None:
    say(
        f"\nTraining_Data holds {rows:,} rows.\n"
        f"  Sheets API (local stand-in)  {google.url}/v4/spreadsheets/{spreadsheet_id}\n"
        f"  Webhook                      {webhook.url}/health\n"
        f"  Log of the webhook           {webhook.log_file}\n"
        "Ctrl-C stops both."
    )


def _demo(options: argparse.Namespace) -> int:
    with _google(options) as google, _webhook(google, options) as webhook:
        document = google.spreadsheet()
        run_demo(google, webhook, document, options.data, options.out)
        if not options.once:
            rows = document.sheet("Training_Data").grid.row_count - 1
            _addresses(google, webhook, document.spreadsheet_id, rows)
            threading.Event().wait()
    return 0


def _sheets(options: argparse.Namespace) -> int:
    with LocalGoogle(port=options.port, quota=False) as google:
        google.issuer.access_token(OWNER, options.token)
        say(f"Sheets API (local stand-in) at {google.url}/v4/spreadsheets; Ctrl-C stops it.")
        threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
