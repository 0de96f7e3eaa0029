"""Texts of the sources and their translations: taken in, checked, compiled."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from hatch_build import LOCALE, compile_catalogues
from tools import catalogues
from tools.catalogues import CATALOGUE, complaints, update

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext
_("Save")
pgettext("of a letter", "Opening")
ngettext("%(count)s member", "%(count)s members", 2)
"""
PAGE = """
    <main>
  <h1>{% translate "Groups" %}</h1>
<p>{% blocktranslate trimmed with name=group.name %}
  {{ name }} is closed.
{% endblocktranslate %}</p>
      </main>
{% blocktranslate count n=n %}one{% plural %}{{ n }} of them{% endblocktranslate %}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    pages = tmp_path / "src" / "kring" / "web" / "templates"
    pages.mkdir(parents=True)
    (pages / "page.html").write_text(PAGE)
    (tmp_path / "src" / "kring" / "code.py").write_text(CODE)
    return tmp_path


def catalogue_of(root: Path) -> Path:
    return root / LOCALE / CATALOGUE


def translate(root: Path, text: str, *translations: str) -> None:
    path = catalogue_of(root)
    with path.open("rb") as file:
        known = read_po(file, locale="nl")
    message = next(m for m in known if text in (m.id, *m.id[:1]))
    message.string = translations if len(translations) > 1 else translations[0]
    path.write_bytes(catalogues._written(known))


def translate_all(root: Path) -> None:
    update(root)
    translate(root, "Save", "Opslaan")
    translate(root, "Opening", "Aanhef")
    translate(root, "Groups", "Groepen")
    translate(root, "%(name)s is closed.", "%(name)s is gesloten.")
    translate(root, "%(count)s member", "één lid", "%(count)s leden")
    translate(root, "one", "een", "%(n)s ervan")


def problems(root: Path) -> dict[str, str]:
    return {complaint.text: complaint.problem for complaint in complaints(root)}


def test_texts_of_code_and_pages_are_taken_in(root: Path) -> None:
    update(root)
    assert set(problems(root).values()) == {"not translated"}
    assert set(problems(root)) == {
        "Save",
        "Opening",
        "%(count)s member",
        "Groups",
        "%(name)s is closed.",
        "one",
    }


def test_a_whole_translation_has_no_complaints(root: Path) -> None:
    translate_all(root)
    assert complaints(root) == []


def test_taking_in_keeps_every_translation(root: Path) -> None:
    translate_all(root)
    (root / "src" / "kring" / "more.py").write_text('_("Cancel")\n')
    update(root)
    assert problems(root) == {"Cancel": "not translated"}


def test_taking_in_twice_changes_nothing(root: Path) -> None:
    translate_all(root)
    written = catalogue_of(root).read_bytes()
    update(root)
    assert catalogue_of(root).read_bytes() == written


def test_a_text_that_is_gone_leaves_the_catalogue(root: Path) -> None:
    translate_all(root)
    (root / "src" / "kring" / "code.py").unlink()
    assert "no longer used" in problems(root)["Save"]
    update(root)
    assert complaints(root) == []


def test_a_new_text_that_was_not_taken_in_is_named(root: Path) -> None:
    translate_all(root)
    (root / "src" / "kring" / "more.py").write_text('_("Cancel")\n')
    assert "not in the catalogue" in problems(root)["Cancel"]


def test_a_translation_that_loses_a_gap_is_named(root: Path) -> None:
    translate_all(root)
    translate(root, "%(name)s is closed.", "Gesloten.")
    assert "placeholders" in problems(root)["%(name)s is closed."]


def test_a_translation_with_a_gap_of_its_own_is_named(root: Path) -> None:
    translate_all(root)
    translate(root, "Save", "%(what)s opslaan")
    assert "placeholders" in problems(root)["Save"]


def test_a_guess_that_nobody_looked_at_is_named(root: Path) -> None:
    translate_all(root)
    path = catalogue_of(root)
    path.write_text(path.read_text().replace('msgid "Save"', '#, fuzzy\nmsgid "Save"'))
    assert problems(root) == {"Save": "marked fuzzy"}


def test_the_catalogue_has_no_line_numbers_and_no_times(root: Path) -> None:
    update(root)
    text = catalogue_of(root).read_text()
    assert "#: src/kring/code.py\n" in text
    assert "Date:" not in text


def test_what_is_compiled_is_read_by_gettext(root: Path) -> None:
    translate_all(root)
    assert compile_catalogues(root) == [catalogue_of(root).with_suffix(".mo")]
    known = gettext.translation("django", root / LOCALE, ["nl"])
    assert known.gettext("Groups") == "Groepen"
    assert known.ngettext("%(count)s member", "%(count)s members", 1) == "één lid"
    assert known.pgettext("of a letter", "Opening") == "Aanhef"
    assert not list(catalogue_of(root).parent.glob("*.new"))


def test_every_text_of_kring_is_translated() -> None:
    assert complaints() == []
