"""``python -m local serve`` and ``demo``: the product on this machine, without Google."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.demo import DemoError, FromSource, run_demo
from local.launch import OWNER, LaunchError, LocalGoogle, Webhook
from local.load import LoadError, load
from local.orders_file import SOURCE, SOURCE_TOLD, OrdersFile, orders_file, published_in
from local.printing import end_progress, progress, say
from local.site import Site, SiteError
from server.core.visible import terminal_text
from sheets_standin.runtime.child import NoNode
from sheets_standin.spreadsheet.document import Document


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
        sys.stderr.write(f"\n{terminal_text(str(error))}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"\nThe stand-in could not start: {error}.\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(required=True)
    serve = commands.add_parser("serve", help="the local Google and the real webhook, until Ctrl-C")
    demo = commands.add_parser("demo", help="the whole way, over HTTP, told in tables")
    for command in (serve, demo):
        command.add_argument(
            "--port", type=int, default=8000, help="8000 if left out; 0 for any that is free"
        )
        command.add_argument("--data", type=Path, help="csv or csv.gz; CDNOW if left out")
        command.add_argument(
            "--source", type=Path, help="Parquet or csv of orders that stay there, read by DuckDB"
        )
        command.add_argument("--latency-ms", type=int, default=0, help="added to each call to the stand-in")
        command.add_argument(
            "--cpu-after-response",
            choices=("on", "off"),
            default="on",
            help="off: the webhook stands still while no request is in flight, as on Cloud Run without "
            "--no-cpu-throttling",
        )
        command.add_argument("--quota", choices=("on", "off"), default="on", help="Google's calls a minute")
    serve.add_argument("--empty", action="store_true", help="an empty spreadsheet, before any set-up")
    serve.set_defaults(run=_serve)
    demo.add_argument("--once", action="store_true", help="exit instead of serving on")
    demo.add_argument("--json", type=Path, dest="out", help="write what was seen to a file")
    demo.set_defaults(run=_demo)
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


@dataclass(frozen=True, slots=True)
class _Orders:
    """Where the orders of a run lie: a file to paste, or sources that the service declares.

    Attributes
    ----------
    folder
        Of the declaration and the published tables.
    """

    data: Path | None
    file: OrdersFile | None
    folder: Path

    def declare(self, documents: Sequence[Document]) -> Path | None:
        """Declare a source for each spreadsheet; return the declaration, None where there is no source."""
        if self.file is None:
            return None
        names = (SOURCE, SOURCE_TOLD)
        spreadsheets = {
            name: document.spreadsheet_id for name, document in zip(names, documents, strict=False)
        }
        return self.file.declare(spreadsheets, self.folder)

    def named(self, name: str) -> Path | FromSource | None:
        """Return the orders of the demo: a file, or a source."""
        return FromSource(name, published_in(self.folder, name)) if self.file is not None else self.data


@contextmanager
def _orders(options: argparse.Namespace) -> Iterator[_Orders]:
    if options.source is not None and options.data is not None:
        raise LoadError("Name either DATA, which is pasted, or SOURCE, which stays where it is.")
    file = orders_file(options.source) if options.source is not None else None
    with tempfile.TemporaryDirectory(prefix="audience-orders-") as folder:
        yield _Orders(options.data, file, Path(folder))


def _webhook(
    google: LocalGoogle, options: argparse.Namespace, orders: _Orders, documents: Sequence[Document]
) -> Webhook:
    on = options.cpu_after_response == "on"
    return Webhook(google, cpu_after_response=on, sources=orders.declare(documents))


def _serve(options: argparse.Namespace) -> int:
    with _orders(options) as orders, _google(options) as google:
        document = google.spreadsheet(shared=False)
        with (
            _webhook(google, options, orders, [document]) as webhook,
            Site(google, webhook, document, welcome=not options.empty) as site,
        ):
            _say_address(site)
            if not options.empty:
                _first_visit(site, orders)
            _addresses(google, webhook, document.spreadsheet_id)
            threading.Event().wait()
    return 0


def _demo(options: argparse.Namespace) -> int:
    with _orders(options) as orders, _google(options) as google:
        if options.once:
            document = google.spreadsheet()
            with _webhook(google, options, orders, [document]) as webhook:
                run_demo(google, webhook, document, orders.named(SOURCE), options.out)
            return 0
        document, from_source = google.spreadsheet(shared=False), google.spreadsheet("The demo's customers")
        with (
            _webhook(google, options, orders, [document, from_source]) as webhook,
            Site(google, webhook, document) as site,
        ):
            _say_address(site)
            _first_visit(site, orders)
            say("What follows is the whole way once more, in a spreadsheet of its own, told in tables.\n")
            run_demo(google, webhook, from_source, orders.named(SOURCE_TOLD), options.out)
            _addresses(google, webhook, document.spreadsheet_id)
            _say_address(site)
            threading.Event().wait()
    return 0


def _first_visit(site: Site, orders: _Orders) -> None:
    """Have everything done that a first visitor should find done; a page that is open shows how far it is."""
    say("Loading the transactions, and setting the add-on up by its own steps…")
    if orders.file is None:
        site.page.prepare("Loading the transactions into Training_Data")
        with site.google.workspace.lock:
            rows = load(site.document, orders.data, OWNER)
        say(f"  Training_Data holds {rows:,} rows.")

    def tell(text: str) -> None:
        end_progress()
        say(f"  {text}")

    show = progress if sys.stdout.isatty() else lambda _text: None
    site.set_up(tell, show, source=SOURCE if orders.file is not None else "")
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


if __name__ == "__main__":
    sys.exit(main())
