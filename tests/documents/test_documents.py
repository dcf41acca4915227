"""The documents tell what is there: links lead somewhere, commands exist and run, messages are the real ones."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from local.launch import PROJECT
from server.layout.tabs import LAYOUTS
from server.tab_layout import Writer
from server.web.problems import kinds_of_errors

DOCUMENTS = sorted(
    [
        PROJECT / "README.md",
        PROJECT / "CHANGELOG.md",
        PROJECT / "CONTRIBUTING.md",
        *(PROJECT / "docs").glob("*.md"),
    ]
)
README = (PROJECT / "README.md").read_text(encoding="utf-8")
TABS_PAGE = (PROJECT / "docs/tabs.md").read_text(encoding="utf-8")
VARIABLES_PAGE = (PROJECT / "docs/variables.md").read_text(encoding="utf-8")

_FENCE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<(https?://[^>\s]+)>")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_RUN = re.compile(r"<!-- run(?P<given>[^>]*?)-->\n```sh\n(?P<block>.*?)```", re.DOTALL)
_TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)
_TITLE = re.compile(r"(?:Problems\.(?:failed|of)\(\s*'[^']*'|Menu\.tell_\(),?\s*say\('([^']+)'")


def prose(document: Path) -> str:
    """Return a document without its blocks of code."""
    return _FENCE.sub("", document.read_text(encoding="utf-8"))


def anchors(document: Path) -> set[str]:
    """Return the anchors that GitHub makes of a document's headings."""
    headings = _HEADING.findall(prose(document))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(document: Path, text: str) -> list[str]:
    """Return the links of a text that lead nowhere; of addresses outside only their form can be told."""
    wrong = []
    for inner, outer in _LINK.findall(text):
        link = inner or outer
        if re.match(r"https?:", link):
            if not re.fullmatch(r"https://[a-z0-9.-]+\.[a-z]{2,}(/\S*)?", link):
                wrong.append(link)
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(link)
    return wrong


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    """To a file that is there, and to a heading of it."""
    assert broken(document, prose(document)) == []


@pytest.mark.parametrize(
    "text",
    [
        "[a](docs/nothing.md)",
        "[a](docs/api.md#nothing)",
        "![a](docs/images/no.png)",
        "[a](http://example.com)",
    ],
)
def test_a_broken_link_is_found(text: str) -> None:
    """A missing file, heading or picture, and an address that is not https."""
    assert len(broken(PROJECT / "README.md", text)) == 1


def runnable() -> list[tuple[str, str, str]]:
    """Return each block that is marked as one to run: where it stands, what is given to make, the block."""
    return [
        (document.name, match["given"].strip(), match["block"])
        for document in DOCUMENTS
        for match in _RUN.finditer(document.read_text(encoding="utf-8"))
    ]


def run(block: str, given: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run a block where a reader would, with this environment in place of one that make sets up."""
    (tmp_path / "made").touch()
    os.utime(tmp_path / "made", (4e9, 4e9))
    flags = f"-- VENV={tmp_path} BIN={Path(sys.executable).parent} {given}"
    environment = {**os.environ, "MAKEFLAGS": flags, "PYTHONPATH": ""}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("where", "given", "block"),
    [operation for operation in runnable() if "ONCE" not in operation[1]],
    ids=lambda text: text[:40],
)
def test_blocks_that_are_marked_run(where: str, given: str, block: str, tmp_path: Path) -> None:
    """As they stand, from the project's folder."""
    finished = run(block, given, tmp_path)

    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.strip()


@pytest.mark.slow
def test_the_first_command_runs(tmp_path: Path) -> None:
    """The README's first block goes the whole way; given ONCE=1 it ends by itself."""
    ((_where, given, block),) = (operation for operation in runnable() if "ONCE" in operation[1])

    finished = run(block, given, tmp_path)

    assert finished.returncode == 0, finished.stdout[-2000:] + finished.stderr
    assert block.strip() == README.partition("```sh\n")[2].partition("```")[0].strip()
    assert "Prediction_Log" in finished.stdout


def test_every_make_target_that_is_named_exists() -> None:
    """In the Makefile."""
    targets = set(_TARGET.findall((PROJECT / "Makefile").read_text(encoding="utf-8")))
    named = {
        name
        for document in DOCUMENTS
        for name in re.findall(
            r"(?:^|[`&] ?)make ([a-z][a-z-]+)", document.read_text(encoding="utf-8"), re.MULTILINE
        )
    }

    assert named >= {"demo", "test", "deploy-plan", "verify-google"}
    assert named - targets == set()


def test_troubleshooting_knows_every_message() -> None:
    """Of the service's errors and of the add-on's, by the very words that are shown."""
    table = (PROJECT / "docs/troubleshooting.md").read_text(encoding="utf-8")
    explained = {row.partition(" | ")[0] for row in re.findall(r"^\| (.+) \|$", table, re.MULTILINE)}
    shown = {error.title for error in kinds_of_errors()}
    for script in (PROJECT / "apps_script").glob("*.js"):
        shown |= set(_TITLE.findall(script.read_text(encoding="utf-8")))

    assert len(shown) > 40
    assert shown - explained == set()


def test_troubleshooting_names_what_is_in_the_menu_as_it_stands_there() -> None:
    """Whoever follows it looks for those very words."""
    page = (PROJECT / "docs/troubleshooting.md").read_text(encoding="utf-8")
    menu = (PROJECT / "apps_script/menu.js").read_text(encoding="utf-8")
    labels = set(re.findall(r"addItem\(say\('([^']+)'\)", menu))
    named = {*re.findall(r'"([A-Z][^"]+)" in the menu', page), *re.findall(r"\*([A-Z][^*]+)\*", page)}
    named |= {*re.findall(r'[Cc]hooses? "?([A-Z][A-Za-z ]*…)', page)}

    assert {"Check my data", "Segment customers", "Set up…"} <= named
    assert named - labels == set()


def test_the_table_of_tabs_names_every_tab_and_column() -> None:
    """As the service lays them out."""
    rows = dict(re.findall(r"^\| `([^`]+)` \| .+? \| (.+) \|$", TABS_PAGE, re.MULTILINE))

    assert set(rows) >= set(LAYOUTS)
    for tab in LAYOUTS.values():
        if not tab.hidden:
            assert [header for header in tab.headers if header not in rows[tab.title]] == []


def test_the_table_of_tabs_says_who_writes_them() -> None:
    """You, the service, or both."""
    writers = dict(re.findall(r"^\| `([^`]+)` \| (.+?) \| .+ \|$", TABS_PAGE, re.MULTILINE))

    for tab in LAYOUTS.values():
        named_writers = {Writer.MARKETER, Writer.SERVICE} if writers[tab.title] == "both" else set()
        named_writers |= {writer for writer in Writer if writer.value in writers[tab.title]}
        assert named_writers == tab.writers, tab.title
        assert ("hidden" in writers[tab.title]) == tab.hidden


def test_every_variable_of_the_service_is_told() -> None:
    """The names that config.py reads."""
    source = (PROJECT / "server/config.py").read_text(encoding="utf-8")
    names = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', source)) - {"GOOGLE_SHEETS"}

    assert len(names) >= 8
    assert [name for name in names if f"`{name}" not in VARIABLES_PAGE] == []


def mapped() -> dict[str, set[str]]:
    """Return the modules that docs/architecture.md names, by folder."""
    text = (PROJECT / "docs/architecture.md").read_text(encoding="utf-8")
    tree = text.partition("## The house")[2].partition("\n    apps_script/")[0]
    folders: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    for line in tree.splitlines():
        folder = re.fullmatch(r"( {4,})([a-z_]+)/ *(.*)", line)
        if folder:
            indent = len(folder[1])
            path = [part for part in path if part[0] < indent] + [(indent, folder[2])]
            folders["/".join(name for _, name in path)] = folder[3]
        elif path and line.strip():
            folders["/".join(name for _, name in path)] += f" {line.strip()}"
    return {
        folder: {name.strip() for name in text.partition(":")[0].split(",") if name.strip()}
        for folder, text in folders.items()
    }


def test_the_map_names_every_module_of_the_service_and_nothing_else() -> None:
    """Folder by folder, as they are in the tree."""
    tree: dict[str, set[str]] = {}
    for path in (PROJECT / "server").rglob("*.py"):
        modules = tree.setdefault(path.parent.relative_to(PROJECT).as_posix(), set())
        if path.stem != "__init__":
            modules.add(path.stem)

    assert mapped() == tree


def test_the_number_of_threads_is_the_one_that_is_set() -> None:
    """As gunicorn.conf.py has it."""
    match = re.search(
        r"One process with (\d+) threads", (PROJECT / "docs/architecture.md").read_text(encoding="utf-8")
    )
    is_set = re.search(r"^threads = (\d+)$", (PROJECT / "gunicorn.conf.py").read_text(encoding="utf-8"), re.M)

    assert match is not None
    assert is_set is not None
    assert match[1] == is_set[1]


def test_the_page_and_the_instructions_say_the_same_of_the_consent() -> None:
    """Google does not carry the choice of a menu item over the consent, so that it is chosen again."""
    page = (PROJECT / "sheets_standin/page/static/dialogs.js").read_text(encoding="utf-8")
    instructions = (PROJECT / "docs/install-add-on.md").read_text(encoding="utf-8")

    assert "choose the menu item again: Google does not carry the choice over this consent" in page
    assert "again: Google does not carry the choice over the consent" in instructions
