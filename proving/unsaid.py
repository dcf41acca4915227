"""Finds sentences for people that do not pass through `say`: they would stay English everywhere.

A sentence is a literal of three words or more that ends as one. What engineers and other programs read is English:
the command line, the deployment's declarations, what is wrong with a request, models as data.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from proving.texts import ROOT

_ENGLISH = (
    "cli.py",
    "config.py",
    "files.py",
    "secret_manager.py",
    "source_command.py",
    "sources/declared.py",
    "sources/engines/",
    "web/",
)
"""Modules whose sentences are for engineers or for other programs."""
_SAYS = frozenset(("say", "to_say", "plural", "counted"))
_UNREAD = frozenset(
    ("compile", "Meta", "debug", "info", "warning", "error", "exception", "RuntimeError", "TypeError")
)
"""Calls whose texts nobody but an engineer reads."""
_KEPT_AS_THEY_ARE = frozenset(
    (
        "Audience Targeting: written by the service; what you type here may be replaced.",
        "Nothing was written. Answer with {}.",
    )
)
"""A mark by which protections are known, and what the command line says."""
_EARLIER = "_EARLIER_TEXTS"
"""Texts that were once written, to be known again."""
_SENTENCE = re.compile(r"[.?!…]$")
_LITERAL = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|`(?:[^`\\]|\\.)*`")
_SAID = re.compile(r"(?<![\w.])(?:say|toSay)\($|Format\.counted\($|new Error\($")


def is_sentence(text: str) -> bool:
    """Whether a text reads as a sentence.

    >>> is_sentence("Choose more customers."), is_sentence("ate-run"), is_sentence("In all")
    (True, False, False)
    """
    words = re.findall(r"[A-Za-z]{2,}", re.sub(r"\$\{[^}]*\}", "", text))
    return len(words) >= 3 and "\n" not in text and bool(_SENTENCE.search(text.strip()))


def unsaid_of_python(code: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of each sentence of a module that does not pass through `say`.

    >>> list(unsaid_of_python('tell("Nothing was changed.")'))
    [(1, 'Nothing was changed.')]
    >>> list(unsaid_of_python('tell(wording.say("Nothing was changed."))'))
    []
    """
    tree = ast.parse(code)
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        text = _text(node)
        if text is None or isinstance(above.get(node), ast.JoinedStr | ast.Expr):
            continue
        if is_sentence(text) and text not in _KEPT_AS_THEY_ARE and not _is_told(node, above):
            yield node.lineno, text  # type: ignore[attr-defined]  # a constant or an f-string has a line


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_told(node: ast.AST, above: dict[ast.AST, ast.AST]) -> bool:
    """Whether the text stands in a call that translates it, or that no marketer reads."""
    while node in above:
        node = above[node]
        if isinstance(node, ast.Assign) and any(
            getattr(target, "id", "") == _EARLIER for target in node.targets
        ):
            return True
        if isinstance(node, ast.stmt):
            return False
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in _SAYS | _UNREAD:
                return True
    return False


def unsaid_of_script(code: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of each sentence of a script that does not pass through `say`.

    >>> list(unsaid_of_script("tell('Nothing was changed.', say('All is well now.'))"))
    [(1, 'Nothing was changed.')]
    """
    blank = re.sub(
        r"/\*.*?\*/|(?<!:)//[^\n]*", lambda comment: re.sub(r"[^\n]", " ", comment[0]), code, flags=re.DOTALL
    )
    for match in _LITERAL.finditer(blank):
        before = blank[: match.start()].rstrip()
        while before.endswith(("+", "'")):  # a text that is put together from literals
            before = re.sub(r"'(?:[^'\\\n]|\\.)*'$", "", before.rstrip("+ \n")).rstrip()
        choice = re.sub(r"(?:say|toSay)\((?:[^()'\"]|'[^']*'|\([^()]*\))*\?[^;]*$", "say(", before)
        if is_sentence(match[0][1:-1]) and not (_SAID.search(before) or _SAID.search(choice)):
            yield blank.count("\n", 0, match.start()) + 1, match[0][1:-1]


def unsaid() -> list[str]:
    """Return all sentences of the service and of the add-on that do not pass through `say`."""
    service, add_on = ROOT / "server", ROOT / "apps_script"
    lines = []
    for path in sorted(service.rglob("*.py")):
        name = path.relative_to(service).as_posix()
        if not name.startswith(_ENGLISH):
            lines += _named(name, unsaid_of_python(path.read_text(encoding="utf-8")))
    for path in sorted(add_on.iterdir()):
        if path.name.endswith((".js", ".js.html")) and not path.name.startswith("texts"):
            lines += _named(path.name, unsaid_of_script(path.read_text(encoding="utf-8")))
    return lines


def _named(name: str | Path, sentences: Iterator[tuple[int, str]]) -> list[str]:
    return [f"{name}:{line}: {text}" for line, text in sentences]
