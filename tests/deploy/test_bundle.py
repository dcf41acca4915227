"""The add-on of a deployment: a configured copy, and a bundle of three files that is the same program."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy import add_on, bundle
from deploy.add_on import AddOnError, Deployed
from local.launch import OWNER, PROJECT, LocalGoogle, Webhook
from local.load import load_rows
from local.site import Site
from sheets_standin.google.tokens import AUDIENCE
from sheets_standin.page.guard import Area
from sheets_standin.runtime.sessions import Session
from sheets_standin.spreadsheet.cells import value_of
from tests.conftest import orders
from tests.sheets_standin.scripts import Desk, desks

SOURCE = PROJECT / "apps_script"
ACCOUNT = "audience-service@shop-123.iam.gserviceaccount.com"
DEPLOYED = Deployed("https://audience-1-ew.a.run.app/", ACCOUNT)


@pytest.fixture
def desk_with(tmp_path: Path) -> Iterator[Any]:
    yield from desks(tmp_path)


def of_files(texts: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if name != add_on.MANIFEST}


def test_the_copy_has_address_and_account_and_all_else_as_it_was(tmp_path: Path) -> None:
    """They become its constants, and the address the only one that it may call."""
    files, _ = add_on.write(SOURCE, tmp_path, DEPLOYED)

    config = (files / "config.js").read_text(encoding="utf-8")
    manifest = json.loads((files / "appsscript.json").read_text(encoding="utf-8"))
    before = json.loads((SOURCE / "appsscript.json").read_text(encoding="utf-8"))
    assert "  SERVICE_URL: 'https://audience-1-ew.a.run.app/',\n" in config
    assert f"  SERVICE_ACCOUNT: '{ACCOUNT}',\n" in config
    assert "  IS_ADD_ON: false,\n" in config
    assert manifest["urlFetchWhitelist"] == [
        "https://audience-1-ew.a.run.app/",
        "https://hooks.slack.com/",
        "https://chat.googleapis.com/v1/spaces/",
    ]
    assert {**manifest, "urlFetchWhitelist": 0} == {**before, "urlFetchWhitelist": 0}
    others = {path.name for path in SOURCE.iterdir()} - {
        "config.js",
        "appsscript.json",
        ".clasp.json.example",
    }
    assert {name for name in others if (files / name).read_bytes() != (SOURCE / name).read_bytes()} == set()
    assert {path.name for path in files.iterdir()} == others | {"config.js", "appsscript.json"}


def test_no_tracked_file_changes(tmp_path: Path) -> None:
    """The command writes below build/, which git ignores."""
    root = tmp_path / "project"
    shutil.copytree(SOURCE, root / "apps_script")
    shutil.copy(PROJECT / ".gitignore", root)
    for command in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=root, check=True)

    status = bundle.main(["SERVICE_URL=https://a.example", f"SERVICE_ACCOUNT={ACCOUNT}"], root)

    command = ["git", "status", "--porcelain"]
    status_lines = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    assert (status, [line for line in status_lines.splitlines() if not line.startswith("A  ")]) == (0, [])
    assert {path.name for path in (root / "build/add-on/bundle").iterdir()} == {
        "Code.js",
        "pages.html",
        "appsscript.json",
    }


def test_a_file_of_an_older_version_is_not_pushed_again(tmp_path: Path) -> None:
    """clasp pushes whatever lies in the folder."""
    files, _ = add_on.write(SOURCE, tmp_path, DEPLOYED)
    (files / "former.js").write_text("function former() {}\n", encoding="utf-8")
    (files / ".clasp.json").write_text("{}", encoding="utf-8")

    add_on.write(SOURCE, tmp_path, DEPLOYED)

    assert not (files / "former.js").exists()
    assert (files / ".clasp.json").exists()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["http://audience.example.com", ACCOUNT], "is no address such as https://"),
        (["https://x/", ACCOUNT], "is no address such as https://"),
        (["https://a.b/c'", ACCOUNT], "is no address such as https://"),
        (["", ACCOUNT], "is no address such as https://"),
        (["https://a.example", "ann@example.com"], "is no address such as audience@PROJECT"),
    ],
)
def test_what_google_would_not_take_writes_nothing(
    tmp_path: Path, given: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """https and a host, and a service account; the command ends with the reason."""
    assert bundle.main([f"SERVICE_URL={given[0]}", f"SERVICE_ACCOUNT={given[1]}"], tmp_path) == 2

    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_add_on_without_the_constants_is_not_half_written(tmp_path: Path) -> None:
    """Nothing is written where one constant has no place."""
    with pytest.raises(AddOnError, match="has 0 places that give SERVICE_URL"):
        add_on.configured("const Config = {};\n", DEPLOYED.constants)


def test_a_page_that_holds_the_sign_between_two_pages_is_refused() -> None:
    """It would be cut in two."""
    texts = add_on.files(SOURCE, DEPLOYED)

    with pytest.raises(AddOnError, match=r"base\.css: .* begins the next file"):
        add_on.bundled(texts | {"base.css.html": "<p><!-- file: x --></p>"})


def test_the_bundle_shows_the_same_pages_as_the_files(desk_with: Any) -> None:
    """Sidebar and set-up dialog, put together of one page file instead of many."""
    texts = add_on.files(SOURCE, DEPLOYED)
    shown = []
    for files in (texts, add_on.bundled(texts)):
        desk: Desk = desk_with(of_files(files))
        for function, kind in (("menuOpenSidebar", "sidebar"), ("menuSetUp", "dialog")):
            desk.addon.chosen(desk.owner, function)
            assert desk.addon.settle()
            (event,) = desk.events(kind)
            shown.append([line.strip() for line in event["html"].splitlines() if line.strip()])

    assert len(shown[0]) > 1000
    assert shown[:2] == shown[2:]


def test_a_page_file_that_was_pasted_in_part_is_told(desk_with: Any) -> None:
    """By the page that it lacks."""
    files = add_on.bundled(add_on.files(SOURCE, DEPLOYED))
    files[add_on.PAGES] = files[add_on.PAGES].partition("<!-- file: sidebar_page -->")[0]
    desk: Desk = desk_with(of_files(files))

    desk.addon.chosen(desk.owner, "menuOpenSidebar")
    desk.addon.settle()

    assert "The page file pages has no sidebar_page: paste it anew, whole." in str(
        desk.addon.records[-1].error
    )


def test_about_shows_the_clients_id(desk_with: Any) -> None:
    """The one that the service is to be told, before anybody has been refused."""
    desk: Desk = desk_with(of_files(add_on.files(SOURCE, DEPLOYED)))

    desk.addon.chosen(desk.owner, "menuAbout")
    seen = 0
    while not desk.events("alert"):
        seen = desk.owner.feed.since(seen, 5.0)[-1]["number"]
    (event,) = desk.events("alert")
    desk.owner.answer(event["question"], "OK")

    assert desk.addon.settle()
    assert f"Client id of this script, by which the service knows it: {AUDIENCE}\n" in event["text"]


@pytest.mark.slow
def test_the_add_on_works_from_the_bundle(tmp_path: Path) -> None:
    """Set-up, the first segmentation and a typed row, with the real service behind it."""
    _, folder = add_on.write(SOURCE, tmp_path, DEPLOYED)
    with LocalGoogle(quota=False) as google, Webhook(google) as webhook:
        document = google.spreadsheet(shared=False)
        load_rows(document, orders(), OWNER)
        with Site(google, webhook, document, welcome=False, project=folder) as site:
            site.set_up(lambda _text: None)
            new_user = document.sheet("New User")
            row = Area(new_user.sheet_id, 1, 0)

            site.actions.paste(Session(OWNER, document), row, [["Maria", "12", "9", "420"]])
            assert site.addon.settle()

            with google.workspace.lock:
                values = [value_of(cell) for cell in new_user.grid.row(1)]
                logged = [value_of(cell) for cell in document.sheet("Prediction_Log").grid.row(1)]
    assert values[:4] == ["Maria", 12, 9, 420]
    assert isinstance(values[4], int)
    assert all(values[5:8])
    assert "Maria" in logged
