"""``python -m proving.texts``: which texts are not translated yet, and to which language.

``--write`` puts them into the catalogs with an empty translation to fill in, takes out those that nothing says any
more, and sorts. A text is the English key of `say(…)`, `to_say(…)` (`toSay(…)` in the add-on), `plural(…)` and
`counted(…)`.
"""

from __future__ import annotations

import ast
import json
import re
import string
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("de", "es", "fr")
_SERVICE, _ADD_ON = ROOT / "server", ROOT / "apps_script"
_COMMAND_LINE = ("cli.py", "source_command.py")
"""What is said on the command line is English."""
_SAYS = re.compile(r"(?<![\w.])(say|toSay)\(|\bFormat\.(counted)\(")
_STRING = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LINE = re.compile(r'^\s*("(?:[^"\\]|\\.)*"): ("(?:[^"\\]|\\.)*"),?$', re.MULTILINE)

_PARTS = re.compile(r"(.*?\{\n)(.*?)(\}[);]*\n)", re.DOTALL)
"""Before the entries of a catalog, the entries, behind them."""


class TextError(ValueError):
    """A text is not written so that it can be found: it is put together from parts, or lacks a value."""


@dataclass(frozen=True, slots=True)
class Said:
    """One text in the code; `names` are the values it is given, None where the call leaves them open."""

    text: str
    names: frozenset[str] | None
    where: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """The file that holds the translations of one part of the product to one language."""

    path: Path
    language: str

    def entries(self) -> list[tuple[str, str]]:
        """Return English text and translation, as they stand in the file."""
        lines = _LINE.findall(self.path.read_text(encoding="utf-8"))
        return [(json.loads(key), json.loads(translation)) for key, translation in lines if key != '""']

    def write(self, texts: Mapping[str, str]) -> None:
        """Write the file anew, sorted."""
        lines = [
            f"  {json.dumps(key, ensure_ascii=False)}: {json.dumps(texts[key], ensure_ascii=False)},"
            for key in sorted(texts)
        ]
        head, body, foot = _PARTS.fullmatch(self.path.read_text(encoding="utf-8")).groups()  # type: ignore[union-attr]
        last = [line.rstrip(",") for line in body.splitlines() if line.startswith('  "": ')][:1]
        text = "".join(f"{line}\n" for line in [*lines, *last])
        self.path.write_text(head + text + foot, encoding="utf-8")


def catalogs() -> dict[str, list[Catalog]]:
    """Return the catalogs of the service and of the add-on."""
    return {
        "service": [
            Catalog(_SERVICE / "core/texts" / f"{language}.json", language) for language in LANGUAGES
        ],
        "add-on": [Catalog(_ADD_ON / f"texts_{language}.js", language) for language in LANGUAGES],
    }


def said() -> dict[str, list[Said]]:
    """Return the texts of the service and of the add-on.

    Raises
    ------
    TextError
        If one cannot be found by reading the code.
    """
    python = (path for path in sorted(_SERVICE.rglob("*.py")) if path.name not in _COMMAND_LINE)
    script = (path for path in sorted(_ADD_ON.iterdir()) if path.suffix in (".js", ".html"))
    return {
        "service": [
            text for path in python for text in of_python(path.read_text(encoding="utf-8"), path.name)
        ],
        "add-on": [
            text for path in script for text in of_script(path.read_text(encoding="utf-8"), path.name)
        ],
    }


def of_python(code: str, name: str) -> Iterator[Said]:
    """Yield the texts of a module.

    Examples
    --------
    >>> [(one.text, sorted(one.names)) for one in of_python('wording.say("Row {row}", row=3)', "a.py")]
    [('Row {row}', ['row'])]
    """
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        texts_of = _OF_CALLS.get(called)
        if texts_of is not None:
            yield from texts_of(node, f"{name}:{node.lineno}")


def _of_plural(call: ast.Call, where: str) -> Iterator[Said]:
    if len(call.args) != 3:
        return
    texts = [text for argument in call.args[1:] for text in _constants(argument, where)]
    names = _keywords(call) | ({"number"} & frozenset().union(*map(placeholders, texts)))
    yield from _checked(texts, None if "None" in names else names, where)


def _of_say(call: ast.Call, where: str) -> Iterator[Said]:
    if call.args:
        names = _keywords(call)
        yield from _checked([*_constants(call.args[0], where)], None if "None" in names else names, where)


def _of_to_say(call: ast.Call, where: str) -> Iterator[Said]:
    if call.args:
        names = _keywords(call)
        is_open = "None" in names or not names
        yield from _checked([*_constants(call.args[0], where)], None if is_open else names, where)


def _of_counted(call: ast.Call, where: str) -> Iterator[Said]:
    if len(call.args) == 2:
        for noun in _constants(call.args[1], where):
            yield from (Said(noun + end, frozenset(), where) for end in ("", "s"))


def _keywords(call: ast.Call) -> frozenset[str]:
    """Return the names of a call's keywords; "None" stands for those of a mapping (`**`)."""
    return frozenset(str(keyword.arg) for keyword in call.keywords)


_OF_CALLS: Mapping[str, Callable[[ast.Call, str], Iterator[Said]]] = {
    "plural": _of_plural,
    "say": _of_say,
    "to_say": _of_to_say,
    "counted": _of_counted,
}


def _constants(node: ast.expr, where: str) -> Iterator[str]:
    """Yield the texts that an expression can be; none of a variable, which `to_say` has marked elsewhere."""
    if isinstance(node, ast.IfExp):
        yield from _constants(node.body, where)
        yield from _constants(node.orelse, where)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr | ast.BinOp | ast.Constant):
        raise TextError(f"{where}: a text to translate is one literal with {{placeholders}}.")


def of_script(code: str, name: str) -> Iterator[Said]:
    """Yield the texts of a script or page.

    Examples
    --------
    >>> [one.text for one in of_script("say(n === 1 ? 'One row' : '{n} ' + 'rows', { n })", "a.js")]
    ['One row', '{n} rows']
    """
    for match in _SAYS.finditer(code):
        where = f"{name}:{code.count(chr(10), 0, match.start()) + 1}"
        if code[: match.start()].endswith("function "):
            continue
        first, *others = _arguments(code[match.end() :])
        if match[2]:
            yield from (
                Said(text, frozenset(), where) for other in others for text in _literals(other, where)
            )
            continue
        names = _names(others[0]) if others else frozenset()
        yield from _checked([*_literals(first, where)], None if match[1] == "toSay" else names, where)


def _arguments(code: str) -> list[str]:
    """Return the arguments of a call, of which `code` begins behind the opening bracket."""
    parts, depth, start, at = [], 0, 0, 0
    while at < len(code):
        quoted = _STRING.match(code, at)
        if quoted:
            at = quoted.end()
            continue
        sign = code[at]
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        if depth < 0 or (sign == "," and depth == 0):
            parts.append(code[start:at].strip())
            start = at + 1
        if depth < 0:
            return [part for part in parts if part]
        at += 1
    return [part for part in parts if part]


def _literals(code: str, where: str) -> Iterator[str]:
    """Yield the texts that an expression can be: of `a ? 'b' : 'c'` both; none of a variable."""
    code = _COMMENT.sub("", code)
    strings = list(_STRING.finditer(code))
    if "`" in code:
        raise TextError(f"{where}: a text to translate is one literal with {{placeholders}}.")
    if not strings:
        return
    rest = _STRING.sub("'", code)
    _condition, chosen, choice = rest.rpartition("?")
    branches = choice.split(":") if chosen else [rest]
    if any(re.sub(r"[\s+']", "", branch) for branch in branches):
        raise TextError(f"{where}: a text to translate is one literal with {{placeholders}}.")
    counts = [branch.count("'") for branch in branches]
    at = len(strings) - sum(counts)
    for count in counts:
        yield "".join(_unquoted(string[0]) for string in strings[at : at + count])
        at += count


def _unquoted(literal: str) -> str:
    body = literal[1:-1]
    return body.replace("\\'", "'").replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")


def _names(code: str) -> frozenset[str] | None:
    """Return the names in an object literal; None of anything else."""
    if not code.startswith("{") or "..." in code:
        return None
    return frozenset(argument.partition(":")[0].strip() for argument in _arguments(code[1:-1] + ")"))


def _checked(texts: Sequence[str], names: frozenset[str] | None, where: str) -> Iterator[Said]:
    """Yield the texts that one call can say; each value stands in one of them, and all that stands there has one."""
    if names is not None and texts and frozenset().union(*map(placeholders, texts)) != names:
        shown = " / ".join(texts)
        raise TextError(f"{where}: {shown!r} has other placeholders than values: {', '.join(sorted(names))}.")
    yield from (Said(text, names, where) for text in texts)


def placeholders(text: str) -> frozenset[str]:
    """Return the names of a text's placeholders.

    >>> sorted(placeholders("{who} in row {row}"))
    ['row', 'who']

    Raises
    ------
    TextError
        If one is not a plain name.
    """
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise TextError(f"{text!r}: {error}.") from None
    names = frozenset(name for _text, name, _form, _turn in parts if name is not None)
    if any(not name.isidentifier() or form or turn for _text, name, form, turn in parts if name is not None):
        raise TextError(f"{text!r}: placeholders are plain names in braces.")
    return names


def faults(texts_said: Iterable[Said], catalog: Catalog) -> list[str]:
    """Return what is wrong with a catalog: what it lacks, has twice or too many, and odd placeholders."""
    entries = catalog.entries()
    translations, wanted = dict(entries), {said.text: said.where for said in texts_said}
    file = catalog.path.name
    lines = [
        f"{file}: no translation of {text!r} ({wanted[text]})"
        for text in wanted
        if not translations.get(text)
    ]
    lines += [f"{file}: nothing says {text!r}" for text in translations if text not in wanted]
    for text, translation in entries:
        if translations[text] != translation:
            lines.append(f"{file}: {text!r} stands twice, with two translations")
        if translation and placeholders(text) != placeholders(translation):
            lines.append(f"{file}: {text!r} has other placeholders than {translation!r}")
    return lines


def all_faults() -> list[str]:
    """Return what is wrong with all catalogs, and how many lines of a file are none of its entries."""
    texts = said()
    return [
        fault for part, files in catalogs().items() for file in files for fault in faults(texts[part], file)
    ]


def main(arguments: Sequence[str]) -> int:
    """List what is missing; return the exit status."""
    if "--write" in arguments:
        texts = said()
        for part, files in catalogs().items():
            for file in files:
                translated = {key: translation for key, translation in file.entries() if translation}
                file.write({text.text: translated.get(text.text, "") for text in texts[part]})
    lines = all_faults()
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.write("All texts are translated.\n" if not lines else f"{len(lines)} to mend.\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
