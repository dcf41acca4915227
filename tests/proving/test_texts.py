"""Texts that people read stand in the catalogs of every language, and nothing else does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from proving.texts import (
    LANGUAGES,
    Catalog,
    Said,
    TextError,
    all_faults,
    catalogs,
    faults,
    of_python,
    of_script,
)
from proving.unsaid import unsaid
from server.core.wording import LANGUAGES as SERVED
from server.core.wording import Wording
from server.texts import to_say


def test_every_text_is_translated_to_every_language() -> None:
    """Add translations with `python -m proving.texts --write`, which also lists what is missing."""
    assert all_faults() == []


def test_no_sentence_that_a_person_reads_stands_in_english_alone() -> None:
    """Each passes through `say`, in the service and in the add-on."""
    assert unsaid() == []


_UNTYPICAL = {
    "de": re.compile(r"\b[Dd](?:u|ir|ich|ein\w*)\b|[“\"]\w|\d ?%(?<!\u00a0%)"),
    "es": re.compile(r"\b(?:tú|tus?|te|ti)\b|\"\w|\d ?%(?<!\u00a0%)"),
    "fr": re.compile(r"\b(?:tu|ton|tes|toi)\b|\w'\w|« | »|[^\S\u00a0\u202f][:;?!%](?:\s|$)|\w[?!]"),
}
"""An informal address, straight apostrophes and quotes, a space at which a line may break before a sign."""
_SIGNS = "[ ] * ? : /"
"""Of a text that lists signs."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reader_is_addressed_formally_and_signs_are_set_as_the_language_sets_them(language: str) -> None:
    """Sie, vous and usted; „…“ and « … »; 5 % with a space that does not break."""
    odd = [
        translation
        for files in catalogs().values()
        for file in files
        if file.language == language
        for _text, translation in file.entries()
        if _UNTYPICAL[language].search(translation.replace(_SIGNS, ""))
    ]

    assert odd == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Prüfen Sie deine Daten."),
        ("de", "Zwischen 1 % und 9 %."),
        ("es", "Compruebe tus datos."),
        ("fr", "Rien n'est perdu."),
        ("fr", "Choisissez « Configurer… »."),
        ("fr", "Que faire ?"),
    ],
)
def test_a_text_that_is_set_otherwise_would_be_seen(language: str, text: str) -> None:
    """What the test above looks for."""
    assert _UNTYPICAL[language].search(text)


def test_what_is_to_be_chosen_in_the_menu_is_called_as_it_stands_there() -> None:
    """A translation names menu items and buttons as the menu and the sidebar of its language do."""
    menu = re.findall(
        r"addItem\(say\('([^']+)'\)", (Path("apps_script") / "menu.js").read_text(encoding="utf-8")
    )
    labels = {
        label: rf"[Cc]hoose {label}|{label} in the (?:menu|sidebar)" for label in (*menu, "Find new segments")
    }
    shown = {file.language: dict(file.entries()) for file in catalogs()["add-on"]}

    for file in (file for files in catalogs().values() for file in files):
        for text, translation in file.entries():
            named = [label for label, pattern in labels.items() if text != label and re.search(pattern, text)]
            for label in named:
                assert shown[file.language][label].rstrip("…") in translation, f"{file.path.name}: {text}"


def test_every_language_that_is_offered_has_its_catalogs() -> None:
    """The service, the add-on and the command agree on the languages."""
    assert SERVED == LANGUAGES
    script = (Path("apps_script") / "texts.js").read_text(encoding="utf-8")
    for language in LANGUAGES:
        assert f"{language}: Texts{language.title()}" in script


@pytest.mark.parametrize("part", ["service", "add-on"])
def test_a_catalog_is_nothing_but_its_entries(part: str) -> None:
    """A line that is no entry, as a merge can leave it, is seen."""
    for catalog in catalogs()[part]:
        text = catalog.path.read_text(encoding="utf-8")
        body = text[text.index("{") : text.rindex("}") + 1]

        loaded = json.loads(body.replace(",\n}", "\n}"))

        assert {key: text for key, text in loaded.items() if key} == dict(catalog.entries())


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ('  "Row {row}": "Zeile {row}",', None),
        ('  "Row {row}": "",', "no translation of 'Row {row}'"),
        ("", "no translation of 'Row {row}'"),
        ('  "Row {row}": "Zeile {zeile}",', "other placeholders"),
        ('  "Row {row}": "Zeile",', "other placeholders"),
        ('  "Row {row}": "Zeile {row}",\n  "Column": "Spalte",', "nothing says 'Column'"),
        ('  "Row {row}": "Zeile {row}",\n  "Row {row}": "Zeile {row}",', None),
        ('  "Row {row}": "Reihe {row}",\n  "Row {row}": "Zeile {row}",', "stands twice"),
    ],
    ids=[
        "right",
        "empty",
        "missing",
        "renamed placeholder",
        "lost placeholder",
        "unused",
        "twice alike",
        "twice",
    ],
)
def test_what_is_wrong_with_a_catalog_is_told(tmp_path: Path, lines: str, fault: str | None) -> None:
    """Texts without a translation, translations without a text, and placeholders that differ."""
    path = tmp_path / "de.json"
    path.write_text(f'{{\n{lines}\n  "": "Deutsch"\n}}\n', encoding="utf-8")

    problems = faults([Said("Row {row}", frozenset({"row"}), "a.py:1")], Catalog(path, "de"))

    assert (fault is None and not problems) or (len(problems) == 1 and str(fault) in problems[0])


@pytest.mark.parametrize(
    "code",
    [
        'wording.say(f"Row {row}")',
        'wording.say("Row " + row)',
        'wording.say("Row {row}")',
        'wording.say("Row {row}", column=1)',
        'wording.say("Row {row:,}", row=1)',
        'wording.say("Row {}", row=1)',
        'to_say("Row {row", row=1)',
    ],
)
def test_a_text_that_cannot_be_found_or_filled_is_refused(code: str) -> None:
    """Texts are literals, and have exactly the placeholders that they get values for."""
    with pytest.raises(TextError):
        list(of_python(code, "a.py"))


@pytest.mark.parametrize(
    "code", ["say(`Row ${row}`)", "say('Row ' + row)", "say('Row {row}')", "say('Row', { row })"]
)
def test_a_text_of_the_add_on_that_cannot_be_found_or_filled_is_refused(code: str) -> None:
    """The same holds for the add-on."""
    with pytest.raises(TextError):
        list(of_script(code, "a.js"))


def test_texts_of_the_add_on_are_found_where_they_stand() -> None:
    """In scripts and pages, in one piece or several, and both of a choice."""
    code = """<p title="<?= say('It’s “{name}”', { name: f(a, { b: 1 }) }) ?>">
        ${say(n === 1 ? 'One' : '{n} ' + 'more', { n })}
        Format.counted(n, 'row', 'rows'); const T = { a: toSay("Don't") }; essay('no'); x.say('no');"""

    assert [said.text for said in of_script(code, "a.html")] == [
        "It’s “{name}”",
        "One",
        "{n} more",
        "row",
        "rows",
        "Don't",
    ]


def test_a_text_that_was_marked_is_said_in_the_language_of_its_reader() -> None:
    """What is written where no language is known is translated later, with the texts inside it."""
    marked = to_say("{count} {noun}", count=3, noun=to_say("customers"))

    assert marked == "3 customers"
    assert Wording("de_DE").say(marked) == "3 Kunden"
    assert Wording("de_DE").say("no text of ours") == "no text of ours"


def test_a_catalog_is_written_sorted_with_its_name_last(tmp_path: Path) -> None:
    """The name of the language stands last, so that every entry ends alike and lines of two people merge."""
    path = tmp_path / "de.json"
    path.write_text('{\n  "b": "B",\n  "": "Deutsch"\n}\n', encoding="utf-8")

    Catalog(path, "de").write({"b": "B", "a": "„A“"})

    assert path.read_text(encoding="utf-8") == '{\n  "a": "„A“",\n  "b": "B",\n  "": "Deutsch"\n}\n'
