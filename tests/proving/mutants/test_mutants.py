"""The list of guards is as new as the code, and a mutant that no test notices is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from proving.mutants import __main__ as mutants
from proving.mutants.guards import GUARDS, Guard


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_each_guard_stands_in_the_code_once(guard: Guard) -> None:
    text = (mutants.ROOT / guard.path).read_text("utf-8")
    assert mutants.without(guard, text) != text


def test_the_list_names_each_guard_once_and_tests_that_are_there() -> None:
    names = [guard.name for guard in GUARDS]
    assert len(set(names)) == len(names) >= 60
    assert {guard.behind for guard in GUARDS} <= {"", *names}
    assert [test for guard in GUARDS for test in guard.tests if not is_there(test)] == []


def is_there(test: str) -> bool:
    """Whether there is a file of tests, and in it the one that is named."""
    path, _, name = test.partition("::")
    file = mutants.ROOT / path
    plain = name.partition("[")[0].rpartition("::")[2]
    return file.exists() and (not plain or f"def {plain}(" in file.read_text("utf-8"))


def test_a_guard_that_has_left_the_code_is_told() -> None:
    with pytest.raises(ValueError, match="0 times, not once"):
        mutants.without(replace(GUARDS[0], code="no such text"), "text")


def test_files_are_put_back(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("if x > 1:\n")
    guard = Guard("bound", "a.py", "if x > 1:", "if False:", ())
    with mutants.removed(tmp_path, [guard]):
        assert (tmp_path / "a.py").read_text() == "if False:\n"
    assert (tmp_path / "a.py").read_text() == "if x > 1:\n"


@pytest.mark.slow
def test_a_mutant_that_no_test_notices_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    noticed = next(guard for guard in GUARDS if guard.name == "length of the secret")
    unnoticed = replace(noticed, name="unnoticed", tests=("tests/core/segments/test_colours.py",))
    monkeypatch.setattr(mutants, "GUARDS", (noticed, unnoticed))
    monkeypatch.setattr("sys.argv", ["mutants"])

    assert mutants.main() == 1

    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()[:2]] == ["killed", "SURVIVED"]
    assert "1 of 2 guards are missed by a test." in out
