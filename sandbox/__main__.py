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
from sandbox.page.site import Site, SiteError
from sandbox.printing import end_progress, progress, say
from sandbox.runtime.child import NoNode


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return the exit status."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        say("\nStopped.")
        return 0
    except (DemoError, LaunchError, LoadError, NoNode, SiteError) as error:
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
        each.add_argument("--port", type=int, default=8000, help="8000 if left out; 0 for any that is free")
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
    serve.add_argument("--empty", action="store_true", help="an empty spreadsheet, before any set-up")
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
    try:
        google = LocalGoogle(port=options.port, quota=options.quota == "on")
    except OSError:
        google = LocalGoogle(port=0, quota=options.quota == "on")
        say(f"Port {options.port} is taken by another program; this time another one is used.")
    google.server.faults.latency_seconds = options.latency_ms / 1000
    return google


def _webhook(google: LocalGoogle, options: argparse.Namespace) -> Webhook:
    return Webhook(google, cpu_after_response=options.cpu_after_response == "on")


def _serve(options: argparse.Namespace) -> int:
    with _google(options) as google, _webhook(google, options) as webhook:
        document = google.spreadsheet(shared=False)
        with Site(google, webhook, document, welcome=not options.empty) as site:
            _say_address(site)
            if not options.empty:
                _first_visit(site, options.data)
            _addresses(google, webhook, document.spreadsheet_id)
            threading.Event().wait()
    return 0


def _demo(options: argparse.Namespace) -> int:
    with _google(options) as google, _webhook(google, options) as webhook:
        if options.once:
            run_demo(google, webhook, google.spreadsheet(), options.data, options.out)
            return 0
        document = google.spreadsheet(shared=False)
        with Site(google, webhook, document) as site:
            _say_address(site)
            _first_visit(site, options.data)
            say("What follows is the whole way once more, in a spreadsheet of its own, told in tables.\n")
            run_demo(google, webhook, google.spreadsheet("The demo's customers"), options.data, options.out)
            _addresses(google, webhook, document.spreadsheet_id)
            _say_address(site)
            threading.Event().wait()
    return 0


def _first_visit(site: Site, data: Path | None) -> None:
    """Have everything done that a first visitor should find done; a page that is open shows how far it is."""
    say("Loading the transactions, and setting the add-on up by its own steps…")
    site.page.prepare("Loading the transactions into Training_Data")
    with site.google.workspace.lock:
        rows = load(site.document, data, OWNER)
    say(f"  Training_Data holds {rows:,} rows.")

    def tell(text: str) -> None:
        end_progress()
        say(f"  {text}")

    site.set_up(tell, progress if sys.stdout.isatty() else lambda _text: None)
    say("Ready.\n")


def _say_address(site: Site) -> None:
    line = f"Open  {site.url}  in your browser, and type a customer."
    say("\n  ┌" + "─" * (len(line) + 4) + "┐")
    say(f"  │  {line}  │")
    say("  └" + "─" * (len(line) + 4) + "┘\n")


def _addresses(google: LocalGoogle, webhook: Webhook, spreadsheet_id: str) -> None:
    say(
        f"  Sheets API (local stand-in)  {google.url}/v4/spreadsheets/{spreadsheet_id}\n"
        f"  Webhook                      {webhook.url}/health\n"
        f"  Log of the webhook           {webhook.log_file}\n"
        "Ctrl-C stops all of it."
    )


def _sheets(options: argparse.Namespace) -> int:
    with LocalGoogle(port=options.port, quota=False) as google:
        google.issuer.access_token(OWNER, options.token)
        say(f"Sheets API (local stand-in) at {google.url}/v4/spreadsheets; Ctrl-C stops it.")
        threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
