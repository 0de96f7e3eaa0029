"""The texts people read, and their translations: taken in, checked, compiled.

Called as `python -m tools.catalogues update|check|compile` by make.
"""

from __future__ import annotations

import fcntl
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from hatch_build import LOCALE, compile_catalogues

ROOT = Path(__file__).parent.parent
SOURCES = Path("src", "kring")
CATALOGUE = Path("nl", "LC_MESSAGES", "django.po")

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEMPLATE_SUFFIXES = frozenset({".html", ".txt"})
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*\d*(?:\.\d+)?[a-z]|(?<!%)%[sd]")

# These would differ on every run, and so make every two changes conflict.
PASSING_HEADERS = re.compile(
    rb'^"(?:POT-Creation-Date|PO-Revision-Date|Last-Translator|Generated-By'
    rb"|Report-Msgid-Bugs-To): .*\n",
    re.MULTILINE,
)
HEADER = """\
# Kring in Dutch. `make translations` takes new texts in, with an empty msgstr
# to fill; `make check` names what is left to do."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something to mend in the catalogue."""

    text: str
    problem: str

    def __str__(self) -> str:
        return f"{self.problem}: {self.text!r}"


def update(root: Path = ROOT) -> None:
    """Take the texts of the sources into the catalogue, keeping translations."""
    path = root / LOCALE / CATALOGUE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    with path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        catalogue = _renewed(_catalogue(path), texts_in_sources(root))
        path.write_bytes(_written(catalogue))


def complaints(root: Path = ROOT) -> list[Complaint]:
    """Name what keeps the catalogue from being a whole translation."""
    return [
        *_complaints_about_step(
            _catalogue(root / LOCALE / CATALOGUE), texts_in_sources(root)
        ),
        *_complaints_about_translations(_catalogue(root / LOCALE / CATALOGUE)),
    ]


def texts_in_sources(root: Path = ROOT) -> Catalog:
    """Every text that the sources want translated, with the files it is in."""
    texts = Catalog()
    for path in sorted((root / SOURCES).rglob("*")):
        for text, comments, context in _texts_in(path):
            texts.add(
                text,
                locations=[(path.relative_to(root).as_posix(), 0)],
                auto_comments=comments,
                context=context,
            )
    return texts


def _texts_in(
    path: Path,
) -> Iterator[tuple[str | tuple[str, ...], list[str], str | None]]:
    if path.suffix == ".py":
        source = path.read_bytes()
    elif path.suffix in TEMPLATE_SUFFIXES and "templates" in path.parts:
        source = _as_python(path)
    else:
        return
    for _line, text, comments, context in extract(
        "python", BytesIO(source), KEYWORDS, ("Translators:",)
    ):
        yield text, comments, context


def _as_python(template: Path) -> bytes:
    """Write the template's texts as calls; its indentation is no Python's."""
    calls = templatize(template.read_text("utf-8"), origin=str(template))
    return "\n".join(line.lstrip() for line in calls.splitlines()).encode()


def _catalogue(path: Path) -> Catalog:
    with path.open("rb") as text:
        return read_po(text, locale="nl")


def _renewed(catalogue: Catalog, texts: Catalog) -> Catalog:
    catalogue.update(texts, no_fuzzy_matching=True)
    catalogue.project, catalogue.version = "Kring", ""
    catalogue.language_team = "Nederlands"
    catalogue.fuzzy = False
    catalogue.header_comment = HEADER
    catalogue.obsolete.clear()
    return catalogue


def _written(catalogue: Catalog) -> bytes:
    """One line a text and in order of text, so that concurrent changes merge."""
    written = BytesIO()
    write_po(
        written,
        catalogue,
        width=0,
        sort_output=True,
        include_lineno=False,
        ignore_obsolete=True,
    )
    return PASSING_HEADERS.sub(b"", written.getvalue())


def _complaints_about_step(catalogue: Catalog, texts: Catalog) -> Iterator[Complaint]:
    known, wanted = _keys(catalogue), _keys(texts)
    for key in sorted(wanted - known):
        yield Complaint(key[1], "not in the catalogue (run `make translations`)")
    for key in sorted(known - wanted):
        yield Complaint(key[1], "no longer used (run `make translations`)")


def _keys(catalogue: Catalog) -> set[tuple[str, str]]:
    return {
        (message.context or "", _forms(message.id)[0])
        for message in catalogue
        if message.id
    }


def _complaints_about_translations(catalogue: Catalog) -> Iterator[Complaint]:
    for message in catalogue:
        problem = _problem_of(message) if message.id else None
        if problem:
            yield Complaint(_forms(message.id)[0], problem)


def _problem_of(message: Message) -> str | None:
    if message.fuzzy:
        return "marked fuzzy"
    if not all(_forms(message.string)):
        return "not translated"
    if not _placeholders_match(message):
        return "placeholders differ from the text's"
    return None


def _placeholders_match(message: Message) -> bool:
    """Every gap is filled, except that a singular may leave out its number."""
    wanted = set().union(*map(_placeholders, _forms(message.id)))
    *singulars, last = map(_placeholders, _forms(message.string))
    return last == wanted and all(singular <= wanted for singular in singulars)


def _placeholders(text: str) -> set[str]:
    return {found.group() for found in PLACEHOLDER.finditer(text)}


def _forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def _check() -> None:
    found = complaints()
    for complaint in found:
        sys.stderr.write(f"{LOCALE / CATALOGUE}: {complaint}\n")
    if found:
        sys.exit(1)


def _compile() -> None:
    compile_catalogues(ROOT)


COMMANDS: dict[str, Callable[[], None]] = {
    "update": update,
    "check": _check,
    "compile": _compile,
}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]]()
