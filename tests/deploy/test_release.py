"""One version, told the same everywhere, with its section in the changelog."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from deploy import release
from local.client import ADD_ON_VERSION
from local.launch import PROJECT
from server import __version__

FILES = ("apps_script/about.js", "package.json", "package-lock.json", "CHANGELOG.md")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The files that tell a version, outside of any repository."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(PROJECT / name, tmp_path / name)
    changelog = (tmp_path / "CHANGELOG.md").read_text(encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text(
        changelog.replace("— unreleased", "— 2026-11-25"), encoding="utf-8"
    )
    return tmp_path


def test_all_files_tell_the_same_version() -> None:
    """The one of the service; the stand-in's client speaks as the add-on does."""
    assert set(release.versions().values()) == {__version__}
    assert __version__ == ADD_ON_VERSION


def test_pyproject_reads_it() -> None:
    """There is no second place to forget."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))

    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "server.__version__"}


def test_nothing_is_in_the_way_of_a_version_that_is_ready(root: Path) -> None:
    """Versions agree, the changelog has the day."""
    assert release.problems(root) == []


@pytest.mark.parametrize(
    ("file", "former", "new", "message"),
    [
        ("apps_script/about.js", "VERSION: '", "VERSION: '9.", "apps_script/about.js says version 9."),
        ("package.json", '"version": "', '"version": "9.', "package.json says version 9."),
        ("CHANGELOG.md", "— 2026-11-25", "— unreleased", "calls " + __version__ + " unreleased"),
        ("CHANGELOG.md", f"## {__version__}", "## 0.0.1", "does not begin with a section"),
    ],
)
def test_what_is_in_the_way_is_told(root: Path, file: str, former: str, new: str, message: str) -> None:
    """Each file by its name."""
    path = root / file
    path.write_text(path.read_text(encoding="utf-8").replace(former, new, 1), encoding="utf-8")

    (problem,) = release.problems(root)

    assert message in problem
